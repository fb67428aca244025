//! Every reader of bytes from outside answers junk with an error, never with a panic, and reads
//! nothing that it would write differently.

use proptest::prelude::*;
use record::note::Note;
use record::tile::{entry_bundle, read_bundle};
use record::{Entry, PublicKey, Signer, TilePath};

/// Junk that looks a little like the real thing, so that it gets past the first check.
fn junk() -> impl Strategy<Value = String> {
    let pieces = "(\\PC|\n|\u{2014} |\\+|tile/|entries/|x?[0-9]{3}|\\.p/|[0-9]{1,20}|[\\{\\}\\[\\]\",:]|AAAA|=){0,40}";
    pieces.prop_map(|text: String| text)
}

proptest! {
    #[test]
    fn text_readers_take_junk(text in junk()) {
        if let Ok(note) = Note::read(text.as_bytes()) {
            prop_assert_eq!(note.write(), text.clone());
        }
        if let Ok(path) = text.parse::<TilePath>() {
            prop_assert_eq!(path.to_string(), text.clone());
        }
        if let Ok(key) = text.parse::<PublicKey>() {
            prop_assert_eq!(key.to_string(), text.clone());
        }
        prop_assert!(Signer::from_private_text(&text).is_err());
        prop_assert!(Entry::read(text.as_bytes()).is_err());
    }

    #[test]
    fn byte_readers_take_junk(bytes in proptest::collection::vec(any::<u8>(), 0..600), width in 0_u16..300) {
        prop_assert!(Entry::read(&bytes).is_err());
        if let Ok(note) = Note::read(&bytes) {
            prop_assert_eq!(note.write().into_bytes(), bytes.clone());
        }
        if let Ok(entries) = read_bundle(&bytes, width) {
            prop_assert_eq!(entry_bundle(entries).unwrap(), bytes);
        }
    }
}
