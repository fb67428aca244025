//! Observations as the engine keeps them: hotspots and arrivals packed, the rest boxed, sources and
//! stations interned.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use kernel::{Interval, ObservationId, Place, PlaceBelief, SourceId, Time};

use crate::id_table::IdTable;
use crate::likeness::Fingerprint;
use crate::observation::{Content, HotspotConfidence, Observation, Report, Shape};
use crate::onsets::{Onsets, PackedArrival};
use crate::shape_belief;
use crate::source::Source;
use crate::standing::Standings;

/// Hotspots stand below this number, reports at and above it.
pub const FIRST_REPORT: u32 = 1 << 31;
/// Arrivals stand at and above this number.
pub const FIRST_ARRIVAL: u32 = 0b110 << 29;
/// Bearings, looks, positions of tracks and stations stand at and above this number.
pub const FIRST_OTHER: u32 = 0b1110 << 28;
/// Numbers from here on are no observations'.
pub const FIRST_PIN: u32 = 0b1111 << 28;
/// Places are kept to 1e-7 degrees (1 cm).
const PER_DEGREE: f64 = 1e7;

/// A hotspot in 56 bytes.
#[derive(Clone, Copy, Debug)]
pub struct PackedHotspot {
    id: ObservationId,
    start: i64,
    lon: i32,
    lat: i32,
    length_s: u32,
    covariance_m2: [f32; 3],
    /// Which source, by its place in [`Store::sources`].
    pub source: u16,
    /// The product's confidence.
    pub confidence: HotspotConfidence,
    /// Whether an incident on record is named after it.
    pub names_incident: bool,
}

impl PackedHotspot {
    /// When.
    #[must_use]
    pub fn when(&self) -> Interval {
        let end = Time(self.start + i64::from(self.length_s) * 1_000_000);
        Interval { start: Time(self.start), end }
    }
    /// First moment, microseconds.
    #[must_use]
    pub fn start_us(&self) -> i64 {
        self.start
    }
    /// Half-way, microseconds.
    #[must_use]
    pub fn middle_us(&self) -> i64 {
        self.start + i64::from(self.length_s) * 500_000
    }
    /// How long the stated interval is, whole seconds.
    #[must_use]
    pub fn length_s(&self) -> u32 {
        self.length_s
    }
    /// How long the stated interval is, hours.
    #[must_use]
    pub fn length_hours(&self) -> f64 {
        f64::from(self.length_s) / 3_600.0
    }
    /// Where.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { lon: f64::from(self.lon) / PER_DEGREE, lat: f64::from(self.lat) / PER_DEGREE }
    }
    /// Where, in 1e-7 degrees: longitude and latitude.
    #[must_use]
    pub fn place_e7(&self) -> (i32, i32) {
        (self.lon, self.lat)
    }
    /// Where, with the pixel's error.
    #[must_use]
    pub fn belief(&self) -> PlaceBelief {
        let [ee, en, nn] = self.covariance_m2.map(f64::from);
        PlaceBelief { mean: self.place(), ee_m2: ee, en_m2: en, nn_m2: nn }
    }
    /// Its id.
    #[must_use]
    pub fn id(&self) -> ObservationId {
        self.id
    }
    /// The order by time and place, and by id only where those are equal.
    #[must_use]
    pub fn cmp_canonical(&self, other: &Self) -> Ordering {
        self.meaning().cmp(&other.meaning()).then_with(|| self.id.cmp(&other.id))
    }

    fn meaning(&self) -> (i64, u32, i32, i32) {
        (self.start, self.length_s, self.lon, self.lat)
    }
}

/// A report as kept.
#[derive(Clone, Debug)]
pub struct KeptReport {
    /// Its id.
    pub id: ObservationId,
    /// When.
    pub when: Interval,
    /// Where.
    pub shape: Shape,
    /// Which source, by its place in [`Store::sources`].
    pub source: u16,
    /// Whether an incident on record is named after it.
    pub names_incident: bool,
    /// The words.
    pub report: Report,
    /// A print of the words, for finding copies.
    pub print: Fingerprint,
}

impl KeptReport {
    fn meaning(&self) -> (i64, u32, i32, i32) {
        let place = shape_belief::middle(&self.shape);
        (self.when.start.0, length_s(self.when), fixed(place.lon), fixed(place.lat))
    }
}

/// A bearing, a look, a position of a track or a station, as kept.
#[derive(Clone, Debug)]
pub struct KeptOther {
    /// Its id.
    pub id: ObservationId,
    /// When.
    pub when: Interval,
    /// Where.
    pub shape: Shape,
    /// Which source, by its place in [`Store::sources`].
    pub source: u16,
    /// Whether an incident on record is named after it.
    pub names_incident: bool,
    /// What.
    pub content: Content,
}

/// What kind of observation has a number, and which of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Numbered {
    /// A hotspot.
    Hotspot(u32),
    /// A report.
    Report(u32),
    /// An arrival.
    Arrival(u32),
    /// Anything else that was observed.
    Other(u32),
    /// No observation: a reviewed incident.
    Pin(u32),
}

impl Numbered {
    /// What has this number.
    #[must_use]
    pub fn of(number: u32) -> Self {
        match number {
            FIRST_PIN.. => Self::Pin(number - FIRST_PIN),
            FIRST_OTHER.. => Self::Other(number - FIRST_OTHER),
            FIRST_ARRIVAL.. => Self::Arrival(number - FIRST_ARRIVAL),
            FIRST_REPORT.. => Self::Report(number - FIRST_REPORT),
            _ => Self::Hotspot(number),
        }
    }
}

/// All observations, each once.
#[derive(Clone, Default, Debug)]
pub struct Store {
    /// Packed hotspots, in order of arrival.
    pub hotspots: Vec<PackedHotspot>,
    /// Reports, in order of arrival.
    pub reports: Vec<Box<KeptReport>>,
    /// Arrivals and the stations that noticed them.
    pub onsets: Onsets,
    /// Bearings, looks, positions of tracks and stations, in order of arrival.
    pub others: Vec<Box<KeptOther>>,
    /// Sources, in order of arrival.
    pub sources: Vec<Source>,
    /// What the record says of sources and stations.
    pub standings: Standings,
    source_numbers: BTreeMap<SourceId, u16>,
    table: IdTable,
}

impl Store {
    /// The number of a source, and whether its particulars are other than they were.
    pub fn intern(&mut self, source: &Source) -> (u16, bool) {
        if let Some(&number) = self.source_numbers.get(&source.id) {
            let kept = &mut self.sources[usize::from(number)];
            let changed = kept != source;
            kept.clone_from(source);
            return (number, changed);
        }
        // A house has a few dozen sources; the 65,536th would share its number with the last.
        let number = u16::try_from(self.sources.len()).unwrap_or(u16::MAX);
        self.source_numbers.insert(source.id.clone(), number);
        self.sources.push(source.clone());
        (number, false)
    }

    /// The source with this number.
    #[must_use]
    pub fn source(&self, number: u16) -> Option<&Source> {
        self.sources.get(usize::from(number))
    }

    /// The id of the observation with this number.
    #[must_use]
    pub fn id_of(&self, number: u32) -> ObservationId {
        let Self { hotspots, reports, onsets, others, .. } = self;
        id_in(hotspots, reports, onsets, others, number)
    }

    /// The number of the observation with this id.
    #[must_use]
    pub fn find(&self, id: &ObservationId) -> Option<u32> {
        self.table.find(id, |number| self.id_of(number))
    }

    /// The order of two observations by time and place, hotspots before reports before what else
    /// was noticed, then by words, and by id only where all those are equal.
    #[must_use]
    pub fn cmp_canonical(&self, one: u32, other: u32) -> Ordering {
        self.meaning(one)
            .cmp(&self.meaning(other))
            .then_with(|| self.id_of(one).cmp(&self.id_of(other)))
    }

    fn meaning(&self, number: u32) -> ((i64, u32, i32, i32), u8, &str) {
        let nowhere = ((0, 0, 0, 0), 0, "");
        match Numbered::of(number) {
            Numbered::Hotspot(at) => {
                self.hotspots.get(at as usize).map_or(nowhere, |hotspot| (hotspot.meaning(), 0, ""))
            }
            Numbered::Report(at) => self
                .reports
                .get(at as usize)
                .map_or(nowhere, |report| (report.meaning(), 1, report.report.text.as_str())),
            Numbered::Arrival(at) => {
                self.onsets.arrivals.get(at as usize).map_or(nowhere, |kept| {
                    let meaning = (kept.at_us, 0, i32::from(kept.phase as u8), 0);
                    (meaning, 2, self.onsets.name_of(kept.station))
                })
            }
            Numbered::Other(at) => self.others.get(at as usize).map_or(nowhere, |other| {
                let place = shape_belief::middle(&other.shape);
                let when = (other.when.start.0, length_s(other.when));
                ((when.0, when.1, fixed(place.lon), fixed(place.lat)), 3, "")
            }),
            Numbered::Pin(_) => nowhere,
        }
    }

    /// The report with this number; none when something else has it.
    #[must_use]
    pub fn report(&self, number: u32) -> Option<&KeptReport> {
        let Numbered::Report(at) = Numbered::of(number) else { return None };
        self.reports.get(at as usize).map(Box::as_ref)
    }

    /// The arrival with this number; none when something else has it.
    #[must_use]
    pub fn arrival(&self, number: u32) -> Option<&PackedArrival> {
        let Numbered::Arrival(at) = Numbered::of(number) else { return None };
        self.onsets.arrivals.get(at as usize)
    }

    /// The bearing, look, track position or station with this number.
    #[must_use]
    pub fn other(&self, number: u32) -> Option<&KeptOther> {
        let Numbered::Other(at) = Numbered::of(number) else { return None };
        self.others.get(at as usize).map(Box::as_ref)
    }

    /// Which source the observation with this number is of.
    #[must_use]
    pub fn source_of(&self, number: u32) -> Option<&Source> {
        self.source(match Numbered::of(number) {
            Numbered::Hotspot(at) => self.hotspots.get(at as usize)?.source,
            Numbered::Report(_) => self.report(number)?.source,
            Numbered::Arrival(_) => self.onsets.source_of(self.arrival(number)?.station)?,
            Numbered::Other(_) => self.other(number)?.source,
            Numbered::Pin(_) => return None,
        })
    }

    /// Who told the observation with this number, by the name within its source: the station, the
    /// observer, the reporter; empty for the source itself.
    #[must_use]
    pub fn told_by(&self, number: u32) -> &str {
        if let Some(arrival) = self.arrival(number) {
            return self.onsets.name_of(arrival.station);
        }
        if let Some(kept) = self.report(number) {
            return &kept.report.reporter;
        }
        match self.other(number).map(|other| &other.content) {
            Some(Content::Bearing(bearing)) => &bearing.station,
            Some(Content::Look(look)) => &look.observer,
            _ => "",
        }
    }

    /// When the observation with this number was.
    #[must_use]
    pub fn when(&self, number: u32) -> Interval {
        let when = match Numbered::of(number) {
            Numbered::Hotspot(at) => self.hotspots.get(at as usize).map(PackedHotspot::when),
            Numbered::Report(_) => self.report(number).map(|report| report.when),
            Numbered::Arrival(_) => {
                self.arrival(number).map(|arrival| Interval::at(Time(arrival.at_us)))
            }
            Numbered::Other(_) => self.other(number).map(|other| other.when),
            Numbered::Pin(_) => None,
        };
        when.unwrap_or(Interval::at(Time(0)))
    }

    /// Whether an incident on record is named after the observation with this number.
    #[must_use]
    pub fn names_incident(&self, number: u32) -> bool {
        match Numbered::of(number) {
            Numbered::Hotspot(at) => {
                self.hotspots.get(at as usize).is_some_and(|hotspot| hotspot.names_incident)
            }
            Numbered::Report(_) => self.report(number).is_some_and(|report| report.names_incident),
            Numbered::Arrival(_) => self.arrival(number).is_some_and(|kept| kept.names_incident),
            Numbered::Other(_) => self.other(number).is_some_and(|other| other.names_incident),
            Numbered::Pin(_) => false,
        }
    }

    /// Marks the observation with this number as one that an incident is named after.
    pub fn mark_names_incident(&mut self, number: u32) {
        let named = match Numbered::of(number) {
            Numbered::Hotspot(at) => {
                self.hotspots.get_mut(at as usize).map(|kept| &mut kept.names_incident)
            }
            Numbered::Report(at) => {
                self.reports.get_mut(at as usize).map(|kept| &mut kept.names_incident)
            }
            Numbered::Arrival(at) => {
                self.onsets.arrivals.get_mut(at as usize).map(|kept| &mut kept.names_incident)
            }
            Numbered::Other(at) => {
                self.others.get_mut(at as usize).map(|kept| &mut kept.names_incident)
            }
            Numbered::Pin(_) => None,
        };
        if let Some(named) = named {
            *named = true;
        }
    }

    /// Keeps an observation; none when it is kept already.
    pub fn keep(&mut self, source: u16, observation: Observation) -> Option<u32> {
        let (count, offset, end) = match observation.content {
            Content::Hotspot(_) => (self.hotspots.len(), 0, FIRST_REPORT),
            Content::Report(_) => (self.reports.len(), FIRST_REPORT, FIRST_ARRIVAL),
            Content::Arrival(_) => (self.onsets.arrivals.len(), FIRST_ARRIVAL, FIRST_OTHER),
            _ => (self.others.len(), FIRST_OTHER, FIRST_PIN),
        };
        let number =
            u32::try_from(count).ok()?.checked_add(offset).filter(|number| *number < end)?;
        let Self { table, hotspots, reports, onsets, others, .. } = self;
        let id_of = |number| id_in(hotspots, reports, onsets, others, number);
        if table.insert(&observation.id, number, id_of).is_some() {
            return None;
        }
        self.put(source, observation);
        Some(number)
    }

    fn put(&mut self, source: u16, observation: Observation) {
        let Observation { id, when, shape, content, .. } = observation;
        match content {
            Content::Hotspot(hotspot) => {
                self.hotspots.push(packed(source, id, when, &shape, hotspot.confidence));
            }
            Content::Report(report) => self.reports.push(Box::new(KeptReport {
                id,
                when,
                shape,
                source,
                names_incident: false,
                print: Fingerprint::of(&report.text),
                report: *report,
            })),
            Content::Arrival(arrival) => self.onsets.keep(source, id, when.start, &shape, &arrival),
            content => {
                if let Content::Station(note) = &content {
                    self.onsets.note(source, when.start, &note.station, id);
                }
                let names_incident = false;
                let other = KeptOther { id, when, shape, source, names_incident, content };
                self.others.push(Box::new(other));
            }
        }
    }
}

fn id_in(
    hotspots: &[PackedHotspot],
    reports: &[Box<KeptReport>],
    onsets: &Onsets,
    others: &[Box<KeptOther>],
    number: u32,
) -> ObservationId {
    let kept = match Numbered::of(number) {
        Numbered::Hotspot(at) => hotspots.get(at as usize).map(|hotspot| hotspot.id),
        Numbered::Report(at) => reports.get(at as usize).map(|report| report.id),
        Numbered::Arrival(at) => onsets.arrivals.get(at as usize).map(|arrival| arrival.id),
        Numbered::Other(at) => others.get(at as usize).map(|other| other.id),
        Numbered::Pin(_) => None,
    };
    kept.unwrap_or(ObservationId([0; 16]))
}

fn packed(
    source: u16,
    id: ObservationId,
    when: Interval,
    shape: &Shape,
    confidence: HotspotConfidence,
) -> PackedHotspot {
    let belief = shape_belief::belief(shape)
        .collapsed()
        .unwrap_or_else(|| PlaceBelief::round(shape_belief::middle(shape), 1_000.0));
    PackedHotspot {
        id,
        start: when.start.0,
        lon: fixed(belief.mean.lon),
        lat: fixed(belief.mean.lat),
        length_s: length_s(when),
        covariance_m2: [belief.ee_m2 as f32, belief.en_m2 as f32, belief.nn_m2 as f32],
        source,
        confidence,
        names_incident: false,
    }
}

/// Degrees in 1e-7 degrees.
fn fixed(degrees: f64) -> i32 {
    libm::round(degrees * PER_DEGREE) as i32
}

/// Whole seconds; 136 years at most.
fn length_s(when: Interval) -> u32 {
    u32::try_from(when.length().0 / 1_000_000).unwrap_or(u32::MAX)
}
