//! The built-in agreements read without a mistake, and mistakes are all found at once.

mod common;

use common::folder;
use kernel::{Mistake, SourceText};
use terms::Agreement;

fn shown(source: &SourceText, mistakes: &[Mistake]) -> Vec<String> {
    let words = |mistake: &Mistake| {
        let text = source.file(&mistake.span.file).unwrap_or_default();
        let under = text.get(mistake.span.bytes.clone()).unwrap_or("?!").to_owned();
        let hint = mistake.hint.clone().unwrap_or_default();
        format!("[{}] {} ({hint})", under.lines().next().unwrap_or_default(), mistake.message)
    };
    mistakes.iter().map(words).collect()
}

fn clean(name: &str) -> Agreement {
    let source = folder(name);
    let (agreement, mistakes) = terms::read(&source);
    assert!(mistakes.is_empty(), "{:#?}", shown(&source, &mistakes));
    agreement
}

#[test]
fn the_paris_framework_reads() {
    let paris = clean("paris");
    assert_eq!(paris.articles.len(), 12);
    assert_eq!(paris.rules.len(), 14);
    assert!(paris.articles.iter().all(|article| !article.text.is_empty()));
    assert_eq!(paris.zones.lines[0].status, "notional");
    assert!(paris.parties.parties.len() > 40);
}

#[test]
fn the_sample_truce_reads() {
    let truce = clean("sample-truce");
    assert_eq!((truce.articles.len(), truce.rules.len()), (3, 3));
    let bearers = &truce.rules[0].bearers;
    assert_eq!(bearers.iter().map(|party| party.as_str()).collect::<Vec<_>>(), ["North", "South"]);
}

/// Each change to the sample truce with the words that must be underlined, what must be said, and
/// the hint. All changes are made at once, and all must be found.
const CHANGES: [(&str, &str, &str, &str, &str, &str); 18] = [
    (
        "agreement.md",
        "in_zone('quiet-strip')",
        "in_zone('quiet-stripe')",
        "'quiet-stripe'",
        "unknown zone `quiet-stripe`",
        "did you mean `quiet-strip`?",
    ),
    (
        "agreement.md",
        "!in_zone('bridge-quarter')",
        "!inzone('bridge-quarter')",
        "inzone",
        "unknown function `inzone`",
        "did you mean `in_zone`?",
    ),
    (
        "agreement.md",
        "except = [\"quarry-blast\"]",
        "except = [\"quary-blast\"]",
        "quary-blast",
        "unknown kind of notice `quary-blast`",
        "did you mean `quarry-blast`?",
    ),
    (
        "agreement.md",
        "incident.count >= 5 ? 2 : 1",
        "incident.count >= T0 ? 9 : 1",
        "incident.count >= T0",
        "a number does not compare with a moment by `>=`",
        "",
    ),
    (
        "agreement.md",
        "incident.count >= T0 ? 9 : 1",
        "incident.count >= T0 ? 9 : 1",
        "9",
        "a severity is a number from 1 to 3",
        "or a choice: condition ? 3 : 2",
    ),
    (
        "agreement.md",
        "T0 + duration('7d')",
        "T0 + duration('7 days')",
        "'7 days'",
        "`7 days` is not a duration",
        "",
    ),
    (
        "agreement.md",
        "fulfilled_by = \"inventory-received\"",
        "fulfilled_by = \"inventory\"",
        "inventory",
        "unknown fact `inventory`",
        "",
    ),
    (
        "agreement.md",
        "near('waterworks', 1000)",
        "near('waterworks', 1000) &",
        "&",
        "`&` begins no word",
        "write `&&` for \"and\"",
    ),
    (
        "agreement.md",
        "trigger = [\"weapons-presence\"]",
        "trigger = [\"weapon-presence\"]",
        "weapon-presence",
        "unknown class `weapon-presence`",
        "did you mean `weapons-presence`?",
    ),
    (
        "agreement.md",
        "p_alleged = 0.8",
        "p_alleged = 8",
        "8",
        "`p_alleged` lies between 0.5 and 1, not 8",
        "",
    ),
    (
        "agreement.md",
        "short = \"Sample truce\"",
        "shrt = \"Sample truce\"",
        "shrt",
        "unknown field `shrt`",
        "did you mean `short`?",
    ),
    (
        "agreement.md",
        "outcome = \"determination\"",
        "outcome = \"determine\"",
        "determine",
        "unknown outcome `determine`",
        "",
    ),
    (
        "agreement.md",
        "lead_min = \"24h\"",
        "lead_min = 24",
        "24",
        "`lead_min` is a text, not integer",
        "",
    ),
    (
        "parties.toml",
        "acts_for = \"Isle\"",
        "acts_for = \"Isles\"",
        "Isles",
        "unknown party `Isles`",
        "did you mean `Isle`?",
    ),
    (
        "parties.toml",
        "stance = \"disputed\"",
        "stance = \"dispute\"",
        "dispute",
        "unknown stance `dispute`",
        "did you mean `disputed`?",
    ),
    ("parties.toml", "articles = [\"3\"]", "articles = [\"7\"]", "7", "there is no article 7", ""),
    (
        "zones.geojson",
        "\"left\": \"North\"",
        "\"left\": \"Nort\"",
        "Nort",
        "`Nort` is no party that bears the rules",
        "did you mean `North`?",
    ),
    (
        "zones.geojson",
        "\"buffer_of\": \"truce-line\"",
        "\"buffer_of\": \"truceline\"",
        "truceline",
        "unknown line `truceline`",
        "did you mean `truce-line`?",
    ),
];

#[test]
fn all_mistakes_are_found_at_once_with_the_words_underlined() {
    let mut source = folder("sample-truce");
    for (file, from, to, ..) in CHANGES {
        let text = source.0.get_mut(file).expect(file);
        assert!(text.contains(from), "{from}");
        *text = text.replacen(from, to, 1);
    }
    let (_, mistakes) = terms::read(&source);
    let all = shown(&source, &mistakes);
    for (_, _, _, under, message, hint) in CHANGES {
        let found = all.iter().any(|line| {
            line.starts_with(&format!("[{under}] "))
                && line.contains(message)
                && line.contains(hint)
        });
        assert!(found, "[{under}] {message} ({hint})\nin {all:#?}");
    }
}

#[test]
fn no_text_makes_the_reader_fail() {
    let whole = folder("sample-truce");
    for (name, text) in &whole.0 {
        for cut in (0..text.len()).step_by(97).filter(|cut| text.is_char_boundary(*cut)) {
            let mut source = whole.clone();
            source.0.insert(name.clone(), text[..cut].to_owned());
            let (_, mistakes) = terms::read(&source);
            let inside = |mistake: &Mistake| {
                let text = source.file(&mistake.span.file).unwrap_or_default();
                text.get(mistake.span.bytes.clone()).is_some()
            };
            assert!(mistakes.iter().all(inside), "{:#?}", shown(&source, &mistakes));
        }
    }
}
