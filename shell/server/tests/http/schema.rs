//! As much of JSON Schema 2020-12 as our document uses; a word it does not know is an error.

use serde_json::Value;

/// Holds a value against a schema of the document.
pub fn check(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    for (word, says) in schema.as_object().ok_or("a schema is an object")? {
        let wrong = |what: &str| Err(format!("{what}: {value} against {word} {says}"));
        match word.as_str() {
            "$ref" => check(document, refer(document, says)?, value)?,
            "anyOf" => {
                let any = says.as_array().into_iter().flatten();
                if !any.clone().any(|one| check(document, one, value).is_ok()) {
                    return wrong("none fits");
                }
            }
            "type" if !is_of(says, value) => return wrong("another type"),
            "enum" if !says.as_array().is_some_and(|all| all.contains(value)) => {
                return wrong("not listed");
            }
            "const" if says != value => return wrong("another value"),
            "minimum" if value.as_f64() < says.as_f64() => return wrong("too small"),
            "maximum" if value.as_f64() > says.as_f64() => return wrong("too large"),
            "format" if value.as_str().is_none_or(|text| text.parse::<kernel::Time>().is_err()) => {
                return wrong("no time");
            }
            "required" => {
                let missing = says
                    .as_array()
                    .into_iter()
                    .flatten()
                    .find(|name| value.get(name.as_str().unwrap_or_default()).is_none());
                if let Some(name) = missing {
                    return Err(format!("{name} is missing in {value}"));
                }
            }
            "properties" => {
                for (name, schema) in says.as_object().into_iter().flatten() {
                    if let Some(inner) = value.get(name) {
                        check(document, schema, inner)
                            .map_err(|error| format!("{name}: {error}"))?;
                    }
                }
            }
            "additionalProperties" => {
                for inner in value.as_object().into_iter().flat_map(|fields| fields.values()) {
                    check(document, says, inner)?;
                }
            }
            "items" => {
                for inner in value.as_array().into_iter().flatten() {
                    check(document, says, inner)?;
                }
            }
            "type" | "enum" | "const" | "minimum" | "maximum" | "format" | "description" => {}
            other => return Err(format!("the checker does not know `{other}`")),
        }
    }
    Ok(())
}

fn refer<'a>(document: &'a Value, name: &Value) -> Result<&'a Value, String> {
    let pointer = name.as_str().and_then(|name| name.strip_prefix('#')).ok_or("a reference")?;
    document.pointer(pointer).ok_or_else(|| format!("{pointer} is nowhere"))
}

fn is_of(kinds: &Value, value: &Value) -> bool {
    match kinds {
        Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind, value)),
        kind => match kind.as_str().unwrap_or_default() {
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            "null" => value.is_null(),
            _ => false,
        },
    }
}
