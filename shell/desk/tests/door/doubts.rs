//! A station that went dead is found from what the others heard, and the record says so for good.

use std::fmt::Write as _;

use desk::doubts;
use kernel::{Duration, Identity, Place, Time};
use watch::trust::State;

use crate::house::{House, founded};

const MIDDLE: Place = Place { lon: 36.2, lat: 47.66 };
const DEAD: usize = 4;

fn post(number: usize) -> Place {
    let (east, north) = ((number % 3) as f64 - 1.0, (number / 3) as f64 - 1.0);
    MIDDLE.shifted_m(3_000.0 * east, 3_000.0 * north + 400.0 * east)
}

/// Nine microphones, and what they hear of 30 explosions, an hour from one to the next.
fn files(dead: Option<usize>) -> (String, String) {
    let mut stations = "station,lon,lat\n".to_owned();
    let mut onsets = "station,phase,time,error_s\n".to_owned();
    for number in 0..9 {
        let place = post(number);
        writeln!(stations, "mic-{number},{:.6},{:.6}", place.lon, place.lat).unwrap();
    }
    for hour in 0..30_i64 {
        let at: Time = founded() + Duration::hours(hour - 48);
        let (east, north) = ((hour * 7 % 11) as f64 - 5.0, (hour * 5 % 13) as f64 - 6.0);
        let place = MIDDLE.shifted_m(600.0 * east, 500.0 * north);
        for number in (0..9).filter(|number| Some(*number) != dead) {
            let travel_s = place.distance_m(post(number)) / 340.0;
            let heard = at + Duration((travel_s * 1e6) as i64);
            writeln!(onsets, "mic-{number},acoustic,{heard},0.03").unwrap();
        }
    }
    (stations, onsets)
}

fn house(dead: Option<usize>) -> House {
    let mut house = House::of("paris");
    let (stations, onsets) = files(dead);
    for bytes in [stations, onsets] {
        house.submit("acoustic-line", bytes.as_bytes()).unwrap();
    }
    house
}

#[test]
fn a_dead_station_is_put_on_the_record_once_and_stays_there() {
    let mut house = house(Some(DEAD));
    let (by, now) = (Identity::from("house"), house.desk.last());
    let found = doubts::check(&mut house.desk, &by, now).unwrap();
    let [doubt] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((doubt.station.as_deref(), doubt.state), (Some("mic-4"), State::Deaf));
    assert_eq!(doubts::check(&mut house.desk, &by, now).unwrap(), []);
    let house = house.reopened();
    let watch = &house.desk.house().state().watch;
    assert_eq!(watch.doubts().map(|(_, doubt)| doubt).collect::<Vec<_>>(), [doubt]);
}

#[test]
fn nobody_is_accused_in_a_sound_network() {
    let mut house = house(None);
    let now = house.desk.last();
    assert_eq!(doubts::check(&mut house.desk, &"house".into(), now).unwrap(), []);
    assert_eq!(house.desk.house().state().watch.doubts().count(), 0);
}

#[test]
fn who_has_no_mandate_accuses_nobody() {
    let mut house = house(Some(DEAD));
    let now = house.desk.last();
    let answer = doubts::check(&mut house.desk, &"RU".into(), now);
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(house.desk.house().state().watch.doubts().count(), 0);
}
