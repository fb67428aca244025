//! What a capability run comes to: the denominator, the silence, the blind spots.

use std::fmt::Write as _;

use kernel::{Duration, Time};
use watch::capability::notice::Question;
use watch::capability::scene::{Loss, Scope};
use watch::capability::threshold::kilograms;
use watch::capability::{Denominator, Noticed, Scene};

use super::grid::Grid;
use super::read::Sources;

/// A cell noticed with less than this over the whole time is blind.
const BLIND: f64 = 0.05;
/// So many blind spots are named.
const SPOTS_NAMED: usize = 5;
/// Most panels of a map over time.
const PANELS_MAX: usize = 24;
/// Confidence of a count's interval.
const LEVEL: f64 = 0.95;

/// Why a cell's upper limit was above the size asked about, hour by hour.
#[derive(Clone, Copy, Default)]
struct Above {
    /// Not above: an incident of the size would have shown.
    below: u64,
    /// Above only because of outages, jamming or denial.
    by_losses: u64,
    /// Above only because of wind.
    by_weather: u64,
    /// Above whatever had been in action: too far from the sensors, or too noisy.
    always: u64,
}

/// What is added up over a run.
pub struct Summary {
    question: Question,
    /// Hours a panel of the map stands for.
    pub hours_a_panel: usize,
    /// First hour of the run.
    pub start: Time,
    hours: usize,
    /// Chance by cell, over each panel.
    pub panels: Vec<Vec<f64>>,
    lost: [f64; 2],
    /// Size asked about, log10 kg, for a class that makes waves.
    size_log_kg: Option<f64>,
    above: Vec<Above>,
    /// Least and largest limit over all cells and hours, log10 kg.
    limits: [f64; 2],
}

impl Summary {
    /// Nothing added yet.
    pub fn new(question: Question, grid: &Grid, hours: &[Time]) -> Self {
        let hours_a_panel = hours.len().div_ceil(PANELS_MAX);
        let panels = hours.len().div_ceil(hours_a_panel);
        let usual = watch::capability::class::signs(question.class).usual_kg;
        Self {
            question,
            hours_a_panel,
            start: hours[0],
            hours: hours.len(),
            panels: vec![vec![0.0; grid.len()]; panels],
            lost: [0.0; 2],
            size_log_kg: usual.map(|usual| libm::log10(question.size_kg.unwrap_or(usual))),
            above: vec![Above::default(); grid.len()],
            limits: [f64::INFINITY, f64::NEG_INFINITY],
        }
    }

    /// Adds a cell at an hour, beside what it would be without losses and under a fair sky.
    pub fn add(&mut self, cell: usize, hour: Time, noticed: Noticed, better: [Noticed; 2]) {
        let at = ((hour - self.start).0 / Duration::hours(1).0) as usize;
        let panel = at / self.hours_a_panel;
        let hours = self.hours_a_panel.min(self.hours - panel * self.hours_a_panel);
        self.panels[panel][cell] += noticed.chance / hours as f64;
        for (sum, other) in self.lost.iter_mut().zip(better) {
            *sum += (other.chance - noticed.chance).max(0.0);
        }
        let (Some(limit), Some(size)) = (noticed.limit_log_kg, self.size_log_kg) else { return };
        self.limits = [self.limits[0].min(limit), self.limits[1].max(limit)];
        let [whole, fair] = better.map(|one| one.limit_log_kg.is_some_and(|limit| limit <= size));
        let above = &mut self.above[cell];
        *match (limit <= size, whole, fair) {
            (true, ..) => &mut above.below,
            (_, true, _) => &mut above.by_losses,
            (_, _, true) => &mut above.by_weather,
            _ => &mut above.always,
        } += 1;
    }

    /// The chance by cell, over the whole time.
    fn means(&self) -> Vec<f64> {
        let cells = self.panels.first().map_or(0, Vec::len);
        let mut means = vec![0.0; cells];
        for (at, panel) in self.panels.iter().enumerate() {
            let hours = self.hours_a_panel.min(self.hours - at * self.hours_a_panel);
            for (mean, chance) in means.iter_mut().zip(panel) {
                *mean += chance * hours as f64 / self.hours as f64;
            }
        }
        means
    }

    /// The words for the terminal.
    pub fn text(&self, grid: &Grid, sources: &Sources) -> String {
        let means = self.means();
        let noticing = means.iter().sum::<f64>() / means.len().max(1) as f64;
        let denominator = Denominator { seen: sources.seen, noticing };
        let rows = (means.len() * self.hours).max(1) as f64;
        let [outages, weather] = self.lost.map(|sum| sum / rows * 100.0);
        let mut text = String::new();
        let _ = writeln!(text, "{}", denominator.sentence(LEVEL));
        let _ = writeln!(
            text,
            "asked: {} over {} cells and {} hours; lost to outages, jamming and denial {outages:.1} \
             points, to weather {weather:.1} points",
            self.asked(),
            means.len(),
            self.hours
        );
        for loss in &sources.scene.losses {
            let _ = writeln!(text, "{}", lost(&sources.scene, loss));
        }
        let _ = writeln!(text, "{}", self.silence(sources));
        self.spots(grid, sources, &means, &mut text);
        if !sources.party_logs.is_empty() {
            let logs = sources.party_logs.join(", ");
            let _ =
                writeln!(text, "party logs ({logs}) name nothing by saying nothing: not counted");
        }
        if sources.problems.count > 0 {
            let count = sources.problems.count;
            let _ =
                writeln!(text, "{count} entries of the sources file were left out, named above");
        }
        text
    }

    fn asked(&self) -> String {
        let class = serde_json::json!(self.question.class);
        let class = class.as_str().unwrap_or_default().to_owned();
        self.size_log_kg.map_or(class.clone(), |kg| format!("{class} of {}", kilograms(kg)))
    }

    /// What may be said of silence, cell by cell: "nothing happened" only where the limit stays
    /// below the size at every hour.
    fn silence(&self, sources: &Sources) -> String {
        let Some(size) = self.size_log_kg else {
            return "no upper limit: this class makes no waves that a network could bound"
                .to_owned();
        };
        let (kg, level) = (kilograms(size), (self.question.level * 1e3).round() / 1e1);
        let whole = self.above.iter().filter(|above| above.below == self.hours as u64).count();
        let area = whole as f64 / self.above.len().max(1) as f64 * 100.0;
        let all: u64 = (self.above.len() * self.hours) as u64;
        let share = |count: fn(&Above) -> u64| {
            self.above.iter().map(count).sum::<u64>() as f64 / all.max(1) as f64 * 100.0
        };
        let said = match (sources.seen, whole) {
            (_, 0) => {
                format!("nowhere can it be said that nothing of {kg} or more happened unseen")
            }
            (0, _) => format!(
                "nothing of {kg} or more happened unseen in {area:.1} % of the area ({level} %), if the \
                 noise is as measured and no sensor was lost but those named; elsewhere it cannot be said"
            ),
            _ => format!(
                "nothing of {kg} or more could have hidden in {area:.1} % of the area ({level} %)"
            ),
        };
        let [best, worst] = self.limits.map(kilograms);
        format!(
            "{said}\n\
             upper limit above {kg} in {:.1} % of cells and hours: {:.1} % by outages, jamming or \
             denial, {:.1} % by weather, {:.1} % out of reach; limits from {best} to {worst}",
            100.0 - share(|above| above.below),
            share(|above| above.by_losses),
            share(|above| above.by_weather),
            share(|above| above.always),
        )
    }

    /// Names the blind spots: cells side by side that are blind together.
    fn spots(&self, grid: &Grid, sources: &Sources, means: &[f64], text: &mut String) {
        let mut spots = patches(grid, means);
        let blind: usize = spots.iter().map(Vec::len).sum();
        let percent = blind as f64 / means.len().max(1) as f64 * 100.0;
        let _ = writeln!(
            text,
            "blind (below {:.0} %): {blind} of {} cells, {percent:.0} % of the area, in {} places",
            BLIND * 100.0,
            means.len(),
            spots.len()
        );
        spots.sort_by_key(|cells| std::cmp::Reverse(cells.len()));
        for cells in spots.iter().take(SPOTS_NAMED) {
            let corner = |pick: fn(f64, f64) -> f64, at: f64, axis: usize| {
                let ends =
                    cells.iter().map(|cell| sources.frame.pair(grid.within(*cell, at, at))[axis]);
                ends.reduce(pick).unwrap_or_default()
            };
            let (west, south) = (corner(f64::min, 0.0, 0), corner(f64::min, 0.0, 1));
            let (east, north) = (corner(f64::max, 1.0, 0), corner(f64::max, 1.0, 1));
            let km2 = cells.len() as f64 * grid.cell_km2;
            let names = sources.frame.columns();
            let _ = writeln!(
                text,
                "  {km2:.0} km2 within {names} {west:.2},{south:.2} to {east:.2},{north:.2}"
            );
        }
    }
}

/// A loss in words.
fn lost(scene: &Scene, loss: &Loss) -> String {
    let who = match &loss.scope {
        Scope::Watcher(at) => scene.watchers[*at].id.clone(),
        Scope::Group(at) => format!("group {}", scene.groups[*at].name),
        Scope::Area { radius_m, .. } => format!("an area of {} km around", radius_m / 1e3),
    };
    let until = if loss.when.end == Time::MAX { "now".into() } else { loss.when.end.to_string() };
    let kind = serde_json::json!(loss.kind);
    let kind = kind.as_str().unwrap_or_default();
    format!("  {kind}: {who}, {} to {until} {}", loss.when.start, loss.reason)
}

/// Blind cells that share a side, together.
fn patches(grid: &Grid, means: &[f64]) -> Vec<Vec<usize>> {
    let mut left: Vec<bool> = means.iter().map(|mean| *mean < BLIND).collect();
    let mut patches = vec![];
    for first in 0..left.len() {
        if !std::mem::take(&mut left[first]) {
            continue;
        }
        let (mut patch, mut next) = (vec![], vec![first]);
        while let Some(cell) = next.pop() {
            patch.push(cell);
            for beside in grid.neighbours(cell) {
                if std::mem::take(&mut left[beside]) {
                    next.push(beside);
                }
            }
        }
        patches.push(patch);
    }
    patches
}
