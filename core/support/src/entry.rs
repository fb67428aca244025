//! What has happened to packages and depots: the only serialised type of this pillar.

use guarantees::ObligationId;
use kernel::{Digest, PartyId, Time};
use serde::{Deserialize, Serialize};

use crate::depot::StockLevel;
use crate::package::{Package, Rung};

kernel::short_id!(
    /// Names a call on a depot after the depot and the entry that made it.
    DrawId,
    "DRAW"
);

/// One entry.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "entry")]
#[allow(
    missing_docs,
    reason = "each variant says what happened; fields are named alike throughout"
)]
pub enum Entry {
    PackageAnnounced {
        package: Package,
    },
    PackageMoved {
        package: String,
        to: Rung,
        happened: Time,
        proof: Vec<Digest>,
    },
    /// The recipient's word on a delivery.
    ReceiptConfirmed {
        package: String,
        received: bool,
        happened: Time,
        text: String,
    },
    PackageWithdrawn {
        package: String,
        reason: String,
    },
    /// A promised time went by.
    PromiseSlipped {
        package: String,
        rung: Rung,
        promised: Time,
    },
    /// An obligation asks for support; the packages entered under its pledge, if there are any.
    DeliveryDue {
        obligation: ObligationId,
        bearer: PartyId,
        due: Time,
        packages: Vec<String>,
    },
    /// The obligation behind it fell away.
    DeliveryReleased {
        obligation: ObligationId,
    },
    DrawRequested {
        draw: DrawId,
        depot: String,
        category: String,
        by: PartyId,
        due: Time,
        text: String,
    },
    DrawAnswered {
        draw: DrawId,
        accepts: bool,
        text: String,
    },
    DrawDispatched {
        draw: DrawId,
        happened: Time,
        proof: Vec<Digest>,
    },
    DrawOverdue {
        draw: DrawId,
    },
    StockStated {
        depot: String,
        category: String,
        level: StockLevel,
    },
}

impl Entry {
    /// Name and version of this kind of entry on the record.
    #[must_use]
    pub fn kind(&self) -> (&'static str, u32) {
        let name = match self {
            Self::PackageAnnounced { .. } => "support/package-announced",
            Self::PackageMoved { .. } => "support/package-moved",
            Self::ReceiptConfirmed { .. } => "support/receipt-confirmed",
            Self::PackageWithdrawn { .. } => "support/package-withdrawn",
            Self::PromiseSlipped { .. } => "support/promise-slipped",
            Self::DeliveryDue { .. } => "support/delivery-due",
            Self::DeliveryReleased { .. } => "support/delivery-released",
            Self::DrawRequested { .. } => "support/draw-requested",
            Self::DrawAnswered { .. } => "support/draw-answered",
            Self::DrawDispatched { .. } => "support/draw-dispatched",
            Self::DrawOverdue { .. } => "support/draw-overdue",
            Self::StockStated { .. } => "support/stock-stated",
        };
        (name, 1)
    }
}
