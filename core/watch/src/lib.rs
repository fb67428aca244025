//! Observations become incidents, and silence gets a confidence.

pub mod source;
pub mod observation;
pub mod incident;
pub mod baseline;
pub mod abnormality;
pub mod likeness;
pub mod settings;
pub mod agreement;
pub mod gauss;
pub mod shape_belief;
pub mod id_table;
pub mod store;
pub mod burning;
pub mod evidence;
pub mod fire;
pub mod voice;
pub mod report_grid;
pub mod search;
pub mod bulletin;
pub mod assemble;
pub mod engine;
pub mod seen;
pub mod command;
pub mod entry;
pub mod state;
pub mod decide;

pub use incident::{Class, Incident, IncidentId, Member, Product};
pub use observation::{Content, Hotspot, HotspotConfidence, Observation, Report, Shape};
pub use agreement::{WatchPart, read};
pub use assemble::Change;
pub use engine::{Absorbed, Engine};
pub use seen::Seen;
pub use settings::Settings;
pub use source::{Source, SourceKind};
