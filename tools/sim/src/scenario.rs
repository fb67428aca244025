//! A scenario: what kind of world it is, and what the offices do in it, as one TOML file.

use kernel::{Duration, PartyId, Time};
use serde::Deserialize;

/// The built-in exercise.
pub const BUILT_IN: &str = include_str!("../scenarios/strained-truce.toml");

/// The built-in exercise with sensors.
pub const BUILT_IN_SENSORS: &str = include_str!("../scenarios/listening-line.toml");

/// The text of a built-in exercise by its name; none when there is no such name.
#[must_use]
pub fn built_in(name: &str) -> Option<&'static str> {
    match name {
        "strained-truce" => Some(BUILT_IN),
        "listening-line" => Some(BUILT_IN_SENSORS),
        _ => None,
    }
}

/// A scenario as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is called.
    pub title: String,
    /// What happens in it, for people.
    pub story: String,
    /// When the ceasefire starts.
    pub t0: Time,
    /// How many days it lasts after that.
    pub days: u32,
    /// The two sides of the line: to the left and right when walking it.
    pub sides: [PartyId; 2],
    /// Walls of the world: [west, south, east, north], degrees.
    pub bounds: [f64; 4],
    /// Settlements that the press writes about.
    pub settlements: Vec<Settlement>,
    /// Patrols and where they stand.
    pub patrols: Vec<Patrol>,
    /// The agreement's names of the sources.
    pub sources: Sources,
    /// How much happens.
    pub rates: Rates,
    /// How well each source notices.
    pub noticing: Noticing,
    /// Sensors, if it has any.
    #[serde(default)]
    pub sensors: Option<crate::sensing::Sensors>,
    /// Things that happen for certain.
    #[serde(default, rename = "strike")]
    pub strikes: Vec<Strike>,
    /// What the offices do, in the words of the command line.
    #[serde(default, rename = "step")]
    pub steps: Vec<Words>,
}

/// A settlement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// Its name.
    pub name: String,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

/// A patrol.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patrol {
    /// Its name, as in its reports.
    pub name: String,
    /// The source its reports are handed in under.
    pub source: String,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

/// The agreement's names of the sources, and who hands in what.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// Thermal satellite.
    pub thermal: String,
    /// Date-only thermal history.
    pub history: String,
    /// Press.
    pub press: String,
    /// The sides' logs, left side first: source, and the identity that files it.
    pub logs: [(String, String); 2],
    /// Who hands in what instruments and patrols saw.
    pub worker: String,
}

/// How often things happen, per day over the whole world.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Shelling near the line.
    pub shelling_a_day: f64,
    /// How far from the line it falls: one standard deviation, metres.
    pub shelling_depth_m: f64,
    /// Drone strikes anywhere.
    pub drones_a_day: f64,
    /// Field burning: clusters a day, in peace and now.
    pub field_burning_a_day: f64,
    /// Access refused to a patrol.
    pub access_denied_a_day: f64,
    /// Share of events after which something burns.
    pub burning_share: f64,
}

/// Chances of being noticed, and of saying what is not so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noticing {
    /// A fire seen from orbit on one of the day's passes.
    pub satellite: f64,
    /// False hotspots a day.
    pub false_hotspots_a_day: f64,
    /// An event reported by the press.
    pub press: f64,
    /// A report taken over by another outlet.
    pub press_copies: f64,
    /// An event logged by the side it fell on.
    pub log_own_side: f64,
    /// Logged events that never happened, per day and party.
    pub log_inventions_a_day: f64,
    /// Distance at which a patrol hears half of what happens, metres.
    pub patrol_half_distance_m: f64,
}

/// Something that happens for certain.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strike {
    /// When, counted from T0.
    pub after: Duration,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// How many explosions.
    pub explosions: u32,
    /// What the sources call it: `artillery`, `uav`, `airstrike`.
    pub kind: String,
    /// What the press writes.
    pub text: String,
}

/// What an office does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// When, counted from T0 (negative before it).
    pub after: Duration,
    /// Who.
    #[serde(rename = "as")]
    pub identity: String,
    /// The words after `servanda`, without the house: `["fact", "state", "host-request"]`.
    pub say: Vec<String>,
    /// Why, for people who read along.
    #[serde(default)]
    pub why: String,
    /// The refusal code it must meet, when the story shows a refusal.
    #[serde(default)]
    pub refused: Option<String>,
}

/// A scenario that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the scenario cannot be read: {0}")]
pub struct Unreadable(String);

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// With the line and what is wrong in it.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let scenario: Self = toml::from_str(text).map_err(|error| Unreadable(error.to_string()))?;
        if scenario.settlements.is_empty() || scenario.days == 0 {
            return Err(Unreadable("a scenario needs at least one settlement and one day".into()));
        }
        let broken = scenario.sensors.iter().flat_map(|sensors| &sensors.faults);
        for fault in broken {
            if fault.fault(scenario.t0).is_none() {
                return Err(Unreadable(format!("no sensor can be `{}`", fault.kind)));
            }
        }
        Ok(scenario)
    }
}
