//! Reads a ```rule block: kind, bearer, trigger, guard, exceptions, duty, severity.

use kernel::PartyId;

use crate::agreement::{Agreement, Clause, Duty, Rule, RuleKind};
use crate::fields::{Table, Written};
use crate::guard::check::{Checker, conjuncts};
use crate::guard::lex::Slip;
use crate::guard::parse::{Expr, parse};
use crate::guard::{Condition, Level};
use crate::read_settings::{CEASEFIRE, classes};
use crate::suggest;
use crate::words::Words;

/// Reads one rule beneath `article` into `agreement`.
pub fn read(table: Table<'_, '_>, article: &str, words: &Words, agreement: &mut Agreement) {
    let id = table.text("id");
    if agreement.rule(&id.value).is_some() {
        table.page().note(id.bytes, format!("there are two rules `{}`", id.value), "");
    }
    let kinds = [("prohibition", RuleKind::Prohibition), ("obligation", RuleKind::Obligation)];
    let kind = table.choice("kind", &kinds, RuleKind::Prohibition);
    let trigger = classes(&table, table.texts("trigger"));
    let duty = duty(&table, words);
    if kind == RuleKind::Obligation && duty.is_none() && !table.has("due") {
        table.page().note(table.bytes(), "an obligation needs `due` and `fulfilled_by`", "");
    }
    if kind == RuleKind::Prohibition && trigger.is_empty() && !table.has("trigger") {
        let hint = "trigger = [\"artillery-fire\"]";
        table.page().note(table.bytes(), "a prohibition needs a `trigger`", hint);
    }
    let mut clauses = clauses(&table, words);
    clauses.extend(exceptions(&table, words));
    let rule = Rule {
        id: id.value,
        article: article.to_owned(),
        kind,
        bearers: bearers(&table, agreement),
        in_force_with: in_force_with(&table, words),
        trigger,
        clauses,
        duty,
        severity: severity(&table, words, agreement.heading.severity.len()),
        refuted_by: table.texts("refuted_by").into_iter().map(|text| text.value).collect(),
    };
    table.close();
    agreement.rules.push(rule);
}

/// Notes slips of a guard at their bytes in the page. Texts with escapes are underlined whole.
fn note(table: &Table<'_, '_>, guard: &Written<String>, slips: Vec<Slip>) {
    let page = table.page();
    let exact = page.text.get(guard.bytes.clone()) == Some(guard.value.as_str());
    for slip in slips {
        let start = guard.bytes.start;
        let bytes = start + slip.bytes.start..start + slip.bytes.end;
        page.note(if exact { bytes } else { guard.bytes.clone() }, slip.message, slip.hint);
    }
}

/// Parses a guard and hands its tree to `check`; mistakes of both are noted.
fn checked<T>(
    table: &Table<'_, '_>,
    guard: &Written<String>,
    words: &Words,
    check: impl FnOnce(&mut Checker<'_>, &Expr) -> Option<T>,
) -> Option<T> {
    match parse(&guard.value) {
        Ok(expr) => {
            let mut checker = Checker::new(words);
            let read = check(&mut checker, &expr);
            note(table, guard, checker.slips);
            read
        }
        Err(slip) => {
            note(table, guard, vec![slip]);
            None
        }
    }
}

fn clauses(table: &Table<'_, '_>, words: &Words) -> Vec<Clause> {
    let Some(guard) = table.text_if("guard") else { return Vec::new() };
    let read = checked(table, &guard, words, |checker, expr| {
        let clause = |part: &Expr| {
            let text = guard.value.get(part.bytes.clone()).unwrap_or_default().to_owned();
            checker.condition(part).map(|condition| Clause { text, condition })
        };
        Some(conjuncts(expr).into_iter().filter_map(clause).collect())
    });
    read.unwrap_or_default()
}

/// `except = ["demining"]`: a notice of that kind lifts the rule.
fn exceptions(table: &Table<'_, '_>, words: &Words) -> Vec<Clause> {
    let read = table.texts("except").into_iter().filter_map(|kind| {
        let index = words.notices.iter().position(|known| *known == kind.value);
        if index.is_none() {
            let hint = suggest::hint(&kind.value, words.notices.iter().map(String::as_str));
            let message = format!("unknown kind of notice `{}`", kind.value);
            table.page().note(kind.bytes, message, hint);
        }
        Some(Clause {
            text: format!("!noticed('{}')", kind.value),
            condition: Condition::Not(Condition::Noticed(index?).into()),
        })
    });
    read.collect()
}

fn duty(table: &Table<'_, '_>, words: &Words) -> Option<Duty> {
    let due = table.text_if("due")?;
    let fulfilled_by = table.text("fulfilled_by");
    if !words.facts.contains(&fulfilled_by.value) {
        let hint = suggest::hint(&fulfilled_by.value, words.facts.iter().map(String::as_str));
        let message = format!("unknown fact `{}`", fulfilled_by.value);
        table.page().note(fulfilled_by.bytes, message, hint);
    }
    let due = checked(table, &due, words, |checker, expr| checker.moment(expr))?;
    Some(Duty { due, fulfilled_by: fulfilled_by.value })
}

fn severity(table: &Table<'_, '_>, words: &Words, worst: usize) -> Level {
    let text = match table.text_if("severity") {
        Some(text) => text,
        None => {
            table.page().note(table.bytes(), "`severity` is missing", "severity = \"2\"");
            return Level::Is(1.0);
        }
    };
    let level = checked(table, &text, words, |checker, expr| checker.level(expr, worst));
    level.unwrap_or(Level::Is(1.0))
}

/// `each-party`, or the names of those who bear it.
fn bearers(table: &Table<'_, '_>, agreement: &Agreement) -> Vec<PartyId> {
    let all = agreement.parties.parties.iter().filter(|party| party.bears_rules());
    let all: Vec<PartyId> = all.map(|party| party.id.clone()).collect();
    let bearer = table.text("bearer");
    let named = PartyId(bearer.value.clone());
    if bearer.value == "each-party" {
        all
    } else if agreement.parties.party(&named).is_some() {
        vec![named]
    } else {
        let known = all.iter().map(PartyId::as_str).chain(["each-party"]);
        let hint = suggest::hint(&bearer.value, known);
        table.page().note(bearer.bytes, format!("unknown bearer `{}`", bearer.value), hint);
        all
    }
}

/// The switch the rule hangs on: by default the ceasefire; `always` for none. The three switches
/// (ceasefire, credible cessation, peace agreement) are never merged (K2 of the Paris texts).
fn in_force_with(table: &Table<'_, '_>, words: &Words) -> Option<String> {
    let Some(switch) = table.text_if("in_force_with") else { return Some(CEASEFIRE.to_owned()) };
    if switch.value == "always" {
        return None;
    }
    if !words.facts.contains(&switch.value) {
        let known = words.facts.iter().map(String::as_str).chain(["always"]);
        let hint = suggest::hint(&switch.value, known);
        table.page().note(switch.bytes, format!("unknown fact `{}`", switch.value), hint);
    }
    Some(switch.value)
}
