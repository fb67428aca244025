//! Two years of hotspots over a country, as NASA FIRMS would hand them out: fields burning in
//! their seasons, works that burn all year, and fires along a line.

use std::fmt::Write as _;

use kernel::area::Polyline;
use kernel::{Duration, Place, Time};
use sim::random::Random;

/// What a satellite's download looks like.
#[derive(Clone, Copy)]
pub struct Instrument {
    /// Its name in the `instrument` column.
    pub name: &'static str,
    /// Its satellites, each with the minutes of the day at which it passes.
    pub satellites: &'static [(&'static str, [i64; 2])],
    /// One standard deviation of the error of a pixel's centre, metres.
    pub pixel_m: f64,
    /// Share of a fire's pixels that it sees.
    pub share: f64,
}

/// VIIRS I band on three satellites.
pub const VIIRS: Instrument = Instrument {
    name: "VIIRS",
    satellites: &[("N", [35, 640]), ("N20", [85, 690]), ("N21", [60, 665])],
    pixel_m: 170.0,
    share: 1.0,
};
/// MODIS on two satellites: coarser, so that it misses what is small.
pub const MODIS: Instrument = Instrument {
    name: "MODIS",
    satellites: &[("Terra", [510, 1_170]), ("Aqua", [45, 630])],
    pixel_m: 600.0,
    share: 0.25,
};

/// A fire: where, from which day on, how many pixels a pass, how many days.
struct Fire {
    middle: Place,
    day: i64,
    pixels: u32,
    days: i64,
}

/// A hotspot as far as it differs from others.
struct Spot {
    minute: i64,
    place: Place,
    satellite: u8,
}

/// Where and how things burn.
pub struct Country {
    /// The line along which there is fighting.
    pub line: Polyline,
    /// The first day.
    pub start: Time,
    /// How many days.
    pub days: i64,
    /// Seed of all chance.
    pub seed: u64,
    /// Whether there are fires along the line.
    pub war: bool,
}

impl Country {
    /// A file of `lines` hotspots as `instrument` sees them, in order of time.
    pub fn file(&self, instrument: Instrument, lines: usize) -> String {
        let mut random = Random::of(self.seed, "fires");
        let mut noise = Random::of(self.seed, instrument.name);
        let mut spots = Vec::with_capacity(lines + 1_000);
        let works: Vec<Place> = (0..60).map(|_| anywhere(&mut random)).collect();
        while spots.len() < lines {
            let fire = self.fire(&works, &mut random);
            see(&fire, instrument, &mut noise, &mut spots);
        }
        spots.truncate(lines);
        spots.sort_by_key(|spot| spot.minute);
        self.print(instrument, &spots, &mut noise)
    }

    fn fire(&self, works: &[Place], random: &mut Random) -> Fire {
        let kind = random.unit();
        // A long tail: most fires are one pixel a pass, few are a dozen. With the passes hidden below
        // it gives about four hotspots an incident, as the real download of spring 2026 has.
        let pixels = (1.0 / (1.0 - 0.93 * random.unit())) as u32;
        if kind < 0.06 {
            let middle = works[random.index(works.len())];
            return Fire { middle, day: self.any_day(random), pixels: 1, days: 1 };
        }
        if self.war && kind < 0.40 {
            let middle = self.along_the_line(random);
            let days = 1 + i64::from(random.chance(0.2));
            return Fire { middle, day: self.any_day(random), pixels, days };
        }
        let days = 1 + i64::from(random.chance(0.05));
        Fire { middle: anywhere(random), day: self.season_day(random), pixels, days }
    }

    fn any_day(&self, random: &mut Random) -> i64 {
        random.index(self.days as usize) as i64
    }

    /// Two thirds of the burning is of stubble and grass in March and April and after harvest.
    fn season_day(&self, random: &mut Random) -> i64 {
        let year = 365 * random.index((self.days / 365).max(1) as usize) as i64;
        let day = match random.unit() {
            part if part < 0.40 => 80.0 + 20.0 * random.normal(),
            part if part < 0.67 => 230.0 + 30.0 * random.normal(),
            _ => 365.0 * random.unit(),
        };
        (year + (day as i64).clamp(0, 364)).min(self.days - 1)
    }

    fn along_the_line(&self, random: &mut Random) -> Place {
        let at = random.index(self.line.0.len() - 1);
        let (from, to) = (self.line.0[at], self.line.0[at + 1]);
        let share = random.unit();
        let middle = Place {
            lon: from.lon + share * (to.lon - from.lon),
            lat: from.lat + share * (to.lat - from.lat),
        };
        middle.shifted_m(12_000.0 * random.normal(), 12_000.0 * random.normal())
    }

    /// The columns of a FIRMS download.
    fn print(&self, instrument: Instrument, spots: &[Spot], random: &mut Random) -> String {
        let (first, second) = if instrument.name == "MODIS" {
            ("brightness", "bright_t31")
        } else {
            ("bright_ti4", "bright_ti5")
        };
        let mut text = format!(
            "latitude,longitude,{first},scan,track,acq_date,acq_time,satellite,instrument,confidence,version,{second},frp,daynight,type\n"
        );
        let mut day = (i64::MIN, String::new());
        for spot in spots {
            let (number, clock) = (spot.minute.div_euclid(1_440), spot.minute.rem_euclid(1_440));
            if number != day.0 {
                day = (number, (self.start + Duration::days(number)).day_text());
            }
            let confidence = match (instrument.name, random.unit()) {
                ("MODIS", chance) => format!("{}", (20.0 + 80.0 * chance) as u32),
                (_, chance) if chance < 0.08 => "l".into(),
                (_, chance) if chance > 0.92 => "h".into(),
                _ => "n".into(),
            };
            let widest = if instrument.name == "MODIS" { 4.8 } else { 0.8 };
            let scan = widest * random.between(0.45, 1.0);
            let _ = writeln!(
                text,
                "{:.5},{:.5},{:.2},{scan:.2},{:.2},{},{:02}{:02},{},{},{confidence},2,{:.2},{:.2},{},0",
                spot.place.lat,
                spot.place.lon,
                random.between(320.0, 367.0),
                scan * 0.9,
                day.1,
                clock / 60,
                clock % 60,
                instrument.satellites[usize::from(spot.satellite)].0,
                instrument.name,
                random.between(275.0, 305.0),
                random.between(0.3, 12.0),
                if (360..1_080).contains(&clock) { "D" } else { "N" },
            );
        }
        text
    }
}

/// The pixels of a fire in every pass that sees it.
fn see(fire: &Fire, instrument: Instrument, noise: &mut Random, spots: &mut Vec<Spot>) {
    let spread_m = 250.0 * f64::from(fire.pixels).sqrt();
    for day in fire.day..fire.day + fire.days {
        for (number, (_, minutes)) in instrument.satellites.iter().enumerate() {
            for &minute in minutes {
                // Clouds, gaps between swaths and the fire's own hours hide most passes.
                if noise.chance(0.8) {
                    continue;
                }
                for _ in 0..fire.pixels {
                    if !noise.chance(instrument.share) {
                        continue;
                    }
                    let wide_m = spread_m.hypot(instrument.pixel_m);
                    let place =
                        fire.middle.shifted_m(wide_m * noise.normal(), wide_m * noise.normal());
                    spots.push(Spot {
                        minute: 1_440 * day + minute,
                        place,
                        satellite: number as u8,
                    });
                }
            }
        }
    }
}

fn anywhere(random: &mut Random) -> Place {
    Place { lon: random.between(22.2, 40.1), lat: random.between(45.3, 52.2) }
}
