//! From observation ids to where they are kept: ids are hashes already, so a plain table serves.

use kernel::ObservationId;

const EMPTY: u32 = u32::MAX;

/// Open addressing with linear steps, at most half full. Eight bytes a slot.
#[derive(Clone, Default, Debug)]
pub struct IdTable {
    slots: Vec<Slot>,
    filled: usize,
}

/// A number, with the part of its id that tells most others apart: a step past a neighbour, or
/// into a larger table, then need not fetch the id from afar.
#[derive(Clone, Copy, Debug)]
struct Slot {
    tag: u32,
    number: u32,
}

impl IdTable {
    /// The number kept for `id`, if there is one. `id_of` gives the id of a number.
    pub fn find(&self, id: &ObservationId, id_of: impl Fn(u32) -> ObservationId) -> Option<u32> {
        let number = self.slots.get(self.slot_of(id, &id_of)?)?.number;
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
            self.grow();
        }
        let slot = self.slot_of(id, &id_of)?;
        let kept = self.slots.get_mut(slot)?;
        if kept.number != EMPTY {
            return Some(kept.number);
        }
        *kept = Slot { tag: tag_of(id), number };
        self.filled += 1;
        None
    }

    /// The slot that holds `id`, or the empty one where it would be kept.
    fn slot_of(&self, id: &ObservationId, id_of: impl Fn(u32) -> ObservationId) -> Option<usize> {
        let tag = tag_of(id);
        first_slot(&self.slots, tag, |slot| slot.tag == tag && id_of(slot.number) == *id)
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        let kept = std::mem::replace(&mut self.slots, vec![Slot { tag: 0, number: EMPTY }; size]);
        for slot in kept.into_iter().filter(|slot| slot.number != EMPTY) {
            if let Some(at) = first_slot(&self.slots, slot.tag, |_| false) {
                self.slots[at] = slot;
            }
        }
    }
}

/// The first slot from where `tag` belongs that is empty or the one sought.
fn first_slot(slots: &[Slot], tag: u32, sought: impl Fn(&Slot) -> bool) -> Option<usize> {
    let mask = slots.len().checked_sub(1)?;
    let mut at = tag as usize & mask;
    loop {
        let slot = slots.get(at)?;
        if slot.number == EMPTY || sought(slot) {
            return Some(at);
        }
        at = (at + 1) & mask;
    }
}

/// Ids and nothing else: 32 to 48 bytes each.
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

fn tag_of(id: &ObservationId) -> u32 {
    let [a, b, c, d, ..] = id.0;
    u32::from_le_bytes([a, b, c, d])
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
