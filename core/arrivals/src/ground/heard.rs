//! Onsets at the stations around one, that a seed of an unnamed onset is made of.

use crate::medium::View;
use crate::station::Station;

/// Neighbours that are asked.
const NEIGHBOURS: usize = 24;
/// Branches that an unnamed onset may be, the first P foremost.
const BRANCHES: u32 = 4;

/// An onset at a neighbour.
pub struct Heard {
    pub pick: u32,
    /// Where the neighbour stands, as the window told it.
    pub place_km: (f64, f64),
    /// Seconds after the first onset.
    pub late_s: f64,
}

/// When a neighbour's onset may belong to the first one's source, seconds before and after it.
pub struct Window {
    pub place_km: (f64, f64),
    pub early_s: f64,
    pub late_s: f64,
}

/// Free onsets at the neighbours of a free onset taken as first P, each in the window that the
/// two stations (its own, the neighbour's) give; none where the onset is not such a one.
pub fn around(
    view: &View<'_>,
    pick: u32,
    window: impl Fn(&Station, &Station) -> Window,
) -> Vec<Heard> {
    let channel = view.picks.channel(pick);
    if !channel.is_multiple_of(BRANCHES) || !view.free(pick) {
        return Vec::new();
    }
    let (stations, here) = (view.network.stations(), (channel / BRANCHES) as usize);
    let onset_s = view.picks.time_s(pick);
    let mut heard = Vec::new();
    for &other in view.neighbours[here].iter().take(NEIGHBOURS) {
        let Window { place_km, early_s, late_s } =
            window(&stations[here], &stations[other as usize]);
        let within = view.picks.within(other * BRANCHES, onset_s - early_s, onset_s + late_s);
        heard.extend(within.filter(|pick| view.free(*pick)).map(|pick| Heard {
            pick,
            place_km,
            late_s: view.picks.time_s(pick) - onset_s,
        }));
    }
    heard
}
