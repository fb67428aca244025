//! Reads the lists of an agreement file, gathering every mistake with the words to underline.

use std::ops::Range;

use kernel::{Mistake, SourceText};
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// One agreement file being read: its tables by name, and the mistakes found so far.
pub struct Tables<'a> {
    file: &'a str,
    root: DeTable<'a>,
    mistakes: Vec<Mistake>,
}

/// Something read, and where it stands in the file.
pub struct Read<T> {
    /// What was read.
    pub value: T,
    /// Bytes in the file.
    pub bytes: Range<usize>,
}

impl<'a> Tables<'a> {
    /// Opens `file`; a missing file is an empty one, as an agreement need not have every part.
    #[must_use]
    pub fn open(text: &'a SourceText, file: &'a str) -> Self {
        let source = text.file(file).unwrap_or_default();
        let (root, errors) = DeTable::parse_recoverable(source);
        let mistakes = errors
            .iter()
            .map(|error| Mistake::new(file, error.span().unwrap_or_default(), error.message()))
            .collect();
        Self { file, root: root.into_inner(), mistakes }
    }

    /// Reads every `[[name]]` table and takes it out of the file.
    pub fn list<T: DeserializeOwned>(&mut self, name: &str) -> Vec<Read<T>> {
        let Some(value) = self.root.remove(name) else { return Vec::new() };
        let bytes = value.span();
        let DeValue::Array(tables) = value.into_inner() else {
            self.mistake(bytes, format!("`{name}` is a list of tables: write [[{name}]]"));
            return Vec::new();
        };
        self.read_all(tables, name)
    }

    fn read_all<T: DeserializeOwned>(&mut self, tables: DeArray<'a>, name: &str) -> Vec<Read<T>> {
        let mut read = Vec::new();
        for entry in tables {
            let bytes = entry.span();
            match entry.into_inner() {
                DeValue::Table(table) => match self.read_table(table, &bytes) {
                    Some(value) => read.push(Read { value, bytes }),
                    None => continue,
                },
                _ => self.mistake(bytes, format!("write this as a table [[{name}]]")),
            }
        }
        read
    }

    /// Reads one table. Serde stops at its first error, so the key at fault is taken out and the
    /// rest read again until every key has been heard.
    fn read_table<T: DeserializeOwned>(
        &mut self,
        mut table: DeTable<'a>,
        bytes: &Range<usize>,
    ) -> Option<T> {
        let mut removed = Vec::new();
        loop {
            let whole = Spanned::new(bytes.clone(), DeValue::Table(table.clone()));
            let error = match T::deserialize(toml::de::ValueDeserializer::from(whole)) {
                Ok(value) => return removed.is_empty().then_some(value),
                Err(error) => error,
            };
            let at_fault = error.span().and_then(|span| key_around(&table, &span));
            let follows_removal =
                removed.iter().any(|key| error.message().contains(&format!("`{key}`")));
            if !follows_removal {
                let span = error.span().filter(|span| !span.is_empty());
                self.mistake(span.unwrap_or(bytes.clone()), error.message().to_owned());
            }
            let key = at_fault?;
            table.remove(key.as_str());
            removed.push(key);
        }
    }

    /// Notes a mistake.
    pub fn mistake(&mut self, bytes: Range<usize>, message: String) {
        self.mistakes.push(Mistake::new(self.file, bytes, message));
    }

    /// Every mistake, what was never read included, in the order of the file.
    #[must_use]
    pub fn finish(mut self) -> Vec<Mistake> {
        let unread: Vec<_> = self
            .root
            .keys()
            .map(|key| (key.span(), format!("nothing here is called `{}`", key.get_ref())))
            .collect();
        unread.into_iter().for_each(|(bytes, message)| self.mistake(bytes, message));
        self.mistakes.sort_by_key(|mistake| (mistake.span.bytes.start, mistake.span.bytes.end));
        self.mistakes
    }
}

/// The key of `table` that is at `span`, or whose value holds it.
fn key_around(table: &DeTable<'_>, span: &Range<usize>) -> Option<String> {
    let holds = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    let found = table.iter().find(|(key, value)| holds(key.span()) || holds(value.span()));
    found.map(|(key, _)| key.get_ref().to_string())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read")]
    struct Row {
        name: String,
        count: u32,
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let source = "[[row]]\nname = 3\ncount = \"x\"\n[[row]]\nname = \"b\"\ncount = 1\nextra = 2\n[[row]]\nname = \"c\"\n[other]\n";
        let text = SourceText([("f.toml".to_owned(), source.to_owned())].into());
        let mut tables = Tables::open(&text, "f.toml");
        assert!(tables.list::<Row>("row").is_empty());
        let words: Vec<_> = tables
            .finish()
            .iter()
            .map(|mistake| source[mistake.span.bytes.clone()].to_owned())
            .collect();
        assert_eq!(words.len(), 5, "{words:?}");
        assert_eq!(words[..3], ["3", "\"x\"", "extra"]);
    }
}
