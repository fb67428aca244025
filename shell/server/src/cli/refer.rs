//! Ids as people give them: whole, or counted in the order of the record (`@latest`, `@first`, `@3`),
//! or by what they are (`@near:35.16,47.85`, `@gb.consult`).

use commission::CaseId;
use guarantees::ObligationId;
use kernel::{Place, Refusal};
use secretariat::State;
use terms::AllegationId;

use desk::Error;

/// A case.
///
/// # Errors
/// When there is no such case.
pub fn case(state: &State, word: &str) -> Result<CaseId, Error> {
    let mut cases: Vec<_> = state.commission.cases.values().collect();
    cases.sort_by_key(|case| case.entry);
    if let Some(near) = word.strip_prefix("@near:") {
        return nearest(state, &cases, near);
    }
    let ids: Vec<CaseId> = cases.into_iter().map(|case| case.id).collect();
    resolve("case", word, &ids)
}

/// The case with an allegation nearest to `lon,lat`; of several at one place the first opened.
fn nearest(state: &State, cases: &[&commission::Case], near: &str) -> Result<CaseId, Error> {
    let wrong = || {
        Error::Usage(format!("`@near:{near}` is not like @near:35.16,47.85 (degrees east, north)"))
    };
    let (lon, lat) = near.split_once(',').ok_or_else(wrong)?;
    let place = lon.parse().ok().zip(lat.parse().ok()).and_then(|(lon, lat)| Place::new(lon, lat));
    let place = place.ok_or_else(wrong)?;
    let far = |case: &&commission::Case| {
        let raised = case.cited.keys().filter_map(|id| state.terms.allegations().get(id));
        raised.map(|raised| raised.place.mean.distance_m(place)).fold(f64::INFINITY, f64::min)
    };
    let found = cases.iter().copied().min_by(|one, other| far(one).total_cmp(&far(other)));
    found.map(|case| case.id).ok_or_else(|| Error::Usage("there is no case yet".into()))
}

/// An obligation.
///
/// # Errors
/// When there is no such obligation.
pub fn obligation(state: &State, word: &str) -> Result<ObligationId, Error> {
    // `@gb.consult`: the latest obligation of that pledge.
    let mut owed: Vec<_> = state.guarantees.obligations().values().collect();
    owed.sort_by_key(|owed| (owed.raised, owed.pledge.clone(), owed.id));
    if let Some(pledge) = word.strip_prefix('@')
        && let Some(found) = owed.iter().rev().find(|owed| owed.pledge == pledge)
    {
        return Ok(found.id);
    }
    let ids: Vec<ObligationId> = owed.into_iter().map(|owed| owed.id).collect();
    resolve("obligation", word, &ids)
}

/// An allegation.
///
/// # Errors
/// When there is no such allegation.
pub fn allegation(state: &State, word: &str) -> Result<AllegationId, Error> {
    let mut raised: Vec<_> = state.terms.allegations().values().collect();
    raised.sort_by_key(|raised| (raised.when, raised.rule.clone(), raised.id));
    let ids: Vec<AllegationId> = raised.into_iter().map(|raised| raised.id).collect();
    resolve("allegation", word, &ids)
}

/// One of `ids`, by the word given.
///
/// # Errors
/// When the word is no id of this kind, or there is no such thing.
pub fn resolve<T>(what: &str, word: &str, ids: &[T]) -> Result<T, Error>
where
    T: Copy + PartialEq + std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let found = match word.strip_prefix('@') {
        Some("latest") => ids.last().copied(),
        Some("first") => ids.first().copied(),
        Some(number) => {
            number.parse::<usize>().ok().and_then(|number| ids.get(number.checked_sub(1)?).copied())
        }
        None => {
            let id: T = word.parse().map_err(|error: T::Err| Error::Usage(error.to_string()))?;
            ids.contains(&id).then_some(id)
        }
    };
    found.ok_or_else(|| {
        Refusal::new("unknown-id", format!("There is no {what} {word}."))
            .hint(format!("List them with `servanda {what}s HOUSE`."))
            .into()
    })
}
