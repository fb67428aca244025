//! Who: parties to the agreement, the offices that act for them, and the sources that watch.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.to_owned())
            }
        }
    };
}

name!(
    /// A state or body the agreement speaks of, by the agreement's own short name (`UA`, `RU`).
    PartyId
);
name!(
    /// Someone who can sign: an office, a seat, a worker or the house itself (`ua.liaison`).
    Identity
);
name!(
    /// Where observations come from: a satellite, an array, a patrol, a newspaper (`firms-viirs`).
    SourceId
);

/// The party an act is laid to, before a finding: one of the parties, or nobody in particular.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Attributed {
    /// Laid to this party.
    Party(PartyId),
    /// The evidence does not single out a party.
    Unattributed,
}

const UNATTRIBUTED: &str = "unattributed";

impl From<String> for Attributed {
    fn from(name: String) -> Self {
        if name == UNATTRIBUTED { Self::Unattributed } else { Self::Party(PartyId(name)) }
    }
}
impl From<Attributed> for String {
    fn from(attributed: Attributed) -> Self {
        attributed.to_string()
    }
}
impl fmt::Display for Attributed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Party(party) => f.pad(party.as_str()),
            Self::Unattributed => f.pad(UNATTRIBUTED),
        }
    }
}
