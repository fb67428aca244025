//! What every answer carries, and who may ask: browsers are told to trust nothing but this house.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HOST, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::Refusal;

use super::problem::Problem;

/// Nothing from elsewhere, nothing inline, no frames around it: the policy that the app is tested
/// with (ui/scripts/mock.mjs).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; \
    img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Lets in what asks for loopback by name, and adds the headers.
pub async fn guard(request: Request, next: Next) -> Response {
    let mut response = if names_loopback(&request) {
        next.run(request).await
    } else {
        // A page elsewhere that points its own name at 127.0.0.1 could otherwise read the house.
        let refusal = Refusal::new("wrong-host", "This house answers on loopback only.")
            .hint("Ask for http://127.0.0.1 or http://localhost; a proxy must set that Host.");
        Problem::from(refusal).into_response()
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn names_loopback(request: &Request) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    host.is_none_or(|host| {
        let name = host.rsplit_once(':').filter(|(_, port)| !port.contains(']'));
        let name = name.map_or(host, |(name, _)| name);
        ["127.0.0.1", "localhost", "[::1]"].contains(&name)
    })
}
