//! Who stood where and looked at what, as the engine holds it: the ground of what silence is worth.

use kernel::{Interval, Place, SourceId, Time};

use crate::capability::doubted::COUNTS_FROM;
use crate::capability::house::LookHandedIn;
use crate::engine::Engine;
use crate::observation::{Content, Look, Shape};
use crate::source::SourceKind;

/// A look with the name of its source.
#[derive(Clone, Debug)]
pub struct Looked<'a> {
    source: String,
    when: Interval,
    shape: &'a Shape,
    look: &'a Look,
}

impl Looked<'_> {
    /// As the scene takes it.
    #[must_use]
    pub fn handed_in(&self) -> LookHandedIn<'_> {
        LookHandedIn { source: &self.source, when: self.when, shape: self.shape, look: self.look }
    }
}

impl Engine {
    /// Stations that batches told of, each with its source, where they stood at a time. Those that
    /// stand in the source's own registration are not among them.
    #[must_use]
    pub fn posts(&self, moment: Time) -> Vec<(String, Place)> {
        let stations = self.store.onsets.stations().iter();
        let post = stations.filter_map(|station| {
            let source = self.store.source(station.source)?;
            let stood = station.at(moment)?;
            let registered = source.stations.iter().any(|known| known.name == station.name);
            (!registered).then(|| (source.id.to_string(), stood.place()))
        });
        post.collect()
    }

    /// What a station of a source is, and where it stood at a moment.
    #[must_use]
    pub fn post(
        &self,
        source: &SourceId,
        station: &str,
        moment: Time,
    ) -> Option<(SourceKind, Place)> {
        let number = self.store.sources.iter().position(|known| known.id == *source)?;
        let stood = self.store.onsets.named_at(u16::try_from(number).ok()?, station, moment)?;
        Some((self.store.sources.get(number)?.kind, stood.place()))
    }

    /// Looks that saw nothing over some of a window, those of doubted observers left out.
    #[must_use]
    pub fn looks_over(&self, window: Interval) -> Vec<Looked<'_>> {
        let kept = self.store.others.iter().filter(|kept| kept.when.overlaps(window));
        let looked = kept.filter_map(|kept| {
            let Content::Look(look) = &kept.content else { return None };
            let source = &self.store.source(kept.source)?.id;
            let counts = self.store.standings.silence(source, &look.observer, kept.when.start);
            let source = (counts >= COUNTS_FROM).then(|| source.to_string())?;
            Some(Looked { source, when: kept.when, shape: &kept.shape, look })
        });
        looked.collect()
    }
}
