//! The desk: the single writer. A submission goes in; when it comes back it is durable.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kernel::{Digest, Duration, Identity, Refusal, Stamp, Time};
use record::{Checkpoint, Draft, EntryError, Frontier, Signer};
use secretariat::command::HouseCommand;
use secretariat::founding::HOUSE;
use secretariat::{Command, House, references};
use stores::{
    CheckpointKind, FolderVault, RecordReader, RecordStore, SqliteRecord, VaultReader, VaultStore,
};
use watch::{Incident, IncidentId};

use crate::bulk::{self, VaultBulk};
use crate::error::Error;
use crate::folder::Folder;
use crate::keys::{KeyFolder, LOG};
use crate::replay::{self, Replayed};

/// What a submission came to.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Receipt {
    /// Position of the submission's own entry.
    pub position: u64,
    /// The record's time.
    pub at: Time,
    /// Kinds of the entries that followed, in order.
    pub followed: Vec<String>,
}

/// A house opened for writing. Only one can be open.
pub struct Desk {
    folder: Folder,
    log: SqliteRecord,
    /// The vault to read from, and the same one to seal in.
    vault: FolderVault,
    sealer: RefCell<FolderVault>,
    keys: KeyFolder,
    signer: Signer,
    log_signer: Signer,
    replayed: Replayed,
    frontier: Frontier,
    /// Sealed here for a submission that has not come yet; they were not in the vault before.
    unclaimed: BTreeSet<Digest>,
    /// Set when a commit failed after the house had acted: memory is then ahead of the record.
    ahead: bool,
}

impl Desk {
    /// Opens the house in `path`: takes the writer's lock and replays the record.
    ///
    /// # Errors
    /// When another process writes to it, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let folder = Folder::existing(path)?;
        let log = SqliteRecord::open_writer(&folder.record())?;
        let mut sealer = FolderVault::open_writer(&folder.vault())?;
        let vault = FolderVault::open_reader(&folder.vault())?;
        let replayed = replay::replay(&log, &vault)?;
        // What a killed writer sealed and never acknowledged goes; what the record erased goes too.
        sealer.settle(&replayed.resting)?;
        let frontier = frontier_of(&log)?;
        let keys = KeyFolder::of(path);
        let signer = keys.read(&Identity::from(HOUSE))?;
        let log_signer = keys.read(&Identity::from(LOG))?;
        let sealer = RefCell::new(sealer);
        Ok(Self {
            folder,
            log,
            vault,
            sealer,
            keys,
            signer,
            log_signer,
            replayed,
            frontier,
            unclaimed: BTreeSet::new(),
            ahead: false,
        })
    }

    /// What the house knows.
    #[must_use]
    pub fn house(&self) -> &House {
        &self.replayed.house
    }
    /// The record as it rests.
    #[must_use]
    pub fn log(&self) -> &SqliteRecord {
        &self.log
    }
    /// The vault as it rests.
    #[must_use]
    pub fn vault(&self) -> &FolderVault {
        &self.vault
    }
    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
    }
    /// Name of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.replayed.origin
    }
    /// The time of the last entry.
    #[must_use]
    pub fn last(&self) -> Time {
        self.replayed.last
    }
    /// Number of entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }
    /// The tree over them.
    #[must_use]
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }
    /// The keys kept in this house.
    #[must_use]
    pub fn keys(&self) -> &KeyFolder {
        &self.keys
    }

    /// Seals bytes in the vault, so that a submission can name them.
    ///
    /// # Errors
    /// When they cannot be made durable.
    pub fn seal(&mut self, bytes: &[u8]) -> Result<Digest, Error> {
        let digest = Digest::of(bytes);
        if !self.vault.contains(&digest)? {
            self.unclaimed.insert(digest);
        }
        let sealed = self.sealer.get_mut().put_many(&[bytes])?;
        sealed
            .first()
            .copied()
            .ok_or_else(|| Error::other("the vault sealed nothing", "Try again."))
    }

    /// Keeps a reading of sealed bytes at hand, so that the submission that names them need not
    /// read them again.
    pub fn keep_reading(&mut self, digest: Digest, observations: Vec<watch::Observation>) {
        self.replayed.fresh = Some((digest, observations));
    }

    /// Signs `command` as `by`, acts on it, and makes all that follows durable.
    ///
    /// # Errors
    /// When the house refuses, a key is missing, or it cannot be made durable. Nothing has then
    /// been acknowledged, and the house is as before: what was sealed for it alone is gone too.
    pub fn submit(&mut self, by: &Identity, command: Command, now: Time) -> Result<Receipt, Error> {
        let mut named = references::of_command(&command);
        named.retain(|digest| self.unclaimed.remove(digest));
        let taken = self.sign_and_take_in(by, command, now);
        if taken.is_err() && !self.ahead {
            let sealer = self.sealer.get_mut();
            named.iter().try_for_each(|digest| sealer.erase(digest).map(|_| ()))?;
        }
        taken
    }

    fn sign_and_take_in(
        &mut self,
        by: &Identity,
        command: Command,
        now: Time,
    ) -> Result<Receipt, Error> {
        self.catch_up()?;
        let signer = if by.as_str() == HOUSE { self.signer.clone() } else { self.keys.read(by)? };
        let (kind, body) = command.to_record()?;
        let mut draft = Draft {
            at: now.max(self.replayed.last),
            by: by.clone(),
            kind,
            version: secretariat::command::VERSION,
            body,
        };
        // What an office says twice at one moment is said again a moment later: signed words count
        // once, so that nobody else can repeat them.
        let entry = loop {
            let entry = draft.clone().sign(&self.replayed.origin, &signer).map_err(too_long)?;
            if !self.replayed.has_seen(&entry)? {
                break entry;
            }
            draft.at = draft.at + Duration(1);
        };
        self.take_in(entry, command)
    }

    /// Advances the record's clock if something is due by `now`.
    ///
    /// # Errors
    /// As [`Self::submit`].
    pub fn let_fall_due(&mut self, now: Time) -> Result<(), Error> {
        self.catch_up()?;
        let house = Identity::from(HOUSE);
        let at = now.max(self.replayed.last);
        let stamp = Stamp { position: self.frontier.size(), at, by: house.clone() };
        if self.replayed.house.is_due(&stamp) {
            self.submit(&house, Command::House(HouseCommand::AdvanceClock), at)?;
        }
        Ok(())
    }

    /// Acts on an entry that its submitter signed, here or elsewhere. What is due by its time falls
    /// due first, so that no submission overtakes a deadline.
    ///
    /// # Errors
    /// As [`Self::submit`].
    pub fn submit_signed(
        &mut self,
        entry: record::Entry,
        command: Command,
    ) -> Result<Receipt, Error> {
        if entry.by.as_str() == HOUSE {
            let sentence = format!("What `{HOUSE}` says is signed here, and not handed in.");
            return Err(Refusal::new("house-signs-here", sentence)
                .hint("Submit as an office of your own.")
                .into());
        }
        self.refuse_misstated(&entry, &command)?;
        self.take_in(entry, command)
    }

    /// Reads a batch that somebody else summed up: the record must never hold a summary that its
    /// bytes do not give.
    fn refuse_misstated(&self, entry: &record::Entry, command: &Command) -> Result<(), Error> {
        let Command::Watch(watch::command::Command::ReceiveBatch { batch }) = command else {
            return Ok(());
        };
        self.refuse_unsealed(command)?;
        let state = self.replayed.house.state();
        let Some(source) = state.watch.source(&batch.source) else { return Ok(()) };
        let bytes = self.vault.get(&batch.digest)?;
        let (first_line, header) = (batch.first_line, batch.header.clone());
        let context = bulk::read_context(source, entry.at, first_line, header);
        let wrong = match bulk::read_batch(&self.vault, &bytes, batch, &context)? {
            Some(reading) => bulk::misstated(batch, source.cadence, &reading, bytes.len() as u64),
            None => Some(format!("no reader is known as `{}`", batch.reader)),
        };
        wrong.map_or(Ok(()), |wrong| {
            Err(Refusal::new(
                "batch-misstated",
                format!("The summary is not that of the batch: {wrong}."),
            )
            .hint("Sum up what the named reader reads in the very bytes handed in.")
            .into())
        })
    }

    fn take_in(&mut self, entry: record::Entry, command: Command) -> Result<Receipt, Error> {
        self.catch_up()?;
        replay::check_signature(&self.replayed, &entry)?;
        self.refuse_seen(&entry)?;
        if entry.at < self.replayed.last {
            let sentence = format!(
                "The submission is dated {} and the record stands at {}.",
                entry.at, self.replayed.last
            );
            return Err(Refusal::new("dated-before-the-record", sentence)
                .hint("Sign it again with a time not before the record's.")
                .into());
        }
        self.refuse_unsealed(&command)?;
        if command != Command::House(HouseCommand::AdvanceClock) {
            let fresh = self.replayed.fresh.take();
            self.let_fall_due(entry.at)?;
            self.replayed.fresh = fresh;
        }
        let position = self.frontier.size();
        let stamp = Stamp { position, at: entry.at, by: entry.by.clone() };
        let fresh = self.replayed.fresh.take();
        let bulk = VaultBulk::new(&self.vault, fresh).sealing_in(&self.sealer);
        let followed = self.replayed.house.act(command, &stamp, &bulk)?;
        let failure = bulk.failure();
        self.ahead = true;
        if let Some(failure) = failure {
            return Err(failure.into());
        }
        let receipt = self.commit(&entry, &followed)?;
        self.ahead = false;
        Ok(receipt)
    }

    /// Signs what followed, and appends all of it in one durable step.
    fn commit(
        &mut self,
        entry: &record::Entry,
        followed: &[secretariat::Entry],
    ) -> Result<Receipt, Error> {
        let position = self.frontier.size();
        let mut group = vec![entry.bytes()?];
        let mut kinds = Vec::with_capacity(followed.len());
        for entry_of_house in followed {
            let (kind, version) = entry_of_house.kind();
            let body = entry_of_house.body()?;
            let draft = Draft {
                at: entry.at,
                by: Identity::from(HOUSE),
                kind: kind.to_owned(),
                version,
                body,
            };
            let signed = draft.sign(&self.replayed.origin, &self.signer).map_err(too_long)?;
            group.push(signed.bytes()?);
            kinds.push(kind.to_owned());
        }
        let mut frontier = self.frontier.clone();
        group.iter().for_each(|bytes| frontier.push(record::leaf_hash(bytes)));
        let checkpoint = Checkpoint {
            origin: self.replayed.origin.clone(),
            size: frontier.size(),
            root: frontier.root(),
        };
        let signed = checkpoint
            .sign(&self.log_signer)
            .map_err(|error| Error::other(error.to_string(), ""))?;
        self.log.commit(&group, Some(&signed.text()))?;
        self.frontier = frontier;
        self.replayed.last = entry.at;
        self.replayed.see(entry)?;
        for (index, entry_of_house) in followed.iter().enumerate() {
            let at = position + 1 + index as u64;
            self.replayed.resting.take(at, replay::references_of(entry_of_house));
        }
        Ok(Receipt { position, at: entry.at, followed: kinds })
    }

    /// Rebuilds the house from the record after a commit that failed.
    fn catch_up(&mut self) -> Result<(), Error> {
        if self.ahead {
            self.replayed = replay::replay(&self.log, &self.vault)?;
            self.frontier = frontier_of(&self.log)?;
            self.ahead = false;
        }
        Ok(())
    }

    /// Refuses an office's signed words that stand on the record already, whoever repeats them.
    fn refuse_seen(&self, entry: &record::Entry) -> Result<(), Error> {
        if !self.replayed.has_seen(entry)? {
            return Ok(());
        }
        let sentence = format!("This submission of `{}` is on the record already.", entry.by);
        Err(Refusal::new("seen-before", sentence)
            .hint("Nothing more needs to be done; to say it again, sign it anew.")
            .into())
    }

    fn refuse_unsealed(&self, command: &Command) -> Result<(), Error> {
        for digest in references::of_command(command) {
            if !self.vault.contains(&digest)? {
                let sentence = format!("The submission names {digest}, which is not in the vault.");
                return Err(Refusal::new("not-in-the-vault", sentence)
                    .hint("Hand in the file itself; the house seals it and names its digest.")
                    .into());
            }
        }
        Ok(())
    }

    /// The current version of every incident, discarded ones among them.
    ///
    /// # Errors
    /// When a payload cannot be read.
    pub fn incidents(&self) -> Result<BTreeMap<IncidentId, Incident>, Error> {
        let bulk = VaultBulk::new(&self.vault, None);
        let current = secretariat::react::current_incidents(self.replayed.house.state(), &bulk);
        bulk.failure().map_or(Ok(current), |failure| Err(failure.into()))
    }

    /// The newest signed checkpoint.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn checkpoint(&self) -> Result<Option<String>, Error> {
        Ok(self.log.checkpoint(CheckpointKind::Latest)?)
    }
}

/// An entry that is too long is refused; anything else that keeps one from being signed is a fault.
fn too_long(error: EntryError) -> Error {
    if !matches!(error, EntryError::TooLong(_)) {
        return error.into();
    }
    Refusal::new("entry-too-long", format!("The submission makes {error}."))
        .hint("Submit it in several parts, or hand in the long part as an exhibit.")
        .into()
}

fn frontier_of(log: &dyn RecordReader) -> Result<Frontier, Error> {
    let mut frontier = Frontier::default();
    log.leaves()?.into_iter().for_each(|leaf| frontier.push(leaf));
    Ok(frontier)
}
