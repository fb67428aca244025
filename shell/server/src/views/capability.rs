//! What silence is worth: the chance that one incident would have been noticed, class by class.

use std::collections::BTreeMap;

use kernel::{Duration, Interval, Probability, SourceId, Time};
use serde::Serialize;
use watch::capability::{Conditions, capability, doubted};
use watch::entry::Outage;
use watch::settings::CLASSES;
use watch::{Class, Source};

use super::Sight;

/// The watch over time: which sources reported from when to when.
pub struct Noticing<'a> {
    sight: Sight<'a>,
    reporting: BTreeMap<SourceId, Interval>,
    outages: Vec<Outage>,
}

/// One class, at its worst and at its best.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Row {
    /// The class.
    pub class: Class,
    /// Chance of noticing one in open country, 0 to 1.
    pub open: f64,
    /// The same in or near a settlement, where the press is.
    pub settled: f64,
}

impl<'a> Noticing<'a> {
    /// Reads off the bulletin when each source reported: its silence outside of that time says
    /// nothing, because nobody handed it in.
    #[must_use]
    pub fn of(sight: &Sight<'a>) -> Self {
        let mut reporting = BTreeMap::<SourceId, Interval>::new();
        for incident in sight.bulletin.in_order() {
            for member in &incident.members {
                let so_far = reporting.entry(member.source.clone()).or_insert(incident.when);
                *so_far = so_far.hull(incident.when);
            }
        }
        let watch = &sight.state.watch;
        let mut outages = sight.outages();
        outages.extend(doubted::outages(watch.standings()));
        Self { sight: *sight, reporting, outages }
    }

    /// Outages as stated, and the times over which a doubted source's silence counts for nothing.
    #[must_use]
    pub fn outages(&self) -> &[Outage] {
        &self.outages
    }

    /// The last moment a source reported of.
    #[must_use]
    pub fn last(&self, source: &SourceId) -> Option<Time> {
        self.reporting.get(source).map(|reported| reported.end)
    }

    /// The sources that reported of some of a time.
    #[must_use]
    pub fn reporting(&self, window: Interval) -> Vec<&'a Source> {
        let reports = |source: &&Source| {
            self.reporting.get(&source.id).is_some_and(|reported| reported.overlaps(window))
        };
        self.sight.state.watch.sources().filter(reports).collect()
    }

    /// The sources that reported around the day that begins at `day`.
    fn sources(&self, day: Time) -> Vec<&'a Source> {
        self.reporting(Interval { start: day, end: day + Duration::days(1) })
    }

    fn chance(&self, sources: &[&Source], class: Class, day: Time, settled: bool) -> f64 {
        let state = self.sight.state;
        let conditions = Conditions { day, as_of: self.sight.as_of, cloud_share: None, settled };
        let settings = state.engine.settings();
        capability(sources.iter().copied(), &self.outages, class, &conditions, settings)
            .noticing
            .value()
    }

    /// Chance that one incident at `moment`, of a class drawn as the agreement's prior rates have
    /// it, would have been noticed in open country: the figure is never too high. Nothing where
    /// no source reported.
    #[must_use]
    pub fn at(&self, moment: Time) -> Option<Probability> {
        let day = moment.day_start();
        let sources = self.sources(day);
        if sources.is_empty() || moment > self.sight.as_of {
            return None;
        }
        let rates = self.sight.state.engine.settings().rates_per_km2_hour;
        let (mut noticed, mut all) = (0.0, 0.0);
        for (class, rate) in CLASSES.into_iter().zip(rates).filter(|(class, _)| is_watched(*class))
        {
            noticed += rate * self.chance(&sources, class, day, false);
            all += rate;
        }
        (all > 0.0).then(|| Probability::new(noticed / all))
    }

    /// Class by class over the days of a period; empty where no source reported.
    #[must_use]
    pub fn over(&self, period: Interval) -> Vec<Row> {
        let days: Vec<Time> = std::iter::successors(Some(period.start.day_start()), |day| {
            Some(*day + Duration::days(1)).filter(|next| *next < period.end)
        })
        .collect();
        if days.iter().all(|day| self.sources(*day).is_empty()) {
            return Vec::new();
        }
        let mean = |class: Class, settled: bool| {
            let chance = |day: &Time| self.chance(&self.sources(*day), class, *day, settled);
            days.iter().map(chance).sum::<f64>() / days.len() as f64
        };
        let row = |class| Row { class, open: mean(class, false), settled: mean(class, true) };
        CLASSES.into_iter().filter(|class| is_watched(*class)).map(row).collect()
    }
}

/// What the agreement's rules could speak to: everyday fires and other news are not watched for.
#[must_use]
pub fn is_watched(class: Class) -> bool {
    !matches!(class, Class::OrdinaryFire | Class::Other | Class::Outage)
}
