//! Which incidents a change touches, what they are now, and how that differs from the record.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use kernel::ObservationId;

use crate::bulletin::{self, Desk, Parts};
use crate::burning::Burning;
use crate::engine::FireLists;
use crate::evidence::{self, Atom};
use crate::fire::{self, Fire};
use crate::incident::{Abnormality, Incident, IncidentId, Product};
use crate::report_grid::ReportGrid;
use crate::search::{self, Component};
use crate::settings::Settings;
use crate::store::{FIRST_REPORT, Store};
use crate::voice;

/// How the record must change to hold what the watch now makes of its observations.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// An incident that was not on record.
    Added(Box<Incident>),
    /// A new version of one that is.
    Revised(Box<Incident>),
    /// One that is gone: its earliest observation now belongs to another, which lists it.
    Replaced {
        /// The one that is gone.
        id: IncidentId,
        /// The one that took its place.
        by: IncidentId,
    },
}

/// The incidents on record, by the observation each is named after.
#[derive(Clone, Default, Debug)]
pub struct Known(BTreeMap<ObservationId, OnRecord>);

#[derive(Clone, Debug)]
struct OnRecord {
    version: u32,
    print: u128,
    live: bool,
    replaces: Vec<IncidentId>,
}

impl Known {
    /// Whether an incident was ever named after this observation.
    #[must_use]
    pub fn contains(&self, lead: &ObservationId) -> bool {
        !self.0.is_empty() && self.0.contains_key(lead)
    }

    /// Takes up an incident from the record; gives the observation it is named after.
    pub fn restore(&mut self, incident: &Incident) -> Option<ObservationId> {
        let lead = incident.members.first()?.observation;
        // What it replaced is named after observations that are now members of it.
        for gone in incident.members.iter().skip(1) {
            let id = IncidentId::of(&gone.observation.0);
            if incident.replaces.contains(&id)
                && let Some(record) = self.0.get_mut(&gone.observation)
            {
                record.live = false;
            }
        }
        let record = OnRecord {
            version: incident.version,
            print: print(incident),
            live: true,
            replaces: incident.replaces.clone(),
        };
        self.0.insert(lead, record);
        Some(lead)
    }

    /// What an incident, as it is now, changes on the record.
    fn enter(&mut self, mut incident: Incident, store: &mut Store, take: &mut impl FnMut(Change)) {
        let Some(lead) = incident.members.first().map(|member| member.observation) else {
            return;
        };
        for gone in self.unseat(&incident, store) {
            take(Change::Replaced { id: gone, by: incident.id });
            incident.replaces.push(gone);
        }
        let print = print(&incident);
        let before = self.0.get(&lead);
        if let Some(record) = before {
            if record.live && record.print == print && incident.replaces.is_empty() {
                return;
            }
            incident.version = record.version + 1;
            incident.replaces.extend(&record.replaces);
        }
        incident.replaces.sort_unstable();
        incident.replaces.dedup();
        let revised = before.is_some();
        if revised || !incident.replaces.is_empty() {
            incident.product = Product::Automatic2;
        }
        let record = OnRecord {
            version: incident.version,
            print,
            live: true,
            replaces: incident.replaces.clone(),
        };
        self.0.insert(lead, record);
        if let Some(number) = store.find(&lead) {
            store.mark_names_incident(number);
        }
        let incident = Box::new(incident);
        take(if revised { Change::Revised(incident) } else { Change::Added(incident) });
    }

    /// Ends the incidents that were named after members of this one other than its first.
    fn unseat(&mut self, incident: &Incident, store: &Store) -> Vec<IncidentId> {
        let mut gone = Vec::new();
        if self.0.is_empty() {
            return gone;
        }
        for member in incident.members.iter().skip(1) {
            let number = store.find(&member.observation);
            if number.is_some_and(|number| store.names_incident(number))
                && let Some(record) = self.0.get_mut(&member.observation)
                && std::mem::take(&mut record.live)
            {
                gone.push(IncidentId::of(&member.observation.0));
            }
        }
        gone
    }
}

/// A print of what an incident says, its version and history apart. Numbers enter as recorded.
fn print(incident: &Incident) -> u128 {
    let mut bytes = Vec::with_capacity(256 + 24 * incident.members.len());
    let mut number =
        |value: f64| bytes.extend((value * 1e6).round_ties_even().to_bits().to_le_bytes());
    let place = &incident.place;
    [place.mean.lon, place.mean.lat, place.ee_m2, place.en_m2, place.nn_m2, incident.real.value()]
        .into_iter()
        .for_each(&mut number);
    for (class, share) in incident.classes.iter() {
        number(f64::from(*class as u8) + share / 2.0);
    }
    if let Some(abnormality) = incident.abnormality {
        number(f64::from(abnormality.observed));
        number(abnormality.expected);
        number(abnormality.chance.value());
        number(f64::from(abnormality.baseline_years));
    }
    number(f64::from(incident.independent_groups));
    number(f64::from(incident.count.min));
    number(incident.count.max.map_or(-1.0, f64::from));
    for member in &incident.members {
        number(member.weight.value());
    }
    for member in &incident.members {
        bytes.extend(member.observation.0);
    }
    bytes.extend(incident.when.start.0.to_le_bytes());
    bytes.extend(incident.when.end.0.to_le_bytes());
    for claim in &incident.claims {
        bytes.extend(format!("{claim:?}").bytes());
    }
    for caveat in &incident.caveats {
        bytes.extend(caveat.bytes());
    }
    kernel::id::short_of(&bytes)
}

/// One assembly: what is read while incidents are put together.
pub(crate) struct Assembly<'a> {
    pub settings: &'a Settings,
    pub burning: &'a Burning,
    pub fires: &'a FireLists,
    pub abnormalities: &'a [Abnormality],
    pub atoms: &'a [Atom],
    pub grid: &'a ReportGrid,
}

/// Fires and reports that hang together, each with those it may be joined with. A fire has the
/// number of its first hotspot.
type Nodes = BTreeMap<u32, Vec<u32>>;
/// What something is linked to, and how far away that is, metres.
type Linked = BTreeMap<u32, f64>;

/// So many links of each fire or report are searched, the nearest ones: where a crowd speaks of
/// one place, the crowd is joined through its first.
const LINKS_MAX: usize = 48;

fn link(linked: &mut Linked, other: u32, away_m: f64) {
    let kept = linked.entry(other).or_insert(away_m);
    *kept = kept.min(away_m);
}

fn nearest(linked: Linked, store: &Store) -> Vec<u32> {
    let mut linked: Vec<(u32, f64)> = linked.into_iter().collect();
    if linked.len() > LINKS_MAX {
        linked.sort_by(|one, other| {
            one.1.total_cmp(&other.1).then_with(|| store.cmp_canonical(one.0, other.0))
        });
        linked.truncate(LINKS_MAX);
    }
    linked.into_iter().map(|(other, _)| other).collect()
}

impl Assembly<'_> {
    /// Puts together every incident that a stale fire or a report from `first_report` touches.
    pub(crate) fn run(
        &self,
        store: &mut Store,
        known: &mut Known,
        (stale, first_report): (&[bool], u32),
        mut take: impl FnMut(Change),
    ) {
        for (first, alone) in self.touched(stale, first_report, store) {
            let nodes =
                if alone { Nodes::from([(first, vec![])]) } else { self.reachable(first, store) };
            for incident in self.incidents(&nodes, store) {
                known.enter(incident, store, &mut take);
            }
        }
    }

    /// The first of everything that hangs together and is touched, and whether it is all there is.
    /// Changes come in this order whether little is stale or all of it, so that an engine restored
    /// from the record yields the same changes in the same order as one that never stopped.
    fn touched(&self, stale: &[bool], first_report: u32, store: &Store) -> BTreeMap<u32, bool> {
        let mut touched = BTreeMap::new();
        let mut done = BTreeSet::new();
        let fires = (0..stale.len() as u32).filter(|&number| {
            stale[number as usize] && self.fires.roots[number as usize] == number
        });
        let reports = (first_report..self.atoms.len() as u32).map(|report| FIRST_REPORT + report);
        for seed in fires.chain(reports) {
            if done.contains(&seed) {
                continue;
            }
            let nodes = self.reachable(seed, store);
            let first = nodes.first_key_value().map_or(seed, |(&first, _)| first);
            touched.insert(first, nodes.len() == 1);
            if nodes.len() > 1 {
                done.extend(nodes.into_keys());
            }
        }
        touched
    }

    /// Everything linked to `seed`, directly or through others, each with its nearest links.
    fn reachable(&self, seed: u32, store: &Store) -> Nodes {
        let mut nodes = Nodes::from([(seed, vec![])]);
        let mut open = vec![seed];
        while let Some(node) = open.pop() {
            let linked = match node.checked_sub(FIRST_REPORT) {
                Some(report) => self.linked_to_report(report, store),
                None => self.linked_to_fire(node, store),
            };
            for &other in linked.keys() {
                if let Entry::Vacant(vacant) = nodes.entry(other) {
                    vacant.insert(vec![]);
                    open.push(other);
                }
            }
            nodes.insert(node, nearest(linked, store));
        }
        nodes
    }

    fn linked_to_fire(&self, root: u32, store: &Store) -> Linked {
        let mut linked = Linked::new();
        if self.grid.is_empty() {
            return linked;
        }
        for number in self.fires.hotspots(root, store) {
            let hotspot = &store.hotspots[number as usize];
            for (report, reach) in self.grid.near(hotspot.place(), hotspot.when().start) {
                if fire::may_start_in(hotspot, reach.window, self.settings) {
                    let away_m = hotspot.place().distance_m(reach.middle);
                    link(&mut linked, FIRST_REPORT + report, away_m);
                }
            }
        }
        linked
    }

    fn linked_to_report(&self, report: u32, store: &Store) -> Linked {
        let mut linked = Linked::new();
        let (Some(atom), Some(reach)) = (self.atoms.get(report as usize), self.grid.reach(report))
        else {
            return linked;
        };
        for (other, other_reach) in self.grid.beside(report) {
            if let Some(beside) = self.atoms.get(other as usize)
                && evidence::may_join(atom, beside, self.settings)
            {
                let same = reach.middle == other_reach.middle;
                let away_m = if same { 0.0 } else { reach.middle.distance_m(other_reach.middle) };
                link(&mut linked, FIRST_REPORT + other, away_m);
            }
        }
        let unseen_us = (self.settings.fire.unseen_hours * 3.6e9) as i64;
        let window_us = (reach.window.start.0 - 86_400_000_000, reach.window.end.0 + unseen_us);
        let middle = (reach.middle.lon, reach.middle.lat);
        self.burning.visit_near(middle, reach.reach_m / 1e3, window_us, |number| {
            let hotspot = &store.hotspots[number as usize];
            let away_m = hotspot.place().distance_m(reach.middle);
            if away_m <= reach.reach_m && fire::may_start_in(hotspot, reach.window, self.settings) {
                link(&mut linked, self.fires.roots[number as usize], away_m);
            }
        });
        linked
    }

    /// The incidents among these fires and reports.
    fn incidents(&self, nodes: &Nodes, store: &Store) -> Vec<Incident> {
        let mut order: Vec<u32> = nodes.keys().copied().collect();
        order.sort_by(|&one, &other| store.cmp_canonical(one, other));
        let fires: Vec<Option<Fire>> = order
            .iter()
            .map(|&node| {
                let hotspots = (node < FIRST_REPORT).then(|| self.fires.hotspots(node, store))?;
                Fire::of(hotspots, store, self.abnormalities, self.settings)
            })
            .collect();
        let component = self.component(&order, &fires, nodes, store);
        let desk = Desk { settings: self.settings, store, burning: self.burning };
        let clusters = search::partition(&component, self.settings);
        let incidents = clusters.iter().filter_map(|cluster| {
            let mut parts = Parts { fires: vec![], reports: vec![] };
            for (&member, &weight) in cluster.members.iter().zip(&cluster.weights) {
                match &fires[member] {
                    Some(fire) => parts.fires.push((fire, &component.atoms[member], weight)),
                    None => {
                        parts.reports.push((order[member], &component.atoms[member], weight));
                    }
                }
            }
            bulletin::incident(desk, &parts)
        });
        incidents.collect()
    }

    fn component(
        &self,
        order: &[u32],
        fires: &[Option<Fire>],
        nodes: &Nodes,
        store: &Store,
    ) -> Component {
        let places: BTreeMap<u32, usize> =
            order.iter().enumerate().map(|(place, &node)| (node, place)).collect();
        let mut component =
            Component { atoms: Vec::with_capacity(order.len()), links: vec![vec![]; order.len()] };
        for (node, fire) in order.iter().zip(fires) {
            let report =
                node.checked_sub(FIRST_REPORT).and_then(|report| self.atoms.get(report as usize));
            match (fire, report) {
                (Some(fire), _) => component.atoms.push(fire.atom(store, self.settings)),
                (None, Some(atom)) => component.atoms.push(atom.clone()),
                (None, None) => {}
            }
        }
        for (node, linked) in nodes {
            for other in linked {
                if let (Some(&one), Some(&other)) = (places.get(node), places.get(other)) {
                    component.links[one].push(other);
                    component.links[other].push(one);
                }
            }
        }
        for linked in &mut component.links {
            linked.sort_unstable();
            linked.dedup();
        }
        self.join_copies(order, &mut component, store);
        component
    }

    /// Makes linked reports with the same text one voice.
    fn join_copies(&self, order: &[u32], component: &mut Component, store: &Store) {
        for one in 0..order.len() {
            for at in 0..component.links[one].len() {
                let other = component.links[one][at];
                let (Some(first), Some(second)) =
                    (store.report(order[one]), store.report(order[other]))
                else {
                    continue;
                };
                if one < other
                    && let Some(mark) = voice::copied(first, second)
                {
                    component.atoms[one].voices.push(mark);
                    component.atoms[other].voices.push(mark);
                }
            }
        }
    }
}
