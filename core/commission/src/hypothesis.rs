//! Competing hypotheses: what each piece of evidence says for or against each, and what follows.

use std::collections::BTreeMap;
use std::fmt;

use kernel::{Digest, Identity, PartyId, Shares};
use serde::{Deserialize, Serialize};
use terms::AllegationId;

/// Who or what is put forward as the cause.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Cause {
    /// This party did it.
    Party(PartyId),
    /// Both sides did.
    Both,
    /// Nobody did: weather, accident, an announced exercise, peacetime burning.
    Natural,
    /// Somebody did, and none of the others fits.
    Unknown,
}

const BOTH: &str = "both-sides";
const NATURAL: &str = "natural-cause";
const UNKNOWN: &str = "unknown-cause";

impl From<String> for Cause {
    fn from(word: String) -> Self {
        match word.as_str() {
            BOTH => Self::Both,
            NATURAL => Self::Natural,
            UNKNOWN => Self::Unknown,
            _ => Self::Party(PartyId(word)),
        }
    }
}
impl From<Cause> for String {
    fn from(cause: Cause) -> Self {
        cause.to_string()
    }
}
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Party(party) => f.pad(party.as_str()),
            Self::Both => f.pad(BOTH),
            Self::Natural => f.pad(NATURAL),
            Self::Unknown => f.pad(UNKNOWN),
        }
    }
}

/// An explanation of what happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hypothesis {
    /// Whose act, or what.
    pub cause: Cause,
    /// What happened, if it is true.
    pub account: String,
    /// Who put it forward.
    pub by: Identity,
}

/// A piece of evidence in a case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// An exhibit.
    Exhibit(Digest),
    /// An allegation with its rule trace and incident.
    Allegation(AllegationId),
    /// A statement or answer, by its number in the case.
    Statement(u32),
}

/// What a piece of evidence says about one hypothesis.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bearing {
    /// To be expected if it is true.
    Consistent,
    /// Not to be expected if it is true.
    Inconsistent,
    /// Says nothing.
    Neutral,
}

/// One seat's judgement of one piece of evidence under one hypothesis.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Weighing {
    /// What it says.
    pub bearing: Bearing,
    /// Why.
    pub reason: String,
}

/// All judgements: by hypothesis, evidence and seat.
pub type Weighings = BTreeMap<(u32, Evidence, Identity), Weighing>;

/// Whose act it was, as chances, and what speaks against each hypothesis.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Attribution {
    /// Chances that add up to one.
    pub shares: Shares<Cause>,
    /// For each hypothesis in order: what it rests on, in words.
    pub reasons: Vec<String>,
}

/// How far one inconsistent piece lowers a hypothesis, by credibility of the information (1 to 5;
/// ungraded or "cannot be judged" in between). Agreed numbers, not measured ones.
fn factor(credibility: Option<u8>) -> f64 {
    match credibility {
        Some(1) => 0.1,
        Some(2) => 0.2,
        Some(3) => 0.4,
        Some(4) => 0.7,
        Some(5) => 0.9,
        _ => 0.5,
    }
}

/// Analysis of competing hypotheses (Heuer, *Psychology of Intelligence Analysis*, chapter 8):
/// hypotheses start equal and fall by the evidence inconsistent with them. Consistent evidence
/// lifts nothing, for it often fits the others too.
#[must_use]
pub fn attribution(
    hypotheses: &[Hypothesis],
    weighings: &Weighings,
    credibility: impl Fn(&Evidence) -> Option<u8>,
) -> Attribution {
    let mut weights = Vec::new();
    let mut reasons = Vec::new();
    for (number, hypothesis) in (0..).zip(hypotheses) {
        let mut by_evidence = BTreeMap::<&Evidence, (u32, u32)>::new();
        for ((at, evidence, _), weighing) in weighings {
            if *at == number {
                let (against, judged) = by_evidence.entry(evidence).or_default();
                *against += u32::from(weighing.bearing == Bearing::Inconsistent);
                *judged += 1;
            }
        }
        let weight = by_evidence.iter().fold(1.0, |weight, (evidence, (against, judged))| {
            let share = f64::from(*against) / f64::from(*judged).max(1.0);
            weight * libm::pow(factor(credibility(evidence)), share)
        });
        let against = by_evidence.values().filter(|(against, _)| *against > 0).count();
        weights.push((hypothesis.cause.clone(), weight));
        reasons.push(format!(
            "{}: {} of {} pieces of evidence weighed are inconsistent with it ({})",
            hypothesis.cause,
            against,
            by_evidence.len(),
            hypothesis.account
        ));
    }
    Attribution { shares: best_of_each(weights), reasons }
}

/// Two hypotheses of one cause do not make it twice as likely: the better one counts.
fn best_of_each(weights: Vec<(Cause, f64)>) -> Shares<Cause> {
    let mut best = BTreeMap::<Cause, f64>::new();
    for (cause, weight) in weights {
        let known = best.entry(cause).or_default();
        *known = known.max(weight);
    }
    Shares::from_weights(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hypothesis(cause: &str) -> Hypothesis {
        Hypothesis {
            cause: Cause::from(cause.to_owned()), account: "…".into(), by: "seat".into()
        }
    }

    #[test]
    fn inconsistent_evidence_lowers_and_consistent_lifts_nothing() {
        let hypotheses = [hypothesis("north"), hypothesis("south"), hypothesis(NATURAL)];
        let weigh = |bearing| Weighing { bearing, reason: String::new() };
        let evidence = Evidence::Statement(0);
        let mut weighings = Weighings::new();
        weighings.insert((0, evidence.clone(), "seat".into()), weigh(Bearing::Consistent));
        let even = attribution(&hypotheses, &weighings, |_| Some(1));
        assert!((even.shares.share(&Cause::Natural) - 0.3333).abs() < 1e-3);
        weighings.insert((1, evidence.clone(), "seat".into()), weigh(Bearing::Inconsistent));
        weighings.insert((2, evidence, "seat".into()), weigh(Bearing::Inconsistent));
        let told = attribution(&hypotheses, &weighings, |_| Some(1));
        assert!(told.shares.share(&Cause::Party("north".into())) > 0.8);
        assert!(told.reasons[1].contains("1 of 1"));
    }

    #[test]
    fn a_cause_put_forward_twice_counts_once() {
        let hypotheses = [hypothesis("north"), hypothesis("north"), hypothesis("south")];
        let shares = attribution(&hypotheses, &Weighings::new(), |_| None).shares;
        assert_eq!(shares.share(&Cause::Party("north".into())), 0.5);
    }
}
