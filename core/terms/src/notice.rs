//! Advance notices and windows: what somebody announced, where, when, and since when it is known.

use kernel::{Identity, Interval, PartyId, Place, Time};
use serde::{Deserialize, Serialize};

kernel::short_id!(
    /// Names a notice after its content and the moment it was filed.
    NoticeId,
    "NTC"
);

/// One notice as filed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// Names it.
    pub id: NoticeId,
    /// Its kind, as the agreement declares it.
    pub kind: String,
    /// When the announced activity takes place.
    pub window: Interval,
    /// Middle of the announced area.
    pub center: Place,
    /// Its radius, metres.
    pub radius_m: f64,
    /// The party whose activity it is, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// What is announced.
    pub text: String,
    /// When the record learnt of it.
    pub known: Time,
    /// Who filed it.
    pub by: Identity,
}
