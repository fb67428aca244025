//! The same search while arrivals come in: a window that slides, and a mark that says how far time has come.
//!
//! Arrivals are handed over as they are received; each mark looks only at what is new. New
//! arrivals go to the incidents that expect them, the rest are tried as the last arrival of an
//! incident not yet seen. An incident is told when it first passes the bar (automatic 1) and again
//! when no more can come (automatic 2). Memory is bounded by the window and a stated limit.

use crate::arrival::{Arrival, LeftOut, NOBODY, Picks};
use crate::associate::{Origin, Settings};
use crate::hint::Spread;
use crate::incident::Incident;
use crate::matrix;
use crate::medium::{Medium, Prior};
use crate::model::Model;
use crate::search::{Bar, Search, Take};
use crate::share::Field;
use crate::station::Network;

/// Arrivals held at most; what comes beyond is refused and counted by the caller.
pub const HELD_MAX: usize = 4_000_000;
/// Seconds between lessons, and while the window is still filling. Nothing is told before the first.
const LESSON_S: f64 = 20.0;
const FIRST_LESSONS_S: f64 = 3.0;
/// Incidents that the field is made from, at most.
const HINTS_MAX: usize = 600;
/// Density of false arrivals over the usual above which none of them begins an incident.
const GUST: f64 = 5.0;
/// How much later than the mark an arrival's own time may be, s.
const AHEAD_S: f64 = 5.0;

/// How far an incident is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// As soon as it passed the bar.
    Automatic1,
    /// All arrivals it can have are in.
    Automatic2,
    /// Told before, no longer held: its arrivals are better explained otherwise.
    Withdrawn,
}

/// What a mark tells.
#[derive(Clone, Debug)]
pub struct News<const N: usize> {
    /// Which incident; numbers are given once.
    pub id: u64,
    /// How far it is.
    pub stage: Stage,
    /// Where and when; arrivals by the number that [`Live::push`] gave, less [`News::first`].
    pub origin: Origin<N>,
    /// Number of the arrival that stands as 0 in `origin.arrivals`.
    pub first: u64,
}

/// An incident between two marks; picks are arrivals of the window, times the caller's.
struct Open<const N: usize> {
    id: u64,
    incident: Incident<N>,
}

/// A watch on a network.
pub struct Live<'a, const N: usize, M: Medium<N>> {
    medium: &'a M,
    network: &'a Network,
    bar: Bar,
    window_s: f64,
    arrivals: Vec<Arrival>,
    /// Number of the first arrival in the window.
    first: u64,
    /// Arrivals of the window that no mark has seen.
    fresh: usize,
    open: Vec<Open<N>>,
    next_id: u64,
    now_s: f64,
    began_s: f64,
    lesson_s: f64,
    learned: Learned<N>,
    room: Buffers,
}

/// What lasts from mark to mark.
struct Learned<const N: usize> {
    model: Model,
    prior: Prior<N>,
    field: Option<Field>,
}

/// Space used again at every mark.
#[derive(Default)]
struct Buffers {
    neighbours: Vec<Vec<u32>>,
    marks: Vec<u32>,
    taken: Vec<u32>,
    stamp: u32,
}

impl<'a, const N: usize, M: Medium<N>> Live<'a, N, M> {
    /// A watch from an instant on.
    pub fn new(medium: &'a M, network: &'a Network, settings: &Settings, now_s: f64) -> Self {
        let channels = network.stations().len() * medium.phases().len();
        // One arrival a channel and five minutes, until the first lesson.
        let model = Model::broad(medium, network, &vec![1; channels], 300.0);
        let window_s = medium.longest_s(model.detection.reach_km) * 1.1 + 5.0;
        let empty = Picks::default();
        let search = Search::new(medium, network, &empty, 0, model);
        let room = Buffers {
            neighbours: search.neighbours,
            marks: vec![0; channels],
            ..Buffers::default()
        };
        Self {
            medium,
            network,
            bar: Bar { picks_min: settings.picks_min, log_odds_min: settings.log_odds_min },
            window_s,
            arrivals: Vec::new(),
            first: 0,
            fresh: 0,
            open: Vec::new(),
            next_id: 0,
            now_s,
            began_s: now_s,
            lesson_s: now_s + FIRST_LESSONS_S,
            learned: Learned { model: search.model, prior: medium.prior(), field: None },
            room,
        }
    }

    /// Seconds of arrivals that are held.
    #[must_use]
    pub fn window_s(&self) -> f64 {
        self.window_s
    }

    /// Takes an arrival; gives its number.
    ///
    /// # Errors
    /// With the reason when it takes no part: its time is not finite or outside the window, or
    /// the window is full.
    pub fn push(&mut self, arrival: Arrival) -> Result<u64, LeftOut> {
        if !arrival.time_s.is_finite() {
            return Err(LeftOut::TimeNotFinite);
        }
        let late = arrival.time_s < self.now_s - self.window_s;
        if late || arrival.time_s > self.now_s + AHEAD_S + self.window_s {
            return Err(LeftOut::ClockJump);
        }
        if self.arrivals.len() >= HELD_MAX {
            return Err(LeftOut::WindowFull);
        }
        self.arrivals.push(arrival);
        Ok(self.first + self.arrivals.len() as u64 - 1)
    }

    /// Time has come to `now_s`: every arrival before it that will come has come.
    pub fn mark(&mut self, now_s: f64, news: &mut Vec<News<N>>) {
        if !(now_s.is_finite() && now_s >= self.now_s) {
            return;
        }
        self.now_s = now_s;
        self.slide();
        let (picks, _) = Picks::new(self.network, self.medium.phases(), &self.arrivals);
        let mut pick_of = vec![NOBODY; self.arrivals.len()];
        for &pick in picks.by_time() {
            pick_of[picks.arrival(pick) as usize] = pick;
        }
        let mut fresh: Vec<u32> =
            pick_of[self.fresh..].iter().copied().filter(|&pick| pick != NOBODY).collect();
        let mut search = self.search(&picks, &pick_of);
        let before = search.incidents.len();
        let concerned = concerned(&search, &fresh);
        search.revisit(self.bar, Take::Better, Some(&concerned));
        let elapsed_s = now_s - self.began_s;
        if now_s >= self.lesson_s {
            let filling = elapsed_s < self.window_s;
            self.lesson_s = now_s + if filling { FIRST_LESSONS_S } else { LESSON_S };
            teach(&mut search, elapsed_s.min(self.window_s));
        }
        // In a gust nearly every arrival is false; an explosion in it has others to begin from.
        fresh.retain(|&pick| search.model.coda[pick as usize] < GUST);
        if elapsed_s >= FIRST_LESSONS_S {
            search.births_at(&fresh, self.bar, Take::Free);
        }
        self.fresh = self.arrivals.len();
        self.keep(search, before, news);
        self.close(news);
    }

    /// Drops what is older than the window.
    fn slide(&mut self) {
        let oldest_s = self.now_s - self.window_s;
        let gone = self.arrivals.partition_point(|arrival| arrival.time_s < oldest_s);
        let gone = gone.min(self.fresh);
        if gone == 0 {
            return;
        }
        self.arrivals.drain(..gone);
        self.first += gone as u64;
        self.fresh -= gone;
        for open in &mut self.open {
            open.incident.picks.retain_mut(|arrival| {
                let stays = *arrival >= gone as u32;
                *arrival = arrival.wrapping_sub(gone as u32);
                stays
            });
        }
    }

    /// The search over the window, with the open incidents in it.
    fn search<'b>(&mut self, picks: &'b Picks, pick_of: &[u32]) -> Search<'b, N, M>
    where
        'a: 'b,
    {
        let mut model = self.learned.model.clone();
        model.heard_until_s = self.now_s - picks.base_s();
        model.coda = gusts(picks, &model);
        let mut taken = core::mem::take(&mut self.room.taken);
        taken.clear();
        taken.resize(self.arrivals.len(), 0);
        let mut owners = vec![NOBODY; self.arrivals.len()];
        let mut incidents = Vec::with_capacity(self.open.len());
        for open in &self.open {
            let mut incident = open.incident.clone();
            incident.fit.state[0] -= picks.base_s();
            for arrival in &mut incident.picks {
                owners[*arrival as usize] = incidents.len() as u32;
                *arrival = pick_of[*arrival as usize];
            }
            incidents.push(Some(incident));
        }
        Search {
            medium: self.medium,
            network: self.network,
            picks,
            model,
            prior: self.learned.prior,
            incidents,
            owners,
            field: self.learned.field.take(),
            following: None,
            neighbours: core::mem::take(&mut self.room.neighbours),
            marks: core::mem::take(&mut self.room.marks),
            taken,
            stamp: self.room.stamp,
        }
    }

    /// Takes the incidents back, and tells those that are new or gone.
    fn keep(&mut self, mut search: Search<'_, N, M>, before: usize, news: &mut Vec<News<N>>) {
        let base_s = search.picks.base_s();
        let incidents = core::mem::take(&mut search.incidents);
        let mut old = core::mem::take(&mut self.open).into_iter();
        for (place, incident) in incidents.into_iter().enumerate() {
            let was = old.next();
            let Some(mut incident) = incident else {
                if let Some(was) = was {
                    news.push(self.told(was.id, Stage::Withdrawn, &was.incident));
                }
                continue;
            };
            incident.fit.state[0] += base_s;
            incident.picks.iter_mut().for_each(|pick| *pick = search.picks.arrival(*pick));
            let id = was.map_or(self.next_id, |was| was.id);
            if place >= before {
                self.next_id += 1;
                news.push(self.told(id, Stage::Automatic1, &incident));
            }
            self.open.push(Open { id, incident });
        }
        self.room = Buffers {
            neighbours: search.neighbours,
            marks: search.marks,
            taken: search.taken,
            stamp: search.stamp,
        };
        self.learned = Learned { model: search.model, prior: search.prior, field: search.field };
    }

    /// Tells for the last time the incidents that nothing more can reach.
    fn close(&mut self, news: &mut Vec<News<N>>) {
        let oldest_s = self.now_s - self.window_s + 1.0;
        let open = core::mem::take(&mut self.open);
        for open in open {
            if open.incident.fit.state[0] < oldest_s {
                news.push(self.told(open.id, Stage::Automatic2, &open.incident));
            } else {
                self.open.push(open);
            }
        }
    }

    fn told(&self, id: u64, stage: Stage, incident: &Incident<N>) -> News<N> {
        let origin = Origin {
            state: incident.fit.state,
            covariance: matrix::inverse(&incident.fit.factor),
            arrivals: incident.picks.clone(),
            log_odds: incident.log_odds,
        };
        News { id, stage, origin, first: self.first }
    }
}

/// For each pick how many times the usual density of false arrivals its second adds over the whole
/// network: a gust or a late delivery must not look like a hundred explosions.
fn gusts(picks: &Picks, model: &Model) -> Vec<f64> {
    let second = |pick: u32| libm::floor(picks.time_s(pick)) as i64;
    let mut counts: Vec<(i64, f64)> = Vec::new();
    for &pick in picks.by_time() {
        match counts.last_mut() {
            Some((at, count)) if *at == second(pick) => *count += 1.0,
            _ => counts.push((second(pick), 1.0)),
        }
    }
    let mut sorted: Vec<f64> = counts.iter().map(|pair| pair.1).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    let rate: f64 = model.log_false_rate.iter().map(|&log| libm::exp(log)).sum();
    let mut extra = vec![0.0; picks.len()];
    let mut at = 0;
    for &pick in picks.by_time() {
        at += usize::from(counts[at].0 != second(pick));
        let above = counts[at].1 - usual;
        if above > 6.0 * usual.sqrt() {
            extra[pick as usize] = above / rate.max(1e-9);
        }
    }
    extra
}

/// Incidents that expect one of the fresh picks.
fn concerned<const N: usize, M: Medium<N>>(search: &Search<'_, N, M>, fresh: &[u32]) -> Vec<u32> {
    let phases = search.medium.phases().len();
    let mut latest = vec![NOBODY; search.picks.channel_count()];
    for &pick in fresh {
        let place = &mut latest[search.picks.channel(pick) as usize];
        *place = (*place).min(pick);
    }
    let ground = search.ground();
    let expects = |incident: &Incident<N>| {
        let state = &incident.fit.state;
        let covariance = matrix::inverse(&incident.fit.factor);
        search.network.near(state[1], state[2]).iter().any(|&station| {
            (station as usize * phases..(station as usize + 1) * phases).any(|channel| {
                let first = latest[channel];
                first != NOBODY
                    && (first..search.picks.of_channel(channel as u32).end).any(|pick| {
                        let (residual, variance) = ground.residual(state, pick);
                        let at = &search.network.stations()[station as usize];
                        let row = search.medium.ray(state, at, channel % phases).row;
                        let spread = matrix::times(&covariance, &row);
                        let variance = variance + matrix::dot(&spread, &row);
                        residual * residual < 16.0 * variance
                    })
            })
        })
    };
    let all = search.incidents.iter().enumerate();
    all.filter_map(|(id, incident)| expects(incident.as_ref()?).then_some(id as u32)).collect()
}

/// Learns what a window can teach. An arrival of an incident that has not been found yet counts as
/// false, as it must: that is what a new incident competes with.
fn teach<const N: usize, M: Medium<N>>(search: &mut Search<'_, N, M>, window_s: f64) {
    search.learn_medium();
    search.learn_errors();
    search.learn_detection();
    search.learn_rates(window_s);
    let hints = search.hints();
    let step = hints.len().div_ceil(HINTS_MAX).max(1);
    let some = hints.into_iter().step_by(step).collect();
    let scales = search.field.as_ref().map(|field| field.scales);
    search.field = Field::new(some, Spread::of::<N, M>(&search.prior), scales);
}
