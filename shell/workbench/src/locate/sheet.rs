//! A map of where a source may have been: the regions of its distribution, the arrays, their bearings.

use arrivals::infrasound::Shared;
use gateways::infrapy::Detection;

use super::written::on_plane;
use crate::plot::{Anchor, Axis, Sheet, heat};

const WIDTH: f64 = 640.0;
const TOP: f64 = 40.0;
const LEFT: f64 = 70.0;
const SIDE: f64 = 540.0;

/// The sheet: an inset-free map on the plane laid between the arrays, kilometres on both axes.
pub fn sheet(number: usize, shared: &Shared, detections: &[Detection]) -> String {
    let origin = &shared.origin;
    let (lat, lon) = origin.mean_deg;
    let title = format!("Source {number}: {lat:.2} {lon:.2}, regions of 50, 90 and 99 %");
    let mut sheet = Sheet::new(WIDTH, TOP + SIDE + 50.0, &title);
    let members = shared.members.iter().filter_map(|member| detections.get(*member));
    let arrays: Vec<(f64, f64, &Detection)> = members
        .map(|one| {
            let (east, north) = on_plane(shared, one.lat, one.lon);
            (east, north, one)
        })
        .collect();
    let (source_east, source_north) = on_plane(shared, lat, lon);
    let places = arrays.iter().map(|(east, north, _)| (*east, *north));
    let places: Vec<(f64, f64)> = places.chain([(source_east, source_north)]).collect();
    let (east, north) = square(&places);
    let x = Axis::new(east.0, east.1, LEFT, LEFT + SIDE);
    let y = Axis::new(north.0, north.1, TOP + SIDE, TOP);
    sheet.axis_below(&x, [TOP, TOP + SIDE], "km east of the arrays' middle");
    sheet.axis_left(&y, [LEFT, LEFT + SIDE], "km north");
    for cell in &origin.cells {
        let level = origin.regions.iter().position(|region| cell.ln_density >= region.ln_density);
        let Some(level) = level else { continue };
        let colour = heat([1.0, 0.6, 0.25][level.min(2)]);
        let (west, south) = (x.at(cell.east_km - cell.half_km), y.at(cell.north_km - cell.half_km));
        let size = x.at(cell.east_km + cell.half_km) - west;
        sheet.cell(&colour, [west, south - size], [size + 0.3, size + 0.3]);
    }
    let reach = (east.1 - east.0).hypot(north.1 - north.0);
    for (east, north, one) in &arrays {
        let azimuth = one.back_azimuth_deg.to_radians();
        let far = (east + reach * libm::sin(azimuth), north + reach * libm::cos(azimuth));
        let end = clipped((*east, *north), far, (x.ends(), y.ends()), &x, &y);
        sheet.line("two", [x.at(*east), y.at(*north)], end);
        sheet.circle("dot-one", [x.at(*east), y.at(*north)], 4.0);
        let name = one.array.as_str();
        sheet.text("text", Anchor::Start, x.at(*east) + 6.0, y.at(*north) - 6.0, name);
    }
    sheet.circle("ink", [x.at(source_east), y.at(source_north)], 4.0);
    sheet.finish()
}

/// Bounds of a square that holds all places with a margin.
fn square(places: &[(f64, f64)]) -> ((f64, f64), (f64, f64)) {
    let bounds = |values: &dyn Fn(&(f64, f64)) -> f64| {
        let low = places.iter().map(values).fold(f64::INFINITY, f64::min);
        let high = places.iter().map(values).fold(f64::NEG_INFINITY, f64::max);
        (low, high)
    };
    let (east, north) = (bounds(&|place| place.0), bounds(&|place| place.1));
    let half = ((east.1 - east.0).max(north.1 - north.0) * 0.65).max(10.0);
    let around = |(low, high): (f64, f64)| ((low + high) / 2.0 - half, (low + high) / 2.0 + half);
    (around(east), around(north))
}

/// The end of a line from `here` towards `far`, cut off at the frame.
fn clipped(
    here: (f64, f64),
    far: (f64, f64),
    ((left, right), (bottom, top)): ((f64, f64), (f64, f64)),
    x: &Axis,
    y: &Axis,
) -> [f64; 2] {
    let (from, to) = ([x.at(here.0), y.at(here.1)], [x.at(far.0), y.at(far.1)]);
    let along = [to[0] - from[0], to[1] - from[1]];
    let share = |step: f64, start: f64, low: f64, high: f64| {
        let room = if step > 0.0 { high - start } else { low - start };
        if step == 0.0 { 1.0 } else { (room / step).clamp(0.0, 1.0) }
    };
    let cut = share(along[0], from[0], left, right).min(share(along[1], from[1], top, bottom));
    [from[0] + cut * along[0], from[1] + cut * along[1]]
}
