//! `cargo x score thermal`: hotspots called abnormal against an outside count of war fires, and
//! against a year of peace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gateways::Format;
use kernel::{ObservationId, Place, Time};
use watch::abnormality::{ABNORMAL_CHANCE, abnormality_of_hotspots, is_abnormal};
use watch::baseline::{Baseline, Cell};
use watch::engine::Engine;
use watch::settings::Settings;
use watch::{Class, Incident, Observation, SourceKind};

use crate::run::Outcome;
use crate::score::{incidents, observations, seconds, source, text};

type Hotspots = Vec<(Place, Time)>;

const Y2018: &str = "fires_dateonly_2018_prewar.csv";
const Y2021: &str = "fires_dateonly_2021_prewar.csv";
const Y2022: &str = "fires_dateonly_20220224_20220630.csv";
/// Shares of a peaceful year's hotspots at which the trade-off is shown.
const SHARES: [f64; 13] =
    [0.01, 0.02, 0.03, 0.05, 0.07, 0.10, 0.15, 0.20, 0.28, 0.35, 0.48, 0.60, 0.80];
/// West of this no ground was fought over in these months: a check that no label went into.
const WEST_LON: f64 = 28.5;
/// Season of the crude rule, days before and after.
const CRUDE_DAYS: i64 = 15;

/// A way of telling peace from war: each hotspot's suspicion, larger being more suspect.
type Rule = fn(&[&Hotspots], &Hotspots) -> Vec<f64>;

/// The series of the outside count: day and war fires.
struct Reference(Vec<(i64, f64)>);

/// Prints the fixed setting, the checks on it, and the whole curve beside two crude rules.
///
/// # Errors
/// When the data are not there or cannot be read.
pub fn score(data: &Path) -> Outcome {
    let thermal = data.join("thermal");
    let read = |name: &str| hotspots(&thermal.join(name));
    let y2018 = read(Y2018)?;
    let y2021 = read(Y2021)?;
    let y2022 = read(Y2022)?;
    let reference = Reference::read(&thermal.join("economist_warfires_daily_to_20250630.csv"))?;
    println!("hotspots: 2018 {}, 2021 {}, 2022 {}", y2018.len(), y2021.len(), y2022.len());
    let war = suspicion(&[&y2018, &y2021], &y2022);
    speed(&[&y2018, &y2021], &y2022);
    let peace = suspicion(&[&y2018], &y2021);
    let turned = suspicion(&[&y2021], &y2018);
    fixed_setting(&reference, &y2022, &war, &peace, &turned);
    in_incidents(&thermal, &reference)?;
    println!("\nshare of 2021 called (baseline 2018) -> correlation, share of 2022 called");
    let rules: [(&str, Rule); 3] =
        [("this method", suspicion), ("crude: count", crude_count), ("crude: ratio", crude_ratio)];
    for (name, rule) in rules {
        let (war, peace) = (rule(&[&y2018, &y2021], &y2022), rule(&[&y2018], &y2021));
        curve(name, &reference, &y2022, &war, &peace);
    }
    Ok(())
}

fn speed(years: &[&Hotspots], hotspots: &Hotspots) {
    let count: usize = years.iter().map(|year| year.len()).sum();
    let absorbed = seconds(|| baseline(years)) / count as f64;
    let known = baseline(years);
    let judged = seconds(|| abnormality_of_hotspots(&known, hotspots)) / hotspots.len() as f64;
    println!("{:.2} us a baseline hotspot, {:.2} us a hotspot", absorbed * 1e6, judged * 1e6);
}

/// What the code as it stands calls abnormal, held against everything at hand.
fn fixed_setting(
    reference: &Reference,
    y2022: &Hotspots,
    war: &[f64],
    peace: &[f64],
    turned: &[f64],
) {
    let limit = -ABNORMAL_CHANCE;
    let called = |suspicion: &f64| *suspicion > limit;
    let called_days = days(y2022, |number| called(&war[number]));
    let all_days = days(y2022, |_| true);
    let fit = |first: &str, last: &str| {
        let (seen, days) = reference.correlation(&called_days, first, last);
        format!("{seen:.3} (n = {days} days)")
    };
    let share = |suspicions: &[f64]| share(suspicions.iter().map(called));
    let side = |west: bool| {
        share_where(y2022, |place| (place.lon < WEST_LON) == west, |number| called(&war[number]))
    };
    println!("\nat the fixed setting, chance < {ABNORMAL_CHANCE}:");
    println!("  correlation 2022-02-24..06-30   {}", fit("2022-02-24", "2022-06-30"));
    println!("    February to April             {}", fit("2022-02-24", "2022-04-30"));
    println!("    May and June                  {}", fit("2022-05-01", "2022-06-30"));
    let all = reference.correlation(&all_days, "2022-02-24", "2022-06-30").0;
    println!("    every hotspot called          {all:.3}");
    let partial = reference.partial(&called_days, &all_days);
    println!("    given the day's total         {partial:.3}");
    println!("  2021 called, baseline 2018      {:.1} %", share(peace) * 100.0);
    println!("  2018 called, baseline 2021      {:.1} %", share(turned) * 100.0);
    println!("  2022 called, baseline both      {:.1} %", share(war) * 100.0);
    println!("    west of {WEST_LON} E              {:.1} %", side(true) * 100.0);
    println!("    east of it                    {:.1} %", side(false) * 100.0);
}

/// The days of hotspots in incidents that the engine calls abnormal, and of those whose likeliest
/// class is not ordinary burning.
struct Verdicts {
    abnormal: Vec<i64>,
    extraordinary: Vec<i64>,
    hotspots: usize,
}

/// The same through the whole engine: bytes by the gateway, fires, each incident's verdict.
fn in_incidents(folder: &Path, reference: &Reference) -> Outcome {
    println!("\nin incidents, through the whole engine:");
    let war = Verdicts::of(folder, &[Y2018, Y2021], Y2022)?;
    let peace = Verdicts::of(folder, &[Y2018], Y2021)?;
    for (name, war_days, peace_days) in [
        ("middle hotspot abnormal", &war.abnormal, &peace.abnormal),
        ("not likeliest ordinary", &war.extraordinary, &peace.extraordinary),
    ] {
        let (fit, days) = reference.correlation(war_days, "2022-02-24", "2022-06-30");
        let percent = |days: &[i64], of: &Verdicts| days.len() as f64 * 100.0 / of.hotspots as f64;
        let (peace, war) = (percent(peace_days, &peace), percent(war_days, &war));
        println!("  {name}: {fit:.3} (n = {days} days), 2021 {peace:.1} %, 2022 {war:.1} %");
    }
    Ok(())
}

impl Verdicts {
    fn of(folder: &Path, peace: &[&str], hotspots: &str) -> Outcome<Self> {
        let firms = source("firms", SourceKind::ThermalSatellite, "us");
        let read = |name: &str| observations(&folder.join(name), Format::Firms, &firms);
        let mut engine = Engine::new(Settings::default());
        for year in peace {
            engine.absorb_baseline(&read(year)?);
        }
        let seen = read(hotspots)?;
        let day = |seen: &Observation| (seen.id, seen.when.start.day_number());
        let day: BTreeMap<ObservationId, i64> = seen.iter().map(day).collect();
        engine.absorb(&firms, seen);
        let incidents = incidents(&mut engine);
        let days = |called: &dyn Fn(&Incident) -> bool| {
            let members = incidents.iter().filter(|one| called(one)).flat_map(|one| &one.members);
            let ids: BTreeSet<ObservationId> = members.map(|member| member.observation).collect();
            let mut days: Vec<i64> = ids.iter().filter_map(|id| day.get(id).copied()).collect();
            days.sort_unstable();
            days
        };
        Ok(Self {
            abnormal: days(&|incident| incident.abnormality.as_ref().is_some_and(is_abnormal)),
            extraordinary: days(&|incident| {
                incident.classes.likeliest() != Some(&Class::OrdinaryFire)
            }),
            hotspots: day.len(),
        })
    }
}

fn curve(name: &str, reference: &Reference, y2022: &Hotspots, war: &[f64], peace: &[f64]) {
    println!("{name}");
    let mut sorted = peace.to_vec();
    sorted.sort_by(|one, other| other.total_cmp(one));
    let mut shown = f64::NAN;
    for wanted in SHARES {
        let limit = sorted[(wanted * sorted.len() as f64) as usize];
        let called = share(peace.iter().map(|suspicion| *suspicion > limit));
        // A rule with few steps cannot call fewer than its first step.
        if called == 0.0 || called == shown {
            continue;
        }
        shown = called;
        let wars = |number: usize| war[number] > limit;
        let fit = reference.correlation(&days(y2022, wars), "2022-02-24", "2022-06-30").0;
        let share_war = share((0..war.len()).map(wars));
        println!("  {:5.1} %  {fit:.3}  {:5.1} %", called * 100.0, share_war * 100.0);
    }
}

/// The method of the watch: minus the chance in peacetime.
fn suspicion(years: &[&Hotspots], hotspots: &Hotspots) -> Vec<f64> {
    let judged = abnormality_of_hotspots(&baseline(years), hotspots);
    judged.iter().map(|abnormality| -abnormality.chance.value()).collect()
}

fn baseline(years: &[&Hotspots]) -> Baseline {
    let mut baseline = Baseline::default();
    let hotspots = years.iter().flat_map(|year| year.iter());
    hotspots.for_each(|(place, day)| baseline.absorb(*place, *day));
    baseline
}

/// The rarer the cell burnt in that season of the baseline, the more suspect.
fn crude_count(years: &[&Hotspots], hotspots: &Hotspots) -> Vec<f64> {
    crude(years, hotspots, |_, usual| -usual)
}

/// The more the cell burns beyond that season of the baseline, the more suspect.
fn crude_ratio(years: &[&Hotspots], hotspots: &Hotspots) -> Vec<f64> {
    crude(years, hotspots, |seen, usual| (seen + 0.5) / (usual + 0.5))
}

fn crude(years: &[&Hotspots], hotspots: &Hotspots, rule: fn(f64, f64) -> f64) -> Vec<f64> {
    let key = |(place, day): &(Place, Time), year: i64| {
        (
            year,
            Cell::of(*place),
            if year < 0 { day.day_number() } else { i64::from(day.day_of_year()) },
        )
    };
    let mut sorted: Vec<_> = hotspots.iter().map(|hotspot| key(hotspot, -1)).collect();
    sorted.extend(years.iter().flat_map(|year| year.iter()).map(|hotspot| key(hotspot, 0)));
    sorted.sort_unstable();
    let count = |(year, cell, day): (i64, Cell, i64)| {
        let before = sorted.partition_point(|other| *other < (year, cell, day - CRUDE_DAYS));
        sorted.partition_point(|other| *other <= (year, cell, day + CRUDE_DAYS)) - before
    };
    let usual = |hotspot| count(key(hotspot, 0)) as f64 / years.len() as f64;
    hotspots.iter().map(|hotspot| rule(count(key(hotspot, -1)) as f64, usual(hotspot))).collect()
}

impl Reference {
    fn read(path: &Path) -> Outcome<Self> {
        let text = text(path)?;
        let column = |name| text.lines().next()?.split(',').position(|field| field == name);
        let war = column("war_fires_per_day").ok_or("no column war_fires_per_day")?;
        let rows = text.lines().skip(1).map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let fires = fields.get(war).and_then(|field| field.parse().ok());
            let day = fields.first().and_then(|day| Time::from_day_text(day));
            Some((day?.day_number(), fires?))
        });
        Ok(Self(rows.flatten().collect()))
    }

    /// Pearson correlation over days between hotspots called, given by their sorted days, and the
    /// outside count.
    fn correlation(&self, called: &[i64], first: &str, last: &str) -> (f64, usize) {
        let (fires, counts) = self.paired(called, first, last);
        (pearson(&fires, &counts), fires.len())
    }

    /// The same once the day's total is taken out of both (partial correlation).
    fn partial(&self, called: &[i64], all: &[i64]) -> f64 {
        let (first, last) = ("2022-02-24", "2022-06-30");
        let ((fires, counts), (_, total)) =
            (self.paired(called, first, last), self.paired(all, first, last));
        let (with, of_fires, of_counts) =
            (pearson(&fires, &counts), pearson(&fires, &total), pearson(&counts, &total));
        (with - of_fires * of_counts)
            / ((1.0 - of_fires * of_fires) * (1.0 - of_counts * of_counts)).sqrt()
    }

    fn paired(&self, called: &[i64], first: &str, last: &str) -> (Vec<f64>, Vec<f64>) {
        let number = |text| Time::from_day_text(text).map_or(0, Time::day_number);
        let span = number(first)..=number(last);
        let count = |day: i64| {
            called.partition_point(|other| *other <= day)
                - called.partition_point(|other| *other < day)
        };
        let within = self.0.iter().filter(|(day, _)| span.contains(day));
        within.map(|(day, fires)| (*fires, count(*day) as f64)).unzip()
    }
}

/// The sorted days of the hotspots called.
fn days(hotspots: &Hotspots, called: impl Fn(usize) -> bool) -> Vec<i64> {
    let called = (0..hotspots.len()).filter(|number| called(*number));
    let mut days: Vec<i64> = called.map(|number| hotspots[number].1.day_number()).collect();
    days.sort_unstable();
    days
}

fn pearson(one: &[f64], other: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_one, mean_other) = (mean(one), mean(other));
    let product = |a: &[f64], mean_a: f64, b: &[f64], mean_b: f64| {
        a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum::<f64>()
    };
    let spread =
        product(one, mean_one, one, mean_one) * product(other, mean_other, other, mean_other);
    product(one, mean_one, other, mean_other) / spread.sqrt()
}

fn share(called: impl Iterator<Item = bool>) -> f64 {
    let (mut yes, mut all) = (0_u32, 0_u32);
    for called in called {
        yes += u32::from(called);
        all += 1;
    }
    f64::from(yes) / f64::from(all.max(1))
}

fn share_where(
    hotspots: &Hotspots,
    inside: impl Fn(Place) -> bool,
    called: impl Fn(usize) -> bool,
) -> f64 {
    share((0..hotspots.len()).filter(|number| inside(hotspots[*number].0)).map(called))
}

/// Latitude, longitude, day: the three columns of these files.
fn hotspots(path: &Path) -> Outcome<Hotspots> {
    let row = |line: &str| {
        let mut fields = line.split(',');
        let (lat, lon) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some((Place::new(lon, lat)?, Time::from_day_text(fields.next()?)?))
    };
    text(path)?
        .lines()
        .skip(1)
        .map(|line| row(line).ok_or_else(|| format!("{}: cannot read {line:?}", path.display())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn war_fires_are_followed_at_one_peacetime_hotspot_in_twenty() {
        let folder = crate::score::data().join("thermal");
        if !folder.exists() {
            eprintln!("NOT TESTED: no real data at {}", folder.display());
            return;
        }
        let read = |name: &str| hotspots(&folder.join(name)).unwrap();
        let (y2018, y2021, y2022) = (read(Y2018), read(Y2021), read(Y2022));
        let called = |suspicion: &f64| *suspicion > -ABNORMAL_CHANCE;
        let peace = suspicion(&[&y2018], &y2021);
        assert!(share(peace.iter().map(called)) <= 0.05);
        let war = suspicion(&[&y2018, &y2021], &y2022);
        let reference = folder.join("economist_warfires_daily_to_20250630.csv");
        let reference = Reference::read(&reference).unwrap();
        let days = days(&y2022, |number| called(&war[number]));
        assert!(reference.correlation(&days, "2022-02-24", "2022-06-30").0 >= 0.90);
    }
}
