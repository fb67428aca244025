//! The site: every address, made from the tables of endpoints and pages.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use kernel::{Digest, Refusal};

use super::answer::{Answer, FOR_EVER};
use super::ask::Ask;
use super::endpoints::{ENDPOINTS, Endpoint, Serves};
use super::hall::{Hall, Room};
use super::problem::Problem;
use super::{guard, openapi, pages, stream, submissions};

/// A submission is one entry, and no entry has more bytes; room for white space.
const SUBMISSION_BYTES_MAX: usize = 4 * record::MAX_ENTRY_BYTES;

/// Everything that is served.
pub fn site(hall: Arc<Hall>) -> Router {
    let mut api =
        Router::new().route("/openapi.json", get(async || Answer::json(&openapi::document())));
    for endpoint in ENDPOINTS {
        // Tiles' names hold slashes.
        api = api.route(&endpoint.path.replace("{tile}", "{*tile}"), served(endpoint));
    }
    let mut site = Router::new()
        .nest("/api/v1", api.fallback(no_endpoint))
        .route("/app", get(async || Redirect::permanent("/app/")))
        .route("/app/", get(app))
        .route("/app/{*path}", get(app))
        .route("/style.css", get(style));
    for (path, page) in pages::PAGES {
        site = site.route(path, get(move |hall, ask| paged(hall, ask, *page)));
    }
    site.fallback(no_page)
        .method_not_allowed_fallback(no_method)
        .layer(DefaultBodyLimit::max(SUBMISSION_BYTES_MAX))
        .layer(middleware::from_fn(guard::guard))
        .with_state(hall)
}

fn served(endpoint: &Endpoint) -> MethodRouter<Arc<Hall>> {
    match endpoint.serves {
        Serves::Look(look) => get(async move |State(hall): State<Arc<Hall>>, ask: Ask| {
            aside(move || hall.look(|room| look(room, &ask))).await
        }),
        Serves::Record(read) => get(async move |State(hall): State<Arc<Hall>>, ask: Ask| {
            aside(move || read(&hall, &ask)).await
        }),
        Serves::Growth => get(async |State(hall): State<Arc<Hall>>| stream::growth(&hall)),
        Serves::Export => get(async |State(hall): State<Arc<Hall>>| stream::export(hall)),
        Serves::Submission => post(submit),
    }
}

/// Does work that reads disks or holds the lock beside the thread that listens.
async fn aside(
    work: impl FnOnce() -> Result<Answer, Problem> + Send + 'static,
) -> Result<Answer, Problem> {
    let broken = |error: tokio::task::JoinError| {
        Err(desk::Error::other(format!("a handler broke off: {error}"), "").into())
    };
    tokio::task::spawn_blocking(work).await.unwrap_or_else(broken)
}

async fn submit(
    State(hall): State<Arc<Hall>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Answer), Problem> {
    let too_long = |_| Refusal::new("too-long", "A submission is one entry of at most 64 KiB.");
    let body = body.map_err(too_long)?;
    let answer = aside(move || {
        let (entry, command) = submissions::read(&body)?;
        let receipt = hall.submit(entry, command)?;
        Ok(Answer::json(&crate::views::json(&receipt)))
    });
    Ok((StatusCode::CREATED, answer.await?))
}

type Look = fn(&Room<'_>, &Ask) -> Result<Answer, Problem>;

async fn paged(State(hall): State<Arc<Hall>>, ask: Ask, page: Look) -> Response {
    let work = move || {
        Ok(hall.look(|room| match page(room, &ask) {
            Ok(answer) => answer.into_response(),
            Err(problem) => {
                (problem.status, Answer::page(pages::problem(room, &ask, &problem))).into_response()
            }
        }))
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => Problem::into_response(problem),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn no_page(hall: State<Arc<Hall>>, ask: Ask) -> Response {
    paged(hall, ask, |_, _| Err(Problem::not_found("There is no such page."))).await
}

async fn no_endpoint() -> Problem {
    Problem::not_found("There is no such endpoint.")
}

async fn no_method() -> Problem {
    Refusal::new("method-not-allowed", "This address takes no such request.")
        .hint("/api/v1/openapi.json lists what each address takes.")
        .into()
}

async fn app(State(hall): State<Arc<Hall>>, ask: Ask, headers: HeaderMap) -> Response {
    let Some(asset) = webapp::asset(ask.name("path")) else {
        return no_page(State(hall), ask).await;
    };
    let keep = if asset.immutable { FOR_EVER } else { "no-cache" };
    tagged(&headers, &asset.etag, asset.content_type, keep, asset.bytes.into_owned())
}

async fn style(headers: HeaderMap) -> Response {
    let digest = Digest::of(pages::STYLE.as_bytes()).to_string();
    let tag = format!("\"{digest}\"");
    tagged(&headers, &tag, "text/css; charset=utf-8", "no-cache", pages::STYLE.into())
}

/// Bytes with a tag, left out when the reader has them (RFC 9110, 13.1.2).
fn tagged(
    asked: &HeaderMap,
    tag: &str,
    content_type: &str,
    keep: &str,
    bytes: Vec<u8>,
) -> Response {
    let has = |value: &axum::http::HeaderValue| {
        value.to_str().is_ok_and(|tags| tags.split(',').any(|known| known.trim() == tag))
    };
    let headers = [(CONTENT_TYPE, content_type), (ETAG, tag), (CACHE_CONTROL, keep)];
    if asked.get_all(IF_NONE_MATCH).iter().any(has) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, bytes).into_response()
}
