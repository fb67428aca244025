//! StationXML as a house takes it in: where each station stands, from when on.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Interval, ObservationId, Place, Time};
use watch::{Content, Observation, Shape, Station, StationNote};

use crate::moment::EARLIEST;
use crate::picker::station;
use crate::reading::{Fault, ReadContext, Reading};
use crate::stationxml::{self, Channel};

/// Whether bytes begin as XML does.
#[must_use]
pub fn begins(head: &[u8]) -> bool {
    let body = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    body.starts_with(b"<?xml") || body.starts_with(b"<FDSNStationXML")
}

/// Reads the stations of a StationXML file.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext) -> Reading {
    let (inventory, problems) = stationxml::read(bytes);
    let mut by_station: BTreeMap<String, Vec<&Channel>> = BTreeMap::new();
    for channel in inventory.channels() {
        by_station.entry(station(&channel.name)).or_default().push(channel);
    }
    let notes = by_station.iter().flat_map(|(name, channels)| notes(name, channels));
    let observations: Vec<Observation> =
        notes.map(|(from, station)| observation(from, station, context)).collect();
    let lines = inventory.channels().count() as u64 + problems.len() as u64;
    if lines == 0 {
        let reason = "the file describes no channel: it is no StationXML at the level of channels";
        return Reading::refused(Fault::new("xml-unreadable", reason));
    }
    Reading { observations, problems, lines }
}

/// Where a station stands from each time on at which some channel of it begins: at the mean of the
/// channels that there are then. The first holds for all time before.
fn notes(name: &str, channels: &[&Channel]) -> Vec<(Time, Station)> {
    let begins: BTreeSet<Time> = channels.iter().map(|channel| channel.from).collect();
    let mut notes: Vec<(Time, Station)> = Vec::new();
    for from in begins {
        let here = channels.iter().filter(|channel| channel.from <= from && from < channel.until);
        let (mut sum, mut count) = ([0.0; 3], 0.0);
        for channel in here {
            sum.iter_mut().zip(channel.place).for_each(|(sum, part)| *sum += part);
            count += 1.0;
        }
        // To the millionth of a degree and the decimetre.
        let mean = |part: f64, steps: f64| (part / count * steps).round() / steps;
        let station = Station {
            name: name.to_owned(),
            lon: mean(sum[0], 1e6),
            lat: mean(sum[1], 1e6),
            error_m: None,
            elevation_m: Some(mean(sum[2], 10.0)),
            clock_error_s: None,
        };
        if count > 0.0 && notes.last().is_none_or(|(_, last)| *last != station) {
            notes.push((if notes.is_empty() { EARLIEST } else { from.max(EARLIEST) }, station));
        }
    }
    notes
}

fn observation(from: Time, station: Station, context: &ReadContext) -> Observation {
    let place = Place { lon: station.lon, lat: station.lat };
    let mut content = from.0.to_be_bytes().to_vec();
    for number in [station.lon, station.lat, station.elevation_m.unwrap_or_default()] {
        content.extend(number.to_bits().to_be_bytes());
    }
    content.extend(station.name.as_bytes());
    Observation {
        id: ObservationId::of(context.source.as_str(), &content),
        line: context.first_line,
        when: Interval::at(from),
        shape: Shape::Station { place: Some(place) },
        content: Content::Station(Box::new(StationNote { station })),
    }
}
