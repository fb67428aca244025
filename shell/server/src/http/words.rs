//! The words of the public pages in the three working languages, one row a meaning.

use std::borrow::Borrow;

use kernel::{Interval, Time};
use terms::parties::Names;

/// A working language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Ukrainian.
    Uk,
    /// French.
    Fr,
}

impl Lang {
    /// All of them, in the order of the table's columns.
    pub const ALL: [Self; 3] = [Self::En, Self::Uk, Self::Fr];

    /// Its BCP 47 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Uk => "uk",
            Self::Fr => "fr",
        }
    }

    /// The language of a code; regions are ignored.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let primary = code.split('-').next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|lang| lang.code() == primary)
    }

    /// The language that a browser likes best of ours (RFC 9110, 12.5.4); English when none.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let mut wishes: Vec<(f32, Self)> = header
            .split(',')
            .filter_map(|wish| {
                let (code, quality) = wish.split_once(";q=").unwrap_or((wish, "1"));
                Some((quality.trim().parse().unwrap_or(0.0), Self::of(code.trim())?))
            })
            .filter(|(quality, _)| *quality > 0.0)
            .collect();
        wishes.sort_by(|one, other| other.0.total_cmp(&one.0));
        wishes.first().map_or(Self::En, |(_, lang)| *lang)
    }

    /// The words of a meaning; the key itself when nobody wrote them, which a test forbids.
    #[must_use]
    pub fn say(self, key: &str) -> &str {
        let row = table().find(|(name, _)| *name == key);
        row.and_then(|(_, says)| says.get(self as usize).copied()).unwrap_or(key)
    }

    /// The word for a value of ours: `class` and `Class::Explosion` give `class.explosion`.
    #[must_use]
    pub fn word<T: serde::Serialize>(self, of: &str, value: &T) -> String {
        let word = crate::views::word(value);
        let key = format!("{of}.{word}");
        let said = self.say(&key);
        if said == key { word } else { said.to_owned() }
    }

    /// A name in this language.
    #[must_use]
    pub fn name(self, names: &Names) -> &str {
        match self {
            Self::En => &names.en,
            Self::Uk => &names.uk,
            Self::Fr => &names.fr,
        }
    }

    /// A share as percent, rounded down so that nothing sounds surer than it is.
    #[must_use]
    pub fn percent(self, share: impl Borrow<f64>) -> String {
        format!("{}\u{a0}%", (share.borrow() * 100.0).floor())
    }

    /// A moment to the minute, UTC.
    #[must_use]
    pub fn minute(self, time: impl Borrow<Time>) -> String {
        let text = time.borrow().to_string();
        match text.get(..16) {
            Some(minute) => format!("{}\u{a0}UTC", minute.replace('T', "\u{a0}")),
            None => text,
        }
    }

    /// An interval to the minute, UTC.
    #[must_use]
    pub fn span(self, interval: impl Borrow<Interval>) -> String {
        let interval = interval.borrow();
        if interval.start == interval.end {
            return self.minute(interval.start);
        }
        format!("{} – {}", self.minute(interval.start), self.minute(interval.end))
    }
}

/// A meaning with its words in English, Ukrainian, French.
type Row = (&'static str, [&'static str; 3]);

fn table() -> impl Iterator<Item = &'static Row> {
    let phrases = super::phrases::PHRASES.iter().chain(super::proceedings::PROCEEDINGS);
    phrases.chain(super::terms_of_art::TERMS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_has_its_words_in_every_language_once() {
        let mut keys: Vec<&str> = table().map(|(key, _)| *key).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count, "a key stands twice");
        for (key, says) in table() {
            assert!(says.iter().all(|said| !said.trim().is_empty()), "{key} is empty somewhere");
        }
    }

    #[test]
    fn templates_say_nothing_that_is_not_in_the_table() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
        for file in std::fs::read_dir(folder).expect("templates") {
            let path = file.expect("a file").path();
            let text = std::fs::read_to_string(&path).expect("text");
            for said in text.split("say(\"").skip(1) {
                let key = said.split('"').next().unwrap_or_default();
                assert!(table().any(|(name, _)| *name == key), "{}: {key}", path.display());
            }
        }
    }

    #[test]
    fn browsers_get_the_language_they_like_best() {
        assert_eq!(Lang::accepted("de, fr;q=0.8, uk;q=0.9"), Lang::Uk);
        assert_eq!(Lang::accepted("fr-CH, en;q=0.5"), Lang::Fr);
        assert_eq!(Lang::accepted("uk;q=0, *"), Lang::En);
        assert_eq!(Lang::accepted(""), Lang::En);
    }
}
