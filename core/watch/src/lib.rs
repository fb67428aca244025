//! Observations become incidents, and silence gets a confidence.

pub mod abnormality;
pub mod agreement;
pub mod assemble;
pub mod baseline;
pub mod bulletin;
pub mod burning;
pub mod capability;
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
pub mod report_grid;
pub mod search;
pub mod seen;
pub mod settings;
pub mod shape_belief;
pub mod source;
pub mod state;
pub mod store;
mod tally;
pub mod voice;

pub use agreement::{WatchPart, read};
pub use assemble::Change;
pub use engine::{Absorbed, Engine};
pub use incident::{Class, Incident, IncidentId, Member, Product};
pub use observation::{Content, Hotspot, HotspotConfidence, Observation, Report, Shape};
pub use seen::Seen;
pub use settings::Settings;
pub use source::{Source, SourceKind};
