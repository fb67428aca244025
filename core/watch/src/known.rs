//! The incidents on record, and how an assembly changes them.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{ObservationId, Probability};

use crate::incident::{Incident, IncidentId, Product};
use crate::store::Store;

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
pub struct Known {
    records: BTreeMap<ObservationId, OnRecord>,
    /// Those whose observations may one day be nothing's: named after an arrival or a bearing.
    wholes: BTreeMap<IncidentId, Incident>,
    /// Of these, by each of their members, those whose first observation is no incident's any more.
    orphans: BTreeMap<ObservationId, IncidentId>,
}

#[derive(Clone, Debug)]
struct OnRecord {
    version: u32,
    print: u128,
    live: bool,
    replaces: Vec<IncidentId>,
}

/// What no other incident can be named after: its members but the first, and what is set aside.
fn others(incident: &Incident) -> impl Iterator<Item = ObservationId> {
    let members = incident.members.iter().skip(1).map(|member| member.observation);
    members.chain(incident.set_aside.iter().map(|aside| aside.observation))
}

/// Whether an incident's observations may one day be nothing's.
fn is_of_waves(incident: &Incident) -> bool {
    incident.review.is_none() && !incident.withdrawn && !incident.located.is_empty()
}

impl Known {
    /// Whether an incident was ever named after this observation.
    #[must_use]
    pub fn contains(&self, lead: &ObservationId) -> bool {
        !self.records.is_empty() && self.records.contains_key(lead)
    }

    /// The observation that an incident is named after, whether it is current, and its version.
    #[must_use]
    pub fn by_id(&self, id: IncidentId) -> Option<(ObservationId, bool, u32)> {
        let mut records = self.records.iter();
        let (lead, record) = records.find(|(lead, _)| IncidentId::of(&lead.0) == id)?;
        Some((*lead, record.live, record.version))
    }

    /// Current incidents that waves located and nobody reviewed.
    pub fn of_waves(&self) -> impl Iterator<Item = &Incident> {
        self.wholes.values()
    }

    /// How many are current.
    #[must_use]
    pub fn live(&self) -> usize {
        self.records.values().filter(|record| record.live).count()
    }

    /// Takes up an incident from the record; gives the observation it is named after.
    pub fn restore(&mut self, incident: &Incident) -> Option<ObservationId> {
        let lead = incident.members.first()?.observation;
        // What it replaced is named after observations that are now members of it or set aside there,
        // unless waves explain those no more.
        for gone in others(incident) {
            let id = IncidentId::of(&gone.0);
            if incident.replaces.contains(&id)
                && let Some(record) = self.records.get_mut(&gone)
            {
                record.live = false;
            }
        }
        for gone in &incident.replaces {
            if let Some(whole) = self.wholes.remove(gone)
                && let Some(first) = whole.members.first()
                && let Some(record) = self.records.get_mut(&first.observation)
            {
                record.live = false;
            }
        }
        self.put(lead, incident);
        Some(lead)
    }

    fn put(&mut self, lead: ObservationId, incident: &Incident) {
        if is_of_waves(incident) {
            self.wholes.insert(incident.id, incident.clone());
        } else {
            self.wholes.remove(&incident.id);
        }
        let record = OnRecord {
            version: incident.version,
            print: print(incident),
            live: !incident.withdrawn || incident.review.is_some(),
            replaces: incident.replaces.clone(),
        };
        self.records.insert(lead, record);
    }

    /// Names the incidents whose first observation is no incident's any more, as `lost` says of
    /// those named after waves: each is replaced by the first that takes one of its observations,
    /// or withdrawn.
    pub(crate) fn orphan(&mut self, lost: impl Fn(&ObservationId) -> bool) {
        self.orphans.clear();
        for (id, whole) in &self.wholes {
            if whole.members.first().is_some_and(|first| lost(&first.observation)) {
                self.orphans.extend(whole.members.iter().map(|member| (member.observation, *id)));
            }
        }
    }

    /// Withdraws the orphans that nothing took the place of.
    pub(crate) fn withdraw(&mut self, take: &mut impl FnMut(Change)) {
        let left: BTreeSet<IncidentId> = std::mem::take(&mut self.orphans).into_values().collect();
        for id in left {
            let Some(mut incident) = self.wholes.remove(&id) else { continue };
            let Some(lead) = incident.members.first().map(|first| first.observation) else {
                continue;
            };
            incident.version += 1;
            incident.product = Product::Automatic2;
            incident.real = Probability::ZERO;
            incident.withdrawn = true;
            self.put(lead, &incident);
            take(Change::Revised(Box::new(incident)));
        }
    }

    /// What an incident, as it is now, changes on the record.
    pub(crate) fn enter(
        &mut self,
        mut incident: Incident,
        store: &mut Store,
        take: &mut impl FnMut(Change),
    ) {
        let Some(lead) = incident.members.first().map(|member| member.observation) else {
            return;
        };
        for gone in self.unseat(&incident, store) {
            take(Change::Replaced { id: gone, by: incident.id });
            incident.replaces.push(gone);
        }
        let print = print(&incident);
        let before = self.records.get(&lead);
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
        if (revised || !incident.replaces.is_empty()) && incident.product != Product::Reviewed {
            incident.product = Product::Automatic2;
        }
        self.put(lead, &incident);
        if let Some(number) = store.find(&lead) {
            store.mark_names_incident(number);
        }
        let incident = Box::new(incident);
        take(if revised { Change::Revised(incident) } else { Change::Added(incident) });
    }

    /// Ends the incidents that were named after members of this one other than its first or after what
    /// is set aside there, and those of its members whose first observation waves explain no more.
    fn unseat(&mut self, incident: &Incident, store: &Store) -> Vec<IncidentId> {
        let mut gone = Vec::new();
        if self.records.is_empty() {
            return gone;
        }
        for other in others(incident) {
            let number = store.find(&other);
            if number.is_some_and(|number| store.names_incident(number))
                && let Some(record) = self.records.get_mut(&other)
                && std::mem::take(&mut record.live)
            {
                let id = IncidentId::of(&other.0);
                self.wholes.remove(&id);
                gone.push(id);
            }
        }
        for member in &incident.members {
            if let Some(id) = self.orphans.get(&member.observation).copied() {
                self.orphans.retain(|_, other| *other != id);
                gone.extend(self.end(id));
            }
        }
        gone
    }

    fn end(&mut self, id: IncidentId) -> Option<IncidentId> {
        let whole = self.wholes.remove(&id)?;
        let first = whole.members.first()?.observation;
        std::mem::take(&mut self.records.get_mut(&first)?.live).then_some(id)
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
    // What few incidents have is rarely worth a form of its own.
    for aside in &incident.set_aside {
        bytes.extend(format!("{aside:?}").bytes());
    }
    for located in &incident.located {
        bytes.extend(format!("{located:?}").bytes());
    }
    if incident.review.is_some() || incident.silence.is_some() || incident.withdrawn {
        let Incident { review, since_review, silence, withdrawn, .. } = incident;
        bytes.extend(format!("{review:?}{since_review:?}{silence:?}{withdrawn}").bytes());
    }
    kernel::id::short_of(&bytes)
}
