//! The polar plot of a beam: where waves came from, how slow they crossed, how sure each is.

use signal::{Sweep, Wave};

use crate::plot::{Anchor, Sheet, heat};

const WIDTH: f64 = 560.0;
const MIDDLE: [f64; 2] = [280.0, 300.0];
const RADIUS: f64 = 220.0;
/// Rings of equal trace velocity, m/s.
const RINGS: [f64; 5] = [1_000.0, 500.0, 350.0, 300.0, 250.0];
/// Most windows drawn; the loudest are.
const DRAWN: usize = 2_000;

/// North up, a window where its wave came from, out by its slowness; brighter the more it stands
/// out. Detections bear the ellipse of two standard deviations.
pub fn sheet(swept: &Sweep, slowest_m_s: f64) -> String {
    let mut sheet = Sheet::new(WIDTH, 580.0, "Back azimuth and trace velocity of every window");
    let scale = RADIUS * slowest_m_s;
    for velocity in RINGS.into_iter().filter(|velocity| *velocity >= slowest_m_s) {
        let radius = scale / velocity;
        sheet.circle("quiet", MIDDLE, radius);
        let label = format!("{velocity:.0} m/s");
        sheet.text("faint", Anchor::Middle, MIDDLE[0], MIDDLE[1] - radius - 3.0, &label);
    }
    for (at, name) in (0..).zip(["N", "E", "S", "W"]) {
        let angle = f64::from(at) * std::f64::consts::FRAC_PI_2;
        let (east, north) = (libm::sin(angle), libm::cos(angle));
        let end = |radius: f64| [MIDDLE[0] + radius * east, MIDDLE[1] - radius * north];
        sheet.line("quiet", MIDDLE, end(RADIUS));
        let [x, y] = end(RADIUS + 18.0);
        sheet.text("text", Anchor::Middle, x, y + 4.0, name);
    }
    let mut waves: Vec<&Wave> = swept.windows.iter().collect();
    waves.sort_by(|one, other| one.f_statistic.total_cmp(&other.f_statistic));
    let most = waves.last().map_or(1.0, |wave| wave.f_statistic.max(1.0));
    for wave in waves.iter().skip(waves.len().saturating_sub(DRAWN)) {
        let [x, y] = place(wave.slowness.east, wave.slowness.north, scale);
        let share = libm::log(wave.f_statistic.max(1.0)) / libm::log(most).max(1e-9);
        sheet.cell(&heat(share), [x - 2.0, y - 2.0], [4.0, 4.0]);
    }
    for detection in &swept.detections {
        sheet.path("two", &ellipse(&detection.peak, scale));
        let [x, y] = place(detection.peak.slowness.east, detection.peak.slowness.north, scale);
        sheet.circle("dot-two", [x, y], 3.0);
        let label = format!("{:.0} deg", detection.peak.slowness.back_azimuth_deg());
        sheet.text("text", Anchor::Start, x + 6.0, y - 4.0, &label);
    }
    sheet.finish()
}

/// The side a wave came from: against its slowness.
fn place(east: f64, north: f64, scale: f64) -> [f64; 2] {
    [MIDDLE[0] - scale * east, MIDDLE[1] + scale * north]
}

/// Two standard deviations around a window's slowness, by the Cholesky root of its covariance.
fn ellipse(wave: &Wave, scale: f64) -> Vec<[f64; 2]> {
    let slowness = &wave.slowness;
    let first = slowness.ee.max(0.0).sqrt();
    let across = if first > 0.0 { slowness.en / first } else { 0.0 };
    let second = (slowness.nn - across * across).max(0.0).sqrt();
    let point = |step: i32| {
        let angle = f64::from(step) * std::f64::consts::TAU / 48.0;
        let (one, other) = (2.0 * libm::cos(angle), 2.0 * libm::sin(angle));
        place(slowness.east + first * one, slowness.north + across * one + second * other, scale)
    };
    (0..=48).map(point).collect()
}
