//! A file split anywhere reads to the same observations and problems as the whole one.

mod common;

use std::io::{Cursor, Read};

use common::{context, real};
use gateways::split::{NotSplit, Parts};
use gateways::{Format, ReadContext, Reading};
use kernel::Problem;
use proptest::prelude::*;

/// Reads all parts and puts the readings together.
fn in_parts(input: impl Read, format: Option<Format>, part_bytes: usize) -> Reading {
    let parts = match Parts::of_size(input, format, part_bytes) {
        Ok(parts) => parts,
        Err(NotSplit::Refused(fault)) => return Reading::refused(fault),
        Err(NotSplit::Read(error)) => panic!("{error}"),
    };
    let format = parts.format();
    let mut all = Reading::default();
    for part in parts {
        let part = part.unwrap();
        let header = part.header;
        let context = ReadContext { header, first_line: part.first_line, ..context() };
        let reading = format.read(&part.bytes, &context);
        all.observations.extend(reading.observations);
        all.problems.extend(part.problems);
        all.problems.extend(reading.problems);
        all.lines += reading.lines;
    }
    all.problems.sort_by_key(|problem| problem.line);
    all
}

fn assert_splits(bytes: &[u8], part_bytes: usize) {
    let format = Format::detect(bytes).unwrap();
    let whole = format.read(bytes, &context());
    assert_eq!(in_parts(bytes, None, part_bytes), whole);
}

#[test]
fn real_files_split() {
    for name in [
        "thermal/firms_viirs_ua_20260421_20260614.csv",
        "reports/viina_events_20260421_20260614.csv",
        "reports/viina_incidents_202406.csv",
        "reports/VIINA_2022_REBUILD.csv",
    ] {
        let Some(bytes) = real(name) else { return };
        for part_bytes in [1_000, 65_536, 300_001] {
            assert_splits(&bytes, part_bytes);
        }
    }
}

#[test]
fn a_line_of_a_gigabyte_costs_itself_and_no_memory() {
    // 64 MiB here: the memory in use is the buffer's, which the length does not change.
    let long = std::io::repeat(b'7').take(64 << 20);
    let head = Cursor::new("latitude,longitude,acq_date\n50,36,2026-04-21\n");
    let tail = Cursor::new("\n51,37,2026-04-21\n");
    let input = head.chain(long).chain(tail);
    let reading = in_parts(input, None, 8 << 20);
    assert_eq!((reading.observations.len(), reading.lines), (2, 4));
    assert_eq!(reading.observations[1].line, 4);
    let [Problem { line: 3, code, reason }] = &reading.problems[..] else { panic!() };
    assert_eq!(code, "line-too-long");
    assert!(reason.starts_with("67108864 bytes"), "{reason}");
}

#[test]
fn a_byte_order_mark_amid_the_file_is_no_mark() {
    // Found by fuzzing: the second line began a part, and lost its mark there.
    let bytes = "{\"observer\":1}\n\u{feff}{}\n\u{feff}7\n".as_bytes();
    let whole = Format::Patrol.read(bytes, &context());
    assert_eq!(in_parts(bytes, None, 1), whole);
}

#[test]
fn blank_lines_before_the_first_record_are_no_part() {
    // Found by fuzzing: a part of blank lines alone was named `empty-file`, and of a table with
    // the header in the second part the reports were taken for JSON.
    let report = r#"{"observer":"P1","observer_lon":36,"observer_lat":50,"kind":"shot","date":"2026-04-21","time_zone":"UTC"}"#;
    let json = format!("\n \n,,\n{report}\n\n\n{report}\n");
    let table = "\u{feff}\n\nobserver,observer_lon,observer_lat,kind,date,time_zone\n\nP1,36,50,shot,2026-04-21,UTC\n";
    for text in [&json[..], table, "\n\n\u{feff}\n{}\n"] {
        let whole = Format::Patrol.read(text.as_bytes(), &context());
        assert_eq!(in_parts(text.as_bytes(), Some(Format::Patrol), 1), whole, "{text}");
    }
}

#[test]
fn parts_of_short_lines_are_short() {
    let text = format!("latitude,longitude,acq_date\n{}", "x\n".repeat(450_000));
    let parts: Vec<_> = Parts::open(text.as_bytes(), None).unwrap().map(Result::unwrap).collect();
    assert_eq!(parts.len(), 3);
    assert_eq!(parts.iter().map(|part| part.bytes.len()).sum::<usize>(), text.len());
    let array = format!("[{}]", "\n".repeat(450_000));
    assert_eq!(Parts::open(array.as_bytes(), None).unwrap().count(), 1);
}

#[test]
fn a_file_of_one_endless_line_is_refused() {
    let reading = in_parts(std::io::repeat(b'x').take(32 << 20), None, 1 << 20);
    assert_eq!(reading.problems[0].code, "not-text");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_text_splits_anywhere(
        rows in proptest::collection::vec(
            prop_oneof![
                "[a,\"\n]{0,12}",
                Just("2026-04-21,36,50,Kharkiv,S,\"two\nlines\"".to_owned()),
                Just("2026-04-21,36,50,Kharkiv,S,\"\"\"said\"\"\"".to_owned()),
                Just(",".repeat(70_000)),
                Just(format!("\"{}\"", "x".repeat(40_000))),
            ],
            0..40,
        ),
        part_bytes in 1_usize..2_000,
        end in "[\r\n]{1,2}",
    ) {
        let text = format!("\u{feff}date,lon,lat,place,type_code,note\n{}", rows.join(&end));
        let whole = Format::Viina.read(text.as_bytes(), &context());
        prop_assert_eq!(in_parts(text.as_bytes(), None, part_bytes), whole);
    }

    #[test]
    fn any_firms_text_splits_anywhere(text in "[5,\"\n-]{0,300}", part_bytes in 1_usize..200) {
        let text = format!("latitude,longitude,acq_date\n{text}\n50,36,2026-04-21");
        let whole = Format::Firms.read(text.as_bytes(), &context());
        prop_assert_eq!(in_parts(text.as_bytes(), None, part_bytes), whole);
    }

    #[test]
    fn json_lines_split_anywhere(rows in proptest::collection::vec("[{}\"a:1\n]{0,12}", 0..40)) {
        let report = r#"{"observer":"P1","observer_lon":36,"observer_lat":50,"kind":"shot","date":"2026-04-21","time_zone":"UTC"}"#;
        let text = format!("{report}\n{}\n{report}", rows.join("\n"));
        let whole = Format::Patrol.read(text.as_bytes(), &context());
        prop_assert!(whole.observations.len() >= 2);
        prop_assert_eq!(in_parts(text.as_bytes(), None, 20), whole);
    }
}
