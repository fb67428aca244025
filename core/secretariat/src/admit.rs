//! Who may ask what: the mandate a command needs, held against the agreement's list.

use kernel::{Identity, Refusal};

use crate::command::{Command, HouseCommand};
use crate::state::State;

/// Lets a command in, or says whose mandate it needs. Signatures were checked at the door.
///
/// # Errors
/// When the submitter is unknown or holds none of the mandates that would do.
pub fn admit(state: &State, command: &Command, by: &Identity) -> Result<(), Refusal> {
    let parties = &state.agreement.parties;
    if parties.office(by).is_none() {
        return Err(Refusal::new("identity-unknown", format!("Nobody is known here as `{by}`."))
            .hint("The agreement's parties.toml names who may act."));
    }
    if let Command::Terms(terms::Command::StateFact { fact, .. }) = command
        && !state.agreement.facts.iter().any(|known| known.name == *fact)
    {
        // Nobody is mandated to state what the agreement does not know: the terms say so.
        return Ok(());
    }
    let needed = mandates(command);
    if needed.is_empty() || needed.iter().any(|act| parties.mandated(by, act)) {
        return Ok(());
    }
    let mut who: Vec<&str> =
        needed.iter().flat_map(|act| parties.who_may(act)).map(Identity::as_str).collect();
    who.sort_unstable();
    who.dedup();
    let sentence = format!("`{by}` has no mandate for this: it takes {}.", needed.join(" or "));
    Err(Refusal::new("no-mandate", sentence).hint(format!("These may: {}.", who.join(", "))))
}

/// The mandates of which one is needed; none for what everybody may do.
fn mandates(command: &Command) -> Vec<String> {
    let words: &[&str] = match command {
        Command::House(HouseCommand::AdvanceClock) => &["clock"],
        Command::House(HouseCommand::Assemble | HouseCommand::CheckSources) => &["submit:*"],
        Command::Watch(watch::command::Command::ReceiveBatch { batch }) => {
            return vec![format!("submit:{}", batch.source)];
        }
        Command::Watch(watch::command::Command::ReviewIncident { .. }) => &["review"],
        Command::Watch(_) => &["submit:*"],
        Command::Terms(terms::Command::StateFact { fact, .. }) => {
            return vec![format!("fact:{fact}")];
        }
        Command::Terms(terms::Command::FileNotice { .. }) => &["notice"],
        Command::Terms(terms::Command::TakePosition { .. }) => &["position"],
        Command::Commission(command) => of_commission(command),
        Command::Guarantees(guarantees::Command::VerifyPerformance { .. }) => {
            &["pledge:verify", "review"]
        }
        Command::Guarantees(guarantees::Command::RecordRequest { .. }) => &["fact:host-request"],
        Command::Guarantees(_) => &["pledge"],
        Command::Force(_) => &["contribution"],
        Command::Support(_) => &["package"],
        Command::Cell(cell::Command::IssueDailyReport { .. }) => &["report"],
        Command::Cell(cell::Command::AcknowledgeNotification { .. }) => &[],
        Command::Cell(_) => &["task"],
    };
    words.iter().map(|&word| word.to_owned()).collect()
}

fn of_commission(command: &commission::Command) -> &'static [&'static str] {
    use commission::Command as Ask;
    match command {
        Ask::OpenCase { .. } => &["case:open"],
        Ask::State { .. } => &["case:state"],
        Ask::Answer { .. } => &["case:answer"],
        Ask::AddExhibit { .. } | Ask::TransferExhibit { .. } => &["exhibit", "seat", "chair"],
        Ask::Publish { .. } => &["publish"],
        Ask::Withdraw { .. } | Ask::AddAllegations { .. } => &["case:open", "seat", "chair"],
        Ask::Notify { .. } | Ask::AssembleProvisional { .. } => &["chair", "publish", "seat"],
        Ask::JoinCases { .. } | Ask::SplitCase { .. } => &["chair", "seat"],
        _ => &["seat", "chair"],
    }
}
