//! The words of a case: open, state, answer, exhibit, recuse, move, vote, dissent, sign.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use kernel::{Identity, PartyId, Time};

use super::args::{At, identity, party, time};

/// Verbs of a case.
#[derive(Debug, Subcommand)]
pub enum CaseVerb {
    /// Open a case by hand. Any party may, and nobody can stop it.
    Open {
        /// The house.
        #[command(flatten)]
        at: At,
        /// What it is about.
        #[arg(long)]
        title: String,
        /// Articles said to be broken.
        #[arg(long = "article")]
        articles: Vec<String>,
        /// Whom it is laid against.
        #[arg(long = "accused", value_parser = party)]
        accused: Vec<PartyId>,
        /// When it is said to have happened.
        #[arg(long, value_parser = time)]
        when: Time,
        /// Until when, if it lasted.
        #[arg(long, value_parser = time)]
        until: Option<Time>,
        /// The complainant's account.
        #[arg(long)]
        account: String,
        /// Allegations it rests on.
        #[arg(long = "allegation")]
        allegations: Vec<String>,
    },
    /// File a statement.
    State(CaseText),
    /// Answer the case, or one statement in it.
    Answer {
        /// Case and text.
        #[command(flatten)]
        what: CaseText,
        /// Number of the statement answered.
        #[arg(long)]
        to: Option<u32>,
    },
    /// Deposit a file as an exhibit.
    Exhibit {
        /// The house.
        #[command(flatten)]
        at: At,
        /// The case.
        case: String,
        /// The file; its bytes go into the vault.
        file: PathBuf,
        /// What it is.
        #[arg(long)]
        title: String,
        /// What it shows and how it was come by.
        #[arg(long, default_value = "")]
        method: String,
    },
    /// A seat steps aside, or moves that another should.
    Recuse {
        /// The house.
        #[command(flatten)]
        at: At,
        /// The case.
        case: String,
        /// The seat; the submitter's own when not given.
        #[arg(long, value_parser = identity)]
        seat: Option<Identity>,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Put a finding to the vote.
    Move(Move),
    /// Vote on the motion.
    Vote {
        /// The house.
        #[command(flatten)]
        at: At,
        /// The case.
        case: String,
        /// The vote.
        vote: VoteWord,
    },
    /// Annex a dissent.
    Dissent(CaseText),
    /// Sign the carried finding; with the last signature it is published.
    Sign(CaseOnly),
    /// Tell the alleged parties; their time to answer begins.
    Notify(CaseOnly),
    /// Ask the house to assemble a provisional finding from the evidence.
    Provisional(CaseOnly),
    /// Confirm the provisional finding that waits.
    Publish(CaseOnly),
}

/// A case and nothing else.
#[derive(Args, Debug)]
pub struct CaseOnly {
    /// The house.
    #[command(flatten)]
    pub at: At,
    /// The case: its id, `@latest`, `@first`, `@3`.
    pub case: String,
}

/// A case and a text.
#[derive(Args, Debug)]
pub struct CaseText {
    /// The house.
    #[command(flatten)]
    pub at: At,
    /// The case: its id, `@latest`, `@first`, `@3`.
    pub case: String,
    /// The text.
    #[arg(long)]
    pub text: String,
}

/// `case move`.
#[derive(Args, Debug)]
pub struct Move {
    /// The house.
    #[command(flatten)]
    pub at: At,
    /// The case.
    pub case: String,
    /// `provisional`, `confirmed` or `full`.
    #[arg(long)]
    pub level: String,
    /// `violation` or `no-violation`.
    #[arg(long)]
    pub outcome: OutcomeWord,
    /// `insufficient`, `reasonable-grounds`, `balance-of-probabilities`, `clear-and-convincing`.
    #[arg(long)]
    pub proof: String,
    /// Chance that a rule was broken, 0 to 1; recorded as an ICD 203 word.
    #[arg(long)]
    pub chance: f64,
    /// A party's name, `both` or `undetermined`.
    #[arg(long)]
    pub responsible: String,
    /// Severity on the agreement's scale.
    #[arg(long)]
    pub severity: u8,
    /// What was found, in the authoritative language.
    #[arg(long)]
    pub text: String,
    /// Remedies, by the agreement's ids.
    #[arg(long = "remedy")]
    pub remedies: Vec<String>,
}

/// A seat's vote.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[allow(missing_docs, reason = "the words say it")]
pub enum VoteWord {
    For,
    Against,
    Abstain,
}

/// What a motion proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the words say it")]
pub enum OutcomeWord {
    Violation,
    NoViolation,
}
