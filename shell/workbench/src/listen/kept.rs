//! Records kept in a folder, a file a station and day, each record once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use gateways::miniseed::Records;
use gateways::seedlink::Wanted;
use kernel::Digest;

use crate::Error;

/// Bytes of a record.
const RECORD_BYTES: u64 = 512;
/// Records at the end of a file that are known again: more than can come between two times that
/// the numbers are written down.
const KNOWN_RECORDS: u64 = 4_096;
/// Files open at once; beyond it the one longest unused is closed.
const FILES_MAX: usize = 256;

/// The folder.
pub struct Kept {
    folder: PathBuf,
    files: BTreeMap<String, (File, BTreeSet<Digest>)>,
    order: VecDeque<String>,
}

impl Kept {
    /// A folder to keep records in.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(folder).map_err(|error| Error::file("make", folder, &error))?;
        Ok(Self { folder: folder.to_owned(), files: BTreeMap::new(), order: VecDeque::new() })
    }

    /// Hands over the records at the end of each wanted station's latest file.
    pub fn lead(&self, wanted: &[Wanted], hand: &mut impl FnMut(&[u8])) -> Result<(), Error> {
        let failed = |error| Error::file("read", &self.folder, &error);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        for one in wanted {
            let begin = format!("{}.{}.", one.network, one.station);
            let latest = names.iter().rfind(|name| name.starts_with(&begin));
            if let Some(name) = latest {
                let mut file = File::open(self.folder.join(name)).map_err(failed)?;
                let bytes = last_records(&mut file).map_err(failed)?;
                bytes.chunks_exact(RECORD_BYTES as usize).for_each(&mut *hand);
            }
        }
        Ok(())
    }

    /// Appends a record, unless it stands at the end of its file already; whether it did not.
    pub fn add(&mut self, record: &[u8]) -> Result<bool, Error> {
        let name = name_of(record);
        let path = self.folder.join(&name);
        let failed = |error| Error::file("write", &path, &error);
        if !self.files.contains_key(&name) {
            if self.order.len() == FILES_MAX
                && let Some(oldest) = self.order.pop_front()
            {
                self.files.remove(&oldest);
            }
            let mut file =
                File::options().create(true).read(true).append(true).open(&path).map_err(failed)?;
            // A record that was cut short when a run was ended is no record.
            let length = file.metadata().map_err(failed)?.len();
            file.set_len(length - length % RECORD_BYTES).map_err(failed)?;
            let known = last_records(&mut file).map_err(failed)?;
            let known = known.chunks_exact(RECORD_BYTES as usize).map(Digest::of).collect();
            self.files.insert(name.clone(), (file, known));
            self.order.push_back(name.clone());
        }
        let Some((file, known)) = self.files.get_mut(&name) else { return Ok(false) };
        if known.contains(&Digest::of(record)) {
            return Ok(false);
        }
        file.write_all(record).map_err(failed)?;
        Ok(true)
    }
}

/// `NET.STA.2026-03-02.mseed`; what has no readable header lies apart.
fn name_of(record: &[u8]) -> String {
    let mut records = Records::new(record);
    match records.next_record() {
        Ok(Some(Ok(record))) => {
            let name = &record.header.name;
            let day = record.header.start.day_text();
            let clean = |code: &str| code.replace(|one: char| !one.is_ascii_alphanumeric(), "_");
            format!("{}.{}.{day}.mseed", clean(&name.network), clean(&name.station))
        }
        _ => "unreadable.mseed".to_owned(),
    }
}

fn last_records(file: &mut File) -> std::io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    let whole = length - length % RECORD_BYTES;
    file.seek(SeekFrom::Start(whole - whole.min(KNOWN_RECORDS * RECORD_BYTES)))?;
    let mut bytes = Vec::new();
    let mut end = (&*file).take(KNOWN_RECORDS * RECORD_BYTES);
    end.read_to_end(&mut bytes)?;
    Ok(bytes)
}
