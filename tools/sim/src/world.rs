//! What really happened: events near a line, fields that burn as every year, patrols turned back.

use kernel::{Duration, Place, Polyline, Time};

use crate::random::Random;
use crate::scenario::Scenario;

/// Something that really happened.
#[derive(Clone, PartialEq, Debug)]
pub struct Truth {
    /// When.
    pub at: Time,
    /// Where.
    pub place: Place,
    /// What.
    pub kind: Kind,
    /// How many explosions; 1 for other kinds.
    pub count: u32,
    /// Index of the side it fell on: 0 left of the line, 1 right.
    pub fell_on: usize,
    /// Whether something burns after it.
    pub burns: bool,
    /// What the press writes about it.
    pub text: String,
}

/// Kinds of event.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// Artillery, mortars, rockets.
    Shelling,
    /// A drone strike.
    Drone,
    /// An air strike.
    AirStrike,
    /// A field, as every year.
    FieldBurning,
    /// A patrol turned back.
    AccessDenied,
}

impl Kind {
    /// Whether it is an act that an agreement may forbid, rather than peacetime life.
    #[must_use]
    pub fn is_attack(self) -> bool {
        matches!(self, Self::Shelling | Self::Drone | Self::AirStrike)
    }
}

/// The world of a scenario, and everything that happens in it.
#[derive(Clone, Debug)]
pub struct World {
    /// The scenario.
    pub scenario: Scenario,
    /// The line between the sides.
    pub line: Polyline,
    /// The seed.
    pub seed: u64,
    /// Everything that happens, in order.
    pub truth: Vec<Truth>,
}

impl World {
    /// Lets the scenario happen along `line`.
    #[must_use]
    pub fn happen(scenario: Scenario, line: Polyline, seed: u64) -> Self {
        let mut world = Self { scenario, line, seed, truth: Vec::new() };
        for day in 0..world.scenario.days {
            world.one_day(day);
        }
        for strike in world.scenario.strikes.clone() {
            let place = Place { lon: strike.lon, lat: strike.lat };
            let kind = match strike.kind.as_str() {
                "uav" => Kind::Drone,
                "airstrike" => Kind::AirStrike,
                _ => Kind::Shelling,
            };
            let at = world.scenario.t0 + strike.after;
            world.add(at, place, kind, strike.explosions, true, strike.text);
        }
        world.truth.sort_by_key(|event| event.at);
        world
    }

    /// Start of a day of the scenario.
    #[must_use]
    pub fn day_start(&self, day: u32) -> Time {
        self.scenario.t0 + Duration::days(i64::from(day))
    }

    /// Start of a quarter day, counted from T0: patrols and logs come in every six hours.
    #[must_use]
    pub fn quarter_start(&self, quarter: u32) -> Time {
        self.scenario.t0 + Duration::hours(6 * i64::from(quarter))
    }

    fn one_day(&mut self, day: u32) {
        let mut random = Random::of(self.seed, &format!("truth {day}"));
        let rates = self.scenario.rates.clone();
        for _ in 0..random.poisson(rates.shelling_a_day) {
            let place = self.near_line(&mut random, rates.shelling_depth_m);
            let count = 1 + random.poisson(4.0);
            let burns = random.chance(rates.burning_share);
            self.add(
                self.moment(day, &mut random),
                place,
                Kind::Shelling,
                count,
                burns,
                String::new(),
            );
        }
        for _ in 0..random.poisson(rates.drones_a_day) {
            let place = self.near_line(&mut random, rates.shelling_depth_m * 3.0);
            let burns = random.chance(rates.burning_share);
            self.add(self.moment(day, &mut random), place, Kind::Drone, 1, burns, String::new());
        }
        for _ in 0..random.poisson(rates.field_burning_a_day) {
            let place = self.anywhere(&mut random);
            self.add(
                self.moment(day, &mut random),
                place,
                Kind::FieldBurning,
                1,
                true,
                String::new(),
            );
        }
        if self.scenario.patrols.is_empty() {
            return;
        }
        for _ in 0..random.poisson(rates.access_denied_a_day) {
            let patrol = &self.scenario.patrols[random.index(self.scenario.patrols.len())];
            let place = Place { lon: patrol.lon, lat: patrol.lat };
            self.add(
                self.moment(day, &mut random),
                place,
                Kind::AccessDenied,
                1,
                false,
                String::new(),
            );
        }
    }

    fn moment(&self, day: u32, random: &mut Random) -> Time {
        self.day_start(day) + Duration::seconds((random.unit() * 86_400.0) as i64)
    }

    fn near_line(&self, random: &mut Random, depth_m: f64) -> Place {
        let corners = &self.line.0;
        let segment = random.index(corners.len().saturating_sub(1));
        let (from, to) = match corners.get(segment..segment + 2) {
            Some(&[from, to]) => (from, to),
            _ => return self.anywhere(random),
        };
        let share = random.unit();
        let on_line = Place {
            lon: from.lon + share * (to.lon - from.lon),
            lat: from.lat + share * (to.lat - from.lat),
        };
        on_line.shifted_m(random.normal() * depth_m, random.normal() * depth_m)
    }

    /// Anywhere between the walls.
    pub(crate) fn anywhere(&self, random: &mut Random) -> Place {
        let [west, south, east, north] = self.scenario.bounds;
        Place { lon: random.between(west, east), lat: random.between(south, north) }
    }

    fn add(&mut self, at: Time, place: Place, kind: Kind, count: u32, burns: bool, text: String) {
        let left = self.line.nearest(place).is_some_and(|nearest| nearest.left_of_line);
        let fell_on = usize::from(!left);
        self.truth.push(Truth { at, place: place.rounded(), kind, count, fell_on, burns, text });
    }
}
