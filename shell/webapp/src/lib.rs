//! The built operations app, embedded: files by path, with type and tag; a placeholder page when
//! it was not built. Kept apart and small so that nothing else is compiled anew with it.

use std::borrow::Cow;

/// A file of the app.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asset {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Media type, for `Content-Type`.
    pub content_type: &'static str,
    /// Strong tag of its bytes in quotes, for `ETag`.
    pub etag: String,
    /// Whether the name changes with the content, so that caches may keep it for ever.
    pub immutable: bool,
}

/// The app's file at `path` relative to `/app/`; the empty path is its page. All of the app's
/// state is in the query, so no other path leads to the page. Without a built app the page is a
/// placeholder and there is no other file.
#[must_use]
pub fn asset(path: &str) -> Option<Asset> {
    let name = if path.is_empty() { "index.html" } else { path };
    embedded::file(name).map(|(bytes, digest)| Asset {
        bytes,
        content_type: content_type(name),
        etag: tag(digest),
        immutable: name.starts_with("assets/"),
    })
}

/// Whether the app was built in.
#[must_use]
pub fn is_built() -> bool {
    cfg!(ui_built)
}

#[cfg(ui_built)]
mod embedded {
    use std::borrow::Cow;

    use rust_embed::RustEmbed;

    #[derive(RustEmbed)]
    #[folder = "../../ui/dist"]
    struct Files;

    pub fn file(name: &str) -> Option<(Cow<'static, [u8]>, [u8; 32])> {
        Files::get(name).map(|file| (file.data, file.metadata.sha256_hash()))
    }
}

#[cfg(not(ui_built))]
mod embedded {
    use std::borrow::Cow;

    const PLACEHOLDER: &[u8] = include_bytes!("../placeholder.html");

    pub fn file(name: &str) -> Option<(Cow<'static, [u8]>, [u8; 32])> {
        // One page that never changes within a build: its length serves as its tag.
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&PLACEHOLDER.len().to_be_bytes());
        (name == "index.html").then_some((Cow::Borrowed(PLACEHOLDER), digest))
    }
}

fn tag(digest: [u8; 32]) -> String {
    let hex: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_a_page() {
        let page = asset("").expect("a page");
        assert_eq!(asset("index.html"), Some(page.clone()));
        assert_eq!(page.content_type, "text/html; charset=utf-8");
        assert!(!page.immutable && page.etag.len() == 34);
        assert!(String::from_utf8_lossy(&page.bytes).contains("Servanda"));
    }

    #[test]
    fn nothing_outside_the_app_is_served() {
        for path in ["../Cargo.toml", "/etc/passwd", "assets/../../package.json", "nowhere.js"] {
            assert_eq!(asset(path), None, "{path}");
        }
    }

    #[test]
    fn a_built_app_brings_its_base_map() {
        assert_eq!(asset("base/region.json").is_some(), is_built());
    }
}
