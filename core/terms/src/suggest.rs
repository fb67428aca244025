//! "Did you mean": the known word nearest to a mistaken one.

/// The candidate with the fewest edits to `word`, if few enough to be a slip of the pen.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() + 1) / 3;
    let scored = candidates.into_iter().map(|known| (edits(word, known), known));
    scored.filter(|(distance, _)| *distance <= limit).min().map(|(_, known)| known)
}

/// A hint that names the nearest candidate, or lists them all when none is near and they are few.
#[must_use]
pub fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = candidates.into_iter().collect();
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "none is declared".to_owned(),
        None => format!("known: {}", known.join(", ")),
    }
}

/// Levenshtein distance, one row at a time.
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(index + 1);
        for ((pair, theirs), left) in row.windows(2).zip(&other).zip(0..) {
            let swap = pair[0] + usize::from(*theirs != letter);
            let insert = next.get(left).map_or(usize::MAX, |cost: &usize| cost + 1);
            next.push(swap.min(insert).min(pair[1] + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_mended_and_a_stranger_is_not() {
        assert_eq!(edits("line15", "line30"), 2);
        assert_eq!(nearest("line51", ["line15", "rear"]), Some("line15"));
        assert_eq!(nearest("harbour", ["line15", "rear"]), None);
        assert_eq!(hint("harbour", ["line15", "rear"]), "known: line15, rear");
    }
}
