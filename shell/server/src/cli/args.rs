//! The words of the command line: noun, verb, house.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use kernel::{Duration, Identity, Interval, SourceId, Time};

pub(super) use super::values::{duration, identity, interval, party, source, time};

use super::case_args::CaseVerb;
use super::incident::IncidentVerb;
use super::source::SourceVerb;

/// Makes a ceasefire's security guarantees work: what happened, whose it was, who owes what.
///
/// Every command takes a HOUSE, the folder that holds the record. Data goes to standard output,
/// progress and errors to standard error. Exit codes: 0 done, 1 the world failed, 2 wrong words,
/// 3 refused by the house, 4 some lines had problems (with --strict), 5 the record does not verify.
#[derive(Debug, Parser)]
#[command(name = "servanda", version, max_term_width = 100)]
pub struct Words {
    /// How to show what is listed.
    #[command(flatten)]
    pub form: Form,
    /// Who submits; needs that identity's key in HOUSE/keys.
    #[arg(long = "as", global = true, value_name = "IDENTITY", value_parser = identity)]
    pub identity: Option<Identity>,
    /// The record's time, for exercises only, whose clock otherwise stands at the last entry.
    #[arg(long, global = true, value_name = "TIME", value_parser = time)]
    pub at: Option<Time>,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Output forms. Without one, a table for people.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct Form {
    /// JSON.
    #[arg(long, global = true, conflicts_with_all = ["csv", "geojson"])]
    pub json: bool,
    /// CSV with a header line.
    #[arg(long, global = true, conflicts_with = "geojson")]
    pub csv: bool,
    /// GeoJSON (RFC 7946), where what is listed has a place.
    #[arg(long, global = true)]
    pub geojson: bool,
}

/// A house on disk.
#[derive(Args, Clone, Debug)]
pub struct At {
    /// Folder of the house.
    #[arg(value_name = "HOUSE")]
    pub house: PathBuf,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Found a house under an agreement.
    Init(Init),
    /// Hand in observations: satellite files, press reports, patrol reports, party logs.
    Submit(Submit),
    /// The watch's engines on files alone: no HOUSE, nothing recorded.
    Watch {
        /// What to work on.
        #[command(subcommand)]
        verb: workbench::Verb,
    },
    /// Incidents: what the observations together say happened.
    Incidents(List),
    /// Allegations: incidents held against the agreement's rules.
    Allegations(List),
    /// Cases on the commission's docket.
    Cases(List),
    /// Findings, with how firmly they are proved.
    Findings(List),
    /// Pledges and the state of their conditions.
    Pledges(List),
    /// Obligations: who owes what by when.
    Obligations(List),
    /// Facts stated by mandated offices.
    Facts(List),
    /// Contributions to the force and their gates.
    Contributions(List),
    /// Support packages and how far each has come.
    Packages(List),
    /// Sources that watch.
    Sources(List),
    /// Tasks of the coordination cell.
    Tasks(List),
    /// Notifications: who must know what.
    Notifications(List),
    /// The 48-hour board.
    Board(Board),
    /// Decide about an incident, as an analyst.
    Incident {
        /// What to do with it.
        #[command(subcommand)]
        verb: IncidentVerb,
    },
    /// Find lying and broken sources.
    Source {
        /// What to do.
        #[command(subcommand)]
        verb: SourceVerb,
    },
    /// Carry a case.
    Case {
        /// What to do with it.
        #[command(subcommand)]
        verb: CaseVerb,
    },
    /// State facts.
    Fact {
        /// What to do.
        #[command(subcommand)]
        verb: FactVerb,
    },
    /// File advance notices.
    Notice {
        /// What to do.
        #[command(subcommand)]
        verb: NoticeVerb,
    },
    /// Say what was decided and done about an obligation.
    Obligation {
        /// What to do.
        #[command(subcommand)]
        verb: ObligationVerb,
    },
    /// Let the record's clock advance, so that what is due falls due.
    Clock {
        /// What to do.
        #[command(subcommand)]
        verb: ClockVerb,
    },
    /// Any command of any pillar, as JSON: see docs/formats.md.
    Act(Act),
    /// Write reports.
    Report {
        /// Which.
        #[command(subcommand)]
        verb: ReportVerb,
    },
    /// The signed record itself.
    Record {
        /// What to do.
        #[command(subcommand)]
        verb: RecordVerb,
    },
    /// Agreements as text.
    Terms {
        /// What to do.
        #[command(subcommand)]
        verb: TermsVerb,
    },
    /// Play a seeded exercise in a house founded for exercises.
    Exercise(Exercise),
    /// Serve the pages, the app and the API on loopback.
    Serve(Serve),
}

/// `init`.
#[derive(Args, Debug)]
pub struct Init {
    /// Where the house goes; must not exist yet.
    #[command(flatten)]
    pub at: At,
    /// Folder of the agreement.
    #[arg(long, value_name = "DIR")]
    pub agreement: PathBuf,
    /// Everything in this house is an exercise, and is marked so everywhere.
    #[arg(long)]
    pub exercise: bool,
    /// Keys grown from a seed, for exercises that must come out the same to the byte.
    #[arg(long, requires = "exercise")]
    pub seed: Option<u64>,
}

/// `submit`.
#[derive(Args, Debug)]
pub struct Submit {
    /// The house.
    #[command(flatten)]
    pub at: At,
    /// Files to hand in.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Their format; recognised from the columns when not given.
    #[arg(long)]
    pub format: Option<String>,
    /// Their source; the agreement's usual source of the format when not given.
    #[arg(long, value_parser = source)]
    pub source: Option<SourceId>,
    /// Peacetime observations, against which others are held.
    #[arg(long)]
    pub baseline: bool,
    /// What time the files speak of, as FROM/TO, when it is not that of their rows.
    #[arg(long, value_name = "FROM/TO", value_parser = interval)]
    pub covers: Option<Interval>,
    /// End with code 4 when any line had a problem.
    #[arg(long)]
    pub strict: bool,
    /// Take the files in, but leave making incidents of them to a later command.
    #[arg(long)]
    pub no_assemble: bool,
}

/// `incidents`, `cases`, ... `list` or `show ID`.
#[derive(Args, Debug)]
pub struct List {
    /// The house.
    #[command(flatten)]
    pub at: At,
    /// One thing instead of all.
    #[command(subcommand)]
    pub verb: Option<ListVerb>,
    /// Only what happened at or after this time.
    #[arg(long, global = true, value_name = "TIME", value_parser = time)]
    pub from: Option<Time>,
    /// Only what happened before this time.
    #[arg(long, global = true, value_name = "TIME", value_parser = time)]
    pub to: Option<Time>,
}

/// `list` or `show`.
#[derive(Debug, Subcommand)]
pub enum ListVerb {
    /// All of them.
    List,
    /// One of them, whole.
    Show {
        /// Its id; `@latest`, `@first` or `@3` count in the order of the record.
        id: String,
        /// Incidents: draw the waveforms around its onsets into this folder. What a source does
        /// not release to everybody needs `--as`.
        #[arg(long, value_name = "DIR")]
        svg: Option<PathBuf>,
    },
}

/// `board`.
#[derive(Args, Debug)]
pub struct Board {
    /// The house.
    #[command(flatten)]
    pub at: At,
}

/// Whether something holds.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[allow(missing_docs, reason = "the words say it")]
pub enum HoldsWord {
    Yes,
    No,
    NotYetKnown,
}

/// Verbs of facts.
#[derive(Debug, Subcommand)]
pub enum FactVerb {
    /// State that something holds or does not; a mandate is needed.
    State {
        /// The house.
        #[command(flatten)]
        at: At,
        /// The fact's name: `ceasefire-in-force`, `host-request`, `approval`, ...
        name: String,
        /// Of whom or what.
        #[arg(long)]
        subject: Option<String>,
        /// Whether it holds.
        #[arg(long, default_value = "yes")]
        holds: HoldsWord,
        /// Since when; the record's time when not given.
        #[arg(long, value_parser = time)]
        since: Option<Time>,
        /// What the statement rests on.
        #[arg(long)]
        basis: Option<String>,
    },
}

/// Verbs of notices.
#[derive(Debug, Subcommand)]
pub enum NoticeVerb {
    /// Announce an activity in advance.
    File {
        /// The house.
        #[command(flatten)]
        at: At,
        /// Kind of activity, as the agreement names it: `demining`, `exercise`.
        kind: String,
        /// From when.
        #[arg(long, value_parser = time)]
        from: Time,
        /// Until when.
        #[arg(long, value_parser = time)]
        to: Time,
        /// Middle of the area, degrees east.
        #[arg(long, allow_negative_numbers = true)]
        lon: f64,
        /// Middle of the area, degrees north.
        #[arg(long, allow_negative_numbers = true)]
        lat: f64,
        /// Radius of the area, metres.
        #[arg(long, default_value_t = 500.0)]
        radius_m: f64,
        /// What will be done.
        #[arg(long, default_value = "")]
        text: String,
    },
}

/// Verbs of obligations.
#[derive(Debug, Subcommand)]
pub enum ObligationVerb {
    /// State what was decided.
    Decide(ObligationText),
    /// Refuse it.
    Decline(ObligationText),
    /// Report what was done.
    Report {
        /// Which, and what was done.
        #[command(flatten)]
        what: ObligationText,
        /// Only part of it was done.
        #[arg(long)]
        partly: bool,
        /// When; the record's time when not given.
        #[arg(long, value_parser = time)]
        done: Option<Time>,
    },
    /// Confirm (or with --dispute deny) a report; never the one who owes.
    Verify {
        /// Which, and on what ground.
        #[command(flatten)]
        what: ObligationText,
        /// It was not done as reported.
        #[arg(long)]
        dispute: bool,
    },
}

/// An obligation and a text.
#[derive(Args, Debug)]
pub struct ObligationText {
    /// The house.
    #[command(flatten)]
    pub at: At,
    /// The obligation: its id, `@latest`, `@first`, `@3`.
    pub obligation: String,
    /// The text.
    #[arg(long)]
    pub text: String,
}

/// Verbs of the clock.
#[derive(Debug, Subcommand)]
pub enum ClockVerb {
    /// Record the time, and let what is due by then fall due.
    Advance {
        /// The house.
        #[command(flatten)]
        at: At,
    },
}

/// `act`.
#[derive(Args, Debug)]
pub struct Act {
    /// The house.
    #[command(flatten)]
    pub at: At,
    /// Pillar and command: `commission/weigh-evidence`.
    pub kind: String,
    /// The command's fields as JSON; `-` reads standard input.
    pub fields: String,
}

/// Verbs of reports.
#[derive(Debug, Subcommand)]
pub enum ReportVerb {
    /// The daily report.
    Daily {
        /// The house.
        #[command(flatten)]
        at: At,
        /// The day, `2026-03-02`: 24 hours up to the agreement's cut-off on that day.
        #[arg(long)]
        date: String,
        /// `en`, `uk` or `fr`.
        #[arg(long, default_value = "en")]
        lang: String,
        /// Put it on the record.
        #[arg(long)]
        issue: bool,
        /// Write it there instead of standard output.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

/// Verbs of the record.
#[derive(Debug, Subcommand)]
pub enum RecordVerb {
    /// The signed checkpoint.
    Checkpoint {
        /// The house.
        #[command(flatten)]
        at: At,
        /// Write it there.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Prove that an entry stands on the record.
    Prove {
        /// The house.
        #[command(flatten)]
        at: At,
        /// Its position, from 0.
        position: u64,
        /// Write it there.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// The record and all it rests on as one file, the same bytes every time.
    Export {
        /// The house.
        #[command(flatten)]
        at: At,
        /// Write it there.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// The entries, in order.
    Log {
        /// The house.
        #[command(flatten)]
        at: At,
        /// The first position to show.
        #[arg(long, default_value_t = 0)]
        from: u64,
    },
}

/// Verbs of agreements.
#[derive(Debug, Subcommand)]
pub enum TermsVerb {
    /// Read an agreement's folder and report every mistake at once.
    Check {
        /// The folder.
        folder: PathBuf,
    },
}

/// `exercise`.
#[derive(Args, Debug)]
pub struct Exercise {
    /// The house, founded with `--exercise`.
    #[command(flatten)]
    pub at: At,
    /// Scenario file; the built-in one when not given.
    #[arg(long)]
    pub scenario: Option<PathBuf>,
    /// The same seed plays the same story.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// `serve`.
#[derive(Args, Debug)]
pub struct Serve {
    /// The house.
    #[command(flatten)]
    pub at: At,
    /// Port on loopback; 0 picks a free one.
    #[arg(long, default_value_t = 8420)]
    pub port: u16,
    /// How often the record's clock advances while serving; `0s` leaves it alone.
    #[arg(long, default_value = "60s", value_parser = duration)]
    pub tick: Duration,
}
