//! The lapses on record, and how what is found now changes them.

use std::collections::BTreeMap;

use kernel::Probability;

use crate::engine::Engine;
use crate::incident::{Incident, IncidentId, Product};
use crate::known::Change;

/// The last version of every lapse, withdrawn ones among them.
pub(crate) type Lapses = BTreeMap<IncidentId, Incident>;

impl Engine {
    /// Whether entering these would change the record.
    #[must_use]
    pub fn lapses_differ(&self, now: &[Incident]) -> bool {
        let known = |incident: &Incident| {
            self.lapses.get(&incident.id).is_some_and(|kept| is_same(kept, incident))
        };
        let gone = self.gone(now).next().is_some();
        gone || !now.iter().all(known)
    }

    /// Enters the lapses as they are now; those that are none any more are withdrawn: late data
    /// filled what had been missing.
    pub fn enter_lapses(&mut self, now: Vec<Incident>, take: &mut dyn FnMut(Change)) {
        let gone: Vec<IncidentId> = self.gone(&now).collect();
        for mut incident in now {
            let before = self.lapses.get(&incident.id);
            if before.is_some_and(|kept| is_same(kept, &incident)) {
                continue;
            }
            let revised = before.map(|kept| kept.version);
            if let Some(version) = revised {
                incident.version = version + 1;
                incident.product = Product::Automatic2;
            }
            self.lapses.insert(incident.id, incident.clone());
            let incident = Box::new(incident);
            take(if revised.is_some() {
                Change::Revised(incident)
            } else {
                Change::Added(incident)
            });
        }
        for id in gone {
            let Some(kept) = self.lapses.get_mut(&id) else { continue };
            kept.version += 1;
            kept.product = Product::Automatic2;
            kept.real = Probability::ZERO;
            kept.withdrawn = true;
            take(Change::Revised(Box::new(kept.clone())));
        }
    }

    /// Those that stand on record and are not among these.
    fn gone<'a>(&'a self, now: &'a [Incident]) -> impl Iterator<Item = IncidentId> + 'a {
        let standing = self.lapses.values().filter(|kept| !kept.withdrawn);
        standing
            .map(|kept| kept.id)
            .filter(|id| now.binary_search_by_key(id, |incident| incident.id).is_err())
    }
}

/// Whether two say the same. One that goes on need not be told again because time has passed, nor
/// because its sources have since looked elsewhere.
fn is_same(kept: &Incident, now: &Incident) -> bool {
    kept.lapse == now.lapse && !kept.withdrawn
}
