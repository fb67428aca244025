//! Splits an agreement's Markdown into articles and the fenced blocks beneath them, with bytes.

use std::ops::Range;

/// An article as written: its number, title and the prose beneath, without the fenced blocks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// `3` in `## Article 3. Withdrawal`.
    pub number: String,
    /// `Withdrawal`.
    pub title: String,
    /// Bytes of the heading's text.
    pub bytes: Range<usize>,
    /// The prose, trimmed.
    pub prose: String,
}

/// A fenced block: ```` ```rule ```` and what stands inside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// The word after the fence.
    pub kind: String,
    /// Bytes of that word.
    pub kind_bytes: Range<usize>,
    /// Bytes of the content.
    pub content: Range<usize>,
    /// Which heading it stands under, if any.
    pub article: Option<usize>,
}

/// A page split up.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Split {
    /// Articles in order.
    pub headings: Vec<Heading>,
    /// Fenced blocks with a word after the fence, in order.
    pub blocks: Vec<Block>,
    /// Fences that are never closed.
    pub unclosed: Vec<Range<usize>>,
}

const FENCE: &str = "```";
const MARK: &str = "## Article ";

/// Splits `text`. Nothing in a text can make this fail.
#[must_use]
pub fn split(text: &str) -> Split {
    let mut split = Split::default();
    let mut open: Option<(Block, Range<usize>)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, words) = (at, line.trim_end());
        at += line.len();
        if let Some(kind) = words.strip_prefix(FENCE) {
            match open.take() {
                Some((mut block, _)) => {
                    block.content.end = start;
                    split.blocks.push(block);
                }
                None => open = Some(opened(kind, start, at, split.headings.len())),
            }
        } else if open.is_none() {
            match words.strip_prefix(MARK) {
                Some(rest) => split.headings.push(heading(rest, start + MARK.len())),
                None => {
                    if let Some(current) = split.headings.last_mut() {
                        current.prose.push_str(line);
                    }
                }
            }
        }
    }
    split.unclosed.extend(open.map(|(_, fence)| fence));
    for heading in &mut split.headings {
        heading.prose = heading.prose.trim().to_owned();
    }
    split
}

fn opened(kind: &str, start: usize, after: usize, headings: usize) -> (Block, Range<usize>) {
    let word = start + FENCE.len()..start + FENCE.len() + kind.len();
    let block = Block {
        kind: kind.trim().to_owned(),
        kind_bytes: word.clone(),
        content: after..after,
        article: headings.checked_sub(1),
    };
    (block, start..word.end)
}

fn heading(rest: &str, at: usize) -> Heading {
    let (number, title) = rest.split_once(". ").unwrap_or((rest, ""));
    Heading {
        number: number.trim().to_owned(),
        title: title.trim().to_owned(),
        bytes: at..at + rest.len(),
        prose: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_know_their_article_and_their_bytes() {
        let text =
            "# T\n```agreement\nid = 1\n```\n## Article 2(1). Fire\nStop.\n```rule\nx\n```\nNow.\n";
        let split = split(text);
        assert_eq!(split.headings[0].number, "2(1)");
        assert_eq!(split.headings[0].prose, "Stop.\nNow.");
        assert_eq!(split.blocks[0].article, None);
        assert_eq!(&text[split.blocks[0].content.clone()], "id = 1\n");
        assert_eq!((&*split.blocks[1].kind, split.blocks[1].article), ("rule", Some(0)));
        assert_eq!(super::split("```rule\nx").unclosed.len(), 1);
    }
}
