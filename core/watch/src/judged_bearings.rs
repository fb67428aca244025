//! What bearings teach of the arrays that gave them: how far each points past where others say that
//! it was.

use kernel::Place;

use crate::doubts::{CERTAIN, Learnt};
use crate::engine::Engine;
use crate::incident::{Incident, Located};
use crate::observation::Content;
use crate::trust::{Item, What};

/// An array is held against bearings alone where so many arrays point.
const ARRAYS_MIN: u32 = 3;

/// Learns from the incidents to which bearings point.
pub(crate) fn learn(engine: &Engine, incidents: &[&Incident], learnt: &mut Learnt) {
    for incident in incidents {
        let Some(by_bearings) = through(incident, "bearings") else { continue };
        // Onsets place it without the bearings, and far better.
        let onsets = ["air", "ground"].into_iter().filter_map(|name| through(incident, name));
        let apart = onsets.max_by_key(|located| located.explains);
        let apart = apart.filter(|located| located.explains as usize >= CERTAIN);
        if apart.is_none() && by_bearings.explains < ARRAYS_MIN {
            continue;
        }
        let members = incident.members.iter().map(|member| (member.observation, member.residual));
        let aside = incident.set_aside.iter().map(|aside| (aside.observation, aside.residual));
        for (observation, residual) in members.chain(aside) {
            let number = engine.store.find(&observation);
            let Some(kept) = number.and_then(|number| engine.store.other(number)) else { continue };
            let (Content::Bearing(bearing), Some(residual)) = (&kept.content, residual) else {
                continue;
            };
            let (Some(source), Some(station)) = (
                engine.store.source(kept.source),
                number.and_then(|number| engine.store.station_of(number)),
            ) else {
                continue;
            };
            let residual_deg = apart.map_or(residual.value, |located| {
                off_deg(f64::from(bearing.azimuth_deg), station, located.place.mean)
            });
            let what = What::Pointing { residual_deg, sigma_deg: residual.sigma };
            let of = (source.id.clone(), bearing.station.clone());
            learnt.entry(of).or_default().push(Item { at: by_bearings.at, what });
        }
    }
}

fn through<'a>(incident: &'a Incident, name: &str) -> Option<&'a Located> {
    incident.located.iter().find(|located| located.through == name)
}

/// How far a direction points past a place, degrees from -180 to 180.
fn off_deg(azimuth_deg: f64, from: Place, to: Place) -> f64 {
    (azimuth_deg - from.bearing_deg(to) + 540.0).rem_euclid(360.0) - 180.0
}
