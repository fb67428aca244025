//! The line, the zones relative to it, and the protected objects: nouns and their reader (GeoJSON).

use std::ops::Range;

use kernel::{PartyId, Place, Polygon, Polyline};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::fields::Page;
use crate::parties::{Names, Parties};
use crate::suggest;

/// Which side of a line, walking it from its first to its last place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hand {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Either.
    Both,
}

/// A line between the parties. Its status says whether anybody has agreed to it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Line {
    /// Short name.
    pub id: String,
    /// Full name.
    pub names: Names,
    /// What a reader must bear in mind.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// `agreed`, `proposed`, `notional`.
    pub status: String,
    /// Who holds the ground to the left. Holding is no statement about status.
    pub left: PartyId,
    /// Who holds the ground to the right.
    pub right: PartyId,
    /// The line.
    pub path: Polyline,
}

/// The ground a zone covers.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "shape", rename_all = "kebab-case")]
pub enum Ground {
    /// Within so many metres of a line, on one hand or both; without a distance, all of a hand.
    Buffer {
        /// Position in the list of lines.
        line: usize,
        /// Metres; infinite for all of that hand.
        within_m: f64,
        /// Which hand.
        hand: Hand,
    },
    /// Inside any of these.
    Polygons {
        /// The polygons.
        polygons: Vec<Polygon>,
    },
    /// Around a point.
    Circle {
        /// Middle.
        center: Place,
        /// Metres.
        radius_m: f64,
    },
}

/// A named zone.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Zone {
    /// Short name, as guards use it.
    pub id: String,
    /// Full name.
    pub names: Names,
    /// What a reader must bear in mind.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What it covers.
    pub ground: Ground,
}

/// A protected object, public and civil.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Object {
    /// Short name.
    pub id: String,
    /// Full name.
    pub names: Names,
    /// What a reader must bear in mind.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Category, as guards use it: `nuclear`, `energy`, `hospital`.
    pub category: String,
    /// Where.
    pub place: Place,
    /// Its own extent, metres.
    pub radius_m: f64,
}

/// Everything in `zones.geojson`.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Zones {
    /// Lines.
    pub lines: Vec<Line>,
    /// Zones.
    pub zones: Vec<Zone>,
    /// Protected objects.
    pub objects: Vec<Object>,
}

#[derive(Deserialize)]
struct Collection<'a> {
    #[serde(borrow)]
    features: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Option<Geometry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Properties {
    id: String,
    kind: String,
    names: NamesRead,
    #[serde(default)]
    note: String,
    status: Option<String>,
    left: Option<String>,
    right: Option<String>,
    buffer_of: Option<String>,
    within_km: Option<f64>,
    hand: Option<Hand>,
    category: Option<String>,
    radius_km: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesRead {
    en: String,
    uk: String,
    fr: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Point((f64, f64)),
    LineString(Vec<(f64, f64)>),
    Polygon(Vec<Vec<(f64, f64)>>),
    MultiPolygon(Vec<Vec<Vec<(f64, f64)>>>),
}

/// Reads `zones.geojson`. Lines stand before the zones that count from them.
#[must_use]
pub fn read(page: &Page<'_>, parties: &Parties) -> Zones {
    let mut zones = Zones::default();
    match serde_json::from_str::<Collection<'_>>(page.text) {
        Ok(collection) => {
            for raw in collection.features {
                // The raw text borrows from the page, so its address gives its bytes.
                let start =
                    (raw.get().as_ptr() as usize).saturating_sub(page.text.as_ptr() as usize);
                Reader { page, parties, raw: raw.get(), start }.feature(&mut zones);
            }
        }
        Err(error) => {
            let at = offset(page.text, error.line(), error.column());
            page.note(at..at, format!("not a GeoJSON FeatureCollection: {error}"), "");
        }
    }
    zones
}

/// Bytes before a line and column as serde_json counts them, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (before + column.saturating_sub(1)).min(text.len())
}

struct Reader<'p, 's> {
    page: &'p Page<'s>,
    parties: &'p Parties,
    raw: &'p str,
    start: usize,
}

impl Reader<'_, '_> {
    fn all(&self) -> Range<usize> {
        self.start..self.start + self.raw.len()
    }
    /// Where a word stands within the feature; the whole feature when it is not found.
    fn bytes(&self, word: &str) -> Range<usize> {
        let found = self.raw.find(&format!("\"{word}\"")).map(|at| self.start + at + 1);
        found.map_or(self.all(), |at| at..at + word.len())
    }
    fn note(&self, word: &str, message: String, hint: &str) {
        self.page.note(self.bytes(word), message, hint);
    }

    fn feature(&self, zones: &mut Zones) {
        let feature: Feature = match serde_json::from_str(self.raw) {
            Ok(feature) => feature,
            Err(error) => {
                let at = self.start + offset(self.raw, error.line(), error.column());
                self.page.note(at..at, format!("this feature cannot be read: {error}"), "");
                return;
            }
        };
        let Properties { kind, id, .. } = &feature.properties;
        let taken = |other: &String| other == id;
        let mut ids = zones.zones.iter().map(|zone| &zone.id);
        if ids.any(taken) || zones.lines.iter().any(|line| line.id == *id) {
            self.note(id, format!("`{id}` is declared twice"), "");
        }
        match kind.as_str() {
            "line" => zones.lines.extend(self.line(feature)),
            "zone" => {
                let zone = self.zone(feature, &zones.lines);
                zones.zones.extend(zone);
            }
            "object" => zones.objects.extend(self.object(feature)),
            other => {
                let hint = suggest::hint(other, ["line", "zone", "object"]);
                self.note(other, format!("unknown kind of feature `{other}`"), &hint);
            }
        }
    }

    fn place(&self, (lon, lat): (f64, f64)) -> Place {
        Place::new(lon, lat).unwrap_or_else(|| {
            self.page.note(
                self.all(),
                format!("{lon}, {lat} is nowhere on Earth"),
                "longitude first",
            );
            Place { lon: 0.0, lat: 0.0 }
        })
    }
    fn places(&self, points: Vec<(f64, f64)>) -> Vec<Place> {
        points.into_iter().map(|point| self.place(point)).collect()
    }
    fn polygon(&self, rings: Vec<Vec<(f64, f64)>>) -> Polygon {
        let rings: Vec<Vec<Place>> = rings.into_iter().map(|ring| self.places(ring)).collect();
        if rings.iter().any(|ring| ring.len() < 4 || ring.first() != ring.last()) {
            let hint = "repeat the first place as the last (RFC 7946, 3.1.6)";
            self.page.note(self.all(), "a ring is not closed", hint);
        }
        Polygon(rings)
    }

    fn line(&self, feature: Feature) -> Option<Line> {
        let Properties { id, names, note, status, left, right, .. } = feature.properties;
        let Some(Geometry::LineString(points)) = feature.geometry else {
            self.note(&id, format!("line `{id}` needs a LineString"), "");
            return None;
        };
        if points.len() < 2 {
            self.note(&id, format!("line `{id}` needs at least two places"), "");
        }
        Some(Line {
            names: names.into(),
            note,
            status: status.unwrap_or_default(),
            left: self.holder(&id, "left", left),
            right: self.holder(&id, "right", right),
            path: Polyline(self.places(points)),
            id,
        })
    }
    fn holder(&self, id: &str, hand: &str, party: Option<String>) -> PartyId {
        let Some(party) = party else {
            let hint = format!("add \"{hand}\": \"party\"");
            self.note(id, format!("line `{id}` does not say who holds its {hand}"), &hint);
            return PartyId(String::new());
        };
        let known = self.parties.parties.iter();
        let bearers = known.filter(|party| party.bears_rules()).map(|party| party.id.as_str());
        let party = PartyId(party);
        if !bearers.clone().any(|bearer| bearer == party.as_str()) {
            let hint = suggest::hint(party.as_str(), bearers);
            self.note(party.as_str(), format!("`{party}` is no party that bears the rules"), &hint);
        }
        party
    }

    fn zone(&self, feature: Feature, lines: &[Line]) -> Option<Zone> {
        let Properties { id, names, note, buffer_of, within_km, hand, radius_km, .. } =
            feature.properties;
        let ground = match (feature.geometry, buffer_of) {
            (None, Some(line)) => {
                let within_m = within_km.map_or(f64::INFINITY, |km| km * 1_000.0);
                self.buffer(&line, lines, within_m, hand.unwrap_or(Hand::Both))
            }
            (Some(Geometry::Polygon(rings)), None) => {
                Ground::Polygons { polygons: vec![self.polygon(rings)] }
            }
            (Some(Geometry::MultiPolygon(polygons)), None) => Ground::Polygons {
                polygons: polygons.into_iter().map(|rings| self.polygon(rings)).collect(),
            },
            (Some(Geometry::Point(point)), None) if radius_km.is_some() => Ground::Circle {
                center: self.place(point),
                radius_m: radius_km.unwrap_or_default() * 1_000.0,
            },
            _ => {
                let hint = "give `buffer_of`, a polygon, or a point with `radius_km`";
                self.note(&id, format!("zone `{id}` covers no ground"), hint);
                return None;
            }
        };
        Some(Zone { id, names: names.into(), note, ground })
    }

    /// A zone along an unknown line stays declared, so that one mistake is not told twice.
    fn buffer(&self, line: &str, lines: &[Line], within_m: f64, hand: Hand) -> Ground {
        match lines.iter().position(|known| known.id == line) {
            Some(line) => Ground::Buffer { line, within_m, hand },
            None => {
                let hint = suggest::hint(line, lines.iter().map(|line| line.id.as_str()));
                self.note(line, format!("unknown line `{line}`"), &hint);
                Ground::Polygons { polygons: Vec::new() }
            }
        }
    }

    fn object(&self, feature: Feature) -> Option<Object> {
        let Properties { id, names, note, category, radius_km, .. } = feature.properties;
        let (Some(Geometry::Point(point)), Some(category)) = (feature.geometry, category) else {
            self.note(&id, format!("object `{id}` needs a point and a category"), "");
            return None;
        };
        let radius_m = radius_km.unwrap_or_default() * 1_000.0;
        let place = self.place(point);
        Some(Object { id, names: names.into(), note, category, place, radius_m })
    }
}

impl From<NamesRead> for Names {
    fn from(read: NamesRead) -> Self {
        Self { en: read.en, uk: read.uk, fr: read.fr }
    }
}
