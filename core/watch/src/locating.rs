//! From the arrivals or bearings of a stretch of time to origins, by the engine of `core/arrivals`.

use std::collections::{BTreeMap, BTreeSet};

use arrivals::air::Air;
use arrivals::ground::frame::Frame;
use arrivals::ground::globe::Globe;
use arrivals::infrasound::{self, Heard, Propagation, Rates};
use arrivals::{Arrival, Bulletin, Medium, Network, Phase};
use kernel::{Place, PlaceBelief, Time};

use crate::gauss::Mixture;
use crate::observation::{Content, Mover, Phase as Wave};
use crate::origin::{Band, Explained, Origin, loud, moved};
use crate::source::SourceKind;
use crate::store::{FIRST_ARRIVAL, FIRST_OTHER, KeptOther, Numbered, Store};

/// How far through the ground a station may notice what happened, km: strikes and quarry blasts are
/// picked over one or two hundred, the largest over some more.
const GROUND_REACH_KM: f64 = 1_000.0;
/// The farthest infrasound source looked for, km: what a single blast of conventional size reaches.
const INFRASOUND_RANGE_KM: f64 = 1_000.0;
/// Error of a back azimuth that none is stated for, degrees.
const BEARING_ERROR_DEG: f64 = 3.0;
/// Places of origins are not known better than this, metres.
const SIGMA_MIN_M: f64 = 1.0;

/// What locates, kept because tracing rays takes milliseconds.
#[derive(Clone, Debug, Default)]
pub struct Locator {
    globe: Option<Globe>,
}

/// A station as an engine sees it: its number here, and where.
struct Post {
    number: u32,
    place: Place,
    elevation_m: f64,
}

impl Locator {
    /// The origins of what was noticed through one band. `numbers` are observations' numbers;
    /// stations stand where they stood at `at`.
    #[must_use]
    pub fn origins(&mut self, band: Band, numbers: &[u32], store: &Store, at: Time) -> Vec<Origin> {
        let mut numbers = numbers.to_vec();
        numbers.sort_by(|&one, &other| store.cmp_canonical(one, other));
        match band {
            Band::Bearings => of_bearings(&numbers, store, at),
            Band::Tracks => of_tracks(&numbers, store),
            Band::Air => {
                let air = Air::default();
                let reach_km = air.range_km * 2.5;
                let posts = posts(SourceKind::Acoustic, &numbers, store, at);
                of_arrivals(Band::Air, &air, reach_km, &posts, &numbers, store, at)
            }
            Band::Ground => {
                let globe = self.globe.get_or_insert_with(Globe::new);
                let posts = posts(SourceKind::Seismic, &numbers, store, at);
                of_arrivals(Band::Ground, globe, GROUND_REACH_KM, &posts, &numbers, store, at)
            }
        }
    }
}

/// Stations of a kind, and those that noticed: by source and name, so that the order in which they
/// were first heard of does not matter.
fn posts(kind: SourceKind, numbers: &[u32], store: &Store, at: Time) -> Vec<Post> {
    let noticed: BTreeSet<u32> = numbers
        .iter()
        .filter_map(|&number| store.arrival(number))
        .map(|arrival| arrival.station)
        .collect();
    let mut posts = BTreeMap::new();
    for (station, number) in store.onsets.stations().iter().zip(0..) {
        let Some(source) = store.source(station.source) else { continue };
        if source.kind != kind && !noticed.contains(&number) {
            continue;
        }
        let Some(stood) = station.at(at) else { continue };
        let elevation_m = stood.elevation_m.unwrap_or(0.0);
        let post = Post { number, place: stood.place(), elevation_m };
        posts.insert((source.id.clone(), station.name.clone()), post);
    }
    posts.into_values().collect()
}

fn of_arrivals<const N: usize, M: Medium<N>>(
    band: Band,
    medium: &M,
    reach_km: f64,
    posts: &[Post],
    numbers: &[u32],
    store: &Store,
    at: Time,
) -> Vec<Origin> {
    // A middle on whole degrees: a station more or less rarely moves it.
    let (lon, lat) = middle(posts);
    let frame = Frame::around([(lon, lat)].into_iter());
    let stations = posts
        .iter()
        .map(|post| {
            let (x_km, y_km) = frame.project(post.place.lon, post.place.lat);
            arrivals::Station { x_km, y_km, z_km: -post.elevation_m / 1e3 }
        })
        .collect();
    let network = Network::new(stations, reach_km);
    let places: BTreeMap<u32, u32> = posts.iter().map(|post| post.number).zip(0..).collect();
    let heard: Vec<(u32, Arrival)> = numbers
        .iter()
        .filter_map(|&number| {
            let kept = store.arrival(number)?;
            let station = *places.get(&kept.station)?;
            let time_s = (kept.at_us - at.0) as f64 / 1e6;
            Some((number, Arrival { station, phase: phase(kept.phase), time_s }))
        })
        .collect();
    let given: Vec<Arrival> = heard.iter().map(|(_, arrival)| *arrival).collect();
    let bulletin = arrivals::associate(medium, &network, &given, &arrivals::Settings::default());
    let Bulletin { origins, model, .. } = &bulletin;
    let located = origins.iter().map(|origin| {
        let state = &origin.state;
        let members = origin.arrivals.iter().filter_map(|&index| {
            let (number, arrival) = *heard.get(index as usize)?;
            let branch = medium.phases().iter().position(|known| *known == arrival.phase)?;
            let station = network.stations().get(arrival.station as usize)?;
            let travel_s = medium.ray(state, station, branch).travel_s;
            let variance = model.variance(branch, arrival.station as usize, travel_s);
            let sigma = variance.max(1e-8).sqrt();
            Some(Explained { number, residual: arrival.time_s - state[0] - travel_s, sigma })
        });
        Origin {
            band,
            at_us: at.0 + libm::round(state[0] * 1e6) as i64,
            at_sigma_s: origin.covariance[0][0].max(0.0).sqrt(),
            place: belief(&frame, state[1], state[2], &origin.covariance),
            log_odds: origin.log_odds,
            members: members.collect(),
            likelihood_log: loud(),
            salvo: None,
            sound: None,
        }
    });
    located.filter(|origin| !origin.members.is_empty()).collect()
}

fn middle(posts: &[Post]) -> (f64, f64) {
    let count = posts.len().max(1) as f64;
    let mean = |degrees: fn(&Post) -> f64| posts.iter().map(degrees).sum::<f64>() / count;
    (libm::round(mean(|post| post.place.lon)), libm::round(mean(|post| post.place.lat)))
}

fn phase(wave: Wave) -> Phase {
    match wave {
        Wave::P => Phase::P,
        Wave::S => Phase::S,
        Wave::Acoustic => Phase::Acoustic,
        Wave::Infrasound => Phase::Infrasound,
    }
}

/// Place and covariance of the frame, in metres along true east and north.
fn belief<const N: usize>(
    frame: &Frame,
    x_km: f64,
    y_km: f64,
    covariance: &[[f64; N]; N],
) -> PlaceBelief {
    let spot = frame.spot(x_km, y_km);
    let (xx, xy, yy) = (covariance[1][1], covariance[1][2], covariance[2][2]);
    let (cos, sin) = (libm::cos(spot.turn_rad), libm::sin(spot.turn_rad));
    let m2 = spot.scale * spot.scale * 1e6;
    let least = SIGMA_MIN_M * SIGMA_MIN_M;
    PlaceBelief {
        mean: Place { lon: spot.lon_deg, lat: spot.lat_deg },
        ee_m2: m2 * (cos * cos * xx + 2.0 * cos * sin * xy + sin * sin * yy) + least,
        en_m2: m2 * (cos * sin * (yy - xx) + (cos * cos - sin * sin) * xy),
        nn_m2: m2 * (sin * sin * xx - 2.0 * cos * sin * xy + cos * cos * yy) + least,
    }
}

fn of_bearings(numbers: &[u32], store: &Store, at: Time) -> Vec<Origin> {
    let mut arrays = BTreeMap::<(String, String), u32>::new();
    let mut given: Vec<(u32, Heard)> = Vec::new();
    for &number in numbers {
        let Some(kept) = store.other(number) else { continue };
        let Content::Bearing(bearing) = &kept.content else { continue };
        let Some(source) = store.source(kept.source) else { continue };
        let Some(place) = store.station_of(number) else { continue };
        let next = arrays.len() as u32;
        let name = (source.id.to_string(), bearing.station.clone());
        let heard = Heard {
            array: *arrays.entry(name).or_insert(next),
            lat_deg: place.lat,
            lon_deg: place.lon,
            time_s: Some((kept.when.start.0 - at.0) as f64 / 1e6),
            back_azimuth_deg: f64::from(bearing.azimuth_deg),
            error_deg: bearing.error_deg.map_or(BEARING_ERROR_DEG, f64::from),
        };
        given.push((number, heard));
    }
    let air = Propagation { range_max_km: INFRASOUND_RANGE_KM, ..Propagation::default() };
    let heard: Vec<Heard> = given.iter().map(|(_, heard)| *heard).collect();
    infrasound::associate(&heard, &air, &Rates::default())
        .iter()
        .filter_map(|shared| {
            let when = shared.origin.when.as_ref()?;
            let (lat, lon) = shared.origin.mean_deg;
            let mean = Place { lon, lat };
            let [ee, en, nn] = shared.origin.covariance_km2.map(|km2| km2 * 1e6);
            let members = shared.members.iter().filter_map(|&at| given.get(at)).map(|one| {
                let (number, heard) = one;
                let station = Place { lon: heard.lon_deg, lat: heard.lat_deg };
                let apart = heard.back_azimuth_deg - station.bearing_deg(mean);
                Explained {
                    number: *number,
                    residual: (apart + 540.0).rem_euclid(360.0) - 180.0,
                    sigma: libm::hypot(heard.error_deg, air.deviation_deg),
                }
            });
            Some(Origin {
                band: Band::Bearings,
                at_us: at.0 + libm::round(when.time_s * 1e6) as i64,
                at_sigma_s: when.error_s,
                place: PlaceBelief { mean, ee_m2: ee, en_m2: en, nn_m2: nn },
                log_odds: shared.ln_odds,
                members: members.collect(),
                likelihood_log: loud(),
                salvo: None,
                sound: None,
            })
        })
        .collect()
}

/// Each source's tracks, a window's stretch of each: where it was is where its positions lie.
fn of_tracks(numbers: &[u32], store: &Store) -> Vec<Origin> {
    let mut tracks = BTreeMap::<(&str, &str), Vec<(u32, &KeptOther, Mover)>>::new();
    for &number in numbers {
        let Some(kept) = store.other(number) else { continue };
        let Content::TrackPoint(point) = &kept.content else { continue };
        let Some(source) = store.source(kept.source) else { continue };
        let track = tracks.entry((source.id.as_str(), &point.track)).or_default();
        track.push((number, kept, point.mover));
    }
    tracks.into_values().filter_map(|points| of_track(&points, store)).collect()
}

fn of_track(points: &[(u32, &KeptOther, Mover)], store: &Store) -> Option<Origin> {
    let (_, first, mover) = *points.first()?;
    let last = points.last()?.1;
    let parts = points
        .iter()
        .filter_map(|(_, kept, _)| crate::shape_belief::belief(&kept.shape).collapsed())
        .collect();
    let half_s = (last.when.start - first.when.start).as_seconds() / 2.0;
    let false_share = store.source(first.source)?.false_alarm_share.clamp(1e-6, 1.0 - 1e-6);
    Some(Origin {
        band: Band::Tracks,
        at_us: first.when.start.0 + libm::round(half_s * 1e6) as i64,
        at_sigma_s: half_s / 3.0,
        place: Mixture::even(parts).collapsed()?,
        log_odds: libm::log((1.0 - false_share) / false_share),
        members: points
            .iter()
            .map(|(number, _, _)| Explained { number: *number, residual: 0.0, sigma: 0.0 })
            .collect(),
        likelihood_log: moved(mover),
        salvo: None,
        sound: None,
    })
}

/// The band that an observation is heard through; none when it is no wave.
#[must_use]
pub fn band_of(number: u32, store: &Store) -> Option<Band> {
    match Numbered::of(number) {
        Numbered::Arrival(_) => match store.arrival(number)?.phase {
            Wave::P | Wave::S => Some(Band::Ground),
            Wave::Acoustic => Some(Band::Air),
            Wave::Infrasound => None,
        },
        Numbered::Other(_) => match store.other(number)?.content {
            Content::Bearing(_) => Some(Band::Bearings),
            Content::TrackPoint(_) => Some(Band::Tracks),
            _ => None,
        },
        _ => None,
    }
}

/// Numbers of everything that may be a wave's, from a place in the store on.
pub fn waves_from(first: (usize, usize), store: &Store) -> impl Iterator<Item = u32> + use<> {
    let arrivals = first.0 as u32..store.onsets.arrivals.len() as u32;
    let others = first.1 as u32..store.others.len() as u32;
    arrivals.map(|at| FIRST_ARRIVAL + at).chain(others.map(|at| FIRST_OTHER + at))
}

impl Store {
    /// Where the station stood that made this observation; none when nobody has said.
    #[must_use]
    pub fn station_of(&self, number: u32) -> Option<Place> {
        if let Some(arrival) = self.arrival(number) {
            let stood = self.onsets.station_at(arrival.station, Time(arrival.at_us));
            return stood.map(|station| station.place());
        }
        let kept = self.other(number)?;
        let Content::Bearing(bearing) = &kept.content else { return None };
        let stood = self.onsets.named_at(kept.source, &bearing.station, kept.when.start);
        let carried = match kept.shape {
            crate::observation::Shape::Station { place } => place,
            _ => None,
        };
        stood.map(|station| station.place()).or(carried)
    }
}
