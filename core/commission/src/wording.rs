//! A finding's words: one sentence for each matter, proof and likelihood never in the same one.

use kernel::belief::DegreeOfProof;
use kernel::{LikelihoodWord, Refusal};

use crate::case::Proposal;
use crate::finding::{Level, Responsibility};
use crate::rules::OutcomeMode;

/// Words that say how likely something is (ICD 203, section D.6.e(2)(a), both rows).
const LIKELIHOOD: [&str; 13] = [
    "almost no chance",
    "remote",
    "very unlikely",
    "highly improbable",
    "unlikely",
    "improbable",
    "roughly even",
    "likely",
    "probable",
    "very likely",
    "highly probable",
    "almost certain",
    "nearly certain",
];

/// Words that say how firmly something is proved, or how confident somebody is.
const PROOF: [&str; 9] = [
    "insufficient",
    "reasonable grounds",
    "balance of probabilities",
    "clear and convincing",
    "degree of proof",
    "standard of proof",
    "beyond reasonable doubt",
    "confidence",
    "confident",
];

/// The degree of proof in words.
#[must_use]
pub fn proof_words(proof: DegreeOfProof) -> &'static str {
    match proof {
        DegreeOfProof::Insufficient => "insufficient",
        DegreeOfProof::ReasonableGrounds => "reasonable grounds to believe",
        DegreeOfProof::BalanceOfProbabilities => "balance of probabilities",
        DegreeOfProof::ClearAndConvincing => "clear and convincing",
    }
}

/// The likelihood in the words of ICD 203.
#[must_use]
pub fn likelihood_words(word: LikelihoodWord) -> &'static str {
    match word {
        LikelihoodWord::AlmostNoChance => "there is almost no chance",
        LikelihoodWord::VeryUnlikely => "it is very unlikely",
        LikelihoodWord::Unlikely => "it is unlikely",
        LikelihoodWord::RoughlyEvenChance => "there is a roughly even chance",
        LikelihoodWord::Likely => "it is likely",
        LikelihoodWord::VeryLikely => "it is very likely",
        LikelihoodWord::AlmostCertain => "it is almost certain",
    }
}

/// The finding's text. The commission's own account of the facts comes last, in its own words.
#[must_use]
pub fn finding_text(proposal: &Proposal, outcome: OutcomeMode, remedies: &[String]) -> String {
    let mut sentences = vec![level_sentence(proposal.level).to_owned()];
    let articles = proposal.articles.join(", ");
    let verdict = if proposal.violation { "was broken" } else { "was not found to be broken" };
    sentences.push(format!(
        "Article {articles} {verdict} between {} and {}.",
        proposal.breach.start, proposal.breach.end
    ));
    sentences.push(format!("Degree of proof: {}.", proof_words(proposal.proof)));
    sentences.push(format!(
        "On all the evidence {} that the rule was broken.",
        likelihood_words(LikelihoodWord::of(proposal.chance))
    ));
    sentences.push(match &proposal.responsibility {
        Responsibility::Party(party) => format!("Responsibility lies with {party}."),
        Responsibility::Both => "Responsibility lies with both sides.".to_owned(),
        Responsibility::Undetermined => "Whose act it was is not determined.".to_owned(),
    });
    if !remedies.is_empty() {
        let does = match outcome {
            OutcomeMode::Recommendation => "recommends",
            OutcomeMode::Determination => "determines",
        };
        sentences.push(format!("The commission {does}: {}.", remedies.join("; ")));
    }
    sentences.push(proposal.account.clone());
    sentences.join("\n")
}

fn level_sentence(level: Level) -> &'static str {
    match level {
        Level::Provisional => "Provisional finding, assembled by machine and open to revision.",
        Level::Confirmed => "Confirmed finding.",
        Level::Full => "Full finding.",
    }
}

/// Checks that no sentence speaks of likelihood and of proof or confidence at once (ICD 203: the
/// reader would take one for the other).
///
/// # Errors
/// A refusal that quotes the first sentence that does.
pub fn keep_apart(text: &str) -> Result<(), Refusal> {
    let offending = sentences(text).into_iter().find(|sentence| {
        let words = words(sentence);
        LIKELIHOOD.iter().any(|phrase| speaks_of(&words, phrase))
            && PROOF.iter().any(|phrase| speaks_of(&words, phrase))
    });
    offending.map_or(Ok(()), |sentence| {
        let told = format!(
            "\"{sentence}\" says in one sentence how likely something is and how firmly it is proved."
        );
        Err(Refusal::new("proof-and-likelihood-mixed", told)
            .hint("Write two sentences: one with the degree of proof, one with the likelihood."))
    })
}

/// Splits at a full stop, question or exclamation mark before white space, and at line ends.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        let ends = line.match_indices(['.', '!', '?', '…']);
        let mut start = 0;
        for (at, mark) in ends {
            let end = at + mark.len();
            let rest = line.get(end..).unwrap_or_default();
            if rest.starts_with(char::is_whitespace) {
                found.push(line.get(start..end).unwrap_or_default().trim());
                start = end;
            }
        }
        found.push(line.get(start..).unwrap_or_default().trim());
    }
    found
}

/// The words of a sentence between single spaces, with a space at both ends.
fn words(sentence: &str) -> String {
    let lower = sentence.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    parts.fold(String::from(" "), |line, word| line + word + " ")
}

fn speaks_of(words: &str, phrase: &str) -> bool {
    words.contains(&format!(" {phrase} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixed_sentence_is_quoted_and_two_sentences_pass() {
        let mixed = "It happened. There are reasonable grounds, and it is very likely so.";
        let refusal = keep_apart(mixed).unwrap_err();
        assert!(refusal.sentence.starts_with("\"There are reasonable grounds"));
        keep_apart("There are reasonable grounds. It is very likely so.").unwrap();
        keep_apart("We weighed the balance of probabilities at 0.5.").unwrap();
        assert!(keep_apart("Likely; with high\u{a0}confidence").is_err());
    }
}
