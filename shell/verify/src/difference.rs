//! What differs between what was recorded and what follows by the rules, in words.

use kernel::{Digest, canonical};
use secretariat::Entry;
use serde_json::Value;
use watch::entry::Entry as Watched;

use crate::recomputing::Recomputing;

/// Longest value shown whole, characters.
const SHOWN_CHARS_MAX: usize = 120;

/// Refuses a recorded entry that is not, in kind, version and canonical body, the one that is due.
///
/// # Errors
/// What was recorded, what follows by the rules, and where they first differ.
pub fn refuse_other(
    due: &Entry,
    recorded: &record::Entry,
    bulk: &Recomputing<'_>,
) -> Result<(), String> {
    let (kind, version) = due.kind();
    if (kind, version) != (recorded.kind.as_str(), recorded.version) {
        let (found, its) = (&recorded.kind, recorded.version);
        return Err(format!(
            "it does not follow: recorded is `{found}` version {its}; by the rules `{kind}` version {version} stands here"
        ));
    }
    let body = due.body().map_err(|refusal| refusal.sentence)?;
    if body == recorded.body || same_form(&body, &recorded.body) {
        return Ok(());
    }
    let mut why = format!("it does not follow: {}", of_values(&recorded.body, &body));
    let read = Entry::from_record(&recorded.kind, recorded.version, &recorded.body);
    if let Some((recorded, due)) = read.ok().and_then(|read| payload_of(&read)).zip(payload_of(due))
        && recorded != due
        && let Some(more) = of_payloads(&recorded, &due, bulk)
    {
        why = format!("{why}; {more}");
    }
    Err(why)
}

/// Whether two values have one canonical form (1.0 and 1 do).
fn same_form(one: &Value, other: &Value) -> bool {
    matches!((canonical(one), canonical(other)), (Ok(one), Ok(other)) if one == other)
}

fn payload_of(entry: &Entry) -> Option<Digest> {
    match entry {
        Entry::Watch(Watched::IncidentsAssembled(assembled)) => Some(assembled.payload),
        Entry::Terms(terms::Entry::AllegationsRaised { payload, .. }) => Some(*payload),
        _ => None,
    }
}

/// The first line in which two payloads differ.
fn of_payloads(recorded: &Digest, due: &Digest, bulk: &Recomputing<'_>) -> Option<String> {
    let (recorded, due) = (bulk.any_payload(recorded)?, bulk.any_payload(due)?);
    let lines = |bytes: &[u8]| -> Vec<Value> {
        let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).unwrap_or(Value::Null)).collect()
    };
    let (recorded, due) = (lines(&recorded), lines(&due));
    let at = (0..recorded.len().max(due.len())).find(|&at| recorded.get(at) != due.get(at))?;
    let name = |line: &Value| line.get("id").map_or_else(|| "unnamed".to_owned(), Value::to_string);
    let line = at + 1;
    Some(match (recorded.get(at), due.get(at)) {
        (Some(recorded), Some(due)) if name(recorded) == name(due) => {
            let id = name(due);
            format!("in line {line} of its payload {id} differs: {}", of_values(recorded, due))
        }
        (Some(recorded), Some(due)) => {
            let (recorded, due) = (name(recorded), name(due));
            format!("line {line} of its payload is of {recorded}; computed again it is of {due}")
        }
        (Some(recorded), None) => {
            format!("line {line} of its payload, of {}, is one too many", name(recorded))
        }
        (None, due) => format!(
            "its payload ends before line {line}, which is of {}",
            due.map_or_else(String::new, name)
        ),
    })
}

/// The first place in which two values differ, in the order of their keys.
#[must_use]
pub fn of_values(recorded: &Value, due: &Value) -> String {
    let mut path = String::new();
    let (recorded, due) = first_difference(recorded, due, &mut path);
    let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), shown);
    let place = if path.is_empty() { "the body".to_owned() } else { format!("`{}`", &path[1..]) };
    format!("{place} is recorded as {} and is {} by the rules", shown(recorded), shown(due))
}

fn first_difference<'a>(
    recorded: &'a Value,
    due: &'a Value,
    path: &mut String,
) -> (Option<&'a Value>, Option<&'a Value>) {
    let (step, one, other) = match (recorded, due) {
        (Value::Object(one), Value::Object(other)) => {
            let keys = one.keys().chain(other.keys());
            let mut differing: Vec<_> =
                keys.filter(|key| !alike(one.get(*key), other.get(*key))).collect();
            differing.sort();
            let Some(key) = differing.first() else { return (Some(recorded), Some(due)) };
            (key.to_string(), one.get(*key), other.get(*key))
        }
        (Value::Array(one), Value::Array(other)) => {
            let mut places = 0..one.len().max(other.len());
            let Some(at) = places.find(|&at| !alike(one.get(at), other.get(at))) else {
                return (Some(recorded), Some(due));
            };
            (at.to_string(), one.get(at), other.get(at))
        }
        _ => return (Some(recorded), Some(due)),
    };
    path.push('.');
    path.push_str(&step);
    match (one, other) {
        (Some(one), Some(other)) => first_difference(one, other, path),
        pair => pair,
    }
}

fn alike(one: Option<&Value>, other: Option<&Value>) -> bool {
    one == other || one.zip(other).is_some_and(|(one, other)| same_form(one, other))
}

fn shown(value: &Value) -> String {
    let whole = value.to_string();
    let mut short: String = whole.chars().take(SHOWN_CHARS_MAX).collect();
    if short.len() < whole.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_differing_place_is_named() {
        let words = of_values(&json!({"b": [1, 2], "c": 0}), &json!({"b": [1.0, 3], "c": 1}));
        assert_eq!(words, "`b.1` is recorded as 2 and is 3 by the rules");
        let words = of_values(&json!({"a": 1}), &json!({}));
        assert_eq!(words, "`a` is recorded as 1 and is nothing by the rules");
        assert!(of_values(&json!("x"), &json!("y")).starts_with("the body is recorded as"));
    }
}
