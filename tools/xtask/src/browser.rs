//! The browser's journey through the demo, as `cargo x test` runs it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::demo;
use crate::run::{Outcome, binary, command};

/// Plays the exercise, serves it on a free port, and walks the journey in Debian's Chromium.
pub fn journey() -> Outcome {
    let house = demo::play(1)?;
    let servanda = binary("servanda").to_string_lossy().into_owned();
    let house = house.to_string_lossy().into_owned();
    let mut server = command(&servanda, &["serve", &house, "--port", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{servanda}: {error}"))?;
    let walked = walk(&mut server);
    // Ended by the handle of the very process that was started.
    let ended = server.kill().and_then(|()| server.wait());
    ended.map_err(|error| format!("the server could not be ended: {error}"))?;
    walked
}

fn walk(server: &mut Child) -> Outcome {
    let stdout = server.stdout.take().ok_or("the server has no standard output")?;
    let mut said = String::new();
    BufReader::new(stdout).read_line(&mut said).map_err(|error| format!("the server: {error}"))?;
    let address =
        said.trim().strip_prefix("serving ").ok_or(format!("the server said `{said}`"))?;
    let address = address.trim_end_matches('/');
    eprintln!("\n==> the browser's journey at {address}");
    let status = command("npm", &["run", "--silent", "e2e"])
        .current_dir(crate::run::root().join("ui"))
        .env("BASE_URL", address)
        .status()
        .map_err(|error| format!("npm: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the browser's journey ended with {status}"))
    }
}
