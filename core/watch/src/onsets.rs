//! Arrivals as the engine keeps them, and the stations that noticed them: where each stood, and when.

use std::collections::BTreeMap;

use kernel::{ObservationId, Place, Time};

use crate::observation::{Arrival, Phase, Shape, Signal};
use crate::source::Station;

/// An arrival, packed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PackedArrival {
    /// Its id.
    pub id: ObservationId,
    /// Its moment, microseconds.
    pub at_us: i64,
    /// Its station, by its place in [`Onsets`].
    pub station: u32,
    /// One standard deviation of the moment, seconds; not a number where nobody stated it.
    pub error_s: f32,
    /// Which wave.
    pub phase: Phase,
    /// Whether an incident on record is named after it.
    pub names_incident: bool,
    /// What the onset looked like.
    pub signal: Signal,
}

impl PackedArrival {
    /// One standard deviation of the moment as stated, seconds; nought where it is not.
    #[must_use]
    pub fn stated_s(&self) -> f32 {
        if self.error_s.is_nan() { 0.0 } else { self.error_s }
    }
}

/// A station of one source, with every position it was ever said to have.
#[derive(Clone, Debug)]
pub struct KeptStation {
    /// Which source, by its number.
    pub source: u16,
    /// Its name within the source.
    pub name: String,
    /// Positions by the time from which they hold; of two from one time the one with the larger id.
    notes: BTreeMap<(Time, ObservationId), Station>,
    /// A position that came with an arrival, for a station that nobody registered: the smallest,
    /// so that the order of arrivals does not matter.
    carried: Option<(i64, i64)>,
}

impl KeptStation {
    /// Its particulars at a time; none when nobody ever said where it stands.
    #[must_use]
    pub fn at(&self, moment: Time) -> Option<Station> {
        let until = (moment, ObservationId([u8::MAX; 16]));
        let noted = self.notes.range(..=until).next_back().or(self.notes.iter().next());
        let carried = || {
            let (lon, lat) = self.carried?;
            Some(Station {
                name: self.name.clone(),
                lon: lon as f64 / PER_DEGREE,
                lat: lat as f64 / PER_DEGREE,
                error_m: None,
                elevation_m: None,
                clock_error_s: None,
            })
        };
        noted.map(|(_, station)| station.clone()).or_else(carried)
    }
}

/// Places carried by arrivals are kept to 1e-6 degrees, as readers read them.
const PER_DEGREE: f64 = 1e6;

/// Arrivals and stations.
#[derive(Clone, Default, Debug)]
pub struct Onsets {
    /// In the order in which they came.
    pub arrivals: Vec<PackedArrival>,
    stations: Vec<KeptStation>,
    numbers: BTreeMap<(u16, String), u32>,
    /// Set when a station's position became known or another.
    pub moved: bool,
}

impl Onsets {
    /// The stations, in the order in which they were first heard of.
    #[must_use]
    pub fn stations(&self) -> &[KeptStation] {
        &self.stations
    }

    /// A station's name; empty for one that is not there.
    #[must_use]
    pub fn name_of(&self, station: u32) -> &str {
        self.stations.get(station as usize).map_or("", |kept| kept.name.as_str())
    }

    /// The number of a station's source.
    #[must_use]
    pub fn source_of(&self, station: u32) -> Option<u16> {
        self.stations.get(station as usize).map(|kept| kept.source)
    }

    /// A station's particulars at a time; none when nobody ever said where it stands.
    #[must_use]
    pub fn station_at(&self, station: u32, moment: Time) -> Option<Station> {
        self.stations.get(station as usize)?.at(moment)
    }

    /// The particulars of a source's station at a time.
    #[must_use]
    pub fn named_at(&self, source: u16, name: &str, moment: Time) -> Option<Station> {
        let number = self.numbers.get(&(source, name.to_owned()))?;
        self.station_at(*number, moment)
    }

    /// Keeps an arrival.
    pub fn keep(
        &mut self,
        source: u16,
        id: ObservationId,
        at: Time,
        shape: &Shape,
        arrival: &Arrival,
    ) {
        let station = self.number(source, &arrival.station);
        if let Shape::Station { place: Some(place) } = *shape {
            self.carry(station, place);
        }
        self.arrivals.push(PackedArrival {
            id,
            at_us: at.0,
            station,
            error_s: arrival.error_s.unwrap_or(f32::NAN),
            phase: arrival.phase,
            names_incident: false,
            signal: arrival.signal,
        });
    }

    fn carry(&mut self, station: u32, place: Place) {
        let fixed = |degrees: f64| libm::round(degrees * PER_DEGREE) as i64;
        let carried = (fixed(place.lon), fixed(place.lat));
        if let Some(kept) = self.stations.get_mut(station as usize)
            && kept.carried.is_none_or(|before| carried < before)
        {
            // Registered stations stand where they are registered, whatever a row says.
            self.moved |= kept.carried.is_some() && kept.notes.is_empty();
            kept.carried = Some(carried);
        }
    }

    /// Takes in where a station stands from a time on.
    pub fn note(&mut self, source: u16, from: Time, station: &Station, id: ObservationId) {
        let number = self.number(source, &station.name);
        let Some(kept) = self.stations.get_mut(number as usize) else { return };
        self.moved |= kept.notes.insert((from, id), station.clone()).as_ref() != Some(station);
    }

    /// Takes in the stations a source is registered with: they hold from the beginning of time.
    /// Those it is no longer registered with are forgotten.
    pub fn register(&mut self, source: u16, stations: &[Station]) {
        let registered = (Time::MIN, ObservationId([0; 16]));
        for kept in self.stations.iter_mut().filter(|kept| kept.source == source) {
            if stations.iter().all(|station| station.name != kept.name) {
                self.moved |= kept.notes.remove(&registered).is_some();
            }
        }
        for station in stations {
            self.note(source, Time::MIN, station, registered.1);
        }
    }

    fn number(&mut self, source: u16, name: &str) -> u32 {
        let key = (source, name.to_owned());
        if let Some(&number) = self.numbers.get(&key) {
            return number;
        }
        let number = u32::try_from(self.stations.len()).unwrap_or(u32::MAX);
        self.stations.push(KeptStation {
            source,
            name: key.1.clone(),
            notes: BTreeMap::new(),
            carried: None,
        });
        self.numbers.insert(key, number);
        number
    }
}
