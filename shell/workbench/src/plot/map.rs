//! Origins with their ellipses among the stations, in kilometres about the middle of the network.

use super::{Anchor, Axis, Sheet};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 740.0;
const TOP: f64 = 70.0;
/// Tallest and lowest panel.
const TALL: [f64; 2] = [160.0, 1_100.0];
/// With so many stations their marks are small.
const CROWD: usize = 300;
/// Corners of an ellipse as drawn.
const CORNERS: usize = 48;
/// Radius that holds 90 % of a plane Gaussian, standard deviations.
const NINETY: f64 = 2.145_966_026_289_347;

/// An origin.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spot {
    /// East and north, km.
    pub at: [f64; 2],
    /// Covariance east-east, east-north, north-north, km^2.
    pub covariance: [f64; 3],
}

impl Spot {
    /// The ellipse that holds the place with 90 %: `L (cos a, sin a)`, with `L` the Cholesky factor.
    fn ellipse(&self) -> impl Iterator<Item = [f64; 2]> {
        let [xx, xy, yy] = self.covariance;
        let a = xx.max(0.0).sqrt();
        let b = if a > 0.0 { xy / a } else { 0.0 };
        let c = (yy - b * b).max(0.0).sqrt();
        let [x, y] = self.at;
        (0..=CORNERS).map(move |corner| {
            let turn = corner as f64 / CORNERS as f64 * core::f64::consts::TAU;
            let (cos, sin) = (NINETY * libm::cos(turn), NINETY * libm::sin(turn));
            [x + a * cos, y + b * cos + c * sin]
        })
    }
}

/// The drawing as SVG.
#[must_use]
pub fn draw(title: &str, stations: &[[f64; 2]], spots: &[Spot]) -> String {
    let all = || stations.iter().chain(spots.iter().map(|spot| &spot.at));
    let bounds = |axis: usize| {
        let values = all().map(|at| at[axis]).filter(|value| value.is_finite());
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), value| {
            (f64::min(low, value), f64::max(high, value))
        });
        let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
        let margin = 0.04 * (high - low) + 0.05;
        [low - margin, high + margin]
    };
    let ([west, east], [south, north]) = (bounds(0), bounds(1));
    // One scale both ways, so that ellipses keep their shape.
    let scale = ((RIGHT - LEFT) / (east - west)).min(TALL[1] / (north - south));
    let bottom = TOP + (scale * (north - south)).max(TALL[0]);
    let across = Axis::new(west, west + (RIGHT - LEFT) / scale, LEFT, RIGHT);
    let up = Axis::new(south, south + (bottom - TOP) / scale, bottom, TOP);
    let mut sheet = Sheet::new(WIDTH, bottom + 44.0, title);
    let words = format!(
        "{} origins with the ellipses that hold them with 90 %; {} stations",
        spots.len(),
        stations.len()
    );
    sheet.text("faint", Anchor::Start, LEFT, 40.0, &words);
    sheet.axis_below(&across, [TOP, bottom], "km east");
    sheet.axis_left(&up, [LEFT, RIGHT], "km north");
    let px = |[x, y]: [f64; 2]| [across.at(x), up.at(y)];
    let sound = |at: &&[f64; 2]| at[0].is_finite() && at[1].is_finite();
    let half = if stations.len() > CROWD { 1.5 } else { 3.5 };
    for station in stations.iter().filter(sound) {
        triangle(&mut sheet, px(*station), half);
    }
    for spot in spots {
        let outline: Vec<[f64; 2]> = spot.ellipse().map(px).collect();
        sheet.path("two", &outline);
        sheet.circle("dot-two", px(spot.at), 1.8);
    }
    sheet.finish()
}

fn triangle(sheet: &mut Sheet, [x, y]: [f64; 2], half: f64) {
    let (left, right) = ([x - half, y + half], [x + half, y + half]);
    sheet.path("quiet-ink", &[left, [x, y - half], right, left]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ellipse_reaches_as_far_as_its_covariance_says() {
        let spot = Spot { at: [10.0, 20.0], covariance: [4.0, 1.0, 1.0] };
        let points: Vec<[f64; 2]> = spot.ellipse().collect();
        let reach = |axis: usize, middle: f64| {
            points.iter().map(|at| (at[axis] - middle).abs()).fold(0.0, f64::max)
        };
        assert!((reach(0, 10.0) - NINETY * 2.0).abs() < 0.02);
        assert!((reach(1, 20.0) - NINETY).abs() < 0.02);
        assert!(!draw("none", &[], &[]).contains("NaN"));
    }
}
