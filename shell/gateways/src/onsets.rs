//! Waveforms as a house takes them in: the bytes stay as they are, and what is picked in them
//! becomes arrivals. The settings are those of the reader's version and never change under it.

use std::str::FromStr;

use kernel::{Digest, Interval, Place, Problem};
use watch::{Arrival, Observation, Phase, Signal};

use crate::moment::plausible;
use crate::picked;
use crate::picker::{Found, Groups, Picking, station};
use crate::reading::{Fault, ReadContext, Reading};
use crate::stationxml::Inventory;
use crate::waveform::{Account, read_part};

/// How a part of waveforms hangs together with what lies beside it, told in a batch's header.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Seam {
    /// Bytes at the front that stood in the part before.
    pub lead: usize,
    /// Whether another part follows.
    pub goes_on: bool,
    /// The descriptions of the stations (StationXML) that it is read with, in the order in which
    /// they were received: what a later one says of a channel takes the place of what an earlier did.
    pub stations: Vec<Digest>,
}

impl Seam {
    /// As a header: `lead=5120 goes-on stations=A+B`; none when there is nothing to tell.
    #[must_use]
    pub fn header(&self) -> Option<String> {
        let lead = (self.lead > 0).then(|| format!("lead={}", self.lead));
        let goes_on = self.goes_on.then(|| "goes-on".to_owned());
        let digests: Vec<String> = self.stations.iter().map(Digest::to_string).collect();
        let stations = (!digests.is_empty()).then(|| format!("stations={}", digests.join("+")));
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
                Some(("stations", digests)) => {
                    let read: Result<_, _> = digests.split('+').map(Digest::from_str).collect();
                    read.map(|digests| seam.stations = digests).is_ok()
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
    let arrival = Arrival {
        station,
        phase,
        error_s: finite(found.arrival.detection.onset_error_s),
        signal: looks(found),
    };
    Ok(picked::observation(when.start, place, arrival, context))
}

/// What the onset looks like; its amplitude only where the station's description gives its unit.
fn looks(found: &Found) -> Signal {
    let features = &found.arrival.detection.features;
    let known = found.gain.as_ref().filter(|gain| {
        gain.counts_a_unit > 0.0 && ["PA", "M/S"].contains(&gain.unit.to_ascii_uppercase().as_str())
    });
    Signal {
        amplitude: known.and_then(|gain| finite(features.amplitude / gain.counts_a_unit)),
        period_s: finite(features.period_s),
        duration_s: finite(features.duration_s),
        snr: finite(features.snr),
    }
}

/// A number as it is kept; what is none cannot be told.
fn finite(number: f64) -> Option<f32> {
    Some(number as f32).filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seam_reads_back_what_it_writes() {
        let stations = vec![Digest::of(b"xml"), Digest::of(b"more xml")];
        let seam = Seam { lead: 5_120, goes_on: true, stations };
        let others =
            [Seam { stations: vec![], ..seam.clone() }, Seam { goes_on: false, ..seam.clone() }];
        for seam in others.into_iter().chain([seam]) {
            assert_eq!(Seam::of(seam.header().as_deref()), Ok(seam));
        }
        assert_eq!((Seam::default().header(), Seam::of(None)), (None, Ok(Seam::default())));
        assert!(Seam::of(Some("lead=a")).is_err() && Seam::of(Some("station,lon")).is_err());
    }
}
