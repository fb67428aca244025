//! One entry of the sources file at a time, into the scene.

use kernel::{Duration, Interval, Place, Time};
use serde_json::Value;
use watch::SourceKind;
use watch::availability::Ledger;
use watch::capability::law::{Law, Wave};
use watch::capability::scene::{Footprint, Look, Loss, Network, Newsroom, Pass, Scope, Station};
use watch::capability::sky::WeatherCell;
use watch::settings::Settings;

use super::file::{
    Common, Hourly, LawWords, LookWords, LookerWords, LossWords, NetworkWords, PressWords,
    ReceivedWords, SatelliteWords, StationWords, View, WeatherCellWords, WeatherWords,
};
use super::read::Reader;
use super::stations;

const COMMON: [&str; 4] = ["id", "group", "uptime", "delay"];
const VIEW: [&str; 5] = ["place", "range_km", "azimuth_deg", "half_width_deg", "chance"];
/// Ratio of signal to noise at which a sensor makes a detection, where none is stated.
const RATIO: f64 = 3.0;
/// Most sensors of all networks.
const STATIONS_MAX: usize = 1_000_000;
/// Kilometres beyond which nobody looks.
const RANGE_KM_MAX: f64 = 500.0;

fn with(names: &[&'static str]) -> Vec<&'static str> {
    COMMON.iter().chain(names).copied().collect()
}

/// What changes in the laws of waves.
pub fn laws(reader: &mut Reader, value: Option<Value>) {
    let Some(Value::Object(laws)) = value else { return };
    for (name, value) in laws {
        let at = format!("laws.{name}");
        let wave = serde_json::from_value::<Wave>(Value::String(name));
        let (Ok(wave), Some(words)) = (wave, reader.words::<LawWords>(&at, value, &[])) else {
            reader.problem(&at, "a law is for acoustic, infrasound or seismic, and holds numbers");
            continue;
        };
        match changed(Law::of(wave), &words) {
            Ok(law) => drop(reader.scene.laws.insert(wave, law)),
            Err(words) => reader.problem(&at, words),
        }
    }
}

fn changed(law: Law, words: &LawWords) -> Result<Law, String> {
    let mut whole = serde_json::to_value(law).map_err(|error| error.to_string())?;
    for (name, number) in words {
        whole[name] = serde_json::json!(number);
    }
    let law: Law = serde_json::from_value(whole).map_err(|error| error.to_string())?;
    law.mistake().map_or(Ok(law), |mistake| Err(mistake.to_owned()))
}

/// Cloud and wind.
pub fn weather(reader: &mut Reader, value: Option<Value>) {
    let Some(value) = value else { return };
    let Some(words) = reader.words::<WeatherWords>("weather", value, &[]) else { return };
    let weather = (words.cloud, words.wind_m_s);
    if is_weather(weather) {
        let known = &mut reader.scene.weather;
        known.cloud = weather.0.unwrap_or(known.cloud);
        known.wind_m_s = weather.1.unwrap_or(known.wind_m_s);
    } else {
        reader.problem("weather", "cloud is a share from 0 to 1, wind_m_s from 0 to 100");
    }
    for (index, value) in words.cells.into_iter().enumerate() {
        let at = format!("weather.cells[{index}]");
        let Some(words) = reader.words::<WeatherCellWords>(&at, value, &[]) else { continue };
        let within = match (words.place, words.radius_km) {
            (None, None) => None,
            (Some(pair), Some(radius_km)) if radius_km > 0.0 => {
                let Some(place) = reader.place(&at, pair) else { continue };
                Some((place, radius_km * 1e3))
            }
            _ => {
                reader.problem(&at, "place and radius_km (above 0) go together");
                continue;
            }
        };
        let when = Interval {
            start: words.from.unwrap_or(Time::MIN),
            end: words.until.unwrap_or(Time::MAX),
        };
        if !is_weather((words.cloud, words.wind_m_s)) || when.end < when.start {
            reader.problem(&at, "cloud is 0 to 1, wind_m_s 0 to 100, from before until");
            continue;
        }
        let (cloud, wind_m_s) = (words.cloud, words.wind_m_s);
        reader.scene.weather.cells.push(WeatherCell { within, when, cloud, wind_m_s });
    }
}

fn is_weather((cloud, wind_m_s): (Option<f64>, Option<f64>)) -> bool {
    cloud.is_none_or(|share| (0.0..=1.0).contains(&share))
        && wind_m_s.is_none_or(|wind| (0.0..=100.0).contains(&wind))
}

/// A network and its sensors.
pub fn network(reader: &mut Reader, at: &str, value: Value) {
    let names = with(&["wave", "needs", "noise", "ratio", "stations", "stations_file"]);
    let Some(words) = reader.words::<NetworkWords>(at, value, &names) else { return };
    let needs = words.needs.unwrap_or(match words.wave {
        Wave::Acoustic => 3,
        Wave::Seismic => 4,
        Wave::Infrasound => 2,
    });
    if words.common.id.is_empty() || needs == 0 || needs > watch::capability::network::NEEDS_MAX {
        return reader.problem(at, "a network needs an `id`, and `needs` from 1 to 16 arrivals");
    }
    let group = reader.group(words.common.group.as_ref().unwrap_or(&words.common.id));
    let name = words.common.id.clone();
    reader.scene.networks.push(Network { name, wave: words.wave, group, needs });
    for (index, value) in words.stations.iter().enumerate() {
        let at = format!("{at}.stations[{index}]");
        if let Some(sensor) = reader.words::<StationWords>(&at, value.clone(), &[]) {
            station(reader, &at, &words, sensor);
        }
    }
    if let Some(file) = &words.stations_file {
        let path = reader.folder.join(file);
        let sensors = stations::read(&path, reader.frame, &mut reader.problems);
        for (line, sensor) in sensors {
            station(reader, &format!("{file}:{line}"), &words, sensor);
        }
    }
}

fn station(reader: &mut Reader, at: &str, network: &NetworkWords, words: StationWords) {
    if reader.scene.stations.len() == STATIONS_MAX {
        return reader.problem(at, format!("{STATIONS_MAX} sensors are the most of one run"));
    }
    let noise = words.noise.as_ref().or(network.noise.as_ref());
    let noise = noise.and_then(|noise| noise.checked(|level| level.is_finite() && level > 0.0));
    let Some(noise) = noise else {
        let words = "noise is one amplitude above 0 (Pa, or nm for seismic) or 24 of them";
        return reader.problem(at, words);
    };
    let ratio = words.ratio.or(network.ratio).unwrap_or(RATIO);
    if !(ratio.is_finite() && ratio > 0.0) {
        return reader.problem(at, "ratio is above 0");
    }
    let Some(place) = reader.place(at, words.place) else { return };
    let common = Common {
        id: words.id,
        group: network.common.group.clone().or_else(|| Some(network.common.id.clone())),
        uptime: words.uptime.or(network.common.uptime),
        delay: network.common.delay,
    };
    let kind = match network.wave {
        Wave::Seismic => SourceKind::Seismic,
        Wave::Acoustic | Wave::Infrasound => SourceKind::Acoustic,
    };
    let Some(watcher) = reader.watcher(at, &common, kind) else { return };
    let network = reader.scene.networks.len() - 1;
    reader.scene.stations.push(Station { watcher, network, place, noise, ratio });
}

/// A satellite and its passes.
pub fn satellite(reader: &mut Reader, at: &str, value: Value) {
    let names = with(&["chance", "passes", "daily"]);
    let Some(words) = reader.words::<SatelliteWords>(at, value, &names) else { return };
    let chance = words.chance.unwrap_or(Settings::default().noticing.thermal_pass);
    if !(0.0..=1.0).contains(&chance) {
        return reader.problem(at, "chance is a share from 0 to 1");
    }
    let Some(watcher) = reader.watcher(at, &words.common, SourceKind::ThermalSatellite) else {
        return;
    };
    let mut passes = words.passes;
    for time in &words.daily {
        match time_of_day(time) {
            Some(since) => passes.extend(daily(reader.window, since)),
            None => reader.problem(at, format!("{time:?} is no time of day like \"01:30\"")),
        }
    }
    passes.sort_unstable();
    passes.dedup();
    reader.scene.passes.extend(passes.into_iter().map(|at| Pass { watcher, at, chance }));
}

fn time_of_day(text: &str) -> Option<Duration> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..24).contains(&hours) && (0..60).contains(&minutes))
        .then(|| Duration::seconds(hours * 3600 + minutes * 60))
}

/// The same time on every day of the window and the four after it: fires are seen late.
fn daily(window: Interval, since: Duration) -> impl Iterator<Item = Time> {
    let first = window.start.day_start();
    let days = window.length().0 / Duration::days(1).0 + 5;
    (0..=days).map(move |day| first + Duration::days(day) + since)
}

/// A camera, drone or patrol with its looks.
pub fn looker(reader: &mut Reader, at: &str, value: Value) {
    let names: Vec<&str> = with(&["kind", "always", "above_cloud", "classes", "looks"])
        .into_iter()
        .chain(VIEW)
        .collect();
    let Some(words) = reader.words::<LookerWords>(at, value, &names) else { return };
    if !matches!(words.kind, SourceKind::Camera | SourceKind::Drone | SourceKind::Patrol) {
        return reader.problem(at, "kind is camera, drone or patrol");
    }
    let Some(watcher) = reader.watcher(at, &words.common, words.kind) else { return };
    let names: Vec<&str> = ["from", "until", "saw"].into_iter().chain(VIEW).collect();
    let mut looks: Vec<(String, LookWords)> = vec![];
    for (index, value) in words.looks.iter().enumerate() {
        let at = format!("{at}.looks[{index}]");
        if let Some(look) = reader.words::<LookWords>(&at, value.clone(), &names) {
            looks.push((at, look));
        }
    }
    if words.always {
        let Interval { start, end } = reader.window;
        let until = end + Duration::days(2);
        looks.push((at.to_owned(), LookWords { from: start, until, view: View::default() }));
    }
    for (at, look) in looks {
        if let Some(look) = one_look(reader, &at, &words, look, watcher) {
            reader.scene.looks.push(look);
        }
    }
}

fn one_look(
    reader: &mut Reader,
    at: &str,
    looker: &LookerWords,
    words: LookWords,
    watcher: usize,
) -> Option<Look> {
    let (own, usual) = (words.view, &looker.view);
    let Some(pair) = own.place.or(usual.place) else {
        reader.problem(at, "a look needs a `place`");
        return None;
    };
    let from = reader.place(at, pair)?;
    let range_km = own.range_km.or(usual.range_km).unwrap_or(0.0);
    let half_width_deg = own.half_width_deg.or(usual.half_width_deg).unwrap_or(180.0);
    let azimuth_deg = own.azimuth_deg.or(usual.azimuth_deg).unwrap_or(0.0);
    let shaped = range_km > 0.0 && range_km <= RANGE_KM_MAX && half_width_deg > 0.0;
    if !shaped || !azimuth_deg.is_finite() || words.until < words.from {
        let words =
            "range_km is above 0 and at most 500, half_width_deg above 0, from before until";
        reader.problem(at, words);
        return None;
    }
    let chance = own.chance.as_ref().or(usual.chance.as_ref());
    let chance = chance.and_then(|chance: &Hourly| chance.checked(|c| (0.0..=1.0).contains(&c)));
    let Some(chance) = chance else {
        reader.problem(at, "chance is a share from 0 to 1, or 24 of them");
        return None;
    };
    Some(Look {
        watcher,
        when: Interval { start: words.from, end: words.until },
        footprint: Footprint { from, range_m: range_km * 1e3, azimuth_deg, half_width_deg },
        chance,
        classes: looker.classes.clone(),
        above_cloud: looker.above_cloud,
    })
}

/// A newsroom and its settlements.
pub fn press(reader: &mut Reader, at: &str, value: Value) {
    let names = with(&["chance", "settlements"]);
    let Some(words) = reader.words::<PressWords>(at, value, &names) else { return };
    let chance = words.chance.unwrap_or(Settings::default().noticing.press);
    if !(0.0..=1.0).contains(&chance) {
        return reader.problem(at, "chance is a share from 0 to 1");
    }
    let Some(watcher) = reader.watcher(at, &words.common, SourceKind::Press) else { return };
    let mut settlements: Vec<(Place, f64)> = vec![];
    for disc in &words.settlements {
        if disc.radius_km > 0.0 && disc.radius_km <= RANGE_KM_MAX {
            settlements.extend(reader.place(at, disc.place).map(|p| (p, disc.radius_km * 1e3)));
        } else {
            reader.problem(at, "radius_km is above 0 and at most 500");
        }
    }
    reader.scene.newsrooms.push(Newsroom { watcher, chance, settlements });
}

/// A time in which something did not watch.
pub fn loss(reader: &mut Reader, at: &str, value: Value) {
    let Some(words) = reader.words::<LossWords>(at, value, &[]) else { return };
    let when = Interval { start: words.from, end: words.until.unwrap_or(Time::MAX) };
    if when.end < when.start {
        return reader.problem(at, "from comes before until");
    }
    let placeless = |kind: &SourceKind| {
        matches!(kind, SourceKind::ThermalSatellite | SourceKind::Press | SourceKind::PartyLog)
    };
    if words.kinds.iter().any(placeless) {
        return reader.problem(at, "an area takes away sensors, cameras, drones and patrols only");
    }
    let scope = match (&words.source, &words.group, words.place.zip(words.radius_km)) {
        (Some(id), None, None) => reader.watcher_known(id).map(Scope::Watcher),
        (None, Some(name), None) => reader.group_known(name).map(Scope::Group),
        (None, None, Some((pair, radius_km))) if radius_km > 0.0 => {
            reader.place(at, pair).map(|place| Scope::Area {
                place,
                radius_m: radius_km * 1e3,
                kinds: words.kinds.clone(),
            })
        }
        _ => None,
    };
    let (kind, reason) = (words.kind, words.reason.unwrap_or_default());
    match scope {
        Some(scope) => reader.scene.losses.push(Loss { kind, when, scope, reason }),
        None => reader
            .problem(at, "a loss names a known source, or a known group, or place and radius_km"),
    }
}

/// What came in: its gaps within the window become losses.
pub fn received(reader: &mut Reader, at: &str, value: Value) {
    let Some(words) = reader.words::<ReceivedWords>(at, value, &[]) else { return };
    let Some(watcher) = reader.watcher_known(&words.source) else {
        return reader.problem(at, format!("there is no source {}", words.source));
    };
    let (cadence, delay) = (words.cadence, words.delay);
    if cadence.0 < 0 || delay.0 < 0 {
        return reader.problem(at, "cadence and delay are not below 0");
    }
    let as_of = reader.as_of.unwrap_or(Time::MAX);
    let expected = watch::availability::Expected { cadence, delay };
    let ledger = Ledger::of(&words.data, expected, as_of);
    let over = ledger.over(reader.window);
    eprintln!("{}: {}", words.source, over.sentence(watch::Settings::default().share_due));
    for lapse in ledger.lapses(&words.source.as_str().into(), reader.window) {
        let when = Interval { start: lapse.from, end: lapse.until.unwrap_or(Time::MAX) };
        let scope = Scope::Watcher(watcher);
        let reason = lapse.evidence.join("; ");
        reader.scene.losses.push(Loss { kind: lapse.kind, when, scope, reason });
    }
}
