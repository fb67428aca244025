//! Founding a house, checking an agreement, looking after the record.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use desk::{Error, Folder, found, replay};
use kernel::{Mistake, SourceText, Time};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};
use record::{Entry, Tree, inclusion_proof};
use secretariat::founding::{RULES, SETTLED};
use secretariat::state::Parts;
use serde_json::json;
use stores::{CheckpointKind, FolderVault, RecordReader, SqliteRecord};

use super::args::{Init, RecordVerb, TermsVerb, Words};
use super::print;

/// When an exercise is founded unless `--at` says otherwise: before the stories that are told in it.
const EXERCISE_FOUNDED: Time = Time(1_767_225_600_000_000); // 2026-01-01T00:00:00Z

/// `servanda init`.
///
/// # Errors
/// When the agreement has mistakes or the folder is taken.
pub fn init(words: &Words, init: &Init) -> Result<(), Error> {
    let text = found::read_agreement(&init.agreement)?;
    refuse_mistakes(&text)?;
    let at = match (words.at, init.exercise) {
        (at, true) => at.unwrap_or(EXERCISE_FOUNDED),
        (None, false) => super::now(),
        (Some(_), false) => return Err(Error::Usage("--at goes with --exercise".into())),
    };
    let options = found::Options { exercise: init.exercise, seed: init.seed, at };
    let founding = found::found(&init.at.house, &text, options)?;
    if words.form.json {
        return print::line(&crate::views::json(&founding));
    }
    if !founding.exercise && !SETTLED {
        eprintln!(
            "rules {RULES} are still in the making: a later servanda may not read this record, and the house may have to be founded again"
        );
    }
    let log_key = founding.keys.get(&kernel::Identity::from(founding.origin.as_str()));
    print::text(&format!(
        "founded {} under {}{}\nlog key: {}\n",
        founding.origin,
        founding.agreement,
        if founding.exercise { " (EXERCISE)" } else { "" },
        log_key.map_or("", String::as_str),
    ))
}

/// `servanda terms check`.
///
/// # Errors
/// When the folder cannot be read, or the agreement has mistakes: all of them are shown first.
pub fn check(verb: &TermsVerb) -> Result<(), Error> {
    let TermsVerb::Check { folder } = verb;
    let text = found::read_agreement(folder)?;
    if text.0.is_empty() {
        let sentence = format!("{} holds no agreement", folder.display());
        return Err(Error::other(
            sentence,
            "An agreement is a folder with agreement.md, parties.toml, zones.geojson and more: see agreements/.",
        ));
    }
    refuse_mistakes(&text)?;
    let (agreement, _) = terms::read(&text);
    print::text(&format!(
        "{}: {} articles, {} rules, {} parties, no mistakes\n",
        agreement.heading.id,
        agreement.articles.len(),
        agreement.rules.len(),
        agreement.parties.parties.len()
    ))
}

fn refuse_mistakes(text: &SourceText) -> Result<(), Error> {
    let (_, mistakes) = Parts::read(text);
    if mistakes.is_empty() {
        return Ok(());
    }
    for mistake in &mistakes {
        eprintln!("{}", underlined(text, mistake));
    }
    Err(Error::other(
        format!("the agreement has mistakes, {} in all; each is shown above", mistakes.len()),
        "Mend them and check again with `servanda terms check DIR`.",
    ))
}

/// A mistake with its words underlined.
fn underlined(text: &SourceText, mistake: &Mistake) -> String {
    let source = text.file(&mistake.span.file).unwrap_or_default().to_owned();
    let bytes =
        mistake.span.bytes.start.min(source.len())..mistake.span.bytes.end.min(source.len());
    let mut diagnostic = MietteDiagnostic::new(mistake.message.clone())
        .with_label(LabeledSpan::new_with_span(None, (bytes.start, bytes.len())));
    if let Some(hint) = &mistake.hint {
        diagnostic = diagnostic.with_help(hint.clone());
    }
    let report =
        Report::new(diagnostic).with_source_code(NamedSource::new(&mistake.span.file, source));
    let mut shown = String::new();
    let handler =
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    match handler.render_report(&mut shown, report.as_ref()) {
        Ok(()) => shown,
        Err(_) => format!("{}: {}", mistake.span.file, mistake.message),
    }
}

/// `servanda record ...`.
///
/// # Errors
/// When the record cannot be read, or the output not written.
pub fn record(verb: &RecordVerb) -> Result<(), Error> {
    match verb {
        RecordVerb::Checkpoint { at, out } => {
            let log = open(&at.house)?.0;
            let text = log.checkpoint(CheckpointKind::Latest)?;
            let missing = || {
                Error::other(
                    "the record has no checkpoint",
                    "Run servanda-verify: it names what is wrong.",
                )
            };
            write_out(out.as_deref(), text.ok_or_else(missing)?.as_bytes())
        }
        RecordVerb::Prove { at, position, out } => prove(&at.house, *position, out.as_deref()),
        RecordVerb::Export { at, out } => export(&at.house, out.as_ref()),
        RecordVerb::Log { at, from } => {
            let (log, _) = open(&at.house)?;
            for stored in log.read(*from..u64::MAX)? {
                let stored = stored?;
                print::text(&format!("{}\n", String::from_utf8_lossy(&stored.bytes)))?;
            }
            Ok(())
        }
    }
}

fn open(house: &Path) -> Result<(SqliteRecord, FolderVault), Error> {
    let folder = Folder::existing(house)?;
    Ok((SqliteRecord::open_reader(&folder.record())?, FolderVault::open_reader(&folder.vault())?))
}

fn write_out(out: Option<&Path>, bytes: &[u8]) -> Result<(), Error> {
    match out {
        Some(path) => {
            std::fs::write(path, bytes).map_err(|error| Error::file("write", path, error))
        }
        None => print::text(&String::from_utf8_lossy(bytes)),
    }
}

/// The entry, its inclusion proof (RFC 6962, 2.1.1) and the checkpoint it leads to, as JSON.
fn prove(house: &Path, position: u64, out: Option<&Path>) -> Result<(), Error> {
    let (log, _) = open(house)?;
    let mut tree = Tree::default();
    log.leaves()?.into_iter().for_each(|leaf| tree.push(leaf));
    let beyond = |_| {
        Error::other(
            format!("there is no entry {position}: the record has {} entries", tree.size()),
            "Positions count from 0.",
        )
    };
    let path = inclusion_proof(&tree, position, tree.size()).map_err(beyond)?;
    let stored = log
        .read(position..position + 1)?
        .next()
        .ok_or_else(|| Error::Usage(format!("there is no entry {position}")))??;
    let proof = json!({
        "position": position,
        "entry": Entry::read(&stored.bytes)?,
        "leaf": record::leaf_hash(&stored.bytes),
        "path": path,
        "checkpoint": log.checkpoint(CheckpointKind::Latest)?,
    });
    write_out(out, format!("{proof:#}\n").as_bytes())
}

fn export(house: &Path, out: Option<&PathBuf>) -> Result<(), Error> {
    let (log, vault) = open(house)?;
    let mut references =
        |_: u64, entry: &Entry| replay::references_of_record(entry).unwrap_or_default();
    let mut write = |target: &mut dyn Write| stores::export(&log, &vault, &mut references, target);
    match out {
        Some(path) => {
            let file = File::create(path).map_err(|error| Error::file("write", path, error))?;
            let mut target = BufWriter::new(file);
            let exported = write(&mut target)?;
            target.flush().map_err(|error| Error::file("write", path, error))?;
            target.get_ref().sync_all().map_err(|error| Error::file("sync", path, error))?;
            let stores::Exported { entries, objects, bytes } = exported;
            eprintln!(
                "{}: {entries} entries, {objects} vault objects, {bytes} bytes",
                path.display()
            );
        }
        None => {
            write(&mut io::stdout().lock())?;
        }
    }
    Ok(())
}
