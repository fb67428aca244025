//! The built-in agreements' pledges read without a mistake, and name only known parties.

use std::path::Path;

use kernel::SourceText;

fn folder(name: &str) -> SourceText {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements").join(name);
    let read = |file: &str| {
        let text = std::fs::read_to_string(path.join(file));
        (file.to_owned(), text.unwrap_or_else(|error| panic!("{name}/{file}: {error}")))
    };
    SourceText(["pledges.toml", "parties.toml"].map(read).into())
}

#[test]
fn both_agreements_read() {
    for name in ["paris", "sample-truce"] {
        let text = folder(name);
        let (register, mistakes) = guarantees::read(&text);
        assert!(mistakes.is_empty(), "{name}: {mistakes:#?}");
        assert!(register.pledges.len() > 2);
        let parties = text.file("parties.toml").unwrap_or_default();
        for party in register.parties() {
            assert!(parties.contains(&format!("id = \"{party}\"")), "{name} has no party {party}");
        }
    }
}
