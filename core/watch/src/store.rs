//! Observations as the engine keeps them: hotspots packed, reports boxed, sources interned.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use kernel::{Interval, ObservationId, Place, PlaceBelief, SourceId, Time};

use crate::id_table::IdTable;
use crate::likeness::Fingerprint;
use crate::observation::{Content, HotspotConfidence, Observation, Report, Shape};
use crate::shape_belief;
use crate::source::Source;

/// Hotspots stand below this number, reports at and above it.
pub const FIRST_REPORT: u32 = 1 << 31;
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

/// All observations, each once.
#[derive(Clone, Default, Debug)]
pub struct Store {
    /// Packed hotspots, in order of arrival.
    pub hotspots: Vec<PackedHotspot>,
    /// Reports, in order of arrival.
    pub reports: Vec<Box<KeptReport>>,
    /// Sources, in order of arrival.
    pub sources: Vec<Source>,
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
        id_in(&self.hotspots, &self.reports, number)
    }

    /// The number of the observation with this id.
    #[must_use]
    pub fn find(&self, id: &ObservationId) -> Option<u32> {
        self.table.find(id, |number| self.id_of(number))
    }

    /// The order of two observations by time and place, hotspots before reports, then by words,
    /// and by id only where all those are equal.
    #[must_use]
    pub fn cmp_canonical(&self, one: u32, other: u32) -> Ordering {
        let meaning = |number: u32| match self.report(number) {
            Some(report) => (report.meaning(), 1, report.report.text.as_str()),
            None => (self.hotspots[number as usize].meaning(), 0, ""),
        };
        meaning(one).cmp(&meaning(other)).then_with(|| self.id_of(one).cmp(&self.id_of(other)))
    }

    /// The report with this number; none when a hotspot has it.
    #[must_use]
    pub fn report(&self, number: u32) -> Option<&KeptReport> {
        self.reports.get(number.checked_sub(FIRST_REPORT)? as usize).map(Box::as_ref)
    }

    /// Which source the observation with this number is of.
    #[must_use]
    pub fn source_of(&self, number: u32) -> Option<&Source> {
        self.source(match self.report(number) {
            Some(report) => report.source,
            None => self.hotspots.get(number as usize)?.source,
        })
    }

    /// When the observation with this number was.
    #[must_use]
    pub fn when(&self, number: u32) -> Interval {
        self.report(number)
            .map_or_else(|| self.hotspots[number as usize].when(), |report| report.when)
    }

    /// Whether an incident on record is named after the observation with this number.
    #[must_use]
    pub fn names_incident(&self, number: u32) -> bool {
        self.report(number).map_or_else(
            || self.hotspots[number as usize].names_incident,
            |report| report.names_incident,
        )
    }

    /// Marks the observation with this number as one that an incident is named after.
    pub fn mark_names_incident(&mut self, number: u32) {
        match number.checked_sub(FIRST_REPORT) {
            Some(report) => self.reports[report as usize].names_incident = true,
            None => self.hotspots[number as usize].names_incident = true,
        }
    }

    /// Keeps an observation; none when it is kept already.
    pub fn keep(&mut self, source: u16, observation: Observation) -> Option<u32> {
        let is_hotspot = matches!(observation.content, Content::Hotspot(_));
        let count = if is_hotspot { self.hotspots.len() } else { self.reports.len() };
        let offset = if is_hotspot { 0 } else { FIRST_REPORT };
        let number = u32::try_from(count).ok()?.checked_add(offset)?;
        let Self { table, hotspots, reports, .. } = self;
        let id_of = |number| id_in(hotspots, reports, number);
        if table.insert(&observation.id, number, id_of).is_some() {
            return None;
        }
        match observation.content {
            Content::Hotspot(hotspot) => self.hotspots.push(packed(
                source,
                observation.id,
                observation.when,
                &observation.shape,
                hotspot.confidence,
            )),
            Content::Report(report) => self.reports.push(Box::new(KeptReport {
                id: observation.id,
                when: observation.when,
                shape: observation.shape,
                source,
                names_incident: false,
                print: Fingerprint::of(&report.text),
                report: *report,
            })),
        }
        Some(number)
    }
}

fn id_in(hotspots: &[PackedHotspot], reports: &[Box<KeptReport>], number: u32) -> ObservationId {
    let kept = match number.checked_sub(FIRST_REPORT) {
        None => hotspots.get(number as usize).map(|hotspot| hotspot.id),
        Some(report) => reports.get(report as usize).map(|report| report.id),
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
