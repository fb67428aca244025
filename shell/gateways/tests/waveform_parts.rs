//! Waveforms picked part by part give the onsets that they give in one piece.

use gateways::miniseed::{Stream, write};
use gateways::onsets::{Seam, read};
use gateways::split::Parts;
use gateways::stationxml::Inventory;
use gateways::steim::Packing;
use gateways::{Format, ReadContext};
use kernel::Time;
use signal::ChannelName;

const START: Time = Time(1_767_225_600_000_000);

/// Ten minutes at 50 Hz of noise with a burst every 37 s.
fn record(station: &str) -> Vec<u8> {
    let mut state = u32::from(station.as_bytes()[1]) | 1;
    let samples: Vec<i32> = (0..30_000)
        .map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let since_s = (f64::from(at) / 50.0) % 37.0;
            let burst = 3_000.0 * (-since_s / 0.5).exp() * (38.0 * since_s).sin();
            (f64::from(state >> 16) / 65_536.0 * 80.0 - 40.0 + burst) as i32
        })
        .collect();
    let name = ChannelName {
        network: "XX".into(),
        station: station.into(),
        location: String::new(),
        channel: "HHZ".into(),
    };
    let packing = Packing::Steim2;
    let stream =
        Stream { name, start: START, rate_hz: 50.0, version: 2, packing, record_bytes: 512 };
    write(&stream, &samples).expect("they fit")
}

/// The records of two stations in turn, as a network's ring buffer holds them.
fn network() -> Vec<u8> {
    let [one, other] = [record("AAA"), record("ABA")];
    let pairs = one.chunks(512).zip(other.chunks(512));
    pairs.flat_map(|(one, other)| [one, other]).flatten().copied().collect()
}

fn context(header: Option<String>, first_line: u64) -> ReadContext {
    let context = ReadContext::whole("net".into(), START + kernel::Duration::days(1));
    ReadContext { header, first_line, ..context }
}

#[test]
fn parts_give_the_onsets_of_the_whole() {
    let bytes = network();
    let whole = read(&bytes, &context(None, 1), &Inventory::default());
    assert_eq!(whole.observations.len(), 32, "16 bursts at two stations");
    assert!(whole.problems.is_empty() && whole.lines == bytes.len() as u64 / 512);
    for part_bytes in [16_000, 22_000, 30_000] {
        let parts: Vec<_> = Parts::of_size(&bytes[..], None, part_bytes).expect("parts").collect();
        let (mut times, mut lines, mut stood) = (Vec::new(), 0, Vec::new());
        for part in parts.into_iter().map(|part| part.expect("read")) {
            let seam = Seam::of(part.header.as_deref()).expect("a seam");
            stood.extend_from_slice(&part.bytes[seam.lead..]);
            let context = context(part.header, part.first_line);
            assert_eq!(part.first_line, lines + 1);
            let reading = read(&part.bytes, &context, &Inventory::default());
            assert_eq!(reading.problems, []);
            lines += reading.lines;
            times.extend(reading.observations.iter().map(|one| one.when.start));
        }
        assert_eq!((stood.len(), lines), (bytes.len(), whole.lines), "every byte once");
        assert!(stood == bytes);
        times.sort_unstable();
        assert_eq!(times.len(), whole.observations.len(), "parts of {part_bytes}");
        for (time, one) in times.iter().zip(&whole.observations) {
            let apart_s = (*time - one.when.start).as_seconds().abs();
            assert!(apart_s < 0.002, "{time} is {apart_s} s off");
        }
    }
}

#[test]
fn a_broken_record_is_named_by_its_number_in_the_file() {
    let mut bytes = network();
    // The last sample of a Steim frame no longer agrees: the record is left out whole.
    bytes[40 * 512 + 300] ^= 0x55;
    let parts = Parts::of_size(&bytes[..], None, 14_000).expect("parts");
    let problems = parts.map(|part| part.expect("read")).flat_map(|part| {
        let context = context(part.header, part.first_line);
        Format::Waveforms.read(&part.bytes, &context).problems
    });
    let named: Vec<(u64, String)> =
        problems.map(|problem| (problem.line, problem.code.to_string())).collect();
    assert!(named.iter().any(|(line, _)| *line == 41), "{named:?}");
}

#[test]
fn xml_that_describes_no_channel_is_named() {
    let reading = Format::StationXml.read(b"<?xml version=\"1.0\"?><quakeml/>", &context(None, 1));
    assert_eq!(
        (reading.problems[0].line, reading.problems[0].code.as_str()),
        (0, "xml-unreadable")
    );
}

#[test]
fn what_cannot_be_cut_and_is_too_long_is_refused() {
    let endless = std::io::Read::chain(
        &b"<?xml version=\"1.0\"?><FDSNStationXML>"[..],
        std::io::repeat(b' '),
    );
    let refused = Parts::open(endless, None).expect_err("too long");
    assert!(refused.to_string().contains("cannot be cut"), "{refused}");
}
