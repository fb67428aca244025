//! The signed record over HTTP, for anybody who wants to check it.

use record::tile::{TILE_WIDTH, entry_bundle, hash_tile};
use record::{Entry, TilePath};
use serde_json::{Value, json};
use stores::{CheckpointKind, RecordReader};

use super::answer::{Answer, BYTES, TEXT};
use super::ask::Ask;
use super::hall::Hall;
use super::problem::Problem;
use desk::Error;

type Answered = Result<Answer, Problem>;

/// Entries on a page when the question does not say.
const PAGE: u64 = 100;
/// The most entries on a page.
const PAGE_MAX: u64 = 1_000;

/// The signed checkpoint.
pub(super) fn checkpoint(hall: &Hall, _: &Ask) -> Answered {
    let (log, _) = hall.open_record()?;
    let text = log.checkpoint(CheckpointKind::Latest).map_err(Error::from)?;
    let text = text.ok_or_else(|| Problem::not_found("The record has no checkpoint."))?;
    Ok(Answer::new(TEXT, text))
}

/// A tile.
pub(super) fn tile(hall: &Hall, ask: &Ask) -> Answered {
    let name = ask.name("tile");
    let absent = || Problem::not_found(format!("There is no tile {name}."));
    let path: TilePath = format!("tile/{name}").parse().map_err(|_| absent())?;
    let body = match path {
        TilePath::Hashes { level, index, width } => {
            let tree = hall.tree()?;
            hash_tile(&tree, level, index, width).map_err(|_| absent())?
        }
        TilePath::Entries { index, width } => {
            let first = index.checked_mul(TILE_WIDTH).ok_or_else(absent)?;
            let entries = read(hall, first, u64::from(width))?;
            if entries.len() != usize::from(width) {
                return Err(absent());
            }
            let bundle = entry_bundle(entries.iter().map(Vec::as_slice));
            bundle.map_err(|_| absent())?
        }
    };
    // What a tile of any width holds is settled for ever (C2SP tlog-tiles).
    Ok(Answer { immutable: true, ..Answer::new(BYTES, body) })
}

fn read(hall: &Hall, from: u64, count: u64) -> Result<Vec<Vec<u8>>, Error> {
    let (log, _) = hall.open_record()?;
    let stored = log.read(from..from.saturating_add(count))?;
    stored.map(|stored| Ok(stored?.bytes)).collect()
}

/// Entries in order.
pub(super) fn entries(hall: &Hall, ask: &Ask) -> Answered {
    let from = ask.read("from", "a position, from 0")?.unwrap_or(0);
    let limit = ask.read("limit", "a number from 1 to 1000")?.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let (log, _) = hall.open_record()?;
    let total = log.size().map_err(Error::from)?;
    let mut items: Vec<Value> = Vec::new();
    for (position, bytes) in (from..).zip(read(hall, from, limit)?) {
        let entry = Entry::read(&bytes).map_err(Error::from)?;
        items
            .push(json!({"position": position, "leaf": record::leaf_hash(&bytes), "entry": entry}));
    }
    let next = from.saturating_add(items.len() as u64);
    let next = (next < total && !items.is_empty()).then_some(next);
    Ok(Answer::json(&json!({"total": total, "from": from, "next": next, "items": items})))
}
