//! The watch's engine: observations in, incidents out, only what changed.
//!
//! Final incidents are a function of the set of observations, the sources' particulars, the
//! settings and the baseline, never of the order in which anything came.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{ObservationId, Place};

use crate::abnormality::{self, REACH_DAYS};
use crate::approach::Flights;
use crate::assemble::{Assembly, Stale};
use crate::baseline::Baseline;
use crate::burning::{Burning, NONE};
use crate::ears::Ears;
use crate::evidence::Atom;
use crate::fire::Fire;
use crate::haunt::{self, Haunts};
use crate::id_table::IdSet;
use crate::incident::{Abnormality, Incident};
use crate::known::{Change, Known};
use crate::lapsed::Lapses;
use crate::looks::Looks;
use crate::observation::Observation;
use crate::origin::Origin;
use crate::pins::{self, Pins};
use crate::recurrence::Recurrence;
use crate::report_grid::ReportGrid;
use crate::settings::Settings;
use crate::shape_belief;
use crate::source::Source;
use crate::spots::Spots;
use crate::store::{FIRST_REPORT, Store};
use crate::voice;
use crate::windows::Stage;

/// What taking in a batch gave.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Absorbed {
    /// Observations that were new.
    pub new: u64,
    /// Observations that were known already.
    pub duplicates: u64,
}

/// Everything the watch knows, in memory: about 100 bytes a hotspot.
#[derive(Debug)]
pub struct Engine {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    baseline: Baseline,
    baseline_ids: IdSet,
    pub(crate) burning: Burning,
    pub(crate) fires: FireLists,
    abnormalities: Vec<Abnormality>,
    atoms: Vec<Atom>,
    pub(crate) grid: ReportGrid,
    pub(crate) known: Known,
    pub(crate) lapses: Lapses,
    pub(crate) haunts: Haunts,
    pub(crate) stage: Stage,
    pub(crate) origins: BTreeMap<u32, Origin>,
    /// What was heard and felt where before.
    pub(crate) history: Recurrence,
    /// What flew where before it was lost from sight.
    pub(crate) flights: Flights,
    /// Origins of whose place something else is known now.
    pub(crate) unsounded: BTreeSet<u32>,
    pub(crate) looks: Looks,
    pub(crate) ears: Ears,
    pub(crate) pins: Pins,
    pub(crate) spots: Spots,
    /// Nodes that must be put together again, beside what new observations touch.
    pub(crate) stale: BTreeSet<u32>,
    /// Set when what changed touches every incident.
    pub(crate) all_stale: bool,
    /// How many arrivals and others there were at the last assembly.
    pub(crate) assembled: [usize; 2],
}

/// Which fire each hotspot is of, and each fire's hotspots as a chain.
#[derive(Clone, Default, Debug)]
pub struct FireLists {
    /// The first hotspot of each hotspot's fire.
    pub roots: Vec<u32>,
    heads: Vec<u32>,
    next: Vec<u32>,
}

impl FireLists {
    /// The chains for these roots.
    #[must_use]
    pub fn of(roots: Vec<u32>) -> Self {
        let mut heads = vec![NONE; roots.len()];
        let mut next = vec![NONE; roots.len()];
        for (number, &root) in roots.iter().enumerate() {
            next[number] = heads[root as usize];
            heads[root as usize] = number as u32;
        }
        Self { roots, heads, next }
    }

    /// A fire's hotspots in canonical order.
    #[must_use]
    pub fn hotspots(&self, root: u32, store: &Store) -> Vec<u32> {
        let mut numbers = Vec::new();
        let mut at = self.heads.get(root as usize).copied().unwrap_or(NONE);
        while at != NONE {
            numbers.push(at);
            at = self.next.get(at as usize).copied().unwrap_or(NONE);
        }
        numbers.sort_by(|&one, &other| {
            store.hotspots[one as usize].cmp_canonical(&store.hotspots[other as usize])
        });
        numbers
    }
}

impl Engine {
    /// An engine that knows nothing yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            burning: Burning::new(&settings),
            settings,
            store: Store::default(),
            baseline: Baseline::default(),
            baseline_ids: IdSet::default(),
            fires: FireLists::default(),
            abnormalities: vec![],
            atoms: vec![],
            grid: ReportGrid::default(),
            known: Known::default(),
            lapses: Lapses::default(),
            haunts: Haunts::default(),
            stage: Stage::default(),
            origins: BTreeMap::new(),
            history: Recurrence::default(),
            flights: Flights::default(),
            unsounded: BTreeSet::new(),
            looks: Looks::default(),
            ears: Ears::default(),
            pins: Pins::default(),
            spots: Spots::default(),
            stale: BTreeSet::new(),
            all_stale: false,
            assembled: [0; 2],
        }
    }

    /// Takes up what is on record: every incident ever assembled, in that order (the last version
    /// of each alone gives the same incidents, but counts versions of returning ones from 1).
    /// Observations are absorbed besides; the next assembly then yields what the record lacks.
    pub fn restore(&mut self, incidents: impl IntoIterator<Item = Incident>) {
        for incident in incidents {
            if incident.lapse.is_some() {
                self.lapses.insert(incident.id, incident);
                continue;
            }
            if let Some(lead) = self.known.restore(&incident)
                && let Some(number) = self.store.find(&lead)
            {
                self.store.mark_names_incident(number);
            }
            if pins::is_reviewed(&incident) {
                self.pins.set(&incident);
            }
        }
        self.all_stale = true;
    }

    /// Takes in what a source observed; what is known already is counted and left out.
    pub fn absorb(&mut self, source: &Source, observations: Vec<Observation>) -> Absorbed {
        let mut absorbed = Absorbed::default();
        let stations = &source.stations;
        let (source, changed) = self.store.intern(source);
        self.all_stale |= changed;
        self.store.onsets.register(source, stations);
        for observation in observations {
            let (id, seen_at) = (observation.id, haunt::seen_at(&observation.shape));
            let Some(number) = self.store.keep(source, observation) else {
                absorbed.duplicates += 1;
                continue;
            };
            absorbed.new += 1;
            if let Some(place) = seen_at {
                self.haunts.add(source, place);
            }
            if self.known.contains(&id) {
                self.store.mark_names_incident(number);
            }
        }
        absorbed
    }

    /// Takes in peacetime observations: they are held against, and never become incidents. What is
    /// known already is left out.
    pub fn absorb_baseline(&mut self, observations: &[Observation]) {
        for observation in observations {
            if !self.baseline_ids.insert(observation.id) {
                continue;
            }
            self.baseline.absorb(shape_belief::middle(&observation.shape), observation.when.start);
        }
        self.all_stale = true;
    }

    /// Whether this observation is part of the baseline.
    #[must_use]
    pub fn baseline_knows(&self, id: &ObservationId) -> bool {
        self.baseline_ids.contains(id)
    }

    /// How many observations it holds.
    #[must_use]
    pub fn observations(&self) -> usize {
        let Store { hotspots, reports, onsets, others, .. } = &self.store;
        hotspots.len() + reports.len() + onsets.arrivals.len() + others.len()
    }

    /// What it reckons with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The peacetime baseline.
    #[must_use]
    pub fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// What changed since the last assembly, all at once.
    #[must_use]
    pub fn assemble(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        self.assemble_each(|change| changes.push(change));
        changes
    }

    /// What changed since the last assembly, one at a time: a million hotspots give more
    /// incidents than need be held at once.
    pub fn assemble_each(&mut self, take: impl FnMut(Change)) {
        let (fires, first_report) = self.prepare();
        let nodes = std::mem::take(&mut self.stale);
        let stale = Stale { fires: &fires, first_report, nodes: &nodes };
        // Both are changed by the assembly, which reads all the rest.
        let mut store = std::mem::take(&mut self.store);
        let mut known = std::mem::take(&mut self.known);
        self.assembly().run(&mut store, &mut known, &stale, take);
        (self.store, self.known) = (store, known);
        self.mark_assembled();
    }

    /// Brings everything that incidents are made of up to date, and keeps in mind what must be put
    /// together again.
    pub(crate) fn refresh(&mut self) {
        let (fires, first_report) = self.prepare();
        let roots = (0..fires.len() as u32).filter(|&root| fires[root as usize]);
        self.stale.extend(roots);
        self.stale
            .extend((first_report..self.atoms.len() as u32).map(|report| FIRST_REPORT + report));
    }

    /// The fire of some hotspots, which stand in canonical order; none without hotspots.
    pub(crate) fn fire_of(&self, hotspots: Vec<u32>) -> Option<Fire> {
        Fire::of(hotspots, &self.store, &self.abnormalities, &self.settings)
    }

    /// What a report says.
    pub(crate) fn said(&self, number: u32) -> Option<Atom> {
        let kept = self.store.report(number)?;
        let standing = self.store.standing(number);
        Some(voice::atom(kept, self.store.source(kept.source)?, standing, &self.settings))
    }

    /// Brings everything that incidents are made of up to date; gives the fires that changed, and
    /// the first report that did.
    fn prepare(&mut self) -> (Vec<bool>, u32) {
        let first_hotspot = self.fires.roots.len();
        let first_report = if self.all_stale { 0 } else { self.grid.len() };
        self.weigh_reports();
        self.burning.extend(&self.store.hotspots);
        let before = std::mem::take(&mut self.fires);
        self.fires = FireLists::of(self.burning.roots(&self.store.hotspots));
        let mut stale = vec![self.all_stale; self.fires.roots.len()];
        mark_moved(&before.roots, &self.fires.roots, &mut stale);
        drop(before);
        self.weigh_abnormality(first_hotspot, &mut stale);
        self.pins.resolve(&self.store);
        let anew = self.all_stale || self.store.onsets.moved;
        self.place_origins();
        self.weigh_looks(&mut stale);
        self.weigh_ears(anew, &mut stale);
        if self.all_stale {
            self.stale.extend(self.spots.nodes());
        }
        self.all_stale = false;
        (stale, first_report as u32)
    }

    pub(crate) fn assembly(&self) -> Assembly<'_> {
        Assembly {
            settings: &self.settings,
            burning: &self.burning,
            fires: &self.fires,
            abnormalities: &self.abnormalities,
            atoms: &self.atoms,
            grid: &self.grid,
            origins: &self.origins,
            spots: &self.spots,
            pins: &self.pins,
            looks: &self.looks,
            ears: &self.ears,
        }
    }

    /// Takes a spot away, and has what it was linked to put together again.
    pub(crate) fn unlink(&mut self, node: u32) {
        if let Some(spot) = self.spots.get(node) {
            let linked = self.assembly().linked_to_spot(spot, &self.store);
            self.stale.extend(linked.into_keys());
        }
        self.spots.remove(node);
    }

    /// Puts every reviewed incident in its place.
    pub(crate) fn place_pins(&mut self) {
        for node in self.pins.nodes() {
            self.unlink(node);
            let incident = self.pins.incident(node);
            self.unsounded.extend(self.history.review(node, incident));
            if let Some(incident) = incident {
                let atom = pins::atom(incident, &self.settings);
                self.spots.insert(node, atom, &self.settings);
                self.stale.insert(node);
            }
        }
    }

    fn weigh_reports(&mut self) {
        if self.all_stale {
            self.atoms.clear();
            self.grid = ReportGrid::default();
        }
        let fresh = self.store.reports.get(self.atoms.len()..).unwrap_or_default();
        for (report, number) in fresh.iter().zip(FIRST_REPORT + self.atoms.len() as u32..) {
            let Some(source) = self.store.source(report.source) else { continue };
            let standing = self.store.standing(number);
            let atom = voice::atom(report, source, standing, &self.settings);
            self.grid.push(&atom, &self.settings);
            self.atoms.push(atom);
        }
    }

    /// Weighs the hotspots near in time to new ones, and marks the fires for which it matters.
    fn weigh_abnormality(&mut self, first_new: usize, stale: &mut [bool]) {
        let hotspots = &self.store.hotspots;
        let fresh = hotspots.get(first_new..).unwrap_or_default();
        let day = |start_us: i64| start_us.div_euclid(86_400_000_000);
        let mut days: Vec<i64> = if self.all_stale {
            hotspots.iter().map(|hotspot| day(hotspot.start_us())).collect()
        } else {
            fresh.iter().map(|hotspot| day(hotspot.start_us())).collect()
        };
        days.sort_unstable();
        days.dedup();
        // A hotspot says something of its own and the following days.
        let any_in = |from: i64, until: i64| {
            let next = days.partition_point(|known| *known < from);
            days.get(next).is_some_and(|known| *known <= until)
        };
        // Those on or after new ones' days may change; to weigh them takes those before them too.
        let needed: Vec<u32> = (0..hotspots.len() as u32)
            .filter(|&number| {
                let day = day(hotspots[number as usize].start_us());
                any_in(day - REACH_DAYS, day + REACH_DAYS)
            })
            .collect();
        let places: Vec<(Place, kernel::Time)> = needed
            .iter()
            .map(|&number| &hotspots[number as usize])
            .map(|hotspot| (hotspot.place(), hotspot.when().start))
            .collect();
        let weighed = abnormality::abnormality_of_hotspots(&self.baseline, &places);
        drop(places);
        let unweighed = Abnormality {
            observed: 0,
            expected: 0.0,
            chance: kernel::Probability::ONE,
            baseline_years: 0,
        };
        self.abnormalities.resize(hotspots.len(), unweighed);
        for (number, abnormality) in needed.into_iter().zip(weighed) {
            let number = number as usize;
            let day = day(hotspots[number].start_us());
            if any_in(day - REACH_DAYS, day) && self.abnormalities[number] != abnormality {
                self.abnormalities[number] = abnormality;
                stale[self.fires.roots[number] as usize] = true;
            }
        }
    }
}

/// Marks the fires that gained or lost a hotspot.
fn mark_moved(before: &[u32], after: &[u32], stale: &mut [bool]) {
    for (number, &root) in after.iter().enumerate() {
        match before.get(number) {
            Some(&old) if old == root => {}
            Some(&old) => {
                stale[old as usize] = true;
                stale[root as usize] = true;
            }
            None => stale[root as usize] = true,
        }
    }
}
