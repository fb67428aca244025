//! What carries the waves: travel times, their derivatives, and where to begin a search.

use crate::arrival::{Phase, Picks};
use crate::hint::Spread;
use crate::matrix::{Matrix, Vector};
use crate::model::Model;
use crate::search::Search;
use crate::station::{Network, Station};

/// One path from an origin to a station.
#[derive(Clone, Copy, Debug)]
pub struct Ray<const N: usize> {
    /// Travel time, s.
    pub travel_s: f64,
    /// Derivative of the arrival time by each parameter of the state; the first is 1.
    pub row: Vector<N>,
}

/// A Gaussian belief about the state before any arrival is looked at.
///
/// Origin time and place have no information here (their prior is the rate of incidents);
/// nuisances have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior<const N: usize> {
    /// Expected state; entries without information are not read.
    pub mean: Vector<N>,
    /// Inverse covariance.
    pub information: Matrix<N>,
}

/// A place to begin: a first guess of the state with the picks that led there.
#[derive(Clone, Copy, Debug)]
pub struct Seed<const N: usize> {
    /// First guess.
    pub state: Vector<N>,
    /// Picks that led there; the first `count` are set, in different channels.
    pub picks: [u32; 4],
    /// How many.
    pub count: usize,
    /// Higher is better; only compared with seeds of the same search.
    pub score: f64,
}

/// What a seed search may look at.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The stations.
    pub network: &'a Network,
    /// The arrivals.
    pub picks: &'a Picks,
    /// For each arrival the incident that holds it, or [`crate::arrival::NOBODY`].
    pub owners: &'a [u32],
    /// Whether picks that are held may be used all the same.
    pub contest: bool,
    /// For each station its neighbours, nearest first.
    pub neighbours: &'a [Vec<u32>],
    /// What has been learned so far.
    pub model: &'a Model,
    /// What is believed of the medium around the pick.
    pub hidden: Spread,
    /// Picks that an incident must have.
    pub picks_min: usize,
}

impl View<'_> {
    /// Whether an incident holds this pick.
    #[must_use]
    #[inline]
    pub fn held(&self, pick: u32) -> bool {
        self.owners[self.picks.arrival(pick) as usize] != crate::arrival::NOBODY
    }

    /// Whether a seed may use this pick.
    #[must_use]
    #[inline]
    pub fn free(&self, pick: u32) -> bool {
        self.contest || self.owners[self.picks.arrival(pick) as usize] == crate::arrival::NOBODY
    }
}

/// A medium with `N` parameters: `[t0_s, x_km, y_km]`, then `z_km` where depth is free, then
/// nuisances (what the medium may hide: wind, a wrong speed).
///
/// A *channel* is a station and a phase: `channel = station * phases + place of the phase`.
pub trait Medium<const N: usize> {
    /// How many leading parameters place the origin: 3, or 4 with depth.
    const ORIGIN: usize;

    /// Whether seeds must compete before any is accepted, and incidents have codas: for arrivals
    /// whose phases nobody named, where the first seed that will do is often a wrong one.
    const STRONGEST_FIRST: bool = false;

    /// Phases carried, in channel order.
    fn phases(&self) -> &[Phase];

    /// The path to a station of the phase at `place` in [`Medium::phases`].
    fn ray(&self, state: &Vector<N>, station: &Station, place: usize) -> Ray<N>;

    /// Brings a state back inside its bounds (depth below ground, nuisances within reason).
    fn hold(&self, state: &mut Vector<N>);

    /// Belief about the nuisances (and depth) before any arrival.
    fn prior(&self) -> Prior<N>;

    /// Standard deviation of an onset at a place of [`Medium::phases`], before any is seen, s.
    fn onset_error_s(&self, place: usize) -> f64;

    /// Distance at which a middling source is heard half as often as from near, km.
    fn range_km(&self) -> f64;

    /// Ranges of the smallest and largest sources over [`Medium::range_km`].
    fn size_span(&self) -> (f64, f64) {
        (0.4, 2.0)
    }

    /// Standard deviation of a travel time over itself, before any is seen.
    fn path_error(&self) -> f64 {
        0.002
    }

    /// Depths an origin can have, km; 1 where depth is not free.
    fn depth_km(&self) -> f64 {
        1.0
    }

    /// The distance that counts for being noticed, km: along the surface, unless what is far is
    /// heard better than that says.
    #[inline]
    fn hearing_km(&self, state: &Vector<N>, station: &Station) -> f64 {
        let (dx, dy) = (state[1] - station.x_km, state[2] - station.y_km);
        (dx * dx + dy * dy).sqrt()
    }

    /// Whether a phase reaches a distance at all, km along the surface; where it does not, a
    /// missing arrival says nothing. [`Medium::ray`] gives an infinite travel time there.
    fn carries(&self, _place: usize, _distance_km: f64) -> bool {
        true
    }

    /// How far a seed search wants to see its neighbours, km.
    fn neighbour_reach_km(&self) -> f64 {
        2.5 * self.range_km()
    }

    /// Longest travel time over a distance, s.
    fn longest_s(&self, distance_km: f64) -> f64 {
        distance_km / 0.25
    }

    /// Last word on the incidents before they are told: a better place than the mode, a wider
    /// covariance. All at once, so that what they have in common can be learned.
    fn finish(&self, _search: &mut Search<'_, N, Self>)
    where
        Self: Sized,
    {
    }

    /// Appends seeds around a pick. They need not be good: growing them tells.
    fn seeds(&self, view: &View<'_>, pick: u32, out: &mut Vec<Seed<N>>);
}
