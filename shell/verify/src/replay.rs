//! Does the house's work again: every entry must be a submission that was in order, or what
//! follows from one.

use std::collections::{BTreeSet, VecDeque};

use kernel::{Context, Digest, Stamp};
use record::{Entry, PublicKey};
use secretariat::command::HouseCommand;
use secretariat::founding::HOUSE;
use secretariat::{Command, House, admit};
use serde::Serialize;
use stores::{FirstWrong, Reading, References, Wrong};
use watch::entry::Entry as Watched;

use crate::as_recorded::AsRecorded;
use crate::difference::refuse_other;
use crate::recomputing::Recomputing;
use crate::trust::Trust;

/// Something that cannot be computed again, because a batch was erased.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NotRecomputable {
    /// Position of the entry.
    pub position: u64,
    /// Its kind.
    pub kind: String,
    /// Why.
    pub why: String,
}

/// What the replay came to.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize)]
pub struct Replayed {
    /// Submissions acted on again.
    pub submissions: u64,
    /// Entries that followed from them.
    pub followed: u64,
    /// Observations read again.
    pub observations: u64,
    /// Assemblies of incidents computed again.
    pub assemblies: u64,
    /// What could not be.
    pub not_recomputable: Vec<NotRecomputable>,
}

/// What must come next on the record.
enum Due {
    /// Computed already.
    Computed(VecDeque<secretariat::Entry>),
    /// Computed step by step from incidents taken as recorded.
    AsRecorded(Box<AsRecorded>),
}

/// The replay of one record.
pub struct Replay<'a> {
    trust: &'a Trust,
    bulk: Recomputing<'a>,
    house: Option<House>,
    due: Due,
    /// The submission acted on last.
    submission: Stamp,
    /// Digests of the offices' submissions so far.
    seen: BTreeSet<Digest>,
    replayed: Replayed,
    /// What exactly is wrong, where the replay knows better than "against a rule".
    wrong: Option<FirstWrong>,
    size: u64,
    progress: &'a mut dyn FnMut(u64, u64),
}

impl<'a> Replay<'a> {
    /// Before the first entry of a record of `size` entries.
    pub fn new(
        trust: &'a Trust,
        bulk: Recomputing<'a>,
        size: u64,
        progress: &'a mut dyn FnMut(u64, u64),
    ) -> Self {
        Self {
            trust,
            bulk,
            house: None,
            due: Due::Computed(VecDeque::new()),
            submission: Stamp { position: 0, at: kernel::Time::MIN, by: HOUSE.into() },
            seen: BTreeSet::new(),
            replayed: Replayed::default(),
            wrong: None,
            size,
            progress,
        }
    }

    /// `wrong`, said more exactly where the replay knows more.
    pub fn sharpened(&mut self, wrong: FirstWrong) -> FirstWrong {
        match self.wrong.take() {
            Some(known) if wrong.what == Wrong::Rule => {
                FirstWrong { position: known.position.or(wrong.position), ..known }
            }
            _ => wrong,
        }
    }

    /// After the last entry.
    ///
    /// # Errors
    /// When something that follows is missing at the end.
    pub fn finish(mut self) -> Result<Replayed, String> {
        self.refuse_missing()?;
        self.replayed.observations = self.bulk.observations_read();
        Ok(self.replayed)
    }

    fn found(&mut self, entry: &Entry) -> Result<References, String> {
        let read = secretariat::Entry::from_record(&entry.kind, entry.version, &entry.body);
        let founded = read.map_err(|refusal| refusal.sentence)?;
        let house = House::found(self.trust.founding.clone(), &self.bulk);
        self.refuse_trouble()?;
        let house = house.map_err(|refusal| {
            refusal
                .hint
                .map_or(refusal.sentence.clone(), |hint| format!("{} {hint}", refusal.sentence))
        })?;
        let agreement = &house.state().agreement.heading.id;
        if *agreement != self.trust.founding.agreement {
            let said = &self.trust.founding.agreement;
            return Err(format!("it is said to be founded on `{said}`; its text is `{agreement}`"));
        }
        self.house = Some(house);
        Ok(desk::replay::references_of(&founded))
    }

    /// Refuses to go on when the bulk data was not as it must be.
    fn refuse_trouble(&mut self) -> Result<(), String> {
        let Some(wrong) = self.bulk.wrong() else { return Ok(()) };
        let why = wrong.why.clone();
        self.wrong.get_or_insert(wrong);
        Err(why)
    }

    fn refuse_missing(&mut self) -> Result<(), String> {
        let left = match &mut self.due {
            Due::Computed(due) => due.front().map(secretariat::Entry::kind),
            Due::AsRecorded(due) => {
                let Some(house) = &mut self.house else { return Ok(()) };
                due.left(house, &self.bulk)?.map(secretariat::Entry::kind)
            }
        };
        self.bulk.forget();
        let Some((kind, _)) = left else { return Ok(()) };
        let position = self.submission.position;
        Err(format!(
            "`{kind}` is missing before it, which follows from the submission at {position}"
        ))
    }

    fn submission(
        &mut self,
        position: u64,
        entry: &Entry,
        command: Command,
    ) -> Result<References, String> {
        self.refuse_missing()?;
        self.refuse_trouble()?;
        self.refuse_seen(entry)?;
        let kind = command.to_record().map_err(|refusal| refusal.sentence)?.0;
        if kind != entry.kind {
            return Err(format!("it calls itself `{}` and is `{kind}`", entry.kind));
        }
        let rests_on = secretariat::references::of_command(&command);
        let stamp = Stamp { position, at: entry.at, by: entry.by.clone() };
        self.due = self.act(command, &stamp)?;
        self.submission = stamp;
        self.refuse_trouble()?;
        self.replayed.submissions += 1;
        Ok(References { rests_on, erases: Vec::new() })
    }

    fn act(&mut self, command: Command, stamp: &Stamp) -> Result<Due, String> {
        let Some(house) = &mut self.house else { return Err("there is no house yet".to_owned()) };
        let of_house =
            if let Command::House(command) = &command { Some(command.clone()) } else { None };
        if of_house != Some(HouseCommand::AdvanceClock) && house.is_due(stamp) {
            let why = "something had fallen due, and the clock was not advanced before it";
            return Err(why.to_owned());
        }
        let refused = |refusal: kernel::Refusal| {
            format!("the rules refuse it: {} ({})", refusal.sentence, refusal.code)
        };
        let of_incidents =
            matches!(of_house, Some(HouseCommand::Assemble | HouseCommand::CheckSources));
        if of_incidents && self.bulk.is_lacking() {
            admit::admit(house.state(), &command, &stamp.by).map_err(refused)?;
            return Ok(Due::AsRecorded(Box::default()));
        }
        if let Command::Watch(doubted @ watch::command::Command::DoubtSource { .. }) = &command
            && self.bulk.is_lacking()
        {
            admit::admit(house.state(), &command, &stamp.by).map_err(refused)?;
            let context = Context { stamp, facts: house.state().facts() };
            let decided = watch::decide::decide(&house.state().watch, doubted.clone(), &context);
            let decided =
                decided.map_err(refused)?.into_iter().next().map(secretariat::Entry::Watch);
            return Ok(Due::AsRecorded(Box::new(
                decided.map_or_else(AsRecorded::default, AsRecorded::after),
            )));
        }
        if let Command::Watch(watch::command::Command::ReviewIncident { review }) = &command
            && self.bulk.is_lacking()
        {
            admit::admit(house.state(), &command, &stamp.by).map_err(refused)?;
            watch::review::check_words(review).map_err(refused)?;
            let reviewed = secretariat::Entry::Watch(Watched::IncidentReviewed(review.clone()));
            return Ok(Due::AsRecorded(Box::new(AsRecorded::after(reviewed))));
        }
        let followed = house.act(command, stamp, &self.bulk).map_err(refused)?;
        if of_house == Some(HouseCommand::Assemble) {
            self.replayed.assemblies += 1;
        }
        Ok(Due::Computed(followed.into()))
    }

    /// An office's own signed words count once. The house says the same at the same moment when it
    /// advances the clock twice, and that changes nothing.
    fn refuse_seen(&mut self, entry: &Entry) -> Result<(), String> {
        if entry.by.as_str() == HOUSE {
            return Ok(());
        }
        let digest = Digest::of(&entry.bytes().map_err(|error| error.to_string())?);
        if self.seen.insert(digest) {
            return Ok(());
        }
        Err(format!("the same submission of `{}` was seen before", entry.by))
    }

    fn followed(&mut self, position: u64, entry: &Entry) -> Result<References, String> {
        let submission = self.submission.position;
        if entry.by.as_str() != HOUSE {
            let by = &entry.by;
            return Err(format!(
                "it is no submission, and what follows is signed by `{HOUSE}`, not by `{by}`"
            ));
        }
        if entry.at != self.submission.at {
            let at = self.submission.at;
            return Err(format!(
                "it follows from the submission at {submission}, which is of {at}"
            ));
        }
        let read = secretariat::Entry::from_record(&entry.kind, entry.version, &entry.body);
        let read = read.map_err(|refusal| refusal.sentence)?;
        match &mut self.due {
            Due::Computed(due) => {
                let due = due.pop_front().ok_or_else(|| {
                    let kind = &entry.kind;
                    format!("it does not follow: nothing more follows from the submission at {submission}, and `{kind}` stands here")
                })?;
                refuse_other(&due, entry, &self.bulk)?;
            }
            Due::AsRecorded(due) => {
                let Some(house) = &mut self.house else { return Err(String::new()) };
                let stamp = Stamp { position, at: entry.at, by: entry.by.clone() };
                if due.take(house, &self.bulk, stamp, entry)? {
                    self.list(position, entry, "it rests on a batch that was erased".to_owned());
                }
                self.refuse_trouble()?;
            }
        }
        if let secretariat::Entry::Watch(Watched::BatchReceived(batch)) = &read
            && let Some(erased_at) = self.bulk.erased_at(&batch.digest)
        {
            self.list(position, entry, format!("its bytes were erased by entry {erased_at}"));
        }
        self.replayed.followed += 1;
        Ok(desk::replay::references_of(&read))
    }

    fn list(&mut self, position: u64, entry: &Entry, why: String) {
        let kind = entry.kind.clone();
        self.replayed.not_recomputable.push(NotRecomputable { position, kind, why });
    }
}

impl Reading for Replay<'_> {
    fn key(&self, _position: u64, entry: &Entry) -> Option<PublicKey> {
        self.trust.identities.get(&entry.by).cloned()
    }

    fn take(&mut self, position: u64, entry: &Entry) -> Result<References, String> {
        (self.progress)(position, self.size);
        if position == 0 {
            return self.found(entry);
        }
        let command = Command::from_record(&entry.kind, entry.version, &entry.body);
        match command.map_err(|refusal| refusal.sentence)? {
            Some(command) => self.submission(position, entry, command),
            None => self.followed(position, entry),
        }
    }
}
