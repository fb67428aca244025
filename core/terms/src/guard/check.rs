//! Checks a guard's names and types against the agreement, and gathers every mistake in it.
//!
//! Names: `incident.at` (moment), `incident.class`, `incident.count`, `incident.groups`, `T0`.
//! Functions: `in_zone(zone)`, `near(category, metres)`, `inside_withdrawal_limit()`,
//! `fact(name)` or `fact(name, subject)`, `noticed(kind)`, `duration('14d')`,
//! `timestamp('2026-03-01T00:00:00Z')`.

use std::ops::Range;

use kernel::{Duration, Time};

use super::condition::{Compare, Condition, Level, Moment};
use super::lex::Slip;
use super::operand::{Linear, Operand};
use super::parse::{Expr, Kind};
use crate::suggest;
use crate::words::{CLASSES, Words};

const NAMES: [&str; 5] =
    ["incident.at", "incident.class", "incident.count", "incident.groups", "T0"];
const FUNCTIONS: [&str; 7] =
    ["in_zone", "near", "inside_withdrawal_limit", "fact", "noticed", "duration", "timestamp"];

/// Checks expressions against the agreement's own words.
pub struct Checker<'a> {
    words: &'a Words,
    /// Mistakes found so far.
    pub slips: Vec<Slip>,
}

/// The parts of `a && b && c`, each by itself.
#[must_use]
pub fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        Kind::Binary("&&", left, right) => [conjuncts(left), conjuncts(right)].concat(),
        _ => vec![expr],
    }
}

impl<'a> Checker<'a> {
    /// A checker that knows these words.
    #[must_use]
    pub fn new(words: &'a Words) -> Self {
        Self { words, slips: Vec::new() }
    }

    fn slip<T>(&mut self, bytes: &Range<usize>, message: String, hint: &str) -> Option<T> {
        self.slips.push(Slip::new(bytes.clone(), message, hint));
        None
    }

    /// The condition that `expr` states; a mistake is noted when it states none.
    pub fn condition(&mut self, expr: &Expr) -> Option<Condition> {
        match &expr.kind {
            Kind::Bool(holds) => Some(Condition::Always(*holds)),
            Kind::Unary("!", inner) => Some(Condition::Not(self.condition(inner)?.into())),
            Kind::Binary(sign @ ("&&" | "||"), left, right) => {
                let (left, right) = (self.condition(left), self.condition(right));
                let both = vec![left?, right?];
                Some(if *sign == "&&" { Condition::All(both) } else { Condition::Any(both) })
            }
            Kind::Binary("in", left, right) => self.membership(left, right),
            Kind::Binary(sign, left, right) => self.comparison(expr, sign, left, right),
            Kind::Choice(test, yes, no) => {
                let (test, yes, no) =
                    (self.condition(test), self.condition(yes), self.condition(no));
                let (test, yes, no) = (test?, yes?, no?);
                let denied = Condition::Not(test.clone().into());
                let (then, otherwise) = (vec![test, yes], vec![denied, no]);
                Some(Condition::Any(vec![Condition::All(then), Condition::All(otherwise)]))
            }
            Kind::Call(name, bytes, arguments) => self.call(expr, name, bytes, arguments),
            _ => {
                let found = self.operand(expr)?.name();
                self.slip(&expr.bytes, format!("expected a condition, found {found}"), "compare it")
            }
        }
    }

    /// A severity: a number from 1 to `worst`, or a choice between such numbers.
    pub fn level(&mut self, expr: &Expr, worst: usize) -> Option<Level> {
        match &expr.kind {
            Kind::Number(number) if (1.0..=worst as f64).contains(number) => {
                Some(Level::Is(*number))
            }
            Kind::Choice(test, yes, no) => {
                let test = self.condition(test);
                let (yes, no) = (self.level(yes, worst), self.level(no, worst));
                Some(Level::Choice(test?.into(), yes?.into(), no?.into()))
            }
            _ => {
                let message = format!("a severity is a number from 1 to {worst}");
                self.slip(&expr.bytes, message, "or a choice: condition ? 3 : 2")
            }
        }
    }

    /// A moment that does not depend on an incident: `T0 + duration('14d')`.
    pub fn moment(&mut self, expr: &Expr) -> Option<Moment> {
        let operand = self.operand(expr)?;
        let moment = if let Operand::Linear(linear) = operand { linear.moment() } else { None };
        if moment.is_none() {
            let message =
                format!("expected a moment like T0 + duration('14d'), found {}", operand.name());
            return self.slip(&expr.bytes, message, "");
        }
        moment
    }

    fn comparison(
        &mut self,
        all: &Expr,
        sign: &str,
        left: &Expr,
        right: &Expr,
    ) -> Option<Condition> {
        let (left, right) = (self.operand(left), self.operand(right));
        let (left, right) = (left?, right?);
        match (&left, &right) {
            (Operand::Linear(one), Operand::Linear(other)) if one.degree() == other.degree() => {
                self.moments(all, sign, one.plus(*other, -1))
            }
            (Operand::Tally(tally), Operand::Number(number)) => {
                Some(numbers(*tally, sign, *number))
            }
            (Operand::Number(number), Operand::Tally(tally)) => {
                Some(numbers(*tally, mirrored(sign), *number))
            }
            (Operand::Class, Operand::Text(class)) | (Operand::Text(class), Operand::Class)
                if matches!(sign, "==" | "!=") =>
            {
                let class = self.class(class, &all.bytes)?;
                let same = Condition::Class([class].into());
                Some(if sign == "==" { same } else { Condition::Not(same.into()) })
            }
            _ => {
                let message =
                    format!("{} does not compare with {} by `{sign}`", left.name(), right.name());
                self.slip(&all.bytes, message, "")
            }
        }
    }

    /// `difference sign 0`, where the difference must hold `incident.at` once.
    fn moments(&mut self, all: &Expr, sign: &str, difference: Linear) -> Option<Condition> {
        let flip = difference.happened < 0;
        let rest = Linear { happened: 0, ..difference };
        let moment = rest.plus(rest, if flip { 0 } else { -2 }).moment();
        let compare = compare(if flip { mirrored(sign) } else { sign });
        match (difference.happened.abs(), moment, compare) {
            (1, Some(moment), Some(compare)) => Some(Condition::At(compare, moment)),
            (1, Some(_), None) => {
                self.slip(&all.bytes, "a moment is never exactly another".into(), "use <= or >=")
            }
            _ => self.slip(&all.bytes, "this does not depend on `incident.at` alone".into(), ""),
        }
    }

    fn membership(&mut self, left: &Expr, right: &Expr) -> Option<Condition> {
        let left_operand = self.operand(left)?;
        let Kind::List(items) = &right.kind else {
            return self.slip(&right.bytes, "`in` asks for a list".into(), "write ['a', 'b']");
        };
        if !matches!(left_operand, Operand::Class) {
            return self.slip(&left.bytes, "only `incident.class` can be in a list".into(), "");
        }
        let mut classes = std::collections::BTreeSet::new();
        for item in items {
            match &item.kind {
                Kind::Text(class) => classes.extend(self.class(class, &item.bytes)),
                _ => {
                    let _: Option<()> =
                        self.slip(&item.bytes, "expected a class in quotes".into(), "");
                }
            }
        }
        Some(Condition::Class(classes))
    }

    fn class(&mut self, word: &str, bytes: &Range<usize>) -> Option<watch::Class> {
        match CLASSES.iter().find(|(name, _)| *name == word) {
            Some((_, class)) => Some(*class),
            None => {
                let hint = suggest::hint(word, CLASSES.iter().map(|(name, _)| *name));
                self.slip(bytes, format!("unknown class `{word}`"), &hint)
            }
        }
    }

    fn call(
        &mut self,
        all: &Expr,
        name: &str,
        at: &Range<usize>,
        given: &[Expr],
    ) -> Option<Condition> {
        match (name, given) {
            ("in_zone", [zone]) => {
                let words = self.words;
                self.index(zone, "zone", &words.zones).map(Condition::Zone)
            }
            ("noticed", [kind]) => {
                let words = self.words;
                self.index(kind, "kind of notice", &words.notices).map(Condition::Noticed)
            }
            ("near", [category, metres]) => {
                let words = self.words;
                let found = self.index(category, "category of protected object", &words.categories);
                let within_m = self.metres(metres);
                let category = words.categories.get(found?)?.clone();
                Some(Condition::Near { category, within_m: within_m? })
            }
            ("inside_withdrawal_limit", []) if self.words.weapons => {
                Some(Condition::InsideWithdrawal)
            }
            ("inside_withdrawal_limit", []) => {
                self.slip(at, "this agreement has no weapons table".into(), "declare `[[weapons]]`")
            }
            ("fact", [fact, rest @ ..]) if rest.len() <= 1 => {
                let words = self.words;
                let index = self.index(fact, "fact", &words.facts);
                let subject = rest.first().map(|subject| self.text(subject));
                let name = words.facts.get(index?)?.clone();
                Some(Condition::Fact {
                    name,
                    subject: subject.map_or(Some(None), |s| s.map(Some))?,
                })
            }
            ("duration" | "timestamp", _) => {
                self.operand(all)?;
                self.slip(
                    &all.bytes,
                    format!("`{name}` is no condition"),
                    "compare it with incident.at",
                )
            }
            (known, _) if FUNCTIONS.contains(&known) => {
                self.slip(at, format!("`{known}` is called with the wrong arguments"), usage(known))
            }
            _ => {
                let hint = suggest::hint(name, FUNCTIONS);
                self.slip(at, format!("unknown function `{name}`"), &hint)
            }
        }
    }

    fn operand(&mut self, expr: &Expr) -> Option<Operand> {
        match &expr.kind {
            Kind::Number(number) => Some(Operand::Number(*number)),
            Kind::Text(text) => Some(Operand::Text(text.clone())),
            Kind::Name(name) => self.name(name, &expr.bytes),
            Kind::Binary(sign @ ("+" | "-"), left, right) => {
                let (left, right) = (self.operand(left), self.operand(right));
                let (Operand::Linear(left), Operand::Linear(right)) = (left?, right?) else {
                    let message = "only moments and durations are added".to_owned();
                    return self.slip(&expr.bytes, message, "write duration('24h')");
                };
                Some(Operand::Linear(left.plus(right, if *sign == "+" { 1 } else { -1 })))
            }
            Kind::Call(name, _, given) if name == "duration" || name == "timestamp" => {
                let [Expr { kind: Kind::Text(text), bytes }] = &given[..] else {
                    return self.slip(&expr.bytes, format!("`{name}` takes one text"), usage(name));
                };
                self.literal(name, text, bytes)
            }
            _ => self.slip(&expr.bytes, "expected a value that can be compared".into(), ""),
        }
    }

    fn literal(&mut self, name: &str, text: &str, bytes: &Range<usize>) -> Option<Operand> {
        let read = if name == "duration" {
            text.parse().map(|Duration(us)| Linear { offset_us: us, ..Linear::default() })
        } else {
            text.parse().map(|Time(us)| Linear { fixed: 1, offset_us: us, ..Linear::default() })
        };
        match read {
            Ok(linear) => Some(Operand::Linear(linear)),
            Err(error) => self.slip(bytes, error.to_string(), ""),
        }
    }

    fn name(&mut self, name: &str, bytes: &Range<usize>) -> Option<Operand> {
        let linear = |happened, start| {
            Some(Operand::Linear(Linear { happened, start, ..Linear::default() }))
        };
        match name {
            "incident.at" => linear(1, 0),
            "T0" => linear(0, 1),
            "incident.class" => Some(Operand::Class),
            "incident.count" => Some(Operand::Tally(Condition::Count)),
            "incident.groups" => Some(Operand::Tally(Condition::Groups)),
            _ => {
                let known = NAMES.into_iter().chain(FUNCTIONS);
                self.slip(bytes, format!("unknown name `{name}`"), &suggest::hint(name, known))
            }
        }
    }

    fn text(&mut self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            Kind::Text(text) => Some(text.clone()),
            _ => self.slip(&expr.bytes, "expected a text in quotes".into(), ""),
        }
    }
    fn metres(&mut self, expr: &Expr) -> Option<f64> {
        match &expr.kind {
            Kind::Number(number) => Some(*number),
            _ => self.slip(&expr.bytes, "expected a number of metres".into(), ""),
        }
    }
    fn index(&mut self, expr: &Expr, what: &str, known: &[String]) -> Option<usize> {
        let word = self.text(expr)?;
        known.iter().position(|name| *name == word).or_else(|| {
            let hint = suggest::hint(&word, known.iter().map(String::as_str));
            self.slip(&expr.bytes, format!("unknown {what} `{word}`"), &hint)
        })
    }
}

fn compare(sign: &str) -> Option<Compare> {
    match sign {
        "<" => Some(Compare::Below),
        "<=" => Some(Compare::AtMost),
        ">" => Some(Compare::Above),
        ">=" => Some(Compare::AtLeast),
        _ => None,
    }
}

fn mirrored(sign: &str) -> &str {
    match sign {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        other => other,
    }
}

fn numbers(tally: fn(Compare, f64) -> Condition, sign: &str, number: f64) -> Condition {
    let equal =
        || Condition::All(vec![tally(Compare::AtLeast, number), tally(Compare::AtMost, number)]);
    match (compare(sign), sign) {
        (Some(compare), _) => tally(compare, number),
        (None, "!=") => Condition::Not(equal().into()),
        _ => equal(),
    }
}

fn usage(function: &str) -> &'static str {
    match function {
        "in_zone" => "in_zone('zone')",
        "near" => "near('category', 1000)",
        "inside_withdrawal_limit" => "inside_withdrawal_limit()",
        "fact" => "fact('name') or fact('name', 'subject')",
        "noticed" => "noticed('kind')",
        "duration" => "duration('24h')",
        _ => "timestamp('2026-03-01T00:00:00Z')",
    }
}
