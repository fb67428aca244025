//! Waveforms as a house takes them in: the bytes stay as they are, and what is picked in them
//! becomes arrivals. The settings are those of the reader's version and never change under it.

use std::str::FromStr;

use kernel::{Digest, Interval, Place, Problem};
use watch::{Arrival, Content, Observation, Phase, Shape, Signal};

use crate::arrivals_csv;
use crate::moment::plausible;
use crate::picker::{Found, Groups, Picking, station};
use crate::reading::{Fault, ReadContext, Reading};
use crate::stationxml::Inventory;
use crate::waveform::{Account, read_part};

/// How a part of waveforms hangs together with what lies beside it, told in a batch's header.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Seam {
    /// Bytes at the front that stood in the part before.
    pub lead: usize,
    /// Whether another part follows.
    pub goes_on: bool,
    /// The description of the stations (StationXML, received before) that it is read with.
    pub stations: Option<Digest>,
}

impl Seam {
    /// As a header: `lead=5120 goes-on stations=...`; none when there is nothing to tell.
    #[must_use]
    pub fn header(&self) -> Option<String> {
        let lead = (self.lead > 0).then(|| format!("lead={}", self.lead));
        let goes_on = self.goes_on.then(|| "goes-on".to_owned());
        let stations = self.stations.map(|digest| format!("stations={digest}"));
        let words: Vec<String> = [lead, goes_on, stations].into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// What a header tells.
    ///
    /// # Errors
    /// `seam-unreadable` when it is none.
    pub fn of(header: Option<&str>) -> Result<Self, Fault> {
        let mut seam = Self::default();
        for word in header.unwrap_or_default().split_whitespace() {
            let sound = match word.split_once('=') {
                None => std::mem::replace(&mut seam.goes_on, word == "goes-on") || seam.goes_on,
                Some(("lead", bytes)) => bytes.parse().map(|bytes| seam.lead = bytes).is_ok(),
                Some(("stations", digest)) => {
                    Digest::from_str(digest).map(|digest| seam.stations = Some(digest)).is_ok()
                }
                Some(_) => false,
            };
            if !sound {
                return Err(Fault::new("seam-unreadable", format!("`{word}` tells no seam")));
            }
        }
        Ok(seam)
    }
}

/// Reads a part of waveforms whose channels `inventory` describes.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext, inventory: &Inventory) -> Reading {
    let seam = match Seam::of(context.header.as_deref()) {
        Ok(seam) => seam,
        Err(fault) => return Reading::refused(fault),
    };
    let (lead, fresh) = bytes.split_at(seam.lead.min(bytes.len()));
    let picking = Picking::default();
    let mut groups = Groups::new(&picking, inventory, None);
    let read = read_part([lead, fresh], seam.goes_on, picking.piece_size(), &mut |piece| {
        groups.add(piece);
    });
    // Bytes in memory can always be read.
    let account = read.unwrap_or_default();
    let gathered = groups.finish();
    let mut reading = Reading { lines: account.records, ..Reading::default() };
    let before = context.first_line.saturating_sub(1);
    let numbered = |problem: &Problem| Problem { line: problem.line + before, ..problem.clone() };
    reading.problems.extend(account.problems.iter().map(numbered));
    reading.problems.extend(gathered.problems());
    for found in &gathered.found {
        match observe(found, &account, context) {
            Ok(observation) => reading.observations.push(observation),
            Err(fault) => reading.problems.push(fault.at(0)),
        }
    }
    reading
}

fn observe(found: &Found, account: &Account, context: &ReadContext) -> Result<Observation, Fault> {
    let when = plausible(Interval::at(found.time), context.received)?;
    let station = station(&found.name);
    let phase = match found.arrival.phase {
        signal::Phase::P => Phase::P,
        signal::Phase::S => Phase::S,
        signal::Phase::A => Phase::Acoustic,
    };
    // To the millionth of a degree, as readers read places.
    let rounded = |degrees: f64| (degrees * 1e6).round() / 1e6;
    let stated = account.places.get(&found.name);
    let place = stated.map(|[lon, lat, _]| Place { lon: rounded(*lon), lat: rounded(*lat) });
    Ok(Observation {
        id: arrivals_csv::id(context.source.as_str(), &station, found.time, &[b'a', phase as u8]),
        line: context.first_line,
        when,
        shape: Shape::Station { place },
        content: Content::Arrival(Arrival {
            station,
            phase,
            error_s: Some(found.arrival.detection.onset_error_s as f32),
            signal: looks(found),
        }),
    })
}

/// What the onset looks like; its amplitude only where the station's description gives its unit.
fn looks(found: &Found) -> Signal {
    let features = &found.arrival.detection.features;
    let known = found.gain.as_ref().filter(|gain| {
        gain.counts_a_unit > 0.0 && ["PA", "M/S"].contains(&gain.unit.to_ascii_uppercase().as_str())
    });
    Signal {
        amplitude: known.map(|gain| (features.amplitude / gain.counts_a_unit) as f32),
        period_s: Some(features.period_s as f32),
        duration_s: Some(features.duration_s as f32),
        snr: Some(features.snr as f32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seam_reads_back_what_it_writes() {
        let seam = Seam { lead: 5_120, goes_on: true, stations: Some(Digest::of(b"xml")) };
        for seam in [seam, Seam { stations: None, ..seam }, Seam { goes_on: false, ..seam }] {
            assert_eq!(Seam::of(seam.header().as_deref()), Ok(seam));
        }
        assert_eq!((Seam::default().header(), Seam::of(None)), (None, Ok(Seam::default())));
        assert!(Seam::of(Some("lead=a")).is_err() && Seam::of(Some("station,lon")).is_err());
    }
}
