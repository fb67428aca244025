//! The OpenAPI 3.1 document, made from the table of endpoints and the schemas of the main nouns.

use serde_json::{Map, Value, json};

use super::endpoints::{ENDPOINTS, Endpoint, Parameter};

/// Schemas of the main nouns (JSON Schema 2020-12, as OpenAPI 3.1 has it).
const SCHEMAS: &str = include_str!("schemas.json");

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut paths = Map::new();
    for endpoint in ENDPOINTS {
        paths.insert(endpoint.path.into(), json!({endpoint.method(): operation(endpoint)}));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Servanda",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "What happened, how sure, who owes what by when, on a record anybody can check.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {"schemas": schemas()},
    })
}

/// The schemas by name. The file is part of the program, and a test reads it.
#[must_use]
pub fn schemas() -> Value {
    serde_json::from_str(SCHEMAS).unwrap_or_default()
}

fn operation(endpoint: &Endpoint) -> Value {
    let done = if endpoint.method() == "post" { "201" } else { "200" };
    let mut responses = Map::new();
    responses
        .insert(done.into(), json!({"description": "As asked.", "content": content(endpoint)}));
    for status in endpoint.problems {
        responses.insert(status.to_string(), problem("The house says why."));
    }
    responses.insert("default".into(), problem("The house could not do this."));
    let mut operation = json!({
        "operationId": operation_id(endpoint),
        "summary": endpoint.summary,
        "parameters": endpoint.parameters.iter().map(|word| parameter(endpoint, word)).collect::<Vec<_>>(),
        "responses": responses,
    });
    if endpoint.method() == "post" {
        let entry = json!({"schema": {"$ref": "#/components/schemas/Entry"}});
        operation["requestBody"] =
            json!({"required": true, "content": {"application/json": entry}});
    }
    operation
}

fn operation_id(endpoint: &Endpoint) -> String {
    let words: Vec<&str> =
        endpoint.path.split(['/', '{', '}']).filter(|word| !word.is_empty()).collect();
    format!("{}_{}", endpoint.method(), words.join("_"))
}

fn content(endpoint: &Endpoint) -> Value {
    let mut content = Map::new();
    for (position, media) in endpoint.media.iter().enumerate() {
        let described = match endpoint.schema.filter(|_| position == 0) {
            Some(schema) => json!({"schema": {"$ref": format!("#/components/schemas/{schema}")}}),
            None => json!({}),
        };
        content.insert((*media).into(), described);
    }
    Value::Object(content)
}

fn parameter(endpoint: &Endpoint, parameter: &Parameter) -> Value {
    let in_path = endpoint.path.contains(&format!("{{{}}}", parameter.name));
    json!({
        "name": parameter.name,
        "in": if in_path { "path" } else { "query" },
        "required": in_path,
        "description": parameter.says,
        "schema": {"type": parameter.kind},
    })
}

fn problem(description: &str) -> Value {
    let schema = json!({"schema": {"$ref": "#/components/schemas/Problem"}});
    json!({"description": description, "content": {"application/problem+json": schema}})
}
