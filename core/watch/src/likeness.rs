//! Whether two texts are the same text: shingles of words, sampled by the smallest hashes.

/// Words in a shingle.
const SHINGLE_WORDS: usize = 3;
/// Hashes kept.
const SKETCH: usize = 30;

/// A compact print of a text: its exact normalised form as one hash, and a sample of its shingles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fingerprint {
    whole: u64,
    shingles: u32,
    smallest: [u64; SKETCH],
}

impl Fingerprint {
    /// The print of a text; case, punctuation, dashes, quotes and white space do not matter.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let words: Vec<u64> = words(text).map(|word| hash_word(&word)).collect();
        let width = SHINGLE_WORDS.min(words.len().max(1));
        let mut hashes: Vec<u64> = words.windows(width).map(hash_words).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let mut smallest = [u64::MAX; SKETCH];
        for (slot, hash) in smallest.iter_mut().zip(&hashes) {
            *slot = *hash;
        }
        Self { whole: hash_words(&words), shingles: hashes.len() as u32, smallest }
    }
}

/// How alike two texts are, 0 to 1: the estimated share of shingles they have in common.
#[must_use]
pub fn likeness(one: &Fingerprint, other: &Fingerprint) -> f64 {
    if one.shingles == 0 || other.shingles == 0 {
        return 0.0;
    }
    if one.whole == other.whole {
        return 1.0;
    }
    let mut union: Vec<u64> = one.smallest.iter().chain(&other.smallest).copied().collect();
    union.sort_unstable();
    union.dedup();
    union.retain(|hash| *hash != u64::MAX);
    union.truncate(SKETCH);
    let both = |hash: &&u64| {
        one.smallest.binary_search(hash).is_ok() && other.smallest.binary_search(hash).is_ok()
    };
    union.iter().filter(both).count() as f64 / union.len().max(1) as f64
}

/// Whether two texts are the same text, small changes apart.
#[must_use]
pub fn same_text(one: &Fingerprint, other: &Fingerprint) -> bool {
    likeness(one, other) >= 0.8
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// FNV-1a, then a finishing mix so that small hashes are an even sample.
fn hash_word(word: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    mix(word.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

fn hash_words(words: &[u64]) -> u64 {
    words.iter().fold(0x9e37_79b9_7f4a_7c15, |hash, word| mix(hash.rotate_left(5) ^ word))
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
