//! A sigma that nobody told: several are tried side by side over the first scans, and the one under
//! which the detections were likeliest goes on.

use crate::sensor::{Kind, Look};
use crate::settings::Settings;
use crate::tracker::Tracker;

/// Ratios to the stand-in; what is learned later closes the gaps between them.
const RATIOS: [f64; 4] = [0.16, 0.4, 2.5, 6.25];
/// Scans after which the likeliest is kept.
const TRIAL: u32 = 8;

/// The others that are tried.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rivals {
    all: Vec<Tracker>,
    scans: u32,
}

impl Rivals {
    pub fn of(settings: &Settings) -> Self {
        let positions = settings.sensors.iter().all(|sensor| sensor.kind == Kind::Position);
        if settings.sigma_is_told || !positions {
            return Self::default();
        }
        let rival = |ratio: &f64| {
            let mut settings = settings.clone();
            settings.sigma_is_told = true;
            settings.sensors.iter_mut().for_each(|sensor| sensor.sigma *= ratio);
            Tracker::new(settings)
        };
        Self { all: RATIOS.iter().map(rival).collect(), scans: 0 }
    }

    /// Gives the rivals a scan; the one that should go on in place of `leader`, when that is settled.
    pub fn scan(&mut self, time_s: f64, looks: &[Look<'_>], leader: &Tracker) -> Option<Tracker> {
        if self.all.is_empty() {
            return None;
        }
        for rival in &mut self.all {
            rival.scan(time_s, looks);
        }
        self.scans += 1;
        if self.scans < TRIAL {
            return None;
        }
        let rivals = core::mem::take(&mut self.all).into_iter();
        let best = rivals.max_by(|one, other| one.evidence().total_cmp(&other.evidence()))?;
        (best.evidence() > leader.evidence()).then_some(best)
    }
}
