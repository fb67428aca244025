//! A report as evidence: its place, its window, what its words say of each class, whose voice.

use kernel::{Duration, Interval};

use crate::evidence::{Atom, ClassLogs};
use crate::incident::Class;
use crate::likeness;
use crate::observation::{Report, Shape};
use crate::settings::{CLASSES, Settings};
use crate::shape_belief;
use crate::source::{Source, SourceKind};
use crate::standing::{Standing, false_share};
use crate::store::KeptReport;

/// The report as evidence; `standing` is how its source or reporter is doubted, if it is.
#[must_use]
pub fn atom(
    kept: &KeptReport,
    source: &Source,
    standing: Option<Standing>,
    settings: &Settings,
) -> Atom {
    let slack = settings.slack(source.kind);
    let hours = |hours: f64| Duration((hours * 3.6e9) as i64);
    Atom {
        place: shape_belief::belief(&kept.shape),
        area: area_of(&kept.shape),
        window: Interval {
            start: kept.when.start - hours(slack.before_hours),
            end: kept.when.end + hours(slack.after_hours),
        },
        likelihood_log: likelihood_log(&kept.report, source, settings),
        voices: voices_of(&kept.report, source),
        false_share: false_share(source.false_alarm_share.clamp(0.0, 1.0), standing),
        bands: 0,
    }
}

/// The named area a shape stands for, by its exact numbers.
fn area_of(shape: &Shape) -> Option<[u64; 3]> {
    match *shape {
        Shape::Area { center, radius_m } => {
            Some([center.lon.to_bits(), center.lat.to_bits(), u64::from(radius_m.to_bits())])
        }
        _ => None,
    }
}

/// Log of the chance that there is such a report, for each class that it may have been: that one speaks of
/// it at all, and says what it says. A report that names no class speaks of something else.
fn likelihood_log(report: &Report, source: &Source, settings: &Settings) -> ClassLogs {
    let total: f64 = report.classes.iter().map(|(_, weight)| f64::from(*weight)).sum();
    let mut likelihood = settings.reported_share;
    if source.kind != SourceKind::Press {
        likelihood[Class::Other as usize] *= settings.news_share;
    }
    for (chance, was) in likelihood.iter_mut().zip(CLASSES) {
        let says = |(said, weight): &(Class, f32)| f64::from(*weight) * settings.says(was, *said);
        *chance *= if total > 0.0 {
            report.classes.iter().map(says).sum::<f64>() / total
        } else {
            settings.says(was, Class::Other)
        };
    }
    likelihood.map(|chance| libm::log(chance.max(f64::MIN_POSITIVE)))
}

/// What the report fails together with.
fn voices_of(report: &Report, source: &Source) -> Vec<u64> {
    let mut voices = vec![voice("group", &source.independence_group)];
    if !report.reporter.is_empty() {
        voices.push(voice("reporter", &report.reporter));
    }
    voices.extend(report.link.iter().map(|link| voice("link", link)));
    voices
}

/// The mark of something that observations share.
#[must_use]
pub fn voice(kind: &str, name: &str) -> u64 {
    kernel::id::short_of(format!("{kind}\u{0}{name}").as_bytes()) as u64
}

/// The mark that two reports share when one copies the other's text.
#[must_use]
pub fn copied(one: &KeptReport, other: &KeptReport) -> Option<u64> {
    likeness::same_text(&one.print, &other.print).then(|| voice("text", &one.id.to_string()))
}
