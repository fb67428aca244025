//! Things that move: vehicles and drones under detectors that miss, jitter and see what is not there.

use std::fmt::Write as _;

use kernel::{Duration, Place, Time};

use crate::random::Random;

/// A moving thing: straight stretches with turns between them.
#[derive(Clone, PartialEq, Debug)]
pub struct Mover {
    /// Its number, from 1.
    pub id: u32,
    /// Whether it flies.
    pub flies: bool,
    /// Where it is at each step from the start; it is gone after the last.
    pub path: Vec<Place>,
    /// Step at which it appears.
    pub from: usize,
}

/// A watched field of moving things.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Field {
    /// Its middle.
    pub middle: Place,
    /// Half its width, metres.
    pub half_m: f64,
    /// Time between two looks, seconds.
    pub step_s: f64,
    /// How many looks.
    pub steps: usize,
}

/// One detection.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Detection {
    /// Which look.
    pub step: usize,
    /// Where it seems to be.
    pub place: Place,
    /// One standard deviation, metres.
    pub error_m: f64,
    /// Whose it is, in truth; none is clutter.
    pub of: Option<u32>,
}

/// Moving things of a field.
#[must_use]
pub fn movers(seed: u64, field: &Field, count: u32) -> Vec<Mover> {
    let mut random = Random::of(seed, "movers");
    (1..=count)
        .map(|id| {
            let flies = random.chance(0.4);
            let speed_m_s =
                if flies { random.between(20.0, 55.0) } else { random.between(3.0, 20.0) };
            let reach = field.half_m;
            let mut at = field
                .middle
                .shifted_m(random.between(-reach, reach), random.between(-reach, reach));
            let mut course = random.between(0.0, std::f64::consts::TAU);
            let from = random.index(field.steps / 2 + 1);
            let lasts = 10 + random.index(field.steps);
            let mut path = Vec::new();
            for _ in from..field.steps.min(from + lasts) {
                path.push(at);
                if random.chance(0.05) {
                    course += random.normal();
                }
                let step_m = speed_m_s * field.step_s;
                at = at.shifted_m(step_m * libm::sin(course), step_m * libm::cos(course));
            }
            Mover { id, flies, path, from }
        })
        .collect()
}

/// What a detector sees of them: each with a chance, with its error, among clutter.
#[must_use]
pub fn detect(
    seed: u64,
    field: &Field,
    movers: &[Mover],
    (chance, error_m, clutter): (f64, f64, f64),
) -> Vec<Detection> {
    let mut random = Random::of(seed, "detections");
    let mut all = Vec::new();
    for step in 0..field.steps {
        for mover in movers {
            let there = step.checked_sub(mover.from).and_then(|since| mover.path.get(since));
            let Some(there) = there.filter(|_| random.chance(chance)) else { continue };
            let place = there.shifted_m(error_m * random.normal(), error_m * random.normal());
            all.push(Detection { step, place, error_m, of: Some(mover.id) });
        }
        for _ in 0..random.poisson(clutter) {
            let reach = field.half_m;
            let place = field
                .middle
                .shifted_m(random.between(-reach, reach), random.between(-reach, reach));
            all.push(Detection { step, place, error_m, of: None });
        }
    }
    all
}

/// What a tracker that follows drones and vehicles well would send: each mover's detections as one
/// track, with gaps. Clutter makes none.
#[must_use]
pub fn tracks(field: &Field, start: Time, movers: &[Mover], detections: &[Detection]) -> String {
    let mut text = String::from("track_id,time,lon,lat,error_m,kind\n");
    for mover in movers {
        let kind = if mover.flies { "drone" } else { "vehicle" };
        for one in detections.iter().filter(|one| one.of == Some(mover.id)) {
            let at = start + Duration((one.step as f64 * field.step_s * 1e6) as i64);
            let _ = writeln!(
                text,
                "T{},{at},{:.6},{:.6},{:.0},{kind}",
                mover.id, one.place.lon, one.place.lat, one.error_m
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detections_lie_about_their_movers() {
        let middle = Place { lon: 36.0, lat: 48.0 };
        let field = Field { middle, half_m: 5_000.0, step_s: 5.0, steps: 60 };
        let movers = movers(3, &field, 12);
        let detections = detect(3, &field, &movers, (0.9, 15.0, 4.0));
        let (mut squares, mut count) = (0.0, 0.0);
        for one in &detections {
            let Some(id) = one.of else { continue };
            let mover = &movers[id as usize - 1];
            let away = mover.path[one.step - mover.from].distance_m(one.place);
            squares += away * away;
            count += 1.0;
        }
        let rms_m = libm::sqrt(squares / count);
        assert!((rms_m / (15.0 * std::f64::consts::SQRT_2) - 1.0).abs() < 0.15, "{rms_m}");
        let clutter = detections.iter().filter(|one| one.of.is_none()).count();
        assert!((180..300).contains(&clutter), "{clutter}");
    }
}
