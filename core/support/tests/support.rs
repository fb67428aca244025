//! Packages climb, recipients confirm, depots answer, and no two kinds of sum are merged.

use std::collections::{BTreeMap, BTreeSet};

use guarantees::{Anchor, Clock, Domain, Obligation, ObligationId, Standing};
use kernel::{Context, FactBook, Identity, PartyId, Refusal, SourceText, Stamp, Time};
use support::{Command, Entry, Kind, Rung, State, decide, falls_due, from_obligations, totals};

const PARIS: &str = include_str!("../../../agreements/paris/support.toml");
const SAMPLE: &str = include_str!("../../../agreements/sample-truce/support.toml");

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

struct House {
    state: State,
    now: Time,
    position: u64,
}

impl House {
    fn founded(text: &str) -> Self {
        let text = SourceText([("support.toml".to_owned(), text.to_owned())].into());
        let (plan, mistakes) = support::read(&text);
        assert!(mistakes.is_empty(), "{mistakes:#?}");
        let roles = ["North", "South", "Isle", "Harbour"].map(|party| {
            (Identity(format!("{}.liaison", party.to_lowercase())), PartyId::from(party))
        });
        let state = State::found(plan, BTreeMap::from(roles));
        Self { state, now: at("2026-05-01"), position: 0 }
    }

    fn take(&mut self, by: &str, entries: Vec<Entry>) -> Vec<Entry> {
        for entry in &entries {
            let written = serde_json::to_string(entry).unwrap();
            let read: Entry = serde_json::from_str(&written).unwrap();
            let stamp = self.stamp(by);
            self.state.evolve(&read, &stamp);
            self.position += 1;
        }
        entries
    }

    fn stamp(&self, by: &str) -> Stamp {
        Stamp { position: self.position, at: self.now, by: by.into() }
    }

    fn order(&mut self, by: &str, command: Command) -> Result<Vec<Entry>, Refusal> {
        let (stamp, facts) = (self.stamp(by), FactBook::default());
        let entries = decide(&self.state, command, &Context { stamp: &stamp, facts: &facts })?;
        Ok(self.take(by, entries))
    }

    fn tick(&mut self, now: &str) -> Vec<Entry> {
        self.now = at(now);
        let (stamp, facts) = (self.stamp("house"), FactBook::default());
        let entries = falls_due(&self.state, &Context { stamp: &stamp, facts: &facts });
        self.take("house", entries)
    }

    fn owe(&mut self, standing: Standing) -> Vec<Entry> {
        let obligation = Obligation {
            id: ObligationId::of(b"lift"),
            pledge: "isle.lift".into(),
            bearer: "Isle".into(),
            action: "Lend sea lift".into(),
            domain: Domain::Logistics,
            finding: None,
            anchor: Anchor::Request,
            clock: Clock::Known,
            counted_from: self.now,
            due: at("2026-05-03"),
            raised: self.now,
            standing,
            conditions: vec![],
        };
        let (stamp, facts) = (self.stamp("house"), FactBook::default());
        let entries =
            from_obligations(&self.state, &obligation, &Context { stamp: &stamp, facts: &facts });
        self.take("house", entries)
    }
}

fn to(rung: Rung, happened: &str) -> Command {
    Command::MovePackage {
        package: "isle.boats".into(),
        to: rung,
        happened: at(happened),
        proof: vec![],
    }
}

fn code(refused: Result<Vec<Entry>, Refusal>) -> String {
    refused.unwrap_err().code
}

#[test]
fn the_paris_catalogue_has_every_kind_the_seeds_name() {
    let house = House::founded(PARIS);
    let kinds: BTreeSet<Kind> =
        house.state.packages().values().map(|one| one.package.kind).collect();
    assert!(kinds.len() >= 13, "{kinds:?}");
}

#[test]
fn a_package_climbs_and_the_recipient_has_the_last_word() {
    let mut house = House::founded(SAMPLE);
    house.now = at("2026-05-15");
    assert_eq!(
        code(house.order("north.liaison", to(Rung::Contracted, "2026-05-02"))),
        "not-the-donor"
    );
    house.order("isle.liaison", to(Rung::InTransit, "2026-05-09")).unwrap();
    assert_eq!(code(house.order("isle.liaison", to(Rung::Allocated, "2026-05-10"))), "not-upward");
    assert_eq!(
        code(house.order("isle.liaison", to(Rung::Delivered, "2026-05-08"))),
        "out-of-order"
    );
    assert_eq!(
        code(house.order("isle.liaison", to(Rung::Delivered, "2026-05-16"))),
        "in-the-future"
    );
    let confirm = |received| Command::ConfirmReceipt {
        package: "isle.boats".into(),
        received,
        happened: at("2026-05-12"),
        text: "four of six".into(),
    };
    assert_eq!(code(house.order("north.liaison", confirm(true))), "not-delivered");
    house.order("isle.liaison", to(Rung::Delivered, "2026-05-11")).unwrap();
    house.order("north.liaison", confirm(false)).unwrap();
    let delivered = |house: &House| {
        totals(&house.state).into_iter().find(|row| row.rung == Rung::Delivered).unwrap()
    };
    assert_eq!(
        (delivered(&house).packages, delivered(&house).confirmed),
        (1, 0),
        "disputed: both stand"
    );
    house.order("north.liaison", confirm(true)).unwrap();
    assert_eq!(delivered(&house).confirmed, 1);
    assert_eq!(code(house.order("isle.liaison", to(Rung::InUse, "2026-05-14"))), "recipient-says");
    let used = Command::ReportUse { package: "isle.boats".into(), happened: at("2026-05-14") };
    house.order("north.liaison", used).unwrap();
    assert_eq!(house.state.packages()["isle.boats"].rung, Rung::InUse);
}

#[test]
fn totals_keep_rung_currency_and_price_basis_apart() {
    let house = House::founded(SAMPLE);
    let rows = totals(&house.state);
    let minor =
        |rung| rows.iter().filter(|row| row.rung == rung).map(|row| row.minor).collect::<Vec<_>>();
    assert_eq!(
        minor(Rung::Announced),
        [50_000_000, 120_000_000],
        "cash and market value are two rows"
    );
    assert_eq!(minor(Rung::Committed), [120_000_000]);
    assert_eq!(minor(Rung::Allocated), [0; 0]);
}

#[test]
fn a_promise_slips_once() {
    let mut house = House::founded(SAMPLE);
    assert!(house.tick("2026-05-10").is_empty());
    let slipped = house.tick("2026-05-11");
    assert!(matches!(slipped[..], [Entry::PromiseSlipped { rung: Rung::InTransit, .. }]));
    assert!(house.tick("2026-05-12").is_empty());
}

#[test]
fn a_depot_answers_in_its_time_or_is_late() {
    let mut house = House::founded(SAMPLE);
    let call = |category: &str| Command::RequestDraw {
        depot: "quay".into(),
        category: category.into(),
        text: "ten tonnes".into(),
    };
    assert_eq!(code(house.order("isle.liaison", call("flour"))), "no-right-to-draw");
    assert_eq!(code(house.order("north.liaison", call("shells"))), "not-in-depot");
    let made = house.order("north.liaison", call("flour")).unwrap();
    let [Entry::DrawRequested { draw, due, .. }] = made[..] else { panic!("{made:?}") };
    assert_eq!(due, at("2026-05-03"));
    assert_eq!(house.tick("2026-05-04"), [Entry::DrawOverdue { draw }]);
    let dispatch = || Command::ReportDispatch { draw, happened: at("2026-05-04"), proof: vec![] };
    assert_eq!(code(house.order("north.liaison", dispatch())), "not-the-owner");
    house.order("harbour.liaison", dispatch()).unwrap();
    assert_eq!(code(house.order("harbour.liaison", dispatch())), "already-dispatched");
}

#[test]
fn an_obligation_asks_for_its_packages_once() {
    let mut house = House::founded(SAMPLE);
    let asked = house.owe(Standing::Due);
    let [Entry::DeliveryDue { packages, .. }] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(packages[..], ["isle.boats"]);
    assert!(house.owe(Standing::Due).is_empty());
    assert!(matches!(house.owe(Standing::Lapsed)[..], [Entry::DeliveryReleased { .. }]));
    assert!(house.owe(Standing::Lapsed).is_empty());
}
