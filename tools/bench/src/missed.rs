//! Incidents missed at an equal number of false ones: ours against a greedy baseline that knows the same model
//! and begins at the same seeds, over the bar that each sets on its log odds.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use clap::Args;

use crate::run::{Outcome, root};
use crate::shared_watch::{generate, watch};
use crate::variations::{HARDER, VARIED, WAVES};

/// Which sets.
#[derive(Args)]
pub struct Options {
    /// Only sets whose names contain this.
    #[arg(long, default_value = "")]
    only: String,
}

/// The baseline's lowest bar: below it, it has nothing more to offer.
const LOWEST: &str = "--log-odds-min=-8";

/// Numbers of false incidents that are printed.
const FALSE: [usize; 9] = [0, 1, 2, 3, 5, 8, 12, 20, 50];

/// How good a list is over its bar.
#[derive(Default)]
struct Curve {
    /// Log odds of each origin and what it was, but those of incidents too small to count.
    told: Vec<(f64, bool)>,
    /// Incidents that count.
    eligible: usize,
}

/// Runs the sets and prints, for each and for all with one bar, what was missed.
pub fn score(options: &Options) -> Outcome {
    let tools = root().join("../shared/bench/watch");
    let folder = root().join("target/bench/watch");
    let (mut ours, mut greedy) = (Curve::default(), Curve::default());
    let scenes = WAVES.iter().chain(VARIED).chain(HARDER);
    for scene in scenes.filter(|scene| scene.name.contains(&options.only)) {
        let data = generate(&tools, &folder, scene)?;
        let here = Curve::of(&data, "missed-ours", &[])?;
        let base = Curve::of(&data, "missed-greedy", &["--greedy".into(), LOWEST.into()])?;
        compare(scene.name, &here, &base);
        ours.add(here);
        greedy.add(base);
    }
    compare("all, one bar", &ours, &greedy);
    Ok(())
}

fn compare(name: &str, ours: &Curve, greedy: &Curve) {
    let (most, fewest) = (ours.wrong(), ours.missed(usize::MAX));
    println!("{name}: of {} ours misses {fewest} with {most} false", ours.eligible);
    let end = most.max(greedy.wrong());
    for wrong in FALSE.into_iter().filter(|&wrong| wrong <= end) {
        let (here, base) = (ours.missed(wrong), greedy.missed(wrong));
        let fewer = 100.0 * (1.0 - here as f64 / base.max(1) as f64);
        println!(
            "  at most {wrong:>2} false: {here:>5} missed, greedy {base:>5}: {fewer:.0} % fewer"
        );
    }
}

impl Curve {
    /// One run, its origins matched to the truth.
    fn of(data: &Path, out: &str, with: &[String]) -> Outcome<Self> {
        let out = data.join(out);
        let file = |name: &str| data.join(name).display().to_string();
        let [stations, picks, known] = ["stations.csv", "picks.csv", "meta.json"].map(file);
        let words = ["associate", "--stations", &stations, "--picks", &picks, "--known", &known];
        watch(&words, &out.display().to_string(), with)?;
        let truth = rows(&data.join("truth_events.csv"))?;
        let eligible: Vec<bool> =
            truth.iter().map(|row| row.last().is_some_and(|last| last == "1")).collect();
        let of_pick = column(&rows(&data.join("truth_picks.csv"))?, 1);
        let odds = column(&rows(&out.join("events.csv"))?, 8);
        let members = rows(&out.join("assignments.csv"))?;
        let (pick, origin) = (column(&members, 0), column(&members, 1));
        let mut held = vec![0_usize; odds.len()];
        let mut shared: HashMap<(usize, usize), usize> = HashMap::new();
        for (&pick, &origin) in pick.iter().zip(&origin) {
            held[origin as usize] += 1;
            let incident = of_pick[pick as usize];
            if incident >= 0.0 {
                *shared.entry((origin as usize, incident as usize)).or_default() += 1;
            }
        }
        let matched = matched(&held, &shared);
        let told = (0..odds.len())
            .filter(|origin| matched[*origin].is_none_or(|incident| eligible[incident]))
            .map(|origin| (odds[origin], matched[origin].is_some()))
            .collect();
        Ok(Self { told, eligible: eligible.iter().filter(|counts| **counts).count() })
    }

    fn add(&mut self, other: Self) {
        self.told.extend(other.told);
        self.eligible += other.eligible;
    }

    /// False ones at the lowest bar.
    fn wrong(&self) -> usize {
        self.told.iter().filter(|(_, right)| !right).count()
    }

    /// Fewest missed by any bar that lets at most so many false ones through.
    fn missed(&self, wrong_max: usize) -> usize {
        let mut told = self.told.clone();
        // At equal odds the false one comes first: no bar divides them.
        told.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (mut wrong, mut right) = (0, 0);
        for (_, is_right) in told {
            wrong += usize::from(!is_right);
            if wrong > wrong_max {
                break;
            }
            right += usize::from(is_right);
        }
        self.eligible - right
    }
}

/// The incident of each origin by the rule of `score.py`: at least four picks and half of the origin's in
/// common, one to one, most first.
fn matched(held: &[usize], shared: &HashMap<(usize, usize), usize>) -> Vec<Option<usize>> {
    let mut pairs: Vec<(usize, usize, usize)> = shared
        .iter()
        .filter(|((origin, _), count)| **count >= 4 && 2 * **count >= held[*origin])
        .map(|(&(origin, incident), &count)| (count, origin, incident))
        .collect();
    pairs.sort_unstable_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut of = vec![None; held.len()];
    let mut taken = std::collections::HashSet::new();
    for (_, origin, incident) in pairs {
        if of[origin].is_none() && taken.insert(incident) {
            of[origin] = Some(incident);
        }
    }
    of
}

/// The rows of a table without its head.
fn rows(path: &Path) -> Outcome<Vec<Vec<String>>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().skip(1).map(|line| line.split(',').map(String::from).collect()).collect())
}

/// A column as numbers.
fn column(rows: &[Vec<String>], place: usize) -> Vec<f64> {
    let number = |row: &Vec<String>| row.get(place).and_then(|cell| cell.parse().ok());
    rows.iter().map(|row| number(row).unwrap_or(f64::NAN)).collect()
}
