//! The built-in agreements' sources and settings are read without a mistake.

use std::collections::BTreeMap;

use kernel::SourceText;
use watch::SourceKind;

fn text(sources: &str, watch: &str) -> SourceText {
    SourceText(BTreeMap::from([
        ("sources.toml".to_owned(), sources.to_owned()),
        ("watch.toml".to_owned(), watch.to_owned()),
    ]))
}

#[test]
fn paris_names_its_sources_and_repeats_the_defaults() {
    let (part, mistakes) = watch::read(&text(
        include_str!("../../../agreements/paris/sources.toml"),
        include_str!("../../../agreements/paris/watch.toml"),
    ));
    assert_eq!(mistakes, vec![]);
    assert_eq!(part.settings, watch::Settings::default());
    let logs: Vec<_> =
        part.sources.values().filter(|source| source.kind == SourceKind::PartyLog).collect();
    let [one, other] = logs[..] else { panic!("two parties file logs: {logs:?}") };
    assert_eq!(one.reliability, other.reliability);
    assert_eq!(one.false_alarm_share, other.false_alarm_share);
}

#[test]
fn the_sample_truce_names_its_sources() {
    let (part, mistakes) = watch::read(&text(
        include_str!("../../../agreements/sample-truce/sources.toml"),
        include_str!("../../../agreements/sample-truce/watch.toml"),
    ));
    assert_eq!(mistakes, vec![]);
    assert_eq!(part.sources.len(), 6);
}

#[test]
fn every_mistake_in_the_sources_is_named_with_its_words() {
    let sources = "[[source]]\nid = \"a\"\nkind = \"radio\"\n\n[[source]]\nid = \"b\"\nkind = \"press\"\nowner = \"x\"\n\
                   independence-group = \"\"\nreliability = \"C\"\nfalse-alarm-share = 2\ndelay-max = \"1h\"\n[other]\n";
    let (_, mistakes) = watch::read(&text(sources, ""));
    let words: Vec<&str> =
        mistakes.iter().map(|mistake| &sources[mistake.span.bytes.clone()]).collect();
    assert!(words.contains(&"\"radio\"") && words.contains(&"\"\""), "{words:?}");
    assert!(words.contains(&"2") && words.contains(&"other"), "{words:?}");
}
