//! What goes wrong, said over HTTP: one table from errors to statuses, problem details outward.

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use desk::Error;
use kernel::Refusal;
use serde_json::json;

/// What to do next when nothing better is known.
const SEE_DOCUMENT: &str = "See /api/v1/openapi.json for what may be asked.";

/// A problem as RFC 9457 has it, with the house's own members.
#[derive(Debug)]
pub struct Problem {
    /// The status.
    pub status: StatusCode,
    /// Stable code.
    pub code: String,
    /// One sentence.
    pub sentence: String,
    /// The article it rests on.
    pub article: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
}

impl Problem {
    /// There is no such thing.
    #[must_use]
    pub fn not_found(sentence: impl Into<String>) -> Self {
        Refusal::new("unknown-id", sentence).hint("The lists name everything there is.").into()
    }

    /// The question cannot be read.
    #[must_use]
    pub fn unreadable(sentence: impl Into<String>, hint: impl Into<String>) -> Self {
        Refusal::new("unreadable-question", sentence).hint(hint).into()
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        json!({
            "type": format!("urn:servanda:problem:{}", self.code),
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "detail": self.sentence,
            "code": self.code,
            "sentence": self.sentence,
            "article": self.article,
            "hint": self.hint,
        })
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let Refusal { code, sentence, article, hint } = refusal;
        Self { status: of_refusal(&code), code, sentence, article, hint }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let hint = error.hint();
        let (status, code) = of_error(&error);
        match error {
            Error::Refused(refusal) => refusal.into(),
            // Paths and causes are for whoever runs the house; others learn that it failed.
            _ if status.is_server_error() => {
                eprintln!("error: {}", error.whole());
                let sentence =
                    "The house could not do this; its keeper finds the reason in the log.";
                let hint = Some("Try again later.".into());
                Self { status, code: code.into(), sentence: sentence.into(), article: None, hint }
            }
            error => {
                let hint = hint.or_else(|| Some(SEE_DOCUMENT.into()));
                Self { status, code: code.into(), sentence: error.to_string(), article: None, hint }
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let headers = [(CONTENT_TYPE, "application/problem+json"), (CACHE_CONTROL, "no-store")];
        (self.status, headers, self.json().to_string()).into_response()
    }
}

/// The status of a refusal. What is not named here is understood and refused: 422.
fn of_refusal(code: &str) -> StatusCode {
    match code {
        "unreadable-question"
        | "unreadable-body"
        | "unwritable-body"
        | "unknown-kind"
        | "unknown-version"
        | "kind-and-body-differ"
        | "not-a-submission" => StatusCode::BAD_REQUEST,
        "identity-unknown"
        | "signature-does-not-hold"
        | "no-mandate"
        | "not-yours"
        | "not-its-party"
        | "not-the-contributor"
        | "not-presiding"
        | "not-the-complainant"
        | "not-a-signatory"
        | "custody-not-yours"
        | "no-seat"
        | "acts-for-nobody" => StatusCode::FORBIDDEN,
        "dated-before-the-record"
        | "already-erased"
        | "already-found"
        | "case-closed"
        | "contribution-known"
        | "package-known"
        | "report-already-issued"
        | "set-aside-twice"
        | "stage-over" => StatusCode::CONFLICT,
        "wrong-host" => StatusCode::MISDIRECTED_REQUEST,
        "read-only" => StatusCode::SERVICE_UNAVAILABLE,
        "method-not-allowed" => StatusCode::METHOD_NOT_ALLOWED,
        "too-long" => StatusCode::PAYLOAD_TOO_LARGE,
        code if code.starts_with("unknown-") || code.starts_with("no-such-") => {
            StatusCode::NOT_FOUND
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The status and code of an error that is no refusal.
fn of_error(error: &Error) -> (StatusCode, &'static str) {
    match error {
        Error::Refused(refusal) => (of_refusal(&refusal.code), "refused"),
        Error::Usage(_) => (StatusCode::BAD_REQUEST, "unreadable-question"),
        Error::Entry(_) => (StatusCode::BAD_REQUEST, "not-an-entry"),
        Error::Problems(_) => (StatusCode::UNPROCESSABLE_ENTITY, "problems"),
        Error::Store(error) if error.is_full() => (StatusCode::INSUFFICIENT_STORAGE, "disk-full"),
        Error::Store(_)
        | Error::File { .. }
        | Error::Key { .. }
        | Error::NoKey { .. }
        | Error::NoRandomness(_)
        | Error::Other { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "house-failed"),
    }
}
