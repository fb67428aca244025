//! What a machine must have, installed when we may, and otherwise named exactly.

use std::process::{Command, Stdio};

use crate::run::{Outcome, run};

/// A program we need and the Debian package that brings it.
struct Need {
    program: &'static str,
    package: &'static str,
    why: &'static str,
}

const NODE: Need = Need { program: "node", package: "nodejs", why: "builds the operations app" };
const NPM: Need = Need { program: "npm", package: "npm", why: "brings the app's packages" };
const CC: Need = Need { program: "cc", package: "build-essential", why: "compiles SQLite" };
const CHROMIUM: Need =
    Need { program: "chromium", package: "chromium", why: "opens the pages in the browser test" };

/// Makes sure that what the demo needs is there.
pub fn for_demo() -> Outcome {
    ensure(&[CC, NODE, NPM])?;
    node_is_new_enough()
}

/// Makes sure that what the whole test needs is there.
pub fn for_test() -> Outcome {
    ensure(&[CC, NODE, NPM, CHROMIUM])?;
    node_is_new_enough()
}

fn ensure(needs: &[Need]) -> Outcome {
    let missing: Vec<&Need> = needs.iter().filter(|need| !answers(need.program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for need in &missing {
        eprintln!("missing: {} ({}), Debian package {}", need.program, need.why, need.package);
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    if !is_root() || !answers("apt-get") {
        return Err(format!(
            "install what is missing: sudo apt-get install {}",
            packages.join(" ")
        ));
    }
    run("apt-get", &["update", "-qq"])?;
    let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
    words.extend(packages);
    run("apt-get", &words)
}

fn answers(program: &str) -> bool {
    let silent =
        Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    silent.is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Vite 8 wants Node 20.19 or newer.
fn node_is_new_enough() -> Outcome {
    let output =
        Command::new("node").arg("--version").output().map_err(|error| format!("node: {error}"))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().trim_start_matches('v').to_owned();
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found >= (20, 19) {
        return Ok(());
    }
    Err(format!("Node {version} is too old for the operations app: install Node 20.19 or newer"))
}
