//! What incidents teach of those who looked: who had one in view and said that nothing was there,
//! and who told of it.

use std::collections::BTreeMap;

use kernel::SourceId;

use crate::doubts::Learnt;
use crate::engine::Engine;
use crate::incident::Incident;
use crate::looks::Looks;
use crate::observation::Content;
use crate::trust::{Item, What};

/// Learns from incidents that others located: each look over one is a chance that was missed, each
/// word about one by somebody who also hands in looks is one that was taken.
pub(crate) fn learn(engine: &Engine, incidents: &[&Incident], learnt: &mut Learnt) {
    let usual = usual_chances(engine);
    if usual.is_empty() {
        return;
    }
    let mut looks = Looks::default();
    looks.extend(&engine.store);
    for incident in incidents {
        for (kept, look, chance) in looks.over(&incident.place, incident.when, &engine.store) {
            let Some(source) = engine.store.source(kept.source) else { continue };
            let what = What::Chance { chance, noticed: false, own_side: None };
            let of = (source.id.clone(), look.observer.clone());
            learnt.entry(of).or_default().push(Item { at: incident.when.start, what });
        }
        let members = incident.members.iter().map(|member| member.observation);
        let aside = incident.set_aside.iter().map(|aside| aside.observation);
        let mut told: Vec<(SourceId, String)> = members
            .chain(aside)
            .filter_map(|observation| {
                let number = engine.store.find(&observation)?;
                let source = engine.store.source_of(number)?.id.clone();
                Some((source, engine.store.told_by(number).to_owned()))
            })
            .collect();
        told.sort();
        told.dedup();
        for of in told {
            let Some(&chance) = usual.get(&of) else { continue };
            let what = What::Chance { chance, noticed: true, own_side: None };
            learnt.entry(of).or_default().push(Item { at: incident.when.start, what });
        }
    }
}

/// The middle of the chances that everybody who hands in looks gives to them.
fn usual_chances(engine: &Engine) -> BTreeMap<(SourceId, String), f64> {
    let mut all = BTreeMap::<(SourceId, String), Vec<f32>>::new();
    for kept in engine.assembled_others() {
        if let (Content::Look(look), Some(source)) =
            (&kept.content, engine.store.source(kept.source))
        {
            all.entry((source.id.clone(), look.observer.clone())).or_default().push(look.chance);
        }
    }
    let middle = |mut chances: Vec<f32>| {
        chances.sort_by(f32::total_cmp);
        chances.get(chances.len() / 2).copied().map_or(0.0, f64::from)
    };
    all.into_iter().map(|(of, chances)| (of, middle(chances).clamp(0.0, 1.0))).collect()
}
