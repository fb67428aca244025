//! A fire: hotspots of one burning, as one piece of evidence.

use kernel::{Duration, Interval, PlaceBelief, Time};
use libm::{exp, log, sqrt};

use crate::abnormality;
use crate::evidence::{Atom, ClassLogs};
use crate::gauss::{self, Mixture};
use crate::incident::{Abnormality, Class};
use crate::observation::HotspotConfidence;
use crate::settings::Settings;
use crate::standing;
use crate::store::{PackedHotspot, Store};

/// Standard normal quantile for 99.9 %: a fire is called extended only beyond it.
const EXTENDED_QUANTILE: f64 = 3.09;
/// Chances are recorded to 1e-4, so a recorded nought stands for less than half of that.
const CHANCE_MIN: f64 = 5e-5;

/// Hotspots of one fire, in canonical order.
#[derive(Clone, Debug)]
pub struct Fire {
    /// Numbers of its hotspots.
    pub hotspots: Vec<u32>,
    /// Where: one point's belief, or the spread of an extended fire.
    pub place: PlaceBelief,
    /// Whether its hotspots lie farther apart than pixel errors explain.
    pub extended: bool,
    /// From the first hotspot to the last.
    pub when: Interval,
    /// When it may have started.
    pub start: Interval,
    /// How unusual it is.
    pub abnormality: Option<Abnormality>,
}

impl Fire {
    /// The fire of these hotspots, which stand in canonical order. `abnormalities` are those of
    /// all hotspots.
    #[must_use]
    pub fn of(
        hotspots: Vec<u32>,
        store: &Store,
        abnormalities: &[Abnormality],
        settings: &Settings,
    ) -> Option<Self> {
        let first = store.hotspots.get(*hotspots.first()? as usize)?;
        let all = || hotspots.iter().filter_map(|&number| store.hotspots.get(number as usize));
        let when = all().fold(first.when(), |when, hotspot| when.hull(hotspot.when()));
        let own: Vec<Abnormality> = hotspots
            .iter()
            .filter_map(|&number| abnormalities.get(number as usize).copied())
            .collect();
        let (place, extended) = place_of(first, all());
        let unseen = Duration((settings.fire.unseen_hours * 3.6e9) as i64);
        let start = Interval { start: first.when().start - unseen, end: first.when().end };
        let abnormality = abnormality::of_incident(&own);
        Some(Self { place, extended, when, start, abnormality, hotspots })
    }

    /// The fire as evidence about an incident: what burns lies near what was struck.
    #[must_use]
    pub fn atom(&self, store: &Store, settings: &Settings) -> Atom {
        Atom {
            place: Mixture::single(gauss::widened(&self.place, settings.fire.spread_m)),
            area: None,
            window: self.start,
            likelihood_log: self.likelihood_log(settings),
            voices: vec![],
            false_share: self.false_share(store),
            bands: 0,
        }
    }

    /// Log of the chance of such burning, for each class. Peacetime burning has the chance recorded as
    /// abnormality; against it stands the largest Bayes factor that such a chance supports,
    /// -1 / (e p ln p) (Sellke, Bayarri and Berger 2001, eq. 2).
    #[must_use]
    pub fn likelihood_log(&self, settings: &Settings) -> ClassLogs {
        let chance = self
            .abnormality
            .filter(|abnormality| abnormality.baseline_years > 0)
            .map_or(1.0, |abnormality| abnormality.chance.value().max(CHANCE_MIN));
        let explained =
            if chance < exp(-1.0) { -std::f64::consts::E * chance * log(chance) } else { 1.0 };
        let mut likelihood = settings.burns_share;
        if let Some(ordinary) = likelihood.get_mut(Class::OrdinaryFire as usize) {
            *ordinary *= explained;
        }
        likelihood.map(|chance| log(chance.max(f64::MIN_POSITIVE)))
    }

    /// Chance that none of its hotspots was of anything, if they fail together.
    #[must_use]
    pub fn false_share(&self, store: &Store) -> f64 {
        let hotspots = self.hotspots.iter().map(|&number| &store.hotspots[number as usize]);
        hotspots.map(|hotspot| false_share(hotspot, store)).fold(1.0, f64::min)
    }
}

/// Chance that a hotspot is of nothing: the source's share, by what its product is sure of.
#[must_use]
pub fn false_share(hotspot: &PackedHotspot, store: &Store) -> f64 {
    let Some(source) = store.source(hotspot.source) else { return 0.95 };
    let share = source.false_alarm_share;
    let factor = match hotspot.confidence {
        HotspotConfidence::Low => 3.0,
        HotspotConfidence::Nominal | HotspotConfidence::Unstated => 1.0,
        HotspotConfidence::High => 0.3,
    };
    let standing = store.standings.of(&source.id, "", hotspot.when().start);
    standing::false_share((share * factor).min(0.95), standing)
}

/// Where the burning was, and whether it is extended: pixels of a point scatter by their errors,
/// and the sum of their squared errors is chi-square.
fn place_of<'a>(
    first: &PackedHotspot,
    hotspots: impl Iterator<Item = &'a PackedHotspot> + Clone,
) -> (PlaceBelief, bool) {
    let mut fused = first.belief();
    let mut count = 1.0;
    for hotspot in hotspots.clone().skip(1) {
        fused = gauss::product(&fused, &hotspot.belief()).1;
        count += 1.0;
    }
    let scatter: f64 = hotspots.clone().map(|hotspot| scatter(&fused, hotspot)).sum();
    if scatter <= chi_square(2.0 * (count - 1.0)) {
        return (fused, false);
    }
    (spread_of(first, hotspots, count), true)
}

/// A hotspot's squared error in standard deviations, if the fire is a point.
fn scatter(fused: &PlaceBelief, hotspot: &PackedHotspot) -> f64 {
    let belief = hotspot.belief();
    let (east, north) = belief.mean.offset_to_m(fused.mean);
    let determinant = (belief.ee_m2 * belief.nn_m2 - belief.en_m2 * belief.en_m2).max(1e-6);
    (belief.nn_m2 * east * east - 2.0 * belief.en_m2 * east * north + belief.ee_m2 * north * north)
        / determinant
}

/// The quantile of chi-square (Wilson and Hilferty 1931).
fn chi_square(degrees: f64) -> f64 {
    if degrees <= 0.0 {
        return 0.0;
    }
    let ninth = 2.0 / (9.0 * degrees);
    let root = 1.0 - ninth + EXTENDED_QUANTILE * sqrt(ninth);
    degrees * root * root * root
}

/// The mean and the covariance of the burning itself.
fn spread_of<'a>(
    first: &PackedHotspot,
    hotspots: impl Iterator<Item = &'a PackedHotspot>,
    count: f64,
) -> PlaceBelief {
    let origin = first.place();
    let mut sums = [0.0; 5];
    for hotspot in hotspots {
        let (east, north) = origin.offset_to_m(hotspot.place());
        let terms = [east, north, east * east, east * north, north * north];
        sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term / count);
    }
    let [east, north, ee, en, nn] = sums;
    let unbiased = count / (count - 1.0);
    let pixel = first.belief();
    PlaceBelief {
        mean: origin.shifted_m(east, north),
        ee_m2: (ee - east * east) * unbiased + pixel.ee_m2,
        en_m2: (en - east * north) * unbiased + pixel.en_m2,
        nn_m2: (nn - north * north) * unbiased + pixel.nn_m2,
    }
}

/// Whether a hotspot could be the first of a fire that `window` speaks of.
#[must_use]
pub fn may_start_in(hotspot: &PackedHotspot, window: Interval, settings: &Settings) -> bool {
    let unseen_us = (settings.fire.unseen_hours * 3.6e9) as i64;
    let when = hotspot.when();
    Interval { start: Time(when.start.0 - unseen_us), end: when.end }.overlaps(window)
}
