//! An answer with its media type and how long it may be kept.

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// Media types of answers.
pub const JSON: &str = "application/json";
/// GeoJSON (RFC 7946).
pub const GEOJSON: &str = "application/geo+json";
/// CSV (RFC 4180).
pub const CSV: &str = "text/csv; charset=utf-8";
/// Web pages.
pub const HTML: &str = "text/html; charset=utf-8";
/// Checkpoints.
pub const TEXT: &str = "text/plain; charset=utf-8";
/// Tiles.
pub const BYTES: &str = "application/octet-stream";
/// What never changes may be kept for a year.
pub const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// What may change is asked for again.
const ASK_AGAIN: &str = "no-cache";

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Media type.
    pub content_type: &'static str,
    /// Bytes.
    pub body: Vec<u8>,
    /// Whether it never changes.
    pub immutable: bool,
    /// The name to save it under.
    pub file_name: Option<&'static str>,
}

impl Answer {
    /// Bytes of a media type.
    #[must_use]
    pub fn new(content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { content_type, body: body.into(), immutable: false, file_name: None }
    }
    /// JSON.
    #[must_use]
    pub fn json(value: &Value) -> Self {
        Self::new(JSON, value.to_string())
    }
    /// A page.
    #[must_use]
    pub fn page(html: String) -> Self {
        Self::new(HTML, html)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let keep = if self.immutable { FOR_EVER } else { ASK_AGAIN };
        let headers = [(CONTENT_TYPE, self.content_type), (CACHE_CONTROL, keep)];
        let name = self
            .file_name
            .map(|name| [(CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))]);
        match name {
            Some(name) => (headers, name, self.body).into_response(),
            None => (headers, self.body).into_response(),
        }
    }
}
