//! To whom a source's raw observations may be shown (`releasable-to`), and what stands in their
//! place for everybody else.

use kernel::{Identity, SourceId};
use serde_json::{Value, json};
use watch::{Incident, Source};

use super::Sight;

/// Whether a source's raw observations may be shown to `to`: to everybody when it names nobody,
/// else to whom it names and to its owner, by identity or by party.
#[must_use]
pub fn releases(sight: &Sight<'_>, source: &Source, to: Option<&Identity>) -> bool {
    let is = |name: &str| {
        to.is_some_and(|to| {
            to.as_str() == name || sight.state.offices_of(&name.into()).any(|office| office == to)
        })
    };
    source.releasable_to.is_empty()
        || is(source.owner.as_str())
        || source.releasable_to.iter().any(|name| is(name))
}

/// To whom a source would release what it withholds from `to`; none when it withholds nothing.
#[must_use]
pub fn withheld<'a>(
    sight: &Sight<'a>,
    source: &SourceId,
    to: Option<&Identity>,
) -> Option<&'a [String]> {
    let source = sight.state.watch.source(source)?;
    (!releases(sight, source, to)).then_some(source.releasable_to.as_slice())
}

/// An incident as it leaves the house: where a moving thing went from moment to moment stays, and
/// so does how far a withheld observation lies off, which would give its moment away.
#[must_use]
pub fn released(sight: &Sight<'_>, incident: &Incident, to: Option<&Identity>) -> Incident {
    let is_withheld = |source: &SourceId| withheld(sight, source, to).is_some();
    let mut released = Incident { path: vec![], ..incident.clone() };
    for member in released.members.iter_mut().filter(|member| is_withheld(&member.source)) {
        member.residual = None;
    }
    for aside in released.set_aside.iter_mut().filter(|aside| is_withheld(&aside.source)) {
        aside.residual = None;
    }
    released
}

/// What stands in the place of an observation that is not released: that it is there, and how far
/// it counts.
#[must_use]
pub fn in_its_place(member: &watch::Member, to: &[String]) -> Value {
    json!({
        "id": member.observation,
        "source": member.source,
        "weight": member.weight,
        "withheld": true,
        "releasable_to": to,
    })
}
