//! `cargo x score thermal`: hotspots called abnormal against an outside count of war fires, and
//! against a year of peace.

use std::path::Path;
use std::time::Instant;

use kernel::{Place, Time};
use watch::abnormality::{ABNORMAL_CHANCE, abnormality_of_hotspots};
use watch::baseline::{Baseline, Cell};

use crate::run::Outcome;
use crate::score::text;

type Hotspots = Vec<(Place, Time)>;

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
    let y2018 = read("fires_dateonly_2018_prewar.csv")?;
    let y2021 = read("fires_dateonly_2021_prewar.csv")?;
    let y2022 = read("fires_dateonly_20220224_20220630.csv")?;
    let reference = Reference::read(&thermal.join("economist_warfires_daily_to_20250630.csv"))?;
    println!("hotspots: 2018 {}, 2021 {}, 2022 {}", y2018.len(), y2021.len(), y2022.len());
    let started = Instant::now();
    let war = suspicion(&[&y2018, &y2021], &y2022);
    let seconds = started.elapsed().as_secs_f64();
    println!("{:.2} us a hotspot, baseline included", seconds * 1e6 / y2022.len() as f64);
    let peace = suspicion(&[&y2018], &y2021);
    let turned = suspicion(&[&y2021], &y2018);
    fixed_setting(&reference, &y2022, &war, &peace, &turned);
    println!("\nshare of 2021 called (baseline 2018) -> correlation, share of 2022 called");
    let rules: [(&str, Rule); 3] =
        [("this method", suspicion), ("crude: count", crude_count), ("crude: ratio", crude_ratio)];
    for (name, rule) in rules {
        let (war, peace) = (rule(&[&y2018, &y2021], &y2022), rule(&[&y2018], &y2021));
        curve(name, &reference, &y2022, &war, &peace);
    }
    Ok(())
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
    let fit = |first: &str, last: &str| {
        let (seen, days) = reference.correlation(y2022, |number| called(&war[number]), first, last);
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
    let all = reference.correlation(y2022, |_| true, "2022-02-24", "2022-06-30").0;
    println!("    every hotspot called          {all:.3}");
    let partial = reference.partial(y2022, |number| called(&war[number]));
    println!("    given the day's total         {partial:.3}");
    println!("  2021 called, baseline 2018      {:.1} %", share(peace) * 100.0);
    println!("  2018 called, baseline 2021      {:.1} %", share(turned) * 100.0);
    println!("  2022 called, baseline both      {:.1} %", share(war) * 100.0);
    println!("    west of {WEST_LON} E              {:.1} %", side(true) * 100.0);
    println!("    east of it                    {:.1} %", side(false) * 100.0);
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
        let fit = reference.correlation(y2022, wars, "2022-02-24", "2022-06-30").0;
        let share_war = share((0..war.len()).map(wars));
        println!("  {:5.1} %  {fit:.3}  {:5.1} %", called * 100.0, share_war * 100.0);
    }
}

/// The method of the watch: minus the chance in peacetime.
fn suspicion(years: &[&Hotspots], hotspots: &Hotspots) -> Vec<f64> {
    let mut baseline = Baseline::default();
    years
        .iter()
        .flat_map(|year| year.iter())
        .for_each(|(place, day)| baseline.absorb(*place, *day));
    let judged = abnormality_of_hotspots(&baseline, hotspots);
    judged.iter().map(|abnormality| -abnormality.chance.value()).collect()
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

    /// Pearson correlation over days between the hotspots called and the outside count.
    fn correlation(
        &self,
        hotspots: &Hotspots,
        called: impl Fn(usize) -> bool,
        first: &str,
        last: &str,
    ) -> (f64, usize) {
        let (fires, counts) = self.paired(hotspots, called, first, last);
        (pearson(&fires, &counts), fires.len())
    }

    /// The same once the day's total is taken out of both (partial correlation).
    fn partial(&self, hotspots: &Hotspots, called: impl Fn(usize) -> bool) -> f64 {
        let (first, last) = ("2022-02-24", "2022-06-30");
        let (fires, counts) = self.paired(hotspots, called, first, last);
        let (_, total) = self.paired(hotspots, |_| true, first, last);
        let (with, of_fires, of_counts) =
            (pearson(&fires, &counts), pearson(&fires, &total), pearson(&counts, &total));
        (with - of_fires * of_counts)
            / ((1.0 - of_fires * of_fires) * (1.0 - of_counts * of_counts)).sqrt()
    }

    fn paired(
        &self,
        hotspots: &Hotspots,
        called: impl Fn(usize) -> bool,
        first: &str,
        last: &str,
    ) -> (Vec<f64>, Vec<f64>) {
        let day = |text| Time::from_day_text(text).map_or(0, Time::day_number);
        let span = day(first)..=day(last);
        let mut days: Vec<i64> = (0..hotspots.len())
            .filter(|number| called(*number))
            .map(|number| hotspots[number].1.day_number())
            .collect();
        days.sort_unstable();
        let count = |day: i64| {
            days.partition_point(|other| *other <= day) - days.partition_point(|other| *other < day)
        };
        let within = self.0.iter().filter(|(day, _)| span.contains(day));
        within.map(|(day, fires)| (*fires, count(*day) as f64)).unzip()
    }
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
