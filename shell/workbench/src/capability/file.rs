//! The sources file as it is written: JSON, or TOML with the same names.

use std::collections::BTreeMap;

use kernel::{Duration, Time};
use serde::Deserialize;
use watch::availability::Received;
use watch::capability::law::Wave;
use watch::outage::OutageKind;
use watch::{Class, SourceKind};

/// A number for all hours, or one for each hour of the UTC day.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Hourly {
    /// The same all day.
    All(f64),
    /// Hour by hour; 24 of them.
    Each(Vec<f64>),
}

impl Hourly {
    /// The numbers, if there are 24 and each passes.
    pub fn checked(&self, passes: impl Fn(f64) -> bool) -> Option<[f64; 24]> {
        let hours = match self {
            Self::All(number) => [*number; 24],
            Self::Each(numbers) => <[f64; 24]>::try_from(numbers.as_slice()).ok()?,
        };
        hours.iter().all(|number| passes(*number)).then_some(hours)
    }
}

/// What every source says of itself.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Common {
    /// Its name.
    pub id: String,
    /// Its independence group; its own name when absent.
    pub group: Option<String>,
    /// Share of time in action, beyond stated losses; 1 when absent.
    pub uptime: Option<f64>,
    /// Delay within which what it saw arrives; none when absent.
    pub delay: Option<Duration>,
}

/// An independence group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupWords {
    /// Share of time the whole group is in action.
    pub uptime: f64,
}

/// A network of sensors.
#[derive(Clone, Debug, Deserialize)]
pub struct NetworkWords {
    /// Name, group, uptime and delay of its sensors.
    #[serde(flatten)]
    pub common: Common,
    /// What it listens for.
    pub wave: Wave,
    /// How many arrivals it takes.
    pub needs: Option<usize>,
    /// Noise amplitude of sensors that state none.
    pub noise: Option<Hourly>,
    /// Signal-to-noise ratio of a detection.
    pub ratio: Option<f64>,
    /// Its sensors.
    #[serde(default)]
    pub stations: Vec<serde_json::Value>,
    /// Its sensors in a CSV file beside this one, as `associate` reads them.
    pub stations_file: Option<String>,
}

/// A sensor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StationWords {
    /// Its name.
    pub id: String,
    /// Where it stands.
    pub place: [f64; 2],
    /// Its noise amplitude.
    pub noise: Option<Hourly>,
    /// Its signal-to-noise ratio of a detection.
    pub ratio: Option<f64>,
    /// Its share of time in action.
    pub uptime: Option<f64>,
}

/// A satellite that sees fires.
#[derive(Clone, Debug, Deserialize)]
pub struct SatelliteWords {
    /// Name, group, uptime, delay.
    #[serde(flatten)]
    pub common: Common,
    /// Chance that a pass sees a fire under a clear sky.
    pub chance: Option<f64>,
    /// Its passes.
    #[serde(default)]
    pub passes: Vec<Time>,
    /// Times of day (UTC) at which it passes every day, as `01:30`.
    #[serde(default)]
    pub daily: Vec<String>,
}

/// A camera, drone or patrol.
#[derive(Clone, Debug, Deserialize)]
pub struct LookerWords {
    /// Name, group, uptime, delay.
    #[serde(flatten)]
    pub common: Common,
    /// What it is.
    pub kind: SourceKind,
    /// Whether it looks all the time.
    #[serde(default)]
    pub always: bool,
    /// Whether cloud lies between.
    #[serde(default)]
    pub above_cloud: bool,
    /// What it looks for; everything that can be seen when empty.
    #[serde(default)]
    pub classes: Vec<Class>,
    /// Where it stands or looks, if its looks do not say.
    #[serde(flatten)]
    pub view: View,
    /// Its looks.
    #[serde(default)]
    pub looks: Vec<serde_json::Value>,
}

/// What is looked over, and with what chance.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct View {
    /// Where the camera stands, or the middle of what is looked over.
    pub place: Option<[f64; 2]>,
    /// How far it reaches.
    pub range_km: Option<f64>,
    /// Middle of the direction; all round when absent.
    pub azimuth_deg: Option<f64>,
    /// Half the width of the direction.
    pub half_width_deg: Option<f64>,
    /// Chance that what shows there is seen.
    pub chance: Option<Hourly>,
}

/// One look, whether it saw something or not.
#[derive(Clone, Debug, Deserialize)]
pub struct LookWords {
    /// First moment.
    pub from: Time,
    /// Last moment.
    pub until: Time,
    /// What was looked over.
    #[serde(flatten)]
    pub view: View,
}

/// A newsroom.
#[derive(Clone, Debug, Deserialize)]
pub struct PressWords {
    /// Name, group, uptime, delay.
    #[serde(flatten)]
    pub common: Common,
    /// Chance that it covers what happens in a settlement of its own.
    pub chance: Option<f64>,
    /// Its settlements.
    pub settlements: Vec<Disc>,
}

/// A disc.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Disc {
    /// Its centre.
    pub place: [f64; 2],
    /// Its radius.
    pub radius_km: f64,
}

/// A time in which something did not watch.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LossWords {
    /// What it was.
    #[serde(default)]
    pub kind: OutageKind,
    /// First moment.
    pub from: Time,
    /// Last moment; absent while it goes on.
    pub until: Option<Time>,
    /// The source it took away,
    pub source: Option<String>,
    /// or the group,
    pub group: Option<String>,
    /// or the area: its centre
    pub place: Option<[f64; 2]>,
    /// and radius,
    pub radius_km: Option<f64>,
    /// and the kinds it took away there; empty for all that stand or look.
    #[serde(default)]
    pub kinds: Vec<SourceKind>,
    /// Why, in words.
    pub reason: Option<String>,
}

/// Weather.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeatherWords {
    /// Share of the sky overcast where no cell says.
    pub cloud: Option<f64>,
    /// Wind where no cell says.
    pub wind_m_s: Option<f64>,
    /// Where and when somebody has said.
    #[serde(default)]
    pub cells: Vec<serde_json::Value>,
}

/// Weather over a disc for a while; everywhere and always where it does not say.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeatherCellWords {
    /// Centre.
    pub place: Option<[f64; 2]>,
    /// Radius.
    pub radius_km: Option<f64>,
    /// First moment.
    pub from: Option<Time>,
    /// Last moment.
    pub until: Option<Time>,
    /// Share of the sky overcast.
    pub cloud: Option<f64>,
    /// Wind.
    pub wind_m_s: Option<f64>,
}

/// What came in from a source, and what was expected: gaps become losses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceivedWords {
    /// The source.
    pub source: String,
    /// Longest time between two pieces of data.
    pub cadence: Duration,
    /// Delay within which they come in.
    pub delay: Duration,
    /// What came in.
    pub data: Vec<Received>,
}

/// A law with the numbers it changes.
pub type LawWords = BTreeMap<String, f64>;
