//! Whether an onset that no incident explains was in company: whether somebody near by told of something
//! while the wave could have passed between the two.
//!
//! Thunder, aircraft and what was too weak to be located is heard by several and is no invention. By chance
//! there is company as well, the more the more is told; how often is counted at moments that are none of the
//! station's onsets.

use kernel::Time;

use crate::trust_items::Post;

/// So many of the nearest stations are company.
const NEIGHBOURS: usize = 8;
/// The wave may be so much slower than usual.
const SLOWER: f64 = 1.15;
/// What clocks and pickers may add, seconds.
const SLACK_S: f64 = 2.0;
/// Moments so long before and after an onset are none of the station's, seconds.
const ELSEWHERE_S: [f64; 4] = [-4_517.0, -997.0, 997.0, 4_517.0];
/// Company that is there by chance more often than this says nothing.
const BY_CHANCE_MAX: f64 = 0.3;

/// What every station told, and who is near whom.
pub(crate) struct Company {
    /// Moments of onsets by post, rising, microseconds.
    times: Vec<Vec<i64>>,
    /// By post the nearest others, and how far apart in time one wave may reach both, microseconds.
    near: Vec<Vec<(usize, i64)>>,
    /// Whether company there says anything.
    says: Vec<bool>,
}

impl Company {
    /// Of posts, and of onsets at them; `speed_m_s` is the wave's along the ground.
    pub fn new(
        posts: &[Post],
        onsets: impl Iterator<Item = (usize, Time)>,
        speed_m_s: f64,
    ) -> Self {
        let mut times = vec![Vec::new(); posts.len()];
        for (post, at) in onsets {
            if let Some(times) = times.get_mut(post) {
                times.push(at.0);
            }
        }
        times.iter_mut().for_each(|times: &mut Vec<i64>| times.sort_unstable());
        let near = (0..posts.len()).map(|post| near(posts, post, speed_m_s)).collect();
        let mut company = Self { times, near, says: Vec::new() };
        company.says =
            (0..posts.len()).map(|post| company.by_chance(post) <= BY_CHANCE_MAX).collect();
        company
    }

    /// Whether an onset of a post was in company; none where that would be chance.
    pub fn of(&self, post: usize, at: Time) -> Option<bool> {
        match self.has(post, at.0) {
            true if !self.says.get(post).copied()? => None,
            has => Some(has),
        }
    }

    fn has(&self, post: usize, at_us: i64) -> bool {
        let near = self.near.get(post).into_iter().flatten();
        near.into_iter().any(|&(other, within_us)| {
            let times = &self.times[other];
            let first = times.partition_point(|time| *time < at_us - within_us);
            times.get(first).is_some_and(|time| *time <= at_us + within_us)
        })
    }

    fn by_chance(&self, post: usize) -> f64 {
        let times = &self.times[post];
        let elsewhere = times.iter().flat_map(|at_us| {
            ELSEWHERE_S.iter().map(move |apart_s| at_us + (apart_s * 1e6) as i64)
        });
        let (mut count, mut had) = (0.0, 0.0);
        for at_us in elsewhere {
            count += 1.0;
            had += f64::from(u8::from(self.has(post, at_us)));
        }
        if count > 0.0 { had / count } else { 0.0 }
    }
}

/// The nearest other posts of one, each with the longest time between the two.
fn near(posts: &[Post], post: usize, speed_m_s: f64) -> Vec<(usize, i64)> {
    let here = posts[post].place;
    let east = libm::cos(here.lat.to_radians());
    // Degrees are near enough to choose by, and quick.
    let apart = |other: &Post| {
        let (x, y) = ((other.place.lon - here.lon) * east, other.place.lat - here.lat);
        x * x + y * y
    };
    let others = posts.iter().enumerate().filter(|(other, _)| *other != post);
    let mut all: Vec<(f64, usize)> = others.map(|(at, other)| (apart(other), at)).collect();
    if all.len() > NEIGHBOURS {
        all.select_nth_unstable_by(NEIGHBOURS, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        all.truncate(NEIGHBOURS);
    }
    let within = |other: usize| {
        let passes_s = posts[other].place.distance_m(here) / speed_m_s * SLOWER + SLACK_S;
        (passes_s * 1e6) as i64
    };
    all.into_iter().map(|(_, other)| (other, within(other))).collect()
}

#[cfg(test)]
mod tests {
    use kernel::{Duration, Place};

    use super::*;

    #[test]
    fn what_a_neighbour_told_as_the_wave_passed_is_company_and_chance_is_none() {
        let middle = Place { lon: 36.0, lat: 48.0 };
        let posts: Vec<Post> = (0..4)
            .map(|at| Post { place: middle.shifted_m(f64::from(at) * 3_400.0, 0.0), side: None })
            .collect();
        let at = |seconds: f64| Time(0) + Duration((seconds * 1e6) as i64);
        let quiet = [(0, at(1e5)), (1, at(1e5 + 9.0)), (0, at(2e5)), (1, at(2e5 + 60.0))];
        let company = Company::new(&posts, quiet.into_iter(), 340.0);
        assert_eq!(company.of(0, at(1e5)), Some(true));
        assert_eq!(company.of(0, at(2e5)), Some(false));
        let busy = (0..20_000).map(|index| (1, at(f64::from(index) * 10.0)));
        let company = Company::new(&posts, quiet.into_iter().chain(busy), 340.0);
        assert_eq!(company.of(0, at(1e5)), None);
        assert_eq!(company.of(3, at(5e5)), Some(false));
    }
}
