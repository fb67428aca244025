//! A finding: what a commission holds to be proved, how firmly, and whose it is.

use kernel::belief::DegreeOfProof;
use kernel::{Identity, Interval, LikelihoodWord, PartyId, Time};
use serde::{Deserialize, Serialize};
use terms::AllegationId;

kernel::short_id!(
    /// Names a case after the entry that opened it.
    CaseId,
    "CASE"
);
kernel::short_id!(
    /// Names a finding after its case, level and text.
    FindingId,
    "FND"
);

/// The three speeds of a finding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Hours: machine-assembled, reversible.
    Provisional,
    /// Days.
    Confirmed,
    /// Weeks: a full report.
    Full,
}

/// Whose act it was, as found.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "responsible", content = "party")]
pub enum Responsibility {
    /// This party.
    Party(PartyId),
    /// Both sides.
    Both,
    /// It happened; whose it was is not proved.
    Undetermined,
}

/// A seat's vote.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vote {
    /// For.
    For,
    /// Against.
    Against,
    /// Neither.
    Abstain,
}

/// What a finding rests on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// The seats carried it by vote.
    #[default]
    Voted,
    /// The house assembled it from the evidence.
    Assembled,
    /// Time ran out, and the agreement presumes it.
    Presumed,
}

/// A seat's signature: an entry on the record that the seat's own key signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Signature {
    /// The seat.
    pub seat: Identity,
    /// Position of its signing entry on the record.
    pub entry: u64,
}

/// A finding as signed. A later finding of the same case supersedes it and says so.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Names it.
    pub id: FindingId,
    /// The case it closes or carries further.
    pub case: CaseId,
    /// How fast and how firm a product it is.
    pub level: Level,
    /// Whether a rule was broken, as found.
    pub violation: bool,
    /// The articles concerned.
    pub articles: Vec<String>,
    /// The allegations it disposes of.
    pub allegations: Vec<AllegationId>,
    /// How firmly it is proved.
    pub proof: DegreeOfProof,
    /// How likely it is that a rule was broken, in ICD 203 words; never in one sentence with
    /// the degree of proof.
    pub likelihood: LikelihoodWord,
    /// Whose act it was.
    pub responsibility: Responsibility,
    /// Severity on the agreement's scale.
    pub severity: u8,
    /// When the breach happened.
    pub breach: Interval,
    /// When the finding was published.
    pub published: Time,
    /// The text, in the authoritative language.
    pub text: String,
    /// Recommended or determined remedies, as the agreement's outcome mode says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<String>,
    /// What it rests on: a vote, the machine, a presumption.
    #[serde(default)]
    pub ground: Ground,
    /// The entries by which the seats signed it; none on what no seat has signed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<Signature>,
    /// How the seats voted.
    pub votes: Vec<(Identity, Vote)>,
    /// Dissents, by seat.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dissents: Vec<(Identity, String)>,
    /// Seats that took no part because they are accused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recused: Vec<Identity>,
    /// The finding it replaces, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<FindingId>,
}
