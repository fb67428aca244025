//! What the terms put on the record; the only form that is kept for ever.

use kernel::{Digest, PartyId, Time, Truth};
use serde::{Deserialize, Serialize};

use crate::notice::Notice;
use crate::omission::Omission;
use crate::parties::Stance;

/// Something that happened in the terms.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "entry")]
pub enum Entry {
    /// Somebody mandated stated a fact. When it became known and by whom is the entry's stamp.
    FactStated {
        /// Its name.
        fact: String,
        /// Of whom or what.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
        /// Whether it holds.
        holds: Truth,
        /// Since when.
        since: Time,
        /// What the statement rests on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<String>,
    },
    /// A notice was filed.
    NoticeFiled {
        /// The notice.
        notice: Notice,
    },
    /// A party said how it stands to an article.
    PositionTaken {
        /// The party.
        party: PartyId,
        /// The article's number.
        article: String,
        /// How it stands.
        stance: Stance,
        /// In its own words.
        text: String,
    },
    /// Allegations were raised, changed or withdrawn; the vault holds them, one JSON object a line.
    AllegationsRaised {
        /// SHA-256 of the payload.
        payload: Digest,
        /// How many are alleged in it.
        alleged: u32,
        /// How many are undetermined in it.
        undetermined: u32,
        /// How many it withdraws.
        withdrawn: u32,
    },
    /// An obligation fell due unfulfilled: an allegation without an incident.
    OmissionRaised {
        /// What was not done.
        omission: Omission,
    },
    /// A statement that came later shows that it was done in time.
    OmissionWithdrawn {
        /// What was thought not done.
        omission: Omission,
    },
}

impl Entry {
    /// Kind and version, as the record names it.
    #[must_use]
    pub fn kind(&self) -> (&'static str, u32) {
        match self {
            Self::FactStated { .. } => ("terms/fact-stated", 1),
            Self::NoticeFiled { .. } => ("terms/notice-filed", 1),
            Self::PositionTaken { .. } => ("terms/position-taken", 1),
            Self::AllegationsRaised { .. } => ("terms/allegations-raised", 1),
            Self::OmissionRaised { .. } => ("terms/omission-raised", 1),
            Self::OmissionWithdrawn { .. } => ("terms/omission-withdrawn", 1),
        }
    }

    /// The entry and the payload for a set of allegations; `None` for an empty set.
    ///
    /// # Errors
    /// When an allegation has no JSON form (a number that is not finite).
    pub fn of_allegations(
        allegations: &[crate::Allegation],
    ) -> Result<Option<(Self, Vec<u8>)>, serde_json::Error> {
        let mut payload = Vec::new();
        for allegation in allegations {
            serde_json::to_writer(&mut payload, allegation)?;
            payload.push(b'\n');
        }
        let count = |verdict| {
            let same = allegations.iter().filter(|allegation| allegation.verdict == verdict);
            u32::try_from(same.count()).unwrap_or(u32::MAX)
        };
        let entry = Self::AllegationsRaised {
            payload: Digest::of(&payload),
            alleged: count(crate::Verdict::Alleged),
            undetermined: count(crate::Verdict::Undetermined),
            withdrawn: count(crate::Verdict::Withdrawn),
        };
        Ok((!allegations.is_empty()).then_some((entry, payload)))
    }
}
