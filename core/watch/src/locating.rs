//! From the arrivals or bearings of a stretch of time to origins, by the engine of `core/arrivals`.

use std::collections::{BTreeMap, BTreeSet};

use arrivals::air::Air;
use arrivals::ground::frame::Frame;
use arrivals::ground::globe::Globe;
use arrivals::infrasound::{self, Heard, Propagation, Rates};
use arrivals::{Arrival, Bulletin, Medium, Network, Phase, StationError};
use kernel::{Place, PlaceBelief, Time};

use crate::observation::{Content, Phase as Wave};
use crate::origin::{Band, Explained, Origin, loud};
use crate::set_aside::{self, Aside, Placed};
use crate::source::{SourceKind, Station};
use crate::standing::COUNTS_FROM;
use crate::store::{FIRST_ARRIVAL, FIRST_OTHER, Numbered, Store};

/// How far through the ground a station may notice what happened, km: strikes and quarry blasts are
/// picked over one or two hundred, the largest over some more.
const GROUND_REACH_KM: f64 = 1_000.0;
/// The farthest infrasound source looked for, km: what a single blast of conventional size reaches.
const INFRASOUND_RANGE_KM: f64 = 1_000.0;
/// Error of a back azimuth that none is stated for, degrees.
const BEARING_ERROR_DEG: f64 = 3.0;
/// Infrasound comes over the ground at such speeds, whatever its path, m/s.
const CELERITIES_M_S: std::ops::RangeInclusive<f64> = 200.0..=360.0;
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
    error: StationError,
}

/// What is stated of a station's errors.
fn stated(station: &Station) -> StationError {
    StationError {
        place_km: station.error_m.unwrap_or(0.0) / 1e3,
        clock_s: station.clock_error_s.unwrap_or(0.0),
    }
}

impl Locator {
    /// The origins of what was noticed through one band. `numbers` are observations' numbers;
    /// stations stand where they stood at `at`.
    #[must_use]
    pub fn origins(&mut self, band: Band, numbers: &[u32], store: &Store, at: Time) -> Vec<Origin> {
        let mut numbers = numbers.to_vec();
        numbers.sort_by(|&one, &other| store.cmp_canonical(one, other));
        // A track is its source's own work and says so of itself: it counts by its weight alone.
        let (aside, numbers): (Vec<u32>, Vec<u32>) = numbers
            .into_iter()
            .partition(|&number| band != Band::Tracks && store.is_set_aside(number));
        let heard = Noticed { numbers: &numbers, aside: &aside, store, at };
        let mut origins = match band {
            Band::Bearings => of_bearings(&heard),
            Band::Tracks => crate::tracked::origins(&numbers, store),
            Band::Air => {
                let air = Air::default();
                let posts = heard.posts(SourceKind::Acoustic);
                heard.origins(Band::Air, &air, air.range_km * 2.5, &posts)
            }
            Band::Ground => {
                let globe = self.globe.get_or_insert_with(Globe::new);
                let posts = heard.posts(SourceKind::Seismic);
                heard.origins(Band::Ground, globe, GROUND_REACH_KM, &posts)
            }
        };
        if band != Band::Tracks {
            origins.iter_mut().for_each(|origin| set_aside::tempered(origin, store));
        }
        origins
    }
}

/// What was noticed through one band over a stretch of time, in canonical order.
struct Noticed<'a> {
    /// What counts, and what is set aside.
    numbers: &'a [u32],
    aside: &'a [u32],
    store: &'a Store,
    /// Where stations stand is asked at this moment, from which times are counted.
    at: Time,
}

impl Noticed<'_> {
    /// Stations of a kind whose silence counts, and those that noticed: by source and name, so that
    /// the order in which they were first heard of does not matter.
    fn posts(&self, kind: SourceKind) -> Vec<Post> {
        let Self { numbers, store, at, .. } = *self;
        let noticed: BTreeSet<u32> = numbers
            .iter()
            .filter_map(|&number| store.arrival(number))
            .map(|arrival| arrival.station)
            .collect();
        let mut posts = BTreeMap::new();
        for (station, number) in store.onsets.stations().iter().zip(0..) {
            let Some(source) = store.source(station.source) else { continue };
            let answers = || store.standings.silence(&source.id, &station.name, at) >= COUNTS_FROM;
            if !noticed.contains(&number) && (source.kind != kind || !answers()) {
                continue;
            }
            let Some(stood) = station.at(at) else { continue };
            let elevation_m = stood.elevation_m.unwrap_or(0.0);
            let error = stated(&stood);
            let post = Post { number, place: stood.place(), elevation_m, error };
            posts.insert((source.id.clone(), station.name.clone()), post);
        }
        posts.into_values().collect()
    }

    fn origins<const N: usize, M: Medium<N>>(
        &self,
        band: Band,
        medium: &M,
        reach_km: f64,
        posts: &[Post],
    ) -> Vec<Origin> {
        let Self { numbers, store, at, .. } = *self;
        // A middle on whole degrees: a station more or less rarely moves it.
        let frame = Frame::around([middle(posts)].into_iter());
        let stations = posts.iter().map(|post| in_frame(&frame, post.place, post.elevation_m));
        let errors = posts.iter().map(|post| post.error).collect();
        let network = Network::new(stations.collect(), reach_km).stating(errors);
        let places: BTreeMap<u32, u32> = posts.iter().map(|post| post.number).zip(0..).collect();
        let heard: Vec<(u32, Arrival)> = numbers
            .iter()
            .filter_map(|&number| {
                let kept = store.arrival(number)?;
                let station = *places.get(&kept.station)?;
                let time_s = (kept.at_us - at.0) as f64 / 1e6;
                let phase = phase(kept.phase);
                Some((number, Arrival { station, phase, time_s, error_s: kept.stated_s() }))
            })
            .collect();
        let given: Vec<Arrival> = heard.iter().map(|(_, arrival)| *arrival).collect();
        let settings = arrivals::Settings::default();
        let bulletin = arrivals::associate(medium, &network, &given, &settings);
        let aside = self.beside(medium, &frame, &network, &given, &bulletin);
        let Bulletin { origins, model, .. } = &bulletin;
        let located = origins.iter().zip(aside).map(|(origin, aside)| {
            let state = &origin.state;
            let members = origin.arrivals.iter().filter_map(|&index| {
                let (number, arrival) = *heard.get(index as usize)?;
                let branch = medium.phases().iter().position(|known| *known == arrival.phase)?;
                let station = network.stations().get(arrival.station as usize)?;
                let travel_s = medium.ray(state, station, branch).travel_s;
                let variance = model.variance(branch, arrival.station as usize, travel_s);
                let own = f64::from(arrival.error_s);
                let sigma = (variance + own * own).max(1e-8).sqrt();
                Some(Explained { number, residual: arrival.time_s - state[0] - travel_s, sigma })
            });
            Origin {
                band,
                at_us: at.0 + libm::round(state[0] * 1e6) as i64,
                at_sigma_s: origin.covariance[0][0].max(0.0).sqrt(),
                place: belief(&frame, state[1], state[2], &origin.covariance),
                log_odds: origin.log_odds,
                members: members.collect(),
                aside,
                likelihood_log: loud(),
                salvo: None,
                sound: None,
                path: vec![],
            }
        });
        located.filter(|origin| !origin.members.is_empty()).collect()
    }

    /// For each origin what is set aside and fits it.
    fn beside<const N: usize, M: Medium<N>>(
        &self,
        medium: &M,
        frame: &Frame,
        network: &Network,
        given: &[Arrival],
        bulletin: &Bulletin<N>,
    ) -> Vec<Vec<Explained>> {
        let Self { aside, store, at, .. } = *self;
        if aside.is_empty() {
            return vec![Vec::new(); bulletin.origins.len()];
        }
        let away_km = |origin: &arrivals::Origin<N>, index: &u32| {
            let station = given.get(*index as usize)?.station;
            let station = network.stations().get(station as usize)?;
            let [x_km, y_km] = [origin.state[1], origin.state[2]];
            Some(libm::hypot(station.x_km - x_km, station.y_km - y_km))
        };
        let placed = bulletin.origins.iter().map(|origin| {
            let away = origin.arrivals.iter().filter_map(|index| away_km(origin, index));
            Placed { origin, reach_km: away.fold(0.0, f64::max) }
        });
        let placed: Vec<Placed<'_, N>> = placed.collect();
        let onsets = aside.iter().filter_map(|&number| {
            let kept = store.arrival(number)?;
            let stood = store.onsets.station_at(kept.station, at)?;
            let station = in_frame(frame, stood.place(), stood.elevation_m.unwrap_or(0.0));
            let of = phase(kept.phase);
            let branch = medium.phases().iter().position(|known| *known == of)?;
            let time_s = (kept.at_us - at.0) as f64 / 1e6;
            let error = (f64::from(kept.stated_s()), stated(&stood));
            Some(Aside { number, station: (kept.station, station), branch, time_s, error })
        });
        set_aside::beside(medium, &bulletin.model, &placed, &onsets.collect::<Vec<_>>())
    }
}

fn in_frame(frame: &Frame, place: Place, elevation_m: f64) -> arrivals::Station {
    let (x_km, y_km) = frame.project(place.lon, place.lat);
    arrivals::Station { x_km, y_km, z_km: -elevation_m / 1e3 }
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

/// Origins by bearings. What is set aside joins the origin whose direction it misses least.
fn of_bearings(noticed: &Noticed<'_>) -> Vec<Origin> {
    let Noticed { numbers, aside, store, at } = *noticed;
    let mut arrays = BTreeMap::<(String, String), u32>::new();
    let mut heard = |number: u32| {
        let kept = store.other(number)?;
        let Content::Bearing(bearing) = &kept.content else { return None };
        let source = store.source(kept.source)?;
        let place = store.station_of(number)?;
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
        Some((number, heard))
    };
    let given: Vec<(u32, Heard)> = numbers.iter().filter_map(|&number| heard(number)).collect();
    let aside: Vec<(u32, Heard)> = aside.iter().filter_map(|&number| heard(number)).collect();
    let air = Propagation { range_max_km: INFRASOUND_RANGE_KM, ..Propagation::default() };
    let heard: Vec<Heard> = given.iter().map(|(_, heard)| *heard).collect();
    let located = infrasound::associate(&heard, &air, &Rates::default());
    let origins = located.iter().filter_map(|shared| {
        let when = shared.origin.when.as_ref()?;
        let (lat, lon) = shared.origin.mean_deg;
        let mean = Place { lon, lat };
        let [ee, en, nn] = shared.origin.covariance_km2.map(|km2| km2 * 1e6);
        let members = shared.members.iter().filter_map(|&at| given.get(at));
        Some(Origin {
            band: Band::Bearings,
            at_us: at.0 + libm::round(when.time_s * 1e6) as i64,
            at_sigma_s: when.error_s,
            place: PlaceBelief { mean, ee_m2: ee, en_m2: en, nn_m2: nn },
            log_odds: shared.ln_odds,
            members: members.map(|one| pointed(one, mean, &air)).collect(),
            aside: vec![],
            likelihood_log: loud(),
            salvo: None,
            sound: None,
            path: vec![],
        })
    });
    let mut origins: Vec<Origin> = origins.collect();
    for one in &aside {
        let missed = |origin: &Origin| {
            let off = pointed(one, origin.place.mean, &air);
            let away_m =
                origin.place.mean.distance_m(Place { lon: one.1.lon_deg, lat: one.1.lat_deg });
            let travel_s = one.1.time_s? - (origin.at_us - at.0) as f64 / 1e6;
            let celerity_m_s = away_m / travel_s;
            CELERITIES_M_S.contains(&celerity_m_s).then_some(off)
        };
        let fits =
            origins.iter().enumerate().filter_map(|(at, origin)| Some((at, missed(origin)?)));
        let best = fits.min_by(|a, b| a.1.residual.abs().total_cmp(&b.1.residual.abs()));
        if let Some((at, off)) = best {
            origins[at].aside.push(off);
        }
    }
    origins
}

/// By how much a bearing misses a place.
fn pointed((number, heard): &(u32, Heard), mean: Place, air: &Propagation) -> Explained {
    let station = Place { lon: heard.lon_deg, lat: heard.lat_deg };
    let apart = heard.back_azimuth_deg - station.bearing_deg(mean);
    Explained {
        number: *number,
        residual: (apart + 540.0).rem_euclid(360.0) - 180.0,
        sigma: libm::hypot(heard.error_deg, air.deviation_deg),
    }
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
