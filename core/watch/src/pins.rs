//! Reviewed incidents: what an analyst decided holds, whatever data come later.
//!
//! A reviewed incident keeps its observations, place, time and classes. It takes part in the
//! search as one piece that is never taken apart, so that later data which are of the same join
//! it, where they are shown as new since the review, instead of making a second incident.

use std::collections::BTreeMap;

use kernel::{Duration, Interval, ObservationId};

use crate::bulletin::DOUBTED_SINCE_REVIEW;
use crate::evidence::{Atom, REVIEWED};
use crate::gauss::Mixture;
use crate::incident::{Incident, Product};
use crate::origin::Band;
use crate::settings::{CLASSES, Settings};
use crate::store::{FIRST_PIN, Numbered, Store};

/// Clocks of what comes later may differ by so much from the reviewed time.
const SLACK: Duration = Duration::seconds(360);
/// No class is ruled out altogether: a share below this counts as this.
const SHARE_MIN: f64 = 1e-6;

/// Reviewed incidents by number.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    pins: Vec<Option<Incident>>,
    by_lead: BTreeMap<ObservationId, usize>,
    /// Which pin holds an observation.
    held: BTreeMap<ObservationId, usize>,
    /// The same by number, for what has been absorbed.
    numbers: BTreeMap<u32, usize>,
}

impl Pins {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Takes in a reviewed incident as decided; gives its node. What it holds, no other holds any
    /// more; another that was named after something it holds is gone.
    pub fn set(&mut self, incident: &Incident) -> Option<u32> {
        let lead = incident.members.first()?.observation;
        let mut decided = incident.clone();
        // What it took the place of is remembered with the record, not with the decision.
        decided.replaces.clear();
        // Who is doubted is asked anew at every assembly.
        decided.caveats.retain(|caveat| caveat != DOUBTED_SINCE_REVIEW);
        let since = decided.since_review.take().map_or(0, |since| since.members as usize);
        decided.members.truncate(decided.members.len().saturating_sub(since).max(1));
        for member in &decided.members {
            if member.observation != lead
                && let Some(gone) = self.by_lead.remove(&member.observation)
            {
                self.pins[gone] = None;
            }
        }
        let at = *self.by_lead.entry(lead).or_insert_with(|| {
            self.pins.push(None);
            self.pins.len() - 1
        });
        self.held.retain(|_, holder| *holder != at);
        self.numbers.clear();
        self.held.extend(decided.members.iter().map(|member| (member.observation, at)));
        self.pins[at] = Some(decided);
        Some(node(at))
    }

    /// Whether any incident that is reviewed is named after this observation, or none is any more.
    pub fn resolve(&mut self, store: &Store) {
        if self.numbers.len() < self.held.len() {
            let found = |(id, at): (&ObservationId, &usize)| Some((store.find(id)?, *at));
            self.numbers = self.held.iter().filter_map(found).collect();
        }
    }

    /// Whether a reviewed incident holds the observation with this number.
    #[must_use]
    pub fn holds(&self, number: u32) -> bool {
        !self.numbers.is_empty() && self.numbers.contains_key(&number)
    }

    /// The node of the reviewed incident that holds the observation with this number.
    #[must_use]
    pub fn holding(&self, number: u32) -> Option<u32> {
        self.numbers.get(&number).map(|at| node(*at))
    }

    /// The number of the observation that a node's incident is named after; none when the node is
    /// no reviewed incident.
    #[must_use]
    pub fn lead(&self, node: u32, store: &Store) -> Option<u32> {
        store.find(&self.incident(node)?.members.first()?.observation)
    }

    /// A node's incident, as decided.
    #[must_use]
    pub fn incident(&self, node: u32) -> Option<&Incident> {
        let Numbered::Pin(at) = Numbered::of(node) else { return None };
        self.pins.get(at as usize)?.as_ref()
    }

    /// All of them, by node.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Incident)> {
        let pins = self.pins.iter().enumerate();
        pins.filter_map(|(at, pin)| Some((node(at), pin.as_ref()?)))
    }

    /// All nodes there ever were.
    pub fn nodes(&self) -> impl Iterator<Item = u32> + use<> {
        (0..self.pins.len()).map(node)
    }
}

fn node(at: usize) -> u32 {
    FIRST_PIN + at as u32
}

/// A reviewed incident as evidence: what was decided, as strongly as it was decided.
#[must_use]
pub fn atom(incident: &Incident, settings: &Settings) -> Atom {
    let mut likelihood_log = [0.0; CLASSES.len()];
    for (log, (class, rate)) in
        likelihood_log.iter_mut().zip(CLASSES.iter().zip(settings.rates_per_km2_hour))
    {
        let share = incident.classes.share(class).max(SHARE_MIN);
        *log = libm::log(share / rate.max(f64::MIN_POSITIVE));
    }
    let bands = Band::ALL
        .iter()
        .filter(|band| incident.located.iter().any(|located| located.through == band.word()))
        .fold(REVIEWED, |bits, band| bits | band.bit());
    Atom {
        place: Mixture::single(incident.place),
        area: None,
        window: Interval { start: incident.when.start - SLACK, end: incident.when.end + SLACK },
        likelihood_log,
        voices: vec![],
        false_share: 1.0 - incident.real.value(),
        bands,
    }
}

/// Whether an incident on record is an analyst's decision.
#[must_use]
pub fn is_reviewed(incident: &Incident) -> bool {
    incident.product == Product::Reviewed && incident.review.is_some()
}
