//! Told stories through the built binary: `scenarios/good` and `scenarios/refused`.
//!
//! `BLESS=1 cargo test -p servanda-server --test scenarios` writes what came where it differs.
#![cfg(unix)]

#[path = "told/difference.rs"]
mod difference;
#[path = "told/play.rs"]
mod play;
#[path = "told/story.rs"]
mod story;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Fewer would mean that files were lost.
const STORIES_MIN: usize = 12;

#[test]
fn good_stories_come_out_as_told() {
    told("good");
}

#[test]
fn refused_stories_come_out_as_told() {
    told("refused");
}

#[test]
fn no_story_was_lost() {
    let count = stories("good").len() + stories("refused").len();
    assert!(count >= STORIES_MIN, "{count} stories");
}

fn stories(folder: &str) -> Vec<PathBuf> {
    let folder = play::workspace().join("scenarios").join(folder);
    let entries = fs::read_dir(&folder).expect("the folder of scenarios");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths
}

/// Plays all stories of a folder, some at a time, and says how each one differs.
fn told(folder: &str) {
    let waiting = Mutex::new(stories(folder));
    let failed = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let next = || waiting.lock().expect("no other thread panics").pop();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(path) = next() {
                    if let Err(why) = one(&path) {
                        failed.lock().expect("no other thread panics").push(why);
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().expect("no thread panicked");
    failed.sort();
    assert!(failed.is_empty(), "{} stories differ\n\n{}", failed.len(), failed.join("\n"));
}

fn one(path: &Path) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if std::env::var_os("BLESS").is_some() {
        let played = play::play(&text).map_err(|why| format!("{name}: {why}"))?;
        fs::write(path, played.text).map_err(|error| error.to_string())?;
        return played.wrong.map_or(Ok(()), |why| Err(format!("{name}: {why}")));
    }
    held(&name, &text)
}

/// Whether a story comes out as told.
fn held(name: &str, text: &str) -> Result<(), String> {
    let played = play::play(text).map_err(|why| format!("{name}: {why}"))?;
    let difference = difference::unified(name, text, &played.text);
    if !difference.is_empty() {
        return Err(difference);
    }
    played.wrong.map_or(Ok(()), |why| Err(format!("{name}: {why}")))
}

const FOUND: &str = "servanda init HOUSE --agreement agreements/sample-truce --exercise --seed 1 --at 2026-03-01T00:00:00Z";

#[test]
fn a_wrong_expectation_is_reported() {
    let tell =
        |said: &str| format!("# A story\n\n```console\n$ echo one; echo two; exit 3\n{said}```\n");
    assert_eq!(held("right", &tell("one\ntwo\n(exit 3)\n")), Ok(()));
    assert_eq!(held("elided", &tell("...\nt[..]o\n(exit 3)\n")), Ok(()));
    for wrong in [
        "one\ntwo\n",
        "one\n(exit 3)\n",
        "one\nthree\n(exit 3)\n",
        "...\none\n(exit 3)\n",
        "...\n",
        "",
    ] {
        let told = held("wrong", &tell(wrong)).expect_err(wrong);
        assert!(told.contains("--- wrong (as written)"), "{told}");
        assert!(told.contains("\n+") || told.contains("\n-"), "{told}");
    }
}

#[test]
fn a_file_without_commands_is_no_story() {
    assert!(held("empty", "# A story\n\nNothing happens.\n").is_err());
    assert!(held("open", "# A story\n\n```console\n$ true\n").is_err());
    assert!(held("unmarked", "# A story\n\n```\n$ true\n```\n").is_err());
}

#[test]
fn a_story_that_leaves_a_forged_record_fails() {
    let story =
        |after: &str| format!("# A story\n\n```console\n$ {FOUND}\n...\n$ {after}\n...\n```\n");
    assert_eq!(held("whole", &story("true")), Ok(()));
    let forged = story("sed -i 's/truce-line/truce-lime/' $(grep -rl truce-line HOUSE/vault)");
    let told = held("forged", &forged).expect_err("a changed agreement");
    assert!(told.contains("does not verify"), "{told}");
}
