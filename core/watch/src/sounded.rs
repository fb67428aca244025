//! What an origin's waves sound like: size, cause and classes, where onsets say more than when.

use kernel::place::round_to;
use kernel::{Estimate, Time};

use crate::classify::classify;
use crate::classify_features::{Features, Heard, Path, Reading, of_heard};
use crate::classify_line::{SoundArrival, line_log};
use crate::observation::{Phase, Signal};
use crate::origin::{Band, Origin, Sound, loud};
use crate::priors::Priors;
use crate::recurrence::Past;
use crate::settings::{CLASS_COUNT, CLASSES, Settings};
use crate::store::Store;
use crate::trust::State;

/// No class is ruled out by sound alone: a smaller share counts as this.
const SHARE_MIN: f64 = 1e-6;
/// Error of a salvo's middle pause, natural log: rounds that nobody located lengthen it.
const GAP_ERROR: f64 = 0.3;

/// What is known of an origin beside its own onsets.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Around {
    /// What its place has heard before.
    pub past: Option<Past>,
    /// Whether something flew to it and was lost from sight shortly before. That nothing did is not
    /// known: nobody says where all that flies would have been seen.
    pub approached: bool,
}

/// The origin with what it was by what its onsets sound like and what is known around it, if there is
/// more to know than when it was.
#[must_use]
pub fn sounded(mut origin: Origin, around: &Around, store: &Store, settings: &Settings) -> Origin {
    let heard = heard(&origin, store);
    let says =
        |one: &Heard| one.amplitude.is_some() || one.period_s.is_some() || one.duration_s.is_some();
    let known = around.past.map_or([0.0; CLASS_COUNT], |past| past.known);
    let known_around = around.approached || known.iter().any(|share| *share > 0.0);
    let sounds = heard.iter().any(says);
    let told = sounds || (known_around && origin.band == Band::Air);
    if !told {
        // It may have been weighed by what is known no more.
        if origin.sound.take().is_some() {
            origin.likelihood_log = loud();
        }
        return origin;
    }
    let line_log = (origin.band == Band::Air).then(|| line_log(&onsets(&origin, store))).flatten();
    let events = origin.salvo.map(|salvo| salvo.events);
    let gap_s = origin.salvo.and_then(|salvo| Reading::at(salvo.gap_s, GAP_ERROR));
    let pattern = around.past.map(|past| past.pattern);
    let approach = around.approached.then_some(true);
    let features = Features { line_log, events, gap_s, pattern, approach, ..of_heard(&heard) };
    let priors = Priors::of(&settings.rates_per_km2_hour, &settings.causes).after(&known);
    let verdict = classify(&features, &priors, &settings.causes);
    let shares = verdict.class_shares();
    for (class, log) in CLASSES.iter().zip(&mut origin.likelihood_log) {
        let rate = settings.rates_per_km2_hour[*class as usize].max(f64::MIN_POSITIVE);
        *log = libm::log(shares[*class as usize].max(SHARE_MIN) / rate);
    }
    let (cause, chance) = verdict.likeliest();
    let size_kg = verdict.size_kg.filter(|_| sounds).map(|[low, middle, high]| Estimate {
        value: round_to(middle, 1e3),
        low: round_to(low, 1e3),
        high: round_to(high, 1e3),
        level: 0.9,
    });
    origin.sound = Some(Sound { cause, chance, size_kg });
    origin
}

fn heard(origin: &Origin, store: &Store) -> Vec<Heard> {
    let arrivals = origin.members.iter().filter_map(|member| {
        let kept = store.arrival(member.number)?;
        let place = store.station_of(member.number)?;
        // What is repeated says nothing of what it was, however right its time.
        let standing = store.standing(member.number);
        let stuck = standing.is_some_and(|standing| standing.state == State::Stuck);
        Some((kept, place, if stuck { Signal::default() } else { kept.signal }))
    });
    arrivals
        .map(|(kept, place, signal)| Heard {
            path: match kept.phase {
                Phase::P | Phase::S => Path::Ground,
                Phase::Acoustic | Phase::Infrasound => Path::Air,
            },
            distance_m: origin.place.mean.distance_m(place).max(1.0),
            amplitude: signal.amplitude.map(f64::from),
            noticed: true,
            period_s: signal.period_s.map(f64::from),
            duration_s: signal.duration_s.map(f64::from),
        })
        .collect()
}

fn onsets(origin: &Origin, store: &Store) -> Vec<SoundArrival> {
    let onsets = origin.members.iter().filter_map(|member| {
        let kept = store.arrival(member.number)?;
        let (east_m, north_m) = origin.place.mean.offset_to_m(store.station_of(member.number)?);
        let time_s = (Time(kept.at_us) - Time(origin.at_us)).as_seconds();
        Some(SoundArrival { east_m, north_m, time_s, sigma_s: member.sigma })
    });
    onsets.collect()
}
