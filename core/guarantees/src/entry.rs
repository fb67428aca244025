//! What has happened to pledges and obligations: the only serialised type of this pillar.

use commission::FindingId;
use kernel::{Digest, Time, Truth};
use serde::{Deserialize, Serialize};

use crate::cause::{Cause, Request};
use crate::obligation::{ConditionState, Obligation, ObligationId, Standing};
use crate::pledge::ClauseStatus;

/// A pledge held against a finding that did not set it off, and why.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct NotTriggered {
    /// The pledge.
    pub pledge: String,
    /// The finding.
    pub finding: FindingId,
    /// Every condition with its answer.
    pub conditions: Vec<ConditionState>,
}

impl NotTriggered {
    /// `No` when the pledge cannot be set off as things stand, not yet known when a statement is
    /// still missing.
    #[must_use]
    pub fn outcome(&self) -> Truth {
        crate::weigh::all_hold(&self.conditions)
    }
}

/// How far a reported act goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// All that was owed.
    Full,
    /// A part of it.
    Part,
}

/// One entry.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "entry")]
#[allow(
    missing_docs,
    reason = "each variant says what happened; fields are named alike throughout"
)]
pub enum Entry {
    PledgeAnnounced {
        pledge: String,
    },
    PledgeSigned {
        pledge: String,
    },
    /// A body gave or refused its approval, as the pledger states.
    PledgeApproved {
        pledge: String,
        body: String,
        given: bool,
        reference: String,
    },
    PledgeReady {
        pledge: String,
    },
    PledgeRenewed {
        pledge: String,
    },
    PledgeWithdrawn {
        pledge: String,
        reason: String,
    },
    /// A pledge's time ran out, or silence ended it.
    PledgeLapsed {
        pledge: String,
        reason: String,
    },
    ClauseRestated {
        pledge: String,
        status: ClauseStatus,
    },
    RequestRecorded(Request),
    /// A finding was held against every pledge; these were not set off.
    FindingWeighed {
        cause: Cause,
        not_triggered: Vec<NotTriggered>,
    },
    /// Facts changed, and with them the reasons why these pledges are not set off.
    ConditionsChanged {
        not_triggered: Vec<NotTriggered>,
    },
    ObligationRaised(Obligation),
    /// A later finding of the case bears the obligation now; its clock may have moved.
    ObligationCarried {
        obligation: ObligationId,
        finding: FindingId,
        counted_from: Time,
        due: Time,
        standing: Standing,
    },
    ObligationLapsed {
        obligation: ObligationId,
        reason: String,
    },
    ObligationOverdue {
        obligation: ObligationId,
    },
    ObligationDecided {
        obligation: ObligationId,
        decision: String,
    },
    ObligationDeclined {
        obligation: ObligationId,
        reason: String,
    },
    /// The bearer reports what it did; nothing is executed here.
    PerformanceReported {
        obligation: ObligationId,
        extent: Extent,
        done: Time,
        text: String,
        proof: Vec<Digest>,
    },
    /// A recipient or monitor confirms or disputes the report.
    PerformanceVerified {
        obligation: ObligationId,
        confirms: bool,
        text: String,
    },
    /// An approval that comes after the act is due and nobody has stated it.
    ApprovalFellDue {
        obligation: ObligationId,
        body: String,
        due: Time,
    },
    /// Nobody renewed the relief, so the eased measure is back in force.
    MeasureReturned {
        obligation: ObligationId,
    },
}

impl Entry {
    /// Whether pledges must be weighed again after this entry, as after a stated fact: a
    /// signature, an approval or a request may have been the last thing missing.
    #[must_use]
    pub fn may_set_off(&self) -> bool {
        matches!(
            self,
            Self::PledgeSigned { .. }
                | Self::PledgeApproved { .. }
                | Self::ClauseRestated { .. }
                | Self::PledgeWithdrawn { .. }
                | Self::PledgeLapsed { .. }
                | Self::RequestRecorded(_)
        )
    }

    /// Name and version of this kind of entry on the record.
    #[must_use]
    pub fn kind(&self) -> (&'static str, u32) {
        let name = match self {
            Self::PledgeAnnounced { .. } => "guarantees/pledge-announced",
            Self::PledgeSigned { .. } => "guarantees/pledge-signed",
            Self::PledgeApproved { .. } => "guarantees/pledge-approved",
            Self::PledgeReady { .. } => "guarantees/pledge-ready",
            Self::PledgeRenewed { .. } => "guarantees/pledge-renewed",
            Self::PledgeWithdrawn { .. } => "guarantees/pledge-withdrawn",
            Self::PledgeLapsed { .. } => "guarantees/pledge-lapsed",
            Self::ClauseRestated { .. } => "guarantees/clause-restated",
            Self::RequestRecorded(_) => "guarantees/request-recorded",
            Self::FindingWeighed { .. } => "guarantees/finding-weighed",
            Self::ConditionsChanged { .. } => "guarantees/conditions-changed",
            Self::ObligationRaised(_) => "guarantees/obligation-raised",
            Self::ObligationCarried { .. } => "guarantees/obligation-carried",
            Self::ObligationLapsed { .. } => "guarantees/obligation-lapsed",
            Self::ObligationOverdue { .. } => "guarantees/obligation-overdue",
            Self::ObligationDecided { .. } => "guarantees/obligation-decided",
            Self::ObligationDeclined { .. } => "guarantees/obligation-declined",
            Self::PerformanceReported { .. } => "guarantees/performance-reported",
            Self::PerformanceVerified { .. } => "guarantees/performance-verified",
            Self::ApprovalFellDue { .. } => "guarantees/approval-fell-due",
            Self::MeasureReturned { .. } => "guarantees/measure-returned",
        };
        (name, 1)
    }
}
