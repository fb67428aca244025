//! Sources held against what they and the others said: found out, and put on the record.

use clap::Subcommand;
use watch::trust_doubt::SourceDoubted;

use super::args::At;

/// Verbs of sources.
#[derive(Debug, Subcommand)]
pub enum SourceVerb {
    /// Hold every station beside the others; whoever is doubted, or no longer, goes on the record.
    Check {
        /// The house.
        #[command(flatten)]
        at: At,
    },
}

/// What was found, for people.
#[must_use]
pub fn told(doubts: &[SourceDoubted]) -> String {
    if doubts.is_empty() {
        return "nothing new: no station gives reason to say more than the record says\n".into();
    }
    doubts.iter().map(one).collect()
}

fn one(doubt: &SourceDoubted) -> String {
    let station = doubt.station.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let since = doubt.since.map(|since| format!(" since {since}")).unwrap_or_default();
    let state = crate::views::json(&doubt.state);
    let mut out = format!(
        "{}{station}: {}{since}, chance of not being sound {:.3}, weight {:.2}, of its silence {:.2}\n",
        doubt.source,
        state.as_str().unwrap_or_default(),
        doubt.probability.value(),
        doubt.weight.value(),
        doubt.silence_weight.value(),
    );
    for sentence in &doubt.evidence {
        out.push_str("  ");
        out.push_str(sentence);
        out.push('\n');
    }
    out
}
