//! Observations become incidents, and silence gets a confidence.

pub mod abnormality;
pub mod agreement;
pub mod assemble;
pub mod availability;
pub mod baseline;
pub mod bulletin;
pub mod burning;
pub mod capability;
mod cell_index;
pub mod classify;
pub mod classify_assumptions;
pub mod classify_cause;
pub mod classify_features;
pub mod classify_line;
pub mod command;
pub mod decide;
pub mod difference;
pub mod doubts;
pub mod engine;
pub mod entry;
pub mod evidence;
pub mod fire;
pub mod gauss;
pub mod id_table;
pub mod incident;
pub mod known;
pub mod likeness;
pub mod locating;
pub mod looks;
pub mod observation;
pub mod onsets;
pub mod origin;
pub mod pins;
pub mod posts;
pub mod report_grid;
pub mod review;
pub mod search;
pub mod seen;
pub mod settings;
pub mod shape_belief;
pub mod silent;
pub mod sounded;
pub mod source;
pub mod spots;
pub mod state;
pub mod store;
mod tally;
pub mod trust;
mod trust_channels;
pub mod trust_doubt;
pub mod trust_evidence;
pub mod trust_items;
mod trust_runs;
pub mod voice;
pub mod windows;

pub use agreement::{WatchPart, read};
pub use engine::{Absorbed, Engine};
pub use incident::{Class, Incident, IncidentId, Member, Product, Review};
pub use known::Change;
pub use observation::{
    Arrival, Bearing, Content, Hotspot, HotspotConfidence, Look, Mover, Observation, Phase, Report,
    Shape, Signal, StationNote, TrackPoint,
};
pub use seen::Seen;
pub use settings::Settings;
pub use source::{Source, SourceKind, Station};
