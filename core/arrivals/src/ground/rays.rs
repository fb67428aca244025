//! Rays through the shells: distance and time for a ray parameter, both in closed form.
//!
//! In a shell with `v = a r^b` the integrals of Bullen (1963) are
//! `distance = factor (acos(p / eta_top) - acos(p / eta_bottom))` and
//! `time = factor (sqrt(eta_top^2 - p^2) - sqrt(eta_bottom^2 - p^2))`, a turning shell dropping its second terms.

use super::earth::{MOHO_KM, Shell, Wave, shells};

/// One ray from a source to the surface.
#[derive(Debug, Clone, Copy)]
pub struct Ray {
    /// Distance along the surface (rad).
    pub distance_rad: f64,
    /// Travel time.
    pub time_s: f64,
    /// Ray parameter, also the slope of time against distance (s/rad).
    pub p: f64,
}

/// Rays neighbouring in `p`, so that time between two of them follows from both ends' slopes.
pub type Fan = Vec<Ray>;

/// Rays of each fan.
const RAYS: usize = 60;

/// The fans of one wave for a source at a depth.
#[derive(Debug, Clone)]
pub struct Fans {
    /// Staying in the crust: direct up, or turning above the Moho.
    pub crust: Vec<Fan>,
    /// Turning below the Moho, or leaving upwards a source below it.
    pub mantle: Vec<Fan>,
}

/// All fans of first arrivals for a source at `depth_km`.
pub fn fans(wave: Wave, depth_km: f64) -> Fans {
    let layers = shells(wave, &[depth_km]);
    let mut out = Fans { crust: Vec::new(), mantle: Vec::new() };
    if depth_km <= MOHO_KM {
        out.crust.extend(rising(&layers, depth_km));
    }
    if depth_km >= MOHO_KM {
        out.mantle.extend(rising(&layers, depth_km));
    }
    let mut floor = f64::INFINITY;
    for (at, layer) in layers.iter().enumerate() {
        let highest = layer.eta_top.min(floor);
        floor = floor.min(layer.eta_bottom);
        if layer.top_km < depth_km || layer.eta_bottom >= highest {
            continue;
        }
        let fan = spread(layer.eta_bottom, highest)
            .map(|p| turning(&layers[..=at], depth_km, p))
            .collect();
        if layer.top_km >= MOHO_KM { out.mantle.push(fan) } else { out.crust.push(fan) }
    }
    if let Some(grazing) = out.mantle.last().and_then(|fan: &Fan| fan.first()).copied() {
        out.mantle.push(guided(grazing));
    }
    if let Some(grazing) = out.crust.last().and_then(|fan: &Fan| fan.last()).copied()
        && depth_km == MOHO_KM
    {
        out.crust.push(guided(grazing));
    }
    out
}

/// Along an interface with the grazing ray's slowness: diffracted beyond the core's shadow, or under the crust
/// (there never first, but it lets sources just above the Moho be interpolated).
fn guided(grazing: Ray) -> Fan {
    let further = 0.35;
    vec![
        grazing,
        Ray {
            distance_rad: grazing.distance_rad + further,
            time_s: grazing.time_s + further * grazing.p,
            ..grazing
        },
    ]
}

/// Rays straight up from a source. Just below a discontinuity no ray steeper than both sides allow leaves.
fn rising(layers: &[Shell], depth_km: f64) -> Option<Fan> {
    let above: Vec<Shell> =
        layers.iter().copied().filter(|layer| layer.bottom_km <= depth_km).collect();
    let lowest = above.last()?;
    let limit = layers.iter().find(|layer| layer.top_km == depth_km && depth_km >= MOHO_KM);
    let highest = limit.map_or(lowest.eta_bottom, |below| below.eta_top.min(lowest.eta_bottom));
    Some(spread(0.0, highest).map(|p| through(&above, p)).collect())
}

/// Ray parameters between two limits, closest together at both.
fn spread(low: f64, high: f64) -> impl Iterator<Item = f64> {
    (0..=RAYS).map(move |step| {
        let turn = core::f64::consts::PI * step as f64 / RAYS as f64;
        low + (high - low) * (1.0 - libm::cos(turn)) / 2.0
    })
}

/// Down from the source, turning in the last shell, up to the surface.
fn turning(layers: &[Shell], depth_km: f64, p: f64) -> Ray {
    let whole = through(layers, p);
    let above = layers.iter().take_while(|layer| layer.bottom_km <= depth_km).count();
    let spared = through(&layers[..above], p);
    Ray {
        distance_rad: 2.0 * whole.distance_rad - spared.distance_rad,
        time_s: 2.0 * whole.time_s - spared.time_s,
        p,
    }
}

/// One way through shells; where the ray turns, to its turning point.
fn through(layers: &[Shell], p: f64) -> Ray {
    let mut ray = Ray { distance_rad: 0.0, time_s: 0.0, p };
    for layer in layers {
        let (x_top, t_top) = part(layer.eta_top, p);
        let (x_bottom, t_bottom) = part(layer.eta_bottom, p);
        ray.distance_rad += layer.factor * (x_top - x_bottom);
        ray.time_s += layer.factor * (t_top - t_bottom);
    }
    ray
}

fn part(eta: f64, p: f64) -> (f64, f64) {
    if eta <= p {
        return (0.0, 0.0);
    }
    (libm::acos(p / eta), (eta * eta - p * p).sqrt())
}
