//! FDSN StationXML 1.0 to 1.2: where channels stand, how they point, what a count is worth. Read
//! from front to back, so that a file of any length takes no more memory than its channels.

use std::collections::BTreeMap;
use std::io::BufRead;

use kernel::{Interval, Problem, Time};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use signal::ChannelName;

use crate::picker::station;
use crate::reading::{Fault, shown};

/// Most channels kept.
const CHANNELS_MAX: usize = 1_000_000;
/// Deepest nesting followed; responses go to about ten.
const DEPTH_MAX: usize = 64;

/// What a count is worth.
#[derive(Clone, PartialEq, Debug)]
pub struct Gain {
    /// Counts for one unit, at the frequency the file names.
    pub counts_a_unit: f64,
    /// The unit: `M/S`, `M/S**2`, `PA`.
    pub unit: String,
}

/// A channel during one span of time.
#[derive(Clone, PartialEq, Debug)]
pub struct Channel {
    /// Which.
    pub name: ChannelName,
    /// From when on.
    pub from: Time,
    /// Until when.
    pub until: Time,
    /// Longitude and latitude in degrees, height of the sensor in metres (depth taken off).
    pub place: [f64; 3],
    /// Which way a positive sample moves: clockwise from north, degrees.
    pub azimuth_deg: Option<f64>,
    /// And downward from the horizontal, degrees: -90 is up.
    pub dip_deg: Option<f64>,
    /// What a count is worth.
    pub gain: Option<Gain>,
}

/// The channels of a file.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Inventory {
    channels: BTreeMap<ChannelName, Vec<Channel>>,
}

impl Inventory {
    /// A channel as it was at a time.
    #[must_use]
    pub fn channel(&self, name: &ChannelName, time: Time) -> Option<&Channel> {
        self.channels.get(name)?.iter().find(|one| one.from <= time && time < one.until)
    }

    /// What a count of a channel was worth at a time.
    #[must_use]
    pub fn gain(&self, name: &ChannelName, time: Time) -> Option<Gain> {
        self.channel(name, time)?.gain.clone()
    }

    /// Takes in what a later file says: of the channels that it names, all that was said before
    /// gives way.
    pub fn extend(&mut self, later: Self) {
        self.channels.extend(later.channels);
    }

    /// What is said of a station's channels over a time.
    pub fn about<'a>(
        &'a self,
        called: &'a str,
        when: Interval,
    ) -> impl Iterator<Item = &'a Channel> {
        let there = move |one: &&Channel| one.from <= when.end && when.start < one.until;
        self.channels().filter(there).filter(move |one| station(&one.name) == called)
    }

    /// Every channel in every span.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.channels.values().flatten()
    }

    /// Stations as `NET.STA` with the mean place of their channels.
    #[must_use]
    pub fn stations(&self) -> BTreeMap<String, [f64; 3]> {
        let mut sums: BTreeMap<String, ([f64; 3], f64)> = BTreeMap::new();
        for channel in self.channels() {
            let name = format!("{}.{}", channel.name.network, channel.name.station);
            let (sum, count) = sums.entry(name).or_default();
            sum.iter_mut().zip(channel.place).for_each(|(sum, part)| *sum += part);
            *count += 1.0;
        }
        sums.into_iter().map(|(name, (sum, count))| (name, sum.map(|part| part / count))).collect()
    }
}

/// What is known so far of the channel being read.
#[derive(Default)]
struct Draft {
    name: ChannelName,
    from: Option<Time>,
    until: Option<Time>,
    numbers: BTreeMap<&'static str, f64>,
    unit: Option<String>,
}

/// Reads a file; a channel that cannot be read becomes a problem with its number, from 1.
pub fn read(source: impl BufRead) -> (Inventory, Vec<Problem>) {
    let mut reader = Reader::from_reader(source);
    let mut state = State::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let step = match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) if state.path.is_empty() => break,
            Ok(Event::Eof) => Err("the file ends in the middle".to_owned()),
            Ok(Event::Start(element)) => state.open(&element),
            Ok(Event::End(_)) => state.close(),
            Ok(Event::Text(text)) => {
                state.text(&text);
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(reason) = step {
            let fault = Fault::new(
                "xml-unreadable",
                format!("after byte {}: {reason}", reader.buffer_position()),
            );
            state.problems.push(fault.at(state.number));
            break;
        }
    }
    (state.inventory, state.problems)
}

#[derive(Default)]
struct State {
    path: Vec<String>,
    network: String,
    station: String,
    draft: Option<Draft>,
    number: u64,
    inventory: Inventory,
    problems: Vec<Problem>,
}

impl State {
    fn open(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        if self.path.len() == DEPTH_MAX {
            return Err(format!("nested more than {DEPTH_MAX} deep"));
        }
        let name = element.local_name().as_ref().to_owned();
        let attribute = |key: &str| {
            let found = element.try_get_attribute(key).ok().flatten();
            found.map(|found| found.value.trim().to_owned())
        };
        let time = |key: &str| attribute(key).and_then(|text| moment(&text));
        match name.as_str() {
            "Network" => self.network = attribute("code").unwrap_or_default(),
            "Station" => self.station = attribute("code").unwrap_or_default(),
            "Channel" => {
                self.number += 1;
                let name = ChannelName {
                    network: self.network.clone(),
                    station: self.station.clone(),
                    location: attribute("locationCode").unwrap_or_default().replace("--", ""),
                    channel: attribute("code").unwrap_or_default(),
                };
                let (from, until) = (time("startDate"), time("endDate"));
                self.draft = Some(Draft { name, from, until, ..Draft::default() });
            }
            _ => {}
        }
        self.path.push(name);
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let closed = self.path.pop().ok_or("an end without a beginning")?;
        if closed == "Channel"
            && let Some(draft) = self.draft.take()
        {
            match draft.finish() {
                Ok(_) if self.inventory.channels.len() == CHANNELS_MAX => {
                    return Err(format!("more than {CHANNELS_MAX} channels"));
                }
                Ok(channel) => {
                    let spans = self.inventory.channels.entry(channel.name.clone()).or_default();
                    spans.push(channel);
                }
                Err(fault) => self.problems.push(fault.at(self.number)),
            }
        }
        Ok(())
    }

    /// Takes what stands in an element of a channel that matters.
    fn text(&mut self, text: &str) {
        let Some(draft) = &mut self.draft else { return };
        let path: Vec<&str> = self.path.iter().rev().take(3).map(String::as_str).collect();
        let key = match path[..] {
            ["Latitude", "Channel", ..] => "latitude",
            ["Longitude", "Channel", ..] => "longitude",
            ["Elevation", "Channel", ..] => "elevation",
            ["Depth", "Channel", ..] => "depth",
            ["Azimuth", "Channel", ..] => "azimuth",
            ["Dip", "Channel", ..] => "dip",
            ["Value", "InstrumentSensitivity", ..] => "sensitivity",
            ["Name", "InputUnits", "InstrumentSensitivity"] => {
                draft.unit = Some(shown(text.as_bytes()));
                return;
            }
            _ => return,
        };
        let number = text.trim().parse::<f64>().ok();
        if let Some(number) = number.filter(|number| number.is_finite()) {
            draft.numbers.insert(key, number);
        }
    }
}

impl Draft {
    fn finish(self) -> Result<Channel, Fault> {
        let number = |key: &str| self.numbers.get(key).copied();
        let place = number("longitude").zip(number("latitude")).filter(|(longitude, latitude)| {
            (-180.0..=180.0).contains(longitude) && (-90.0..=90.0).contains(latitude)
        });
        let (longitude, latitude) = place.ok_or_else(|| {
            let reason = format!("{} has no longitude and latitude that can be", self.name);
            Fault::new("position-unreadable", reason)
        })?;
        let height_m = number("elevation").unwrap_or(0.0) - number("depth").unwrap_or(0.0);
        let gain = number("sensitivity")
            .filter(|value| *value != 0.0)
            .map(|counts_a_unit| Gain { counts_a_unit, unit: self.unit.unwrap_or_default() });
        Ok(Channel {
            from: self.from.unwrap_or(Time::MIN),
            until: self.until.unwrap_or(Time::MAX),
            place: [longitude, latitude, height_m],
            azimuth_deg: self.numbers.get("azimuth").copied(),
            dip_deg: self.numbers.get("dip").copied(),
            gain,
            name: self.name,
        })
    }
}

/// A time as these files write it: with a zone, or without one and meant as UTC.
fn moment(text: &str) -> Option<Time> {
    text.parse().or_else(|_| format!("{text}Z").parse()).ok()
}
