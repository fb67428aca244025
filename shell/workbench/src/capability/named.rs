//! What could not be read of the sources: the first of it in words, all of it counted.

/// Problems kept in words.
const KEPT_MAX: usize = 1_000;

/// Problems in the order in which they were met.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Named {
    /// The first of them.
    pub first: Vec<String>,
    /// How many in all.
    pub count: u64,
}

impl Named {
    /// One more; its words are made only if they are kept.
    pub fn add(&mut self, words: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < KEPT_MAX {
            self.first.push(words());
        }
    }

    /// Tells them on standard error.
    pub fn tell(&self) {
        self.first.iter().for_each(|words| eprintln!("{words}"));
        let more = self.count - self.first.len() as u64;
        if more > 0 {
            eprintln!("{more} more");
        }
    }
}
