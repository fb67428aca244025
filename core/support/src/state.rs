//! Packages on their rungs, depots and calls on them, computed from the record.

use std::collections::{BTreeMap, BTreeSet};

use guarantees::ObligationId;
use kernel::{Identity, PartyId, Stamp, Time};

use crate::depot::Depot;
use crate::entry::{DrawId, Entry};
use crate::package::{Package, Rung};
use crate::plan::Plan;

/// Everything this pillar knows.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct State {
    roles: BTreeMap<Identity, PartyId>,
    packages: BTreeMap<String, Progress>,
    depots: BTreeMap<String, Depot>,
    draws: BTreeMap<DrawId, Draw>,
    deliveries: BTreeMap<ObligationId, Delivery>,
}

/// A package and how far it has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Progress {
    /// The package as entered.
    pub package: Package,
    /// The rung it stands on.
    pub rung: Rung,
    /// When each rung was reached, as reported; the rung it was entered on has no time.
    pub reached: BTreeMap<Rung, Time>,
    /// What the recipient said of the delivery: received or not, when, in what words.
    pub receipt: Option<(bool, Time, String)>,
    /// Rungs whose promised time went by.
    pub slipped: BTreeSet<Rung>,
    /// Why it was taken back, if it was.
    pub withdrawn: Option<String>,
}

/// A call on a depot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draw {
    /// Which depot.
    pub depot: String,
    /// Of what.
    pub category: String,
    /// Who called.
    pub by: PartyId,
    /// When the goods should have left.
    pub due: Time,
    /// The owner's answer, if it gave one.
    pub answer: Option<(bool, String)>,
    /// When the goods left, as the owner reports.
    pub dispatched: Option<Time>,
    /// Whether it was said to be late.
    pub overdue: bool,
}

/// Support that an obligation asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// Who owes.
    pub bearer: PartyId,
    /// By when.
    pub due: Time,
    /// The packages entered under the pledge when it was raised.
    pub packages: Vec<String>,
    /// Whether the obligation fell away.
    pub released: bool,
}

impl Progress {
    fn of(package: Package) -> Self {
        let rung = package.rung;
        let (reached, slipped) = (BTreeMap::new(), BTreeSet::new());
        Self { package, rung, reached, receipt: None, slipped, withdrawn: None }
    }
}

impl State {
    /// The state in which the house is founded.
    #[must_use]
    pub fn found(plan: Plan, roles: BTreeMap<Identity, PartyId>) -> Self {
        let packages = plan.packages.into_iter().map(|(id, package)| (id, Progress::of(package)));
        Self { roles, packages: packages.collect(), depots: plan.depots, ..Self::default() }
    }

    /// Takes one entry in.
    pub fn evolve(&mut self, entry: &Entry, _stamp: &Stamp) {
        match entry {
            Entry::PackageAnnounced { package } => {
                self.packages.insert(package.id.clone(), Progress::of(package.clone()));
            }
            Entry::PackageMoved { package, to, happened, .. } => self.with(package, |known| {
                known.rung = known.rung.max(*to);
                known.reached.insert(*to, *happened);
            }),
            Entry::ReceiptConfirmed { package, received, happened, text } => {
                self.with(package, |known| {
                    known.receipt = Some((*received, *happened, text.clone()))
                });
            }
            Entry::PackageWithdrawn { package, reason } => {
                self.with(package, |known| known.withdrawn = Some(reason.clone()));
            }
            Entry::PromiseSlipped { package, rung, .. } => {
                self.with(package, |known| known.slipped.extend([*rung]));
            }
            Entry::DeliveryDue { obligation, bearer, due, packages } => {
                let (bearer, packages) = (bearer.clone(), packages.clone());
                let delivery = Delivery { bearer, due: *due, packages, released: false };
                self.deliveries.insert(*obligation, delivery);
            }
            Entry::DeliveryReleased { obligation } => {
                if let Some(delivery) = self.deliveries.get_mut(obligation) {
                    delivery.released = true;
                }
            }
            _ => self.evolve_depot(entry),
        }
    }

    fn evolve_depot(&mut self, entry: &Entry) {
        match entry {
            Entry::DrawRequested { draw, depot, category, by, due, .. } => {
                let (depot, category, by) = (depot.clone(), category.clone(), by.clone());
                let made = Draw {
                    depot,
                    category,
                    by,
                    due: *due,
                    answer: None,
                    dispatched: None,
                    overdue: false,
                };
                self.draws.insert(*draw, made);
            }
            Entry::DrawAnswered { draw, accepts, text } => {
                self.with_draw(*draw, |known| known.answer = Some((*accepts, text.clone())));
            }
            Entry::DrawDispatched { draw, happened, .. } => {
                self.with_draw(*draw, |known| known.dispatched = Some(*happened));
            }
            Entry::DrawOverdue { draw } => self.with_draw(*draw, |known| known.overdue = true),
            Entry::StockStated { depot, category, level } => {
                let stocks = self.depots.get_mut(depot).map(|depot| depot.stocks.iter_mut());
                let stock = stocks.into_iter().flatten().find(|stock| stock.category == *category);
                if let Some(stock) = stock {
                    stock.level = Some(*level);
                }
            }
            _ => {}
        }
    }

    fn with(&mut self, package: &str, change: impl FnOnce(&mut Progress)) {
        if let Some(known) = self.packages.get_mut(package) {
            change(known);
        }
    }
    fn with_draw(&mut self, draw: DrawId, change: impl FnOnce(&mut Draw)) {
        if let Some(known) = self.draws.get_mut(&draw) {
            change(known);
        }
    }

    /// The party an identity acts for.
    #[must_use]
    pub fn party(&self, identity: &Identity) -> Option<&PartyId> {
        self.roles.get(identity)
    }
    /// All packages, withdrawn ones included, by id.
    #[must_use]
    pub fn packages(&self) -> &BTreeMap<String, Progress> {
        &self.packages
    }
    /// All depots by id.
    #[must_use]
    pub fn depots(&self) -> &BTreeMap<String, Depot> {
        &self.depots
    }
    /// Calls on depots.
    #[must_use]
    pub fn draws(&self) -> &BTreeMap<DrawId, Draw> {
        &self.draws
    }
    /// Support that obligations ask for.
    #[must_use]
    pub fn deliveries(&self) -> &BTreeMap<ObligationId, Delivery> {
        &self.deliveries
    }
}
