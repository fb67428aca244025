//! Reads `commission.toml`: every section on its own, so that all mistakes show at once.

use std::collections::BTreeMap;
use std::ops::Range;

use kernel::{Duration, Mistake, SourceText};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::finding::Level;
use crate::rules::{
    Body, Escalation, Grouping, LevelRule, OnExpiry, OutcomeMode, Prerequisites, Provisional,
    Publication, Quorum, Recusal, Rules, Seat, Signatures, Signers, Stage, StageRule, Status,
    VotingRule,
};

const FILE: &str = "commission.toml";
const SECTIONS: [&str; 13] = [
    "commission",
    "seat",
    "quorum",
    "voting",
    "recusal",
    "prerequisites",
    "stage",
    "escalation",
    "level",
    "grouping",
    "provisional",
    "signatures",
    "publication",
];

/// A remedy, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remedy {
    id: String,
    text: String,
}

/// Reads the commission's rules. Where a section is missing or wrong the strictest reading stands
/// in for it, and the mistake is reported.
#[must_use]
pub fn read(text: &SourceText) -> (Rules, Vec<Mistake>) {
    let Some(file) = text.file(FILE) else {
        let mistake = Mistake::new(FILE, 0..0, "The agreement has no commission.toml");
        return (strictest(), vec![mistake.hint("Copy the one of agreements/sample-truce.")]);
    };
    let (table, errors) = DeTable::parse_recoverable(file);
    let mut page = Page { table: table.into_inner(), mistakes: vec![], length: file.len() };
    for error in errors {
        page.note(error.span().unwrap_or(0..0), error.message());
    }
    let rules = page.rules();
    page.unknown();
    page.check(&rules);
    page.mistakes.sort_by_key(|mistake| mistake.span.bytes.start);
    (rules, page.mistakes)
}

/// Rules under which nothing passes: what stands in for sections that cannot be read.
fn strictest() -> Rules {
    Rules {
        body: Body {
            name: "Commission".into(),
            article: String::new(),
            status: Status::Proposed,
            outcome: OutcomeMode::Recommendation,
            respondents: vec![],
        },
        seats: vec![],
        quorum: Quorum { seats: 1, groups: BTreeMap::new() },
        voting: VotingRule::Consensus,
        recusal: Recusal { automatic: true, by_motion: true },
        prerequisites: Prerequisites {
            reply: true,
            custody: true,
            hypotheses_min: 2,
            team_min: 1,
            team_groups: vec![],
        },
        stages: BTreeMap::new(),
        escalation: vec![],
        levels: BTreeMap::new(),
        grouping: Grouping {
            cell_deg: 1.0,
            window: Duration::days(1),
            severity_min: 1,
            party_share_min: kernel::Probability::new(0.25),
            cases_per_window_max: 24,
        },
        provisional: Provisional {
            automatic: false,
            chance_min: kernel::Probability::ONE,
            party_share_min: kernel::Probability::ONE,
            allegations_min: 1,
            publish_after: Duration::hours(24),
        },
        signatures: Signatures { required: Signers::Majority },
        publication: Publication { delay: Duration::ZERO },
        remedies: BTreeMap::new(),
    }
}

struct Page<'s> {
    table: DeTable<'s>,
    mistakes: Vec<Mistake>,
    length: usize,
}

impl<'s> Page<'s> {
    fn note(&mut self, bytes: Range<usize>, message: impl Into<String>) {
        self.mistakes.push(Mistake::new(FILE, bytes, message));
    }

    fn hint(&mut self, bytes: Range<usize>, message: impl Into<String>, hint: &str) {
        self.mistakes.push(Mistake::new(FILE, bytes, message).hint(hint));
    }

    fn rules(&mut self) -> Rules {
        let fallback = strictest();
        let stages = self.list::<StageRule>("stage");
        let levels = self.list::<LevelRule>("level");
        let remedies = self.list::<Remedy>("remedy");
        Rules {
            body: self.section("commission", fallback.body),
            seats: self.list::<Seat>("seat"),
            quorum: self.section("quorum", fallback.quorum),
            voting: self.section("voting", fallback.voting),
            recusal: self.section("recusal", fallback.recusal),
            prerequisites: self.section("prerequisites", fallback.prerequisites),
            stages: stages.into_iter().map(|rule| (rule.name, rule)).collect(),
            escalation: self.list::<Escalation>("escalation"),
            levels: levels.into_iter().map(|rule| (rule.name, rule)).collect(),
            grouping: self.section("grouping", fallback.grouping),
            provisional: self.section("provisional", fallback.provisional),
            signatures: self.section("signatures", fallback.signatures),
            publication: self.section("publication", fallback.publication),
            remedies: remedies.into_iter().map(|remedy| (remedy.id, remedy.text)).collect(),
        }
    }

    fn value(&self, name: &str) -> Option<Spanned<DeValue<'s>>> {
        let found = self.table.iter().find(|(key, _)| key.get_ref() == name);
        found.map(|(_, value)| value.clone())
    }

    fn section<T: DeserializeOwned>(&mut self, name: &str, fallback: T) -> T {
        match self.value(name) {
            Some(value) => self.one(value).unwrap_or(fallback),
            None => {
                let end = self.length..self.length;
                self.hint(end, format!("Section [{name}] is missing"), "See agreements/paris.");
                fallback
            }
        }
    }

    fn list<T: DeserializeOwned>(&mut self, name: &str) -> Vec<T> {
        let Some(value) = self.value(name) else { return vec![] };
        let bytes = value.span();
        let DeValue::Array(items) = value.into_inner() else {
            self.hint(bytes, format!("`{name}` is a list"), &format!("Write [[{name}]]."));
            return vec![];
        };
        items.into_iter().filter_map(|item| self.one(item)).collect()
    }

    fn one<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'s>>) -> Option<T> {
        let whole = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(read) => Some(read),
            Err(error) => {
                self.note(error.span().unwrap_or(whole), error.message());
                None
            }
        }
    }

    fn unknown(&mut self) {
        let keys = self.table.keys();
        let strange: Vec<_> = keys
            .filter(|key| !SECTIONS.contains(&key.get_ref().as_ref()) && key.get_ref() != "remedy")
            .map(|key| (key.span(), key.get_ref().to_string()))
            .collect();
        for (bytes, name) in strange {
            self.hint(bytes, format!("Unknown section `{name}`"), &SECTIONS.join(", "));
        }
    }

    fn span(&self, name: &str) -> Range<usize> {
        self.value(name).map_or(self.length..self.length, |value| value.span())
    }

    /// Of a list, the place of its item at `index`.
    fn item_span(&self, name: &str, index: usize) -> Range<usize> {
        let value = self.value(name);
        let items = value.as_ref().and_then(|value| value.get_ref().as_array());
        items.and_then(|items| items.get(index)).map_or(self.span(name), Spanned::span)
    }

    /// What no single section can see.
    fn check(&mut self, rules: &Rules) {
        self.check_seats(rules);
        self.check_quorum(rules);
        self.check_stages(rules);
        self.check_numbers(rules);
    }

    fn check_seats(&mut self, rules: &Rules) {
        for (index, seat) in rules.seats.iter().enumerate() {
            let earlier = rules.seats.iter().take(index);
            let known = |id: &kernel::Identity| {
                let mut earlier = earlier.clone();
                earlier.any(|other| other.id == *id || other.alternates.contains(id))
            };
            if known(&seat.id) || seat.alternates.iter().any(known) {
                let bytes = self.item_span("seat", index);
                self.hint(bytes, format!("{} sits twice", seat.id), "One identity, one seat.");
            }
        }
        let judges = |seat: &&Seat| {
            !seat.vacant && seat.party.as_ref().is_none_or(|p| !rules.body.respondents.contains(p))
        };
        if !rules.seats.iter().filter(judges).any(|seat| seat.chair) {
            let bytes = self.span("seat");
            let hint = "Mark a filled seat of no respondent with `chair = true`.";
            self.hint(bytes, "Nobody presides when the parties' seats are recused", hint);
        }
        if rules.body.respondents.is_empty() {
            let bytes = self.span("commission");
            self.hint(bytes, "A case could be laid against nobody", "List `respondents`.");
        }
    }

    /// A quorum that needs an accused party's seat would let the accused prevent judgement.
    fn check_quorum(&mut self, rules: &Rules) {
        let respondents = &rules.body.respondents;
        let judges = |seat: &&Seat| {
            !seat.vacant && seat.party.as_ref().is_none_or(|party| !respondents.contains(party))
        };
        let reachable = |group: Option<&String>, needed: usize| {
            let members = rules.seats.iter().filter(judges);
            members.filter(|seat| group.is_none_or(|group| seat.group == *group)).count() >= needed
        };
        let total = reachable(None, rules.quorum.seats);
        let groups = rules.quorum.groups.iter().all(|(name, count)| reachable(Some(name), *count));
        if !total || !groups {
            let bytes = self.span("quorum");
            let hint = "Lower it to what the other filled seats can reach.";
            self.hint(
                bytes,
                "This quorum cannot be reached when both parties' seats are recused",
                hint,
            );
        }
        let odd = matches!(rules.voting, VotingRule::Qualified { r#for, of, .. } if r#for == 0 || r#for > of);
        if odd {
            let bytes = self.span("voting");
            self.hint(bytes, "More parts than the whole, or none", "Write e.g. `for = 2, of = 3`.");
        }
    }

    fn check_stages(&mut self, rules: &Rules) {
        for stage in [Stage::Docket, Stage::Reply, Stage::Deliberation, Stage::Vote, Stage::Signed]
        {
            let Some(rule) = rules.stages.get(&stage) else {
                let bytes = self.span("stage");
                let hint = "Every stage has a deadline and a default.";
                self.hint(bytes, format!("Stage {stage:?} is missing"), hint);
                continue;
            };
            let last = matches!(stage, Stage::Deliberation | Stage::Vote);
            if last && rule.on_expiry == OnExpiry::Proceed {
                let bytes = self.span("stage");
                let hint = "Write escalate, publish-provisional, presume or lapse.";
                self.hint(bytes, format!("Stage {stage:?} cannot proceed without a motion"), hint);
            }
            if rule.within < Duration::ZERO {
                let bytes = self.span("stage");
                self.note(bytes, format!("Stage {stage:?} would end before it begins"));
            }
        }
        let up = rules.stages.values().any(|rule| rule.on_expiry == OnExpiry::Escalate);
        if up && rules.escalation.is_empty() {
            let bytes = self.span("stage");
            self.hint(bytes, "Nobody is named to escalate to", "Add [[escalation]].");
        }
        for level in [Level::Provisional, Level::Confirmed] {
            if !rules.levels.contains_key(&level) {
                let bytes = self.span("level");
                self.hint(bytes, format!("Level {level:?} is missing"), "Add [[level]].");
            }
        }
    }

    fn check_numbers(&mut self, rules: &Rules) {
        let grouping = &rules.grouping;
        if !(0.05..=90.0).contains(&grouping.cell_deg) || grouping.window <= Duration::ZERO {
            let bytes = self.span("grouping");
            let hint = "Use 0.05 to 90 degrees and a window longer than nothing.";
            self.hint(bytes, "Cells or windows of this size gather nothing", hint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(toml: &str) -> SourceText {
        SourceText([(FILE.to_owned(), toml.to_owned())].into())
    }

    const SAMPLE: &str = include_str!("../../../agreements/sample-truce/commission.toml");
    const PARIS: &str = include_str!("../../../agreements/paris/commission.toml");

    #[test]
    fn the_built_in_agreements_have_no_mistakes() {
        for toml in [SAMPLE, PARIS] {
            let (rules, mistakes) = read(&text(toml));
            assert_eq!(mistakes, []);
            assert!(rules.seats.len() >= 3);
        }
    }

    #[test]
    fn all_mistakes_show_at_once_with_their_words() {
        let broken = SAMPLE
            .replace("rule = \"consensus\"", "rule = \"lottery\"")
            .replace("group = \"neutral\"", "grup = \"neutral\"")
            .replace("[publication]", "[publicity]");
        let (_, mistakes) = read(&text(&broken));
        let said = |word: &str| mistakes.iter().any(|mistake| mistake.message.contains(word));
        assert!(
            said("lottery") && said("grup") && said("publication") && said("publicity"),
            "{mistakes:?}"
        );
        let lottery = mistakes.iter().find(|mistake| mistake.message.contains("lottery")).unwrap();
        assert!(broken[lottery.span.bytes.clone()].contains("lottery"));
    }

    #[test]
    fn a_quorum_that_waits_for_the_accused_is_a_mistake() {
        let (_, mistakes) =
            read(&text(&SAMPLE.replace("[quorum]\nseats = 1", "[quorum]\nseats = 3")));
        assert!(mistakes.iter().any(|mistake| mistake.message.contains("quorum")), "{mistakes:?}");
    }
}
