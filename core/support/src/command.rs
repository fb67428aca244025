//! What donors, recipients and depot owners may ask of this pillar.

use kernel::{Digest, Time};
use serde::{Deserialize, Serialize};

use crate::depot::StockLevel;
use crate::entry::DrawId;
use crate::package::{Package, Rung};

/// One command.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command")]
#[allow(missing_docs, reason = "fields are named as in the entries that follow")]
pub enum Command {
    /// A donor enters a package.
    AnnouncePackage { package: Box<Package> },
    /// The donor reports that a package has come further.
    MovePackage { package: String, to: Rung, happened: Time, proof: Vec<Digest> },
    /// The recipient says whether it has received what the donor reports as delivered.
    ConfirmReceipt { package: String, received: bool, happened: Time, text: String },
    /// The recipient reports that it is in use.
    ReportUse { package: String, happened: Time },
    /// The donor takes a package back.
    WithdrawPackage { package: String, reason: String },
    /// A party with the right to it calls on a depot.
    RequestDraw { depot: String, category: String, text: String },
    /// The owner answers a call.
    AnswerDraw { draw: DrawId, accepts: bool, text: String },
    /// The owner reports that the goods have left.
    ReportDispatch { draw: DrawId, happened: Time, proof: Vec<Digest> },
    /// The owner states how full a depot is.
    StateStock { depot: String, category: String, level: StockLevel },
}
