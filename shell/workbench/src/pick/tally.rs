//! What went wrong in the files, told once each and counted.

use std::collections::BTreeMap;
use std::path::Path;

use gateways::waveform::Account;
use kernel::Problem;

/// Problems told one by one, for each code.
const TOLD_MAX: u64 = 5;

/// Problems by code, and records read.
#[derive(Default)]
pub struct Tally {
    counts: BTreeMap<String, u64>,
    records: u64,
}

impl Tally {
    /// What reading a file brought.
    pub fn account(&mut self, path: &Path, account: &Account) {
        self.records += account.records;
        account.problems.iter().for_each(|problem| self.problem(path, problem));
        let kept = account.problems.len() as u64;
        if account.problem_count > kept {
            *self.counts.entry("not-listed".into()).or_default() += account.problem_count - kept;
        }
        for (name, percent) in &account.timing_percent {
            if *percent < 50 {
                self.say(
                    "clock-questionable",
                    &format!("{name}: timing quality down to {percent} %"),
                );
            }
        }
    }

    /// One problem of a file.
    pub fn problem(&mut self, path: &Path, problem: &Problem) {
        let words = format!("{}, record {}: {}", path.display(), problem.line, problem.reason);
        self.say(&problem.code, &words);
    }

    /// What is wrong with channels as a whole.
    pub fn channels(&mut self, problems: impl Iterator<Item = Problem>) {
        problems.for_each(|problem| self.say(&problem.code, &problem.reason));
    }

    fn say(&mut self, code: &str, words: &str) {
        let count = self.counts.entry(code.to_owned()).or_default();
        *count += 1;
        if *count <= TOLD_MAX {
            eprintln!("{code}: {words}");
        }
    }

    /// Whether nothing at all could be read.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// The sums, on standard error.
    pub fn tell(&self, picks: usize) {
        eprintln!("{picks} onsets in {} records", self.records);
        for (code, count) in &self.counts {
            eprintln!("  {count} x {code}");
        }
    }
}
