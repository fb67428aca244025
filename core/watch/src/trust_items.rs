//! What located incidents teach of each station that could have noticed them, from what the stations
//! sent alone: no size is needed, and no station judges itself.

use kernel::{Place, Time};

use crate::trust::{Item, Same, What};

/// A station that might notice.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Post {
    /// Where it is stated to stand.
    pub place: Place,
    /// The side on which it stands, as a number; absent where there are no sides.
    pub side: Option<u8>,
}

/// An incident as others located it, and who noticed.
#[derive(Clone, PartialEq, Debug)]
pub struct Located {
    /// When.
    pub at: Time,
    /// Where.
    pub place: Place,
    /// The side on which it fell, if any.
    pub side: Option<u8>,
    /// Speed of its wave along the ground, m/s.
    pub speed_m_s: f64,
    /// Who noticed: the post's place in the list, observed less predicted time and its standard
    /// deviation, seconds; the prediction should rest on the others.
    pub noticed: Vec<(usize, f64, f64)>,
}

/// An onset, in the order of its station's clock.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Onset {
    /// The post's place in the list.
    pub post: usize,
    /// When.
    pub at: Time,
    /// Whether it belongs to something that others noticed too; none where nobody can tell.
    pub shared: Option<bool>,
    /// Signal-to-noise ratio, period and amplitude as sent, as far as they were.
    pub reading: [Option<f32>; 3],
}

/// So many neighbours in distance from the incident tell how likely it was to be noticed there.
const NEIGHBOURS: usize = 8;
/// Posts farther off than the one judged, at least.
const FARTHER_MIN: usize = 2;
/// An incident that fewer noticed is not certain enough to hold against anybody.
const CERTAIN: usize = 5;
/// Chance that somebody else would have noticed what a station tells of, where nothing shows that it is
/// higher.
const OTHERS: f64 = 0.75;
/// So many stations at least are each other's like, and what the middle one tells alone shows it.
const LIKE_MIN: usize = 3;
/// Chance that two readings of a sound station agree in every number.
const SAME_READING: f64 = 1e-3;

/// The items of each post, in the order of the posts.
#[must_use]
pub fn beside(posts: &[Post], located: &[Located], onsets: &[Onset]) -> Vec<Vec<Item>> {
    let mut items: Vec<Vec<Item>> = vec![Vec::new(); posts.len()];
    for incident in located.iter().filter(|one| one.noticed.len() >= CERTAIN) {
        chances(posts, incident, &mut items);
        times(posts, incident, &mut items);
    }
    let mut sorted: Vec<&Onset> = onsets.iter().filter(|onset| onset.post < posts.len()).collect();
    sorted.sort_by_key(|onset| (onset.post, onset.at, onset.shared, onset.reading.map(bits)));
    let others = others(posts.len(), onsets);
    let mut before: Option<&Onset> = None;
    for onset in sorted {
        let last = before.filter(|last| last.post == onset.post);
        items[onset.post].extend(told(onset, last, others));
        before = Some(onset);
    }
    items
}

fn bits(value: Option<f32>) -> Option<u32> {
    value.map(f32::to_bits)
}

/// How likely each post was to notice: as its neighbours in distance did, itself left out. What
/// nobody there noticed says nothing against anybody, and what hardly anybody farther off could
/// have noticed says nothing either.
fn chances(posts: &[Post], incident: &Located, items: &mut [Vec<Item>]) {
    let mut heard = vec![false; posts.len()];
    for (post, ..) in &incident.noticed {
        if let Some(heard) = heard.get_mut(*post) {
            *heard = true;
        }
    }
    let mut ranked: Vec<(f64, usize)> = posts
        .iter()
        .enumerate()
        .map(|(post, of)| (of.place.distance_m(incident.place), post))
        .collect();
    ranked.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    for (rank, (_, post)) in ranked.iter().enumerate() {
        // No more of those nearer than of those farther: waves fade, and the nearer alone would
        // make too much of the chance.
        let farther = (ranked.len() - 1 - rank).min(NEIGHBOURS / 2);
        if farther < FARTHER_MIN {
            break;
        }
        let first = rank.saturating_sub(farther);
        let near = ranked[first..=rank + farther].iter().filter(|(_, other)| other != post);
        let (count, seen) = near.fold((0, 0), |(count, seen), (_, other)| {
            (count + 1, seen + usize::from(heard[*other]))
        });
        if seen == 0 {
            continue;
        }
        // The mean of the chance when all chances were alike beforehand (Laplace's rule).
        let chance = (seen as f64 + 0.5) / (f64::from(count) + 1.0);
        let own_side = match (posts[*post].side, incident.side) {
            (Some(stands), Some(fell)) => Some(stands == fell),
            _ => None,
        };
        let what = What::Chance { chance, noticed: heard[*post], own_side };
        items[*post].push(Item { at: incident.at, what });
    }
}

fn times(posts: &[Post], incident: &Located, items: &mut [Vec<Item>]) {
    for (post, residual_s, sigma_s) in &incident.noticed {
        let Some(of) = posts.get(*post) else { continue };
        let what = What::Timing {
            residual_s: *residual_s,
            sigma_s: *sigma_s,
            azimuth_deg: of.place.bearing_deg(incident.place),
            slowness_s_m: 1.0 / incident.speed_m_s,
        };
        items[*post].push(Item { at: incident.at, what });
    }
}

/// The chance that others notice what a station tells of: a sound one is alone with what is real no more
/// often than the middle one of its like is alone at all.
fn others(posts: usize, onsets: &[Onset]) -> f64 {
    let mut told = vec![(0_u32, 0_u32); posts];
    for onset in onsets {
        if let (Some(shared), Some((alone, of))) = (onset.shared, told.get_mut(onset.post)) {
            *alone += u32::from(!shared);
            *of += 1;
        }
    }
    let of_like = told.iter().filter(|(_, of)| *of > 0);
    // As if each had told of two more things, one of them alone (Laplace's rule).
    let mut shares: Vec<f64> =
        of_like.map(|(alone, of)| f64::from(alone + 1) / f64::from(of + 2)).collect();
    shares.sort_by(f64::total_cmp);
    let middle = shares.get(shares.len() / 2).filter(|_| shares.len() >= LIKE_MIN);
    middle.map_or(OTHERS, |alone| OTHERS.max(1.0 - alone))
}

/// An onset alone or shared, and whether it repeats the one before.
fn told(onset: &Onset, before: Option<&Onset>, others: f64) -> Vec<Item> {
    let told_of = onset.reading.iter().flatten().count() >= 2;
    let same = match before {
        Some(last) if last.at == onset.at => Same::Message,
        Some(last) if told_of && last.reading.map(bits) == onset.reading.map(bits) => Same::Value,
        _ => Same::No,
    };
    let item = |what| Item { at: onset.at, what };
    let mut items = vec![item(What::Gave { chance: SAME_READING, same })];
    if let Some(shared) = onset.shared.filter(|_| same != Same::Message) {
        items.push(item(What::Spoke { others, alone: !shared }));
    }
    items
}

#[cfg(test)]
mod tests {
    use kernel::Duration;

    use super::*;
    use crate::trust::{DOUBTED, State, Stated, assess};

    /// A row of posts, and an incident an hour near its middle that all but `deaf` notice.
    fn month(deaf: usize, late_s: f64) -> (Vec<Post>, Vec<Located>, Vec<Onset>) {
        let middle = Place { lon: 36.0, lat: 48.0 };
        let post = |index: i32| Post {
            place: middle.shifted_m(f64::from(index - 6) * 1_000.0, f64::from(index % 3) * 700.0),
            side: Some(u8::from(index > 6)),
        };
        let posts: Vec<Post> = (0..13).map(post).collect();
        let mut onsets = Vec::new();
        let mut located = Vec::new();
        for hour in 0..40_i64 {
            let at = Time(0) + Duration::hours(hour);
            let noticed = (0..13).filter(|post| *post != deaf);
            let residual = |post: usize| if post == 3 { late_s } else { 0.01 };
            onsets.extend(noticed.clone().map(|post| Onset {
                post,
                at,
                shared: Some(true),
                reading: [Some(hour as f32), Some(post as f32), None],
            }));
            located.push(Located {
                at,
                place: middle.shifted_m(
                    7_000.0 * libm::sin(hour as f64 * 2.4),
                    7_000.0 * libm::cos(hour as f64 * 2.4),
                ),
                side: Some(u8::from(hour % 2 == 0)),
                speed_m_s: 340.0,
                noticed: noticed.map(|post| (post, residual(post), 0.05)).collect(),
            });
        }
        (posts, located, onsets)
    }

    #[test]
    fn the_deaf_one_and_the_late_one_are_found_and_nobody_else() {
        let (posts, located, onsets) = month(7, 1.0);
        let items = beside(&posts, &located, &onsets);
        for (post, items) in items.iter().enumerate() {
            let verdict = assess(items, &Stated::default());
            match post {
                7 => assert_eq!(verdict.state, State::Deaf),
                3 => assert_eq!(verdict.state, State::DriftingClock),
                _ => assert!(verdict.unsound() < 0.5, "{post}: {verdict:?}"),
            }
            assert_eq!(verdict.unsound() >= DOUBTED, post == 7 || post == 3);
        }
    }

    #[test]
    fn the_order_of_what_is_given_does_not_matter() {
        let (posts, mut located, mut onsets) = month(7, 1.0);
        let weights = |located: &[Located], onsets: &[Onset]| {
            let items = beside(&posts, located, onsets);
            items.iter().map(|of| assess(of, &Stated::default()).weight).collect::<Vec<_>>()
        };
        let forward = weights(&located, &onsets);
        located.reverse();
        onsets.reverse();
        assert_eq!(forward, weights(&located, &onsets));
    }
}
