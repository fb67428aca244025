//! Detections of moving things become tracks: which belong together over time, how sure, and whose zone they entered.

mod association;
mod grid;
mod ground;
mod problem;
mod rates;
mod sensor;
mod settings;
mod speeds;
mod state;
mod track;
mod tracker;

pub use problem::Problem;
pub use sensor::{Detection, Kind, Look, Reach, Sensor, along};
pub use settings::{Motion, Rect, Settings};
pub use state::{Covariance, State};
pub use tracker::{Told, Tracker};
