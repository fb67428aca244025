//! A cell and a day, from what the record holds of each source and nothing more: satellites and
//! the press.
//!
//! A patrol or a sensor says where it looked only by reporting, so its silence counts for nothing
//! here: the figure is never too high for that. Where positions, noise and looks are known, a
//! [`Scene`](super::scene::Scene) says more.

use std::collections::BTreeMap;

use kernel::{Duration, Interval, Probability, Time};
use libm::pow;

use crate::entry::Outage;
use crate::incident::Class;
use crate::settings::Settings;
use crate::source::{Source, SourceKind};

/// The share of sky that is taken as overcast where nobody has said: the mean over Ukraine in
/// winter, so that a missing forecast does not make silence look better than it is.
pub const CLOUD_SHARE_UNKNOWN: f64 = 0.8;

/// A cell on a day, as far as it matters for noticing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Conditions {
    /// The first moment of the day (UTC).
    pub day: Time,
    /// When the question is asked: what is still under way counts for less.
    pub as_of: Time,
    /// Share of the sky that cloud covers, 0 to 1; absent when nobody has said.
    pub cloud_share: Option<f64>,
    /// Whether the cell holds or adjoins a settlement.
    pub settled: bool,
}

/// The chance that one incident in the cell on that day would have been noticed.
#[derive(Clone, PartialEq, Debug)]
pub struct Capability {
    /// By all sources together.
    pub noticing: Probability,
    /// By each independence group alone.
    pub by_group: BTreeMap<String, Probability>,
    /// What a reader must bear in mind: `cloud-unknown`, `data-under-way`, `blind`.
    pub caveats: Vec<&'static str>,
}

impl Capability {
    /// How many incidents there may have been at most, unseen, at a confidence of `level`, when
    /// none was seen: -ln(1 - level) / chance (a Poisson mean; infinite where the watch is blind).
    #[must_use]
    pub fn hidden_at_most(&self, level: f64) -> f64 {
        -libm::log(1.0 - level.clamp(0.0, 0.999_999)) / self.noticing.value()
    }

    /// The sentence for a report.
    #[must_use]
    pub fn sentence(&self, seen: u32) -> String {
        let percent = libm::floor(self.noticing.value() * 100.0);
        format!("{seen} seen; we would have noticed {percent} %")
    }
}

/// What the sources together would notice of an incident of `class`. Sources of one independence
/// group fail together, so a group notices as much as its best source; groups are independent.
/// Taking a source away never raises the chance.
#[must_use]
pub fn capability<'a>(
    sources: impl IntoIterator<Item = &'a Source>,
    outages: &[Outage],
    class: Class,
    conditions: &Conditions,
    settings: &Settings,
) -> Capability {
    let mut by_group = BTreeMap::<String, f64>::new();
    let mut under_way = false;
    for source in sources {
        let arrived = arrived_share(source, conditions);
        under_way |= arrived < 1.0;
        let chance = arrived
            * chance(source, up_share(source, outages, conditions), class, conditions, settings);
        let best = by_group.entry(source.independence_group.clone()).or_default();
        *best = best.max(chance);
    }
    let missed: f64 = by_group.values().map(|chance| 1.0 - chance).product();
    let noticing = Probability::new(1.0 - missed);
    let codes = [
        ("blind", noticing == Probability::ZERO),
        ("cloud-unknown", conditions.cloud_share.is_none()),
        ("data-under-way", under_way),
    ];
    Capability {
        noticing,
        by_group: by_group
            .into_iter()
            .map(|(group, chance)| (group, Probability::new(chance)))
            .collect(),
        caveats: codes.into_iter().filter(|(_, holds)| *holds).map(|(code, _)| code).collect(),
    }
}

/// The chance that one source notices, when all it saw has arrived.
fn chance(
    source: &Source,
    up_share: f64,
    class: Class,
    conditions: &Conditions,
    settings: &Settings,
) -> f64 {
    let share = |shares: &[f64]| shares.get(class as usize).copied().unwrap_or(0.0);
    let noticing = &settings.noticing;
    match source.kind {
        SourceKind::ThermalSatellite => {
            let cloud = conditions.cloud_share.unwrap_or(CLOUD_SHARE_UNKNOWN).clamp(0.0, 1.0);
            let missed = 1.0 - noticing.thermal_pass * (1.0 - cloud);
            let passes = noticing.passes_per_day * up_share;
            share(&settings.burns_share) * (1.0 - pow(missed, passes))
        }
        SourceKind::Press if conditions.settled => {
            noticing.press * up_share * share(&settings.reported_share)
        }
        _ => 0.0,
    }
}

/// The share of a day's observations that have arrived: none before the day is over, all once the
/// source's delay has passed, evenly in between.
fn arrived_share(source: &Source, conditions: &Conditions) -> f64 {
    let since = (conditions.as_of - (conditions.day + Duration::days(1))).as_seconds();
    let delay = source.delay_max.as_seconds();
    if since < 0.0 {
        0.0
    } else if since >= delay {
        1.0
    } else {
        since / delay
    }
}

/// The share of the day over which a source was in action.
fn up_share(source: &Source, outages: &[Outage], conditions: &Conditions) -> f64 {
    let day = Interval { start: conditions.day, end: conditions.day + Duration::days(1) };
    let mut down: Vec<(Time, Time)> = outages
        .iter()
        .filter(|outage| outage.source == source.id)
        .map(|outage| (outage.from.max(day.start), outage.until.unwrap_or(day.end).min(day.end)))
        .filter(|(from, until)| from < until)
        .collect();
    down.sort_unstable();
    let (mut out, mut covered) = (Duration::ZERO, day.start);
    for (from, until) in down {
        out = Duration(out.0 + (until - from.max(covered)).0.max(0));
        covered = covered.max(until);
    }
    1.0 - out.as_seconds() / day.length().as_seconds()
}

#[cfg(test)]
mod tests {
    use kernel::belief::Reliability;
    use proptest::prelude::*;

    use super::*;
    use crate::outage::OutageKind;

    fn source(id: &str, kind: SourceKind, group: &str) -> Source {
        Source {
            id: id.into(),
            kind,
            owner: "house".into(),
            side: None,
            independence_group: group.to_owned(),
            reliability: Reliability::B,
            false_alarm_share: 0.1,
            delay_max: Duration::hours(6),
            releasable_to: vec![],
            stations: vec![],
            cadence: None,
        }
    }

    fn conditions(cloud_share: f64) -> Conditions {
        Conditions {
            day: Time(0),
            as_of: Time(0) + Duration::days(3),
            cloud_share: Some(cloud_share),
            settled: true,
        }
    }

    fn noticing(sources: &[Source], outages: &[Outage], conditions: &Conditions) -> f64 {
        let settings = Settings::default();
        capability(sources, outages, Class::AbnormalFire, conditions, &settings).noticing.value()
    }

    #[test]
    fn cloud_blinds_satellites_and_nothing_else() {
        let sources = [
            source("viirs", SourceKind::ThermalSatellite, "viirs"),
            source("news", SourceKind::Press, "press"),
        ];
        let clear = noticing(&sources[..1], &[], &conditions(0.0));
        assert!((clear - (1.0 - 0.65f64.powi(4))).abs() < 1e-3, "{clear}");
        assert_eq!(noticing(&sources[..1], &[], &conditions(1.0)), 0.0);
        assert!(noticing(&sources, &[], &conditions(1.0)) > 0.0);
        let blind = capability(
            &sources[..1],
            &[],
            Class::AbnormalFire,
            &conditions(1.0),
            &Settings::default(),
        );
        assert_eq!(blind.caveats, ["blind"]);
        assert!(blind.hidden_at_most(0.95).is_infinite());
        assert_eq!(blind.sentence(0), "0 seen; we would have noticed 0 %");
    }

    #[test]
    fn what_is_still_under_way_and_what_was_out_of_action_count_for_less() {
        let viirs = [source("viirs", SourceKind::ThermalSatellite, "viirs")];
        let later = conditions(0.2);
        let now = Conditions { as_of: Time(0) + Duration::hours(27), ..later };
        let today = Conditions { as_of: Time(0) + Duration::hours(12), ..later };
        let all = noticing(&viirs, &[], &later);
        assert!((noticing(&viirs, &[], &now) - all / 2.0).abs() < 1e-4);
        assert_eq!(noticing(&viirs, &[], &today), 0.0);
        let out = |hours: i64| Outage {
            source: "viirs".into(),
            from: Time(0) + Duration::hours(-5),
            until: Some(Time(0) + Duration::hours(hours)),
            kind: OutageKind::Maintenance,
            reason: "maintenance".into(),
        };
        let half = noticing(&viirs, &[out(12), out(6)], &later);
        assert!(half < all && half > all / 2.0);
        assert_eq!(noticing(&viirs, &[out(30)], &later), 0.0);
    }

    proptest! {
        #[test]
        fn taking_a_source_away_never_raises_the_chance(
            kinds in proptest::collection::vec((0usize..3, 0usize..3), 1..8),
            gone: prop::sample::Index,
            cloud in proptest::option::of(0.0f64..=1.0),
            settled: bool,
            hours in 0i64..60,
        ) {
            let kind = [SourceKind::ThermalSatellite, SourceKind::Press, SourceKind::Patrol];
            let mut sources: Vec<Source> = kinds
                .iter()
                .enumerate()
                .map(|(at, (kind_at, group))| {
                    source(&format!("s{at}"), kind[*kind_at], &format!("g{group}"))
                })
                .collect();
            let conditions = Conditions {
                day: Time(0),
                as_of: Time(0) + Duration::hours(hours),
                cloud_share: cloud,
                settled,
            };
            for class in crate::settings::CLASSES {
                let ask = |sources: &[Source]| {
                    capability(sources, &[], class, &conditions, &Settings::default()).noticing
                };
                let all = ask(&sources);
                let at = gone.index(sources.len());
                let taken = sources.remove(at);
                prop_assert!(ask(&sources) <= all);
                sources.insert(at, taken);
            }
        }
    }
}
