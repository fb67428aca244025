//! An exhibit: what lies before the commission, by digest, and every pair of hands it went through.

use kernel::belief::{Credibility, Reliability};
use kernel::{Digest, Identity, Interval, PartyId, PlaceBelief, SourceId, Time};
use serde::{Deserialize, Serialize};

/// What is deposited. The bytes rest in the vault under `digest`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Exhibit {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// What it is, in words.
    pub title: String,
    /// Media type, as in `image/jpeg`.
    pub media_type: String,
    /// Size, bytes.
    pub size_bytes: u64,
    /// When it was taken, as its maker or device says; not trusted as the record's time is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<Interval>,
    /// Device, method or tool, with version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Where it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceBelief>,
    /// The registered source it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// What it was made from, when it is a working copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_from: Option<WorkingCopy>,
    /// How it must be handled, in the depositor's words: consent, vulnerable persons, marking.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub handling: String,
    /// Parties and audiences it may be shown to; empty for everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub releasable_to: Vec<String>,
}

/// How a working copy came about; the original stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorkingCopy {
    /// The exhibit it was made from.
    pub parent: Digest,
    /// What was done: crop, redaction, transcription, with tool and version.
    pub transformation: String,
}

/// One change of hands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Transfer {
    /// When it changed hands, as the two say.
    pub at: Time,
    /// Who gave it.
    pub from: Identity,
    /// Who has it now.
    pub to: Identity,
    /// What for.
    pub purpose: String,
    /// SHA-256 of the bytes as received; another than the exhibit's breaks custody.
    pub found: Digest,
}

/// Somebody's grade, with the reason for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Grade {
    /// Who graded.
    pub by: Identity,
    /// Reliability of the source, A to F (F: cannot be judged); absent when only the information was graded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Reliability>,
    /// Credibility of the information, 1 to 6 (6: cannot be judged), scored apart from the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub information: Option<Credibility>,
    /// Why.
    pub reason: String,
}

/// An exhibit with its history in the case.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Held {
    /// What was deposited.
    pub exhibit: Exhibit,
    /// Who deposited it.
    pub deposited_by: Identity,
    /// The party the depositor acts for.
    pub party: Option<PartyId>,
    /// When the record received it; this time is trusted.
    pub received: Time,
    /// Changes of hands, first to last.
    pub custody: Vec<Transfer>,
    /// Grades given.
    pub grades: Vec<Grade>,
    /// Whether a seat has set it aside: it is kept, and counts for nothing.
    pub set_aside: bool,
}

impl Held {
    /// Who has it now.
    #[must_use]
    pub fn holder(&self) -> &Identity {
        self.custody.last().map_or(&self.deposited_by, |transfer| &transfer.to)
    }

    /// Whether each pair of hands took it from the one before, later, with the same bytes.
    #[must_use]
    pub fn custody_intact(&self) -> bool {
        let mut holder = &self.deposited_by;
        let mut at = Time::MIN;
        self.custody.iter().all(|transfer| {
            let sound = transfer.from == *holder
                && transfer.at >= at
                && transfer.found == self.exhibit.digest;
            (holder, at) = (&transfer.to, transfer.at);
            sound
        })
    }

    /// The information grades, cautiously summed up: the least credible one given, if any can
    /// be judged.
    #[must_use]
    pub fn credibility(&self) -> Option<u8> {
        let grades = self.grades.iter().filter_map(|grade| grade.information.map(u8::from));
        grades.filter(|&grade| grade < 6).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(custody: Vec<Transfer>) -> Held {
        let exhibit = Exhibit {
            digest: Digest::of(b"photograph"),
            title: "crater".into(),
            media_type: "image/jpeg".into(),
            size_bytes: 10,
            captured: None,
            method: None,
            place: None,
            source: None,
            made_from: None,
            handling: String::new(),
            releasable_to: vec![],
        };
        Held {
            exhibit,
            deposited_by: "patrol".into(),
            party: None,
            received: Time(0),
            custody,
            grades: vec![],
            set_aside: false,
        }
    }

    fn transfer(at: i64, from: &str, to: &str, bytes: &[u8]) -> Transfer {
        let purpose = "analysis".to_owned();
        Transfer {
            at: Time(at),
            from: from.into(),
            to: to.into(),
            purpose,
            found: Digest::of(bytes),
        }
    }

    #[test]
    fn custody_breaks_on_other_bytes_other_hands_or_time_running_back() {
        let good = transfer(1, "patrol", "laboratory", b"photograph");
        assert!(held(vec![good.clone()]).custody_intact());
        assert!(!held(vec![transfer(1, "patrol", "laboratory", b"retouched")]).custody_intact());
        assert!(
            !held(vec![good.clone(), transfer(2, "courier", "seat", b"photograph")])
                .custody_intact()
        );
        assert!(
            !held(vec![good, transfer(0, "laboratory", "seat", b"photograph")]).custody_intact()
        );
    }
}
