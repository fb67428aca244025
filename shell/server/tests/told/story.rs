//! A scenario file: prose, files to lay ready, commands with what they are expected to say.

/// One piece of the file, in order.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    /// A line of prose, of a fence or of a file; kept as it is.
    Line(String),
    /// A file to lay ready; its lines stand in the file as [`Part::Line`] too.
    File {
        /// Its name in the scenario's folder.
        name: String,
        /// Its text.
        text: String,
    },
    /// A command and what it is expected to say.
    Step(Step),
}

/// A command and what it is expected to say.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// As written behind `$ `; lines that end in `\` go on.
    pub command: String,
    /// Lines of both outputs; last, when it is not 0, the exit code: `(exit 3)`.
    pub said: Vec<String>,
}

/// Takes a file apart.
///
/// # Errors
/// When it has no title, no command, or a block that does not end.
pub fn read(text: &str) -> Result<Vec<Part>, String> {
    if !text.starts_with("# ") {
        return Err("the first line is no `# title`".into());
    }
    let mut parts = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        parts.push(Part::Line(line.to_owned()));
        let Some(fence) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match fence.strip_prefix("file ") {
            Some(name) => {
                parts.extend(block.iter().map(|line| Part::Line((*line).to_owned())));
                let text = block.iter().map(|line| format!("{line}\n")).collect();
                parts.push(Part::File { name: name.to_owned(), text });
            }
            None if fence == "console" => parts.extend(steps(&block)?.into_iter().map(Part::Step)),
            None => {
                return Err(format!("a block is marked `{fence}`: use `console` or `file NAME`"));
            }
        }
        parts.push(Part::Line("```".into()));
    }
    if write(&parts) != text {
        return Err("a block does not end with ```, or the last line has no line end".into());
    }
    if !parts.iter().any(|part| matches!(part, Part::Step(_))) {
        return Err("there is no command in it".into());
    }
    Ok(parts)
}

fn steps(block: &[&str]) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => {
                steps.push(Step { command: command.to_owned(), said: Vec::new() });
            }
            (None, Some(step)) if step.said.is_empty() && step.command.ends_with('\\') => {
                step.command.push('\n');
                step.command.push_str(line);
            }
            (None, Some(step)) => step.said.push((*line).to_owned()),
            (None, None) => return Err(format!("`{line}` stands before the first `$ ` command")),
        }
    }
    Ok(steps)
}

/// Puts a file together again.
pub fn write(parts: &[Part]) -> String {
    let shown = parts.iter().map(|part| match part {
        Part::Line(line) => format!("{line}\n"),
        Part::File { .. } => String::new(),
        Part::Step(Step { command, said }) => {
            let said: String = said.iter().map(|line| format!("{line}\n")).collect();
            format!("$ {command}\n{said}")
        }
    });
    shown.collect()
}

/// Whether what was said is what was expected. A line `...` stands for any lines but the exit code,
/// so that no failure hides in it; `[..]` within a line stands for any words.
pub fn fits(expected: &[String], said: &[String]) -> bool {
    match (expected.split_first(), said.split_first()) {
        (None, None) => true,
        (Some((dots, rest)), _) if dots == "..." => {
            let exit = usize::from(said.last().is_some_and(|line| line.starts_with("(exit ")));
            (0..=said.len() - exit).any(|skipped| fits(rest, &said[skipped..]))
        }
        (Some((one, rest)), Some((other, others))) => line_fits(one, other) && fits(rest, others),
        _ => false,
    }
}

fn line_fits(expected: &str, said: &str) -> bool {
    let Some((before, after)) = expected.split_once("[..]") else { return expected == said };
    let Some(rest) = said.strip_prefix(before) else { return false };
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    ends.into_iter().any(|at| line_fits(after, &rest[at..]))
}
