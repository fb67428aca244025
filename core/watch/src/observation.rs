//! What one source says it saw, heard or measured, as a shape on the ground and an interval.

use kernel::{CountRange, Interval, ObservationId, PartyId, Place};
use serde::{Deserialize, Serialize};

use crate::incident::Class;

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
}

/// What an observation says.
#[derive(Clone, PartialEq, Debug)]
pub enum Content {
    /// A satellite's hot pixel.
    Hotspot(Hotspot),
    /// Words: a patrol's sentence, a press report, a line of a party's log.
    Report(Box<Report>),
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
