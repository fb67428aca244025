//! Which detections may share a source at all: those whose times the way between their arrays allows and whose
//! bearings cross.

use super::Heard;
use super::globe::Spot;
use super::propagation::Propagation;

/// Squared misfit of a pair's bearings beyond which it is not looked at: four deviations.
const GATE: f64 = 16.0;
/// No detection is held against more others than this, the nearest in time, so that a list in which
/// all happens at once costs no more a detection than this many.
const LINKS_MAX: usize = 128;

/// For each detection, the others that may share its source, in rising order.
pub fn links(heard: &[Heard], air: &Propagation) -> Vec<Vec<usize>> {
    let pairs = Pairs::new(heard, air);
    let mut order: Vec<(f64, usize)> = heard
        .iter()
        .enumerate()
        .filter_map(|(at, one)| one.time_s.map(|time_s| (time_s, at)))
        .collect();
    order.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    let span_s = pairs.widest_s();
    let mut links = vec![Vec::new(); heard.len()];
    for (place, (time_s, one)) in order.iter().enumerate() {
        let within =
            order[place + 1..].iter().take_while(|(later_s, _)| later_s - time_s <= span_s);
        let mut after = 0;
        for (_, other) in within {
            if pairs.may_share(*one, *other) {
                links[*one].push(*other);
                links[*other].push(*one);
                after += 1;
                if after == LINKS_MAX / 2 {
                    break;
                }
            }
        }
    }
    links.iter_mut().for_each(|others| others.sort_unstable());
    links
}

struct Pairs<'a> {
    heard: &'a [Heard],
    air: &'a Propagation,
    spots: Vec<Spot>,
    /// Variance of each bearing, its deviation taken rather too wide, square radians.
    variances: Vec<f64>,
}

impl<'a> Pairs<'a> {
    fn new(heard: &'a [Heard], air: &'a Propagation) -> Self {
        let wide = air.deviation_deg * libm::exp(0.5 * air.deviation_doubt);
        let variance = |one: &Heard| {
            let degrees = one.error_deg * one.error_deg + wide * wide;
            degrees * (core::f64::consts::PI / 180.0) * (core::f64::consts::PI / 180.0)
        };
        let spots = heard.iter().map(|one| Spot::new(one.lat_deg, one.lon_deg)).collect();
        Self { heard, air, spots, variances: heard.iter().map(variance).collect() }
    }

    /// The longest difference of times that two detections of one source can have: over the arrays'
    /// distance, plus what the slowest and fastest way differ by at the farthest range.
    fn widest_s(&self) -> f64 {
        let (fastest, slowest) = self.air.limits_s_km();
        let Some(middle) = Spot::middle(&self.spots) else { return 0.0 };
        let radius = self.spots.iter().map(|spot| middle.to(spot).0).fold(0.0, f64::max);
        2.0 * radius * slowest + self.air.range_max_km * (slowest - fastest)
    }

    /// Whether two detections' bearings cross at a place whose ranges suit their times.
    fn may_share(&self, one: usize, other: usize) -> bool {
        let (a, b) = (&self.heard[one], &self.heard[other]);
        if a.array == b.array {
            return false;
        }
        let (Some(time_a), Some(time_b)) = (a.time_s, b.time_s) else { return false };
        let (apart_km, bearing) = self.spots[one].to(&self.spots[other]);
        // On a plane a difference of ranges is never more than the distance between the arrays.
        let (fastest, slowest) = self.air.limits_s_km();
        let most = apart_km * slowest + self.air.range_max_km * (slowest - fastest);
        if (time_a - time_b).abs() > most {
            return false;
        }
        let back = self.spots[other].to(&self.spots[one]).1;
        let inner_a = turned(a.back_azimuth_deg.to_radians() - bearing);
        let inner_b = turned(back - b.back_azimuth_deg.to_radians());
        let gate = (GATE * (self.variances[one] + self.variances[other])).sqrt();
        // Both rays must run to one side, or nearly along the line between the arrays.
        let (low, high) = (inner_a.abs().min(inner_b.abs()), inner_a.abs() + inner_b.abs());
        (inner_a * inner_b >= 0.0 || low <= gate) && high <= core::f64::consts::PI + gate
    }
}

/// An angle brought to -pi to pi.
fn turned(angle: f64) -> f64 {
    let turns = libm::round(angle / (2.0 * core::f64::consts::PI));
    angle - turns * 2.0 * core::f64::consts::PI
}
