//! Incidents: the list, one whole, and the time axis.

use kernel::{Duration, Identity, Probability, Time};
use serde_json::{Value, json};
use watch::{Class, Incident, IncidentId};

use super::{Sight, Window, geometry, lapsed, release, waves};

/// What a list of incidents is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By when they happened.
    pub window: Window,
    /// By likeliest class; none means every class.
    pub classes: Vec<Class>,
    /// West, south, east, north, degrees.
    pub bounds: Option<[f64; 4]>,
    /// By what is said of them: id, place name, text.
    pub words: Option<String>,
}

impl Filter {
    fn holds(&self, sight: &Sight, incident: &Incident) -> bool {
        let mean = incident.place.mean;
        let inside = |[west, south, east, north]: [f64; 4]| {
            west <= mean.lon && mean.lon <= east && south <= mean.lat && mean.lat <= north
        };
        self.window.holds(incident.when.start)
            && (self.classes.is_empty()
                || incident.classes.likeliest().is_some_and(|class| self.classes.contains(class)))
            && self.bounds.is_none_or(inside)
            && self.words.as_deref().is_none_or(|words| mentions(sight, incident, words))
    }
}

fn mentions(sight: &Sight, incident: &Incident, words: &str) -> bool {
    let words = words.to_lowercase();
    let in_text = |text: &str| text.to_lowercase().contains(&words);
    in_text(&incident.id.to_string())
        || incident.members.iter().any(|member| {
            // Nobody says who searches: what is withheld from anybody is not found by its words.
            if release::withheld(sight, &member.source, None).is_some() {
                return false;
            }
            match sight.state.engine.seen(&member.observation) {
                Some(watch::Seen::Report { report, .. }) => {
                    in_text(&report.text) || report.place_name.as_deref().is_some_and(in_text)
                }
                _ => false,
            }
        })
}

/// Incidents that pass the filter, by time.
#[must_use]
pub fn chosen<'a>(sight: &Sight<'a>, filter: &Filter) -> Vec<&'a Incident> {
    let mut all = sight.bulletin.in_order();
    all.retain(|incident| filter.holds(sight, incident));
    all
}

/// One line of the list.
#[must_use]
pub fn item(sight: &Sight, incident: &Incident) -> Value {
    let ellipse = incident.place.ellipse(0.95);
    let class = incident.classes.likeliest();
    let allegations = sight.state.terms.of_incident(incident.id);
    let case = allegations.iter().find_map(|raised| sight.state.commission.case_of.get(&raised.id));
    json!({
        "id": incident.id,
        "version": incident.version,
        "when": incident.when,
        "lon": incident.place.mean.lon,
        "lat": incident.place.mean.lat,
        "class": class,
        "class_share": class.map(|class| incident.classes.share(class)),
        "real": incident.real,
        "semi_major_m": kernel::place::round_to(ellipse.semi_major_m, 1.0),
        "semi_minor_m": kernel::place::round_to(ellipse.semi_minor_m, 1.0),
        "azimuth_deg": kernel::place::round_to(ellipse.azimuth_deg, 1.0),
        "members": incident.members.len(),
        "groups": incident.independent_groups,
        "product": incident.product,
        "allegations": allegations.iter().filter(|raised| raised.verdict != terms::Verdict::Withdrawn).count(),
        "case": case,
    })
}

/// A page of the list: `total` before the filter, `shown` on the page.
#[must_use]
pub fn page(sight: &Sight, filter: &Filter, offset: usize, limit: usize) -> Value {
    let chosen = chosen(sight, filter);
    let items: Vec<Value> = chosen
        .iter()
        .rev()
        .skip(offset)
        .take(limit)
        .map(|incident| item(sight, incident))
        .collect();
    let next = offset + items.len();
    json!({
        "as_of": sight.as_of,
        "total": sight.bulletin.len(),
        "matching": chosen.len(),
        "shown": items.len(),
        "cursor": (next < chosen.len()).then(|| next.to_string()),
        "items": items,
    })
}

/// One incident, whole, as `to` may see it: what it rests on, what is alleged of it, where that has
/// gone.
#[must_use]
pub fn whole(sight: &Sight, id: &IncidentId, to: Option<&Identity>) -> Option<Value> {
    let incident = sight.bulletin.get(id)?;
    let observations: Vec<Value> =
        incident.members.iter().map(|member| observation(sight, incident, member, to)).collect();
    let aside = incident.set_aside.iter().map(|one| set_aside(sight, incident, one, to));
    let allegations = sight.state.terms.of_incident(*id);
    let mut cases: Vec<&commission::CaseId> = allegations
        .iter()
        .filter_map(|raised| sight.state.commission.case_of.get(&raised.id))
        .collect();
    cases.dedup();
    let cases: Vec<Value> = cases
        .into_iter()
        .filter_map(|case| sight.state.commission.cases.get(case))
        .map(|case| json!({"id": case.id, "title": case.title, "stage": case.stage}))
        .collect();
    Some(json!({
        "incident": release::released(sight, incident, to),
        "ellipse": ellipse(incident),
        "ellipses": {
            "50": geometry::ellipse(&incident.place.ellipse(0.5)),
            "95": geometry::ellipse(&incident.place.ellipse(0.95)),
        },
        "observations": observations,
        "set_aside": aside.collect::<Vec<_>>(),
        "allegations": allegations,
        "cases": cases,
        "versions": sight.bulletin.versions(id),
        "changes": sight.bulletin.versions(id),
        "alternatives": watch::alternatives::alternatives(incident),
        "silent": waves::silent(sight, incident, to),
        "lapsed": lapsed::view(sight, incident),
        "review": incident.review,
        "new_since_review": incident.since_review.as_ref().map_or(0, |since| since.members),
    }))
}

/// The ellipse that holds its place with 95 %, for people.
fn ellipse(incident: &Incident) -> Value {
    let ellipse = incident.place.ellipse(0.95);
    json!({
        "semi_major_m": kernel::place::round_to(ellipse.semi_major_m, 1.0),
        "semi_minor_m": kernel::place::round_to(ellipse.semi_minor_m, 1.0),
        "azimuth_deg": kernel::place::round_to(ellipse.azimuth_deg, 1.0),
    })
}

fn observation(
    sight: &Sight,
    incident: &Incident,
    member: &watch::Member,
    to: Option<&Identity>,
) -> Value {
    if let Some(to) = release::withheld(sight, &member.source, to) {
        return release::in_its_place(member, to);
    }
    let Some(seen) = sight.state.engine.seen(&member.observation) else {
        // Its batch was erased: that it was there stays on the record, what it said does not.
        return json!({"id": member.observation, "source": member.source, "weight": member.weight, "erased": true});
    };
    let report = match &seen {
        watch::Seen::Report { report, .. } => Some(*report),
        _ => None,
    };
    let mut view = json!({
        "id": member.observation,
        "source": member.source,
        "source_kind": seen.source().kind,
        "when": seen.when(),
        "geometry": geometry::of_seen(&seen),
        "weight": member.weight,
        "text": report.map(|report| report.text.as_str()).filter(|text| !text.is_empty()),
        "link": report.and_then(|report| report.link.as_deref()),
        "reporter": report.map(|report| report.reporter.as_str()),
        "place_name": report.and_then(|report| report.place_name.as_deref()),
    });
    if let (Some((name, more)), Some(fields)) =
        (waves::of_member(incident, member, &seen), view.as_object_mut())
    {
        fields.insert(name.to_owned(), more);
    }
    view
}

/// What was heard or said and does not count: the observation, why, and where the record says so.
fn set_aside(
    sight: &Sight,
    incident: &Incident,
    aside: &watch::SetAside,
    to: Option<&Identity>,
) -> Value {
    let member = watch::Member {
        observation: aside.observation,
        source: aside.source.clone(),
        weight: Probability::ZERO,
        residual: aside.residual,
    };
    let mut view = observation(sight, incident, &member, to);
    let released = release::withheld(sight, &aside.source, to).is_none();
    let doubt = sight.state.watch.doubts().find(|(entry, _)| *entry == aside.entry);
    view["doubt"] = json!({
        "state": aside.state,
        "entry": aside.entry,
        "since": doubt.and_then(|(_, doubt)| doubt.since),
        "evidence": doubt.filter(|_| released).map(|(_, doubt)| &doubt.evidence),
    });
    view
}

/// The time axis: counts by bin, with the chance that something would have been noticed.
#[must_use]
pub fn timeline(
    sight: &Sight,
    from: Time,
    to: Time,
    bins: u32,
    chance: &dyn Fn(Time) -> Option<Probability>,
) -> Value {
    let bins = bins.clamp(1, 1_000);
    let width = Duration(((to - from).0 / i64::from(bins)).max(1));
    let mut counts = vec![(0_u32, 0_u32); bins as usize];
    let bin =
        |moment: Time| usize::try_from((moment - from).0 / width.0).ok().filter(|_| moment >= from);
    for incident in sight.bulletin.in_order() {
        if let Some(count) = bin(incident.when.middle()).and_then(|bin| counts.get_mut(bin)) {
            count.0 += 1;
        }
    }
    for raised in sight.state.terms.allegations().values() {
        if raised.verdict != terms::Verdict::Withdrawn
            && let Some(count) = bin(raised.when.middle()).and_then(|bin| counts.get_mut(bin))
        {
            count.1 += 1;
        }
    }
    let bins: Vec<Value> = counts
        .into_iter()
        .enumerate()
        .map(|(index, (incidents, allegations))| {
            let start = from + Duration(width.0 * index as i64);
            let end = start + width;
            let noticed = chance(start + Duration(width.0 / 2));
            json!({"start": start, "end": end, "incidents": incidents, "allegations": allegations, "chance_noticed": noticed})
        })
        .collect();
    json!({"bins": bins})
}
