//! `servanda exercise`: a seeded story, played through the same door as everything else.

use clap::Parser as _;
use desk::{Desk, Error, ingest};
use kernel::{Identity, SourceId};
use secretariat::Command;
use secretariat::command::HouseCommand;
use sim::{Scenario, Step, What, World};

use super::args::{Exercise, Words};
use super::{act, print};

/// Plays a scenario.
///
/// # Errors
/// When the house is no exercise, the scenario cannot be read, or a step does not go as the
/// scenario says.
pub fn play(words: &Words, options: &Exercise) -> Result<(), Error> {
    let mut desk = Desk::open(&options.at.house)?;
    if !desk.house().state().founding.exercise {
        return Err(Error::other(
            "this house is real: an exercise would put invented incidents on its record",
            "Found a house for it with `servanda init HOUSE --agreement DIR --exercise`.",
        ));
    }
    let text = match &options.scenario {
        Some(path) => match sim::built_in(&path.to_string_lossy()) {
            Some(text) => text.to_owned(),
            None => {
                std::fs::read_to_string(path).map_err(|error| Error::file("read", path, error))?
            }
        },
        None => sim::BUILT_IN.to_owned(),
    };
    let scenario = Scenario::read(&text).map_err(|error| {
        Error::other(error.to_string(), "docs/formats.md shows how a scenario is written.")
    })?;
    let zones = &desk.house().state().agreement.zones;
    let line =
        zones.lines.first().map(|line| line.path.clone()).unwrap_or(kernel::Polyline(Vec::new()));
    let title = scenario.title.clone();
    let world = World::happen(scenario, line, options.seed);
    let steps = sim::play(&world);
    eprintln!("EXERCISE {title}: {} steps, seed {}", steps.len(), options.seed);
    for step in &steps {
        one(&mut desk, options, step)?;
    }
    let audit = audit(&desk, &world)?;
    if words.form.json {
        return print::line(&crate::views::json(&audit));
    }
    print::text(&format!("EXERCISE {title}: {} entries on the record\n{audit}", desk.size()))
}

fn one(desk: &mut Desk, options: &Exercise, step: &Step) -> Result<(), Error> {
    let by = Identity::from(step.identity.as_str());
    match &step.what {
        What::Submit { name, format, source, bytes, baseline } => {
            let format = format
                .parse()
                .map_err(|fault: gateways::reading::Fault| Error::Usage(fault.reason))?;
            let options = ingest::Options {
                by,
                format: Some(format),
                source: Some(SourceId::from(source.as_str())),
                baseline: *baseline,
                covers: None,
                now: step.at,
            };
            ingest::stream(desk, name, bytes.as_slice(), &options, &mut |_| {})?;
            ingest::assemble(desk, step.at)
        }
        What::Tick => {
            desk.submit(&by, Command::House(HouseCommand::AdvanceClock), step.at).map(|_| ())
        }
        What::Say { words, why, refused } => {
            say(desk, options, step, (words, why, refused.as_deref()))
        }
    }
}

/// Says a step's words, with the house put where `HOUSE` stands.
fn say(
    desk: &mut Desk,
    options: &Exercise,
    step: &Step,
    (words, why, refused): (&[String], &str, Option<&str>),
) -> Result<(), Error> {
    let house = options.at.house.to_string_lossy().into_owned();
    let spoken =
        words.iter().map(|word| if word == "HOUSE" { house.clone() } else { word.clone() });
    let all =
        ["servanda".to_owned(), "--as".to_owned(), step.identity.clone()].into_iter().chain(spoken);
    let parsed = Words::try_parse_from(all)
        .map_err(|error| Error::Usage(format!("{}: {error}", words.join(" "))))?;
    eprintln!("{} {}: {} {}", step.at, step.identity, words.join(" "), why);
    match (act::act(desk, &parsed, step.at), refused) {
        (Ok(_), None) => Ok(()),
        (Err(Error::Refused(refusal)), Some(code)) if refusal.code == code => {
            eprintln!("  refused, as the story has it: {refusal}");
            Ok(())
        }
        (Ok(_), Some(code)) => Err(Error::Usage(format!(
            "{}: the story has it refused with `{code}`",
            words.join(" ")
        ))),
        (Err(error), _) => Err(error),
    }
}

/// Holds the incidents against the truth that the house never saw.
fn audit(desk: &Desk, world: &World) -> Result<sim::Audit, Error> {
    let mut bulletin = desk::Bulletin::default();
    bulletin.update(desk.log(), desk.vault())?;
    Ok(sim::audit(world, &bulletin.in_order()))
}
