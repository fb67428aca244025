//! Looks whether ui/dist was built. It runs nothing: `npm ci && npm run build` in ui/ makes the app.

use std::path::Path;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = root.join("../../ui/dist/index.html").exists();
    // Watching a path that is absent would compile everything anew each time. Without ui/dist it is
    // ui/public that tells: every build of the app writes the base map there first.
    println!("cargo::rerun-if-changed=../../ui/{}", if built { "dist" } else { "public" });
    println!("cargo::rerun-if-changed=placeholder.html");
    println!("cargo::rerun-if-env-changed=REQUIRE_UI");
    println!("cargo::rustc-check-cfg=cfg(ui_built)");
    let required = std::env::var_os("REQUIRE_UI").is_some_and(|value| value == "1");
    assert!(
        built || !required,
        "REQUIRE_UI=1, but ui/dist/index.html is absent: run `npm ci && npm run build` in ui/"
    );
    if built {
        println!("cargo::rustc-cfg=ui_built");
    } else {
        println!(
            "cargo::warning=ui/dist is absent: /app/ will show a page that says how to build it"
        );
    }
}
