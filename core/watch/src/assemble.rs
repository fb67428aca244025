//! Which incidents a change touches, and what they are now.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use kernel::{Duration, Interval, Place};

use crate::bulletin::{self, Desk, Parts};
use crate::burning::Burning;
use crate::engine::FireLists;
use crate::evidence::{self, Atom};
use crate::fire::{self, Fire};
use crate::incident::{Abnormality, Incident};
pub use crate::known::Change;
use crate::known::Known;
use crate::origin::Origin;
use crate::pins::Pins;
use crate::report_grid::ReportGrid;
use crate::search::{self, Component};
use crate::set_aside;
use crate::settings::Settings;
use crate::spots::{Spot, Spots};
use crate::store::{FIRST_REPORT, Numbered, Store};
use crate::voice;

/// One assembly: what is read while incidents are put together.
pub(crate) struct Assembly<'a> {
    pub settings: &'a Settings,
    pub burning: &'a Burning,
    pub fires: &'a FireLists,
    pub abnormalities: &'a [Abnormality],
    pub atoms: &'a [Atom],
    pub grid: &'a ReportGrid,
    pub origins: &'a BTreeMap<u32, Origin>,
    pub spots: &'a Spots,
    pub pins: &'a Pins,
    pub looks: &'a crate::looks::Looks,
    pub ears: &'a crate::ears::Ears,
}

/// What an assembly starts from.
pub(crate) struct Stale<'a> {
    /// Fires, by their first hotspot.
    pub fires: &'a [bool],
    /// Reports from here on.
    pub first_report: u32,
    /// Anything else, by its node.
    pub nodes: &'a BTreeSet<u32>,
}

/// Fires, reports, origins and reviewed incidents that hang together, each with those it may be
/// joined with. A fire has the number of its first hotspot, an origin that of its first wave.
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
    /// Puts together every incident that something stale touches.
    pub(crate) fn run(
        &self,
        store: &mut Store,
        known: &mut Known,
        stale: &Stale<'_>,
        mut take: impl FnMut(Change),
    ) {
        for (first, alone) in self.touched(stale, store) {
            let nodes =
                if alone { Nodes::from([(first, vec![])]) } else { self.reachable(first, store) };
            for incident in self.incidents(&nodes, store) {
                known.enter(incident, store, &mut take);
            }
        }
        known.withdraw(&mut take);
    }

    /// What a node hangs together with, itself among it: as it is now.
    pub(crate) fn around(&self, node: u32, store: &Store) -> Vec<Incident> {
        self.incidents(&self.reachable(node, store), store)
    }

    /// A node and everything that hangs together with it.
    pub(crate) fn nodes_with(&self, node: u32, store: &Store) -> Vec<u32> {
        self.reachable(node, store).into_keys().collect()
    }

    /// The node that an observation is part of; none when nothing explains it.
    pub(crate) fn node_of(&self, number: u32) -> Option<u32> {
        if let Some(pin) = self.pins.holding(number) {
            return Some(pin);
        }
        match Numbered::of(number) {
            Numbered::Hotspot(at) => self.fires.roots.get(at as usize).copied(),
            Numbered::Report(_) => Some(number),
            _ => self
                .origins
                .iter()
                .find(|(_, origin)| origin.members.iter().any(|member| member.number == number))
                .map(|(node, _)| *node),
        }
    }

    /// The first of everything that hangs together and is touched, and whether it is all there is.
    /// Changes come in this order whether little is stale or all of it, so that an engine restored
    /// from the record yields the same changes in the same order as one that never stopped.
    fn touched(&self, stale: &Stale<'_>, store: &Store) -> BTreeMap<u32, bool> {
        let mut touched = BTreeMap::new();
        let mut done = BTreeSet::new();
        let fires = (0..stale.fires.len() as u32).filter(|&number| {
            stale.fires[number as usize] && self.fires.roots[number as usize] == number
        });
        let reports =
            (stale.first_report..self.atoms.len() as u32).map(|report| FIRST_REPORT + report);
        for seed in fires.chain(reports).chain(stale.nodes.iter().copied()) {
            if done.contains(&seed) || !self.is_there(seed) {
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
            let linked = self.linked_to(node, store);
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

    /// Whether there is such a node: not a report that a reviewed incident holds, nor an origin
    /// that is no more.
    fn is_there(&self, node: u32) -> bool {
        match Numbered::of(node) {
            Numbered::Hotspot(_) => true,
            Numbered::Report(_) => !self.pins.holds(node),
            _ => self.spots.get(node).is_some(),
        }
    }

    /// What a node is linked to.
    pub(crate) fn linked_to(&self, node: u32, store: &Store) -> Linked {
        let mut linked = match Numbered::of(node) {
            Numbered::Hotspot(_) => self.linked_to_fire(node, store),
            Numbered::Report(report) => self.linked_to_report(report, store),
            _ => self
                .spots
                .get(node)
                .map_or_else(Linked::new, |spot| self.linked_to_spot(spot, store)),
        };
        linked.remove(&node);
        linked.retain(|other, _| self.is_there(*other));
        linked
    }

    /// What an origin or a reviewed incident is linked to.
    pub(crate) fn linked_to_spot(&self, spot: &Spot, store: &Store) -> Linked {
        let mut linked = Linked::new();
        let window = spot.atom.window;
        for (node, other) in self.spots.near(spot.middle, spot.reach_m, window) {
            if spot.may_join(&other.atom, self.settings) {
                link(&mut linked, node, spot.middle.distance_m(other.middle));
            }
        }
        for (report, reach) in self.grid.around(spot.middle, spot.reach_m, window) {
            let away_m = spot.middle.distance_m(reach.middle);
            if away_m <= spot.reach_m.max(reach.reach_m)
                && let Some(atom) = self.atoms.get(report as usize)
                && spot.may_join(atom, self.settings)
            {
                link(&mut linked, FIRST_REPORT + report, away_m);
            }
        }
        self.fires_near(spot.middle, spot.reach_m, window, store, &mut linked);
        linked
    }

    fn fires_near(
        &self,
        middle: Place,
        reach_m: f64,
        window: Interval,
        store: &Store,
        linked: &mut Linked,
    ) {
        let unseen_us = (self.settings.fire.unseen_hours * 3.6e9) as i64;
        let window_us = (window.start.0 - 86_400_000_000, window.end.0 + unseen_us);
        self.burning.visit_near((middle.lon, middle.lat), reach_m / 1e3, window_us, |number| {
            let hotspot = &store.hotspots[number as usize];
            let away_m = hotspot.place().distance_m(middle);
            if away_m <= reach_m
                && !self.pins.holds(number)
                && fire::may_start_in(hotspot, window, self.settings)
            {
                link(linked, self.fires.roots[number as usize], away_m);
            }
        });
    }

    fn linked_to_fire(&self, root: u32, store: &Store) -> Linked {
        let mut linked = Linked::new();
        if self.grid.is_empty() && self.spots.is_empty() {
            return linked;
        }
        for number in self.fires.hotspots(root, store) {
            if self.pins.holds(number) {
                continue;
            }
            let hotspot = &store.hotspots[number as usize];
            let unseen = Duration((self.settings.fire.unseen_hours * 3.6e9) as i64);
            let may_start = Interval { start: hotspot.when().start - unseen, ..hotspot.when() };
            for (node, spot) in self.spots.near(hotspot.place(), 0.0, may_start) {
                link(&mut linked, node, hotspot.place().distance_m(spot.middle));
            }
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
        for (node, spot) in self.spots.near(reach.middle, reach.reach_m, reach.window) {
            if spot.may_join(atom, self.settings) {
                link(&mut linked, node, spot.middle.distance_m(reach.middle));
            }
        }
        self.fires_near(reach.middle, reach.reach_m, reach.window, store, &mut linked);
        linked
    }

    /// The incidents among these fires and reports.
    fn incidents(&self, nodes: &Nodes, store: &Store) -> Vec<Incident> {
        let canonical = |node: u32| self.pins.lead(node, store).unwrap_or(node);
        let mut order: Vec<u32> = nodes.keys().copied().collect();
        order.sort_by(|&one, &other| store.cmp_canonical(canonical(one), canonical(other)));
        let fires: BTreeMap<u32, Fire> = order
            .iter()
            .filter(|&&node| matches!(Numbered::of(node), Numbered::Hotspot(_)))
            .filter_map(|&node| Some((node, self.fire(node, store)?)))
            .collect();
        let gone = |node: &u32| {
            matches!(Numbered::of(*node), Numbered::Hotspot(_)) && !fires.contains_key(node)
        };
        order.retain(|node| !gone(node));
        let aside: Vec<u32> =
            order.extract_if(.., |node| self.is_set_aside(*node, store)).collect();
        let component = self.component(&order, &fires, nodes, store);
        let (looks, ears) = (self.looks, self.ears);
        let desk = Desk { settings: self.settings, store, burning: self.burning, looks, ears };
        let clusters = search::partition(&component, self.settings);
        let parts = clusters.iter().map(|cluster| {
            let mut parts = Parts::default();
            for (&member, &weight) in cluster.members.iter().zip(&cluster.weights) {
                let (node, atom) = (order[member], &component.atoms[member]);
                if let Some(fire) = fires.get(&node) {
                    parts.fires.push((fire, atom, weight));
                } else if let Some(origin) = self.origins.get(&node) {
                    parts.origins.push((origin, atom, weight));
                } else if let Some(pin) = self.pins.incident(node) {
                    parts.pin = Some((pin, atom));
                } else {
                    parts.reports.push((node, atom, weight));
                }
            }
            parts
        });
        let mut parts: Vec<Parts<'_>> = parts.collect();
        self.add_aside(&aside, &mut parts);
        parts.iter().filter_map(|parts| bulletin::incident(desk, parts)).collect()
    }

    /// Whether a node is a report that is set aside.
    fn is_set_aside(&self, node: u32, store: &Store) -> bool {
        matches!(Numbered::of(node), Numbered::Report(_)) && store.is_set_aside(node)
    }

    /// Lists reports that are set aside with what they fit; what fits nothing stands alone, with
    /// as much chance as its weight leaves: nothing that anybody reported is lost.
    fn add_aside<'a>(&'a self, aside: &[u32], parts: &mut Vec<Parts<'a>>) {
        let atoms = aside.iter().filter_map(|&node| {
            let Numbered::Report(report) = Numbered::of(node) else { return None };
            Some((node, self.atoms.get(report as usize)?))
        });
        let atoms: Vec<(u32, &Atom)> = atoms.collect();
        let of: Vec<&Atom> = atoms.iter().map(|(_, atom)| *atom).collect();
        let clusters: Vec<Vec<&Atom>> = parts.iter().map(Parts::atoms).collect();
        let joined = set_aside::joined(&clusters, &of, self.settings);
        drop(clusters);
        for ((node, atom), at) in atoms.into_iter().zip(joined) {
            match at.and_then(|at| parts.get_mut(at)) {
                Some(parts) => parts.aside.push(node),
                None => parts.push(Parts { reports: vec![(node, atom, 1.0)], ..Parts::default() }),
            }
        }
    }

    /// A fire, less what reviewed incidents hold of it; none when that is all.
    fn fire(&self, root: u32, store: &Store) -> Option<Fire> {
        let mut hotspots = self.fires.hotspots(root, store);
        hotspots.retain(|number| !self.pins.holds(*number));
        Fire::of(hotspots, store, self.abnormalities, self.settings)
    }

    fn component(
        &self,
        order: &[u32],
        fires: &BTreeMap<u32, Fire>,
        nodes: &Nodes,
        store: &Store,
    ) -> Component {
        let places: BTreeMap<u32, usize> =
            order.iter().enumerate().map(|(place, &node)| (node, place)).collect();
        let mut component =
            Component { atoms: Vec::with_capacity(order.len()), links: vec![vec![]; order.len()] };
        for node in order {
            let said = match Numbered::of(*node) {
                Numbered::Report(report) => self.atoms.get(report as usize),
                _ => self.spots.get(*node).map(|spot| &spot.atom),
            };
            match (fires.get(node), said) {
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
