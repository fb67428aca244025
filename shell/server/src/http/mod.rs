//! Pages, app and API on loopback.
//!
//! `endpoints` and `pages::PAGES` are the tables of what there is; `site` makes addresses of them,
//! `hall` holds the house, `problem` maps what goes wrong to statuses.

pub mod answer;
pub mod api;
pub mod ask;
pub mod endpoints;
pub mod guard;
pub mod hall;
pub mod log;
pub mod map;
pub mod openapi;
pub mod pages;
pub mod phrases;
pub mod problem;
pub mod proceedings;
pub mod prose;
pub mod public;
pub mod site;
pub mod stream;
pub mod submissions;
pub mod terms_of_art;
pub mod words;

use std::future::Future;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use desk::Error;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use self::hall::Hall;
use crate::cli::args::Serve;
use crate::cli::print;

/// How often a house that another process writes is looked at again.
const FOLLOW_EVERY: Duration = Duration::from_secs(2);
/// Answers under way when the end comes have this long.
const FAREWELL: Duration = Duration::from_secs(3);

/// Serves a house until the process is told to end.
///
/// # Errors
/// When the house cannot be opened or the port is taken.
pub fn serve(options: &Serve) -> Result<(), Error> {
    let hall = Arc::new(Hall::open(&options.at.house)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|error| Error::file("start serving", Path::new("loopback"), error))?;
    let served = runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await;
        let taken = |error| {
            Error::other(
                format!("port {} cannot be had: {error}", options.port),
                "Choose another with --port, or --port 0 for any free one.",
            )
        };
        let listener = listener.map_err(taken)?;
        let port = listener.local_addr().map_or(options.port, |address| address.port());
        if !hall.look(|room| room.writes) {
            eprintln!(
                "serving to be read: this house is written elsewhere, or its keys are not here"
            );
        }
        print::text(&format!("serving http://127.0.0.1:{port}/\n"))?;
        let every = u64::try_from(options.tick.0).ok().filter(|every| *every > 0);
        run(hall, listener, every.map(Duration::from_micros), told_to_end()).await
    });
    runtime.shutdown_timeout(FAREWELL);
    served
}

/// Serves on `listener` until `end`.
///
/// # Errors
/// When listening fails.
pub async fn run(
    hall: Arc<Hall>,
    listener: TcpListener,
    tick: Option<Duration>,
    end: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let (leave, left) = tokio::sync::oneshot::channel::<()>();
    let closing = hall.clone();
    let end = async move {
        end.await;
        // Streams never end by themselves, and serving ends when the last answer has.
        closing.close();
        drop(leave);
    };
    let every = if hall.look(|room| room.writes) { tick } else { Some(FOLLOW_EVERY) };
    let ticking = every.map(|every| tokio::spawn(keep_ticking(hall.clone(), every)));
    let serving = axum::serve(listener, site::site(hall)).with_graceful_shutdown(end);
    let served = tokio::select! {
        served = serving => served,
        () = async { drop(left.await); tokio::time::sleep(FAREWELL).await } => Ok(()),
    };
    if let Some(ticking) = ticking {
        ticking.abort();
    }
    served.map_err(|error| Error::file("serve on", Path::new("loopback"), error))
}

async fn keep_ticking(hall: Arc<Hall>, every: Duration) {
    let mut clock = tokio::time::interval(every);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        let hall = hall.clone();
        let ticked = tokio::task::spawn_blocking(move || hall.tick()).await;
        if let Ok(Err(error)) = ticked {
            eprintln!("error: {}", error.whole());
        }
    }
}

/// Ends when the process gets SIGINT or SIGTERM. Where one cannot be listened for, only the other
/// counts.
async fn told_to_end() {
    let heard = async |kind| match signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = heard(SignalKind::interrupt()) => {}
        () = heard(SignalKind::terminate()) => {}
    }
}
