//! A pledge's condition over facts: a small language, answered yes, no or not yet known.
//!
//! ```text
//! condition := all { "or" all }        all := one { "and" one }
//! one       := "not" one | "(" condition ")" | fact
//! fact      := name [ "(" subject ")" ] [ "@breach" ]
//! ```
//! A subject may hold `{pledge}`, `{pledger}` and `{finding}`. `@breach` asks what held when the
//! breach began instead of now.

use std::fmt;

use kernel::Truth;
use serde::{Deserialize, Serialize};

/// A condition as written and as understood; serialised as its words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    words: String,
    meaning: Meaning,
}

/// One question to the fact book.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Question {
    /// The fact's name.
    pub fact: String,
    /// Of whom or what, with the places of names still open.
    pub subject: Option<String>,
    /// Whether it asks about the moment of the breach rather than now.
    pub at_breach: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Meaning {
    Ask(Question),
    Not(Box<Meaning>),
    All(Vec<Meaning>),
    Any(Vec<Meaning>),
}

/// Deeper nesting is refused: no clause needs it, and evaluation recurses.
const DEPTH_MAX: usize = 16;

impl Condition {
    /// Answers the condition when `ask` answers its questions (Kleene's strong logic).
    pub fn answer(&self, ask: &dyn Fn(&Question) -> Truth) -> Truth {
        self.meaning.answer(ask)
    }

    /// Every question in reading order.
    #[must_use]
    pub fn questions(&self) -> Vec<&Question> {
        let mut questions = Vec::new();
        self.meaning.gather(&mut questions);
        questions
    }
}

impl Meaning {
    fn answer(&self, ask: &dyn Fn(&Question) -> Truth) -> Truth {
        match self {
            Self::Ask(question) => ask(question),
            Self::Not(inner) => !inner.answer(ask),
            Self::All(parts) => {
                parts.iter().fold(Truth::Yes, |so_far, part| so_far.and(part.answer(ask)))
            }
            Self::Any(parts) => {
                parts.iter().fold(Truth::No, |so_far, part| so_far.or(part.answer(ask)))
            }
        }
    }

    fn gather<'a>(&'a self, into: &mut Vec<&'a Question>) {
        match self {
            Self::Ask(question) => into.push(question),
            Self::Not(inner) => inner.gather(into),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.gather(into)),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}
impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.words
    }
}
impl TryFrom<String> for Condition {
    type Error = String;
    fn try_from(words: String) -> Result<Self, String> {
        let mut reader = Reader { rest: &words, depth: 0 };
        let meaning = reader.any()?;
        reader.skip_space();
        if reader.rest.is_empty() {
            return Ok(Self { meaning, words });
        }
        Err(format!("`{}` is left over: join conditions with `and` or `or`", reader.rest))
    }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> Result<Meaning, String> {
        let mut parts = vec![self.all()?];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Meaning::Any(parts) })
    }

    fn all(&mut self) -> Result<Meaning, String> {
        let mut parts = vec![self.one()?];
        while self.take_word("and") {
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Meaning::All(parts) })
    }

    fn one(&mut self) -> Result<Meaning, String> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(format!(
                "nested more than {DEPTH_MAX} deep: split it into several conditions"
            ));
        }
        let meaning = if self.take_word("not") {
            Meaning::Not(Box::new(self.one()?))
        } else if self.take("(") {
            let inner = self.any()?;
            if !self.take(")") {
                return Err("a bracket is not closed".to_owned());
            }
            inner
        } else {
            Meaning::Ask(self.question()?)
        };
        self.depth -= 1;
        Ok(meaning)
    }

    fn question(&mut self) -> Result<Question, String> {
        let fact = self.word();
        if fact.is_empty() || ["and", "or", "not"].contains(&fact) {
            let found = if fact.is_empty() { self.rest } else { fact };
            return Err(format!("expected the name of a fact, found `{found}`"));
        }
        self.rest = &self.rest[fact.len()..];
        let mut subject = None;
        if let Some(opened) = self.rest.strip_prefix('(') {
            let (inside, rest) = opened
                .split_once(')')
                .ok_or_else(|| format!("the subject of `{fact}` has no closing bracket"))?;
            subject = Some(inside.trim().to_owned());
            self.rest = rest;
        }
        let after_breach = self.rest.strip_prefix("@breach");
        self.rest = after_breach.unwrap_or(self.rest);
        Ok(Question { fact: fact.to_owned(), subject, at_breach: after_breach.is_some() })
    }

    fn word(&mut self) -> &'a str {
        self.skip_space();
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        self.rest.get(..end.unwrap_or(self.rest.len())).unwrap_or_default()
    }

    fn take_word(&mut self, expected: &str) -> bool {
        self.word() == expected && self.take(expected)
    }

    fn take(&mut self, expected: &str) -> bool {
        self.skip_space();
        let after = self.rest.strip_prefix(expected);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(words: &str) -> Result<Condition, String> {
        words.to_owned().try_into()
    }

    fn answer(words: &str, facts: &[(&str, Truth)]) -> Truth {
        read(words).unwrap().answer(&|question| {
            let stated = facts.iter().find(|(name, _)| *name == question.fact);
            stated.map_or(Truth::NotYetKnown, |(_, truth)| *truth)
        })
    }

    #[test]
    fn and_binds_tighter_than_or() {
        let facts = [("a", Truth::Yes), ("b", Truth::No)];
        assert_eq!(answer("a or b and b", &facts), Truth::Yes);
        assert_eq!(answer("(a or b) and b", &facts), Truth::No);
        assert_eq!(answer("not a or c", &facts), Truth::NotYetKnown);
    }

    #[test]
    fn subjects_and_moments_are_read() {
        let condition = read("approval({pledge}/bundestag) and ceasefire-in-force@breach").unwrap();
        let [approval, ceasefire] = condition.questions()[..] else { panic!("two questions") };
        assert_eq!(approval.subject.as_deref(), Some("{pledge}/bundestag"));
        assert!(ceasefire.at_breach && !approval.at_breach);
    }

    #[test]
    fn mistakes_say_what_was_expected() {
        for (words, part) in [
            ("", "expected the name of a fact"),
            ("a and", "expected the name of a fact"),
            ("a b", "`b` is left over"),
            ("(a", "not closed"),
            ("a(b", "no closing bracket"),
        ] {
            assert!(read(words).unwrap_err().contains(part), "{words}");
        }
        assert!(read(&"not ".repeat(40)).unwrap_err().contains("deep"));
    }

    fn words() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![Just("a"), Just("b"), Just("c")].prop_map(str::to_owned);
        leaf.prop_recursive(3, 12, 2, |inner| {
            prop_oneof![
                inner.clone().prop_map(|one| format!("not ({one})")),
                (inner.clone(), inner.clone())
                    .prop_map(|(one, two)| format!("({one}) and ({two})")),
                (inner.clone(), inner).prop_map(|(one, two)| format!("({one}) or ({two})")),
            ]
        })
    }
    fn truth() -> impl Strategy<Value = Truth> {
        prop_oneof![Just(Truth::No), Just(Truth::NotYetKnown), Just(Truth::Yes)]
    }

    proptest! {
        /// Learning more never turns a settled answer round.
        #[test]
        fn knowledge_only_grows(words in words(), a in truth(), b in truth(), c in truth(), learnt in any::<bool>()) {
            let before = answer(&words, &[("a", a), ("b", b), ("c", c)]);
            let c_after = if c == Truth::NotYetKnown { learnt.into() } else { c };
            let after = answer(&words, &[("a", a), ("b", b), ("c", c_after)]);
            prop_assert!(before == Truth::NotYetKnown || before == after);
        }

        #[test]
        fn de_morgan_holds(one in words(), two in words(), a in truth(), b in truth(), c in truth()) {
            let facts = [("a", a), ("b", b), ("c", c)];
            let left = answer(&format!("not (({one}) and ({two}))"), &facts);
            let right = answer(&format!("not ({one}) or not ({two})"), &facts);
            prop_assert_eq!(left, right);
        }

        #[test]
        fn any_text_is_read_or_refused(words in ".{0,60}") {
            if let Ok(condition) = read(&words) {
                prop_assert_eq!(condition.to_string(), words);
            }
        }
    }
}
