//! Arrivals in, located origins out.

use std::path::PathBuf;

use clap::Args;

use crate::Error;

/// Put arrivals together and say where each origin was.
#[derive(Args, Debug)]
pub struct Associate {
    /// Stations: `station,x_km,y_km,z_km` or `station,lon,lat,z_km`.
    #[arg(long)]
    pub stations: PathBuf,
    /// Arrivals: `pick_id,station,phase,time_s`.
    #[arg(long)]
    pub picks: PathBuf,
    /// What is known of the medium: JSON with a `known` block.
    #[arg(long)]
    pub known: PathBuf,
    /// Folder to write `events.csv`, `assignments.csv` and `run.json` in.
    #[arg(long)]
    pub out: PathBuf,
}

/// Put arrivals together and say where each origin was.
pub fn associate(words: &Associate) -> Result<(), Error> {
    Err(Error::new(format!("associate is not built yet: {words:?}"), "Wait for it."))
}
