//! The matching of two lists that pairs as many as possible and, of those, at the least cost.

/// A pair that may be matched.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pair {
    /// Place in the first list.
    pub one: usize,
    /// Place in the second.
    pub other: usize,
    /// What it costs to match them.
    pub cost: f64,
}

/// The best matching of lists with `ones` and `others` members: successive shortest augmenting
/// paths (Bellman and Ford) over the pairs that may be. Nearest-first matching, in contrast, takes
/// a partner away from one that has no other.
#[must_use]
pub fn best(ones: usize, others: usize, pairs: &[Pair]) -> Vec<Pair> {
    let mut partner: Vec<Option<Pair>> = vec![None; ones];
    let mut taken: Vec<Option<usize>> = vec![None; others];
    while let Some(path) = cheapest_path(&partner, &taken, pairs) {
        for pair in path {
            partner[pair.one] = Some(pair);
            taken[pair.other] = Some(pair.one);
        }
    }
    partner.into_iter().flatten().collect()
}

/// The pairs to match anew along the cheapest way from a free first to a free second.
fn cheapest_path(
    partner: &[Option<Pair>],
    taken: &[Option<usize>],
    pairs: &[Pair],
) -> Option<Vec<Pair>> {
    let start = |one: &Option<Pair>| if one.is_none() { 0.0 } else { f64::INFINITY };
    let mut to_one: Vec<f64> = partner.iter().map(start).collect();
    let mut to_other = vec![f64::INFINITY; taken.len()];
    let mut by: Vec<Option<Pair>> = vec![None; taken.len()];
    for _ in 0..=taken.len() {
        let mut changed = false;
        for pair in
            pairs.iter().filter(|pair| partner[pair.one].is_none_or(|now| now.other != pair.other))
        {
            let cost = to_one[pair.one] + pair.cost;
            if cost < to_other[pair.other] - 1e-9 {
                (to_other[pair.other], by[pair.other]) = (cost, Some(*pair));
                changed = true;
                if let Some(one) = taken[pair.other]
                    && let Some(held) = partner[one]
                {
                    to_one[one] = to_one[one].min(cost - held.cost);
                }
            }
        }
        if !changed {
            break;
        }
    }
    let free = (0..taken.len()).filter(|other| taken[*other].is_none() && by[*other].is_some());
    let mut at = free.min_by(|one, other| to_other[*one].total_cmp(&to_other[*other]))?;
    let mut path = Vec::new();
    while let Some(pair) = by[at] {
        path.push(pair);
        match partner[pair.one] {
            Some(held) if path.len() <= taken.len() => at = held.other,
            _ => break,
        }
    }
    path.reverse();
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn pair(one: usize, other: usize, cost: f64) -> Pair {
        Pair { one, other, cost }
    }

    #[test]
    fn nobody_is_left_alone_for_a_nearer_partner() {
        let pairs = [pair(0, 0, 1.0), pair(0, 1, 2.0), pair(1, 0, 1.5)];
        let matched = best(2, 2, &pairs);
        assert_eq!(matched, vec![pair(0, 1, 2.0), pair(1, 0, 1.5)]);
    }

    #[test]
    fn it_is_the_best_of_all_matchings() {
        let mut random = Random::of(1, "matching");
        for _ in 0..300 {
            let count = 5;
            let mut pairs = Vec::new();
            for one in 0..count {
                for other in 0..count {
                    if random.chance(0.4) {
                        pairs.push(pair(one, other, (random.unit() * 100.0).floor()));
                    }
                }
            }
            let ours = best(count, count, &pairs);
            let cost = ours.iter().map(|pair| pair.cost).sum::<f64>();
            let (most, least) = exhaustive(&pairs, 0, 0, count);
            assert_eq!((ours.len(), cost), (most, least), "{pairs:?}");
        }
    }

    /// The largest count and its least cost over all matchings of `one` and after.
    fn exhaustive(pairs: &[Pair], one: usize, used: u32, count: usize) -> (usize, f64) {
        if one == count {
            return (0, 0.0);
        }
        let mut best = exhaustive(pairs, one + 1, used, count);
        for pair in pairs.iter().filter(|pair| pair.one == one && used >> pair.other & 1 == 0) {
            let (more, cost) = exhaustive(pairs, one + 1, used | 1 << pair.other, count);
            let with = (more + 1, cost + pair.cost);
            if with.0 > best.0 || (with.0 == best.0 && with.1 < best.1) {
                best = with;
            }
        }
        best
    }
}
