//! Says yes or no to a command about support.

use kernel::{Context, PartyId, Refusal, Time};

use crate::command::Command;
use crate::depot::Depot;
use crate::entry::{DrawId, Entry};
use crate::package::Rung;
use crate::plan::check;
use crate::state::{Draw, Progress, State};

/// The entries a command leads to.
///
/// # Errors
/// When the office may not give it, or things do not stand as it presumes.
pub fn decide(
    state: &State,
    command: Command,
    context: &Context<'_>,
) -> Result<Vec<Entry>, Refusal> {
    let by = &context.stamp.by;
    let party = state.party(by).ok_or_else(|| {
        Refusal::new("no-party", format!("{by} acts for no party to the agreement."))
    })?;
    let asking = Asking { state, party, context };
    let entry = match command {
        Command::AnnouncePackage { package } => {
            asking.is(&package.donor, "not-the-donor")?;
            if state.packages().contains_key(&package.id) {
                let sentence = format!("A package is called {} already.", package.id);
                return Err(Refusal::new("package-known", sentence).hint("Choose another name."));
            }
            check(&package).map_err(|message| {
                Refusal::new("package-unsound", format!("{}: {message}.", package.id))
            })?;
            Entry::PackageAnnounced { package: *package }
        }
        Command::MovePackage { package, to, happened, proof } => {
            asking.may_move(&package, to, happened)?;
            Entry::PackageMoved { package, to, happened, proof }
        }
        Command::ConfirmReceipt { package, received, happened, text } => {
            let known = asking.received(&package, happened)?;
            if known.rung < Rung::Delivered {
                let sentence = format!("Nobody has reported {package} as delivered.");
                return Err(Refusal::new("not-delivered", sentence));
            }
            Entry::ReceiptConfirmed { package, received, happened, text }
        }
        Command::ReportUse { package, happened } => {
            let known = asking.received(&package, happened)?;
            if known.rung != Rung::Delivered {
                let sentence = format!("{package} does not stand as delivered.");
                return Err(Refusal::new("not-delivered", sentence));
            }
            Entry::PackageMoved { package, to: Rung::InUse, happened, proof: Vec::new() }
        }
        Command::WithdrawPackage { package, reason } => {
            let known = asking.package(&package)?;
            asking.is(&known.package.donor, "not-the-donor")?;
            Entry::PackageWithdrawn { package, reason }
        }
        of_depot => asking.depot_step(of_depot)?,
    };
    Ok(vec![entry])
}

struct Asking<'a> {
    state: &'a State,
    party: &'a PartyId,
    context: &'a Context<'a>,
}

impl<'a> Asking<'a> {
    fn is(&self, expected: &PartyId, code: &str) -> Result<(), Refusal> {
        if self.party == expected {
            return Ok(());
        }
        Err(Refusal::new(code, format!("This is for {expected} to say; {} asked.", self.party)))
    }

    fn package(&self, id: &str) -> Result<&'a Progress, Refusal> {
        let found = self.state.packages().get(id).ok_or_else(|| {
            Refusal::new("unknown-package", format!("No package is called {id}."))
        })?;
        match &found.withdrawn {
            Some(reason) => {
                Err(Refusal::new("package-withdrawn", format!("{id} was taken back: {reason}.")))
            }
            None => Ok(found),
        }
    }

    fn past(&self, happened: Time) -> Result<(), Refusal> {
        if happened <= self.context.stamp.at {
            return Ok(());
        }
        Err(Refusal::new("in-the-future", "What has not happened yet cannot be reported as done."))
    }

    fn may_move(&self, id: &str, to: Rung, happened: Time) -> Result<(), Refusal> {
        let known = self.package(id)?;
        self.is(&known.package.donor, "not-the-donor")?;
        self.past(happened)?;
        if to == Rung::InUse {
            return Err(Refusal::new(
                "recipient-says",
                "Only the recipient says that something is in use.",
            )
            .hint("The recipient reports its use."));
        }
        if to <= known.rung {
            let sentence = format!("{id} stands on {:?} already; nothing climbs down.", known.rung);
            return Err(Refusal::new("not-upward", sentence)
                .hint("Withdraw the package and announce what remains of it."));
        }
        if known.reached.values().any(|earlier| *earlier > happened) {
            let sentence = "It cannot have come further before it reached the rung below.";
            return Err(Refusal::new("out-of-order", sentence));
        }
        Ok(())
    }

    fn received(&self, id: &str, happened: Time) -> Result<&'a Progress, Refusal> {
        let known = self.package(id)?;
        self.is(&known.package.recipient, "not-the-recipient")?;
        self.past(happened)?;
        Ok(known)
    }

    fn depot_step(&self, command: Command) -> Result<Entry, Refusal> {
        match command {
            Command::RequestDraw { depot, category, text } => self.request(depot, category, text),
            Command::AnswerDraw { draw, accepts, text } => {
                self.own_draw(draw)?;
                Ok(Entry::DrawAnswered { draw, accepts, text })
            }
            Command::ReportDispatch { draw, happened, proof } => {
                self.own_draw(draw)?;
                self.past(happened)?;
                Ok(Entry::DrawDispatched { draw, happened, proof })
            }
            Command::StateStock { depot, category, level } => {
                let known = self.depot(&depot)?;
                self.is(&known.owner, "not-the-owner")?;
                holds(known, &category)?;
                Ok(Entry::StockStated { depot, category, level })
            }
            _ => Err(Refusal::new("not-a-depot-step", "This command does not concern a depot.")),
        }
    }

    fn request(&self, depot: String, category: String, text: String) -> Result<Entry, Refusal> {
        let known = self.depot(&depot)?;
        if !known.open_to.contains(self.party) {
            let sentence = format!("{} has no right to draw on {depot}.", self.party);
            return Err(Refusal::new("no-right-to-draw", sentence));
        }
        holds(known, &category)?;
        let stamp = self.context.stamp;
        let draw = DrawId::of(format!("{depot}\n{}", stamp.position).as_bytes());
        let (by, due) = (self.party.clone(), stamp.at + known.response);
        Ok(Entry::DrawRequested { draw, depot, category, by, due, text })
    }

    fn depot(&self, id: &str) -> Result<&'a Depot, Refusal> {
        let found = self.state.depots().get(id);
        found.ok_or_else(|| Refusal::new("unknown-depot", format!("No depot is called {id}.")))
    }

    fn own_draw(&self, id: DrawId) -> Result<&'a Draw, Refusal> {
        let found = self.state.draws().get(&id);
        let draw =
            found.ok_or_else(|| Refusal::new("unknown-draw", format!("No call is named {id}.")))?;
        self.is(&self.depot(&draw.depot)?.owner, "not-the-owner")?;
        if draw.dispatched.is_some() {
            return Err(Refusal::new(
                "already-dispatched",
                format!("The goods of {id} have left."),
            ));
        }
        Ok(draw)
    }
}

fn holds(depot: &Depot, category: &str) -> Result<(), Refusal> {
    if depot.stocks.iter().any(|stock| stock.category == category) {
        return Ok(());
    }
    let held: Vec<_> = depot.stocks.iter().map(|stock| stock.category.as_str()).collect();
    Err(Refusal::new("not-in-depot", format!("{} holds no {category}.", depot.id))
        .hint(format!("It holds: {}.", held.join(", "))))
}
