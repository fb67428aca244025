//! Origins where they can be linked, each weighed by what it sounds like and what is known around it.

use std::collections::{BTreeMap, BTreeSet};

use kernel::ObservationId;

use crate::engine::Engine;
use crate::origin::Origin;
use crate::sounded::{self, Around};
use crate::store::Numbered;
use crate::voice;

impl Engine {
    /// Origins of new arrivals in place of those they change; what hung together with either is
    /// put together again.
    pub(crate) fn place_origins(&mut self) {
        if self.all_stale || std::mem::take(&mut self.store.onsets.moved) {
            self.stage.touch_all();
        }
        let pins = &self.pins;
        let moved = self.stage.update(&self.store, &|number| pins.holds(number));
        for origin in &moved.gone {
            if let Some(node) = origin.lead() {
                self.unlink(node);
                self.origins.remove(&node);
                self.history.remove(node, origin);
                self.flights.remove(node, origin);
            }
        }
        if self.all_stale {
            self.place_pins();
        }
        let named = |origin: &Origin| origin.lead();
        let come: BTreeMap<u32, Origin> =
            moved.come.into_iter().filter_map(|one| Some((named(&one)?, one))).collect();
        for (&node, origin) in &come {
            self.history.insert(node, origin);
            self.flights.insert(node, origin);
        }
        // A place's history is part of what was heard there later, and so is what flew there.
        let mut later = std::mem::take(&mut self.unsounded);
        for origin in come.values().chain(&moved.gone) {
            later.extend(self.history.concerned(origin));
            later.extend(self.flights.concerned(origin));
        }
        later.retain(|node| !come.contains_key(node));
        for (node, origin) in come {
            self.place_origin(node, origin);
        }
        for node in later {
            if let Some(origin) = self.origins.get(&node).cloned() {
                self.sound_again(node, origin);
            }
        }
        let named = |origin: &Origin| origin.lead().map(|lead| self.store.id_of(lead));
        let there: BTreeSet<ObservationId> = self.origins.values().filter_map(named).collect();
        let Self { known, pins, store, .. } = self;
        known.orphan(|lead| {
            let of_waves = |number| {
                matches!(Numbered::of(number), Numbered::Arrival(_) | Numbered::Other(_))
                    && !pins.holds(number)
            };
            !there.contains(lead) && store.find(lead).is_none_or(of_waves)
        });
    }

    /// Puts an origin where it can be linked.
    pub(crate) fn place_origin(&mut self, node: u32, origin: Origin) {
        let around = self.around(&origin);
        let origin = sounded::sounded(origin, &around, &self.store, &self.settings);
        let numbers = origin.members.iter().map(|member| member.number);
        let groups = numbers.filter_map(|number| self.store.source_of(number));
        let mut voices: Vec<u64> =
            groups.map(|source| voice::voice("group", &source.independence_group)).collect();
        voices.sort_unstable();
        voices.dedup();
        self.spots.insert(node, origin.atom(voices), &self.settings);
        self.origins.insert(node, origin);
        self.stale.insert(node);
    }

    /// What is known of an origin beside its own onsets.
    fn around(&self, origin: &Origin) -> Around {
        Around { past: self.history.past(origin), approached: self.flights.approached(origin) }
    }

    /// Weighs an origin again whose place has another history now.
    fn sound_again(&mut self, node: u32, before: Origin) {
        let around = self.around(&before);
        let now = sounded::sounded(before.clone(), &around, &self.store, &self.settings);
        if now != before {
            self.unlink(node);
            self.place_origin(node, before);
        }
    }
}
