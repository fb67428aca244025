//! What one source says it saw, heard or measured, as a shape on the ground and an interval.

use kernel::{CountRange, Interval, ObservationId, PartyId, Place};
use serde::{Deserialize, Serialize};

use crate::incident::Class;
use crate::source::Station;

/// One observation. Everything in it comes from the submitted bytes by a named reader, so that
/// reading the same bytes again gives the same observation.
#[derive(Clone, PartialEq, Debug)]
pub struct Observation {
    /// Derived from the source and the content, never from where in a file it stood.
    pub id: ObservationId,
    /// Line in its batch, from 1.
    pub line: u64,
    /// When, as an interval: a date-only report is its whole day.
    pub when: Interval,
    /// Where.
    pub shape: Shape,
    /// What.
    pub content: Content,
}

/// Where an observation says it was. A settlement's centroid is an area, never a point.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "kebab-case")]
pub enum Shape {
    /// A position with one standard deviation along and across `azimuth_deg`.
    Point {
        /// Stated position.
        place: Place,
        /// One standard deviation along the azimuth, metres.
        along_m: f32,
        /// One standard deviation across it, metres.
        across_m: f32,
        /// Direction of `along_m`, degrees clockwise from north.
        azimuth_deg: f32,
    },
    /// "2-7 km north-north-east of its position": an annular sector.
    Sector {
        /// Where the observer stood.
        from: Place,
        /// Middle of the stated direction, degrees clockwise from north.
        azimuth_deg: f32,
        /// Half the width of the stated direction, degrees; 180 when no direction was given.
        half_width_deg: f32,
        /// Nearest stated distance, metres.
        range_min_m: f32,
        /// Farthest stated distance, metres.
        range_max_m: f32,
    },
    /// Somewhere in a place that has an extent: a settlement, a district.
    Area {
        /// Its centroid.
        center: Place,
        /// Radius that holds about two thirds of it, metres.
        radius_m: f32,
    },
    /// The ground that was in view, all of it: a circle, or what a look's outline cuts out of it.
    Footprint {
        /// Its middle.
        center: Place,
        /// Its radius, metres.
        radius_m: f32,
    },
    /// A station: where it was noticed, never where it happened. Absent when the row does not say;
    /// then the source's stations do.
    Station {
        /// The station's own position.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
}

/// What an observation says.
#[derive(Clone, PartialEq, Debug)]
pub enum Content {
    /// A satellite's hot pixel.
    Hotspot(Hotspot),
    /// Words: a patrol's sentence, a press report, a line of a party's log.
    Report(Box<Report>),
    /// A wave's onset at a station.
    Arrival(Arrival),
    /// The direction from which a wave came to an array.
    Bearing(Bearing),
    /// Somebody looked, and saw nothing.
    Look(Box<Look>),
    /// One position of a moving thing.
    TrackPoint(TrackPoint),
    /// Where a station stands, from a time on. It says nothing of what happened.
    Station(Box<StationNote>),
    /// A sign of life: that somebody watched, whether or not anything happened.
    Up(Up),
}

/// Which wave arrived.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The first compressional wave through the ground.
    P,
    /// The shear wave through the ground.
    S,
    /// The blast through the air, heard within tens of kilometres.
    Acoustic,
    /// The blast through the upper air, below hearing, over hundreds of kilometres.
    Infrasound,
}

/// A wave's onset at a station; its moment is the observation's.
#[derive(Clone, PartialEq, Debug)]
pub struct Arrival {
    /// The station, by its source's name for it.
    pub station: String,
    /// Which wave.
    pub phase: Phase,
    /// One standard deviation of the moment, seconds, where the picker states it.
    pub error_s: Option<f32>,
    /// What the onset looked like.
    pub signal: Signal,
}

/// What an onset looked like. It tells what happened, never which onsets belong together.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Signal {
    /// Peak pressure in pascals (acoustic, infrasound) or ground velocity in m/s (P, S).
    pub amplitude: Option<f32>,
    /// Dominant period, seconds.
    pub period_s: Option<f32>,
    /// How long the signal stood above the noise, seconds.
    pub duration_s: Option<f32>,
    /// Signal-to-noise ratio, of amplitudes.
    pub snr: Option<f32>,
}

/// The direction from which a wave came; its moment is the observation's.
#[derive(Clone, PartialEq, Debug)]
pub struct Bearing {
    /// The array, by its source's name for it.
    pub station: String,
    /// Back azimuth: from the array toward where the wave came from, degrees clockwise from north.
    pub azimuth_deg: f32,
    /// One standard deviation of it, degrees, where it is stated.
    pub error_deg: Option<f32>,
    /// Speed of the wave front over the ground, m/s.
    pub trace_velocity_m_s: Option<f32>,
    /// What the onset looked like.
    pub signal: Signal,
}

/// Somebody looked over a footprint for an interval, and saw nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct Look {
    /// Chance that it would have noticed one incident there and then, 0 to 1.
    pub chance: f32,
    /// The classes that it would have noticed; empty for every class.
    pub classes: Vec<Class>,
    /// The outline of what was in view, if it is not the whole circle: three corners or more.
    pub outline: Vec<Place>,
    /// Who looked.
    pub observer: String,
}

/// What moves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mover {
    /// A vehicle on the ground.
    Vehicle,
    /// An uncrewed aircraft.
    Drone,
    /// A crewed aircraft.
    Aircraft,
    /// Nobody can say.
    Unknown,
}

/// One position of a moving thing; its moment and place are the observation's.
#[derive(Clone, PartialEq, Debug)]
pub struct TrackPoint {
    /// The track, by its source's name for it.
    pub track: String,
    /// What moves.
    pub mover: Mover,
}

/// Where a station stands from the observation's moment on.
#[derive(Clone, PartialEq, Debug)]
pub struct StationNote {
    /// The station.
    pub station: Station,
}

/// A sign of life of a station, or of a source as a whole; its time is the observation's.
#[derive(Clone, PartialEq, Debug)]
pub struct Up {
    /// The station, by its source's name for it; empty for the source as a whole.
    pub station: String,
    /// Whether what it noticed can be worked with.
    pub usable: bool,
}

/// A thermal anomaly of one satellite pixel.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Hotspot {
    /// Fire radiative power, megawatts, where the product gives it.
    pub power_mw: Option<f32>,
    /// The product's confidence.
    pub confidence: HotspotConfidence,
}

/// Confidence of a hotspot as its product states it (MODIS percentages: < 30, < 80, others).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum HotspotConfidence {
    /// Sun glint, weak anomaly.
    Low,
    /// Free of glint, strong anomaly.
    Nominal,
    /// Saturated pixel.
    High,
    /// The product does not say.
    Unstated,
}

/// A report in words, coded to classes by its author or its reader.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// Which classes its words speak of, with weights; empty when it speaks of none.
    pub classes: Vec<(Class, f32)>,
    /// How many, as said.
    pub count: Option<CountRange>,
    /// Who reported: an outlet, a patrol, an office. Two reports of one reporter never
    /// corroborate each other.
    pub reporter: String,
    /// The party that makes this claim, when it is a party's own log.
    pub claimed_by: Option<PartyId>,
    /// The party it lays the act to.
    pub claimed_against: Option<PartyId>,
    /// The text, as far as the source gives it (for people and for duplicate detection).
    pub text: String,
    /// Where to read it.
    pub link: Option<String>,
    /// Place name as the source writes it.
    pub place_name: Option<String>,
}
