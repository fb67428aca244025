//! A source's or station's doubt on the record: raised, changed and lifted, each with its evidence.

use kernel::{Probability, Refusal, SourceId, Time};
use serde::{Deserialize, Serialize};

use crate::trust::{Item, State, Stated, Verdict, assess};
use crate::trust_evidence::sentences;

/// What the record says of a source that is doubted, or no longer is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SourceDoubted {
    /// The source.
    pub source: SourceId,
    /// The station of it, when one station alone is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<String>,
    /// The likeliest state; `sound` lifts a doubt.
    pub state: State,
    /// Chance that it is not sound.
    pub probability: Probability,
    /// Since when it is in that state, if it is known. A doubt that is lifted since a moment stood
    /// until then; lifted without one, it never stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    /// How far what it says counts from now on, 0 to 1.
    pub weight: Probability,
    /// How far its silence counts, 0 to 1.
    pub silence_weight: Probability,
    /// Why, in sentences with counts.
    pub evidence: Vec<String>,
}

/// What must go on the record of a source after these items; nothing when it says so already.
#[must_use]
pub fn doubt(
    source: &SourceId,
    station: Option<&str>,
    items: &[Item],
    stated: &Stated,
    standing: Option<&SourceDoubted>,
) -> Option<SourceDoubted> {
    let verdict = assess(items, stated);
    let before = standing.is_some_and(|doubt| doubt.state != State::Sound);
    let state = match (verdict.doubted(before), before) {
        (false, false) => return None,
        (false, true) => State::Sound,
        (true, _) => likeliest_fault(&verdict),
    };
    if standing.is_some_and(|doubt| verdict.is_still(doubt.state, state)) {
        return None;
    }
    // Sound from its first item on: the doubt was none.
    let first = items.iter().map(|item| item.at).min();
    let since = verdict.since.filter(|since| state != State::Sound || Some(*since) != first);
    Some(SourceDoubted {
        source: source.clone(),
        station: station.map(str::to_owned),
        state,
        probability: Probability::new(verdict.unsound()),
        since,
        weight: verdict.weight,
        silence_weight: verdict.silence_weight,
        evidence: sentences(items, since.unwrap_or(Time::MIN), stated.false_share),
    })
}

/// A source may be surely unsound while no one fault is likelier than soundness.
fn likeliest_fault(verdict: &Verdict) -> State {
    const FAULTS: [State; 7] = [
        State::DriftingClock,
        State::Misplaced,
        State::Stuck,
        State::Duplicated,
        State::Deaf,
        State::Inventing,
        State::Hiding,
    ];
    FAULTS.into_iter().fold(State::Deaf, |best, one| {
        if verdict.chances[one as usize] > verdict.chances[best as usize] { one } else { best }
    })
}

/// Whether a doubt may stand on the record after `standing`.
///
/// # Errors
/// `doubt-unfounded` without evidence; `doubt-unchanged` when the record says so already.
pub fn check(doubt: &SourceDoubted, standing: Option<&SourceDoubted>) -> Result<(), Refusal> {
    if doubt.evidence.is_empty() {
        let reason = format!("Nothing is given for what is said of {}.", doubt.source);
        return Err(Refusal::new("doubt-unfounded", reason)
            .hint("give at least one sentence with its counts"));
    }
    if doubt.state == standing.map_or(State::Sound, |standing| standing.state) {
        let reason = format!("The record says the same of {} already.", doubt.source);
        return Err(Refusal::new("doubt-unchanged", reason).hint("nothing more needs to be done"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::Duration;

    use super::*;
    use crate::trust::What;

    fn items(count: i64, noticed: impl Fn(i64) -> bool) -> Vec<Item> {
        let item = |hour| Item {
            at: Time(0) + Duration::hours(hour),
            what: What::Chance { chance: 0.9, noticed: noticed(hour), own_side: None },
        };
        (0..count).map(item).collect()
    }

    #[test]
    fn a_doubt_is_raised_once_and_lifted_once() {
        let (source, stated) = (SourceId::from("acoustic-line"), Stated::default());
        let say = |items: &[Item], standing: Option<&SourceDoubted>| {
            doubt(&source, Some("AC001"), items, &stated, standing)
        };
        assert_eq!(say(&items(30, |_| true), None), None);
        let broken = items(60, |hour| hour < 30);
        let raised = say(&broken, None).unwrap();
        assert_eq!(raised.state, State::Deaf);
        assert!(raised.silence_weight.value() < 0.1 && raised.weight.value() > 0.9);
        check(&raised, None).unwrap();
        assert_eq!(say(&broken, Some(&raised)), None);
        assert_eq!(check(&raised, Some(&raised)).unwrap_err().code, "doubt-unchanged");
        let lifted = say(&items(120, |hour| !(30..60).contains(&hour)), Some(&raised)).unwrap();
        assert_eq!(lifted.state, State::Sound);
        check(&lifted, Some(&raised)).unwrap();
        let bare = SourceDoubted { evidence: vec![], ..raised };
        assert_eq!(check(&bare, None).unwrap_err().code, "doubt-unfounded");
    }
}
