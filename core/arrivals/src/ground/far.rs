//! Seeds of far quakes: a front that crosses the stations around a first one with one slowness.

use core::f64::consts::PI;

use crate::medium::{Seed, View};
use crate::station::Station;

use super::earth::EARTH_RADIUS_KM;
use super::frame::{bulge, onward};
use super::globe::Globe;
use super::heard::{self, Heard, Window};

/// Distances tried (degrees), close enough together that slowness changes little between two.
const FROM_DEG: f64 = 11.0;
const STEP_DEG: f64 = 3.5;
const DISTANCES: u32 = 25;
/// Directions tried.
const BEARINGS: u32 = 72;
/// What an onset may be late or early.
const SLACK_S: f64 = 2.0;
/// A front crosses the ground no slower than this (km/s): beyond it is a near quake's.
const SLOWEST_KM_S: f64 = 7.5;
/// Fewest neighbours that must agree: three would fit any front.
const AGREEING_MIN: usize = 5;
const DEPTH_KM: f64 = 20.0;

/// Appends the far place that the onsets around one agree on best, when enough do.
pub fn seeds(globe: &Globe, view: &View<'_>, pick: u32, out: &mut Vec<Seed<4>>) {
    let heard = heard::around(view, pick, window);
    if heard.len() < AGREEING_MIN {
        return;
    }
    let mut best: Option<(usize, f64, f64)> = None;
    for ring in 0..DISTANCES {
        let distance_deg = FROM_DEG + STEP_DEG * f64::from(ring);
        let distance_km = distance_deg * PI / 180.0 * EARTH_RADIUS_KM;
        let Some(travel) = globe.travel(0, distance_km, DEPTH_KM) else { continue };
        let slowness = travel.per_deg_s * 180.0 / PI / EARTH_RADIUS_KM;
        for step in 0..BEARINGS {
            let bearing = 2.0 * PI * f64::from(step) / f64::from(BEARINGS);
            let count = heard.iter().filter(|one| agrees(one, slowness, bearing)).count();
            if count >= AGREEING_MIN && best.is_none_or(|other| count > other.0) {
                best = Some((count, distance_km, bearing));
            }
        }
    }
    if let Some((count, distance_km, bearing)) = best {
        out.extend(seed(globe, view, pick, &heard, (count, distance_km, bearing)));
    }
}

/// Whether an onset comes when a front from a bearing passes; what lies towards the source is early.
fn agrees(heard: &Heard, slowness: f64, bearing: f64) -> bool {
    let (x, y) = heard.place_km;
    let due_s = -slowness * (x * libm::cos(bearing) + y * libm::sin(bearing));
    (heard.late_s - due_s).abs() < SLACK_S
}

/// The neighbour's place is told from the first station, to scale.
fn window(here: &Station, there: &Station) -> Window {
    let scale = 1.0 / (1.0 + bulge(here.x_km, here.y_km));
    let place_km = ((there.x_km - here.x_km) * scale, (there.y_km - here.y_km) * scale);
    let span_s = libm::hypot(place_km.0, place_km.1) / SLOWEST_KM_S + SLACK_S;
    Window { place_km, early_s: span_s, late_s: span_s }
}

fn seed(
    globe: &Globe,
    view: &View<'_>,
    pick: u32,
    heard: &[Heard],
    (count, distance_km, bearing): (usize, f64, f64),
) -> Option<Seed<4>> {
    let travel = globe.travel(0, distance_km, DEPTH_KM)?;
    let slowness = travel.per_deg_s * 180.0 / PI / EARTH_RADIUS_KM;
    let station = view.network.stations()[(view.picks.channel(pick) / 4) as usize];
    let place = onward((station.x_km, station.y_km), bearing, distance_km / EARTH_RADIUS_KM);
    let mut picks = [pick; 4];
    let agreeing = heard.iter().filter(|one| agrees(one, slowness, bearing));
    for (slot, one) in picks[1..].iter_mut().zip(agreeing) {
        *slot = one.pick;
    }
    let state = [view.picks.time_s(pick) - travel.time_s, place.0, place.1, DEPTH_KM];
    Some(Seed { state, picks, count: 4, score: count as f64 })
}
