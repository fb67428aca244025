//! What an incident's page needs of arrivals, bearings, looks and tracks: distances, residuals, and
//! who should have noticed and did not.

use kernel::Identity;
use kernel::place::round_to;
use serde_json::{Value, json};
use watch::{Content, Incident, Member, Seen};

use super::{Sight, release};

/// The silent shown on a page, the nearest first.
const SILENT_MAX: usize = 40;

/// What one observation says beside its text, and the name under which it stands in the view.
#[must_use]
pub fn of_member(
    incident: &Incident,
    member: &Member,
    seen: &Seen<'_>,
) -> Option<(&'static str, Value)> {
    let mean = incident.place.mean;
    let residual = member.residual;
    match seen {
        Seen::Arrival { when, name, station, arrival, .. } => {
            let place = station.as_ref().map(watch::Station::place);
            let error_s = f64::from(arrival.error_s);
            Some((
                "arrival",
                json!({
                    "station": name,
                    "phase": arrival.phase,
                    "time": when.start,
                    "error_s": error_s.is_finite().then_some(round_to(error_s, 1e4)),
                    "distance_km": place.map(|place| round_to(mean.distance_m(place) / 1e3, 1e3)),
                    "azimuth_deg": place.map(|place| round_to(mean.bearing_deg(place), 10.0)),
                    "residual_s": residual.map(|residual| residual.value),
                    "residual_sigma": residual.map(|residual| sigmas(residual.value, residual.sigma)),
                }),
            ))
        }
        Seen::Other { content: Content::Bearing(bearing), station, .. } => {
            let place = station.as_ref().map(watch::Station::place);
            Some((
                "bearing",
                json!({
                    "station": bearing.station,
                    "azimuth_deg": bearing.azimuth_deg,
                    "error_deg": bearing.error_deg,
                    "trace_velocity_m_s": bearing.trace_velocity_m_s,
                    "distance_km": place.map(|place| round_to(mean.distance_m(place) / 1e3, 1e3)),
                    "residual_deg": residual.map(|residual| residual.value),
                    "residual_sigma": residual.map(|residual| sigmas(residual.value, residual.sigma)),
                }),
            ))
        }
        Seen::Other { content: Content::TrackPoint(point), when, shape, .. } => {
            let middle = watch::shape_belief::middle(shape);
            let sigma_m = match shape {
                watch::Shape::Point { along_m, .. } => Some(along_m),
                _ => None,
            };
            let spot = json!({"time": when.start, "lon": middle.lon, "lat": middle.lat, "sigma_m": sigma_m});
            Some(("track", json!({"track": point.track, "kind": point.mover, "points": [spot]})))
        }
        _ => None,
    }
}

/// A residual in standard deviations.
fn sigmas(value: f64, sigma: f64) -> f64 {
    if sigma > 0.0 { round_to(value / sigma, 100.0) } else { 0.0 }
}

/// Stations and looks that should have noticed the incident and did not; where one stands that is
/// not released to `to` is left out.
#[must_use]
pub fn silent(sight: &Sight, incident: &Incident, to: Option<&Identity>) -> Vec<Value> {
    let silent = sight.state.engine.silent(incident);
    silent
        .iter()
        .take(SILENT_MAX)
        .map(|one| {
            if release::withheld(sight, &one.source, to).is_some() {
                return json!({"source": one.source, "chance": round_to(one.chance, 1e3), "withheld": true});
            }
            json!({
                "source": one.source,
                "station": one.station,
                "lon": one.place.lon,
                "lat": one.place.lat,
                "distance_km": round_to(one.distance_m / 1e3, 1e3),
                "chance": round_to(one.chance, 1e3),
            })
        })
        .collect()
}
