//! Parties, their positions as dated statements, and the identities that act, with their mandates.

use kernel::{Identity, PartyId, Time};
use serde::Serialize;

use crate::fields::{Page, Table, Written};
use crate::suggest;

/// A name in the three working languages.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Names {
    /// English.
    pub en: String,
    /// Ukrainian.
    pub uk: String,
    /// French.
    pub fr: String,
}

impl Names {
    /// Reads `names = { en = "...", uk = "...", fr = "..." }` under the given field name.
    #[must_use]
    pub fn read(table: &Table<'_, '_>, field: &'static str) -> Self {
        let Some(names) = table.table_if(field) else {
            let hint = format!("{field} = {{ en = \"...\", uk = \"...\", fr = \"...\" }}");
            table.page().note(table.bytes(), format!("`{field}` is missing"), hint);
            return Self::default();
        };
        let read = Self {
            en: names.text("en").value,
            uk: names.text("uk").value,
            fr: names.text("fr").value,
        };
        names.close();
        read
    }
}

/// What a party is to the agreement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Bears the rules and may be alleged to have broken them.
    Party,
    /// The same, without having accepted the text.
    NonParticipatingParty,
    /// Leads the monitoring mechanism.
    MechanismLead,
    /// Has pledged or may pledge.
    Guarantor,
    /// Outside, and objects to some of it.
    Objecting,
    /// Outside, and neutral.
    Neutral,
    /// Observes.
    Observer,
    /// A third country that the text speaks of.
    ThirdCountry,
}

const ROLES: [(&str, Role); 8] = [
    ("party", Role::Party),
    ("non-participating-party", Role::NonParticipatingParty),
    ("mechanism-lead", Role::MechanismLead),
    ("guarantor", Role::Guarantor),
    ("objecting", Role::Objecting),
    ("neutral", Role::Neutral),
    ("observer", Role::Observer),
    ("third-country", Role::ThirdCountry),
];

/// How a party stands to an article.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stance {
    /// Accepts it.
    Accepted,
    /// Disputes it.
    Disputed,
    /// Says that it is not a party to it.
    NotAParty,
    /// Has not said, or says that it has not decided.
    NotStated,
}

const STANCES: [(&str, Stance); 4] = [
    ("accepted", Stance::Accepted),
    ("disputed", Stance::Disputed),
    ("not-a-party", Stance::NotAParty),
    ("not-stated", Stance::NotStated),
];

/// What a party said on a day. Later positions stand beside earlier ones.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Position {
    /// First moment of the day, month or year it was said.
    pub at: Time,
    /// As precisely as the source dates it: `2026-01-06`, `2025-04`, `2025`.
    pub dated: String,
    /// What it is about.
    pub topic: String,
    /// What was said, in short.
    pub says: String,
    /// Key of the source that says so.
    pub source: String,
    /// How it stands to `articles`, if that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stance: Option<Stance>,
    /// The articles concerned, by number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub articles: Vec<String>,
}

/// A state or body that the agreement speaks of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Party {
    /// Short name.
    pub id: PartyId,
    /// Full name.
    pub names: Names,
    /// What it is to the agreement.
    pub role: Role,
    /// Groups it belongs to: `coalition`, `eu`, `nato`.
    pub groups: Vec<String>,
    /// What it has said, in order of date.
    pub positions: Vec<Position>,
}

impl Party {
    /// Whether it bears the rules.
    #[must_use]
    pub fn bears_rules(&self) -> bool {
        matches!(self.role, Role::Party | Role::NonParticipatingParty)
    }
}

/// Someone who may act, and as what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Office {
    /// Dotted name.
    pub id: Identity,
    /// Full name.
    pub names: Names,
    /// The party it acts for, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acts_for: Option<PartyId>,
    /// Whether it has an account in the house; without one it files through the secretariat's
    /// window and is answered the same.
    pub account: bool,
    /// What it may do.
    pub mandates: Vec<String>,
}

/// Where a statement comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Reference {
    /// Short key.
    pub key: String,
    /// Title.
    pub title: String,
}

/// One count of participants. Kinds are never added together (attended, member, pledged ...).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Headcount {
    /// What was counted.
    pub kind: String,
    /// The day.
    pub dated: String,
    /// As the source words it.
    pub says: String,
    /// At least.
    pub min: u32,
    /// At most, if said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Key of the source.
    pub source: String,
}

/// Everything in `parties.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Parties {
    /// Sources of the positions.
    pub references: Vec<Reference>,
    /// Counts.
    pub headcounts: Vec<Headcount>,
    /// Parties, in the order of the file.
    pub parties: Vec<Party>,
    /// Offices, in the order of the file.
    pub offices: Vec<Office>,
}

impl Parties {
    /// The party of that name.
    #[must_use]
    pub fn party(&self, id: &PartyId) -> Option<&Party> {
        self.parties.iter().find(|party| party.id == *id)
    }
    /// The office of that name.
    #[must_use]
    pub fn office(&self, id: &Identity) -> Option<&Office> {
        self.offices.iter().find(|office| office.id == *id)
    }
    /// Whether `id` may do `act`: it has the mandate itself, or `<before the colon>:*`.
    #[must_use]
    pub fn mandated(&self, id: &Identity, act: &str) -> bool {
        let Some(office) = self.office(id) else { return false };
        let all = act.split_once(':').map(|(kind, _)| format!("{kind}:*"));
        office.mandates.iter().any(|mandate| mandate == act || Some(mandate) == all.as_ref())
    }
    /// Who may do `act`, for hints.
    #[must_use]
    pub fn who_may(&self, act: &str) -> Vec<&Identity> {
        let offices = self.offices.iter().map(|office| &office.id);
        offices.filter(|id| self.mandated(id, act)).collect()
    }
}

/// Reads `parties.toml`.
#[must_use]
pub fn read(page: &Page<'_>) -> Parties {
    let parsed = page.parse(0..page.text.len());
    let root = Table::new(page, parsed.get_ref(), 0..0, 0);
    let references: Vec<Reference> = root.tables("source").into_iter().map(reference).collect();
    let keys: Vec<&str> = references.iter().map(|reference| reference.key.as_str()).collect();
    let headcounts =
        root.tables("count").into_iter().map(|table| headcount(table, &keys)).collect();
    let parties: Vec<Party> =
        root.tables("party").into_iter().map(|table| party(table, &keys)).collect();
    let ids: Vec<&str> = parties.iter().map(|party| party.id.as_str()).collect();
    let offices: Vec<Office> =
        root.tables("identity").into_iter().map(|table| office(table, &ids)).collect();
    if !parties.iter().any(Party::bears_rules) {
        page.note(0..0, "no party bears the rules", "give at least one party `role = \"party\"`");
    }
    root.close();
    Parties { references, headcounts, parties, offices }
}

fn reference(table: Table<'_, '_>) -> Reference {
    let read = Reference { key: table.text("key").value, title: table.text("title").value };
    table.close();
    read
}

fn source_key(table: &Table<'_, '_>, keys: &[&str]) -> String {
    let source = table.text("source");
    known(table, &source, "source", keys);
    source.value
}

fn known(table: &Table<'_, '_>, word: &Written<String>, what: &str, words: &[&str]) {
    if !word.value.is_empty() && !words.contains(&word.value.as_str()) {
        let hint = suggest::hint(&word.value, words.iter().copied());
        table.page().note(word.bytes.clone(), format!("unknown {what} `{}`", word.value), hint);
    }
}

fn headcount(table: Table<'_, '_>, keys: &[&str]) -> Headcount {
    let whole = |number: f64| number.clamp(0.0, f64::from(u32::MAX)) as u32;
    let read = Headcount {
        kind: table.text("kind").value,
        dated: table.date("at").value,
        says: table.text("says").value,
        min: whole(table.number_in("min", 0.0..=1e9)),
        max: table.number_if("max").map(|max| whole(max.value)),
        source: source_key(&table, keys),
    };
    table.close();
    read
}

fn party(table: Table<'_, '_>, keys: &[&str]) -> Party {
    let mut positions: Vec<Position> =
        table.tables("position").into_iter().map(|inner| position(inner, keys)).collect();
    positions.sort_by_key(|position| position.at);
    let read = Party {
        id: PartyId(table.text("id").value),
        names: Names::read(&table, "names"),
        role: table.choice("role", &ROLES, Role::Observer),
        groups: table.texts("groups").into_iter().map(|group| group.value).collect(),
        positions,
    };
    table.close();
    read
}

fn position(table: Table<'_, '_>, keys: &[&str]) -> Position {
    let dated = table.date("at");
    let at = first_moment(&dated.value).unwrap_or_else(|| {
        let message = format!("`{}` is no day, month or year", dated.value);
        table.page().note(
            dated.bytes.clone(),
            message,
            "write 2026-01-06, \"2026-01\" or \"2026\"",
        );
        Time::default()
    });
    let stance = table.has("stance").then(|| table.choice("stance", &STANCES, Stance::NotStated));
    let read = Position {
        at,
        dated: dated.value,
        topic: table.text("topic").value,
        says: table.text("says").value,
        source: source_key(&table, keys),
        stance,
        articles: table.texts("articles").into_iter().map(|article| article.value).collect(),
    };
    table.close();
    read
}

/// The first moment of `2026-01-06`, `2026-01` or `2026`.
fn first_moment(dated: &str) -> Option<Time> {
    let day = match dated.len() {
        4 => format!("{dated}-01-01"),
        7 => format!("{dated}-01"),
        _ => return dated.parse().ok(),
    };
    day.parse().ok()
}

fn office(table: Table<'_, '_>, parties: &[&str]) -> Office {
    let acts_for = table.text_if("acts_for");
    if let Some(party) = &acts_for {
        known(&table, party, "party", parties);
    }
    let read = Office {
        id: Identity(table.text("id").value),
        names: Names::read(&table, "names"),
        acts_for: acts_for.map(|party| PartyId(party.value)),
        account: table.flag("account", true),
        mandates: table.texts("mandates").into_iter().map(|mandate| mandate.value).collect(),
    };
    table.close();
    read
}
