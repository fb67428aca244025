//! How the ground moves in three components: the principal axes of its covariance (Flinn 1965;
//! Jurkevics 1988), with the errors that the spread about them gives (Anderson 1963).

use core::f64::consts::PI;

use serde::{Deserialize, Serialize};

/// Motion in a window; angles in degrees.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Polarisation {
    /// Where the horizontal motion comes from when the first motion up is away from the source
    /// (a P wave): clockwise from north, 0 to 360.
    pub back_azimuth_deg: f64,
    /// One standard deviation of it, at most 104 (no direction at all).
    pub back_azimuth_error_deg: f64,
    /// Angle of the motion from the vertical, 0 to 90.
    pub incidence_deg: f64,
    /// One standard deviation of it.
    pub incidence_error_deg: f64,
    /// 1 for motion along a line, 0 for motion without direction (Jurkevics 1988, equation 5).
    pub rectilinearity: f64,
    /// 1 for motion in a plane (Jurkevics 1988, equation 6).
    pub planarity: f64,
    /// Share of the energy that is vertical.
    pub vertical_share: f64,
}

/// The standard deviation of an angle of which nothing is known: 360 by the root of 12.
const ANY_DIRECTION_DEG: f64 = 103.923;

/// The polarisation of windows of equal length, up, north and east positive; none when they are
/// shorter than three samples or hold no motion. `independent` says how many independent samples
/// the window holds: twice its length times its bandwidth.
#[must_use]
pub fn polarisation(
    vertical: &[f64],
    north: &[f64],
    east: &[f64],
    independent: f64,
) -> Option<Polarisation> {
    let covariance = covariance([vertical, north, east])?;
    let (values, vectors) = principal(covariance);
    let [most, middle, least] = values.map(|value| value.max(0.0));
    if !(most > 0.0 && most.is_finite()) {
        return None;
    }
    // Up is away from the source for a P wave; the sign of an axis is free otherwise.
    let axis = vectors[0];
    let axis = if axis[0] < 0.0 { axis.map(|part| -part) } else { axis };
    let horizontal = libm::hypot(axis[1], axis[2]);
    // Anderson (1963): the axis sways towards another by so much, in radians.
    let sway = |other: f64| {
        let gap = (most - other).max(1e-12 * most);
        (most * other / (independent.max(1.0) * gap * gap)).sqrt().min(PI / 2.0)
    };
    // How far a sway towards each other axis turns the horizontal direction and the tilt.
    let (mut turn2, mut tilt2) = (0.0, 0.0);
    for (other, value) in [(vectors[1], middle), (vectors[2], least)] {
        let across = (axis[1] * other[2] - axis[2] * other[1]) / horizontal.max(1e-9);
        let along = other[0] * horizontal
            - axis[0] * (axis[1] * other[1] + axis[2] * other[2]) / horizontal.max(1e-9);
        let sway = sway(value);
        turn2 += (sway * across / horizontal.max(1e-9)).powi(2);
        tilt2 += (sway * along).powi(2);
    }
    let degrees = |radians: f64| radians * 180.0 / PI;
    let back = degrees(libm::atan2(-axis[2], -axis[1]));
    let total = covariance[0][0] + covariance[1][1] + covariance[2][2];
    Some(Polarisation {
        back_azimuth_deg: if back < 0.0 { back + 360.0 } else { back },
        back_azimuth_error_deg: degrees(turn2.sqrt()).min(ANY_DIRECTION_DEG),
        incidence_deg: degrees(libm::atan2(horizontal, axis[0])),
        incidence_error_deg: degrees(tilt2.sqrt()).min(ANY_DIRECTION_DEG),
        rectilinearity: 1.0 - (middle + least) / (2.0 * most),
        planarity: 1.0 - 2.0 * least / (most + middle),
        vertical_share: covariance[0][0] / total,
    })
}

type Matrix = [[f64; 3]; 3];

fn covariance(parts: [&[f64]; 3]) -> Option<Matrix> {
    let count = parts.iter().map(|part| part.len()).min().unwrap_or(0);
    if count < 3 {
        return None;
    }
    let means = parts.map(|part| part[..count].iter().sum::<f64>() / count as f64);
    Some(core::array::from_fn(|row| {
        core::array::from_fn(|column| {
            let pairs = parts[row][..count].iter().zip(&parts[column][..count]);
            pairs.map(|(one, other)| (one - means[row]) * (other - means[column])).sum::<f64>()
                / count as f64
        })
    }))
}

/// Eigenvalues from the largest down, with their vectors (Jacobi's rotations; Golub and Van Loan,
/// Matrix Computations, section 8.5).
fn principal(mut matrix: Matrix) -> ([f64; 3], [[f64; 3]; 3]) {
    let mut axes: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    for _ in 0..12 {
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            let off = matrix[one][other];
            if off == 0.0 {
                continue;
            }
            let theta = (matrix[other][other] - matrix[one][one]) / (2.0 * off);
            let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
            let cos = 1.0 / (tangent * tangent + 1.0).sqrt();
            let sin = tangent * cos;
            for row in &mut matrix {
                (row[one], row[other]) =
                    (cos * row[one] - sin * row[other], sin * row[one] + cos * row[other]);
            }
            for column in 0..3 {
                let (upper, lower) = (matrix[one][column], matrix[other][column]);
                matrix[one][column] = cos * upper - sin * lower;
                matrix[other][column] = sin * upper + cos * lower;
                let (upper, lower) = (axes[one][column], axes[other][column]);
                axes[one][column] = cos * upper - sin * lower;
                axes[other][column] = sin * upper + cos * lower;
            }
        }
    }
    let mut order = [0, 1, 2];
    order.sort_by(|one, other| matrix[*other][*other].total_cmp(&matrix[*one][*one]));
    (order.map(|at| matrix[at][at]), order.map(|at| axes[at]))
}
