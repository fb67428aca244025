//! The upper limit against its equation, and a trace with everything that can happen to it.

use proptest::prelude::*;

use super::*;
use crate::capability::law::Wave;

fn place(east_km: f64) -> Place {
    Place { lon: 0.0, lat: 0.0 }.shifted_m(east_km * 1e3, 0.0)
}

fn terms() -> impl Strategy<Value = Vec<Term>> {
    let term = (-3.0f64..4.0, 0.1f64..1.5).prop_map(|(size, spread)| Term { size, spread });
    proptest::collection::vec(term, 1..30)
}

proptest! {
    #[test]
    fn the_limit_solves_its_equation(terms in terms(), level in 0.5f64..0.99) {
        let limit = upper_limit(terms.iter().copied(), level);
        let found = 1.0 - hidden(terms.iter().copied(), limit);
        prop_assert!((found - level).abs() < 1e-5, "{found} {level}");
    }

    #[test]
    fn losing_a_sensor_or_noise_never_lowers_the_limit(
        terms in terms(),
        gone: prop::sample::Index,
        louder in 0.0f64..2.0,
    ) {
        let all = upper_limit(terms.iter().copied(), 0.9);
        let at = gone.index(terms.len());
        let mut loud = terms.clone();
        loud[at].size += louder;
        prop_assert!(upper_limit(loud.iter().copied(), 0.9) >= all - 1e-6);
        let mut fewer = terms.clone();
        fewer.remove(at);
        prop_assert!(upper_limit(fewer.iter().copied(), 0.9) >= all - 1e-6);
    }
}

#[test]
fn no_sensor_no_limit() {
    assert_eq!(upper_limit(std::iter::empty(), 0.9), f64::INFINITY);
    let one = Term { size: 1.0, spread: 0.5 };
    let alone = upper_limit([one].into_iter(), 0.9);
    assert!((alone - (1.0 + 0.5 * 1.281_551_565_5)).abs() < 1e-8);
}

/// Three sensors around the origin; a bang far east passes over them; one records nothing at 800 s.
fn recordings() -> Vec<Recording> {
    let law = Law::of(Wave::Acoustic);
    let bang_s = 300.0;
    [-4.0, 0.5, 5.0]
        .iter()
        .map(|east_km| {
            let arrives = bang_s + (40.0 - east_km) / law.speed_km_s;
            let amplitude = |second: usize| {
                let away = (second as f64 - arrives).abs();
                let quiet = 800..860;
                if quiet.contains(&second) && *east_km == 0.5 {
                    f32::NAN
                } else if away < 4.0 {
                    3.0
                } else {
                    0.02
                }
            };
            Recording {
                station: format!("s{east_km}"),
                place: place(*east_km),
                law,
                start: Time(0),
                step: Duration::seconds(1),
                amplitude: (0..1200).map(amplitude).collect(),
            }
        })
        .collect()
}

#[test]
fn peaks_are_explained_or_named_as_unexplained() {
    let (recordings, here) = (recordings(), place(0.0));
    let hour = Interval { start: Time(0), end: Time(0) + Duration::seconds(1100) };
    let trace = trace(here, &recordings, hour, Duration::seconds(2), 0.9);
    let typical = trace[10].1;
    let size = typical + 0.3;
    let known = Known {
        id: "INC-1".into(),
        place: place(40.0),
        when: Interval::at(Time(0) + Duration::seconds(300)),
    };
    let gap =
        Interval { start: Time(0) + Duration::seconds(795), end: Time(0) + Duration::seconds(865) };
    let losses = [(gap, OutageKind::Jamming, "s0.5".to_owned())];
    let judge = |known: &[Known], losses: &[(Interval, OutageKind, String)]| {
        Silence::of(&trace, size, 0.9, |when| explanation(here, when, &recordings, known, losses))
    };
    let silence = judge(&[known], &losses);
    assert!(silence.below_share > 0.8 && silence.below_share < 1.0);
    let why: Vec<_> = silence.exceedances.iter().map(|one| &one.because).collect();
    assert!(why.contains(&&Because::Incident("INC-1".into())), "{why:?}");
    assert!(why.contains(&&Because::Loss(OutageKind::Jamming, "s0.5".into())), "{why:?}");
    assert!(!why.contains(&&Because::Unexplained), "{why:?}");
    assert!(!silence.nothing_happened());
    assert!(judge(&[], &[]).exceedances.iter().all(|one| one.because == Because::Unexplained));
    assert!(judge(&[], &[]).sentence().starts_with("it cannot be said that nothing happened"));
    let large = Silence::of(&trace, 9.0, 0.9, |_| Because::Unexplained);
    assert_eq!(large.sentence(), "nothing of 1000000.0 t TNT or more happened unseen (90 %)");
}
