//! Streams: the record's growth as server-sent events, the export as it is written.

use std::convert::Infallible;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::mpsc;

use super::hall::Hall;

/// A follower hears at least this often that the stream lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// `{size, as_of}` at once, at every growth and at every heartbeat, until the hall closes.
pub fn growth(hall: &Hall) -> Response {
    let mut following = hall.follow();
    following.mark_changed();
    let events = stream::unfold(following, |mut following| async move {
        // A heartbeat that comes first is no failure: the same words are said again.
        let heard = tokio::time::timeout(HEARTBEAT, following.changed()).await;
        let told = *following.borrow_and_update();
        if told.closing || matches!(heard, Ok(Err(_))) {
            return None;
        }
        let event = Event::default().data(crate::views::json(&told).to_string());
        Some((Ok::<_, Infallible>(event), following))
    });
    Sse::new(events).into_response()
}

/// Parts of the export on their way; a slow reader holds the writer back.
const PARTS_WAITING: usize = 8;
/// Bytes written together.
const PART_BYTES: usize = 256 * 1024;

/// The record and all it rests on as one file, written while it is sent.
pub fn export(hall: Arc<Hall>) -> Response {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(PARTS_WAITING);
    tokio::task::spawn_blocking(move || {
        let mut out = io::BufWriter::with_capacity(PART_BYTES, Sending(sender.clone()));
        let written = write_export(&hall, &mut out)
            .map_err(|error| io::Error::other(error.whole()))
            .and_then(|()| out.flush());
        // A broken body tells the reader that the file is not whole.
        if let Err(error) = written {
            drop(sender.blocking_send(Err(error)));
        }
    });
    let parts = stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|part| (part, receiver))
    });
    let name = "attachment; filename=\"servanda-export.tar\"";
    let headers = [(CONTENT_TYPE, "application/x-tar"), (CONTENT_DISPOSITION, name)];
    (headers, Body::from_stream(parts)).into_response()
}

fn write_export(hall: &Hall, out: &mut dyn Write) -> Result<(), desk::Error> {
    let (log, vault) = hall.open_record()?;
    let mut references = |_: u64, entry: &record::Entry| {
        desk::replay::references_of_record(entry).unwrap_or_default()
    };
    stores::export(&log, &vault, &mut references, out)?;
    Ok(())
}

struct Sending(mpsc::Sender<io::Result<Bytes>>);

impl Write for Sending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
