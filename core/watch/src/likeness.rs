//! Whether two texts are the same text: shingles of three words, sampled by the smallest hashes.
//!
//! The sample is a bottom-k sketch (Cohen and Kaplan 2007, "Summarizing data using bottom-k
//! sketches"): exact for texts of up to [`SKETCH`] + 2 words, an estimate beyond. What was tried
//! and what it scores: `docs/design/0032-duplicates.md`.

/// Words in a shingle.
const SHINGLE_WORDS: usize = 3;
/// Hashes kept: with the other fields a print takes 248 bytes.
const SKETCH: usize = 58;
/// Hashes by which a print is looked up. Two texts that share four fifths of their shingles miss
/// one another with a chance of about 0.2⁴ = 0.0016.
const KEYS: usize = 4;
/// Texts at least this alike are the same text.
const SAME: f64 = 0.8;
/// A text of which so much stands in a longer one is that one cut short.
const CUT_SHORT: f64 = 0.95;
/// Fewer shingles than this cannot show that a text was cut short.
const CUT_SHINGLES_MIN: usize = 12;
/// How alike texts can be whose numbers differ: daily bulletins repeat all but their figures.
const OTHER_NUMBERS: f64 = 0.75;

/// A compact print of a text: its words as one hash, its numbers as one, and a sample of its
/// shingles. Case, punctuation, dashes, quotes and white space do not matter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fingerprint {
    whole: u64,
    numbers: u32,
    /// Length of the sample.
    kept: u8,
    /// Whether the sample is all there is.
    complete: bool,
    smallest: [u32; SKETCH],
}

impl Fingerprint {
    /// The print of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let (words, numbers) = words(text);
        let width = SHINGLE_WORDS.min(words.len().max(1));
        let mut hashes: Vec<u32> =
            words.windows(width).map(|shingle| (fold(shingle) >> 32) as u32).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let mut smallest = [0; SKETCH];
        smallest.iter_mut().zip(&hashes).for_each(|(slot, hash)| *slot = *hash);
        Self {
            whole: fold(&words),
            numbers,
            kept: hashes.len().min(SKETCH) as u8,
            complete: hashes.len() <= SKETCH,
            smallest,
        }
    }

    /// Texts alike have at least one of these in common, all but certainly; looking up by them
    /// finds candidates without comparing everything with everything.
    #[must_use]
    pub fn keys(&self) -> &[u32] {
        let sample = self.sample();
        sample.get(..KEYS).unwrap_or(sample)
    }

    fn sample(&self) -> &[u32] {
        self.smallest.get(..usize::from(self.kept)).unwrap_or_default()
    }

    /// The largest hash up to which the sample is complete.
    fn limit(&self) -> u32 {
        if self.complete { u32::MAX } else { self.sample().last().copied().unwrap_or(u32::MAX) }
    }
}

/// How alike two texts are, 0 to 1: the share of shingles they have in common, or 1 when one is
/// the other cut short. Texts that say nothing are like nothing.
#[must_use]
pub fn likeness(one: &Fingerprint, other: &Fingerprint) -> f64 {
    if one.kept == 0 || other.kept == 0 {
        return 0.0;
    }
    if one.whole == other.whole {
        return 1.0;
    }
    // Below the lower of both limits, both samples are whole and can be counted exactly.
    let limit = one.limit().min(other.limit());
    let below = |print: &Fingerprint| print.sample().partition_point(|hash| *hash <= limit);
    let (many, few) = (below(one).max(below(other)), below(one).min(below(other)));
    let common = in_common(one.sample(), other.sample(), limit);
    let cut_short =
        few >= CUT_SHINGLES_MIN && few * 5 < many * 4 && common as f64 >= CUT_SHORT * few as f64;
    if cut_short {
        return 1.0;
    }
    let shared = common as f64 / (many + few - common).max(1) as f64;
    if one.numbers == other.numbers { shared } else { shared.min(OTHER_NUMBERS) }
}

/// Whether two texts are the same text, small changes and cuts apart.
#[must_use]
pub fn same_text(one: &Fingerprint, other: &Fingerprint) -> bool {
    likeness(one, other) >= SAME
}

/// How many hashes up to `limit` two sorted samples have in common.
fn in_common(one: &[u32], other: &[u32], limit: u32) -> usize {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut common = 0;
    while let (Some(&&left), Some(&&right)) = (one.peek(), other.peek()) {
        common += usize::from(left == right && left <= limit);
        if left <= right {
            one.next();
        }
        if right <= left {
            other.next();
        }
    }
    common
}

/// The hashes of the words in order, and one of the words that hold digits, in any order.
fn words(text: &str) -> (Vec<u64>, u32) {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    let mut words = Vec::with_capacity(text.len() / 8);
    let (mut word, mut letters, mut digits, mut numbers) = (START, 0, false, 0_u64);
    for letter in text.chars().chain(std::iter::once(' ')) {
        if is_invisible(letter) {
            continue;
        }
        if letter.is_alphanumeric() {
            // FNV-1a over the letters, small ones for capitals.
            let step = |hash: u64, small: char| {
                (hash ^ u64::from(u32::from(small))).wrapping_mul(0x0100_0000_01b3)
            };
            word = letter.to_lowercase().fold(word, step);
            letters += 1;
            digits |= letter.is_numeric();
        } else if letters > 0 {
            words.push(mix(word));
            if digits {
                numbers = numbers.wrapping_add(mix(word));
            }
            (word, letters, digits) = (START, 0, false);
        }
    }
    (words, (numbers >> 32) as u32)
}

/// Soft hyphen, zero-width signs, byte order mark, combining stress: they part no words.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{301}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn fold(words: &[u64]) -> u64 {
    words.iter().fold(0x9e37_79b9_7f4a_7c15, |hash, word| mix(hash.rotate_left(5) ^ word))
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014), so that small hashes are an even
/// sample.
fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> f64 {
        likeness(&Fingerprint::of(one), &Fingerprint::of(other))
    }

    /// `count` different words from `from` on.
    fn prose(from: usize, count: usize) -> String {
        let word = |number: usize| "абвгдежзик".chars().nth(number).unwrap();
        let spell =
            |number: usize| number.to_string().chars().map(|d| word(d as usize - 48)).collect();
        (from..from + count).map(spell).collect::<Vec<String>>().join(" ")
    }

    #[test]
    fn a_print_is_small() {
        assert!(std::mem::size_of::<Fingerprint>() <= 256);
    }

    #[test]
    fn dress_does_not_matter() {
        let plain = "Вибухи на складі боєприпасів у Токмаку";
        assert_eq!(
            alike(plain, "«ВИБУХИ»  на складі —\nбоє\u{ad}припасів, у Токма\u{301}ку!"),
            1.0
        );
        assert!(alike(plain, "Пожежа на складі боєприпасів у Токмаку") < SAME);
    }

    #[test]
    fn nothing_is_like_nothing() {
        assert_eq!(alike("", ""), 0.0);
        assert_eq!(alike("—", "!"), 0.0);
    }

    #[test]
    fn the_figures_of_a_bulletin_matter() {
        let bulletin = |figure: &str| format!("{} {figure} {}", prose(0, 30), prose(50, 30));
        assert_eq!(alike(&bulletin("12"), &bulletin("13")), OTHER_NUMBERS);
        assert!(alike(&bulletin("a"), &bulletin("b")) >= SAME);
    }

    #[test]
    fn a_text_cut_short_is_the_same_text_and_a_long_quotation_too() {
        assert_eq!(alike(&prose(0, 300), &prose(0, 150)), 1.0);
        assert!(alike(&prose(0, 300), &prose(290, 12)) < SAME);
    }

    #[test]
    fn long_texts_are_estimated() {
        // 1,000 words of each text, 900 of them in common: 900 of 1,100 shingles.
        let estimate = alike(&prose(1_000, 1_000), &prose(1_100, 1_000));
        assert!((estimate - 0.82).abs() < 0.15, "{estimate}");
    }

    #[test]
    fn the_same_text_is_found_by_its_keys() {
        let (one, other) = (Fingerprint::of(&prose(0, 100)), Fingerprint::of(&prose(5, 100)));
        assert!(same_text(&one, &other));
        assert!(one.keys().iter().any(|key| other.keys().contains(key)));
    }
}
