//! The hall: one house behind one lock, as its writer or beside another process that writes.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use desk::{Bulletin, Desk, Error, Folder, Reader, Receipt};
use kernel::{Refusal, Time};
use record::{Frontier, Tree};
use secretariat::Command;
use serde::Serialize;
use stores::{FolderVault, RecordReader, SqliteRecord, StoreError};
use tokio::sync::watch;

use super::submissions;
use crate::cli::now;
use crate::views::Sight;
use crate::views::waveforms::WaveIndex;

/// What is told to those who follow the house.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Told {
    /// Entries on the record.
    pub size: u64,
    /// The moment that views show.
    pub as_of: Time,
    /// Whether the hall closes.
    #[serde(skip)]
    pub closing: bool,
}

/// A house that many look at and one process writes.
pub struct Hall {
    path: PathBuf,
    estate: Mutex<Estate>,
    told: watch::Sender<Told>,
    /// What the batches of waveforms in its vault hold.
    pub waves: WaveIndex,
}

enum Estate {
    Writer { desk: Box<Desk>, bulletin: Bulletin },
    Reader { reader: Box<Reader>, frontier: Frontier },
}

/// What a handler looks at.
#[derive(Clone, Copy)]
pub struct Room<'a> {
    /// State, incidents, moment.
    pub sight: Sight<'a>,
    /// The record.
    pub log: &'a dyn RecordReader,
    /// The tree over it.
    pub frontier: &'a Frontier,
    /// Whether submissions are taken in here.
    pub writes: bool,
}

impl Estate {
    fn open(path: &Path) -> Result<Self, Error> {
        match Desk::open(path) {
            Ok(desk) => {
                let mut bulletin = Bulletin::default();
                bulletin.update(desk.log(), desk.vault())?;
                Ok(Self::Writer { desk: Box::new(desk), bulletin })
            }
            Err(Error::Store(StoreError::Locked { .. }) | Error::NoKey { .. }) => {
                Self::open_reader(path)
            }
            Err(error) => Err(error),
        }
    }

    fn open_reader(path: &Path) -> Result<Self, Error> {
        let reader = Box::new(Reader::open(path)?);
        let mut frontier = Frontier::default();
        reader.log.leaves()?.into_iter().for_each(|leaf| frontier.push(leaf));
        Ok(Self::Reader { reader, frontier })
    }

    fn room(&self) -> Room<'_> {
        let (state, bulletin, last) = match self {
            Self::Writer { desk, bulletin } => (desk.house().state(), bulletin, desk.last()),
            Self::Reader { reader, .. } => {
                (reader.replayed.house.state(), &reader.bulletin, reader.replayed.last)
            }
        };
        // An exercise's clock is the story's; elsewhere conditions are shown as they stand now.
        let as_of = if state.founding.exercise { last } else { last.max(now()) };
        let sight = Sight { state, bulletin, as_of };
        match self {
            Self::Writer { desk, .. } => {
                Room { sight, log: desk.log(), frontier: desk.frontier(), writes: true }
            }
            Self::Reader { reader, frontier } => {
                Room { sight, log: &reader.log, frontier, writes: false }
            }
        }
    }
}

impl Hall {
    /// Opens the house in `path`: to write if nobody else does and the house's keys are here,
    /// otherwise to read.
    ///
    /// # Errors
    /// When there is no house, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let estate = Estate::open(path)?;
        let (told, _) = watch::channel(told_of(&estate));
        Ok(Self {
            path: path.to_owned(),
            estate: Mutex::new(estate),
            told,
            waves: WaveIndex::default(),
        })
    }

    /// A handler that panicked held the lock to look; what is in memory is as the record says.
    fn lock(&self) -> MutexGuard<'_, Estate> {
        self.estate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the house.
    pub fn look<T>(&self, look: impl FnOnce(&Room<'_>) -> T) -> T {
        look(&self.lock().room())
    }

    /// A copy of the record and the vault to read from at leisure, without the lock.
    ///
    /// # Errors
    /// When they cannot be opened.
    pub fn open_record(&self) -> Result<(SqliteRecord, FolderVault), Error> {
        let folder = Folder::existing(&self.path)?;
        Ok((
            SqliteRecord::open_reader(&folder.record())?,
            FolderVault::open_reader(&folder.vault())?,
        ))
    }

    /// The tree over the record as it rests.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn tree(&self) -> Result<Tree, Error> {
        let mut tree = Tree::default();
        self.open_record()?.0.leaves()?.into_iter().for_each(|leaf| tree.push(leaf));
        Ok(tree)
    }

    /// Follows what the house tells.
    pub fn follow(&self) -> watch::Receiver<Told> {
        self.told.subscribe()
    }

    /// Ends every stream.
    pub fn close(&self) {
        self.told.send_modify(|told| told.closing = true);
    }

    /// Takes in an entry that its submitter signed.
    ///
    /// # Errors
    /// When the house refuses, cannot write, or another process writes.
    pub fn submit(&self, entry: record::Entry, command: Command) -> Result<Receipt, Error> {
        let mut estate = self.lock();
        let Estate::Writer { desk, bulletin } = &mut *estate else {
            let sentence = "This house is served to be read: it is written elsewhere.";
            return Err(Refusal::new("read-only", sentence)
                .hint("Submit where it is written, or try again when that process has ended.")
                .into());
        };
        let receipt = submissions::take_in(desk, entry, command)?;
        bulletin.update(desk.log(), desk.vault())?;
        self.tell(&estate);
        Ok(receipt)
    }

    /// Lets fall due what is due, or takes up what another process wrote. An idle house does not
    /// grow, and an exercise's clock is left to its story.
    ///
    /// # Errors
    /// When the house cannot be read or written.
    pub fn tick(&self) -> Result<(), Error> {
        let mut estate = self.lock();
        match &mut *estate {
            Estate::Writer { desk, bulletin } if !desk.house().state().founding.exercise => {
                desk.let_fall_due(now())?;
                bulletin.update(desk.log(), desk.vault())?;
            }
            Estate::Writer { .. } => {}
            Estate::Reader { reader, frontier } if reader.log.size()? == frontier.size() => {}
            Estate::Reader { .. } => {
                // Replaying takes time: meanwhile others look at what was there before.
                drop(estate);
                let newer = Estate::open_reader(&self.path)?;
                estate = self.lock();
                *estate = newer;
            }
        }
        self.tell(&estate);
        Ok(())
    }

    fn tell(&self, estate: &Estate) {
        let fresh = told_of(estate);
        self.told.send_if_modified(|told| {
            let grown = told.size != fresh.size;
            told.size = fresh.size;
            told.as_of = fresh.as_of;
            grown
        });
    }
}

fn told_of(estate: &Estate) -> Told {
    let room = estate.room();
    Told { size: room.frontier.size(), as_of: room.sight.as_of, closing: false }
}
