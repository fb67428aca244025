//! Arrivals in as lines while they come, words about origins out as lines: the first as soon as
//! there is enough to say, the last when no more can come.

mod clock;
mod word;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use arrivals::{Arrival, Live, Medium, Network, News, Phase, Settings};
use clap::Args;

use crate::Error;
use crate::associate::Told;
use crate::associate_ground::{crust_of, framed, on_globe};
use crate::associate_known;
use crate::associate_read::{Problems, Stations, each_onset, stations};
use clock::Clock;
use word::Words;

/// Most arrivals remembered to tell what is said again.
const SAID_MAX: usize = 4_000_000;

/// Put arrivals together as they come in on standard input.
///
/// One JSON object a line and word: `automatic-1` as soon as an origin passes the bar,
/// `automatic-2` when no more arrivals can reach it, with what changed between the two and why, or
/// `withdrawn` when something else explains its arrivals better.
#[derive(Args, Debug)]
#[command(name = "live")]
pub struct LiveWords {
    /// Stations: `station,x_km,y_km,z_km` or `station,lon,lat,z_km`.
    #[arg(long)]
    pub stations: PathBuf,
    /// What is known of the medium: JSON with a `known` block.
    #[arg(long)]
    pub known: PathBuf,
    /// Arrivals, `pick_id,station,phase,time_s` with a header, in the order in which they come.
    #[arg(long, value_name = "CSV", default_value = "-")]
    pub picks: PathBuf,
    /// Where the words go.
    #[arg(long, value_name = "JSONL", default_value = "-")]
    pub out: PathBuf,
    /// How often it is looked at what is new, seconds of the arrivals' own time.
    #[arg(long, default_value_t = 0.25)]
    pub every_s: f64,
    /// Arrivals an origin must have at least: 5 for sound in air, 4 for ground waves.
    #[arg(long)]
    pub picks_min: Option<usize>,
    /// Log posterior odds an origin must have at least.
    #[arg(long, default_value_t = 2.0)]
    pub log_odds_min: f64,
}

/// Put arrivals together as they come in on standard input.
pub fn live(words: &LiveWords) -> Result<(), Error> {
    if !(words.every_s > 0.0 && words.every_s.is_finite()) {
        return Err(Error::new("--every-s must be above 0", "Give seconds, like 0.25."));
    }
    let mut problems = Problems::default();
    let known = associate_known::read(&words.known, &mut problems)?;
    let listed = stations(&words.stations, &mut problems)?;
    if known.model().is_some() {
        return Err(Error::new(
            "an earth model has no live watch: its search ranks a whole day at once",
            "Give `vp` and `vs`, or `c` for sound; or run `watch associate` over what came so far.",
        ));
    }
    let in_air = !known.has("vp");
    let settings = Settings {
        picks_min: words.picks_min.unwrap_or(if in_air { 5 } else { 4 }).max(4),
        log_odds_min: words.log_odds_min,
        ..Settings::default()
    };
    let frame = framed(&listed).0;
    let names: [&str; 2] = if listed.degrees { ["lon", "lat"] } else { ["x_km", "y_km"] };
    if in_air {
        let air = known.air(&mut problems);
        let mut run = Run { words, listed: &listed, problems, settings };
        let places = if listed.degrees { framed(&listed).1 } else { listed.flat() };
        let network = Network::new(places, air.range_km * 2.5).stating(listed.errors.clone());
        run.listen(
            &air,
            &network,
            Words::new(names, |origin| {
                if listed.degrees {
                    return on_globe(&frame, origin, 0.0);
                }
                let (s, c) = (&origin.state, &origin.covariance);
                Told { place: [s[1], s[2], 0.0], covariance: [c[1][1], c[1][2], c[2][2]] }
            }),
        )
    } else {
        let (crust, places) = crust_of(&known, &listed, &mut problems)?;
        let mut run = Run { words, listed: &listed, problems, settings };
        let network = Network::new(places, crust.reach_km()).stating(listed.errors.clone());
        run.listen(
            &crust,
            &network,
            Words::new(names, |origin| {
                if listed.degrees {
                    return on_globe(&frame, origin, origin.state[3]);
                }
                let (s, c) = (&origin.state, &origin.covariance);
                Told { place: [s[1], s[2], s[3]], covariance: [c[1][1], c[1][2], c[2][2]] }
            }),
        )
    }
}

struct Run<'a> {
    words: &'a LiveWords,
    listed: &'a Stations,
    problems: Problems,
    settings: Settings,
}

impl Run<'_> {
    fn listen<const N: usize, M: Medium<N>>(
        &mut self,
        medium: &M,
        network: &Network,
        words: Words<'_, N>,
    ) -> Result<(), Error> {
        let path = &self.words.picks;
        let input: Box<dyn std::io::Read> = if path.as_os_str() == "-" {
            Box::new(std::io::stdin())
        } else {
            let opened = std::fs::File::open(path);
            Box::new(opened.map_err(|error| Error::file("open", path, &error))?)
        };
        let out: Box<dyn std::io::Write> = if self.words.out.as_os_str() == "-" {
            Box::new(std::io::stdout())
        } else {
            let (path, made) = (&self.words.out, std::fs::File::create(&self.words.out));
            Box::new(made.map_err(|error| Error::file("make", path, &error))?)
        };
        let mut desk = Desk {
            out,
            medium,
            network,
            settings: &self.settings,
            every_s: self.words.every_s,
            clock: Clock::default(),
            early: Vec::new(),
            live: None,
            marked_s: f64::NEG_INFINITY,
            ids: BTreeMap::new(),
            said: Said::default(),
            words,
            failure: None,
        };
        let read =
            each_onset(input, self.listed, &mut self.problems, &mut |id, arrival, problems| {
                desk.take(id, arrival, problems);
                desk.failure.is_none()
            });
        read.map_err(|error| Error::file("read", path, &error))?;
        desk.finish(&mut self.problems);
        for (code, count) in &self.problems.counts {
            eprintln!("{count} x {code}");
        }
        match desk.failure {
            Some(error) => Err(Error::file("write", &self.words.out, &error)),
            None => Ok(()),
        }
    }
}

/// Arrivals of the window, to tell what is said again.
#[derive(Default)]
struct Said {
    all: BTreeSet<(u64, u32, Phase)>,
    in_order: VecDeque<Arrival>,
}

impl Said {
    fn is_new(&mut self, arrival: &Arrival) -> bool {
        let new = self.all.insert((arrival.time_s.to_bits(), arrival.station, arrival.phase));
        if new {
            self.in_order.push_back(*arrival);
        }
        new
    }

    fn forget(&mut self, before_s: f64) {
        while let Some(arrival) = self.in_order.front()
            && (arrival.time_s < before_s || self.in_order.len() > SAID_MAX)
        {
            self.all.remove(&(arrival.time_s.to_bits(), arrival.station, arrival.phase));
            self.in_order.pop_front();
        }
    }
}

/// The watch with what it is told and what it tells.
struct Desk<'a, const N: usize, M: Medium<N>> {
    out: Box<dyn std::io::Write>,
    medium: &'a M,
    network: &'a Network,
    settings: &'a Settings,
    every_s: f64,
    clock: Clock,
    /// Arrivals from before the clock went.
    early: Vec<(Vec<u8>, Arrival)>,
    live: Option<Live<'a, N, M>>,
    marked_s: f64,
    /// What the file calls the arrivals that are held, by number, with their times.
    ids: BTreeMap<u64, (Vec<u8>, f64)>,
    said: Said,
    words: Words<'a, N>,
    failure: Option<std::io::Error>,
}

impl<const N: usize, M: Medium<N>> Desk<'_, N, M> {
    fn take(&mut self, id: &[u8], arrival: Arrival, problems: &mut Problems) {
        let now_s = self.clock.hear(arrival.station, arrival.time_s);
        let Some(now_s) = now_s else {
            self.early.push((id.to_vec(), arrival));
            if self.early.len() > 100_000 {
                self.early.clear();
                problems.add("arrivals-of-few-stations", || {
                    "100,000 arrivals of fewer than three stations: they are let go".to_owned()
                });
            }
            return;
        };
        if self.live.is_none() {
            let began_s = now_s - 1.0;
            self.live = Some(Live::new(self.medium, self.network, self.settings, began_s));
            self.marked_s = began_s;
            for (id, arrival) in std::mem::take(&mut self.early) {
                self.push(&id, arrival, problems);
            }
        }
        self.push(id, arrival, problems);
        if now_s >= self.marked_s + self.every_s {
            self.mark(now_s);
        }
    }

    fn push(&mut self, id: &[u8], arrival: Arrival, problems: &mut Problems) {
        let Some(live) = &mut self.live else { return };
        if !self.said.is_new(&arrival) {
            return problems.add("arrival-repeated", || {
                format!("arrival {} takes no part", String::from_utf8_lossy(id))
            });
        }
        match live.push(arrival) {
            Ok(number) => _ = self.ids.insert(number, (id.to_vec(), arrival.time_s)),
            Err(reason) => problems.add(reason.code(), || {
                format!("arrival {} takes no part", String::from_utf8_lossy(id))
            }),
        }
    }

    fn mark(&mut self, now_s: f64) {
        let Some(live) = &mut self.live else { return };
        let mut news: Vec<News<N>> = Vec::new();
        live.mark(now_s, &mut news);
        self.marked_s = now_s;
        for one in &news {
            let line = self.words.line(one, now_s, &self.ids);
            let written = writeln!(self.out, "{line}").and_then(|()| self.out.flush());
            if let Err(error) = written {
                self.failure = Some(error);
            }
        }
        let old_s = now_s - 2.0 * live.window_s();
        self.said.forget(old_s);
        while let Some(entry) = self.ids.first_entry()
            && entry.get().1 < old_s
        {
            entry.remove();
        }
    }

    /// No more will come: everything is told for the last time.
    fn finish(&mut self, problems: &mut Problems) {
        if !self.early.is_empty() {
            problems.add("arrivals-of-few-stations", || {
                "arrivals of fewer than three stations tell no time and no place".to_owned()
            });
        }
        let Some(window_s) = self.live.as_ref().map(Live::window_s) else { return };
        // In steps, so that what waits is looked at as if time had gone on.
        for step in 1..=4 {
            self.mark(self.marked_s.max(self.clock.latest_s()) + f64::from(step) * 0.3 * window_s);
        }
    }
}
