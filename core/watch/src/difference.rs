//! What changed from one version of an incident to the next, in codes, and why.

use std::collections::BTreeSet;

use kernel::ObservationId;

use crate::incident::{Incident, Product};

/// A place that moved by less than this share of its ellipse's longest half-axis has not moved.
const MOVED_SHARE: f64 = 0.05;
/// Chances that differ by less are told as the same.
const CHANCE_STEP: f64 = 0.005;

/// Why there is this version: `first-seen`, `late-data`, `review`, `new-since-review`,
/// `no-longer-supported`.
#[must_use]
pub fn why(before: Option<&Incident>, now: &Incident) -> &'static str {
    let reviewed_again = before.and_then(|before| before.review.as_ref()) != now.review.as_ref();
    match (before, now.product) {
        (_, Product::Reviewed) if reviewed_again => "review",
        (_, Product::Reviewed) => "new-since-review",
        _ if now.withdrawn => "no-longer-supported",
        (None, Product::Automatic1) => "first-seen",
        _ => "late-data",
    }
}

/// What changed: `reviewed:<act>`, `added-observations:<n>`, `removed-observations:<n>`,
/// `ended`, `moved-m:<n>`, `class:<from>-><to>`, `chance:<from>-><to>`, `took-the-place-of:<id>`,
/// `withdrawn`. Nothing for a first version that took the place of none.
#[must_use]
pub fn what(before: Option<&Incident>, now: &Incident) -> Vec<String> {
    let mut codes = Vec::new();
    let before_review = before.and_then(|before| before.review.as_ref());
    if let Some(review) = &now.review
        && before_review != Some(review)
    {
        codes.push(format!("reviewed:{}", review.act));
    }
    if let Some(before) = before {
        differences(before, now, &mut codes);
    }
    let known: &[_] = before.map_or(&[], |before| &before.replaces);
    let gone = now.replaces.iter().filter(|id| !known.contains(id));
    codes.extend(gone.map(|id| format!("took-the-place-of:{id}")));
    if now.withdrawn && !before.is_some_and(|before| before.withdrawn) {
        codes.push("withdrawn".to_owned());
    }
    codes
}

fn differences(before: &Incident, now: &Incident, codes: &mut Vec<String>) {
    let ids = |incident: &Incident| -> BTreeSet<ObservationId> {
        incident.members.iter().map(|member| member.observation).collect()
    };
    let (old, new) = (ids(before), ids(now));
    for (code, count) in [
        ("added-observations", new.difference(&old).count()),
        ("removed-observations", old.difference(&new).count()),
    ] {
        if count > 0 {
            codes.push(format!("{code}:{count}"));
        }
    }
    let goes_on =
        |incident: &Incident| incident.lapse.as_ref().is_some_and(|lapse| lapse.until.is_none());
    if goes_on(before) && !goes_on(now) {
        codes.push("ended".to_owned());
    }
    let moved_m = before.place.mean.distance_m(now.place.mean);
    if moved_m > MOVED_SHARE * before.place.ellipse(0.95).semi_major_m {
        codes.push(format!("moved-m:{moved_m:.0}"));
    }
    let class = |incident: &Incident| incident.classes.likeliest().map(|class| class.word());
    if let (Some(from), Some(to)) = (class(before), class(now))
        && from != to
    {
        codes.push(format!("class:{from}->{to}"));
    }
    let (from, to) = (before.real.value(), now.real.value());
    if (from - to).abs() >= CHANCE_STEP {
        codes.push(format!("chance:{from:.2}->{to:.2}"));
    }
}
