//! `cargo x tidy`: the house rules that a machine can check.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Outcome, root};

/// Longest function, in lines from signature to closing brace.
const FUNCTION_LINES_MAX: usize = 70;
/// Longest source file, in lines.
const FILE_LINES_MAX: usize = 500;
/// Longest line, in characters (rustfmt keeps code to 100; strings and links may run over).
const LINE_CHARACTERS_MAX: usize = 160;

/// Checks every rule and reports every breach at once.
pub fn tidy() -> Outcome {
    let mut breaches = Vec::new();
    let mut files = Vec::new();
    for folder in ["core", "shell", "tools"] {
        collect(&root().join(folder), &mut files);
    }
    files.sort();
    for path in &files {
        let text =
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.strip_prefix(root()).unwrap_or(path).display().to_string();
        check_file(&name, &text, &mut breaches);
    }
    check_story_order(&mut breaches)?;
    check_error_list(&files, &mut breaches)?;
    if breaches.is_empty() {
        eprintln!("tidy: {} files keep the house rules", files.len());
        return Ok(());
    }
    Err(format!("{} breaches of the house rules:\n  {}", breaches.len(), breaches.join("\n  ")))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn check_file(name: &str, text: &str, breaches: &mut Vec<String>) {
    if !text.starts_with("//! ") {
        breaches.push(format!("{name}: no `//!` caption on the first line"));
    }
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() > FILE_LINES_MAX {
        breaches.push(format!("{name}: {} lines, at most {FILE_LINES_MAX}", lines.len()));
    }
    for (index, line) in lines.iter().enumerate() {
        // What stands between quotation marks is words for people and may be as long as it is.
        let code: usize = line.split('"').step_by(2).map(|code| code.chars().count()).sum();
        if code > LINE_CHARACTERS_MAX {
            breaches.push(format!(
                "{name}:{}: a line of over {LINE_CHARACTERS_MAX} characters",
                index + 1
            ));
        }
    }
    for (start, length) in long_functions(&lines) {
        breaches.push(format!(
            "{name}:{}: a function of {length} lines, at most {FUNCTION_LINES_MAX}",
            start + 1
        ));
    }
}

/// Functions over the limit, found by indentation: rustfmt closes a function at its own margin.
fn long_functions(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let margin = line.len() - line.trim_start().len();
        let code = line.trim_start();
        let head = [
            "fn ",
            "pub fn ",
            "pub(crate) fn ",
            "pub(super) fn ",
            "async fn ",
            "pub async fn ",
            "const fn ",
            "pub const fn ",
        ];
        if !head.iter().any(|words| code.starts_with(words))
            || code.ends_with(';')
            || code.ends_with('}')
        {
            continue;
        }
        let close = format!("{}}}", " ".repeat(margin));
        if let Some(length) = lines[start..].iter().position(|line| *line == close)
            && length + 1 > FUNCTION_LINES_MAX
        {
            found.push((start, length + 1));
        }
    }
    found
}

/// A crate may only use crates that stand above it in the workspace manifest.
fn check_story_order(breaches: &mut Vec<String>) -> Outcome {
    let read = |path: PathBuf| {
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let manifest = read(root().join("Cargo.toml"))?;
    let members: Vec<&str> = manifest
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split('"').next())
        .filter(|member| member.contains('/') && root().join(member).is_dir())
        .collect();
    let short = |member: &str| member.rsplit('/').next().unwrap_or(member).to_owned();
    for (index, member) in members.iter().enumerate() {
        let manifest = read(root().join(member).join("Cargo.toml"))?;
        let normal = manifest.split("[dev-dependencies]").next().unwrap_or(&manifest);
        for later in &members[index + 1..] {
            if normal.lines().any(|line| line.starts_with(&format!("{}.workspace", short(later)))) {
                breaches.push(format!("{member} uses {later}, which stands below it in the story"));
            }
        }
    }
    Ok(())
}

/// Every refusal and problem code in the source stands in `docs/errors.md`.
fn check_error_list(files: &[PathBuf], breaches: &mut Vec<String>) -> Outcome {
    let path = root().join("docs/errors.md");
    let listed =
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    for file in
        files.iter().filter(|file| !file.components().any(|part| part.as_os_str() == "xtask"))
    {
        let text =
            fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let code_only = text.split("#[cfg(test)]").next().unwrap_or(&text);
        for code in codes(code_only) {
            if !listed.contains(&format!("`{code}`")) {
                let name = file.strip_prefix(root()).unwrap_or(file).display();
                breaches.push(format!("{name}: `{code}` is not explained in docs/errors.md"));
            }
        }
    }
    Ok(())
}

/// Codes given as literals to what makes refusals and problems.
fn codes(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for call in ["Refusal::new(", "Problem::new(", ".refuse(", "under("] {
        for rest in text.split(call).skip(1) {
            let call_text = rest.split(';').next().unwrap_or(rest);
            let literal = call_text.split('"').nth(1).unwrap_or_default();
            let is_code = literal.contains('-')
                && literal
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit());
            if is_code {
                found.push(literal.to_owned());
            }
        }
    }
    found
}
