//! The command line: words in, one act, data out.

pub mod act;
pub mod args;
pub mod case;
pub mod case_args;
pub mod drawn;
pub mod exercise;
pub mod house;
pub mod incident;
pub mod list;
pub mod print;
pub mod refer;
pub mod report;
pub mod shown;
pub mod source;
mod values;

use kernel::{Identity, Time};

use self::args::{Verb, Words};
use self::source::SourceVerb;
use desk::Desk;
use desk::Error;

/// Does what the words say.
///
/// # Errors
/// With what went wrong and what to do next.
pub fn run(words: Words) -> Result<(), Error> {
    match words.verb {
        Verb::Init(ref init) => house::init(&words, init),
        Verb::Terms { ref verb } => house::check(verb),
        Verb::Record { ref verb } => house::record(verb),
        Verb::Watch { ref verb } => workbench::run(verb).map_err(workbench_failed),
        Verb::Serve(ref serve) => crate::http::serve(serve),
        Verb::Exercise(ref exercise) => exercise::play(&words, exercise),
        Verb::Report { ref verb } => report::report(&words, verb),
        Verb::Source { verb: ref verb @ SourceVerb::Availability { .. } } => {
            source::availability(&words.form, verb)
        }
        Verb::Board(ref board) => list::board(&words.form, board),
        _ => match list::of(&words) {
            Some((noun, list)) => list::list(&words, noun, list),
            None => with_desk(&words),
        },
    }
}

fn workbench_failed(error: workbench::Error) -> Error {
    Error::other(error.sentence, error.hint)
}

/// Opens the desk, acts, says what came of it.
fn with_desk(words: &Words) -> Result<(), Error> {
    let path = act::house_of(&words.verb)
        .ok_or_else(|| Error::Usage("this command needs a HOUSE".into()))?;
    let mut desk = Desk::open(path)?;
    let now = time_of(words, &desk)?;
    let said = act::act(&mut desk, words, now)?;
    print::said(&words.form, &said)
}

/// The record's time for a command: the machine's clock; in an exercise the story's own clock,
/// which stands at the last entry until `--at` moves it.
///
/// # Errors
/// When `--at` is given in a house that is no exercise.
pub fn time_of(words: &Words, desk: &Desk) -> Result<Time, Error> {
    match (words.at, desk.house().state().founding.exercise) {
        (at, true) => Ok(at.unwrap_or(desk.last())),
        (None, false) => Ok(now()),
        (Some(_), false) => Err(Error::other(
            "--at sets the record's time, and this house is not an exercise",
            "Leave --at away; found a house with --exercise to play with time.",
        )),
    }
}

/// Who submits: `--as`, or the one given.
#[must_use]
pub fn submitter(words: &Words, usual: &str) -> Identity {
    words.identity.clone().unwrap_or_else(|| Identity::from(usual))
}

/// The machine's clock, in whole microseconds.
#[must_use]
pub fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Time(since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
}
