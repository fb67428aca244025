//! Reads an agreement's folder: every mistake at once, each with its bytes.

use kernel::{Mistake, SourceText};

use crate::agreement::{Agreement, Article};
use crate::fields::{Page, Table};
use crate::markdown::{Block, Heading, Split, split};
use crate::parties::{self, Names, Parties};
use crate::{read_rule, read_settings, suggest, zones};

/// Article text with settings and rules.
pub const AGREEMENT: &str = "agreement.md";
/// Parties and offices.
pub const PARTIES: &str = "parties.toml";
/// Line, zones and objects.
pub const ZONES: &str = "zones.geojson";

/// Reads the terms of an agreement. What can be read is returned even when there are mistakes,
/// but only an agreement without mistakes may found a house.
#[must_use]
pub fn read(source: &SourceText) -> (Agreement, Vec<Mistake>) {
    let text = |name| source.file(name).unwrap_or_default();
    let (terms, people, ground) = (
        Page::new(AGREEMENT, text(AGREEMENT)),
        Page::new(PARTIES, text(PARTIES)),
        Page::new(ZONES, text(ZONES)),
    );
    for page in [&terms, &people, &ground] {
        if source.file(page.file).is_none() {
            page.note(0..0, format!("`{}` is missing", page.file), "");
        }
    }
    let mut agreement = Agreement { parties: parties::read(&people), ..Agreement::default() };
    agreement.zones = zones::read(&ground, &agreement.parties);
    read_text(&terms, &mut agreement);
    check_parties(&people, &agreement);
    let pages = [terms, people, ground];
    let mistakes = pages.into_iter().flat_map(Page::into_mistakes).collect();
    (agreement, mistakes)
}

fn read_text(page: &Page<'_>, agreement: &mut Agreement) {
    let parts = split(page.text);
    for fence in &parts.unclosed {
        page.note(fence.clone(), "this block is never closed", "close it with ```");
    }
    let of_kind = |kind: &'static str| parts.blocks.iter().filter(move |block| block.kind == kind);
    for block in &parts.blocks {
        if !matches!(block.kind.as_str(), "agreement" | "article" | "rule" | "") {
            let hint = suggest::hint(&block.kind, ["agreement", "article", "rule"]);
            let message = format!("unknown kind of block `{}`", block.kind);
            page.note(block.kind_bytes.clone(), message, hint);
        }
    }
    match of_kind("agreement").next() {
        Some(block) => with_table(page, block, |table| read_settings::read(table, agreement)),
        None => page.note(0..0, "there is no ```agreement block", "begin the text with one"),
    }
    for block in of_kind("agreement").skip(1) {
        page.note(block.kind_bytes.clone(), "a second ```agreement block", "keep one");
    }
    for (index, heading) in parts.headings.iter().enumerate() {
        let article = article(page, &parts, index, heading, agreement);
        agreement.articles.push(article);
    }
    let words = agreement.words();
    for block in of_kind("rule") {
        let heading = block.article.and_then(|index| parts.headings.get(index));
        let Some(heading) = heading else {
            page.note(block.kind_bytes.clone(), "a rule stands beneath no article", "");
            continue;
        };
        with_table(page, block, |table| read_rule::read(table, &heading.number, &words, agreement));
    }
}

fn with_table(page: &Page<'_>, block: &Block, read: impl FnOnce(Table<'_, '_>)) {
    let parsed = page.parse(block.content.clone());
    read(Table::new(page, parsed.get_ref(), block.kind_bytes.clone(), block.content.start));
}

const STATUSES: [&str; 5] = ["proposed", "draft", "reported", "adopted", "deleted"];

fn article(
    page: &Page<'_>,
    parts: &Split,
    index: usize,
    heading: &Heading,
    agreement: &Agreement,
) -> Article {
    if agreement.article(&heading.number).is_some() {
        let message = format!("there are two articles {}", heading.number);
        page.note(heading.bytes.clone(), message, "");
    }
    let mut article = Article {
        number: heading.number.clone(),
        title: Names { en: heading.title.clone(), ..Names::default() },
        text: heading.prose.clone(),
        status: String::new(),
        sources: Vec::new(),
    };
    let mut blocks =
        parts.blocks.iter().filter(|block| block.kind == "article" && block.article == Some(index));
    let Some(block) = blocks.next() else {
        let hint = "add a ```article block with `status`, `title` and `sources`";
        page.note(heading.bytes.clone(), "this article has no status", hint);
        return article;
    };
    with_table(page, block, |table| {
        article.title.uk = table.text("uk").value;
        article.title.fr = table.text("fr").value;
        let status = table.text("status");
        if !status.value.is_empty() && !STATUSES.contains(&status.value.as_str()) {
            let hint = suggest::hint(&status.value, STATUSES);
            page.note(status.bytes, format!("unknown status `{}`", status.value), hint);
        }
        article.status = status.value;
        article.sources = table.texts("sources").into_iter().map(|source| source.value).collect();
        table.close();
    });
    article
}

/// What `parties.toml` says of articles and facts, held against the text.
fn check_parties(page: &Page<'_>, agreement: &Agreement) {
    let Parties { parties, offices, .. } = &agreement.parties;
    let locate = |word: &str| {
        let quoted = format!("\"{word}\"");
        page.text.find(&quoted).map_or(0..0, |at| at + 1..at + 1 + word.len())
    };
    for position in parties.iter().flat_map(|party| &party.positions) {
        for number in &position.articles {
            if agreement.article(number).is_none() {
                let known = agreement.articles.iter().map(|article| article.number.as_str());
                let hint = suggest::hint(number, known);
                page.note(locate(number), format!("there is no article {number}"), hint);
            }
        }
    }
    let facts = || agreement.facts.iter().map(|fact| fact.name.as_str());
    for mandate in offices.iter().flat_map(|office| &office.mandates) {
        let named = mandate.strip_prefix("fact:").filter(|name| *name != "*");
        if let Some(name) = named.filter(|name| !facts().any(|fact| fact == *name)) {
            let message = format!("the text declares no fact `{name}`");
            page.note(locate(mandate), message, suggest::hint(name, facts()));
        }
    }
    for fact in facts() {
        if agreement.parties.who_may(&format!("fact:{fact}")).is_empty() {
            let hint = format!("give an identity the mandate \"fact:{fact}\"");
            page.note(0..0, format!("nobody may state the fact `{fact}`"), hint);
        }
    }
}
