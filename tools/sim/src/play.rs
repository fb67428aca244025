//! The order of a story: files as they come in, and what the offices do about them.

use kernel::{Duration, Time};

use crate::sources;
use crate::world::World;

/// One step of a story.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// When.
    pub at: Time,
    /// Who.
    pub identity: String,
    /// What.
    pub what: What,
}

/// What a step does.
#[derive(Clone, PartialEq, Debug)]
pub enum What {
    /// A file is handed in.
    Submit {
        /// The file's name, for people.
        name: String,
        /// The format.
        format: &'static str,
        /// The source.
        source: String,
        /// The bytes.
        bytes: Vec<u8>,
        /// Whether it is peacetime baseline.
        baseline: bool,
    },
    /// The record's clock advances.
    Tick,
    /// An office says something, in the words of the command line.
    Say {
        /// The words.
        words: Vec<String>,
        /// Why.
        why: String,
        /// The refusal code it must meet, if it must.
        refused: Option<String>,
    },
}

/// Sources' names as the agreement registers them.
#[derive(Clone, Debug)]
pub struct SourceNames {
    /// Thermal satellite.
    pub thermal: String,
    /// Date-only thermal history.
    pub history: String,
    /// Press.
    pub press: String,
    /// The parties' logs, left side first, each with the identity that files it.
    pub logs: [(String, String); 2],
    /// Who hands in what instruments saw.
    pub worker: String,
}

/// The whole story in order. Equal times keep this order: files, clock, words.
#[must_use]
pub fn play(world: &World, names: &SourceNames) -> Vec<Step> {
    let mut steps = Vec::new();
    let t0 = world.scenario.t0;
    for years in [1, 2] {
        let name = format!("peacetime-{years}.csv");
        let text = sources::baseline(world, years);
        steps.push(file(
            t0 - Duration::hours(47),
            &names.worker,
            name,
            "firms",
            &names.history,
            text,
            true,
        ));
    }
    for day in 0..world.scenario.days {
        one_day(world, names, day, &mut steps);
    }
    for words in &world.scenario.steps {
        let what = What::Say {
            words: words.say.clone(),
            why: words.why.clone(),
            refused: words.refused.clone(),
        };
        steps.push(Step { at: t0 + words.after, identity: words.identity.clone(), what });
    }
    steps.sort_by_key(|step| step.at);
    steps
}

fn one_day(world: &World, names: &SourceNames, day: u32, steps: &mut Vec<Step>) {
    let end = world.day_start(day + 1);
    let worker = &names.worker;
    for (pass, delay_h) in [(0, 4), (1, 15)] {
        let at = world.day_start(day).day_start() + Duration::hours(delay_h);
        let text = sources::hotspots(world, day, pass);
        steps.push(file(
            at,
            worker,
            format!("viirs-{day}-{pass}.csv"),
            "firms",
            &names.thermal,
            text,
            false,
        ));
    }
    for (index, patrol) in world.scenario.patrols.iter().enumerate() {
        let at = end + Duration::seconds(60 * (index as i64 + 1));
        let name = format!("{}-{day}.csv", patrol.name);
        steps.push(file(
            at,
            worker,
            name,
            "patrol",
            &patrol.source,
            sources::patrol(world, day, patrol),
            false,
        ));
    }
    for (side, (source, identity)) in names.logs.iter().enumerate() {
        let at = end + Duration::seconds(1_800 + 60 * side as i64);
        let text = sources::party_log(world, day, side);
        steps.push(file(
            at,
            identity,
            format!("{source}-{day}.csv"),
            "party-log",
            source,
            text,
            false,
        ));
    }
    let text = sources::press(world, day);
    steps.push(file(
        end + Duration::hours(3),
        worker,
        format!("press-{day}.csv"),
        "viina",
        &names.press,
        text,
        false,
    ));
    for quarter in 1..=4 {
        let at = world.day_start(day) + Duration::hours(6 * quarter);
        steps.push(Step { at, identity: "house".into(), what: What::Tick });
    }
}

fn file(
    at: Time,
    identity: &str,
    name: String,
    format: &'static str,
    source: &str,
    text: String,
    baseline: bool,
) -> Step {
    let what = What::Submit {
        name,
        format,
        source: source.to_owned(),
        bytes: text.into_bytes(),
        baseline,
    };
    Step { at, identity: identity.to_owned(), what }
}
