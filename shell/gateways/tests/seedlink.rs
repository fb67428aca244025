//! The SeedLink client against a server on this machine that breaks off in the middle.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use gateways::miniseed::{Stream, write};
use gateways::seedlink::{Flow, Progress, Wanted, catalogue, follow};
use gateways::steim::Packing;
use gateways::waveform::{PieceSize, read};
use kernel::Time;
use signal::ChannelName;

fn records() -> (Vec<Vec<u8>>, Vec<i32>) {
    let name = ChannelName {
        network: "GE".into(),
        station: "ABC".into(),
        location: String::new(),
        channel: "HHZ".into(),
    };
    let start = Time(1_767_225_600_000_000);
    let stream = Stream {
        name,
        start,
        rate_hz: 100.0,
        version: 2,
        packing: Packing::Steim2,
        record_bytes: 512,
    };
    let samples: Vec<i32> = (0..4_000).map(|at| at * 37 % 201 - 100).collect();
    let bytes = write(&stream, &samples).expect("they fit");
    (bytes.chunks(512).map(<[u8]>::to_vec).collect(), samples)
}

/// Answers `connections` clients; each gets packets from the number it asks for, and is cut off
/// in the middle of the fourth. The numbers run over the end of 24 bits.
fn server(connections: usize) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let serve = move || {
        let mut asked = Vec::new();
        for _ in 0..connections {
            let (line, _) = listener.accept().expect("a client");
            asked.extend(answer(line));
        }
        asked
    };
    (port, thread::spawn(serve))
}

fn answer(mut line: TcpStream) -> Vec<String> {
    let mut lines = BufReader::new(line.try_clone().expect("a clone"));
    let (mut asked, mut from) = (Vec::new(), 0);
    loop {
        let mut words = String::new();
        if lines.read_line(&mut words).expect("a line") == 0 {
            return asked;
        }
        let words = words.trim().to_owned();
        let reply: &[u8] = match words.as_str() {
            "HELLO" => b"SeedLink v3.1 (2020.075)\r\nSomewhere\r\n",
            "CAT" => b"GE ABC A station\r\nGE DEF Another\r\nEND",
            "END" => b"",
            _ => b"OK\r\n",
        };
        line.write_all(reply).expect("an answer");
        if let Some(number) = words.strip_prefix("DATA ") {
            let number = u32::from_str_radix(number, 16).expect("a number");
            from = (number.wrapping_sub(0xFF_FFFE) & 0xFF_FFFF) as usize;
        }
        let last = words == "END";
        asked.push(words);
        if last {
            break;
        }
    }
    for (index, record) in records().0.iter().enumerate().skip(from).take(4) {
        let number = (0xFF_FFFE + index as u32) & 0xFF_FFFF;
        let length = if index == from + 3 { 200 } else { 512 };
        let packet = [format!("SL{number:06X}").as_bytes(), &record[..length]].concat();
        line.write_all(&packet).expect("a packet");
    }
    asked
}

#[test]
fn a_broken_line_neither_loses_nor_doubles_a_record() {
    let (whole, samples) = records();
    let folder = std::env::temp_dir().join(format!("servanda-seedlink-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let state = folder.join("progress");
    let (port, serving) = server(whole.len().div_ceil(3));
    let wanted =
        Wanted { network: "GE".into(), station: "ABC".into(), selectors: vec!["HHZ.D".into()] };
    let mut progress = Progress::load(&state).expect("no file yet");
    let (mut taken, mut waits) = (Vec::new(), Vec::new());
    follow(
        || TcpStream::connect(("127.0.0.1", port)),
        |pause, broken| waits.push((pause, broken.to_string())),
        &[wanted],
        &mut progress,
        &mut |record, progress| {
            taken.push(record.to_vec());
            progress.save(&state).expect("written");
            if taken.len() == whole.len() { Flow::Stop } else { Flow::On }
        },
    );
    assert_eq!(taken, whole);
    assert!(waits.iter().all(|(pause, _)| pause.as_secs() == 1), "{waits:?}");
    let asked = serving.join().expect("the server ends");
    assert_eq!(asked[..5], ["HELLO", "STATION ABC GE", "SELECT HHZ.D", "DATA", "END"]);
    assert_eq!((asked[8].as_str(), asked[13].as_str()), ("DATA 000001", "DATA 000004"));
    // The file tells a later run where to go on, the last record included.
    let kept = Progress::load(&state).expect("a file").last("GE", "ABC");
    assert_eq!(kept, Some((0xFF_FFFE + whole.len() as u32 - 1) & 0xFF_FFFF));
    let mut read_back = Vec::new();
    let bytes = taken.concat();
    read(&*bytes, PieceSize::WHOLE, &mut |piece| read_back.extend(piece.trace.samples))
        .expect("bytes");
    assert!(read_back.into_iter().eq(samples.into_iter().map(f64::from)));
    std::fs::remove_dir_all(&folder).expect("removed");
}

/// A line on which whoever connects hears nothing more.
struct Dead;

impl std::io::Read for Dead {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Ok(0)
    }
}

impl Write for Dead {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A line that gives a server's answers and one packet.
struct Short(std::io::Cursor<Vec<u8>>);

impl std::io::Read for Short {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(bytes)
    }
}

impl Write for Short {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

trait Line: std::io::Read + Write {}
impl<T: std::io::Read + Write> Line for T {}

#[test]
fn a_server_that_is_away_is_asked_less_and_less_often() {
    let (mut waits, mut tries) = (Vec::new(), 0);
    let packet = [b"SeedLink v3.1\r\nHere\r\nSL000007", records().0[0].as_slice()].concat();
    follow(
        || -> std::io::Result<Box<dyn Line>> {
            tries += 1;
            match tries {
                1..12 => Ok(Box::new(Dead)),
                _ => Ok(Box::new(Short(std::io::Cursor::new(packet.clone())))),
            }
        },
        |pause, _| waits.push(pause.as_secs()),
        &[],
        &mut Progress::default(),
        &mut |_, _| Flow::Stop,
    );
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
}

#[test]
fn the_list_of_stations_is_read() {
    let (port, serving) = server(1);
    let line = TcpStream::connect(("127.0.0.1", port)).expect("the server");
    assert_eq!(catalogue(line).expect("a list"), ["GE ABC A station", "GE DEF Another"]);
    serving.join().expect("the server ends");
}
