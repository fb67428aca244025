//! The bulletin: the current version of every incident, read from the payloads in the vault.
//! Derived; delete it and it is read again.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Time;
use record::Entry;
use secretariat::bulk::from_lines;
use stores::{RecordReader, VaultReader};
use watch::{Incident, IncidentId, Product, difference};

use crate::error::Error;

/// One version of an incident, as it went on the record.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Version {
    /// Counts up from 1.
    pub version: u32,
    /// How far it had been worked over.
    pub product: Product,
    /// When it went on the record.
    pub at: Time,
    /// Why there is this version ([`watch::difference::why`]).
    pub why: &'static str,
    /// What changed against the one before ([`watch::difference::what`]).
    pub what: Vec<String>,
    /// The analyst's reason, where it is a review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The current incidents.
#[derive(Default)]
pub struct Bulletin {
    incidents: BTreeMap<IncidentId, Incident>,
    versions: BTreeMap<IncidentId, Vec<Version>>,
    replaced: BTreeSet<IncidentId>,
    /// The next position of the record to look at.
    next: u64,
}

impl Bulletin {
    /// Takes in what went on the record since the last time.
    ///
    /// # Errors
    /// When the record or a payload cannot be read.
    pub fn update(&mut self, log: &dyn RecordReader, vault: &dyn VaultReader) -> Result<(), Error> {
        for stored in log.read(self.next..u64::MAX)? {
            let stored = stored?;
            self.next = stored.position + 1;
            let entry = Entry::read(&stored.bytes)?;
            if entry.kind != "watch/incidents-assembled" {
                continue;
            }
            let followed =
                secretariat::Entry::from_record(&entry.kind, entry.version, &entry.body)?;
            if let secretariat::Entry::Watch(watch::entry::Entry::IncidentsAssembled(assembled)) =
                followed
            {
                for incident in from_lines::<Incident>(&vault.get(&assembled.payload)?) {
                    self.take(incident, entry.at);
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, incident: Incident, at: Time) {
        for gone in &incident.replaces {
            self.incidents.remove(gone);
            self.replaced.insert(*gone);
        }
        self.replaced.remove(&incident.id);
        let before = self.incidents.get(&incident.id);
        let why = difference::why(before, &incident);
        let reviewed = incident.review.as_ref().filter(|_| why == "review");
        let version = Version {
            version: incident.version,
            product: incident.product,
            at,
            why,
            what: difference::what(before, &incident),
            reason: reviewed.map(|review| review.reason.clone()),
        };
        self.versions.entry(incident.id).or_default().push(version);
        self.incidents.insert(incident.id, incident);
    }

    /// The current version of an incident.
    #[must_use]
    pub fn get(&self, id: &IncidentId) -> Option<&Incident> {
        self.incidents.get(id)
    }
    /// Every version of an incident, oldest first.
    #[must_use]
    pub fn versions(&self, id: &IncidentId) -> &[Version] {
        self.versions.get(id).map_or(&[], Vec::as_slice)
    }
    /// Whether another incident took its place.
    #[must_use]
    pub fn is_replaced(&self, id: &IncidentId) -> bool {
        self.replaced.contains(id)
    }
    /// How many incidents stand.
    #[must_use]
    pub fn len(&self) -> usize {
        self.incidents.values().filter(|incident| !incident.withdrawn).count()
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// All incidents that stand, by time, then place, then id.
    #[must_use]
    pub fn in_order(&self) -> Vec<&Incident> {
        in_order(self.incidents.values())
    }
}

/// The incidents that stand, by time, then place, then id.
#[must_use]
pub fn in_order<'a>(incidents: impl Iterator<Item = &'a Incident>) -> Vec<&'a Incident> {
    let mut all: Vec<&Incident> = incidents.filter(|incident| !incident.withdrawn).collect();
    all.sort_by(|one, other| {
        let place = |incident: &Incident| (incident.place.mean.lon, incident.place.mean.lat);
        let ((one_lon, one_lat), (other_lon, other_lat)) = (place(one), place(other));
        one.when
            .cmp(&other.when)
            .then(one_lon.total_cmp(&other_lon))
            .then(one_lat.total_cmp(&other_lat))
            .then(one.id.cmp(&other.id))
    });
    all
}
