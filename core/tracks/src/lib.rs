//! Detections of moving things become tracks: which belong together over time, how sure, and whose zone they entered.

mod association;
mod claims;
mod clock;
mod clutter;
mod crossing;
mod grid;
mod ground;
mod incursion;
mod learn;
mod noise;
mod problem;
mod rates;
mod rivals;
mod sensor;
mod settings;
mod speeds;
mod state;
mod track;
mod tracker;
mod update;
mod world;
mod zone;

pub use incursion::{Incursion, Incursions, Inside};
pub use problem::Problem;
pub use sensor::{Detection, Kind, Look, Reach, Sensor, along};
pub use settings::{Motion, Rect, Settings};
pub use state::{Covariance, State};
pub use tracker::{Learned, Told, Tracker};
pub use zone::Zone;
