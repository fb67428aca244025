//! `cargo x score duplicates`: same texts against known clusters, and incidents called one
//! against a hundred pairs read one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gateways::Format;
use kernel::ObservationId;
use watch::engine::Engine;
use watch::likeness::{Fingerprint, likeness, same_text};
use watch::settings::Settings;
use watch::{Observation, SourceKind};

use crate::run::{Outcome, root};
use crate::score::{incidents, observations, seconds, source, text};

const REBUILD: &str = "reports/VIINA_2022_REBUILD.csv";
const CLUSTERS: &str = "reports/VIINA_2022_EXACT_DUPLICATE_CLUSTERS.csv";
/// The pairs read one by one: ids, stratum, label, reason.
const PAIRS: &str = "docs/measured/incident_pairs.csv";

/// Right, wrong and missed pairs.
#[derive(Default)]
struct Tally {
    right: u32,
    wrong: u32,
    missed: u32,
    rest: u32,
}

/// Prints how well the same text is found, how fast, and how well incidents are kept apart.
pub fn score(data: &Path) -> Outcome {
    let rows = rows(&text(&data.join(REBUILD))?)?;
    let texts: BTreeMap<&str, &str> = rows.iter().map(|row| (&*row[0], &*row[1])).collect();
    let clusters = clusters(&text(&data.join(CLUSTERS))?)?;
    let (by_text, by_cluster) = same_texts(&texts, &clusters)?;
    println!("same text, all pairs of the members of {} clusters", clusters.len());
    by_text.print("clusters, those with the same words taken together");
    by_cluster.print("clusters as they stand (same words under two links are two)");
    candidates(&texts);
    speed(&texts);
    same_incidents(data, &rows)
}

/// All pairs among the clusters' members, against two readings of "the same text".
fn same_texts(texts: &BTreeMap<&str, &str>, clusters: &[Vec<String>]) -> Outcome<(Tally, Tally)> {
    let mut members = Vec::new();
    for (cluster, ids) in clusters.iter().enumerate() {
        for id in ids {
            let text = *texts.get(id.as_str()).ok_or_else(|| format!("no text for {id}"))?;
            members.push((cluster, bare(text), Fingerprint::of(text)));
        }
    }
    let (mut by_text, mut by_cluster) = (Tally::default(), Tally::default());
    for (number, (cluster, words, print)) in members.iter().enumerate() {
        for (other_cluster, other_words, other) in &members[..number] {
            let found = same_text(print, other);
            by_cluster.count(found, cluster == other_cluster);
            by_text.count(found, cluster == other_cluster || words == other_words);
        }
    }
    Ok((by_text, by_cluster))
}

/// The text without white space and quotation marks: the one way in which the data write the
/// same words differently.
fn bare(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && *letter != '"').collect()
}

/// Whether looking up by keys finds what comparing everything with everything finds.
fn candidates(texts: &BTreeMap<&str, &str>) {
    let prints: Vec<Fingerprint> = texts.values().map(|text| Fingerprint::of(text)).collect();
    let mut by_key = BTreeMap::<u32, Vec<usize>>::new();
    for (number, print) in prints.iter().enumerate() {
        for key in print.keys() {
            by_key.entry(*key).or_default().push(number);
        }
    }
    let (mut all, mut near, mut looked_up, mut found) = (0_u64, 0_u64, 0_u64, 0_u64);
    for (number, print) in prints.iter().enumerate() {
        let mates: BTreeSet<usize> =
            print.keys().iter().flat_map(|key| &by_key[key]).copied().collect();
        looked_up += mates.range(..number).count() as u64;
        for (other_number, other) in prints[..number].iter().enumerate() {
            near += u64::from((0.5..0.8).contains(&likeness(print, other)));
            if same_text(print, other) {
                all += 1;
                found += u64::from(mates.contains(&other_number));
            }
        }
    }
    let pairs = prints.len() * (prints.len() - 1) / 2;
    println!("\nall {} texts: {all} pairs the same, {near} near (0.5 to 0.8)", prints.len());
    println!("  by keys: {looked_up} of {pairs} pairs compared, {found} of {all} found");
}

fn speed(texts: &BTreeMap<&str, &str>) {
    let prints = || texts.values().map(|text| Fingerprint::of(text)).collect::<Vec<_>>();
    let rate = texts.len() as f64 / seconds(prints);
    println!("  {rate:.0} texts/s, {} bytes a print", size_of::<Fingerprint>());
}

/// The engine over all reports of the year, held against the reader's labels.
fn same_incidents(data: &Path, rows: &[Vec<String>]) -> Outcome {
    let press = source("viina", SourceKind::Press, "public");
    let reports = observations(&data.join(REBUILD), Format::Viina, &press)?;
    let by_event = by_event(rows, &reports);
    let count = reports.len();
    let mut engine = Engine::new(Settings::default());
    engine.absorb(&press, reports);
    let mut home = BTreeMap::<ObservationId, (f64, usize)>::new();
    let incidents = incidents(&mut engine);
    for (number, member) in incidents
        .iter()
        .enumerate()
        .flat_map(|(number, incident)| incident.members.iter().map(move |member| (number, member)))
    {
        let here = (member.weight.value(), number);
        let best = home.entry(member.observation).or_insert(here);
        *best = if here.0 > best.0 { here } else { *best };
    }
    let mut strata = BTreeMap::<String, Tally>::new();
    let (mut all, mut untold) = (Tally::default(), 0);
    for pair in table(&text(&root().join(PAIRS))?).iter().skip(1) {
        let [one, other, stratum, label, ..] = &pair[..] else { continue };
        let truth = match label.as_str() {
            "yes" => true,
            "no" => false,
            _ => {
                untold += 1;
                continue;
            }
        };
        let homes = |event: &String| -> BTreeSet<usize> {
            let observations = by_event.get(event).into_iter().flatten();
            observations.filter_map(|id| home.get(id)).map(|(_, number)| *number).collect()
        };
        let found = !homes(one).is_disjoint(&homes(other));
        all.count(found, truth);
        strata.entry(stratum.clone()).or_default().count(found, truth);
    }
    println!("\nsame incident, {count} reports in {} incidents", incidents.len());
    println!("  100 pairs, {untold} of which the reader could not tell");
    all.print("all strata");
    strata.iter().for_each(|(stratum, tally)| tally.print(stratum));
    Ok(())
}

/// The observations of each event, one for each outlet: they stand in the row's line.
fn by_event(rows: &[Vec<String>], reports: &[Observation]) -> BTreeMap<String, Vec<ObservationId>> {
    let mut by_line = BTreeMap::<u64, Vec<ObservationId>>::new();
    for report in reports {
        by_line.entry(report.line).or_default().push(report.id);
    }
    let mut of_row = |row: &Vec<String>| by_line.remove(&row[2].parse().ok()?);
    rows.iter().filter_map(|row| Some((row[0].clone(), of_row(row)?))).collect()
}

impl Tally {
    fn count(&mut self, found: bool, truth: bool) {
        match (found, truth) {
            (true, true) => self.right += 1,
            (true, false) => self.wrong += 1,
            (false, true) => self.missed += 1,
            (false, false) => self.rest += 1,
        }
    }

    fn print(&self, name: &str) {
        println!("  {name}");
        println!("    precision {}", interval(self.right, self.right + self.wrong));
        println!("    recall    {}", interval(self.right, self.right + self.missed));
        println!("    told apart {}", interval(self.rest, self.rest + self.wrong));
    }
}

/// A share with its 95 % interval (Wilson 1927, the score interval for a binomial).
fn interval(part: u32, whole: u32) -> String {
    if whole == 0 {
        return "none".to_owned();
    }
    let (count, share, z) = (f64::from(whole), f64::from(part) / f64::from(whole), 1.96_f64);
    let middle = (share + z * z / (2.0 * count)) / (1.0 + z * z / count);
    let spread = share * (1.0 - share) / count + z * z / (4.0 * count * count);
    let half = z * spread.sqrt() / (1.0 + z * z / count);
    format!(
        "{share:.3} ({part} of {whole}; {:.3} to {:.3})",
        middle - half,
        (middle + half).min(1.0)
    )
}

/// Event, text and line of each report.
fn rows(csv: &str) -> Outcome<Vec<Vec<String>>> {
    let table = table(csv);
    let header = table.first().ok_or("an empty file")?;
    let column = |name: &str| {
        header.iter().position(|field| field == name).ok_or_else(|| format!("no column {name}"))
    };
    let (event, words) = (column("event_id_1pd")?, column("representative_text")?);
    let row = |(number, fields): (usize, &Vec<String>)| {
        Some(vec![fields.get(event)?.clone(), fields.get(words)?.clone(), (number + 1).to_string()])
    };
    Ok(table.iter().enumerate().skip(1).filter_map(row).collect())
}

/// The members of each cluster.
fn clusters(csv: &str) -> Outcome<Vec<Vec<String>>> {
    let table = table(csv);
    let header = table.first().ok_or("an empty file")?;
    let column = header.iter().position(|field| field == "MemberEventIDs");
    let column = column.ok_or("no column MemberEventIDs")?;
    let members = |fields: &Vec<String>| {
        Some(fields.get(column)?.split('|').map(str::to_owned).collect::<Vec<_>>())
    };
    Ok(table.iter().skip(1).filter_map(members).collect())
}

/// CSV as RFC 4180 has it, one record a line in these files.
fn table(csv: &str) -> Vec<Vec<String>> {
    csv.trim_start_matches('\u{feff}').lines().map(fields).collect()
}

fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(letter),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_texts_are_found() {
        let data = crate::score::data();
        if !data.exists() {
            eprintln!("NOT TESTED: no real data at {}", data.display());
            return;
        }
        let rows = rows(&text(&data.join(REBUILD)).unwrap()).unwrap();
        let texts = rows.iter().map(|row| (&*row[0], &*row[1])).collect();
        let clusters = clusters(&text(&data.join(CLUSTERS)).unwrap()).unwrap();
        let (found, _) = same_texts(&texts, &clusters).unwrap();
        assert!(found.right > 100);
        assert!(f64::from(found.right) >= 0.98 * f64::from(found.right + found.wrong));
        assert!(f64::from(found.right) >= 0.95 * f64::from(found.right + found.missed));
    }
}
