//! Where a source is: where its stations stand, else where it looked and what it saw.

use kernel::{Place, PlaceBelief, SourceId, Time};

use crate::engine::Engine;
use crate::observation::Shape;
use crate::shape_belief;

/// A single station or look still covers some ground, metres.
const SIGMA_MIN_M: f64 = 500.0;
/// Places are summed as whole numbers of this many a degree, so that their order does not matter.
const PER_DEGREE: f64 = 1e6;
/// Metres in a degree of latitude, and in one of longitude on the equator.
const DEGREE_M: f64 = kernel::place::EARTH_RADIUS_M * std::f64::consts::PI / 180.0;

/// Places as they are summed up.
#[derive(Clone, Copy, Default, Debug)]
struct Sum {
    count: i128,
    east: i128,
    north: i128,
    squares: [i128; 3],
}

impl Sum {
    fn add(&mut self, place: Place) {
        let whole = |degrees: f64| libm::round(degrees * PER_DEGREE) as i128;
        let (east, north) = (whole(place.lon), whole(place.lat));
        self.count += 1;
        self.east += east;
        self.north += north;
        let [ee, en, nn] = &mut self.squares;
        (*ee, *en, *nn) = (*ee + east * east, *en + east * north, *nn + north * north);
    }

    /// Mean and covariance; none of no places.
    fn belief(&self) -> Option<PlaceBelief> {
        let count = self.count as f64;
        if self.count == 0 {
            return None;
        }
        let (lon, lat) = (self.east as f64 / count, self.north as f64 / count);
        // Whole numbers: nothing is lost in the difference.
        let spread = |square: i128, one: i128, other: i128| {
            (square * self.count - one * other) as f64 / (count * count)
        };
        let [ee, en, nn] = self.squares;
        let north_m = DEGREE_M / PER_DEGREE;
        let east_m = north_m * libm::cos(lat / PER_DEGREE * std::f64::consts::PI / 180.0);
        let least = SIGMA_MIN_M * SIGMA_MIN_M;
        Some(PlaceBelief {
            mean: Place { lon: lon / PER_DEGREE, lat: lat / PER_DEGREE },
            ee_m2: spread(ee, self.east, self.east) * east_m * east_m + least,
            en_m2: spread(en, self.east, self.north) * east_m * north_m,
            nn_m2: spread(nn, self.north, self.north) * north_m * north_m + least,
        })
    }
}

/// Where each source saw what it saw, by the store's number of it.
#[derive(Clone, Default, Debug)]
pub(crate) struct Haunts(Vec<Sum>);

impl Haunts {
    /// Takes in where an observation of a source was.
    pub(crate) fn add(&mut self, source: u16, place: Place) {
        let at = usize::from(source);
        if self.0.len() <= at {
            self.0.resize(at + 1, Sum::default());
        }
        self.0[at].add(place);
    }
}

/// Where an observation was; none of what says only where somebody stood.
pub(crate) fn seen_at(shape: &Shape) -> Option<Place> {
    (!matches!(shape, Shape::Station { .. })).then(|| shape_belief::middle(shape))
}

impl Engine {
    /// Where a source is, as far as anything tells; none when nothing does.
    #[must_use]
    pub fn haunt(&self, source: &SourceId, moment: Time) -> Option<PlaceBelief> {
        let number = self.store.sources.iter().position(|kept| kept.id == *source)?;
        let mut stations = Sum::default();
        let its = self.store.onsets.stations().iter();
        for station in its.filter(|station| usize::from(station.source) == number) {
            if let Some(stood) = station.at(moment) {
                stations.add(stood.place());
            }
        }
        stations.belief().or_else(|| self.haunts.0.get(number)?.belief())
    }
}
