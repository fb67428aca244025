//! Pledges, obligations and what rests on them, computed from the record.

use std::collections::BTreeMap;

use commission::{CaseId, FindingId};
use kernel::{Context, Identity, PartyId, Stamp, Time, Truth};

use crate::cause::{Cause, Occasion, Request};
use crate::entry::{Entry, Extent, NotTriggered};
use crate::obligation::{ConditionState, Obligation, ObligationId, Standing};
use crate::pledge::{ApprovalTime, ClauseStatus, Life, Pledge, Silence};
use crate::register::Register;
use crate::weigh;

/// Everything this pillar knows.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct State {
    register: Register,
    roles: BTreeMap<Identity, PartyId>,
    acts: BTreeMap<String, Acts>,
    causes: BTreeMap<FindingId, Cause>,
    current: BTreeMap<CaseId, FindingId>,
    requests: Vec<Request>,
    obligations: BTreeMap<ObligationId, Obligation>,
    of_case: BTreeMap<(CaseId, String), ObligationId>,
    reports: BTreeMap<ObligationId, Vec<Report>>,
    not_triggered: BTreeMap<(FindingId, String), NotTriggered>,
    approvals_due: BTreeMap<(ObligationId, String), Time>,
    returned: BTreeMap<ObligationId, Time>,
}

/// What a pledger has done about a pledge since the agreement was founded.
#[derive(Clone, Default, PartialEq, Debug)]
struct Acts {
    life: Option<Life>,
    signed: Option<Time>,
    status: Option<ClauseStatus>,
    approved: BTreeMap<String, bool>,
    renewed: Option<Time>,
    ended: Option<(Life, String)>,
}

/// What somebody stated about an obligation.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// When the record took it in.
    pub known: Time,
    /// Who stated it.
    pub by: Identity,
    /// What it says.
    pub entry: Entry,
}

impl State {
    /// The state in which the house is founded.
    #[must_use]
    pub fn found(register: Register, roles: BTreeMap<Identity, PartyId>) -> Self {
        Self { register, roles, ..Self::default() }
    }

    /// Takes one entry in.
    pub fn evolve(&mut self, entry: &Entry, stamp: &Stamp) {
        match entry {
            Entry::PledgeAnnounced { pledge } => self.advance(pledge, Life::Announced),
            Entry::PledgeSigned { pledge } => {
                self.advance(pledge, Life::Signed);
                self.acts_of(pledge).signed = Some(stamp.at);
            }
            Entry::PledgeReady { pledge } => self.advance(pledge, Life::Ready),
            Entry::PledgeApproved { pledge, body, given, .. } => {
                self.acts_of(pledge).approved.insert(body.clone(), *given);
            }
            Entry::PledgeRenewed { pledge } => self.acts_of(pledge).renewed = Some(stamp.at),
            Entry::PledgeWithdrawn { pledge, reason } => self.end(pledge, Life::Withdrawn, reason),
            Entry::PledgeLapsed { pledge, reason } => self.end(pledge, Life::Lapsed, reason),
            Entry::ClauseRestated { pledge, status } => self.acts_of(pledge).status = Some(*status),
            Entry::RequestRecorded(request) => self.requests.push(request.clone()),
            Entry::FindingWeighed { cause, not_triggered } => {
                self.current.insert(cause.case, cause.finding);
                self.causes.insert(cause.finding, cause.clone());
                self.keep_reasons(not_triggered);
            }
            Entry::ConditionsChanged { not_triggered } => self.keep_reasons(not_triggered),
            _ => self.evolve_obligation(entry, stamp),
        }
    }

    fn evolve_obligation(&mut self, entry: &Entry, stamp: &Stamp) {
        match entry {
            Entry::ObligationRaised(obligation) => {
                if let Some(finding) = obligation.finding {
                    self.not_triggered.remove(&(finding, obligation.pledge.clone()));
                    if let Some(cause) = self.causes.get(&finding) {
                        let key = (cause.case, obligation.pledge.clone());
                        self.of_case.insert(key, obligation.id);
                    }
                }
                self.obligations.insert(obligation.id, obligation.clone());
            }
            Entry::ObligationCarried { obligation, finding, counted_from, due, standing } => {
                if let Some(carried) = self.obligations.get_mut(obligation) {
                    carried.finding = Some(*finding);
                    (carried.counted_from, carried.due) = (*counted_from, *due);
                    carried.standing = *standing;
                }
            }
            Entry::ObligationLapsed { obligation, .. } => self.stand(*obligation, Standing::Lapsed),
            Entry::ObligationOverdue { obligation } => self.stand(*obligation, Standing::Overdue),
            Entry::ApprovalFellDue { obligation, body, due } => {
                self.approvals_due.insert((*obligation, body.clone()), *due);
            }
            Entry::MeasureReturned { obligation } => {
                self.returned.insert(*obligation, stamp.at);
                self.stand(*obligation, Standing::Lapsed);
            }
            _ => self.evolve_report(entry, stamp),
        }
    }

    fn evolve_report(&mut self, entry: &Entry, stamp: &Stamp) {
        let (obligation, standing) = match entry {
            Entry::ObligationDecided { obligation, .. } => (obligation, Some(Standing::Decided)),
            Entry::ObligationDeclined { obligation, .. } => (obligation, Some(Standing::Declined)),
            Entry::PerformanceReported { obligation, extent: Extent::Full, .. } => {
                (obligation, Some(Standing::Performed))
            }
            Entry::PerformanceReported { obligation, extent: Extent::Part, .. } => {
                (obligation, Some(Standing::PartlyPerformed))
            }
            Entry::PerformanceVerified { obligation, confirms, .. } => {
                let performed = self.obligations.get(obligation).map(|known| known.standing)
                    == Some(Standing::Performed);
                (obligation, (*confirms && performed).then_some(Standing::Verified))
            }
            _ => return,
        };
        if let Some(standing) = standing {
            self.stand(*obligation, standing);
        }
        let report = Report { known: stamp.at, by: stamp.by.clone(), entry: entry.clone() };
        self.reports.entry(*obligation).or_default().push(report);
    }

    fn acts_of(&mut self, pledge: &str) -> &mut Acts {
        self.acts.entry(pledge.to_owned()).or_default()
    }
    fn advance(&mut self, pledge: &str, life: Life) {
        let acts = self.acts_of(pledge);
        acts.life = acts.life.max(Some(life));
    }
    fn end(&mut self, pledge: &str, life: Life, reason: &str) {
        self.acts_of(pledge).ended = Some((life, reason.to_owned()));
    }
    fn stand(&mut self, obligation: ObligationId, standing: Standing) {
        if let Some(known) = self.obligations.get_mut(&obligation) {
            known.standing = standing;
        }
    }
    fn keep_reasons(&mut self, not_triggered: &[NotTriggered]) {
        for reason in not_triggered {
            self.not_triggered.insert((reason.finding, reason.pledge.clone()), reason.clone());
        }
    }
}

/// What others may ask.
impl State {
    /// What the agreement's `pledges.toml` says.
    #[must_use]
    pub fn register(&self) -> &Register {
        &self.register
    }
    /// A pledge by its id.
    #[must_use]
    pub fn pledge(&self, id: &str) -> Option<&Pledge> {
        self.register.pledges.get(id)
    }
    /// All pledges, in the order of their ids.
    pub fn pledges(&self) -> impl Iterator<Item = &Pledge> {
        self.register.pledges.values()
    }
    /// The party an identity acts for.
    #[must_use]
    pub fn party(&self, identity: &Identity) -> Option<&PartyId> {
        self.roles.get(identity)
    }
    /// All obligations, by id.
    #[must_use]
    pub fn obligations(&self) -> &BTreeMap<ObligationId, Obligation> {
        &self.obligations
    }
    /// What was stated about an obligation, in order.
    #[must_use]
    pub fn reports(&self, obligation: ObligationId) -> &[Report] {
        self.reports.get(&obligation).map_or(&[], Vec::as_slice)
    }
    /// Why pledges are not set off by a finding, by pledge.
    pub fn not_triggered(&self, finding: FindingId) -> impl Iterator<Item = &NotTriggered> {
        let reasons = self.not_triggered.range((finding, String::new())..);
        reasons.take_while(move |((of, _), _)| *of == finding).map(|(_, reason)| reason)
    }
    /// Why one pledge is not set off by a finding.
    #[must_use]
    pub fn reason(&self, finding: FindingId, pledge: &str) -> Option<&NotTriggered> {
        self.not_triggered.get(&(finding, pledge.to_owned()))
    }
    /// The latest obligation of a pledge that rests on a case.
    #[must_use]
    pub fn obligation_of(&self, case: CaseId, pledge: &str) -> Option<&Obligation> {
        self.obligations.get(self.of_case.get(&(case, pledge.to_owned()))?)
    }
    /// Approvals owed after the act, with their due times.
    #[must_use]
    pub fn approvals_due(&self) -> &BTreeMap<(ObligationId, String), Time> {
        &self.approvals_due
    }
    /// Eased measures that silence brought back, and when.
    #[must_use]
    pub fn returned(&self) -> &BTreeMap<ObligationId, Time> {
        &self.returned
    }
    /// Requests in the order they were recorded.
    #[must_use]
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }
    /// The newest finding of every case.
    pub fn current_causes(&self) -> impl Iterator<Item = &Cause> {
        self.current.values().filter_map(|finding| self.causes.get(finding))
    }
    /// What was kept of a finding.
    #[must_use]
    pub fn cause(&self, finding: FindingId) -> Option<&Cause> {
        self.causes.get(&finding)
    }
    /// The newest finding of a case, if one was weighed.
    #[must_use]
    pub fn current_of(&self, case: CaseId) -> Option<&Cause> {
        self.causes.get(self.current.get(&case)?)
    }
    /// The findings of a case, newest first.
    pub fn findings_of(&self, case: CaseId) -> Vec<FindingId> {
        let mut found: Vec<_> = self.causes.values().filter(|cause| cause.case == case).collect();
        found.sort_by_key(|cause| (std::cmp::Reverse(cause.published), cause.finding));
        found.into_iter().map(|cause| cause.finding).collect()
    }

    /// What has become of the clause.
    #[must_use]
    pub fn clause_status(&self, pledge: &Pledge) -> ClauseStatus {
        self.acts.get(&pledge.id).and_then(|acts| acts.status).unwrap_or(pledge.status)
    }
    /// How far the pledger itself has brought the pledge: drafted, announced, signed or ready.
    #[must_use]
    pub fn early_life(&self, pledge: &Pledge) -> Life {
        self.acts.get(&pledge.id).and_then(|acts| acts.life).unwrap_or(pledge.life).max(pledge.life)
    }
    /// How a pledge ended, with the reason, if it did.
    #[must_use]
    pub fn ended(&self, pledge: &Pledge) -> Option<(Life, &str)> {
        let founded = (pledge.life >= Life::Lapsed).then_some((pledge.life, "as founded"));
        let acted = self.acts.get(&pledge.id).and_then(|acts| acts.ended.as_ref());
        acted.map(|(life, reason)| (*life, reason.as_str())).or(founded)
    }
    /// Whether a pledge has begun, has not run out, and was not taken back.
    #[must_use]
    pub fn in_force(&self, pledge: &Pledge, at: Time) -> bool {
        let begun = pledge.validity.from.is_none_or(|from| from <= at);
        let over = pledge.validity.until.is_some_and(|until| until < at);
        begun && !over && self.ended(pledge).is_none()
    }
    /// When a pledge that silence ends lapses unless renewed before.
    #[must_use]
    pub fn lapses_at(&self, pledge: &Pledge) -> Option<Time> {
        let renewal =
            pledge.validity.renewal.filter(|renewal| renewal.silence == Silence::Lapses)?;
        let acts = self.acts.get(&pledge.id);
        let said = acts.and_then(|acts| acts.renewed.or(acts.signed)).or(pledge.validity.from)?;
        Some(said + renewal.every)
    }
    /// When a pledger last renewed a pledge.
    #[must_use]
    pub fn renewed(&self, pledge: &Pledge) -> Option<Time> {
        self.acts.get(&pledge.id)?.renewed
    }
    /// Whether a body has approved, by the fact `approval(pledge/body)` or by the pledger's own
    /// statement; the fact book goes first.
    #[must_use]
    pub fn approved(&self, pledge: &Pledge, body: &str, context: &Context<'_>) -> Truth {
        let subject = format!("{}/{body}", pledge.id);
        let now = context.stamp.at;
        if let Some(fact) = context.facts.at("approval", Some(&subject), now, now) {
            return fact.holds;
        }
        let stated = self.acts.get(&pledge.id).and_then(|acts| acts.approved.get(body));
        stated.map_or(Truth::NotYetKnown, |given| (*given).into())
    }
    /// Who owes a statement of a fact, in words.
    #[must_use]
    pub fn owed_words(&self, fact: &str) -> String {
        let owed = self.register.facts.get(fact);
        owed.map_or_else(
            || format!("{fact}: not stated"),
            |owed| format!("{}: {}", owed.owed_by, owed.says),
        )
    }

    /// Where a pledge is in its life, from entries and facts.
    #[must_use]
    pub fn life(&self, pledge: &Pledge, context: &Context<'_>) -> Life {
        if let Some((ended, _)) = self.ended(pledge) {
            return ended;
        }
        if !self.in_force(pledge, context.stamp.at)
            && pledge.validity.until.is_some_and(|until| until < context.stamp.at)
        {
            return Life::Lapsed;
        }
        let latest = self.obligations.values().filter(|owed| owed.pledge == pledge.id);
        let latest = latest
            .filter(|owed| owed.standing != Standing::Lapsed)
            .max_by_key(|owed| (owed.raised, owed.id));
        match latest {
            Some(obligation) => life_of(obligation.standing),
            None => self.life_before_obligations(pledge, context),
        }
    }

    fn life_before_obligations(&self, pledge: &Pledge, context: &Context<'_>) -> Life {
        let early = self.early_life(pledge);
        if early < Life::Signed {
            return early;
        }
        if weigh::armed(self, pledge, context) == Truth::Yes {
            return Life::Armed;
        }
        let mut before =
            pledge.approvals.iter().filter(|approval| approval.when == ApprovalTime::Before);
        let approved =
            before.all(|approval| self.approved(pledge, &approval.body, context) == Truth::Yes);
        if approved { early.max(Life::Approved) } else { Life::Signed }
    }

    /// What every pledge still waits for, without a finding at hand: the pledge board.
    #[must_use]
    pub fn outlook(&self, context: &Context<'_>) -> Vec<(&Pledge, Life, Vec<ConditionState>)> {
        let row = |pledge| {
            let conditions = weigh::weigh(self, pledge, Occasion::None, context);
            (pledge, self.life(pledge, context), conditions)
        };
        self.pledges().map(row).collect()
    }
}

fn life_of(standing: Standing) -> Life {
    match standing {
        Standing::Due => Life::Triggered,
        Standing::Overdue => Life::Due,
        Standing::Decided => Life::Decided,
        Standing::Performed => Life::Performed,
        Standing::PartlyPerformed => Life::PartlyPerformed,
        Standing::Declined => Life::Declined,
        Standing::Verified => Life::Verified,
        Standing::Lapsed => Life::Lapsed,
    }
}
