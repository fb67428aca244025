//! What was asked: the names in the path, the words after the question mark.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use kernel::Time;

use super::problem::Problem;
use super::words::Lang;

/// A question.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// Names in the path.
    pub path: BTreeMap<String, String>,
    /// Words after the question mark.
    pub query: BTreeMap<String, String>,
    /// Languages the reader likes.
    pub accept_language: String,
}

impl Ask {
    /// A name in the path.
    #[must_use]
    pub fn name(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// A word of the query; an empty one counts as not given.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|word| !word.is_empty())
    }

    /// A word of the query, read.
    ///
    /// # Errors
    /// When it is given and cannot be read.
    pub fn read<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, Problem> {
        let read = |word: &str| {
            word.parse().map_err(|_| {
                Problem::unreadable(
                    format!("`{name}={word}` is not {expected}."),
                    format!("Give {expected}, or leave it out."),
                )
            })
        };
        self.word(name).map(read).transpose()
    }

    /// A moment in the query.
    ///
    /// # Errors
    /// When it is given and cannot be read.
    pub fn time(&self, name: &str) -> Result<Option<Time>, Problem> {
        self.read(name, "a time like 2026-04-21T00:03:00Z")
    }

    /// The language: `lang`, else what the reader likes.
    #[must_use]
    pub fn lang(&self) -> Lang {
        let asked = self.word("lang").and_then(Lang::of);
        asked.unwrap_or_else(|| Lang::accepted(&self.accept_language))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Ask {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let unreadable = |what: &str| {
            Problem::unreadable(
                format!("The {what} cannot be read."),
                "Write it in UTF-8, percent-encoded.",
            )
        };
        let path = RawPathParams::from_request_parts(parts, state).await;
        let path = path.map_err(|_| unreadable("path"))?;
        let Query(query) = Query::try_from_uri(&parts.uri).map_err(|_| unreadable("query"))?;
        let accept = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self {
            path: path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            query,
            accept_language: accept.unwrap_or_default().to_owned(),
        })
    }
}
