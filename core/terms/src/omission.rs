//! An omission: something owed by a moment and not done. An allegation without an incident.

use kernel::{PartyId, Time};
use serde::{Deserialize, Serialize};

kernel::short_id!(
    /// Names an omission after its rule, bearer and due time.
    OmissionId,
    "OMI"
);

/// Something owed and not done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Omission {
    /// Names it.
    pub id: OmissionId,
    /// The rule, by its id in the agreement.
    pub rule: String,
    /// The article it rests on.
    pub article: String,
    /// Who owes.
    pub bearer: PartyId,
    /// When it fell due.
    pub due: Time,
    /// The fact that would have fulfilled it, stated of the bearer.
    pub fulfilled_by: String,
    /// Severity on the agreement's scale.
    pub severity: u8,
}
