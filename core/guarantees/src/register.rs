//! The guarantees' part of an agreement folder, `pledges.toml`: pledges, and who owes which fact.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Mistake, PartyId, SourceText};
use serde::{Deserialize, Serialize};

use crate::obligation::Anchor;
use crate::pledge::{Life, Pledge, Trigger};
use crate::tables::{Read, Tables};

const FILE: &str = "pledges.toml";

/// Everything `pledges.toml` says.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Register {
    /// Pledges by id.
    pub pledges: BTreeMap<String, Pledge>,
    /// Who owes a statement of each fact, by the fact's name.
    pub facts: BTreeMap<String, FactOwed>,
}

/// Who has to state a fact, and what it means.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactOwed {
    /// The fact's name.
    pub name: String,
    /// Who has to state it, in words or as a party.
    pub owed_by: String,
    /// What it says when it holds.
    pub says: String,
}

/// Reads `pledges.toml`, with every mistake in it.
#[must_use]
pub fn read(text: &SourceText) -> (Register, Vec<Mistake>) {
    let mut tables = Tables::open(text, FILE);
    let pledges = tables.list::<Pledge>("pledge");
    let facts = tables.list::<FactOwed>("fact");
    let ids: BTreeSet<_> = pledges.iter().map(|read| read.value.id.clone()).collect();
    let known: BTreeSet<_> = facts.iter().map(|read| read.value.name.clone()).collect();
    let mut register = Register::default();
    for pledge in pledges {
        check(&pledge, &ids, &known, &mut tables);
        let Read { value, bytes } = pledge;
        if register.pledges.contains_key(&value.id) {
            tables.mistake(bytes, format!("the pledge `{}` is written twice", value.id));
        } else {
            register.pledges.insert(value.id.clone(), value);
        }
    }
    for id in circles(&register.pledges) {
        tables.mistake(0..0, format!("the pledge `{id}` depends on itself through others"));
    }
    register.facts = facts.into_iter().map(|read| (read.value.name.clone(), read.value)).collect();
    (register, tables.finish())
}

fn check(
    read: &Read<Pledge>,
    ids: &BTreeSet<String>,
    known: &BTreeSet<String>,
    tables: &mut Tables<'_>,
) {
    let pledge = &read.value;
    let mut mistake = |message: String| {
        tables.mistake(read.bytes.clone(), format!("pledge `{}`: {message}", pledge.id));
    };
    for other in pledge.depends_on.iter().filter(|other| !ids.contains(*other)) {
        mistake(format!("depends on `{other}`, which is not a pledge here"));
    }
    let questions =
        pledge.conditions.iter().chain(&pledge.unless).flat_map(|condition| condition.questions());
    let mut asked: Vec<_> = questions.map(|question| question.fact.as_str()).collect();
    let asks_request = asked.contains(&"host-request");
    if let Trigger::Fact { fact } = &pledge.trigger {
        asked.push(fact);
    }
    for fact in asked.into_iter().filter(|fact| !known.contains(*fact)) {
        mistake(format!("asks for `{fact}`: add a [[fact]] that says who owes it"));
    }
    let anchored = match pledge.deadline.anchor {
        Anchor::Breach | Anchor::FindingPublished => {
            matches!(pledge.trigger, Trigger::Finding { .. })
        }
        Anchor::Request => asks_request || pledge.trigger == Trigger::Request,
        Anchor::Fact => matches!(pledge.trigger, Trigger::Fact { .. }),
    };
    if !anchored {
        mistake(
            "its deadline counts from something that neither trigger nor conditions name"
                .to_owned(),
        );
    }
    if pledge.life > Life::Ready && pledge.life < Life::Lapsed {
        mistake("an agreement can found a pledge only up to `ready`; the rest follows".to_owned());
    }
}

/// Pledges that can be reached from themselves.
fn circles(pledges: &BTreeMap<String, Pledge>) -> Vec<String> {
    let reaches = |start: &str| {
        let mut seen = BTreeSet::new();
        let mut next = vec![start];
        while let Some(id) = next.pop() {
            let others = pledges.get(id).map_or(&[][..], |pledge| &pledge.depends_on[..]);
            next.extend(
                others.iter().filter(|other| seen.insert(other.as_str())).map(String::as_str),
            );
        }
        seen.contains(start)
    };
    pledges.keys().filter(|id| reaches(id)).cloned().collect()
}

impl Register {
    /// Every party the register speaks of, to hold against the agreement's list of parties.
    #[must_use]
    pub fn parties(&self) -> BTreeSet<PartyId> {
        let of = |pledge: &Pledge| {
            let responsible = match &pledge.trigger {
                Trigger::Finding { responsible, .. } => responsible.clone(),
                Trigger::Request | Trigger::Fact { .. } => Vec::new(),
            };
            let named =
                [&pledge.beneficiaries, &pledge.verifiers, &pledge.bound, &pledge.not_bound];
            let named = named.into_iter().flatten().cloned().collect::<Vec<_>>();
            [vec![pledge.pledger.clone()], responsible, named].concat()
        };
        self.pledges.values().flat_map(of).collect()
    }
}
