//! Observations become incidents, and silence gets a confidence.

pub mod abnormality;
pub mod agreement;
pub mod assemble;
pub mod availability;
pub mod baseline;
pub mod bulletin;
pub mod burning;
pub mod capability;
pub mod classify;
pub mod classify_assumptions;
pub mod classify_cause;
pub mod classify_features;
pub mod classify_line;
pub mod command;
pub mod decide;
pub mod engine;
pub mod entry;
pub mod evidence;
pub mod fire;
pub mod gauss;
pub mod id_table;
pub mod incident;
pub mod likeness;
pub mod observation;
pub mod onsets;
pub mod report_grid;
pub mod search;
pub mod seen;
pub mod settings;
pub mod shape_belief;
pub mod source;
pub mod state;
pub mod store;
mod tally;
pub mod trust;
pub mod trust_evidence;
mod trust_channels;
mod trust_runs;
pub mod voice;

pub use agreement::{WatchPart, read};
pub use assemble::Change;
pub use engine::{Absorbed, Engine};
pub use incident::{Class, Incident, IncidentId, Member, Product};
pub use observation::{
    Arrival, Bearing, Content, Hotspot, HotspotConfidence, Look, Mover, Observation, Phase, Report,
    Shape, Signal, StationNote, TrackPoint,
};
pub use seen::Seen;
pub use settings::Settings;
pub use source::{Source, SourceKind, Station};
