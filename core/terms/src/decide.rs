//! A request is answered with entries or a refusal: is it mandated, declared, and in time order?

use kernel::{Context, Duration, Identity, Interval, PartyId, Refusal};

use crate::agreement::{Agreement, FactKind, NoticeKind};
use crate::command::Command;
use crate::entry::Entry;
use crate::notice::{Notice, NoticeId};
use crate::state::State;
use crate::suggest;

/// The largest area a notice may cover: beyond it, it would announce a front, not an activity.
const NOTICE_RADIUS_M_MAX: f64 = 50_000.0;

/// Decides on a request.
///
/// # Errors
/// A refusal with its code, the article where there is one, and what to do next.
pub fn decide(
    state: &State,
    command: Command,
    context: &Context<'_>,
) -> Result<Vec<Entry>, Refusal> {
    let agreement = state.agreement();
    let by = &context.stamp.by;
    match command {
        Command::StateFact { fact, subject, holds, since, basis } => {
            mandated(agreement, by, &format!("fact:{}", declared(agreement, &fact)?.name))?;
            subject_fits(declared(agreement, &fact)?, subject.as_deref())?;
            if since > context.stamp.at {
                let sentence = format!("A fact cannot hold since {since}, which is still to come.");
                return Err(Refusal::new("fact-in-the-future", sentence)
                    .hint("State it when it has come to hold."));
            }
            Ok(vec![Entry::FactStated { fact, subject, holds, since, basis }])
        }
        Command::FileNotice { kind, window, center, radius_m, party, text } => {
            mandated(agreement, by, "notice")?;
            let declared = notice_kind(agreement, &kind)?;
            notice_fits(declared, window, radius_m, context)?;
            let party = speaks_for(agreement, by, party)?;
            let named = format!("{kind}\n{window:?}\n{center:?}\n{radius_m}\n{by}\n{text}");
            let id = NoticeId::of(format!("{named}\n{}", context.stamp.position).as_bytes());
            let (known, by) = (context.stamp.at, by.clone());
            let notice = Notice { id, kind, window, center, radius_m, party, text, known, by };
            Ok(vec![Entry::NoticeFiled { notice }])
        }
        Command::TakePosition { article, stance, text } => {
            mandated(agreement, by, "position")?;
            if agreement.article(&article).is_none() {
                let known = agreement.articles.iter().map(|article| article.number.as_str());
                return Err(Refusal::new(
                    "unknown-article",
                    format!("There is no article {article}."),
                )
                .hint(suggest::hint(&article, known)));
            }
            let office = agreement.parties.office(by);
            let party = office.and_then(|office| office.acts_for.clone()).ok_or_else(|| {
                Refusal::new("acts-for-nobody", format!("{by} acts for no party."))
                    .hint("A position is taken by a party's own liaison officer.")
            })?;
            Ok(vec![Entry::PositionTaken { party, article, stance, text }])
        }
    }
}

fn mandated(agreement: &Agreement, by: &Identity, act: &str) -> Result<(), Refusal> {
    if agreement.parties.mandated(by, act) {
        return Ok(());
    }
    let may: Vec<&str> = agreement.parties.who_may(act).into_iter().map(Identity::as_str).collect();
    let hint = match &may[..] {
        [] => "No identity of this agreement has that mandate.".to_owned(),
        some => format!("Mandated: {}.", some.join(", ")),
    };
    let sentence = format!("{by} has no mandate `{act}` in this agreement.");
    Err(Refusal::new("no-mandate", sentence).hint(hint))
}

fn declared<'a>(agreement: &'a Agreement, name: &str) -> Result<&'a FactKind, Refusal> {
    agreement.facts.iter().find(|fact| fact.name == name).ok_or_else(|| {
        let known = agreement.facts.iter().map(|fact| fact.name.as_str());
        Refusal::new("unknown-fact", format!("The agreement declares no fact `{name}`."))
            .hint(suggest::hint(name, known))
    })
}

/// A fact that is always of somebody needs a subject; one that never is takes none.
fn subject_fits(fact: &FactKind, subject: Option<&str>) -> Result<(), Refusal> {
    let name = &fact.name;
    match (&fact.subject, subject) {
        (None, Some(subject)) => {
            let sentence = format!("The fact `{name}` is not of anybody, so not of `{subject}`.");
            Err(Refusal::new("subject-not-expected", sentence).hint("Leave the subject out."))
        }
        (Some(of), None) if fact.subject_required => {
            let sentence = format!("The fact `{name}` must say of which {of}.");
            Err(Refusal::new("subject-missing", sentence)
                .hint(format!("Name the {of} as subject.")))
        }
        _ => Ok(()),
    }
}

fn notice_kind<'a>(agreement: &'a Agreement, kind: &str) -> Result<&'a NoticeKind, Refusal> {
    agreement.notices.iter().find(|known| known.name == kind).ok_or_else(|| {
        let known = agreement.notices.iter().map(|notice| notice.name.as_str());
        Refusal::new("unknown-notice", format!("The agreement knows no notice of kind `{kind}`."))
            .hint(suggest::hint(kind, known))
    })
}

fn notice_fits(
    kind: &NoticeKind,
    window: Interval,
    radius_m: f64,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let name = &kind.name;
    if window.end <= window.start || window.length() > kind.length_max {
        let most = kind.length_max;
        let sentence =
            format!("The window of a {name} notice lasts more than nothing and at most {most}.");
        return Err(Refusal::new("window-not-allowed", sentence).hint("File one notice a window."));
    }
    if !(radius_m > 0.0 && radius_m <= NOTICE_RADIUS_M_MAX) {
        let most_km = NOTICE_RADIUS_M_MAX / 1_000.0;
        let sentence =
            format!("The area of a notice has a radius of more than 0 and at most {most_km} km.");
        return Err(Refusal::new("area-not-allowed", sentence).hint("File one notice an area."));
    }
    let ahead: Duration = window.start - context.stamp.at;
    if ahead < kind.lead_min {
        let (lead, at) = (kind.lead_min, context.stamp.at);
        let sentence =
            format!("A {name} notice must be on the record {lead} before its window; it is {at}.");
        return Err(Refusal::new("notice-too-late", sentence)
            .hint(format!("The earliest window starts at {}.", at + lead)));
    }
    Ok(())
}

/// A party's officer files for that party alone; an office without a party for any.
fn speaks_for(
    agreement: &Agreement,
    by: &Identity,
    party: Option<PartyId>,
) -> Result<Option<PartyId>, Refusal> {
    let own = agreement.parties.office(by).and_then(|office| office.acts_for.clone());
    match (own, party) {
        (Some(own), Some(named)) if own != named => {
            let sentence = format!("{by} acts for {own}, not for {named}.");
            Err(Refusal::new("not-its-party", sentence).hint("Leave the party out."))
        }
        (None, Some(named)) if agreement.parties.party(&named).is_none() => {
            let known = agreement.parties.parties.iter().map(|party| party.id.as_str());
            let hint = suggest::hint(named.as_str(), known);
            Err(Refusal::new("unknown-party", format!("There is no party {named}.")).hint(hint))
        }
        (own, named) => Ok(own.or(named)),
    }
}
