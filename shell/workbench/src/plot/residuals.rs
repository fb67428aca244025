//! Residuals against distance: how well arrivals fit the origin that explains them.

use super::{Anchor, Axis, Sheet};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 380.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 700.0;
const TOP: f64 = 70.0;
const BOTTOM: f64 = 330.0;
/// Beyond so many standard deviations an arrival is named.
const STRANGE: f64 = 3.0;
/// With so many points bars and names would hide what is there.
const CROWD: usize = 200;

/// An arrival held against its origin.
#[derive(Clone, PartialEq, Debug)]
pub struct Point {
    /// From the origin to the station, km.
    pub distance_km: f64,
    /// Observed less predicted, seconds.
    pub residual_s: f64,
    /// One standard deviation of it, every error together.
    pub sigma_s: f64,
    /// What kind of wave: `P`, `S`, `A`.
    pub letter: &'static str,
    /// Its station.
    pub station: String,
}

/// The drawing as SVG.
#[must_use]
pub fn draw(title: &str, points: &[Point]) -> String {
    let mut sheet = Sheet::new(WIDTH, HEIGHT, title);
    let far_km = points.iter().map(|point| point.distance_km).fold(0.0, f64::max);
    let most_s = points.iter().map(reach_s).filter(|reach| reach.is_finite()).fold(0.01, f64::max);
    let across = Axis::new(0.0, 1.04 * far_km, LEFT, RIGHT);
    let up = Axis::new(-1.08 * most_s, 1.08 * most_s, BOTTOM, TOP);
    sheet.axis_below(&across, [TOP, BOTTOM], "distance, km");
    sheet.axis_left(&up, [LEFT, RIGHT], "observed less predicted, s");
    sheet.line("ink", [LEFT, up.at(0.0)], [RIGHT, up.at(0.0)]);
    key(&mut sheet, points);
    let crowd = points.len() > CROWD;
    for point in points {
        let (x, y) = (across.at(point.distance_km), up.at(point.residual_s));
        let (line, dot) = match point.letter {
            "S" => ("three", "dot-three"),
            _ => ("one", "dot-one"),
        };
        let strange = point.residual_s.abs() > STRANGE * point.sigma_s;
        if !crowd {
            let end = |sign: f64| [x, up.at(point.residual_s + sign * point.sigma_s)];
            sheet.line(line, end(-1.0), end(1.0));
        }
        let dot = if strange { "dot-two" } else { dot };
        match point.letter {
            "S" => sheet.rectangle(dot, [x - 3.0, y - 3.0], [6.0, 6.0]),
            _ => sheet.circle(dot, [x, y], if crowd { 1.8 } else { 3.5 }),
        }
        if strange && !crowd {
            sheet.text("faint", Anchor::Start, x + 6.0, y + 4.0, &point.station);
        }
    }
    sheet.finish()
}

fn reach_s(point: &Point) -> f64 {
    point.residual_s.abs() + point.sigma_s
}

/// Which mark is which wave, and how well they fit altogether.
fn key(sheet: &mut Sheet, points: &[Point]) {
    let of = |letter| points.iter().any(|point| point.letter == letter);
    let mut x = LEFT;
    for (letter, words) in [("P", "P"), ("S", "S"), ("A", "sound")] {
        if of(letter) {
            match letter {
                "S" => sheet.rectangle("dot-three", [x, 33.0], [6.0, 6.0]),
                _ => sheet.circle("dot-one", [x + 3.0, 36.0], 3.5),
            }
            sheet.text("faint", Anchor::Start, x + 11.0, 40.0, words);
            x += 24.0 + 8.0 * words.len() as f64;
        }
    }
    let beyond = points.iter().filter(|point| point.residual_s.abs() > STRANGE * point.sigma_s);
    let squares = points.iter().map(|point| (point.residual_s / point.sigma_s).powi(2));
    let mean = (squares.sum::<f64>() / points.len().max(1) as f64).sqrt();
    let words = format!(
        "{} arrivals; orange: {} beyond {STRANGE} standard deviations; root mean square {mean:.2} of them",
        points.len(),
        beyond.count()
    );
    sheet.text("faint", Anchor::End, RIGHT, 40.0, &words);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_named() {
        let point = |residual_s, station: &str| Point {
            distance_km: 3.0,
            residual_s,
            sigma_s: 0.1,
            letter: "A",
            station: station.to_owned(),
        };
        let drawn = draw("one", &[point(0.05, "GOOD"), point(0.4, "ODD")]);
        assert!(drawn.contains(">ODD<") && !drawn.contains(">GOOD<"));
        assert!(drawn.contains("2 arrivals; orange: 1 beyond"));
        assert!(!draw("none", &[]).contains("NaN"));
    }
}
