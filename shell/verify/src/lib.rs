//! Anyone checks everything, offline: the record, the vault, and that each entry follows by the
//! rules from what was submitted (docs/design/0011-verification.md).

pub mod ahead;
pub mod as_recorded;
pub mod difference;
pub mod opened;
pub mod outline;
pub mod recomputing;
pub mod replay;
pub mod report;
pub mod trust;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use record::PublicKey;
use stores::{FirstWrong, Wrong, check_record};

use crate::ahead::{Ahead, Sound};
use crate::opened::{NotOpened, Opened, Resting};
use crate::outline::Outline;
use crate::recomputing::Recomputing;
use crate::replay::Replay;
use crate::trust::Trust;

pub use crate::report::Report;

/// What the verifier was told to trust beforehand.
#[derive(Clone, Default, Debug)]
pub struct Given {
    /// The log's key or identities' keys.
    pub keys: Vec<PublicKey>,
    /// Witnesses that must have cosigned.
    pub witnesses: Vec<PublicKey>,
}

/// Why there is no report.
#[derive(Clone, PartialEq, Debug)]
pub enum Failure {
    /// There was nothing to check.
    NotOpened(NotOpened),
    /// The first thing wrong.
    Wrong(FirstWrong),
}

impl From<FirstWrong> for Failure {
    fn from(wrong: FirstWrong) -> Self {
        Self::Wrong(wrong)
    }
}

/// Checks the house or the export at `path`; `progress` is told position and size of the record.
///
/// # Errors
/// The first thing wrong. The same record gives the same one on every machine.
pub fn verify(
    path: &Path,
    given: &Given,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Failure> {
    let resting = Resting::at(path).map_err(Failure::NotOpened)?;
    let opened = Opened::open(&resting).map_err(FirstWrong::from)?;
    let trust = Trust::of(opened.record(), given)?;
    let outline = Outline::of(opened.record(), opened.vault(), &trust.founding);
    let sound = Sound::default();
    let stop = AtomicBool::new(false);
    let (ahead, queue) = Ahead::new(&resting, &outline, &sound, &stop);
    std::thread::scope(|scope| {
        scope.spawn(move || ahead.run());
        let vault = sound.over(opened.vault());
        let bulk = Recomputing::new(&vault, &outline, queue);
        let checked = checked(&opened, &vault, &trust, bulk, progress);
        stop.store(true, Ordering::Relaxed);
        checked
    })
    .map_err(Failure::Wrong)
}

fn checked(
    opened: &Opened,
    vault: &ahead::SoundVault<'_>,
    trust: &Trust,
    bulk: Recomputing<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, FirstWrong> {
    let size = opened.record().size()?;
    let mut replay = Replay::new(trust, bulk, size, progress);
    let summary = check_record(opened.record(), vault, &trust.keys, &mut replay);
    let summary = summary.map_err(|wrong| replay.sharpened(wrong))?;
    let replayed = replay.finish().map_err(|why| {
        let position = Some(summary.entries);
        FirstWrong { position, what: Wrong::Rule, why }
    })?;
    Ok(Report::new(summary, trust, replayed))
}
