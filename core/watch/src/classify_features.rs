//! What an incident's members show of its nature, brought to one distance.

use libm::log;

use crate::settings::CLASS_COUNT;

/// Whether a reading is the value or a limit that it did not reach.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// The value.
    At,
    /// Looked for and not found: below this.
    Below,
}

/// A positive quantity as measured: its natural logarithm and one standard deviation of that.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reading {
    /// Natural logarithm of the value, in the unit that the field names.
    pub ln: f64,
    /// One standard deviation of `ln`: measurement and path, not the spread between causes.
    pub sigma: f64,
    /// Value or limit.
    pub bound: Bound,
}

impl Reading {
    /// A measured value; none unless it is positive and finite.
    #[must_use]
    pub fn at(value: f64, sigma: f64) -> Option<Self> {
        let good = value > 0.0 && value.is_finite() && sigma >= 0.0 && sigma.is_finite();
        good.then(|| Self { ln: log(value), sigma, bound: Bound::At })
    }

    /// A limit that was not reached; none unless it is positive and finite.
    #[must_use]
    pub fn below(value: f64, sigma: f64) -> Option<Self> {
        Self::at(value, sigma).map(|reading| Self { bound: Bound::Below, ..reading })
    }
}

/// What satellites saw burning.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Fire {
    /// It burns.
    Seen {
        /// Share of each class that sets something on fire (`watch.toml [burns]`).
        burns_share: [f64; CLASS_COUNT],
        /// Radiative power, megawatts.
        power_mw: Option<Reading>,
        /// Chance of so much burning there in peacetime; 1 when there is no baseline.
        peacetime_chance: f64,
    },
    /// Looked at and not burning.
    NotSeen {
        /// As above.
        burns_share: [f64; CLASS_COUNT],
        /// Chance that a fire would have been seen.
        chance: f64,
    },
}

/// Lightning as a stroke network or a weather service reports it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Lightning {
    /// Whether a stroke lies within the incident's ellipse and time.
    pub seen: bool,
    /// Chance of that with no connection, from the strokes of the hour around.
    pub chance: f64,
}

/// When things happened at this place before, this incident among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pattern {
    /// In local working hours of a working day.
    pub working: u32,
    /// Outside them.
    pub other: u32,
}

/// What is known of an incident's nature. Absent means not known, never nought.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Features {
    /// Peak sound pressure brought to 1 km, pascal.
    pub air_pa: Option<Reading>,
    /// Peak ground velocity brought to 1 km, metres a second.
    pub ground_m_s: Option<Reading>,
    /// Dominant period, seconds.
    pub period_s: Option<Reading>,
    /// How long the signal lasts at one sensor, seconds.
    pub duration_s: Option<Reading>,
    /// How many single events.
    pub events: Option<u32>,
    /// Median time between them, seconds.
    pub gap_s: Option<Reading>,
    /// Log Bayes factor of a moving source over a point (see [`crate::classify_line`]).
    pub line_log: Option<f64>,
    /// Whether engines were heard or tracked towards the place in the minutes before; only when
    /// somebody could have heard them.
    pub approach: Option<bool>,
    /// What satellites saw.
    pub fire: Option<Fire>,
    /// Lightning; only where and when strokes are reported at all.
    pub lightning: Option<Lightning>,
    /// Log likelihood of the words said, for each class.
    pub words: Option<[f64; CLASS_COUNT]>,
    /// The clock pattern of the place.
    pub pattern: Option<Pattern>,
}

impl Features {
    /// Whether any sensor heard it or felt it.
    #[must_use]
    pub fn heard(&self) -> bool {
        let at = |reading: Option<Reading>| reading.is_some_and(|one| one.bound == Bound::At);
        at(self.air_pa)
            || at(self.ground_m_s)
            || at(self.period_s)
            || at(self.duration_s)
            || self.line_log.is_some()
            || self.events.is_some_and(|count| count > 0)
    }
}

/// Through what a sensor heard it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Path {
    /// Sound or infrasound.
    Air,
    /// P or S.
    Ground,
}

/// One sensor's part: what it measured, or that it could have and did not.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Heard {
    /// Through what.
    pub path: Path,
    /// From the incident's place, metres.
    pub distance_m: f64,
    /// Peak pressure (pascal) or ground velocity (m/s); for a sensor that noticed nothing, the
    /// amplitude it would have noticed (its noise times its threshold).
    pub amplitude: Option<f64>,
    /// Whether it noticed it.
    pub noticed: bool,
    /// Dominant period, seconds.
    pub period_s: Option<f64>,
    /// How long its signal lasted, seconds.
    pub duration_s: Option<f64>,
}

/// Power of the distance that peak pressure falls off with (ANSI S2.20-1983), and what weather
/// does to it over the first kilometre's factor e: refraction lifts or shadows by several dB.
const AIR_FALL: (f64, f64) = (1.1, 0.25);
/// The same of ground velocity (USBM RI 8507) and what unknown ground does to it.
const GROUND_FALL: (f64, f64) = (1.6, 0.3);
/// One standard deviation of what all sensors of one incident have in common, natural log: the
/// weather of the hour, the site, and the factor of two by which published laws differ.
const COMMON: f64 = 0.8;
/// One standard deviation of one sensor's amplitude about the rest, natural log.
const EACH: f64 = 0.7;
/// The same of periods and durations.
const EACH_TIME: f64 = 0.5;
/// Periods and durations grow with distance to about this power: absorption takes the high
/// frequencies, paths multiply.
const LENGTHENS: f64 = 0.1;

/// The sound features of an incident from its sensors' parts.
#[must_use]
pub fn of_heard(heard: &[Heard]) -> Features {
    Features {
        air_pa: level(heard, Path::Air, AIR_FALL),
        ground_m_s: level(heard, Path::Ground, GROUND_FALL),
        period_s: length(heard, |one| one.period_s.filter(|_| one.path == Path::Air)),
        duration_s: length(heard, |one| one.duration_s.filter(|_| one.path == Path::Air))
            .or_else(|| length(heard, |one| one.duration_s)),
        ..Features::default()
    }
}

/// So many of the nearest sensors tell the level: farther out only those notice to whom the weather
/// is kind.
const NEAREST: usize = 8;

/// Amplitude brought to 1 km: the median of the nearest who noticed, or the lowest limit of those
/// who could have and did not.
fn level(heard: &[Heard], path: Path, (power, doubt): (f64, f64)) -> Option<Reading> {
    let reduced = |noticed: bool| -> Vec<(f64, f64, f64)> {
        let of_path = heard.iter().filter(|one| one.path == path && one.noticed == noticed);
        let at_1_km = |one: &Heard| {
            let amplitude = one.amplitude.filter(|value| *value > 0.0 && value.is_finite())?;
            let away = log(one.distance_m.max(50.0) / 1_000.0);
            away.is_finite().then(|| (log(amplitude) + power * away, away.abs(), one.distance_m))
        };
        of_path.filter_map(at_1_km).collect()
    };
    let sigma = |away: f64, count: usize| {
        let each = EACH * EACH / count.max(1) as f64;
        libm::sqrt(COMMON * COMMON + doubt * away * doubt * away + each)
    };
    let mut noticed = reduced(true);
    noticed.sort_by(|one, other| one.2.total_cmp(&other.2).then(one.0.total_cmp(&other.0)));
    noticed.truncate(NEAREST);
    let mut noticed: Vec<(f64, f64)> =
        noticed.into_iter().map(|(ln, away, _)| (ln, away)).collect();
    if let Some((ln, away)) = median(&mut noticed) {
        return Some(Reading { ln, sigma: sigma(away, noticed.len()), bound: Bound::At });
    }
    let lowest = reduced(false).into_iter().min_by(|one, other| one.0.total_cmp(&other.0))?;
    Some(Reading { ln: lowest.0, sigma: sigma(lowest.1, 1), bound: Bound::Below })
}

/// The median period or duration, brought to 1 km.
fn length(heard: &[Heard], of: impl Fn(&Heard) -> Option<f64>) -> Option<Reading> {
    let mut values: Vec<(f64, f64)> = heard
        .iter()
        .filter(|one| one.noticed)
        .filter_map(|one| {
            let value = of(one).filter(|value| *value > 0.0 && value.is_finite())?;
            let away = log(one.distance_m.max(50.0) / 1_000.0);
            away.is_finite().then(|| (log(value) - LENGTHENS * away, 0.0))
        })
        .collect();
    let (ln, _) = median(&mut values)?;
    let each = EACH_TIME * EACH_TIME / values.len() as f64;
    Some(Reading { ln, sigma: libm::sqrt(0.09 + each), bound: Bound::At })
}

/// The middle one by its first number; of two, the lower.
fn median(values: &mut [(f64, f64)]) -> Option<(f64, f64)> {
    values.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    values.get(values.len().saturating_sub(1) / 2).copied()
}
