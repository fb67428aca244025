//! An agreement as read: terms, articles with their rules, parties and zones.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Duration, PartyId};
use serde::Serialize;
use watch::Class;

use crate::guard::{Condition, Level, Moment};
use crate::parties::{Names, Parties};
use crate::words::Words;
use crate::zones::Zones;

/// What a commission's word is worth (contradiction K3 of the Paris texts).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It recommends responses.
    #[default]
    Recommendation,
    /// It determines remedies.
    Determination,
}

/// A fact that may be stated. Who may is a mandate, `fact:<name>`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FactKind {
    /// Name.
    pub name: String,
    /// What it says when it holds.
    pub meaning: String,
    /// What its subject is, when it may have one: a party, a pledge, a finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Whether it says nothing without a subject.
    pub subject_required: bool,
}

/// A kind of advance notice or window.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NoticeKind {
    /// Name.
    pub name: String,
    /// What it announces.
    pub meaning: String,
    /// How long before its window it must be on the record.
    pub lead_min: Duration,
    /// How far beyond its area it still covers, metres.
    pub margin_m: f64,
    /// The longest window it may announce.
    pub length_max: Duration,
}

/// A class of weapons and how far from the line it must be withdrawn.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct WeaponClass {
    /// Name.
    pub name: String,
    /// Which weapons, by calibre.
    pub covers: String,
    /// Metres from the line.
    pub withdraw_m: f64,
    /// Where the distance comes from.
    pub source: String,
}

/// How far where an incident lies speaks for one side or the other, by class. Weights are
/// relative to each other and to `unattributed`; they are the same for every party.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Leaning {
    /// Weight of the party that holds the ground.
    pub holder: f64,
    /// Weight of the party that holds the other side.
    pub opposite: f64,
    /// Beyond this distance from the line the opposite weight no longer counts, metres.
    pub reach_m: f64,
}

/// Weights of the alleged party, all of them data.
#[derive(Clone, PartialEq, Debug, Serialize, Default)]
pub struct Weights {
    /// Weight of "nobody singled out".
    pub unattributed: f64,
    /// Weight of one report by a party against another.
    pub claim: f64,
    /// Weight of one report by a party against itself.
    pub admission: f64,
    /// No party's claims weigh more than this together: many reports are not many proofs.
    pub claims_max: f64,
    /// The line whose holders are weighed; position in the zones.
    pub line: Option<usize>,
    /// By class; a class that is absent leans to nobody.
    pub leanings: BTreeMap<Class, Leaning>,
}

/// What may be public, when and how coarsely.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Publication {
    /// How long incidents are held back.
    pub delay: Duration,
    /// How coarse their places are made, metres.
    pub coarse_m: f64,
    /// Classes never shown to the public, one by one.
    pub withheld: BTreeSet<Class>,
}

/// The agreement's own settings.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Heading {
    /// Short id, in every address: `paris`.
    pub id: String,
    /// Version of the text.
    pub version: u32,
    /// Title.
    pub title: Names,
    /// Name in running text.
    pub short: String,
    /// `proposed`, `draft`, `signed`, `in-force`, `exercise`.
    pub status: String,
    /// What a commission's word is worth.
    pub outcome: Outcome,
    /// The language that decides.
    pub authoritative_language: String,
    /// Whose view of boundaries maps follow, and that it decides nothing.
    pub boundary_view: String,
    /// IANA time zone of reports.
    pub time_zone: String,
    /// At this chance and above: alleged.
    pub p_alleged: f64,
    /// At this chance and below: nothing.
    pub p_none: f64,
    /// Names of the severity levels, from 1 upward.
    pub severity: Vec<String>,
    /// What may be public.
    pub publication: Publication,
}

/// An article.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Article {
    /// Number, as in its heading.
    pub number: String,
    /// Title.
    pub title: Names,
    /// Text, in the authoritative language, as Markdown.
    pub text: String,
    /// `proposed`, `draft`, `reported`, `adopted`, `deleted`.
    pub status: String,
    /// Seed facts and sources it rests on.
    pub sources: Vec<String>,
}

/// What a rule asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// Something must not happen.
    Prohibition,
    /// Something must be done by a moment, and may have to be kept up after it.
    Obligation,
}

/// A condition of a rule with the words that state it.
#[derive(Clone, PartialEq, Debug)]
pub struct Clause {
    /// As written.
    pub text: String,
    /// As checked.
    pub condition: Condition,
}

/// What an obligation asks for and by when.
#[derive(Clone, PartialEq, Debug)]
pub struct Duty {
    /// The moment it falls due.
    pub due: Moment,
    /// The fact, stated of the bearer, that fulfils it.
    pub fulfilled_by: String,
}

/// A rule beneath an article.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// Id, unique in the agreement.
    pub id: String,
    /// The article it stands beneath.
    pub article: String,
    /// What it asks.
    pub kind: RuleKind,
    /// Who bears it.
    pub bearers: Vec<PartyId>,
    /// The fact that must hold when the incident happens; `None` for a rule that always applies.
    pub in_force_with: Option<String>,
    /// The classes it speaks to; empty for an obligation without incidents.
    pub trigger: BTreeSet<Class>,
    /// Conditions that must all hold.
    pub clauses: Vec<Clause>,
    /// What must be done, for an obligation.
    pub duty: Option<Duty>,
    /// How severe a breach is.
    pub severity: Level,
    /// What would refute it, beyond what its conditions say.
    pub refuted_by: Vec<String>,
}

/// An agreement.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Agreement {
    /// Settings.
    pub heading: Heading,
    /// Facts that may be stated.
    pub facts: Vec<FactKind>,
    /// Kinds of notice.
    pub notices: Vec<NoticeKind>,
    /// The weapons table.
    pub weapons: Vec<WeaponClass>,
    /// Weights of the alleged party.
    pub weights: Weights,
    /// Articles in order.
    pub articles: Vec<Article>,
    /// Rules in order.
    pub rules: Vec<Rule>,
    /// Parties and offices.
    pub parties: Parties,
    /// Line, zones, objects.
    pub zones: Zones,
}

impl Agreement {
    /// The words its guards may use.
    #[must_use]
    pub fn words(&self) -> Words {
        let mut categories: Vec<String> =
            self.zones.objects.iter().map(|object| object.category.clone()).collect();
        categories.sort();
        categories.dedup();
        Words {
            zones: self.zones.zones.iter().map(|zone| zone.id.clone()).collect(),
            categories,
            facts: self.facts.iter().map(|fact| fact.name.clone()).collect(),
            notices: self.notices.iter().map(|notice| notice.name.clone()).collect(),
            weapons: !self.weapons.is_empty(),
        }
    }
    /// The article of that number.
    #[must_use]
    pub fn article(&self, number: &str) -> Option<&Article> {
        self.articles.iter().find(|article| article.number == number)
    }
    /// The rule of that id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
    /// The least and the greatest withdrawal distance of the weapons table, metres.
    #[must_use]
    pub fn withdrawal_m(&self) -> (f64, f64) {
        let distances = self.weapons.iter().map(|weapon| weapon.withdraw_m);
        distances.fold((f64::INFINITY, 0.0), |(least, most), distance_m| {
            (least.min(distance_m), most.max(distance_m))
        })
    }
}
