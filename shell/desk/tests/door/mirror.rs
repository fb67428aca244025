//! Exchanging two names wherever they stand as a word of their own.

use kernel::SourceText;

/// Two names that change places, in every spelling: `UA` with `RU`, `ua` with `ru`.
#[derive(Clone, Copy)]
pub struct Mirror(pub &'static [(&'static str, &'static str)]);

/// The parties of agreements/paris.
pub const PARIS: Mirror = Mirror(&[("UA", "RU"), ("ua", "ru")]);
/// The parties of agreements/sample-truce.
pub const TRUCE: Mirror = Mirror(&[("North", "South"), ("north", "south")]);

impl Mirror {
    /// The text with the names exchanged; doing it twice gives the text again.
    pub fn text(self, text: &str) -> String {
        let mut swapped = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let of_word = |c: char| c.is_alphanumeric();
            let same = |c: char| of_word(c) == of_word(first);
            let end = rest.find(|c| !same(c)).unwrap_or(rest.len());
            swapped.push_str(self.word(&rest[..end]));
            rest = &rest[end..];
        }
        swapped
    }

    fn word(self, word: &str) -> &str {
        for (one, other) in self.0 {
            match word {
                _ if word == *one => return other,
                _ if word == *other => return one,
                _ => {}
            }
        }
        word
    }

    /// Every file of an agreement with the names exchanged.
    pub fn agreement(self, text: &SourceText) -> SourceText {
        let files = text.0.iter();
        SourceText(files.map(|(name, text)| (name.clone(), self.text(text))).collect())
    }
}

#[test]
fn only_whole_words_change_places() {
    let text = "\"UA\" ua-log seat.ru RUn quarUA Нру";
    assert_eq!(PARIS.text(text), "\"RU\" ru-log seat.ua RUn quarUA Нру");
    assert_eq!(PARIS.text(&PARIS.text(text)), text);
}

#[test]
fn the_mirrored_agreement_is_an_agreement() {
    for (name, mirror) in [("paris", PARIS), ("sample-truce", TRUCE)] {
        let text = crate::house::agreement(name);
        let mirrored = mirror.agreement(&text);
        assert_ne!(mirrored, text);
        let (_, mistakes) = secretariat::state::Parts::read(&mirrored);
        assert!(mistakes.is_empty(), "{name}: {mistakes:?}");
        assert_eq!(mirror.agreement(&mirrored), text);
    }
}
