//! An analyst's review of an incident: what can be decided, and what the incident is from then on.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Identity, ObservationId, Place, PlaceBelief, Probability, Refusal, Shares, Time};
use serde::{Deserialize, Serialize};

use crate::bulletin::{self, Desk, Parts};
use crate::engine::Engine;
use crate::evidence::Atom;
use crate::fire::Fire;
use crate::incident::{Class, Incident, IncidentId, Member, Product, Review};
use crate::known::Change;
use crate::origin::{Band, Origin};
use crate::sounded::{self, Around};
use crate::store::Numbered;

/// A review as it is asked for and as it stands on the record.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reviewed {
    /// Which incident.
    pub incident: IncidentId,
    /// The version that the analyst looked at.
    pub version: u32,
    /// What was decided.
    pub decision: Decision,
    /// Why.
    pub reason: String,
}

/// What an analyst can decide.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "act")]
pub enum Decision {
    /// It is as the machine says, or as an earlier review and what came since make it.
    Accept,
    /// It is no incident.
    Discard,
    /// Some of its observations are of another.
    Split {
        /// Those.
        members: Vec<ObservationId>,
    },
    /// Others are of the same.
    Merge {
        /// Those incidents.
        with: Vec<IncidentId>,
    },
    /// It was elsewhere.
    Relocate {
        /// Where.
        place: Place,
        /// One standard deviation of it, metres.
        error_m: f64,
    },
    /// It was something else.
    Reclassify {
        /// What, as shares of a whole.
        classes: BTreeMap<Class, f64>,
    },
}

impl Decision {
    /// Its word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Discard => "discard",
            Self::Split { .. } => "split",
            Self::Merge { .. } => "merge",
            Self::Relocate { .. } => "relocate",
            Self::Reclassify { .. } => "reclassify",
        }
    }
}

/// No analyst places an incident worse than this, metres.
const ERROR_MAX_M: f64 = 200_000.0;

/// Refuses a review whose words alone are wrong.
///
/// # Errors
/// `reason-missing`, `place-impossible`, `class-missing`, `split-divides-nothing`,
/// `merge-with-nothing`.
pub fn check_words(review: &Reviewed) -> Result<(), Refusal> {
    if review.reason.trim().is_empty() {
        return Err(Refusal::new("reason-missing", "A review says why.")
            .hint("Give the reason with --reason; it stands on the record beside the decision."));
    }
    match &review.decision {
        Decision::Relocate { place, error_m } => {
            let sound =
                Place::new(place.lon, place.lat).is_some() && (1.0..=ERROR_MAX_M).contains(error_m);
            if !sound {
                let sentence = "The place is not on Earth, or its error is not 1 m to 200 km.";
                return Err(Refusal::new("place-impossible", sentence)
                    .hint("Degrees east and north, and one standard deviation in metres."));
            }
        }
        Decision::Reclassify { classes } => {
            let sound = classes.values().all(|share| share.is_finite() && *share >= 0.0)
                && classes.values().any(|share| *share > 0.0);
            if !sound {
                return Err(Refusal::new("class-missing", "No class has a share above nought.")
                    .hint("Name at least one class: --class air-strike, or air-strike=0.8."));
            }
        }
        Decision::Split { members } if members.is_empty() => return Err(divides_nothing()),
        Decision::Merge { with } if with.is_empty() || with.contains(&review.incident) => {
            return Err(Refusal::new("merge-with-nothing", "Nothing else is named to merge with.")
                .hint("Name other incidents with --with."));
        }
        _ => {}
    }
    Ok(())
}

fn divides_nothing() -> Refusal {
    Refusal::new(
        "split-divides-nothing",
        "The observations named do not divide the incident: name some of its own, not all.",
    )
    .hint("`servanda incidents HOUSE show ID --json` lists them.")
}

/// An incident in parts for putting together, with what they rest on.
#[derive(Default)]
struct Pieces {
    fire: Option<Fire>,
    origins: Vec<Origin>,
    reports: Vec<u32>,
}

impl Engine {
    /// Reviews an incident: everything that follows, first what the observations received since
    /// the last assembly change, then the decision. A refused review changes nothing.
    ///
    /// # Errors
    /// As [`check_words`], and `incident-unknown`, `incident-not-current`, `incident-changed`.
    pub fn review(
        &mut self,
        review: &Reviewed,
        by: &Identity,
        at: Time,
        take: &mut dyn FnMut(Change),
    ) -> Result<(), Refusal> {
        check_words(review)?;
        self.refresh();
        let incident = self.reviewable(review.incident, Some(review.version))?;
        let mut concerned = vec![incident.clone()];
        if let Decision::Merge { with } = &review.decision {
            for other in with {
                concerned.push(self.reviewable(*other, None)?);
            }
        }
        let mut decided = self.decided(&review.decision, &incident, &concerned)?;
        for one in &concerned {
            self.loosen(one);
        }
        for one in &mut decided {
            one.product = Product::Reviewed;
            one.since_review = None;
            one.replaces.clear();
            one.review = Some(Review {
                by: by.clone(),
                at,
                act: review.decision.word().to_owned(),
                reason: review.reason.clone(),
            });
            self.pins.set(one);
        }
        self.pins.resolve(&self.store);
        self.place_pins();
        self.assemble_each(take);
        Ok(())
    }

    /// An incident as it is now.
    fn reviewable(&self, id: IncidentId, version: Option<u32>) -> Result<Incident, Refusal> {
        let unknown = || {
            Refusal::new("incident-unknown", format!("There is no incident {id}."))
                .hint("List them with `servanda incidents HOUSE`.")
        };
        let (lead, live, now) = self.known.by_id(id).ok_or_else(unknown)?;
        let not_current = || {
            let sentence = format!(
                "{id} is no current incident: another took its place, or its observations are explained otherwise."
            );
            Refusal::new("incident-not-current", sentence)
                .hint("`servanda incidents HOUSE` lists the current ones; the one that took its place names it.")
        };
        if !live {
            return Err(not_current());
        }
        if version.is_some_and(|version| version != now) {
            let sentence = format!("{id} is at version {now} now.");
            return Err(Refusal::new("incident-changed", sentence)
                .hint("Look at it again: late data may have changed what was to be decided."));
        }
        let number = self.store.find(&lead).ok_or_else(unknown)?;
        let assembly = self.assembly();
        let node = assembly.node_of(number).ok_or_else(not_current)?;
        let around = assembly.around(node, &self.store);
        let named = |incident: &Incident| {
            incident.members.first().is_some_and(|first| first.observation == lead)
        };
        around.into_iter().find(named).ok_or_else(not_current)
    }

    /// What hangs together with an incident will be put together again.
    fn loosen(&mut self, incident: &Incident) {
        let numbers: Vec<u32> = incident
            .members
            .iter()
            .filter_map(|member| self.store.find(&member.observation))
            .collect();
        let assembly = self.assembly();
        let nodes: BTreeSet<u32> = numbers
            .iter()
            .filter_map(|&number| assembly.node_of(number))
            .flat_map(|node| assembly.nodes_with(node, &self.store))
            .collect();
        self.stale.extend(nodes);
        for number in numbers {
            self.stage.touch(number, &self.store);
        }
    }

    /// The incidents that a decision makes of those it concerns.
    fn decided(
        &mut self,
        decision: &Decision,
        incident: &Incident,
        concerned: &[Incident],
    ) -> Result<Vec<Incident>, Refusal> {
        let mut decided = incident.clone();
        match decision {
            Decision::Accept if incident.withdrawn => {
                decided = self.composed(&own(incident), incident);
                decided.withdrawn = false;
            }
            Decision::Accept if incident.since_review.is_some() => {
                // Place, time and classes stay as decided; who saw it is counted anew.
                let all = self.composed(&own(incident), incident);
                decided.real = all.real;
                decided.independent_groups = all.independent_groups;
                decided.count = all.count;
                decided.claims = all.claims;
                decided.caveats = all.caveats;
            }
            Decision::Accept => {}
            Decision::Discard => {
                decided.real = Probability::ZERO;
                decided.withdrawn = true;
            }
            Decision::Relocate { place, error_m } => {
                decided.place = PlaceBelief::round(*place, *error_m).rounded();
            }
            Decision::Reclassify { classes } => {
                let shares = classes.iter().map(|(class, share)| (*class, *share));
                decided.classes = Shares::from_weights(shares);
            }
            Decision::Merge { .. } => {
                let all: BTreeSet<ObservationId> = concerned.iter().flat_map(own).collect();
                decided = self.composed(&all, incident);
            }
            Decision::Split { members } => {
                let all = own(incident);
                let apart: BTreeSet<ObservationId> = members.iter().copied().collect();
                let rest: BTreeSet<ObservationId> = all.difference(&apart).copied().collect();
                if !apart.is_subset(&all) || rest.is_empty() {
                    return Err(divides_nothing());
                }
                return Ok(vec![self.composed(&rest, incident), self.composed(&apart, incident)]);
            }
        }
        Ok(vec![decided])
    }

    /// One incident of these observations: placed and classed by all of them together; where they
    /// contradict each other, as `like` is. Every one of them is a member.
    fn composed(&mut self, ids: &BTreeSet<ObservationId>, like: &Incident) -> Incident {
        let mut numbers: Vec<u32> = ids.iter().filter_map(|id| self.store.find(id)).collect();
        numbers.sort_by(|&one, &other| self.store.cmp_canonical(one, other));
        let pieces = self.pieces(&numbers);
        let settings = self.settings();
        let origins: Vec<(&Origin, Atom)> =
            pieces.origins.iter().map(|origin| (origin, origin.atom(vec![]))).collect();
        let fire: Option<(&Fire, Atom)> =
            pieces.fire.as_ref().map(|fire| (fire, fire.atom(&self.store, settings)));
        let said: Vec<(u32, Atom)> = pieces
            .reports
            .iter()
            .filter_map(|&number| Some((number, self.said(number)?)))
            .collect();
        let parts = Parts {
            pin: None,
            fires: fire.iter().map(|(fire, atom)| (*fire, atom, 1.0)).collect(),
            origins: origins.iter().map(|(origin, atom)| (*origin, atom, 1.0)).collect(),
            reports: said.iter().map(|(number, atom)| (*number, atom, 1.0)).collect(),
            aside: vec![],
        };
        let mut incident = bulletin::incident(self.desk(), &parts).unwrap_or_else(|| Incident {
            members: vec![],
            set_aside: vec![],
            since_review: None,
            ..like.clone()
        });
        let there: BTreeSet<ObservationId> =
            incident.members.iter().map(|member| member.observation).collect();
        for &number in &numbers {
            let observation = self.store.id_of(number);
            if let (false, Some(source)) =
                (there.contains(&observation), self.store.source_of(number))
            {
                let weight = Probability::ONE;
                let source = source.id.clone();
                incident.members.push(Member { observation, source, weight, residual: None });
            }
        }
        if let Some(first) = incident.members.first() {
            incident.id = IncidentId::of(&first.observation.0);
        }
        incident
    }

    /// Observations by what they are evidence of.
    fn pieces(&mut self, numbers: &[u32]) -> Pieces {
        let mut pieces = Pieces::default();
        let hotspots: Vec<u32> = numbers
            .iter()
            .copied()
            .filter(|&number| matches!(Numbered::of(number), Numbered::Hotspot(_)))
            .collect();
        pieces.fire = self.fire_of(hotspots);
        pieces.reports = numbers
            .iter()
            .copied()
            .filter(|&number| matches!(Numbered::of(number), Numbered::Report(_)))
            .collect();
        for band in Band::ALL {
            let waves: Vec<u32> = numbers
                .iter()
                .copied()
                .filter(|&number| crate::locating::band_of(number, &self.store) == Some(band))
                .collect();
            let Some(&first) = waves.first() else { continue };
            let at = self.store.when(first).start;
            let found = self.stage.origins(band, &waves, &self.store, at);
            let most = found.into_iter().max_by(|one, other| {
                let by_members = one.members.len().cmp(&other.members.len());
                by_members.then(one.log_odds.total_cmp(&other.log_odds))
            });
            let sounded =
                |origin| sounded::sounded(origin, &Around::default(), &self.store, self.settings());
            pieces.origins.extend(most.map(sounded));
        }
        pieces
    }

    fn desk(&self) -> Desk<'_> {
        let assembly = self.assembly();
        Desk {
            settings: assembly.settings,
            store: &self.store,
            burning: assembly.burning,
            looks: assembly.looks,
            ears: assembly.ears,
        }
    }
}

/// The observations that an incident rests on.
fn own(incident: &Incident) -> BTreeSet<ObservationId> {
    incident.members.iter().map(|member| member.observation).collect()
}
