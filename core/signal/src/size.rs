//! How large an explosion was, from the pressure of its blast at a known distance, as a distribution.
//!
//! In still air that does not bend sound the peak and the length of the positive phase follow from
//! scaled distance (Kinney & Graham 1985; beyond their tables the peak falls as the 1.1th power, ANSI
//! S2.20-1983), for any ambient pressure by Sachs's scaling, over ground as if the charge were 1.8
//! times as large. Real air bends sound: towards the ground a few decibels more, away from it 15 to
//! 35 less in the shadow (Wiener & Keast 1959; Embleton 1996; Reed's BOOM and ANSI S2.20 give
//! factors of the same size). Whether there was a shadow is judged along with the size.
//! What was turned down: `docs/design/0035-size.md`.

use libm::{cbrt, exp, log, pow};

/// Ambient pressure of the tables, Pa.
const STANDARD_PA: f64 = 101_325.0;
/// A charge on the ground acts like this many times itself in free air (2 less what makes the crater).
const GROUND: f64 = 1.8;
/// Scaled distance beyond which the peak falls faster than the tables, m/kg^(1/3).
const FAR: f64 = 50.0;
/// Sizes considered, natural logarithm of kg: a gram to a kiloton.
const LN_FROM: f64 = -6.907_755;
const LN_TO: f64 = 13.815_511;
const STEPS: usize = 1_000;
/// One standard deviation of the logarithm of a positive phase's length.
const LENGTH_SPREAD: f64 = 0.35;
/// A pulse whose share of the energy within four positive phases is below this rings or echoes, and
/// its length says nothing.
const PULSE_SHARE_MIN: f64 = 0.7;
/// Noise moves the ends of a positive phase unless the peak stands out by this.
const LENGTH_RATIO_MIN: f64 = 10.0;
/// A decibel as a natural logarithm of pressure.
const DECIBEL: f64 = 0.115_129_25;

/// How the air bends sound from source to sensor, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Refraction {
    /// Not known: as often a shadow as not, beyond the first kilometre.
    #[default]
    Unknown,
    /// Towards the ground, or hardly: night, downwind, overcast.
    Downward,
    /// Away from it: sun on the ground, upwind.
    Upward,
}

/// What a sensor saw of a blast.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Blast {
    /// Largest pressure above what was before, Pa.
    pub peak_pa: f64,
    /// One standard deviation of it from noise, Pa.
    pub noise_pa: f64,
    /// Length of the positive phase, seconds, where it is a pulse that says something.
    pub positive_s: Option<f64>,
    /// Area of the positive phase, Pa s.
    pub impulse_pa_s: f64,
    /// Place of the peak, samples.
    pub at: usize,
    /// Samples a second; a slow sensor does not see all of a short peak.
    pub rate_hz: f64,
}

/// Where and in what air.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Setting {
    /// From source to sensor, metres.
    pub range_m: f64,
    /// One standard deviation of it, metres.
    pub range_error_m: f64,
    /// Pressure of the air, Pa.
    pub ambient_pa: f64,
    /// How the air bends sound.
    pub refraction: Refraction,
    /// What is thought of the size beforehand: median, kg TNT, and factor of one deviation.
    pub prior_kg: (f64, f64),
}

impl Setting {
    /// At a range, with the rest unknown: standard air, refraction unknown, and a size between hand
    /// grenade and bomb: 10 kg, a factor 10 either way.
    #[must_use]
    pub fn at(range_m: f64) -> Self {
        let refraction = Refraction::Unknown;
        let (range_error_m, ambient_pa, prior_kg) = (0.0, STANDARD_PA, (10.0, 10.0));
        Self { range_m, range_error_m, ambient_pa, refraction, prior_kg }
    }
}

/// A size as a distribution.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Size {
    /// Median, kg TNT.
    pub median_kg: f64,
    /// The 5 % point.
    pub from_kg: f64,
    /// The 95 % point.
    pub to_kg: f64,
    /// Chance that the sensor stood in a shadow.
    pub shadow: f64,
}

/// Peak overpressure over flat ground in air that does not bend sound, Pa.
#[must_use]
pub fn peak_pa(size_kg: f64, range_m: f64, ambient_pa: f64) -> f64 {
    let scaled = scaled(size_kg, range_m, ambient_pa);
    let square = |unit: f64| (1.0 + (scaled / unit) * (scaled / unit)).sqrt();
    // Kinney & Graham 1985, table XI.
    let ratio = 808.0 * (1.0 + (scaled / 4.5) * (scaled / 4.5))
        / (square(0.048) * square(0.32) * square(1.35));
    let far = if scaled > FAR { pow(scaled / FAR, -0.1) } else { 1.0 };
    ambient_pa * ratio * far
}

/// Length of the positive phase there, seconds.
#[must_use]
pub fn positive_s(size_kg: f64, range_m: f64, ambient_pa: f64) -> f64 {
    let scaled = scaled(size_kg, range_m, ambient_pa);
    let power = |unit: f64, to: f64| 1.0 + pow(scaled / unit, to);
    // Kinney & Graham 1985, table XI: milliseconds for the cube root of a kilogram.
    let length =
        980.0 * power(0.54, 10.0) / (power(0.02, 3.0) * power(0.74, 6.0) * power(6.9, 2.0).sqrt());
    length * 1e-3 * sachs(size_kg, ambient_pa)
}

fn sachs(size_kg: f64, ambient_pa: f64) -> f64 {
    cbrt(GROUND * size_kg * STANDARD_PA / ambient_pa)
}

fn scaled(size_kg: f64, range_m: f64, ambient_pa: f64) -> f64 {
    range_m / sachs(size_kg, ambient_pa)
}

/// The blast in a stretch of pressure; none when nothing stands out of what comes before it, or
/// when samples are missing.
#[must_use]
pub fn blast(samples_pa: &[f64], rate_hz: f64) -> Option<Blast> {
    if samples_pa.len() < 8 || samples_pa.iter().any(|sample| !sample.is_finite()) {
        return None;
    }
    let quarter = samples_pa.len() / 4;
    let before = &samples_pa[..quarter];
    let level = before.iter().sum::<f64>() / quarter as f64;
    let square = before.iter().map(|value| (value - level) * (value - level)).sum::<f64>();
    let noise_pa = (square / quarter as f64).sqrt();
    let above = |at: usize| samples_pa[at] - level;
    let at = (0..samples_pa.len()).max_by(|one, other| above(*one).total_cmp(&above(*other)))?;
    let peak_pa = above(at);
    if peak_pa <= 2.0 * noise_pa {
        return None;
    }
    let begin = (0..at).rev().find(|before| above(*before) <= 0.0).map_or(0, |last| last + 1);
    let end = (at..samples_pa.len()).find(|after| above(*after) <= 0.0).unwrap_or(samples_pa.len());
    let length = end - begin;
    let energy = |from: usize, to: usize| {
        (from..to.min(samples_pa.len())).map(|at| above(at) * above(at)).sum::<f64>()
    };
    let pulse = energy(begin, begin + 4 * length) / energy(0, samples_pa.len());
    let clear = length >= 6 && pulse > PULSE_SHARE_MIN && peak_pa > LENGTH_RATIO_MIN * noise_pa;
    Some(Blast {
        peak_pa,
        noise_pa,
        positive_s: clear.then_some(length as f64 / rate_hz),
        impulse_pa_s: (begin..end).map(above).sum::<f64>() / rate_hz,
        at,
        rate_hz,
    })
}

/// The size that a blast at a distance speaks for.
#[must_use]
pub fn size(blast: &Blast, setting: &Setting) -> Size {
    let weights: Vec<(f64, f64)> =
        (0..STEPS).map(|step| weigh(ln_kg(step), blast, setting)).collect();
    let total: f64 = weights.iter().map(|(open, shadow)| open + shadow).sum();
    let quantile = |wanted: f64| {
        let mut sum = 0.0;
        let at = weights.iter().position(|(open, shadow)| {
            sum += (open + shadow) / total;
            sum >= wanted
        });
        exp(ln_kg(at.unwrap_or(STEPS - 1)))
    };
    Size {
        median_kg: quantile(0.5),
        from_kg: quantile(0.05),
        to_kg: quantile(0.95),
        shadow: weights.iter().map(|(_, shadow)| shadow).sum::<f64>() / total,
    }
}

fn ln_kg(step: usize) -> f64 {
    LN_FROM + (LN_TO - LN_FROM) * (step as f64 + 0.5) / STEPS as f64
}

/// Prior times likelihood of a size, without and with a shadow.
fn weigh(ln_kg: f64, blast: &Blast, setting: &Setting) -> (f64, f64) {
    let Setting { range_m, ambient_pa, .. } = *setting;
    let kg = exp(ln_kg);
    let (median, factor) = setting.prior_kg;
    let prior = bell(ln_kg - log(median), log(factor));
    let positive = positive_s(kg, range_m, ambient_pa);
    // A sensor that takes so many samples a second averages over the time of one.
    let seen = -libm::expm1(-positive * blast.rate_hz);
    let off = log(blast.peak_pa / (peak_pa(kg, range_m, ambient_pa) * seen));
    let far = -libm::expm1(-range_m / 500.0);
    let own = blast.noise_pa / blast.peak_pa;
    let placed = setting.range_error_m / range_m;
    let spread = |air: f64| (air * air + own * own + placed * placed).sqrt();
    let shadow_share = match setting.refraction {
        Refraction::Unknown => -0.5 * libm::expm1(-range_m / 1_000.0),
        Refraction::Downward => 0.0,
        Refraction::Upward => -libm::expm1(-range_m / 300.0),
    };
    // 2 dB near by, 6 dB from a kilometre on; 25 dB lower and 10 dB wide in the shadow.
    let open = bell(off, spread((2.0 + 4.0 * far) * DECIBEL));
    let shadow = bell(off + 25.0 * DECIBEL, spread(10.0 * DECIBEL));
    let length = blast.positive_s.map_or(1.0, |seen| bell(log(seen / positive), LENGTH_SPREAD));
    let both = prior * length;
    (both * (1.0 - shadow_share) * open, both * shadow_share * shadow)
}

fn bell(off: f64, spread: f64) -> f64 {
    exp(-0.5 * (off / spread) * (off / spread)) / spread
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Friedlander pulse of a size at a range, with `before` seconds of quiet before it.
    fn pulse(kg: f64, range_m: f64, rate_hz: f64, share: f64) -> Vec<f64> {
        let (peak, length) =
            (share * peak_pa(kg, range_m, STANDARD_PA), positive_s(kg, range_m, STANDARD_PA));
        let count = (rate_hz * length * 60.0) as usize;
        let wave = |at: usize| {
            let time = (at as f64 - count as f64 / 2.0) / (rate_hz * length);
            let hum = 0.002 * peak * libm::sin(at as f64 * 1.7);
            hum + if time < 0.0 { 0.0 } else { peak * (1.0 - time) * exp(-time) }
        };
        (0..count).map(wave).collect()
    }

    #[test]
    fn the_tables_of_kinney_and_graham_come_out() {
        // 1 kg in free air at 10 m: 0.1 bar over standard air (their table XI); ground acts as 1.8.
        let free = peak_pa(1.0 / GROUND, 10.0, STANDARD_PA);
        assert!((free / STANDARD_PA - 0.099).abs() < 0.01, "{}", free / STANDARD_PA);
        assert!((positive_s(1.0 / GROUND, 10.0, STANDARD_PA) * 1e3 - 3.5).abs() < 0.6);
        assert!(peak_pa(8.0, 2_000.0, STANDARD_PA) < peak_pa(64.0, 2_000.0, STANDARD_PA));
    }

    #[test]
    fn a_clean_pulse_near_by_tells_its_size() {
        for kg in [0.5, 20.0, 500.0] {
            let seen = blast(&pulse(kg, 100.0, 20_000.0, 1.0), 20_000.0).unwrap();
            assert!(seen.positive_s.is_some());
            let size = size(&seen, &Setting::at(100.0));
            assert!(size.from_kg < kg && kg < size.to_kg, "{kg}: {size:?}");
            assert!(size.to_kg / size.from_kg < 10.0, "{size:?}");
        }
    }

    #[test]
    fn a_shadow_is_noticed_and_widens_the_answer() {
        let setting = Setting::at(3_000.0);
        let rate_hz = 2_000.0;
        let open = size(&blast(&pulse(50.0, 3_000.0, rate_hz, 1.0), rate_hz).unwrap(), &setting);
        let dark = size(&blast(&pulse(50.0, 3_000.0, rate_hz, 0.04), rate_hz).unwrap(), &setting);
        assert!(open.shadow < 0.3 && dark.shadow > 0.7, "{open:?} {dark:?}");
        assert!(dark.from_kg < 50.0 && 50.0 < dark.to_kg);
        assert!(dark.to_kg / dark.from_kg >= open.to_kg / open.from_kg * 0.9);
    }

    #[test]
    fn quiet_and_broken_stretches_hold_no_blast() {
        assert_eq!(blast(&[0.0; 100], 100.0), None);
        assert_eq!(blast(&[f64::NAN; 100], 100.0), None);
        assert_eq!(blast(&[], 100.0), None);
    }
}
