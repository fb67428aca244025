//! A word about an origin as a line of JSON: what it is, what changed since the last one, and why.

use std::collections::{BTreeMap, BTreeSet};

use arrivals::{News, Origin, Stage};
use serde_json::{Value, json};

use crate::associate::Told;

type Tell<'a, const N: usize> = Box<dyn Fn(&Origin<N>) -> Told + 'a>;

/// What was told of each origin that is still open.
pub struct Words<'a, const N: usize> {
    names: [&'a str; 2],
    tell: Tell<'a, N>,
    before: BTreeMap<u64, Before>,
}

/// The first word about an origin.
struct Before {
    frame_km: [f64; 2],
    time_s: f64,
    picks: BTreeSet<u64>,
}

impl<'a, const N: usize> Words<'a, N> {
    /// `names` are the columns of the place that `tell` gives.
    pub fn new(names: [&'a str; 2], tell: impl Fn(&Origin<N>) -> Told + 'a) -> Self {
        Self { names, tell: Box::new(tell), before: BTreeMap::new() }
    }

    /// The line; `ids` are what the arrivals are called, by number.
    pub fn line(
        &mut self,
        news: &News<N>,
        now_s: f64,
        ids: &BTreeMap<u64, (Vec<u8>, f64)>,
    ) -> Value {
        let News { id, stage, origin, first } = news;
        let Told { place: [x, y, z_km], covariance: [cxx, cxy, cyy] } = (self.tell)(origin);
        let numbers: BTreeSet<u64> =
            origin.arrivals.iter().map(|at| first + u64::from(*at)).collect();
        let called: Vec<String> = numbers
            .iter()
            .filter_map(|number| ids.get(number))
            .map(|(id, _)| String::from_utf8_lossy(id).into_owned())
            .collect();
        let [x_name, y_name] = self.names;
        let digits = |value: f64, steps: f64| (value * steps).round() / steps;
        let mut line = json!({
            "stage": word(*stage),
            "id": id,
            "at_s": digits(now_s, 1e3),
            "time_s": digits(origin.state[0], 1e4),
            x_name: digits(x, 1e6),
            y_name: digits(y, 1e6),
            "z_km": digits(z_km, 1e3),
            "cxx": cxx,
            "cxy": cxy,
            "cyy": cyy,
            "log_odds": digits(origin.log_odds, 1e2),
            "picks": called,
        });
        let now = Before {
            frame_km: [origin.state[1], origin.state[2]],
            time_s: origin.state[0],
            picks: numbers,
        };
        let (why, changed) = self.difference(*id, *stage, &now);
        if let Some(fields) = line.as_object_mut() {
            fields.insert("why".to_owned(), why.into());
            if let Some(changed) = changed {
                fields.insert("changed".to_owned(), changed);
            }
        }
        match stage {
            Stage::Automatic1 => _ = self.before.insert(*id, now),
            Stage::Automatic2 | Stage::Withdrawn => _ = self.before.remove(id),
        }
        line
    }

    fn difference(&self, id: u64, stage: Stage, now: &Before) -> (&'static str, Option<Value>) {
        let Some(before) = self.before.get(&id) else { return ("first-seen", None) };
        let [dx, dy] = [0, 1].map(|axis| now.frame_km[axis] - before.frame_km[axis]);
        let changed = json!({
            "moved_km": (libm::hypot(dx, dy) * 1e4).round() / 1e4,
            "later_s": ((now.time_s - before.time_s) * 1e4).round() / 1e4,
            "picks_added": now.picks.difference(&before.picks).count(),
            "picks_removed": before.picks.difference(&now.picks).count(),
        });
        let why = match stage {
            Stage::Withdrawn => "better-explained-otherwise",
            _ if now.picks != before.picks => "late-data",
            _ => "no-more-can-come",
        };
        (why, Some(changed))
    }
}

fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Automatic1 => "automatic-1",
        Stage::Automatic2 => "automatic-2",
        Stage::Withdrawn => "withdrawn",
    }
}
