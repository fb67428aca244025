//! miniSEED written here is read back; real files give what ObsPy 1.5.1 reads from them; damage
//! costs what is damaged and no more.

use std::path::PathBuf;

use gateways::miniseed::{Encoding, Records, Stream, write};
use gateways::steim::Packing;
use gateways::waveform::{Account, Piece, PieceSize, read};
use kernel::Time;
use proptest::prelude::*;
use signal::ChannelName;

fn stream(version: u8, packing: Packing) -> Stream {
    let name = ChannelName {
        network: "XX".into(),
        station: "ABC".into(),
        location: "00".into(),
        channel: "HHZ".into(),
    };
    let start = Time(1_767_225_600_123_456);
    Stream { name, start, rate_hz: 100.0, version, packing, record_bytes: 512 }
}

fn pieces(bytes: &[u8], size: PieceSize) -> (Vec<Piece>, Account) {
    let mut pieces = Vec::new();
    let account = read(bytes, size, &mut |piece| pieces.push(piece)).expect("bytes can be read");
    (pieces, account)
}

fn wiggle(count: usize) -> Vec<i32> {
    (0..count as i32).map(|at| (at * 7_919) % 1_001 - 500 + at % 13 * (at % 1_700)).collect()
}

fn codes(account: &Account) -> Vec<&str> {
    account.problems.iter().map(|problem| problem.code.as_str()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    /// What is packed is unpacked: any differences that fit, either packing, either version.
    #[test]
    fn what_is_written_is_read(
        steps in prop::collection::vec((0u32..29, any::<i32>()), 1..1_500),
        steim1 in any::<bool>(),
        version in 2u8..=3,
    ) {
        let mut last = 0_i32;
        let samples: Vec<i32> = steps.iter().map(|(bits, noise)| {
            last = (last / 2).wrapping_add(noise >> (31 - bits));
            last
        }).collect();
        let stream = stream(version, if steim1 { Packing::Steim1 } else { Packing::Steim2 });
        let bytes = write(&stream, &samples).expect("they fit");
        let (pieces, account) = pieces(&bytes, PieceSize::WHOLE);
        prop_assert!(account.problems.is_empty(), "{:?}", account.problems);
        prop_assert_eq!(pieces.len(), 1);
        let trace = &pieces[0].trace;
        prop_assert_eq!((&trace.name, trace.start), (&stream.name, stream.start));
        prop_assert!(trace.samples.iter().copied().eq(samples.iter().copied().map(f64::from)));
    }

    /// Bytes turned over, cut out or doubled: no panic, and every sample read stands where it was.
    #[test]
    fn damage_stays_where_it_is(at in 0usize..20_000, byte in any::<u8>(), cut in 0usize..700) {
        for version in [2, 3] {
            let samples = wiggle(9_000);
            let mut bytes = write(&stream(version, Packing::Steim2), &samples).expect("they fit");
            let at = at % bytes.len();
            bytes[at] ^= byte;
            bytes.drain(at..(at + cut).min(bytes.len()));
            let (pieces, account) = pieces(&bytes, PieceSize::WHOLE);
            let read: usize = pieces.iter().map(|piece| piece.trace.samples.len()).sum();
            prop_assert!(read + 4_000 > samples.len(), "{read} samples, {:?}", account.problems);
        }
    }

    /// Pieces put together again are the whole.
    #[test]
    fn pieces_make_the_whole(fresh in 1usize..3_000, lead in 0usize..500) {
        let samples = wiggle(5_000);
        let bytes = write(&stream(2, Packing::Steim2), &samples).expect("they fit");
        let (parts, _) = pieces(&bytes, PieceSize { fresh, lead_s: lead as f64 / 100.0 });
        let joined: Vec<f64> = parts.iter().flat_map(|piece| piece.trace.samples[piece.lead..].to_vec()).collect();
        prop_assert!(joined.iter().copied().eq(samples.iter().copied().map(f64::from)));
        for piece in &parts {
            prop_assert!(piece.trace.samples.len() <= fresh + lead + 1);
            let first = samples.iter().position(|sample| f64::from(*sample) == piece.trace.samples[0]);
            prop_assert!(first.is_some());
        }
    }
}

#[test]
fn gaps_overlaps_and_repeats_are_named() {
    let samples = wiggle(3_000);
    let bytes = write(&stream(2, Packing::Steim2), &samples).expect("they fit");
    let records: Vec<&[u8]> = bytes.chunks(512).collect();
    assert!(records.len() > 5);
    let gap = [&records[..2], &records[3..]].concat().concat();
    let (parts, account) = pieces(&gap, PieceSize::WHOLE);
    assert_eq!((parts.len(), codes(&account)), (2, vec!["gap"]));
    let doubled = bytes.repeat(10);
    let (parts, account) = pieces(&doubled, PieceSize::WHOLE);
    assert_eq!((parts.len(), parts[0].trace.samples.len()), (1, 3_000));
    assert!(
        account.problem_count == 9 * records.len() as u64
            && codes(&account).iter().all(|code| *code == "samples-repeated")
    );
    let turned: Vec<u8> = records.iter().rev().copied().collect::<Vec<_>>().concat();
    let (parts, account) = pieces(&turned, PieceSize::WHOLE);
    assert_eq!(parts.iter().map(|piece| piece.trace.samples.len()).sum::<usize>(), 3_000);
    assert!(codes(&account).iter().all(|code| *code == "records-out-of-order"));
}

#[test]
fn damage_is_named() {
    let bytes = write(&stream(3, Packing::Steim2), &wiggle(3_000)).expect("they fit");
    let mut wrong = bytes.clone();
    wrong[900] ^= 1;
    assert_eq!(codes(&pieces(&wrong, PieceSize::WHOLE).1), ["checksum-differs", "gap"]);
    let cut = &bytes[..bytes.len() - 10];
    assert_eq!(codes(&pieces(cut, PieceSize::WHOLE).1), ["record-truncated"]);
    let bytes = write(&stream(2, Packing::Steim2), &wiggle(3_000)).expect("they fit");
    let mut wrong = bytes.clone();
    wrong[512 + 128 + 11] ^= 1;
    assert_eq!(codes(&pieces(&wrong, PieceSize::WHOLE).1), ["steim-sum-differs", "gap"]);
    let noise = [b"garbage that is no record".repeat(30), bytes.clone()].concat();
    assert_eq!(codes(&pieces(&noise, PieceSize::WHOLE).1), ["record-unrecognised"]);
    let mut unknown = bytes.clone();
    unknown[52] = 30;
    assert_eq!(codes(&pieces(&unknown, PieceSize::WHOLE).1), ["encoding-unknown"]);
}

/// A file of real records, or none (said loudly) where the data are not there.
fn real(name: &str) -> Option<Vec<u8>> {
    let path: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "../../../shared/data/seismic/obspy", name].iter().collect();
    let found = std::fs::read(&path);
    if found.is_err() {
        eprintln!("NOT CHECKED: {} is not there", path.display());
    }
    found.ok()
}

/// Starts, counts and sums as ObsPy 1.5.1 reads them (`read(FILE)`, 2026-11-22).
#[test]
fn gaps_of_a_real_file() {
    let Some(bytes) = real("gaps.mseed") else { return };
    let (parts, account) = pieces(&bytes, PieceSize::WHOLE);
    let found: Vec<_> = parts
        .iter()
        .map(|piece| {
            (
                piece.trace.start.to_string(),
                piece.trace.samples.len(),
                piece.trace.samples.iter().sum::<f64>(),
            )
        })
        .collect();
    let expected = [
        ("2007-12-31T23:59:59.915Z", 412, -165_813.0),
        ("2008-01-01T00:00:04.035Z", 824, -323_433.0),
        ("2008-01-01T00:00:10.215Z", 824, -322_497.0),
        ("2008-01-01T00:00:18.455Z", 50_668, -19_969_707.0),
    ];
    assert!(found.iter().map(|(start, count, sum)| (start.as_str(), *count, *sum)).eq(expected));
    assert_eq!((codes(&account), account.records), (vec!["gap"; 3], 128));
}

#[test]
fn steim_2_of_a_real_file() {
    let Some(bytes) = real("steim2.mseed") else { return };
    let (parts, account) = pieces(&bytes, PieceSize::WHOLE);
    let trace = &parts[0].trace;
    assert_eq!((trace.name.to_string().as_str(), trace.rate_hz), ("NL.HGN.00.BHZ", 40.0));
    assert_eq!(trace.start.to_string(), "2003-05-29T02:13:22.0434Z");
    assert_eq!(trace.samples[..5], [2_787.0, 2_776.0, 2_774.0, 2_780.0, 2_783.0]);
    assert_eq!((trace.samples.len(), trace.samples.iter().sum::<f64>()), (5_980, 16_640_837.0));
    assert!(account.problems.is_empty());
}

/// The file's records bear the qualities 0 to 100, one each (ObsPy's own test of it).
#[test]
fn timing_quality_of_a_real_file() {
    let Some(bytes) = real("timingquality.mseed") else { return };
    let mut records = Records::new(&*bytes);
    let mut qualities = Vec::new();
    while let Some(record) = records.next_record().expect("bytes can be read") {
        let header = record.expect("sound").header;
        assert_eq!(header.encoding, Encoding::Steim1);
        qualities.extend(header.timing_percent);
    }
    qualities.sort_unstable();
    assert!(qualities.into_iter().eq(0..=100));
}
