//! What the public may see of incidents: late, coarse, and never the classes that are withheld.

use kernel::{Place, Time};
use serde_json::Value;
use terms::agreement::Publication;
use watch::{Class, Incident};

use crate::views::{self, Sight};

/// Metres of a degree of latitude on the sphere of radius 6,371,008.8 m.
const METRES_PER_DEGREE: f64 = 111_195.08;

/// An incident as published.
#[derive(Clone, PartialEq, Debug)]
pub struct Published {
    /// Its id.
    pub id: String,
    /// The day (UTC) in the middle of its interval.
    pub day: String,
    /// Its likeliest class.
    pub class: Class,
    /// Chance of that class, 0 to 1.
    pub share: f64,
    /// Chance that it happened at all, 0 to 1.
    pub real: f64,
    /// The middle of the cell it lies in.
    pub place: Place,
    /// How many independence groups saw it.
    pub groups: u32,
    /// Its case, if one was opened.
    pub case: Option<String>,
}

/// What is published, with what is not.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Publishing {
    /// Published incidents, newest first.
    pub shown: Vec<Published>,
    /// Held back because they are too recent.
    pub delayed: usize,
    /// Of classes that are never shown one by one, and where the watch itself was blind.
    pub withheld: usize,
}

/// What the agreement's publication settings leave of the current incidents.
#[must_use]
pub fn publishing(sight: &Sight) -> Publishing {
    let settings = &sight.state.agreement.heading.publication;
    let until = sight.as_of - settings.delay;
    let mut publishing = Publishing::default();
    for incident in sight.bulletin.in_order().into_iter().rev() {
        match incident.classes.likeliest().filter(|_| incident.lapse.is_none()) {
            Some(class) if settings.withheld.contains(class) => publishing.withheld += 1,
            Some(_) if is_recent(incident, until) => publishing.delayed += 1,
            Some(class) => publishing.shown.push(published(sight, incident, *class, settings)),
            None => publishing.withheld += 1,
        }
    }
    publishing
}

fn is_recent(incident: &Incident, until: Time) -> bool {
    incident.when.end > until
}

fn published(
    sight: &Sight,
    incident: &Incident,
    class: Class,
    settings: &Publication,
) -> Published {
    let item = views::incidents::item(sight, incident);
    Published {
        id: incident.id.to_string(),
        day: incident.when.middle().day_text(),
        class,
        share: incident.classes.share(&class),
        real: incident.real.value(),
        place: coarse(incident.place.mean, settings.coarse_m),
        groups: incident.independent_groups,
        case: item.get("case").and_then(Value::as_str).map(str::to_owned),
    }
}

/// The middle of the grid cell of `cell_m` metres that holds a place. The grid is fixed, so that
/// asking again tells nothing more.
#[must_use]
pub fn coarse(place: Place, cell_m: f64) -> Place {
    if cell_m <= 0.0 {
        return place;
    }
    let middle = |value: f64, step: f64| ((value / step).floor() + 0.5) * step;
    let step_deg = cell_m / METRES_PER_DEGREE;
    let lat = middle(place.lat, step_deg);
    let lon = middle(place.lon, step_deg / lat.to_radians().cos().max(0.01));
    let rounded = |value: f64| (value * 1_000.0).round() / 1_000.0;
    Place { lon: rounded(lon), lat: rounded(lat) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_one_cell_look_alike_and_none_moves_further_than_the_cell() {
        let one = Place { lon: 37.0, lat: 48.0 };
        let shown = coarse(one, 5_000.0);
        assert!(one.distance_m(shown) < 5_000.0);
        assert_eq!(coarse(shown, 5_000.0), shown);
        let other = shown.shifted_m(1_500.0, -1_500.0);
        assert_eq!(coarse(other, 5_000.0), shown);
        assert_eq!(coarse(one, 0.0), one);
    }
}
