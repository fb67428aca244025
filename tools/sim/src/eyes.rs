//! What is seen: burning from orbit, flashes by cameras, and looks that saw nothing.

use std::fmt::Write as _;

use kernel::{Duration, Place, Time};

use crate::happening::log_normal;
use crate::random::Random;
use crate::weather::{self, Hour};
use crate::world::{Kind, Truth, World};

/// The satellites that carry VIIRS and how far behind the first each crosses, minutes.
const SATELLITES: [(&str, i64); 3] = [("N20", 0), ("N", 50), ("N21", -50)];
/// Their orbits repeat after so many days; meanwhile a place is crossed earlier and later.
const REPEAT_DAYS: i64 = 16;
/// A pixel below the satellite, and how much wider at the edge of the swath, metres.
const PIXEL_M: (f64, f64) = (375.0, 2.1);
/// Half of the fires of this power are told from their background, megawatts, by night and by day
/// (Schroeder and others 2014).
const HALF_SEEN_MW: (f64, f64) = (1.5, 4.5);

/// One crossing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pass {
    /// When.
    pub at: Time,
    /// Which satellite.
    pub satellite: &'static str,
    /// How far off its track, 0 (below) to 1 (edge of the swath).
    pub off_track: f64,
    /// By day.
    pub day: bool,
}

/// The crossings of a day, in order: about 01:30 and 13:30 local solar time, drifting over the
/// repeat cycle.
#[must_use]
pub fn passes(day_start: Time, lon: f64) -> Vec<Pass> {
    let mut all = Vec::new();
    for (index, (satellite, after_min)) in SATELLITES.into_iter().enumerate() {
        for (local_h, day) in [(1.5, false), (13.5, true)] {
            let phase = (day_start.day_number() * 7 + 5 * index as i64).rem_euclid(REPEAT_DAYS);
            let off = phase as f64 / REPEAT_DAYS as f64 * 2.0 - 1.0;
            let utc_h = local_h - lon / 15.0 + off * 0.85 + after_min as f64 / 60.0;
            let at = day_start + Duration((utc_h.rem_euclid(24.0) * 3.6e9) as i64);
            all.push(Pass { at, satellite, off_track: off.abs(), day });
        }
    }
    all.sort_by_key(|pass| pass.at);
    all
}

/// Chance that a fire of this power is seen in a pass through this sky.
#[must_use]
pub fn seen_from_orbit(power_mw: f64, pass: &Pass, hour: &Hour) -> f64 {
    let (night, day) = HALF_SEEN_MW;
    let half = if pass.day { day } else { night } * (1.0 + (PIXEL_M.1 - 1.0) * pass.off_track);
    let z = libm::log(power_mw.max(1e-9) / half) / 0.5;
    (1.0 - hour.cloud) * libm::erfc(-z / std::f64::consts::SQRT_2) / 2.0
}

/// A day's hotspots as a FIRMS download: what burns, by power, background, cloud and pixel.
#[must_use]
pub fn hotspots(world: &World, day: u32) -> String {
    let mut text = String::from(
        "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight\n",
    );
    let mut random = Random::of(world.seed, &format!("orbit {day}"));
    let day_start = world.day_start(day).day_start();
    let middle_lon = (world.scenario.bounds[0] + world.scenario.bounds[2]) / 2.0;
    for pass in passes(day_start, middle_lon) {
        let hour = weather::hour(world.seed, pass.at);
        for event in world.truth.iter().filter(|event| event.burns && event.at <= pass.at) {
            let left_mw = burning_mw(world.seed, event, pass.at);
            if random.chance(seen_from_orbit(left_mw, &pass, &hour)) {
                pixel(&mut text, &mut random, event.place, left_mw, &pass);
            }
        }
    }
    text
}

/// What still burns of it, megawatts: it dies down over hours.
fn burning_mw(seed: u64, event: &Truth, at: Time) -> f64 {
    let mut random = Random::of(seed, &format!("power {} {}", event.at.0, event.place.lon));
    let (power, lasts_h) = if event.kind == Kind::FieldBurning { (6.0, 5.0) } else { (9.0, 8.0) };
    let hours = (at - event.at).as_seconds() / 3_600.0;
    log_normal(&mut random, power, 2.5) * libm::exp(-hours / lasts_h)
}

fn pixel(text: &mut String, random: &mut Random, place: Place, power_mw: f64, pass: &Pass) {
    let wide_m = PIXEL_M.0 * (1.0 + (PIXEL_M.1 - 1.0) * pass.off_track);
    let spread_m = wide_m / libm::sqrt(12.0);
    let seen = place.shifted_m(random.normal() * spread_m, random.normal() * spread_m);
    let (day, clock) = (pass.at.day_text(), pass.at.to_string());
    let _ = writeln!(
        text,
        "{:.5},{:.5},{:.2},{:.2},{:.2},{day},{}{},{},VIIRS,n,2.0NRT,{:.2},{:.2},{}",
        seen.lat,
        seen.lon,
        random.between(325.0, 355.0),
        wide_m / 1_000.0,
        wide_m / 1_000.0,
        &clock[11..13],
        &clock[14..16],
        pass.satellite,
        random.between(285.0, 300.0),
        power_mw * log_normal(random, 1.0, 1.2),
        if pass.day { "D" } else { "N" },
    );
}

/// A camera on a mast, or a drone that holds a place for an hour: where it looks.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Camera {
    /// Its name.
    pub name: String,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// Where it looks, degrees clockwise from north.
    pub azimuth_deg: f64,
    /// Half its field of view, degrees; 180 looks all around.
    pub half_width_deg: f64,
    /// How far it sees in clear air by day, metres.
    pub range_m: f64,
}

impl Camera {
    /// Chance that it sees a flash and smoke there: clear air by day, flashes alone by night.
    #[must_use]
    pub fn sees(&self, place: Place, hour: &Hour) -> f64 {
        let stand = Place { lon: self.lon, lat: self.lat };
        let turned =
            (stand.bearing_deg(place) - self.azimuth_deg + 540.0).rem_euclid(360.0) - 180.0;
        let clear = if hour.humidity_percent > 92.0 { 0.3 } else { 1.0 };
        let range_m = self.range_m * clear;
        let away = stand.distance_m(place);
        if turned.abs() > self.half_width_deg || away > 1.5 * range_m {
            return 0.0;
        }
        let light = if hour.day { 0.9 } else { 0.75 };
        light * libm::exp(-libm::pow(away / range_m, 4.0))
    }
}

/// A quarter day's looks of all cameras: one row an hour that saw nothing, or what it saw.
#[must_use]
pub fn looks(world: &World, quarter: u32, cameras: &[Camera]) -> String {
    let mut random = Random::of(world.seed, &format!("looks {quarter}"));
    let mut text = String::from("look_id,observer,lon,lat,radius_m,start,end,chance,saw\n");
    for step in 0..6 {
        let start = world.quarter_start(quarter) + Duration::hours(step);
        let end = start + Duration::hours(1);
        let hour = weather::hour(world.seed, start);
        for camera in cameras {
            let mut saw = false;
            let of_hour = world.truth.iter().filter(|event| start <= event.at && event.at < end);
            for event in of_hour.filter(|event| event.kind.is_attack()) {
                if random.chance(camera.sees(event.place, &hour)) {
                    saw = true;
                    let seen =
                        event.place.shifted_m(150.0 * random.normal(), 150.0 * random.normal());
                    row(
                        &mut text,
                        camera,
                        (event.at, event.at + Duration::seconds(60)),
                        (seen, 400.0),
                        ",explosion",
                    );
                }
            }
            if !saw {
                let turn = camera.azimuth_deg.to_radians();
                let ahead = if camera.half_width_deg < 90.0 { camera.range_m / 2.0 } else { 0.0 };
                let stand = Place { lon: camera.lon, lat: camera.lat };
                let middle = stand.shifted_m(ahead * libm::sin(turn), ahead * libm::cos(turn));
                let chance = camera.sees(middle, &hour);
                let radius_m = (camera.range_m - ahead).max(100.0);
                let said = format!("{chance:.2},nothing");
                row(&mut text, camera, (start, end), (middle, radius_m), &said);
            }
        }
    }
    text
}

/// One row; `said` is its chance and what was seen.
fn row(
    text: &mut String,
    camera: &Camera,
    (start, end): (Time, Time),
    (place, radius_m): (Place, f64),
    said: &str,
) {
    let _ = writeln!(
        text,
        "{}-{},{},{:.5},{:.5},{radius_m:.0},{start},{end},{said}",
        camera.name,
        start.0 / 1_000_000,
        camera.name,
        place.lon,
        place.lat,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strong_fires_under_clear_sky_are_seen_and_weak_ones_are_not() {
        let at = Time::from_date(2026, 6, 1).unwrap();
        let clear = Hour { cloud: 0.0, ..weather::hour(1, at) };
        let night = passes(at, 36.0).into_iter().find(|pass| !pass.day).unwrap();
        assert!(seen_from_orbit(30.0, &night, &clear) > 0.95);
        assert!(seen_from_orbit(0.2, &night, &clear) < 0.05);
        assert_eq!(seen_from_orbit(30.0, &night, &Hour { cloud: 1.0, ..clear }), 0.0);
    }

    #[test]
    fn a_camera_sees_ahead_and_not_behind() {
        let camera = Camera {
            name: "mast".into(),
            lon: 36.0,
            lat: 48.0,
            azimuth_deg: 90.0,
            half_width_deg: 30.0,
            range_m: 4_000.0,
        };
        let hour = Hour { humidity_percent: 50.0, ..weather::hour(1, Time(0)) };
        let stand = Place { lon: 36.0, lat: 48.0 };
        assert!(camera.sees(stand.shifted_m(2_000.0, 0.0), &hour) > 0.5);
        assert_eq!(camera.sees(stand.shifted_m(-2_000.0, 0.0), &hour), 0.0);
        assert_eq!(camera.sees(stand.shifted_m(9_000.0, 0.0), &hour), 0.0);
    }
}
