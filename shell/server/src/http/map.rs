//! The public map: the line, the zones, the objects and the coarse incidents as one drawing.

use std::fmt::Write as _;

use kernel::Place;
use terms::zones::Ground;

use super::public::Published;
use super::words::Lang;
use crate::views::Sight;

/// Width of the drawing, in its own units.
const WIDTH: f64 = 1_000.0;
/// Room around what is drawn, as a share of it.
const MARGIN: f64 = 0.06;

/// An equirectangular projection onto the drawing; it keeps shapes near its middle latitude.
struct Sheet {
    west: f64,
    north: f64,
    per_lon: f64,
    per_lat: f64,
    height: f64,
}

impl Sheet {
    fn around(places: &[Place]) -> Option<Self> {
        let least = |of: fn(&Place) -> f64| places.iter().map(of).min_by(f64::total_cmp);
        let most = |of: fn(&Place) -> f64| places.iter().map(of).max_by(f64::total_cmp);
        let (west, east) = (least(|place| place.lon)?, most(|place| place.lon)?);
        let (south, north) = (least(|place| place.lat)?, most(|place| place.lat)?);
        let room = ((east - west).max(north - south)).max(0.1) * MARGIN;
        let (west, east, south, north) = (west - room, east + room, south - room, north + room);
        let per_lon = WIDTH / (east - west);
        let per_lat = per_lon / ((south + north) / 2.0).to_radians().cos().max(0.1);
        Some(Self { west, north, per_lon, per_lat, height: (north - south) * per_lat })
    }

    fn at(&self, place: Place) -> (f64, f64) {
        ((place.lon - self.west) * self.per_lon, (self.north - place.lat) * self.per_lat)
    }

    fn path(&self, places: &[Place]) -> String {
        let mut path = String::new();
        for (index, place) in places.iter().enumerate() {
            let (x, y) = self.at(*place);
            let pen = if index == 0 { 'M' } else { 'L' };
            // Writing into a string cannot fail.
            let _ = write!(path, "{pen}{x:.1} {y:.1}");
        }
        path
    }

    fn circle(&self, class: &str, place: Place, radius: f64, title: &str) -> String {
        let (x, y) = self.at(place);
        format!(
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"><title>{}</title></circle>",
            escaped(title)
        )
    }
}

/// The map as SVG without script or style of its own; empty when there is nothing to draw.
#[must_use]
pub fn svg(sight: &Sight, shown: &[Published], lang: Lang) -> String {
    let zones = &sight.state.agreement.zones;
    let mut places: Vec<Place> = zones.lines.iter().flat_map(|line| line.path.0.clone()).collect();
    places.extend(shown.iter().map(|incident| incident.place));
    let Some(sheet) = Sheet::around(&places) else { return String::new() };
    let mut drawn = String::new();
    for zone in &zones.zones {
        if let Ground::Polygons { polygons } = &zone.ground {
            let rings = polygons.iter().flat_map(|polygon| &polygon.0);
            let path: String = rings.map(|ring| format!("{}Z", sheet.path(ring))).collect();
            let title = escaped(lang.name(&zone.names));
            drawn += &format!("<path class=\"zone\" d=\"{path}\"><title>{title}</title></path>");
        }
    }
    for line in &zones.lines {
        let title = escaped(lang.name(&line.names));
        let path = sheet.path(&line.path.0);
        drawn += &format!("<path class=\"line\" d=\"{path}\"><title>{title}</title></path>");
    }
    for object in &zones.objects {
        drawn += &sheet.circle("object", object.place, 4.0, lang.name(&object.names));
    }
    let cell_m = sight.state.agreement.heading.publication.coarse_m;
    let radius = (cell_m / 2.0 / 111_195.0 * sheet.per_lat).max(2.5);
    for incident in shown {
        let title =
            format!("{} {} {}", incident.day, lang.word("class", &incident.class), incident.id);
        drawn += &sheet.circle("incident", incident.place, radius, &title);
    }
    format!(
        "<svg viewBox=\"0 0 {WIDTH:.0} {:.0}\" role=\"img\" aria-label=\"{}\">{drawn}</svg>",
        sheet.height,
        escaped(lang.say("map"))
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
