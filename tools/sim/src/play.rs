//! The order of a story: files as they come in, and what the offices do about them.

use kernel::{Duration, Time};

use crate::eyes;
use crate::scenario::Sources;
use crate::sensing::{Sensed, arrivals, channels, sense, stations};
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

/// The whole story in order. Equal times keep this order: files, clock, words.
#[must_use]
pub fn play(world: &World) -> Vec<Step> {
    let names = &world.scenario.sources;
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
    if let Some(sensed) = sense(world) {
        sensors(world, &sensed, &mut steps);
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

fn one_day(world: &World, names: &Sources, day: u32, steps: &mut Vec<Step>) {
    let end = world.day_start(day + 1);
    let worker = &names.worker;
    // With sensors there is weather, and the satellites see through it or not.
    if world.scenario.sensors.is_some() {
        let name = format!("viirs-{day}.csv");
        let (at, text) = (end + Duration::hours(4), eyes::hotspots(world, day));
        steps.push(file(at, worker, name, "firms", &names.thermal, text, false));
    }
    let passes = if world.scenario.sensors.is_some() { &[][..] } else { &[(0, 4), (1, 15)][..] };
    for &(pass, delay_h) in passes {
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
    for quarter in 4 * day..4 * day + 4 {
        one_quarter(world, names, quarter, steps);
    }
}

fn one_quarter(world: &World, names: &Sources, quarter: u32, steps: &mut Vec<Step>) {
    let end = world.quarter_start(quarter + 1);
    for (index, patrol) in world.scenario.patrols.iter().enumerate() {
        let at = end + Duration::seconds(60 * (index as i64 + 1));
        let name = format!("{}-{quarter}.csv", patrol.name);
        let text = sources::patrol(world, quarter, patrol);
        steps.push(file(at, &names.worker, name, "patrol", &patrol.source, text, false));
    }
    for (side, (source, identity)) in names.logs.iter().enumerate() {
        let at = end + Duration::seconds(1_800 + 60 * side as i64);
        let text = sources::party_log(world, quarter, side);
        steps.push(file(
            at,
            identity,
            format!("{source}-{quarter}.csv"),
            "party-log",
            source,
            text,
            false,
        ));
    }
    let at = end + Duration::hours(1);
    steps.push(Step { at, identity: "house".into(), what: What::Tick });
}

/// Where the sensors stand, and each quarter day what they heard and saw.
fn sensors(world: &World, sensed: &Sensed, steps: &mut Vec<Step>) {
    let worker = &world.scenario.sources.worker;
    let channels = channels(&world.scenario);
    for &(source, ear, _) in &channels {
        let (at, name) = (world.scenario.t0 - Duration::hours(1), format!("{source}-stations.csv"));
        let text = stations(sensed, ear);
        steps.push(file(at, worker, name, "stations", source, text, false));
    }
    let quarters = 4 * world.scenario.days;
    for quarter in 0..quarters {
        // What is sent late, or from a clock far off, comes with a later file or the last.
        let (mut from, mut to) = (world.quarter_start(quarter), world.quarter_start(quarter + 1));
        from = if quarter == 0 { Time::MIN } else { from };
        to = if quarter + 1 == quarters { Time::MAX } else { to };
        let at = world.quarter_start(quarter + 1) + Duration::seconds(30);
        for &(source, ear, format) in &channels {
            let name = format!("{source}-{quarter}.csv");
            let text = arrivals(sensed, ear, (from, to));
            steps.push(file(at, worker, name, format, source, text, false));
        }
        let with = world.scenario.sensors.iter();
        for (source, cameras) in
            with.filter_map(|with| Some((with.camera.as_ref()?, &with.cameras)))
        {
            let (name, text) =
                (format!("{source}-{quarter}.csv"), eyes::looks(world, quarter, cameras));
            steps.push(file(at, worker, name, "looks", source, text, false));
        }
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
