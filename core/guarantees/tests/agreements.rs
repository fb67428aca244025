//! The built-in agreements' pledges read without a mistake, and name only known parties.

use kernel::SourceText;

macro_rules! folder {
    ($name:literal) => {
        [
            ("pledges.toml", include_str!(concat!("../../../agreements/", $name, "/pledges.toml"))),
            ("parties.toml", include_str!(concat!("../../../agreements/", $name, "/parties.toml"))),
        ]
    };
}

#[test]
fn both_agreements_read() {
    for files in [folder!("paris"), folder!("sample-truce")] {
        let own = |(file, text): (&str, &str)| (file.to_owned(), text.to_owned());
        let text = SourceText(files.map(own).into());
        let (register, mistakes) = guarantees::read(&text);
        assert!(mistakes.is_empty(), "{mistakes:#?}");
        assert!(register.pledges.len() > 2);
        let parties = text.file("parties.toml").unwrap_or_default();
        for party in register.parties() {
            assert!(parties.contains(&format!("id = \"{party}\"")), "no party {party}");
        }
    }
}
