//! A small house for these tests: two guarantors, three pledges, the steps the secretariat takes.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;

use commission::{CaseId, Finding, FindingId, Level, Responsibility};
use guarantees::{Command, Entry, Obligation, State, decide, falls_due, from_facts, from_findings};
use kernel::belief::DegreeOfProof;
use kernel::{
    Context, Duration, Fact, FactBook, Interval, LikelihoodWord, Refusal, SourceText, Stamp, Time,
    Truth,
};

pub const PLEDGES: &str = include_str!("pledges.toml");

pub fn at(text: &str) -> Time {
    text.parse().unwrap()
}

pub struct House {
    pub state: State,
    pub facts: FactBook,
    pub record: Vec<(Entry, Stamp)>,
    pub now: Time,
}

impl House {
    pub fn founded(pledges: &str) -> Self {
        Self { state: founded(pledges), facts: FactBook::default(), record: vec![], now: Time(0) }
    }

    pub fn stamp(&self, by: &str) -> Stamp {
        Stamp { position: self.record.len() as u64, at: self.now, by: by.into() }
    }

    fn take(&mut self, entries: Vec<Entry>, by: &str) -> Vec<Entry> {
        for entry in &entries {
            let stamp = self.stamp(by);
            self.state.evolve(entry, &stamp);
            self.record.push((entry.clone(), stamp));
        }
        entries
    }

    pub fn find(&mut self, finding: &Finding) -> Vec<Entry> {
        self.now = self.now.max(finding.published);
        let stamp = self.stamp("house");
        let context = Context { stamp: &stamp, facts: &self.facts };
        let entries = from_findings(&self.state, finding, &context);
        self.take(entries, "house")
    }

    pub fn state_fact(
        &mut self,
        name: &str,
        subject: Option<&str>,
        holds: Truth,
        since: Time,
    ) -> Vec<Entry> {
        let fact = Fact {
            name: name.into(),
            subject: subject.map(str::to_owned),
            holds,
            since,
            known: self.now,
            stated_by: "secretariat".into(),
            basis: None,
            entry: self.record.len() as u64,
        };
        self.facts.state(fact);
        self.follow()
    }

    pub fn follow(&mut self) -> Vec<Entry> {
        let stamp = self.stamp("house");
        let context = Context { stamp: &stamp, facts: &self.facts };
        let entries = from_facts(&self.state, &context);
        self.take(entries, "house")
    }

    pub fn order(&mut self, by: &str, command: Command) -> Result<Vec<Entry>, Refusal> {
        let stamp = self.stamp(by);
        let context = Context { stamp: &stamp, facts: &self.facts };
        let entries = decide(&self.state, command, &context)?;
        let mut taken = self.take(entries, by);
        taken.extend(self.follow());
        Ok(taken)
    }

    pub fn tick(&mut self, now: Time) -> Vec<Entry> {
        self.now = self.now.max(now);
        let stamp = self.stamp("house");
        let context = Context { stamp: &stamp, facts: &self.facts };
        let entries = falls_due(&self.state, &context);
        self.take(entries, "house")
    }

    pub fn owed(&self, pledge: &str) -> Option<&Obligation> {
        self.state.obligations().values().find(|owed| owed.pledge == pledge)
    }
}

pub fn founded(pledges: &str) -> State {
    let text = SourceText([("pledges.toml".to_owned(), pledges.to_owned())].into());
    let (register, mistakes) = guarantees::read(&text);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let offices = [
        ("north.liaison", "North"),
        ("isle.liaison", "Isle"),
        ("port.liaison", "Port"),
        ("south.liaison", "South"),
    ];
    let roles: BTreeMap<_, _> = offices.map(|(office, party)| (office.into(), party.into())).into();
    State::found(register, roles)
}

pub fn finding(
    level: Level,
    severity: u8,
    responsibility: Responsibility,
    published: &str,
) -> Finding {
    let breach = at("2026-05-01T06:00:00Z");
    Finding {
        id: FindingId::of(format!("{level:?}{severity}{responsibility:?}{published}").as_bytes()),
        case: CaseId::of(b"one"),
        level,
        violation: true,
        articles: vec!["2".into()],
        allegations: vec![],
        proof: DegreeOfProof::BalanceOfProbabilities,
        likelihood: LikelihoodWord::Likely,
        responsibility,
        severity,
        breach: Interval::new(breach, breach + Duration::hours(2)),
        published: at(published),
        text: "A rule was broken.".into(),
        remedies: vec![],
        ground: commission::Ground::Voted,
        signatures: vec![],
        votes: vec![],
        dissents: vec![],
        recused: vec![],
        supersedes: None,
    }
}

pub fn by_south() -> Responsibility {
    Responsibility::Party("South".into())
}
