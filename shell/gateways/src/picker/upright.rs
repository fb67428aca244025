//! Components turned so that they point up, north and east, as the station's description says.

use crate::stationxml::Inventory;
use crate::waveform::Piece;

/// Angles closer than this to where they belong are left, degrees.
const NEAR_DEG: f64 = 0.5;

/// Turns the samples of a group; what the inventory does not know is left as it is.
pub fn upright(group: &mut [Piece], inventory: &Inventory) {
    let mut level = Vec::new();
    for (at, piece) in group.iter_mut().enumerate() {
        let Some(channel) = inventory.channel(&piece.trace.name, piece.trace.start) else {
            continue;
        };
        match (channel.dip_deg, channel.azimuth_deg) {
            // Positive samples are down.
            (Some(dip), _) if dip > 90.0 - NEAR_DEG => {
                piece.trace.samples.iter_mut().for_each(|sample| *sample = -*sample);
            }
            (Some(dip), Some(azimuth)) if dip.abs() < NEAR_DEG => level.push((at, azimuth)),
            _ => {}
        }
    }
    if let [(one, first), (other, second)] = level[..] {
        let north_first = matches!(group[one].trace.name.direction(), Some('N' | '1'));
        let ((north, north_deg), (east, east_deg)) = if north_first {
            ((one, first), (other, second))
        } else {
            ((other, second), (one, first))
        };
        turn(group, [north, east], [north_deg, east_deg]);
    }
}

/// Solves `sample = north cos a + east sin a` of both for north and east.
fn turn(group: &mut [Piece], [north, east]: [usize; 2], azimuths_deg: [f64; 2]) {
    let [one, other] = azimuths_deg.map(f64::to_radians);
    let (a, b, c, d) = (one.cos(), one.sin(), other.cos(), other.sin());
    let area = a * d - b * c;
    let in_place = azimuths_deg[0].abs() < NEAR_DEG && (azimuths_deg[1] - 90.0).abs() < NEAR_DEG;
    let same_start = group[north].trace.start == group[east].trace.start;
    if in_place || area.abs() < 0.1 || !same_start {
        return;
    }
    let firsts = std::mem::take(&mut group[north].trace.samples);
    let seconds = std::mem::take(&mut group[east].trace.samples);
    let turned = firsts.iter().zip(&seconds);
    let turned = turned.map(|(x, y)| ((d * x - b * y) / area, (a * y - c * x) / area));
    (group[north].trace.samples, group[east].trace.samples) = turned.unzip();
}
