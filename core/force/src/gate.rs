//! The gates before a deployment: all must be open, and each says who owes what is missing.

use guarantees::ConditionState;
use guarantees::pledge::ApprovalTime;
use kernel::{Context, Fact, Truth};
use serde::{Deserialize, Serialize};

use crate::contribution::{Contribution, LocationBand};
use crate::plan::Mandate;

/// Which gate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateKind {
    /// The host has asked.
    HostRequest,
    /// Hostilities have credibly ceased.
    CredibleCessation,
    /// There is a legal basis for foreign forces.
    LegalBasis,
    /// A national body has approved.
    Approval,
    /// The backstop stands, where the contribution is tied to it.
    Backstop,
    /// It would stand far enough from the line, at an agreed place.
    Location,
}

/// One gate with its answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Gate {
    /// Which.
    pub gate: GateKind,
    /// What it asks, the answer, and who owes what is missing.
    #[serde(flatten)]
    pub state: ConditionState,
}

/// Every gate of a contribution as the facts stand.
#[must_use]
pub fn gates(contribution: &Contribution, mandate: &Mandate, context: &Context<'_>) -> Vec<Gate> {
    let asked = Asked { contribution, mandate, context };
    let id = contribution.id.as_str();
    let host = asked.mandate.host.to_string();
    let mut gates = vec![
        asked.fact(
            GateKind::HostRequest,
            "the host has asked",
            "host-request",
            &[Some(id), None],
            &host,
        ),
        asked.fact(
            GateKind::CredibleCessation,
            "hostilities have credibly ceased",
            "credible-cessation",
            &[None],
            "the monitoring mechanism",
        ),
        asked.fact(
            GateKind::LegalBasis,
            "a legal basis is in force",
            "legal-basis",
            &[Some(id), None],
            &host,
        ),
    ];
    gates.extend(asked.approvals());
    if contribution.needs_backstop {
        let owner = mandate.backstop_by.as_ref().map_or("whoever gives it", |party| party.as_str());
        gates.push(asked.fact(
            GateKind::Backstop,
            "the backstop stands",
            "backstop",
            &[Some(id), None],
            owner,
        ));
    }
    gates.push(asked.location());
    gates
}

/// Whether all gates are open.
#[must_use]
pub fn open(gates: &[Gate]) -> Truth {
    gates.iter().fold(Truth::Yes, |so_far, gate| so_far.and(gate.state.holds))
}

struct Asked<'a> {
    contribution: &'a Contribution,
    mandate: &'a Mandate,
    context: &'a Context<'a>,
}

impl Asked<'_> {
    /// The first of `subjects` about which anything was stated decides.
    fn stated(&self, name: &str, subjects: &[Option<&str>]) -> Truth {
        let now = self.context.stamp.at;
        let found: Option<&Fact> =
            subjects.iter().find_map(|subject| self.context.facts.at(name, *subject, now, now));
        found.map_or(Truth::NotYetKnown, |fact| fact.holds)
    }

    fn fact(
        &self,
        gate: GateKind,
        says: &str,
        name: &str,
        subjects: &[Option<&str>],
        owner: &str,
    ) -> Gate {
        gate_of(
            gate,
            says.to_owned(),
            self.stated(name, subjects),
            format!("{owner}: state {name}"),
        )
    }

    /// Approvals before the act, by the contribution's name or that of the pledge it fulfils.
    fn approvals(&self) -> Vec<Gate> {
        let before = self
            .contribution
            .approvals
            .iter()
            .filter(|approval| approval.when == ApprovalTime::Before);
        let names = [Some(&self.contribution.id), self.contribution.pledge.as_ref()];
        before
            .map(|approval| {
                let body = &approval.body;
                let subjects: Vec<_> =
                    names.iter().flatten().map(|name| format!("{name}/{body}")).collect();
                let subjects: Vec<_> =
                    subjects.iter().map(|subject| Some(subject.as_str())).collect();
                let owed =
                    format!("{}: state the decision of {body}", self.contribution.contributor);
                let holds = self.stated("approval", &subjects);
                gate_of(GateKind::Approval, format!("{body} has approved"), holds, owed)
            })
            .collect()
    }

    fn location(&self) -> Gate {
        let least_m = self.mandate.distance_from_line_m_min;
        let says =
            format!("it stands {} km or more from the line, at an agreed place", least_m / 1_000);
        let contributor = &self.contribution.contributor;
        let (holds, owed) = match self.contribution.location {
            None => (Truth::NotYetKnown, format!("{contributor}: say where it would stand")),
            Some(LocationBand::Host { distance_m_min }) if distance_m_min < least_m => {
                (Truth::No, format!("{contributor}: offer a place farther from the line"))
            }
            Some(LocationBand::Host { .. }) => {
                let agreed = self.stated("location-agreed", &[Some(&self.contribution.id), None]);
                (agreed, format!("{}: agree the location", self.mandate.host))
            }
            Some(LocationBand::Neighbour | LocationBand::Sea | LocationBand::Air) => {
                (Truth::Yes, String::new())
            }
        };
        gate_of(GateKind::Location, says, holds, owed)
    }
}

fn gate_of(gate: GateKind, condition: String, holds: Truth, owed: String) -> Gate {
    let owed = (holds != Truth::Yes).then_some(owed);
    Gate { gate, state: ConditionState { condition, holds, owed } }
}
