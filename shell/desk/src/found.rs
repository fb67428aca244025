//! Founding a house: the agreement is read whole, keys are made, the first entry is written.

use std::collections::BTreeMap;
use std::path::Path;

use kernel::{Digest, Identity, SourceText, Time};
use record::{Checkpoint, Draft, Frontier, Signer, leaf_hash};
use secretariat::founding::{Founding, HOUSE, RULES};
use stores::{FolderVault, RecordStore, SqliteRecord, VaultStore};

use crate::error::Error;
use crate::folder::Folder;
use crate::keys::{self, KeyFolder, LOG};

/// How a house is founded.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Everything in it is an exercise.
    pub exercise: bool,
    /// Keys grown from a seed.
    pub seed: Option<u64>,
    /// The record's first time.
    pub at: Time,
}

/// Files of an agreement's folder that are part of it.
const PARTS: [&str; 3] = ["md", "toml", "geojson"];
/// A file of an agreement is text that people wrote; longer than this it is something else.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Reads an agreement's folder.
///
/// # Errors
/// When it cannot be read, or a file in it is no text.
pub fn read_agreement(folder: &Path) -> Result<SourceText, Error> {
    let mut files = BTreeMap::new();
    let entries = std::fs::read_dir(folder).map_err(|error| Error::file("read", folder, error))?;
    for entry in entries {
        let path = entry.map_err(|error| Error::file("read", folder, error))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let extension =
            path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if !PARTS.contains(&extension) || name == "README.md" {
            continue;
        }
        let size_bytes = path.metadata().map_or(0, |metadata| metadata.len());
        if size_bytes > FILE_BYTES_MAX {
            let sentence = format!(
                "{} has {size_bytes} bytes; at most {FILE_BYTES_MAX} are read",
                path.display()
            );
            return Err(Error::other(sentence, "An agreement is text: lay large data elsewhere."));
        }
        let text =
            std::fs::read_to_string(&path).map_err(|error| Error::file("read", &path, error))?;
        files.insert(name, text);
    }
    Ok(SourceText(files))
}

/// Founds a house in `path` under an agreement whose text has no mistakes.
///
/// # Errors
/// When the folder is taken, or something cannot be written.
pub fn found(path: &Path, text: &SourceText, options: Options) -> Result<Founding, Error> {
    let folder = Folder::vacant(path)?;
    let (agreement, _) = terms::read(text);
    let keys = KeyFolder::of(path);
    let make = |name: &str| match options.seed {
        Some(seed) => keys::of_exercise(name, seed),
        None => keys::random(name),
    };
    let id = &agreement.heading.id;
    let origin =
        format!("servanda-{id}-{}", fingerprint(make(HOUSE)?.public().bytes().as_slice(), options));
    let log_signer = make(&origin)?;
    keys.write(&Identity::from(LOG), &log_signer)?;
    let mut public =
        BTreeMap::from([(Identity::from(origin.as_str()), log_signer.public().to_string())]);
    let mut house_signer = None;
    for office in &agreement.parties.offices {
        let signer = make(office.id.as_str())?;
        keys.write(&office.id, &signer)?;
        public.insert(office.id.clone(), signer.public().to_string());
        if office.id.as_str() == HOUSE {
            house_signer = Some(signer);
        }
    }
    let house_signer = house_signer.ok_or_else(|| {
        Error::other(
            "the agreement names no identity `house`",
            "Add one to parties.toml: it signs what follows from submissions.",
        )
    })?;
    let mut vault = FolderVault::open_writer(&folder.vault())?;
    let names: Vec<&String> = text.0.keys().collect();
    let bytes: Vec<&[u8]> = text.0.values().map(String::as_bytes).collect();
    let digests = vault.put_many(&bytes)?;
    let files = names.into_iter().cloned().zip(digests).collect();
    let founding = Founding {
        origin,
        agreement: id.clone(),
        files,
        keys: public,
        exercise: options.exercise,
        rules: RULES,
    };
    write_first(&folder, &founding, &house_signer, &log_signer, options.at)?;
    Ok(founding)
}

/// Tells two houses under one agreement apart, so that an entry of one never passes on the other.
fn fingerprint(house_key: &[u8], options: Options) -> String {
    let seed = options.seed.map_or_else(String::new, |seed| format!("seed {seed}"));
    Digest::of(&[house_key, seed.as_bytes()].concat()).to_string()[..8].to_owned()
}

fn write_first(
    folder: &Folder,
    founding: &Founding,
    house: &Signer,
    log_signer: &Signer,
    at: Time,
) -> Result<(), Error> {
    let entry = secretariat::Entry::Founded(Box::new(founding.clone()));
    let (kind, version) = entry.kind();
    let draft = Draft {
        at,
        by: Identity::from(HOUSE),
        kind: kind.to_owned(),
        version,
        body: entry.body()?,
    };
    let bytes = draft.sign(&founding.origin, house)?.bytes()?;
    let mut frontier = Frontier::default();
    frontier.push(leaf_hash(&bytes));
    let checkpoint = Checkpoint { origin: founding.origin.clone(), size: 1, root: frontier.root() };
    let signed =
        checkpoint.sign(log_signer).map_err(|error| Error::other(error.to_string(), ""))?;
    SqliteRecord::open_writer(&folder.record())?.commit(&[bytes], Some(&signed.text()))?;
    Ok(())
}
