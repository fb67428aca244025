//! Waveforms become detections.

pub mod array;
mod complex;
pub mod detect;
pub mod features;
pub mod filter;
pub mod health;
mod lanes;
pub mod onset;
pub mod phase;
pub mod polarisation;
pub mod size;
mod swell;
pub mod trace;
pub mod trigger;

pub use array::{ArrayDetection, ArrayFault, ArraySettings, Element, Sweep, Wave, sweep};
pub use detect::{Detected, Detection, Settings, detect};
pub use features::Features;
pub use filter::Bandpass;
pub use health::{Flaw, FlawKind};
pub use onset::{Onset, onset};
pub use phase::{Arrival, Components, Phase, name_phases};
pub use polarisation::{Polarisation, polarisation};
pub use trace::{ChannelName, Trace};
pub use trigger::{Averages, Stretch, stretches};
