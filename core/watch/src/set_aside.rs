//! What a doubted source heard or said is not lost: it is listed with the incident that it fits, and
//! does not count there.

use std::collections::BTreeMap;

use arrivals::{Medium, Station, StationError};
use kernel::SourceId;
use kernel::place::round_to;

use crate::evidence::{self, Atom, Evidence};
use crate::incident::{Residual, SetAside};
use crate::observation::Content;
use crate::origin::{Explained, Origin};
use crate::settings::Settings;
use crate::standing::Standing;
use crate::store::Store;

/// A doubted station's onset may lie so far from the time that the others predict, seconds: a clock
/// that is further off is no longer told from another incident's.
pub const OFF_MAX_S: f64 = 30.0;
/// And the station stands at most so many times as far as the farthest that counts.
const FARTHER_MAX: f64 = 1.5;

impl Store {
    /// How the source or station stood that made the observation with this number; none when it was
    /// not doubted then.
    #[must_use]
    pub fn standing(&self, number: u32) -> Option<Standing> {
        if self.standings.is_empty() {
            return None;
        }
        let of = &self.source_of(number)?.id;
        self.standings.of(of, self.told_by(number), self.when(number).start)
    }

    /// Whether a source gave anything but arrivals and bearings.
    #[must_use]
    pub fn has_more_than_waves(&self, source: &SourceId) -> bool {
        let is = |number: u16| self.source(number).is_some_and(|known| known.id == *source);
        let of_waves = |content: &Content| matches!(content, Content::Bearing(_));
        self.hotspots.iter().any(|hotspot| is(hotspot.source))
            || self.reports.iter().any(|report| is(report.source))
            || self.others.iter().any(|other| is(other.source) && !of_waves(&other.content))
    }

    /// Whether the observation with this number is set aside.
    #[must_use]
    pub fn is_set_aside(&self, number: u32) -> bool {
        self.standing(number).is_some_and(|standing| standing.is_set_aside())
    }
}

/// An onset that is set aside, in the engine's frame.
pub struct Aside {
    /// The observation's number.
    pub number: u32,
    /// Which station, by its number, and where it stands.
    pub station: (u32, Station),
    /// Its phase's place in the medium's list.
    pub branch: usize,
    /// When, seconds.
    pub time_s: f64,
    /// What is stated of its errors: of the onset, seconds, and of its station.
    pub error: (f64, StationError),
}

/// What the engine says of one origin, as far as a further onset is held against it.
pub struct Placed<'a, const N: usize> {
    /// Its state and covariance.
    pub origin: &'a arrivals::Origin<N>,
    /// How far the farthest station stands that counts, km.
    pub reach_km: f64,
}

/// For each origin the onsets set aside that fit it: each with the origin it is nearest to in time,
/// of one station and phase the nearest. They had no part in the origin, so that its prediction is
/// independent of them.
pub fn beside<const N: usize, M: Medium<N>>(
    medium: &M,
    model: &arrivals::model::Model,
    placed: &[Placed<'_, N>],
    aside: &[Aside],
) -> Vec<Vec<Explained>> {
    let mut nearest = BTreeMap::<(usize, u32, usize), Explained>::new();
    for onset in aside {
        let fits = placed.iter().enumerate().filter_map(|(at, placed)| {
            let fit = fit(medium, model, placed, onset)?;
            Some((at, fit))
        });
        let best =
            fits.min_by(|one, other| one.1.residual.abs().total_cmp(&other.1.residual.abs()));
        let Some((at, fit)) = best else { continue };
        let key = (at, onset.station.0, onset.branch);
        let kept = nearest.entry(key).or_insert(fit);
        if fit.residual.abs() < kept.residual.abs() {
            *kept = fit;
        }
    }
    let mut lists = vec![Vec::new(); placed.len()];
    for ((at, ..), fit) in nearest {
        lists[at].push(fit);
    }
    lists
}

fn fit<const N: usize, M: Medium<N>>(
    medium: &M,
    model: &arrivals::model::Model,
    placed: &Placed<'_, N>,
    onset: &Aside,
) -> Option<Explained> {
    let (state, covariance) = (&placed.origin.state, &placed.origin.covariance);
    let station = &onset.station.1;
    let away_km = libm::hypot(station.x_km - state[1], station.y_km - state[2]);
    if away_km > FARTHER_MAX * placed.reach_km {
        return None;
    }
    let ray = medium.ray(state, station, onset.branch);
    let residual = onset.time_s - state[0] - ray.travel_s;
    let own = model.onset_variance.get(onset.branch)?
        + model.path_variance.get(onset.branch)? * ray.travel_s * ray.travel_s
        + onset.error.0 * onset.error.0
        + onset.error.1.variance_s2(libm::hypot(ray.row[1], ray.row[2]));
    let of_origin: f64 = (0..N)
        .map(|i| (0..N).map(|k| ray.row[i] * covariance[i][k] * ray.row[k]).sum::<f64>())
        .sum();
    let sigma = (own + of_origin.max(0.0)).max(1e-8).sqrt();
    (residual.abs() <= OFF_MAX_S).then_some(Explained { number: onset.number, residual, sigma })
}

/// Places of set-aside reports among incidents: for each the cluster that it fits better than
/// chance, none where it stands alone. `clusters` are the atoms of each.
#[must_use]
pub fn joined(clusters: &[Vec<&Atom>], aside: &[&Atom], settings: &Settings) -> Vec<Option<usize>> {
    let logs: Vec<Option<f64>> = clusters
        .iter()
        .map(|atoms| evidence::of(atoms).map(|evidence| evidence.log(settings)))
        .collect();
    let of = |atom: &&Atom| {
        let alone = Evidence::alone(atom).log(settings);
        let gains = clusters.iter().zip(&logs).enumerate().filter_map(|(at, (atoms, log))| {
            let both: Vec<&Atom> = atoms.iter().copied().chain([*atom]).collect();
            let gain = evidence::of(&both)?.log(settings) - (*log)? - alone;
            (gain > 0.0).then_some((at, gain))
        });
        let best = gains.fold(None, |best: Option<(usize, f64)>, one| match best {
            Some(best) if best.1 >= one.1 => Some(best),
            _ => Some(one),
        });
        best.map(|(at, _)| at)
    };
    aside.iter().map(of).collect()
}

/// An observation that is set aside, as the incident's evidence lists it; none when it counts.
#[must_use]
pub fn listed(number: u32, residual: Option<(f64, f64)>, store: &Store) -> Option<SetAside> {
    let standing = store.standing(number)?;
    Some(SetAside {
        observation: store.id_of(number),
        source: store.source_of(number)?.id.clone(),
        residual: residual.map(|(value, sigma)| Residual {
            value: round_to(value, 1e4),
            sigma: round_to(sigma, 1e4),
        }),
        state: standing.state,
        entry: standing.entry,
    })
}

/// What origins explain counts by the mean weight of it: log odds that rest on halves are halved.
pub fn tempered(origin: &mut Origin, store: &Store) {
    if store.standings.is_empty() || origin.members.is_empty() {
        return;
    }
    let weight = |member: &Explained| store.standing(member.number).map_or(1.0, |of| of.weight);
    let sum: f64 = origin.members.iter().map(weight).sum();
    origin.log_odds *= sum / origin.members.len() as f64;
}
