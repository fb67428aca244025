//! Detections in, tracks out, using nothing later than each scan.

use std::path::PathBuf;

use clap::Args;

use crate::Error;

/// Follow moving things through detections.
#[derive(Args, Debug)]
pub struct Track {
    /// Detections: `scan,time_s,det_id,x_m,y_m`.
    #[arg(long)]
    pub detections: PathBuf,
    /// What is known of the sensor: JSON with a `known` block.
    #[arg(long)]
    pub known: PathBuf,
    /// Folder to write `tracks.csv` and `run.json` in.
    #[arg(long)]
    pub out: PathBuf,
}

/// Follow moving things through detections.
pub fn track(words: &Track) -> Result<(), Error> {
    Err(Error::new(format!("track is not built yet: {words:?}"), "Wait for it."))
}
