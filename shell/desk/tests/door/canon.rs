//! Documents without the names that hashing gave them: two lists are equal when one becomes the other
//! by renaming ids.
//!
//! An id is named after where it stands: the documents that hold it, the place in them, and, round by
//! round, the names of the ids beside it there (colour refinement, Weisfeiler and Leman 1968).

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use serde_json::Value;

/// Rounds of naming: an obligation is as many steps away from the observations it goes back to.
const ROUNDS: usize = 8;
/// Numbers that only say at which place of the record something stands.
const POSITIONS: [&str; 2] = ["entry", "notification"];

type Names = BTreeMap<String, u64>;

/// The documents with ids named by their kind alone, sorted: enough to see what differs.
pub fn plain(documents: &[Value]) -> Vec<String> {
    rendered(documents, &Names::new())
}

/// The documents with ids named by where they stand, sorted.
pub fn renamed(documents: &[Value]) -> Vec<String> {
    let mut names = Names::new();
    for _ in 0..ROUNDS {
        let mut places: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for document in documents {
            let whole = hash(&render(document, &names));
            gather(document, &names, (whole, ""), &mut places);
        }
        names = places
            .into_iter()
            .map(|(id, mut of)| {
                of.sort_unstable();
                let name = hash(&(names.get(&id), of));
                (id, name)
            })
            .collect();
    }
    rendered(documents, &names)
}

fn rendered(documents: &[Value], names: &Names) -> Vec<String> {
    let mut all: Vec<String> = documents.iter().map(|one| render(one, names)).collect();
    all.sort_unstable();
    all
}

/// Every id under `value` with the document, the object it stands in and the way there.
fn gather(value: &Value, names: &Names, at: (u64, &str), places: &mut BTreeMap<String, Vec<u64>>) {
    let note = |text: &str, near: u64, places: &mut BTreeMap<String, Vec<u64>>| {
        for id in ids(text) {
            places.entry(id.to_owned()).or_default().push(hash(&(at, near)));
        }
    };
    match value {
        Value::String(text) => note(text, hash(&rename(text, names)), places),
        Value::Array(items) => items.iter().for_each(|item| {
            let inner = hash(&render(item, names));
            gather(item, names, (hash(&(at.0, inner)), at.1), places);
        }),
        Value::Object(fields) => {
            for (key, field) in fields {
                note(key, hash(&render(field, names)), places);
                gather(field, names, (at.0, &format!("{}/{}", at.1, rename(key, names))), places);
            }
        }
        _ => {}
    }
}

fn render(value: &Value, names: &Names) -> String {
    match value {
        Value::String(text) => format!("{:?}", rename(text, names)),
        Value::Array(items) => {
            let mut parts: Vec<String> = items.iter().map(|item| render(item, names)).collect();
            // Sets are written in the order of names, so their order says nothing; coordinates do.
            if !items.iter().all(Value::is_number) {
                parts.sort_unstable();
            }
            format!("[{}]", parts.join(","))
        }
        Value::Object(fields) => {
            let field = |(key, field): (&String, &Value)| {
                let at_place = POSITIONS.contains(&key.as_str()) && field.is_number();
                let text = if at_place { "position".to_owned() } else { render(field, names) };
                format!("{:?}:{text}", rename(key, names))
            };
            let mut parts: Vec<String> = fields.iter().map(field).collect();
            parts.sort_unstable();
            format!("{{{}}}", parts.join(","))
        }
        other => other.to_string(),
    }
}

fn rename(text: &str, names: &Names) -> String {
    let mut renamed = String::with_capacity(text.len());
    for word in words(text) {
        match kind(word) {
            Some(kind) => match names.get(word) {
                Some(name) => renamed.push_str(&format!("<{kind} {name:x}>")),
                None => renamed.push_str(&format!("<{kind}>")),
            },
            None => renamed.push_str(word),
        }
    }
    renamed
}

fn ids(text: &str) -> impl Iterator<Item = &str> {
    words(text).filter(|word| kind(word).is_some())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-').flat_map(|part| {
        let end = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-').len();
        [&part[..end], &part[end..]]
    })
}

/// What kind of id a word is: `INC-0123456789ABCDEF` and its like, or the hexadecimal of a hash.
fn kind(word: &str) -> Option<&str> {
    let base32 = |c: u8| c.is_ascii_digit() || c.is_ascii_uppercase();
    if let Some((prefix, rest)) = word.split_once('-')
        && rest.len() == 16
        && rest.bytes().all(base32)
    {
        return Some(prefix);
    }
    let hexadecimal = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
    let long = matches!(word.len(), 32 | 64) && word.bytes().all(hexadecimal);
    long.then_some(if word.len() == 64 { "digest" } else { "observation" })
}

fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn renaming_hides_names_and_nothing_else() {
    use serde_json::json;
    let [a, b, c] = ["INC-000000000000000A", "INC-000000000000000B", "INC-000000000000000C"];
    let one = [json!({"id": a, "n": 1}), json!({"id": b, "n": 2}), json!({"of": [a, b], "to": a})];
    let other =
        [json!({"of": [c, b], "to": c}), json!({"id": b, "n": 2}), json!({"id": c, "n": 1})];
    assert_eq!(renamed(&one), renamed(&other));
    let crossed =
        [json!({"of": [c, b], "to": b}), json!({"id": b, "n": 2}), json!({"id": c, "n": 1})];
    assert_eq!(plain(&one), plain(&crossed));
    assert_ne!(renamed(&one), renamed(&crossed));
    assert_ne!(
        plain(&one),
        plain(&[json!({"id": a, "n": 1}), json!({"id": b, "n": 3}), json!({})])
    );
}
