//! The whole run: begin broad, learn, improve, share, tell.

use crate::arrival::{Arrival, LeftOut, NOBODY, Picks};
use crate::astray::Astray;
use crate::doubt::Doubt;
use crate::hint::Spread;
use crate::medium::Medium;
use crate::model::Model;
use crate::search::{Bar, Search};
use crate::share::Scales;
use crate::station::Network;

/// What a run may be told.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Arrivals an origin must have at least.
    pub picks_min: usize,
    /// Log posterior odds an origin must have at least.
    pub log_odds_min: f64,
    /// Whether what one incident says of the medium helps its neighbours.
    pub share_medium: bool,
    /// The baseline: best seed first, picks taken for good, nothing looked at again.
    pub greedy: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { picks_min: 4, log_odds_min: 2.0, share_medium: true, greedy: false }
    }
}

/// A located incident.
#[derive(Clone, Debug)]
pub struct Origin<const N: usize> {
    /// Most likely state, as [`Medium`] orders it; time in the caller's seconds.
    pub state: [f64; N],
    /// Its covariance.
    pub covariance: [[f64; N]; N],
    /// Arrivals it explains: indices into the input, rising.
    pub arrivals: Vec<u32>,
    /// Log posterior odds that it is real with these arrivals, against the best list without it.
    pub log_odds: f64,
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Bulletin<const N: usize> {
    /// Origins in time order.
    pub origins: Vec<Origin<N>>,
    /// Arrivals that took no part, with the reason.
    pub left_out: Vec<(u32, LeftOut)>,
    /// Stations that do not stand where the list says.
    pub astray: Vec<Astray>,
    /// What was learned.
    pub model: Model,
    /// How the medium strays, and how far it stays alike; nothing where it hides nothing.
    pub spread: Spread,
    /// How far the medium stays alike, where it was shared.
    pub scales: Option<Scales>,
}

/// Puts arrivals together and places each origin.
///
/// The result does not depend on the order of the arrivals.
#[must_use]
pub fn associate<const N: usize, M: Medium<N>>(
    medium: &M,
    network: &Network,
    arrivals: &[Arrival],
    settings: &Settings,
) -> Bulletin<N> {
    let (picks, left_out) = Picks::new(network, medium.phases(), arrivals);
    let duration_s = picks.watched_s().max(60.0);
    let per_channel: Vec<u32> = (0..picks.channel_count() as u32)
        .map(|channel| picks.of_channel(channel).len() as u32)
        .collect();
    let model = Model::broad(medium, network, &per_channel, duration_s);
    let mut search = Search::new(medium, network, &picks, arrivals.len(), model);
    let bar = Bar { picks_min: settings.picks_min, log_odds_min: settings.log_odds_min };
    if M::STRONGEST_FIRST {
        search.rank(bar, duration_s);
    } else {
        search.improve(settings, bar, duration_s);
    }
    let astray = search.astray();
    let doubts: Vec<Option<Doubt<N>>> = search.doubts();
    medium.finish(&mut search);
    tell(search, &doubts, left_out, astray)
}

fn tell<const N: usize, M: Medium<N>>(
    search: Search<'_, N, M>,
    doubts: &[Option<Doubt<N>>],
    left_out: Vec<(u32, LeftOut)>,
    astray: Vec<Astray>,
) -> Bulletin<N> {
    let mut origins: Vec<Origin<N>> = search
        .incidents
        .iter()
        .zip(doubts)
        .filter_map(|(incident, doubt)| incident.as_ref().zip(doubt.as_ref()))
        .map(|(incident, doubt)| {
            let mut arrivals: Vec<u32> =
                incident.picks.iter().map(|&pick| search.picks.arrival(pick)).collect();
            arrivals.sort_unstable();
            let (mut state, covariance) = doubt.over(&incident.fit);
            search.medium.hold(&mut state);
            state[0] += search.picks.base_s();
            Origin { state, covariance, arrivals, log_odds: incident.log_odds }
        })
        .collect();
    origins
        .sort_by(|a, b| a.state[0].total_cmp(&b.state[0]).then(a.state[1].total_cmp(&b.state[1])));
    debug_assert!(search.owners.len() < NOBODY as usize);
    let spread = Spread::of::<N, M>(&search.prior);
    let scales = search.field.as_ref().map(|field| field.scales);
    Bulletin { origins, left_out, astray, model: search.model, spread, scales }
}
