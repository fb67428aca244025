//! A small house for the tests: a state, a clock, and commands that are taken in as live.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;

use commission::finding::{CaseId, Level, Responsibility};
use commission::{
    Case, Command, Entry, Proposal, State, decide, falls_due, from_allegations, read,
};
use kernel::belief::DegreeOfProof;
use kernel::party::Attributed;
use kernel::{
    Context, Duration, FactBook, Identity, Interval, PartyId, Place, PlaceBelief, Probability,
    Refusal, Shares, SourceText, Stamp, Time,
};
use terms::{Allegation, AllegationId, Verdict};

pub const PARIS: &str = include_str!("../../../../agreements/paris/commission.toml");
pub const TRUCE: &str = include_str!("../../../../agreements/sample-truce/commission.toml");

pub struct House {
    pub state: State,
    pub founded: State,
    pub at: Time,
    pub log: Vec<(Entry, Stamp)>,
}

impl House {
    pub fn found(toml: &str, offices: &[(&str, &str)]) -> Self {
        let (rules, mistakes) =
            read(&SourceText([("commission.toml".to_owned(), toml.to_owned())].into()));
        assert_eq!(mistakes, []);
        let roles: BTreeMap<Identity, PartyId> =
            offices.iter().map(|(office, party)| ((*office).into(), (*party).into())).collect();
        let state = State::found(rules, roles);
        let at = "2026-05-01T12:00:00Z".parse().unwrap();
        Self { founded: state.clone(), state, at, log: vec![] }
    }

    pub fn paris() -> Self {
        let offices =
            [("ua.liaison", "UA"), ("ru.liaison", "RU"), ("seat.ua", "UA"), ("seat.ru", "RU")];
        Self::found(PARIS, &offices)
    }

    fn stamp(&self, by: &str) -> Stamp {
        Stamp { position: self.log.len() as u64, at: self.at, by: by.into() }
    }

    pub fn ask(&mut self, by: &str, command: Command) -> Result<Vec<Entry>, Refusal> {
        let (stamp, facts) = (self.stamp(by), FactBook::default());
        let entries = decide(&self.state, command, &Context { stamp: &stamp, facts: &facts })?;
        self.take_in(by, &entries);
        Ok(entries)
    }

    pub fn hear(&mut self, allegations: &[Allegation]) -> Vec<Entry> {
        let (stamp, facts) = (self.stamp("house"), FactBook::default());
        let context = Context { stamp: &stamp, facts: &facts };
        let entries = from_allegations(&self.state, allegations, &context);
        self.take_in("house", &entries);
        entries
    }

    /// Lets time pass and everything fall due; says how many entries that made.
    pub fn wait(&mut self, span: Duration) -> usize {
        self.at = self.at + span;
        for round in 0.. {
            assert!(round < 100, "what falls due never ends");
            let (stamp, facts) = (self.stamp("house"), FactBook::default());
            let entries = falls_due(&self.state, &Context { stamp: &stamp, facts: &facts });
            if entries.is_empty() {
                return round;
            }
            self.take_in("house", &entries);
        }
        0
    }

    fn take_in(&mut self, by: &str, entries: &[Entry]) {
        for entry in entries {
            let bytes = serde_json::to_vec(entry).unwrap();
            assert!(bytes.len() < 65_536, "an entry of {} bytes", bytes.len());
            let stamp = self.stamp(by);
            self.state.evolve(entry, &stamp);
            self.log.push((serde_json::from_slice(&bytes).unwrap(), stamp));
        }
    }

    /// The state from the record alone.
    pub fn replayed(&self) -> State {
        let mut state = self.founded.clone();
        for (entry, stamp) in &self.log {
            state.evolve(entry, stamp);
        }
        state
    }

    pub fn only_case(&self) -> &Case {
        assert_eq!(self.state.cases.len(), 1);
        self.state.cases.values().next().unwrap()
    }

    pub fn proposal(&self, case: CaseId, responsible: &str) -> Box<Proposal> {
        let case = &self.state.cases[&case];
        Box::new(Proposal {
            level: Level::Confirmed,
            violation: true,
            articles: case.articles.iter().cloned().collect(),
            allegations: case.cited.keys().copied().collect(),
            proof: DegreeOfProof::ClearAndConvincing,
            chance: Probability::new(0.97),
            responsibility: Responsibility::Party(responsible.into()),
            severity: 3,
            breach: case.when,
            remedies: vec![],
            account: "Two independent sensors saw it. No exercise had been announced.".into(),
        })
    }
}

/// An allegation `minute` minutes into 1 May 2026 at the place given, laid to `party`.
pub fn allegation(name: &str, minute: i64, lon: f64, lat: f64, party: &str) -> Allegation {
    let start: Time = "2026-05-01T00:00:00Z".parse().unwrap();
    let chance = Probability::new(0.95);
    Allegation {
        id: AllegationId::of(name.as_bytes()),
        version: 1,
        rule: "fire".into(),
        article: "1".into(),
        incident: watch_incident(name),
        incident_version: 1,
        when: Interval::at(start + Duration::seconds(60 * minute)),
        place: PlaceBelief::round(Place { lon, lat }, 300.0),
        zone: None,
        chance,
        chance_max: chance,
        verdict: Verdict::Alleged,
        severity: 3,
        alleged: Shares::from_weights([
            (Attributed::Party(party.into()), 0.85),
            (Attributed::Unattributed, 0.15),
        ]),
        trace: vec![],
        refuted_by: vec![],
        replaces: vec![],
        review_due: false,
    }
}

/// An incident's id, without naming the watch: the field's own JSON form.
fn watch_incident<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let word = AllegationId::of(name.as_bytes()).to_string().replace("ALG-", "INC-");
    serde_json::from_value(word.into()).unwrap()
}
