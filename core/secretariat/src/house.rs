//! The house: acts on a submission and says what followed, or takes in what followed before.

use std::collections::VecDeque;

use kernel::{Context, Refusal, SourceText, Stamp};

use crate::admit;
use crate::bulk::Bulk;
use crate::command::{Command, HouseCommand};
use crate::engine_anew::engine_anew;
use crate::entry::Entry;
use crate::evolve::{self, Mode};
use crate::founding::{Founding, RULES};
use crate::react;
use crate::state::State;

/// Rounds of falling due at one moment; a matter passes through fewer stages than this.
const FALLING_ROUNDS_MAX: usize = 64;

/// The whole house in memory: a function of its record.
pub struct House {
    state: State,
}

impl House {
    /// The house that a founding entry founds. Its agreement's files come from the vault.
    ///
    /// # Errors
    /// When a file of the agreement is missing, or the rules are of another version.
    pub fn found(founding: Founding, bulk: &dyn Bulk) -> Result<Self, Refusal> {
        if founding.rules != RULES {
            let sentence = format!(
                "The record was founded under rules version {}; this program derives by version {RULES}.",
                founding.rules
            );
            return Err(Refusal::new("rules-unknown", sentence).hint(
                "Use the servanda that knows those rules: it derives what the record holds.",
            ));
        }
        let mut text = SourceText::default();
        for (name, digest) in &founding.files {
            let bytes = bulk.payload(digest).and_then(|bytes| String::from_utf8(bytes).ok());
            let missing = || {
                Refusal::new(
                    "agreement-missing",
                    format!("The agreement's {name} is not in the vault."),
                )
            };
            text.0.insert(name.clone(), bytes.ok_or_else(missing)?);
        }
        Ok(Self { state: State::found(founding, &text) })
    }

    /// What the house knows.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Acts on a command whose entry stands at `stamp`: everything that follows, in order. The
    /// state has then taken it in. A refused command changes nothing.
    ///
    /// # Errors
    /// With the reason, when the house says no.
    pub fn act(
        &mut self,
        command: Command,
        stamp: &Stamp,
        bulk: &dyn Bulk,
    ) -> Result<Vec<Entry>, Refusal> {
        self.settle(bulk);
        admit::admit(&self.state, &command, &stamp.by)?;
        let advances = command == Command::House(HouseCommand::AdvanceClock);
        let first = self.decide(command, stamp, bulk)?;
        self.state.now = stamp.at;
        let mut followed = Vec::new();
        self.follow(first, &mut followed, stamp, bulk);
        // What fell due may make more fall due at the same moment.
        for _ in 0..FALLING_ROUNDS_MAX {
            let due = if advances { react::falls_due(&self.state, stamp) } else { Vec::new() };
            if due.is_empty() {
                break;
            }
            self.follow(due, &mut followed, stamp, bulk);
        }
        Ok(followed)
    }

    /// Whether something falls due at `stamp` that has not yet: the clock must be advanced first.
    #[must_use]
    pub fn is_due(&self, stamp: &Stamp) -> bool {
        !react::falls_due(&self.state, stamp).is_empty() || react::lapse_due(&self.state, stamp)
    }

    fn follow(
        &mut self,
        first: Vec<Entry>,
        followed: &mut Vec<Entry>,
        stamp: &Stamp,
        bulk: &dyn Bulk,
    ) {
        let mut waiting = VecDeque::from(first);
        while let Some(entry) = waiting.pop_front() {
            let position = stamp.position + 1 + followed.len() as u64;
            // Whoever submitted speaks in what follows: a fact is stated by the office that stated it.
            let its_stamp = Stamp { position, ..stamp.clone() };
            evolve::evolve(&mut self.state, &entry, &its_stamp, bulk, Mode::Acting);
            if matches!(entry, Entry::Watch(watch::entry::Entry::OutageStated(_))) {
                waiting.extend(react::lapse(&mut self.state, &its_stamp, bulk));
            }
            waiting.extend(react::react(&self.state, &entry, &its_stamp, bulk));
            followed.push(entry);
        }
    }

    /// Makes the watch's engine anew if what it holds has since been read otherwise: before it is
    /// asked anything, here or after a replay.
    pub fn settle(&mut self, bulk: &dyn Bulk) {
        if std::mem::take(&mut self.state.engine_outdated) {
            self.state.engine = engine_anew(&self.state, bulk);
        }
    }

    /// Takes in an entry that followed from a submission in an earlier run; `stamp.by` is who made
    /// that submission.
    pub fn restore(&mut self, entry: &Entry, stamp: &Stamp, bulk: &dyn Bulk) {
        self.state.now = stamp.at;
        evolve::evolve(&mut self.state, entry, stamp, bulk, Mode::Restoring);
    }

    fn decide(
        &mut self,
        command: Command,
        stamp: &Stamp,
        bulk: &dyn Bulk,
    ) -> Result<Vec<Entry>, Refusal> {
        let state = &mut self.state;
        match command {
            Command::House(HouseCommand::AdvanceClock) => {
                let mut entries = react::lapse(state, stamp, bulk);
                entries.extend(react::falls_due(state, stamp));
                return Ok(entries);
            }
            Command::House(HouseCommand::Assemble) => {
                return Ok(react::assemble_checked(state, stamp, bulk));
            }
            Command::House(HouseCommand::CheckSources) => {
                return Ok(react::check_sources(state, stamp, bulk));
            }
            Command::Watch(command @ watch::command::Command::DoubtSource { .. }) => {
                return react::doubt(state, command, stamp, bulk);
            }
            Command::Watch(watch::command::Command::ReviewIncident { ref review }) => {
                let review = review.clone();
                let context = Context { stamp, facts: state.terms.facts() };
                let decided = watch::decide::decide(
                    &state.watch,
                    watch::command::Command::ReviewIncident { review: review.clone() },
                    &context,
                )?;
                let mut entries = wrap(Entry::Watch, decided);
                entries.extend(react::review(state, &review, stamp, bulk)?);
                return Ok(entries);
            }
            _ => {}
        }
        let context = Context { stamp, facts: state.terms.facts() };
        Ok(match command {
            Command::House(_) => Vec::new(),
            Command::Watch(command) => {
                wrap(Entry::Watch, watch::decide::decide(&state.watch, command, &context)?)
            }
            Command::Terms(command) => {
                wrap(Entry::Terms, terms::decide(&state.terms, command, &context)?)
            }
            Command::Commission(command) => {
                check_cited(state, &command)?;
                check_articles(state, &command)?;
                wrap(Entry::Commission, commission::decide(&state.commission, command, &context)?)
            }
            Command::Guarantees(command) => {
                wrap(Entry::Guarantees, guarantees::decide(&state.guarantees, command, &context)?)
            }
            Command::Force(command) => {
                wrap(Entry::Force, force::decide(&state.force, command, &context)?)
            }
            Command::Support(command) => {
                wrap(Entry::Support, support::decide(&state.support, command, &context)?)
            }
            Command::Cell(command) => {
                wrap(Entry::Cell, cell::decide(&state.cell, command, &context)?)
            }
        })
    }
}

/// A case may cite only what the terms allege, as they allege it now.
fn check_cited(state: &State, command: &commission::Command) -> Result<(), Refusal> {
    use commission::Command as Ask;
    let (Ask::OpenCase { cited, .. } | Ask::AddAllegations { cited, .. }) = command else {
        return Ok(());
    };
    let known = |id| state.terms.allegations().get(&id).map(commission::case::Cited::from);
    commission::from_allegations::check_cited(cited, known)
}

/// A case opened by hand names articles that the agreement has.
fn check_articles(state: &State, command: &commission::Command) -> Result<(), Refusal> {
    let commission::Command::OpenCase { articles, .. } = command else { return Ok(()) };
    let unknown = articles.iter().find(|number| state.agreement.article(number).is_none());
    unknown.map_or(Ok(()), |number| {
        let known: Vec<&str> =
            state.agreement.articles.iter().map(|article| article.number.as_str()).collect();
        Err(Refusal::new("unknown-article", format!("The agreement has no article {number}."))
            .hint(format!("It has articles {}.", known.join(", "))))
    })
}

/// Entries of one pillar as entries of the house.
pub(crate) fn wrap<T>(pillar: impl Fn(T) -> Entry, entries: Vec<T>) -> Vec<Entry> {
    entries.into_iter().map(pillar).collect()
}
