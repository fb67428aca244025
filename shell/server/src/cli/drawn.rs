//! Plots of an incident written as SVG.

use std::path::Path;

use desk::{Error, Reader};
use kernel::Identity;
use watch::IncidentId;
use workbench::plot::waveform::{Mark, Portrait};

use crate::views::Sight;
use crate::views::waveforms::{self, WaveIndex};

/// Writes `waveforms.svg` into `folder`: the waveforms around an incident's onsets, as far as they
/// may be shown to `to`.
///
/// # Errors
/// When the vault holds none of them, none may be shown, or the file cannot be written.
pub fn waveforms(
    reader: &Reader,
    id: &IncidentId,
    folder: &Path,
    to: Option<&Identity>,
) -> Result<(), Error> {
    let mut asked = waveforms::asked(&Sight::of(reader), id, to).unwrap_or_default();
    let shown = waveforms::read(&reader.vault, &WaveIndex::default(), &mut asked)?;
    for (source, to) in asked.withheld() {
        eprintln!(
            "withheld: {source} releases its waveforms to {} only; name one with --as",
            to.join(", ")
        );
    }
    if shown.is_empty() {
        return Err(Error::other(
            format!("the vault holds no waveforms of the onsets of {id} that may be shown"),
            "Submit the miniSEED or SAC files of the stations; `--as` names who looks.",
        ));
    }
    let mut portrait = Portrait::default();
    shown.iter().for_each(|shown| portrait.add(&shown.trace, 0));
    let marks: Vec<Mark> = shown
        .iter()
        .map(|shown| {
            let (time, error_s, letter) = shown.mark();
            Mark { name: &shown.trace.name, time, error_s, letter }
        })
        .collect();
    std::fs::create_dir_all(folder).map_err(|error| Error::file("make", folder, error))?;
    let path = folder.join("waveforms.svg");
    std::fs::write(&path, portrait.draw(&marks))
        .map_err(|error| Error::file("write", &path, error))?;
    eprintln!("{}: {} waveforms", path.display(), shown.len());
    Ok(())
}
