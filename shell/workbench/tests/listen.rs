//! `watch listen` against a server on this machine that breaks off, repeats itself and cuts packets
//! short: every record is kept once, and the onsets are those of the whole file.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use clap::Parser;
use gateways::miniseed::{Stream, write};
use gateways::steim::Packing;
use kernel::Time;
use signal::ChannelName;

#[derive(Parser)]
struct Words {
    #[command(subcommand)]
    verb: workbench::Verb,
}

fn say(words: &[&str]) {
    let words = Words::try_parse_from(["watch"].iter().chain(words)).expect("the words fit");
    workbench::run(&words.verb).expect("it runs");
}

/// Five minutes at 100 Hz with a burst every 37 s, as records of 512 bytes.
fn records() -> Vec<u8> {
    let mut state = 7_u32;
    let samples: Vec<i32> = (0..30_000)
        .map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let since_s = (f64::from(at) / 100.0 + 17.0) % 37.0;
            let burst = 3_000.0 * (-since_s / 0.5).exp() * (50.0 * since_s).sin();
            (f64::from(state >> 16) / 65_536.0 * 80.0 - 40.0 + burst) as i32
        })
        .collect();
    let name = ChannelName {
        network: "GE".into(),
        station: "ABC".into(),
        location: String::new(),
        channel: "HHZ".into(),
    };
    let start = Time(1_767_225_600_000_000);
    let packing = Packing::Steim2;
    let stream = Stream { name, start, rate_hz: 100.0, version: 2, packing, record_bytes: 512 };
    write(&stream, &samples).expect("they fit")
}

/// Serves clients for ever, each in its own bad way, and gives the port.
fn server(records: Arc<Vec<u8>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for (turn, line) in listener.incoming().enumerate() {
            // A client that has gone is the next one's turn.
            let _ = serve(line.expect("a client"), &records, turn);
        }
    });
    port
}

fn serve(mut line: TcpStream, records: &[u8], turn: usize) -> std::io::Result<()> {
    let mut lines = BufReader::new(line.try_clone()?);
    let mut from = 0;
    loop {
        let mut words = String::new();
        if lines.read_line(&mut words)? == 0 {
            return Ok(());
        }
        let words = words.trim();
        if let Some(number) = words.strip_prefix("DATA ") {
            from = usize::from_str_radix(number, 16).expect("a number");
        }
        match words {
            "HELLO" => line.write_all(b"SeedLink v3.1 (2020.075)\r\nSomewhere\r\n")?,
            "END" => break,
            _ => line.write_all(b"OK\r\n")?,
        }
    }
    let all: Vec<&[u8]> = records.chunks(512).collect();
    let packet = |number: usize, length: usize| {
        [format!("SL{number:06X}").as_bytes(), &all[number][..length]].concat()
    };
    for number in (from..all.len()).take(7) {
        match (turn % 3, number - from) {
            // The one before over again.
            (0, 3) => line.write_all(&packet(number - 1, 512))?,
            // A packet that lacks its end, with others right behind it.
            (1, 4) => line.write_all(&packet(number, 200))?,
            // A line that breaks in the middle.
            (2, 5) => return line.write_all(&packet(number, 300)),
            _ => {}
        }
        line.write_all(&packet(number, 512))?;
    }
    Ok(())
}

fn times(table: &Path) -> Vec<f64> {
    let text = std::fs::read_to_string(table).expect("a table");
    let second = |row: &str| row.split(',').nth(3).and_then(|cell| cell.parse().ok());
    text.lines().skip(1).map(|row| second(row).expect("seconds")).collect()
}

#[test]
fn nothing_is_lost_or_doubled_over_breaks_and_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    let whole = Arc::new(records());
    let count = whole.len() / 512;
    std::fs::write(path("whole.mseed"), &*whole).expect("written");
    say(&["pick", &path("whole.mseed"), "--out", &path("whole.csv")]);
    let server = format!("127.0.0.1:{}", server(whole.clone()));
    let run = |records: usize| {
        let records = records.to_string();
        let (state, out, picks) = (path("state"), path("kept"), path("picks.csv"));
        say(&[
            "listen",
            "--seedlink",
            &server,
            "--station",
            "GE.ABC:HHZ",
            "--state",
            &state,
            "--out",
            &out,
            "--picks",
            &picks,
            "--wait-s-max",
            "0",
            "--records",
            &records,
        ]);
    };
    run(count / 3);
    run(count / 3);
    // As after a crash: the numbers were written down before the last records came.
    let earlier = format!("GE ABC {:06X}\n", count / 2);
    std::fs::write(path("state"), earlier).expect("written");
    run(count - 2 * (count / 3));
    let kept = std::fs::read(path("kept/GE.ABC.2026-01-01.mseed")).expect("a file");
    assert_eq!(kept.len(), whole.len());
    assert!(kept == *whole, "every record once, in order");
    let state = std::fs::read_to_string(path("state")).expect("a state");
    assert_eq!(state, format!("GE ABC {:06X}\n", count - 1));
    // The last minute waits for what comes behind it.
    let (all, told) = (times(path("whole.csv").as_ref()), times(path("picks.csv").as_ref()));
    let end_s = 1_767_225_600.0 + 300.0 - 60.0;
    let due = all.iter().filter(|time_s| **time_s < end_s).count();
    assert!(due >= 6 && told.len() >= due, "{told:?} of {all:?}");
    for (one, other) in told.iter().zip(&all) {
        assert!((one - other).abs() < 0.005, "{one} for {other}");
    }
}

#[test]
fn words_that_make_no_sense_are_refused() {
    let wrong = |station: &str| {
        Words::try_parse_from([
            "watch",
            "listen",
            "--seedlink",
            "127.0.0.1:1",
            "--state",
            "s",
            "--picks",
            "-",
            "--station",
            station,
        ])
        .is_err()
    };
    assert!(wrong("ABC") && wrong("TOOLONG.ABC") && !wrong("GE.ABC:HH?"));
}
