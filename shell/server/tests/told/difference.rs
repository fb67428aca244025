//! The difference of two texts by lines, in the unified form.

/// Lines shown around a change.
const AROUND: usize = 3;

/// The unified difference of `expected` and `said`; empty when they are the same.
pub fn unified(name: &str, expected: &str, said: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), said.lines().collect());
    let edits = edits(&old, &new);
    let changed: Vec<usize> = (0..edits.len()).filter(|&at| edits[at].0 != ' ').collect();
    if changed.is_empty() {
        return String::new();
    }
    let near = |at: usize| changed.iter().any(|&change| change.abs_diff(at) <= AROUND);
    let mut out = format!("--- {name} (as written)\n+++ {name} (as it came)\n");
    let (mut old_line, mut new_line, mut shown) = (1, 1, false);
    for (at, (mark, line)) in edits.iter().enumerate() {
        if near(at) {
            if !shown {
                out.push_str(&format!("@@ -{old_line} +{new_line} @@\n"));
            }
            out.push_str(&format!("{mark}{line}\n"));
        }
        shown = near(at);
        old_line += usize::from(*mark != '+');
        new_line += usize::from(*mark != '-');
    }
    out
}

/// Every line of both with its mark: ` ` in both, `-` only old, `+` only new.
fn edits<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    // common[i][j]: the longest common subsequence of old[i..] and new[j..].
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut edits) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            edits.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            edits.push(('-', old[i]));
            i += 1;
        } else {
            edits.push(('+', new[j]));
            j += 1;
        }
    }
    edits
}
