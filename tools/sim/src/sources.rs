//! What the sources make of it, in the files that real sources send: noise, copies, inventions.

use std::fmt::Write as _;

use kernel::{Duration, Place, Time};

use crate::random::Random;
use crate::scenario::Patrol;
use crate::world::{Kind, Truth, World};

/// VIIRS passes of the day, hours after midnight UTC (about 01:30 and 13:30 local time).
const PASSES_H: [i64; 2] = [0, 11];
/// One standard deviation of where a hot pixel's centre lies to the fire, metres: 375 m / sqrt 12.
const PIXEL_SIGMA_M: f64 = 108.0;

/// A day's hotspots as a FIRMS download, up to the pass at `pass` (0 or 1).
#[must_use]
pub fn hotspots(world: &World, day: u32, pass: usize) -> String {
    let mut random = Random::of(world.seed, &format!("hotspots {day} {pass}"));
    let at = world.day_start(day).day_start()
        + Duration::hours(PASSES_H[pass])
        + Duration::seconds(1_380);
    let mut text = String::from(
        "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight\n",
    );
    let window = Duration::hours(14);
    let burning =
        world.truth.iter().filter(|event| event.burns && event.at <= at && at - event.at <= window);
    for event in burning {
        if !random.chance(world.scenario.noticing.satellite) {
            continue;
        }
        let pixels = if event.kind == Kind::FieldBurning {
            1 + random.poisson(2.0)
        } else {
            1 + random.poisson(0.6)
        };
        for _ in 0..pixels {
            let spread_m = if event.kind == Kind::FieldBurning { 500.0 } else { PIXEL_SIGMA_M };
            hotspot(&mut text, &mut random, event.place, spread_m, at, pass);
        }
    }
    for _ in 0..random.poisson(world.scenario.noticing.false_hotspots_a_day / 2.0) {
        let place = world.anywhere(&mut random);
        hotspot(&mut text, &mut random, place, PIXEL_SIGMA_M, at, pass);
    }
    text
}

/// A peacetime year of field burning: the baseline the exercise is held against.
#[must_use]
pub fn baseline(world: &World, years_before: u32) -> String {
    let mut random = Random::of(world.seed, &format!("baseline {years_before}"));
    let mut text = String::from("LATITUDE,LONGITUDE,ACQ_DATE\n");
    let first = world.scenario.t0.day_start() - Duration::days(365 * i64::from(years_before) + 20);
    for day in 0..i64::from(world.scenario.days) + 40 {
        for _ in 0..random.poisson(world.scenario.rates.field_burning_a_day) {
            let place = world.anywhere(&mut random);
            for _ in 0..1 + random.poisson(2.0) {
                let near = place.shifted_m(random.normal() * 500.0, random.normal() * 500.0);
                let day = (first + Duration::days(day)).day_text();
                let _ = writeln!(text, "{:.6},{:.6},{day}", near.lat, near.lon);
            }
        }
    }
    text
}

fn hotspot(
    text: &mut String,
    random: &mut Random,
    place: Place,
    spread_m: f64,
    at: Time,
    pass: usize,
) {
    let seen = place.shifted_m(random.normal() * spread_m, random.normal() * spread_m);
    let (day, clock) = (at.day_text(), at.to_string());
    let clock = format!("{}{}", &clock[11..13], &clock[14..16]);
    let power_mw = libm::exp(1.5 + 0.7 * random.normal());
    let light = if pass == 0 { "N" } else { "D" };
    let _ = writeln!(
        text,
        "{:.5},{:.5},{:.2},0.42,0.38,{day},{clock},N20,VIIRS,n,2.0NRT,{:.2},{power_mw:.2},{light}",
        seen.lat,
        seen.lon,
        random.between(325.0, 355.0),
        random.between(285.0, 300.0),
    );
}

/// A day's press reports, in the layout of VIINA's events.
#[must_use]
pub fn press(world: &World, day: u32) -> String {
    let mut random = Random::of(world.seed, &format!("press {day}"));
    let mut text = String::from("date,lon,lat,place,type_code,n_reports,source_urls\n");
    let noticing = &world.scenario.noticing;
    for event in of_day(world, day).filter(|event| event.kind.is_attack()) {
        if event.text.is_empty() && !random.chance(noticing.press) {
            continue;
        }
        let Some(settlement) = nearest_settlement(world, event.place) else { continue };
        let outlets = 1 + random.poisson(noticing.press_copies);
        let links: Vec<String> = (0..outlets)
            .map(|outlet| format!("https://outlet-{outlet}.example/{day}/{}", event.at.0))
            .collect();
        let code = match event.kind {
            Kind::Drone => "D",
            Kind::AirStrike => "S",
            _ => "A",
        };
        let (lon, lat, name) = (settlement.lon, settlement.lat, &settlement.name);
        let _ = writeln!(
            text,
            "{},{lon},{lat},{name},{code},{outlets},{}",
            event.at.day_text(),
            links.join("|")
        );
    }
    text
}

/// A quarter day's reports of one patrol.
#[must_use]
pub fn patrol(world: &World, quarter: u32, patrol: &Patrol) -> String {
    let mut random = Random::of(world.seed, &format!("patrol {} {quarter}", patrol.name));
    let mut text = String::from(
        "report_id,observer,observer_lon,observer_lat,start,end,means,count,kind,direction,distance_km,weapon,assessment,text\n",
    );
    let stand = Place { lon: patrol.lon, lat: patrol.lat };
    for (number, event) in of_quarter(world, quarter).enumerate() {
        let distance_m = stand.distance_m(event.place);
        let id = format!("{}-{quarter}-{number}", patrol.name);
        let (lon, lat, name) = (patrol.lon, patrol.lat, &patrol.name);
        let (start, end) = (event.at, event.at + Duration::seconds(300));
        if event.kind == Kind::AccessDenied && distance_m < 1.0 {
            let _ = writeln!(
                text,
                "{id},{name},{lon},{lat},{start},{end},,,access-denied,,,,,armed men at a checkpoint turned the patrol back"
            );
        }
        let half_m = world.scenario.noticing.patrol_half_distance_m;
        let chance =
            libm::exp(-std::f64::consts::LN_2 * (distance_m / half_m) * (distance_m / half_m));
        if !event.kind.is_attack() || !random.chance(chance) {
            continue;
        }
        let direction = COMPASS[((stand.bearing_deg(event.place) + 11.25) / 22.5) as usize % 16];
        let far_km = distance_m / 1_000.0;
        let (near_km, wide_km) =
            (far_km * random.between(0.7, 0.9), far_km * random.between(1.1, 1.3));
        let weapon = match event.kind {
            Kind::Drone => "drone",
            Kind::AirStrike => "aircraft bomb",
            _ => "artillery",
        };
        let _ = writeln!(
            text,
            "{id},{name},{lon},{lat},{start},{end},heard,{},undetermined explosion,{direction},{near_km:.1}-{wide_km:.1},{weapon},assessed as,",
            event.count
        );
    }
    text
}

/// The sixteen points of the compass, clockwise from north.
const COMPASS: [&str; 16] = [
    "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW",
    "NNW",
];

/// A quarter day of a party's own incident log: what fell on its side, and some that never did.
#[must_use]
pub fn party_log(world: &World, quarter: u32, side: usize) -> String {
    let [left, right] = &world.scenario.sides;
    let (own, other) = if side == 0 { (left, right) } else { (right, left) };
    // One stream for both sides would let one party's log move the other's.
    let mut random = Random::of(world.seed, &format!("log {side} {quarter}"));
    let mut text =
        String::from("local_id,from,to,lon,lat,radius_m,kind,count,weapon,accused,text\n");
    let noticing = &world.scenario.noticing;
    let mut number = 0;
    let mut line = |at: Time, place: Place, count: u32, kind: Kind| {
        number += 1;
        let (word, weapon) = match kind {
            Kind::Drone => ("uav-strike", "drone"),
            Kind::AirStrike => ("air-strike", "aircraft"),
            _ => ("shelling", "artillery"),
        };
        let end = at + Duration::seconds(600);
        let _ = writeln!(
            text,
            "{own}-{quarter}-{number},{at},{end},{:.4},{:.4},800,{word},{count},{weapon},{other},",
            place.lon, place.lat
        );
    };
    for event in
        of_quarter(world, quarter).filter(|event| event.kind.is_attack() && event.fell_on == side)
    {
        if random.chance(noticing.log_own_side) {
            line(
                event.at,
                event.place.shifted_m(random.normal() * 500.0, random.normal() * 500.0),
                event.count,
                event.kind,
            );
        }
    }
    for _ in 0..random.poisson(noticing.log_inventions_a_day / 4.0) {
        let place = world.anywhere(&mut random);
        let at =
            world.quarter_start(quarter) + Duration::seconds((random.unit() * 20_000.0) as i64);
        line(at, place, 1 + random.poisson(3.0), Kind::Shelling);
    }
    text
}

fn of_quarter(world: &World, quarter: u32) -> impl Iterator<Item = &Truth> {
    let (start, end) = (world.quarter_start(quarter), world.quarter_start(quarter + 1));
    world.truth.iter().filter(move |event| start <= event.at && event.at < end)
}

fn of_day(world: &World, day: u32) -> impl Iterator<Item = &Truth> {
    let (start, end) = (world.day_start(day), world.day_start(day + 1));
    world.truth.iter().filter(move |event| start <= event.at && event.at < end)
}

fn nearest_settlement(world: &World, place: Place) -> Option<&crate::scenario::Settlement> {
    let far =
        |one: &crate::scenario::Settlement| place.distance_m(Place { lon: one.lon, lat: one.lat });
    world.scenario.settlements.iter().min_by(|one, other| far(one).total_cmp(&far(other)))
}
