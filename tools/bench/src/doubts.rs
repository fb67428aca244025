//! `cargo x score doubts`: how far off the simulated line of microphones places what it hears, with
//! its broken sensors counted, and with what the check of sources finds set aside.

use std::collections::BTreeMap;

use gateways::{Format, ReadContext};
use kernel::{Duration, ObservationId, Place, Polyline, SourceId, Time};
use sim::audit::mahalanobis2;
use sim::happening::Happening;
use sim::network::Ear;
use sim::scenario::{BUILT_IN_SENSORS, Scenario};
use sim::sensing::{Sensed, arrivals, sense, stations};
use sim::world::World;
use watch::trust::State as Trust;
use watch::trust_doubt::SourceDoubted;
use watch::{Change, Engine, Incident, IncidentId, Settings, SourceKind};

use crate::run::Outcome;
use crate::score::source;

/// How much to simulate.
#[derive(clap::Args)]
pub struct Options {
    /// The first world's seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many worlds.
    #[arg(long, default_value_t = 6)]
    worlds: u64,
}

/// Chi-square with two degrees of freedom: holds 90 %.
const INSIDE_90: f64 = 4.605;
/// An incident so near in time to one that happened, and in metres, is it.
const NEAR: (Duration, f64) = (Duration::seconds(5), 5_000.0);

/// What became of the incidents of some worlds.
#[derive(Default)]
struct Tally {
    /// Errors of place, metres, of all located, and of those that a broken sensor had a part in.
    all: [Vec<f64>; 2],
    touched: [Vec<f64>; 2],
    /// True places inside the 90 % ellipse.
    inside: [usize; 2],
    broken: BTreeMap<String, u32>,
    accused: u32,
    sound: u32,
}

/// Runs and prints.
pub fn score(options: &Options) -> Outcome {
    let mut tally = Tally::default();
    for seed in options.seed..options.seed + options.worlds {
        let scenario = Scenario::read(BUILT_IN_SENSORS).map_err(|error| error.to_string())?;
        let line = Polyline(vec![Place { lon: 34.8, lat: 47.5 }, Place { lon: 36.4, lat: 47.5 }]);
        let world = World::happen(scenario, line, seed);
        let sensed = sense(&world).ok_or("the scenario has no sensors")?;
        tally.add(&world, &sensed)?;
    }
    println!("{} worlds of listening-line: doubts off, on\n", options.worlds);
    for (name, [off, on]) in
        [("all located", tally.all), ("a broken sensor had part", tally.touched)]
    {
        println!(
            "{name}: {} and {} incidents; off by {:.0} and {:.0} m in the middle, {:.0} and {:.0} m root mean square",
            off.len(),
            on.len(),
            middle(&off),
            middle(&on),
            rms(&off),
            rms(&on)
        );
    }
    println!("inside the 90 % ellipse: {} and {}", tally.inside[0], tally.inside[1]);
    println!("doubted by fault: {:?}", tally.broken);
    println!("accused: {} of {} sound stations", tally.accused, tally.sound);
    Ok(())
}

impl Tally {
    fn add(&mut self, world: &World, sensed: &Sensed) -> Outcome {
        let mut engine = Engine::new(Settings::default());
        let channels = [
            ("acoustic-line", SourceKind::Acoustic, Ear::Acoustic),
            ("seismic-network", SourceKind::Seismic, Ear::Seismic),
        ];
        for (id, kind, ear) in channels {
            let from = source(id, kind, "house");
            let files = [
                (Format::Stations, stations(sensed, ear)),
                (Format::Arrivals, arrivals(sensed, ear, (Time::MIN, Time::MAX))),
            ];
            for (format, text) in files {
                let context = ReadContext::whole(SourceId::from(id), Time::MAX);
                engine.absorb(&from, format.read(text.as_bytes(), &context).observations);
            }
        }
        let mut current = BTreeMap::new();
        apply(&mut current, engine.assemble());
        let before = current.clone();
        let state = watch::state::State::default();
        let doubts = engine.check(&state).doubts;
        for (doubt, entry) in doubts.iter().zip(1..) {
            engine.take_doubt(doubt, entry);
        }
        apply(&mut current, engine.assemble());
        self.judge(world, sensed, &doubts);
        let told = |engine: &Engine, id: &ObservationId| match engine.seen(id) {
            Some(watch::Seen::Arrival { name, .. }) => name.to_owned(),
            _ => String::new(),
        };
        let broken: Vec<&str> = sensed
            .sensors
            .iter()
            .filter(|sensor| sensor.fault.is_some())
            .map(|sensor| sensor.name.as_str())
            .collect();
        for (at, incidents) in [before, current].iter().enumerate() {
            for (incident, happening) in located(incidents, &sensed.happenings) {
                let off_m = incident.place.mean.distance_m(happening.place);
                let members = incident.members.iter().map(|member| member.observation);
                let aside = incident.set_aside.iter().map(|one| one.observation);
                let mut names = members.chain(aside).map(|id| told(&engine, &id));
                self.all[at].push(off_m);
                if names.any(|name| broken.contains(&name.as_str())) {
                    self.touched[at].push(off_m);
                }
                self.inside[at] += usize::from(mahalanobis2(incident, happening.place) < INSIDE_90);
            }
        }
        Ok(())
    }

    fn judge(&mut self, world: &World, sensed: &Sensed, doubts: &[SourceDoubted]) {
        for sensor in &sensed.sensors {
            let said = doubts.iter().find(|doubt| doubt.station.as_deref() == Some(&sensor.name));
            let Some(fault) = sensor.fault else {
                self.sound += 1;
                self.accused += u32::from(said.is_some());
                continue;
            };
            let since = (fault.since - world.scenario.t0).as_seconds() / 3_600.0;
            let state = said.map_or("not doubted".to_owned(), |doubt| word(doubt.state));
            *self
                .broken
                .entry(format!("{:?} from {since:.0} h: {state}", fault.kind))
                .or_insert(0) += 1;
        }
    }
}

fn word(state: Trust) -> String {
    format!("{state:?}")
}

fn apply(current: &mut BTreeMap<IncidentId, Incident>, changes: Vec<Change>) {
    for change in changes {
        match change {
            Change::Added(incident) | Change::Revised(incident) => {
                current.insert(incident.id, *incident);
            }
            Change::Replaced { id, .. } => drop(current.remove(&id)),
        }
    }
    current.retain(|_, incident| !incident.withdrawn);
}

/// Incidents that microphones located, each with what happened there.
fn located<'a>(
    incidents: &'a BTreeMap<IncidentId, Incident>,
    happenings: &'a [Happening],
) -> Vec<(&'a Incident, &'a Happening)> {
    let by_air = incidents.values().filter_map(|incident| {
        let by_air = incident.located.iter().find(|located| located.through == "air")?;
        Some((incident, by_air.at))
    });
    let pairs = by_air.filter_map(|(incident, at)| {
        let near = happenings.iter().filter(|one| {
            let mut events =
                one.events_s.iter().map(|event_s| one.at + Duration((event_s * 1e6) as i64));
            let away_m = incident.place.mean.distance_m(one.place);
            let in_time = |event: Time| (event - at).as_seconds().abs() <= NEAR.0.as_seconds();
            away_m <= NEAR.1 && events.any(in_time)
        });
        let off = |one: &&Happening| incident.place.mean.distance_m(one.place);
        near.min_by(|one, other| off(one).total_cmp(&off(other))).map(|one| (incident, one))
    });
    pairs.collect()
}

fn middle(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn rms(values: &[f64]) -> f64 {
    (values.iter().map(|value| value * value).sum::<f64>() / values.len().max(1) as f64).sqrt()
}
