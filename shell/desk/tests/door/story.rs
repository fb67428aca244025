//! What is handed in and said under an agreement, from a seed: files of the simulated sources, and the
//! words of the offices.

use desk::ingest;
use kernel::{Duration, Polyline, Time};
use serde_json::{Value, json};
use sim::scenario::{Patrol, Settlement, Sources, Strike};
use sim::{Scenario, What, World};

use crate::house::{House, agreement};
use crate::mirror::{Mirror, PARIS, TRUCE};

/// One thing that is done.
#[derive(Clone)]
pub enum Deed {
    /// A file is handed in.
    File { source: String, by: String, bytes: Vec<u8>, baseline: bool },
    /// Incidents are made of what has come, and what is due falls due.
    Tick,
    /// An office asks something; `@case` stands for the gravest case there is.
    Say { by: String, kind: &'static str, body: Value },
}

/// A deed and its time.
#[derive(Clone)]
pub struct Step {
    pub at: Time,
    pub deed: Deed,
}

/// A story and the agreement it happens under.
pub struct Story {
    pub agreement: &'static str,
    pub mirror: Mirror,
    pub sides: [&'static str; 2],
    scenario: Scenario,
}

fn line_of(name: &str) -> Polyline {
    terms::read(&agreement(name)).0.zones.lines[0].path.clone()
}

fn quiet(days: u32) -> Scenario {
    let mut scenario = Scenario::read(sim::BUILT_IN).unwrap();
    scenario.days = days;
    scenario.rates.shelling_a_day = 5.0;
    scenario.rates.drones_a_day = 2.0;
    scenario.rates.field_burning_a_day = 4.0;
    scenario.rates.access_denied_a_day = 1.0;
    scenario
}

/// Some days along the line of agreements/paris, with a strike on either side.
pub fn paris(days: u32) -> Story {
    let mut scenario = quiet(days);
    for strike in &mut scenario.strikes {
        strike.after = Duration(strike.after.0 / 3);
    }
    Story { agreement: "paris", mirror: PARIS, sides: ["ua", "ru"], scenario }
}

/// Some days along the line of agreements/sample-truce.
pub fn truce(days: u32) -> Story {
    let mut scenario = quiet(days);
    let pair = |source: &str, by: &str| (source.to_owned(), by.to_owned());
    scenario.sides = ["North".into(), "South".into()];
    scenario.bounds = [9.9, 59.8, 11.3, 60.3];
    scenario.rates.shelling_depth_m = 2_000.0;
    scenario.sources = Sources {
        thermal: "satellite".into(),
        history: "satellite".into(),
        press: "press".into(),
        logs: [pair("north-log", "north.liaison"), pair("south-log", "south.liaison")],
        worker: "house".into(),
    };
    let places = [("Upper", 10.3, 60.1), ("Lower", 10.7, 59.95)];
    let settlement =
        |&(name, lon, lat): &(&str, f64, f64)| Settlement { name: name.to_owned(), lon, lat };
    scenario.settlements = places.iter().map(settlement).collect();
    let patrol = |name: &str, source: &str, lat| Patrol {
        name: name.into(),
        source: source.into(),
        lon: 10.4,
        lat,
    };
    scenario.patrols =
        vec![patrol("p-1", "patrol-north", 60.08), patrol("p-2", "patrol-south", 60.0)];
    let strike = |after, lat| Strike {
        after: Duration::hours(after),
        lon: 10.3,
        lat,
        explosions: 6,
        kind: "artillery".into(),
        text: "six explosions".into(),
    };
    scenario.strikes = vec![strike(9, 60.06), strike(13, 60.01)];
    Story { agreement: "sample-truce", mirror: TRUCE, sides: ["north", "south"], scenario }
}

impl Story {
    /// T0 of the story.
    pub fn t0(&self) -> Time {
        self.scenario.t0
    }

    /// The files that come in, in order, with a tick after each quarter of a day.
    pub fn files(&self, seed: u64) -> Vec<Step> {
        let world = World::happen(self.scenario.clone(), line_of(self.agreement), seed);
        let played = sim::play(&world).into_iter();
        let step = |step: sim::Step| {
            let deed = match step.what {
                What::Submit { source, bytes, baseline, .. } => {
                    Deed::File { source, by: step.identity, bytes, baseline }
                }
                What::Tick => Deed::Tick,
                What::Say { .. } => return None,
            };
            Some(Step { at: step.at, deed })
        };
        played.filter_map(step).collect()
    }

    /// Files and words together.
    pub fn steps(&self, seed: u64) -> Vec<Step> {
        let mut steps = self.files(seed);
        steps.extend(self.quarrel());
        steps.extend(self.words());
        steps.sort_by_key(|step| step.at);
        steps
    }

    /// That the ceasefire is in force.
    pub fn in_force(&self) -> Step {
        let body = json!({"command": "state-fact", "fact": "ceasefire-in-force", "holds": "yes", "since": self.t0()});
        Step { at: self.t0(), deed: say("secretariat", "terms/state-fact", body) }
    }

    /// What the offices say: facts, a request, a notice, and both sides in the gravest case.
    fn words(&self) -> Vec<Step> {
        let [left, right] = self.sides.map(|side| format!("{side}.liaison"));
        let t0 = self.t0();
        let told = |text: &str| json!({"command": "state", "case": "@case", "text": text});
        let answered = |text: &str| json!({"command": "answer", "case": "@case", "text": text});
        let host = json!({"command": "state-fact", "fact": "host-request", "holds": "yes", "since": t0 + Duration::hours(20)});
        let position = |stance| json!({"command": "take-position", "article": "2", "stance": stance, "text": "as stated"});
        let notice = json!({
            "command": "file-notice", "kind": if self.agreement == "paris" { "demining" } else { "quarry-blast" },
            "window": {"start": t0 + Duration::hours(38), "end": t0 + Duration::hours(44)},
            "center": self.middle(), "radius_m": 3000.0, "text": "announced"
        });
        let open = json!({
            "command": "open-case", "title": "Laid by hand", "articles": ["2"], "accused": [self.party(1)],
            "when": {"start": t0 + Duration::hours(3), "end": t0 + Duration::hours(4)}, "account": "Heard by our post."
        });
        let spoken = [
            (5, &left, "terms/file-notice", notice),
            (6, &right, "terms/take-position", position("disputed")),
            (13, &left, "commission/open-case", open),
            (20, &left, "terms/state-fact", host),
            (21, &left, "commission/state", told("It came from across the line.")),
            (22, &right, "commission/answer", answered("It did not.")),
            (23, &right, "commission/state", told("It fell on us as well.")),
            (25, &left, "commission/answer", answered("We deny it.")),
        ];
        let steps = spoken.into_iter().map(|(hours, by, kind, body)| Step {
            at: t0 + Duration::hours(hours) + Duration::seconds(300),
            deed: say(by, kind, body),
        });
        std::iter::once(self.in_force()).chain(steps).collect()
    }

    /// Both sides log the same, to the second and the metre, and lay it to each other: nothing but
    /// their names tells the reports apart.
    fn quarrel(&self) -> Vec<Step> {
        let from = self.t0() + Duration::hours(15);
        let places = line_of(self.agreement).0;
        let file = |side: usize| {
            let (own, other) = (self.party(side), self.party(1 - side));
            let mut text =
                "local_id,from,to,lon,lat,radius_m,kind,count,weapon,accused,text\n".to_owned();
            for (number, place) in places.iter().take(4).enumerate() {
                let (at, to) =
                    (from + Duration::hours(number as i64 / 2), from + Duration::hours(3));
                let (lon, lat) = (place.lon, place.lat);
                let row =
                    format!("{own}-q{number},{at},{to},{lon},{lat},500,explosion,2,,{other},\n");
                text.push_str(&row.repeat(2));
            }
            let (source, by) = self.scenario.sources.logs[side].clone();
            let deed = Deed::File { source, by, bytes: text.into_bytes(), baseline: false };
            Step { at: from + Duration::hours(4), deed }
        };
        vec![file(0), file(1)]
    }

    fn party(&self, side: usize) -> &str {
        self.scenario.sides[side].as_str()
    }

    fn middle(&self) -> Value {
        let path = line_of(self.agreement).0;
        let place = path[path.len() / 2];
        json!(place)
    }
}

fn say(by: &str, kind: &'static str, body: Value) -> Deed {
    Deed::Say { by: by.to_owned(), kind, body }
}

impl Step {
    /// The same with the names of the mirror exchanged.
    pub fn mirrored(&self, mirror: Mirror) -> Self {
        let deed = match &self.deed {
            Deed::File { source, by, bytes, baseline } => Deed::File {
                source: mirror.text(source),
                by: mirror.text(by),
                bytes: mirror.text(std::str::from_utf8(bytes).unwrap()).into_bytes(),
                baseline: *baseline,
            },
            Deed::Tick => Deed::Tick,
            Deed::Say { by, kind, body } => {
                let body = serde_json::from_str(&mirror.text(&body.to_string())).unwrap();
                Deed::Say { by: mirror.text(by), kind, body }
            }
        };
        Self { at: self.at, deed }
    }
}

impl House {
    /// Does what a step says. What the house refuses is part of the story: its code is given back.
    pub fn take(&mut self, step: &Step) -> Option<String> {
        let at = step.at.max(self.desk.last());
        let answer = match &step.deed {
            Deed::File { source, by, bytes, baseline } => {
                self.hand_in(source, bytes, by, *baseline, at).map(drop)
            }
            Deed::Tick => {
                ingest::assemble(&mut self.desk, at).and_then(|()| self.desk.let_fall_due(at))
            }
            Deed::Say { by, kind, body } => {
                let case = self.gravest().unwrap_or_default();
                let body = serde_json::from_str(&body.to_string().replace("@case", &case));
                match body.ok().and_then(|body: Value| {
                    secretariat::Command::from_record(kind, 1, &body).ok().flatten()
                }) {
                    Some(command) => self.desk.submit(&by.as_str().into(), command, at).map(drop),
                    None => return Some("no-case".to_owned()),
                }
            }
        };
        match answer {
            Ok(()) => None,
            Err(desk::Error::Refused(refusal)) => Some(refusal.code),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// The gravest case: the most severe, then the likeliest, then the earliest.
    fn gravest(&self) -> Option<String> {
        let cases = self.desk.house().state().commission.cases.values();
        let rank = |case: &&commission::Case| {
            let severity = case.active().map(|cited| cited.severity).max();
            let chance = (case.strongest().value() * 1e4) as u32;
            (severity, chance, std::cmp::Reverse((case.when, case.title.clone())))
        };
        cases.filter(|case| case.closed.is_none()).max_by_key(rank).map(|case| case.id.to_string())
    }
}
