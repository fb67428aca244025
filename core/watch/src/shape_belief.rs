//! The belief about a place that an observation's shape expresses.

use kernel::{Place, PlaceBelief};
use libm::{cos, sin};

use crate::gauss::Mixture;
use crate::observation::Shape;

/// A sector wider than this is cut into pieces, each matched by one Gaussian, degrees.
const PIECE_DEG: f64 = 25.0;
/// Nothing is placed better than this, metres: a stated error of nought is a missing one.
const SIGMA_MIN_M: f64 = 10.0;
/// One standard deviation of a place of which nothing is known, metres.
const ANYWHERE_M: f64 = 1e7;
const RADIANS: f64 = std::f64::consts::PI / 180.0;

/// Where the shape says it was.
#[must_use]
pub fn belief(shape: &Shape) -> Mixture {
    match *shape {
        Shape::Point { place, along_m, across_m, azimuth_deg } => {
            let turn = f64::from(azimuth_deg) * RADIANS;
            Mixture::single(turned(place, f64::from(along_m), f64::from(across_m), turn))
        }
        Shape::Area { center, radius_m } => {
            // In two dimensions a Gaussian holds two thirds within 1.482 standard deviations.
            let sigma_m = (f64::from(radius_m) / 1.482).max(SIGMA_MIN_M);
            Mixture::single(PlaceBelief::round(center, sigma_m))
        }
        // A circle that is in view whole: the Gaussian with the same variance, radius / 2.
        Shape::Footprint { center, radius_m } => {
            let sigma_m = (f64::from(radius_m) / 2.0).max(SIGMA_MIN_M);
            Mixture::single(PlaceBelief::round(center, sigma_m))
        }
        // A station says where it was noticed: of where it happened, by itself, nothing.
        Shape::Station { place } => {
            let anywhere = place.unwrap_or(Place { lon: 0.0, lat: 0.0 });
            Mixture::single(PlaceBelief::round(anywhere, ANYWHERE_M))
        }
        Shape::Sector { from, azimuth_deg, half_width_deg, range_min_m, range_max_m } => sector(
            from,
            f64::from(azimuth_deg),
            f64::from(half_width_deg).clamp(0.5, 180.0),
            f64::from(range_min_m.min(range_max_m)),
            f64::from(range_max_m.max(range_min_m)),
        ),
    }
}

/// A representative place of the shape.
#[must_use]
pub fn middle(shape: &Shape) -> Place {
    match *shape {
        Shape::Point { place, .. } => place,
        Shape::Area { center, .. } | Shape::Footprint { center, .. } => center,
        Shape::Station { place } => place.unwrap_or(Place { lon: 0.0, lat: 0.0 }),
        Shape::Sector { .. } => {
            belief(shape).collapsed().map_or(Place { lon: 0.0, lat: 0.0 }, |whole| whole.mean)
        }
    }
}

/// A Gaussian with the given standard deviations along and across the direction `turn`.
fn turned(mean: Place, along_m: f64, across_m: f64, turn: f64) -> PlaceBelief {
    let (along2, across2) = (
        along_m.max(SIGMA_MIN_M) * along_m.max(SIGMA_MIN_M),
        across_m.max(SIGMA_MIN_M) * across_m.max(SIGMA_MIN_M),
    );
    let (east, north) = (sin(turn), cos(turn));
    PlaceBelief {
        mean,
        ee_m2: along2 * east * east + across2 * north * north,
        en_m2: (along2 - across2) * east * north,
        nn_m2: along2 * north * north + across2 * east * east,
    }
}

/// An annular sector, even over its area, as pieces whose means and variances are exact.
fn sector(from: Place, azimuth: f64, half_width: f64, near_m: f64, far_m: f64) -> Mixture {
    let pieces = libm::ceil(2.0 * half_width / PIECE_DEG).max(1.0);
    let half = half_width / pieces;
    let far_m = far_m.max(near_m + SIGMA_MIN_M);
    // Moments of the range when places are even over the area: density 2r / (far² - near²).
    let span2 = far_m * far_m - near_m * near_m;
    let mean_r = 2.0 / 3.0 * (far_m * far_m * far_m - near_m * near_m * near_m) / span2;
    let mean_r2 = (far_m * far_m + near_m * near_m) / 2.0;
    // Moments of the direction when it is even over the piece.
    let angle = half * RADIANS;
    let mean_cos = sin(angle) / angle;
    let mean_cos2 = 0.5 + sin(2.0 * angle) / (4.0 * angle);
    let middle_m = mean_r * mean_cos;
    let along_m = libm::sqrt((mean_r2 * mean_cos2 - middle_m * middle_m).max(0.0));
    let across_m = libm::sqrt(mean_r2 * (1.0 - mean_cos2));
    let parts = (0..pieces as u32)
        .map(|piece| {
            let turn = (azimuth - half_width + (2.0 * f64::from(piece) + 1.0) * half) * RADIANS;
            let mean = from.shifted_m(middle_m * sin(turn), middle_m * cos(turn));
            turned(mean, along_m, across_m, turn)
        })
        .collect();
    Mixture::even(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POST: Place = Place { lon: 37.8, lat: 48.1 };

    #[test]
    fn a_narrow_sector_points_where_it_was_heard() {
        let north = Shape::Sector {
            from: POST,
            azimuth_deg: 0.0,
            half_width_deg: 11.25,
            range_min_m: 2_000.0,
            range_max_m: 7_000.0,
        };
        let whole = belief(&north).collapsed().unwrap();
        let (east, up) = POST.offset_to_m(whole.mean);
        assert!(east.abs() < 1.0 && up > 4_500.0 && up < 5_000.0, "{east} {up}");
        assert!(whole.nn_m2 > whole.ee_m2);
    }

    #[test]
    fn two_posts_cross_their_sectors() {
        let heard = |from, azimuth_deg| {
            belief(&Shape::Sector {
                from,
                azimuth_deg,
                half_width_deg: 11.25,
                range_min_m: 3_000.0,
                range_max_m: 7_000.0,
            })
        };
        let east_post = POST.shifted_m(5_000.0, 5_000.0);
        let (_, crossed) = heard(POST, 0.0).product(&heard(east_post, 270.0));
        let (east, north) = POST.offset_to_m(crossed.collapsed().unwrap().mean);
        assert!(east.abs() < 300.0 && (north - 5_000.0).abs() < 300.0, "{east} {north}");
    }

    #[test]
    fn no_direction_is_a_ring_around_the_observer() {
        let ring = belief(&Shape::Sector {
            from: POST,
            azimuth_deg: 0.0,
            half_width_deg: 180.0,
            range_min_m: 4_000.0,
            range_max_m: 5_000.0,
        });
        assert!(ring.parts().len() >= 14);
        assert!(POST.distance_m(ring.collapsed().unwrap().mean) < 10.0);
    }
}
