//! An assembly or a check of sources that rests on an erased batch: its incidents and doubts are
//! taken as recorded, and everything that follows from them is computed again.

use std::collections::VecDeque;

use kernel::{Identity, Stamp};
use secretariat::bulk::from_lines;
use secretariat::founding::HOUSE;
use secretariat::{Bulk as _, Entry, House, react};
use watch::Incident;
use watch::entry::{Entry as Watched, IncidentsAssembled};

use crate::difference::refuse_other;
use crate::recomputing::Recomputing;

/// The same order as in `House::act`: first all incidents and what is alleged of them, each part
/// of incidents before its allegations; then, first come first served, what follows from those.
#[derive(Default)]
pub struct AsRecorded {
    /// Entries of the first kind, taken in only when they are all here: what is alleged of the
    /// last of them is decided by the state before the first.
    firsts: Vec<(Stamp, Entry)>,
    /// Allegations due next, from the incidents just read.
    alleged: VecDeque<Entry>,
    settled: bool,
    reactions: VecDeque<Entry>,
}

impl AsRecorded {
    /// Of a review or a doubt, whose own entry comes first.
    #[must_use]
    pub fn after(decided: Entry) -> Self {
        Self { alleged: VecDeque::from([decided]), ..Self::default() }
    }

    /// Takes in a recorded entry; whether its incidents had to be taken on trust.
    ///
    /// # Errors
    /// Why it cannot stand here.
    pub fn take(
        &mut self,
        house: &mut House,
        bulk: &Recomputing<'_>,
        stamp: Stamp,
        recorded: &record::Entry,
    ) -> Result<bool, String> {
        let read = Entry::from_record(&recorded.kind, recorded.version, &recorded.body);
        let entry = read.map_err(|refusal| refusal.sentence)?;
        if let Some(due) = self.alleged.pop_front() {
            refuse_other(&due, recorded, bulk)?;
            self.firsts.push((stamp, entry));
            return Ok(false);
        }
        if let Entry::Watch(
            Watched::IncidentsAssembled(_) | Watched::SourcesChecked(_) | Watched::SourceDoubted(_),
        ) = &entry
            && !self.settled
        {
            if let Entry::Watch(Watched::IncidentsAssembled(assembled)) = &entry {
                self.alleged = allegations_of(assembled, house, bulk)?.into();
            }
            self.firsts.push((stamp, entry));
            return Ok(true);
        }
        self.settle(house, bulk)?;
        let due = self.reactions.pop_front().ok_or_else(|| {
            format!("it does not follow: nothing more follows, and `{}` stands here", recorded.kind)
        })?;
        refuse_other(&due, recorded, bulk)?;
        self.follow(house, bulk, &stamp, &entry);
        Ok(false)
    }

    /// What is still due when the next submission or the end of the record comes.
    ///
    /// # Errors
    /// When there are no incidents, which every assembly gives.
    pub fn left(
        &mut self,
        house: &mut House,
        bulk: &Recomputing<'_>,
    ) -> Result<Option<&Entry>, String> {
        if self.alleged.is_empty() {
            self.settle(house, bulk)?;
        }
        Ok(self.alleged.front().or(self.reactions.front()))
    }

    fn settle(&mut self, house: &mut House, bulk: &Recomputing<'_>) -> Result<(), String> {
        if self.settled {
            return Ok(());
        }
        if self.firsts.is_empty() {
            return Err("an assembly gives incidents first, and here are none".to_owned());
        }
        self.settled = true;
        for (stamp, entry) in std::mem::take(&mut self.firsts) {
            self.follow(house, bulk, &stamp, &entry);
        }
        Ok(())
    }

    fn follow(&mut self, house: &mut House, bulk: &Recomputing<'_>, stamp: &Stamp, entry: &Entry) {
        let stamp = Stamp { by: Identity::from(HOUSE), ..stamp.clone() };
        house.restore(entry, &stamp, bulk);
        self.reactions.extend(react::react(house.state(), entry, &stamp, bulk));
    }
}

/// What the terms say of recorded incidents.
fn allegations_of(
    assembled: &IncidentsAssembled,
    house: &House,
    bulk: &Recomputing<'_>,
) -> Result<Vec<Entry>, String> {
    let batches = house.state().watch.batches().len() as u64;
    if assembled.as_of_batches != batches {
        let said = assembled.as_of_batches;
        return Err(format!("it is said to rest on {said} batches; {batches} came before it"));
    }
    let bytes = bulk.payload(&assembled.payload).unwrap_or_default();
    let incidents: Vec<Incident> = from_lines(&bytes);
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count();
    if incidents.len() != lines || lines as u64 != assembled.added + assembled.revised {
        let (said, read) = (assembled.added + assembled.revised, incidents.len());
        return Err(format!(
            "its payload has {lines} lines, {read} of them incidents; it is said to hold {said}"
        ));
    }
    Ok(react::raise(house.state(), &incidents, bulk))
}
