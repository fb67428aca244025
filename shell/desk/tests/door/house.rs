//! A house in a temporary folder, for tests.

use std::path::{Path, PathBuf};

use desk::{Bulletin, Desk, Error, Receipt, found, ingest};
use kernel::{Duration, Identity, SourceText, Time};
use secretariat::{Command, State};
use serde_json::{Value, json};
use tempfile::TempDir;

/// When every house of these tests is founded.
pub fn founded() -> Time {
    "2026-02-26T00:00:00Z".parse().unwrap()
}

/// The text of an agreement of this repository.
pub fn agreement(name: &str) -> SourceText {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements").join(name);
    found::read_agreement(&folder).unwrap()
}

/// A house and the folder that goes when it is dropped.
pub struct House {
    pub folder: TempDir,
    pub desk: Desk,
}

impl House {
    /// A new house under an agreement; the same every time.
    pub fn under(text: &SourceText) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("house");
        found_at(&path, text);
        Self { desk: Desk::open(&path).unwrap(), folder }
    }

    /// A new house under a named agreement.
    pub fn of(name: &str) -> Self {
        Self::under(&agreement(name))
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("house")
    }

    /// Closes the house and opens it again: what it knows is then what its record says.
    pub fn reopened(self) -> Self {
        let Self { folder, desk } = self;
        drop(desk);
        Self { desk: Desk::open(&folder.path().join("house")).unwrap(), folder }
    }

    /// Hands in bytes and has incidents made of them.
    pub fn submit(&mut self, source: &str, bytes: &[u8]) -> Result<ingest::Outcome, Error> {
        let now = self.desk.last() + Duration::hours(1);
        let outcome = self.hand_in(source, bytes, "house", false, now)?;
        ingest::assemble(&mut self.desk, now)?;
        Ok(outcome)
    }

    /// Hands in bytes.
    pub fn hand_in(
        &mut self,
        source: &str,
        bytes: &[u8],
        by: &str,
        baseline: bool,
        now: Time,
    ) -> Result<ingest::Outcome, Error> {
        let options = ingest::Options {
            by: by.into(),
            format: None,
            source: Some(source.into()),
            baseline,
            covers: None,
            now,
        };
        ingest::stream(&mut self.desk, "test", bytes, &options, &mut |_| {})
    }

    /// Asks something of the house, written as on the record.
    pub fn ask(&mut self, by: &str, kind: &str, body: Value, now: Time) -> Result<Receipt, Error> {
        self.desk.submit(&Identity::from(by), command(kind, body), now)
    }

    /// States that a fact holds since `since`.
    pub fn state_fact(&mut self, by: &str, fact: &str, since: Time) {
        let body = json!({"command": "state-fact", "fact": fact, "holds": "yes", "since": since});
        self.ask(by, "terms/state-fact", body, since).unwrap();
    }

    pub fn bulletin(&self) -> Bulletin {
        let mut bulletin = Bulletin::default();
        bulletin.update(self.desk.log(), self.desk.vault()).unwrap();
        bulletin
    }
}

pub fn found_at(path: &Path, text: &SourceText) {
    let options = found::Options { exercise: true, seed: Some(1), at: founded() };
    found::found(path, text, options).unwrap();
}

/// A command as written on the record.
pub fn command(kind: &str, body: Value) -> Command {
    Command::from_record(kind, secretariat::command::VERSION, &body).unwrap().unwrap()
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::Refused(refusal)) => refusal.code,
        other => panic!("not a refusal: {other:?}"),
    }
}

/// Every noun of the house as JSON.
pub fn nouns(state: &State, bulletin: &Bulletin) -> Value {
    let pledges = &state.guarantees;
    let findings = state.commission.findings.values();
    let reasons = findings.clone().flat_map(|finding| pledges.not_triggered(finding.id));
    json!({
        "incidents": bulletin.in_order(),
        "allegations": state.terms.allegations().values().collect::<Vec<_>>(),
        "omissions": state.terms.omissions().values().collect::<Vec<_>>(),
        "notices": state.terms.notices(),
        "facts": state.facts().iter().collect::<Vec<_>>(),
        "cases": state.commission.cases.values().collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "obligations": pledges.obligations().values().collect::<Vec<_>>(),
        "not_triggered": reasons.collect::<Vec<_>>(),
        "tasks": state.cell.tasks.values().collect::<Vec<_>>(),
        "notifications": state.cell.notifications.values().collect::<Vec<_>>(),
        "reports": state.cell.reports,
    })
}

/// All else that the house keeps, in full.
pub fn inside(state: &State) -> String {
    format!(
        "{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{}",
        state.watch,
        state.terms,
        state.commission,
        state.guarantees,
        state.force,
        state.support,
        state.cell,
        state.engine.observations(),
    )
}
