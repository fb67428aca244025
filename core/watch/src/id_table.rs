//! From observation ids to where they are kept: ids are hashes already, so a plain table serves.

use kernel::ObservationId;

const EMPTY: u32 = u32::MAX;

/// Open addressing with linear steps, at most half full. Four bytes a slot.
#[derive(Clone, Default, Debug)]
pub struct IdTable {
    slots: Vec<u32>,
    filled: usize,
}

impl IdTable {
    /// The number kept for `id`, if there is one. `id_of` gives the id of a number.
    pub fn find(&self, id: &ObservationId, id_of: impl Fn(u32) -> ObservationId) -> Option<u32> {
        let number = *self.slots.get(self.slot_of(id, &id_of)?)?;
        (number != EMPTY).then_some(number)
    }

    /// Keeps `number` for `id`, unless a number is kept for it already: then that one is given.
    pub fn insert(
        &mut self,
        id: &ObservationId,
        number: u32,
        id_of: impl Fn(u32) -> ObservationId,
    ) -> Option<u32> {
        if self.filled * 2 >= self.slots.len() {
            self.grow(&id_of);
        }
        let slot = self.slot_of(id, &id_of)?;
        let kept = self.slots.get_mut(slot)?;
        if *kept != EMPTY {
            return Some(*kept);
        }
        *kept = number;
        self.filled += 1;
        None
    }

    /// The slot that holds `id`, or the empty one where it would be kept.
    fn slot_of(&self, id: &ObservationId, id_of: impl Fn(u32) -> ObservationId) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = start_of(id) & mask;
        loop {
            let number = *self.slots.get(slot)?;
            if number == EMPTY || id_of(number) == *id {
                return Some(slot);
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self, id_of: impl Fn(u32) -> ObservationId) {
        let size = (self.slots.len() * 2).max(64);
        let kept = std::mem::replace(&mut self.slots, vec![EMPTY; size]);
        for number in kept.into_iter().filter(|number| *number != EMPTY) {
            if let Some(slot) = self.slot_of(&id_of(number), &id_of) {
                self.slots[slot] = number;
            }
        }
    }
}

/// Ids and nothing else: 24 to 32 bytes each.
#[derive(Clone, Default, Debug)]
pub struct IdSet {
    ids: Vec<ObservationId>,
    table: IdTable,
}

impl IdSet {
    /// Whether it holds `id`.
    pub fn contains(&self, id: &ObservationId) -> bool {
        self.table.find(id, self.id_of()).is_some()
    }

    /// Takes in `id`; whether it is new.
    pub fn insert(&mut self, id: ObservationId) -> bool {
        let number = self.ids.len() as u32;
        self.ids.push(id);
        let id_of = |number: u32| self.ids[number as usize];
        let known = self.table.insert(&id, number, id_of).is_some();
        if known {
            self.ids.pop();
        }
        !known
    }

    fn id_of(&self) -> impl Fn(u32) -> ObservationId + '_ {
        |number| self.ids[number as usize]
    }
}

fn start_of(id: &ObservationId) -> usize {
    let [a, b, c, d, e, f, g, h, ..] = id.0;
    u64::from_le_bytes([a, b, c, d, e, f, g, h]) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_and_nothing_is_kept_twice() {
        let id = |number: u32| ObservationId::of("s", &number.to_le_bytes());
        let mut table = IdTable::default();
        assert_eq!(table.find(&id(0), id), None);
        for number in 0..1_000 {
            assert_eq!(table.insert(&id(number), number, id), None);
        }
        assert_eq!(table.insert(&id(7), 1_000, id), Some(7));
        assert!((0..1_000).all(|number| table.find(&id(number), id) == Some(number)));
        assert_eq!(table.find(&id(1_001), id), None);
    }

    #[test]
    fn a_set_takes_in_an_id_once() {
        let id = |number: u32| ObservationId::of("s", &number.to_le_bytes());
        let mut set = IdSet::default();
        assert!((0..500).all(|number| set.insert(id(number))));
        assert!((0..500).all(|number| set.contains(&id(number)) && !set.insert(id(number))));
        assert!(!set.contains(&id(500)) && set.insert(id(500)));
    }
}
