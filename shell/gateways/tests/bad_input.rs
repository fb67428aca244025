//! Bad input, each kind with its answer; and whatever the bytes, every line is accounted for.

mod common;

use std::collections::BTreeSet;

use common::{context, real};
use gateways::json::Layout;
use gateways::record::{Quoting, Records};
use gateways::table::{Header, first_line, is_blank};
use gateways::{Format, Reading};
use proptest::prelude::*;

const ERRORS: &str = include_str!("../../../docs/errors.md");

fn codes(format: Format, text: &str) -> Vec<(u64, String)> {
    let reading = format.read(text.as_bytes(), &context());
    reading.problems.into_iter().map(|problem| (problem.line, problem.code)).collect()
}

#[test]
fn firms_lines_are_named_and_the_rest_is_read() {
    let lines = [
        ("50.1,36.2,2026-04-21,0003,N,n,1.5", ""),
        ("200,36.2,2026-04-21,0003,N,n,1.5", "latitude-out-of-range"),
        ("50.1,-181,2026-04-21,0003,N,n,1.5", "longitude-out-of-range"),
        ("136.2,50.1,2026-04-21,0003,N,n,1.5", "coordinates-swapped"),
        ("nan,36.2,2026-04-21,0003,N,n,1.5", "number-unreadable"),
        ("50.1,inf,2026-04-21,0003,N,n,1.5", "number-unreadable"),
        ("50.1,,2026-04-21,0003,N,n,1.5", "number-unreadable"),
        ("50.1,36.2,2026-02-30,0003,N,n,1.5", "date-unreadable"),
        ("50.1,36.2,21.04.2026,0003,N,n,1.5", "date-unreadable"),
        ("50.1,36.2,2026-04-21,2460,N,n,1.5", "time-unreadable"),
        ("50.1,36.2,2026-04-21,00003,N,n,1.5", "time-unreadable"),
        ("50.1,36.2,2026-04-21,1:3,N,n,1.5", "time-unreadable"),
        ("50.1,36.2,2026-12-01,0003,N,n,1.5", "time-in-future"),
        ("50.1,36.2,1970-01-01,0003,N,n,1.5", "time-too-early"),
        ("50.1,36.2,2026-04-21,0003,N,x,1.5", "confidence-unreadable"),
        ("50.1,36.2,2026-04-21,0003,N,101,1.5", "confidence-unreadable"),
        ("50.1,36.2,2026-04-21,0003,N,n,-1", "power-out-of-range"),
        ("50.1,36.2,2026-04-21,0003,N,n,NaN", "number-unreadable"),
        ("50.1,36.2,2026-04-21,0003,N,n", "field-count"),
        ("50.1,36.2,2026-04-21,0003,N,n,1.5,7", "field-count"),
        ("50.1,36.2,2026-04-21,0003,N\0,n,1.5", "not-text"),
        ("  ,,,, ", ""),
        ("50.1,36.3,2026-04-21,,N,,", ""),
    ];
    let header = "latitude,longitude,acq_date,acq_time,satellite,confidence,frp\n";
    let text = header.to_owned() + &lines.map(|(line, _)| line).join("\r\n");
    let expected: Vec<(u64, String)> = (2..)
        .zip(lines)
        .filter(|(_, (_, code))| !code.is_empty())
        .map(|(line, (_, code))| (line, code.to_owned()))
        .collect();
    assert_eq!(codes(Format::Firms, &text), expected);
    let reading = Format::Firms.read(text.as_bytes(), &context());
    assert_eq!(reading.observations.len(), 2);
    account(Format::Firms, text.as_bytes(), &reading).unwrap();
}

#[test]
fn pixels_of_no_size() {
    let text =
        "latitude,longitude,acq_date,scan,track\n50,36,2026-04-21,0,1\n50,36,2026-04-21,1,11\n";
    let code = "pixel-size-out-of-range".to_owned();
    assert_eq!(codes(Format::Firms, text), [(2, code.clone()), (3, code)]);
}

#[test]
fn reports_are_named() {
    let header = "observer,observer_lon,observer_lat,start,end,kind,count,direction,distance,means,assessment\n";
    let start = "P,37,48,2026-04-21T10:00Z";
    for (rest, code) in [
        (",shot,,,,,", ""),
        ("", "field-count"),
        (",thunder,,,,,", "kind-unknown"),
        (",shot,some,,,,", "count-unreadable"),
        (",shot,0,,,,", "count-unreadable"),
        (",shot,,up,,,", "direction-unreadable"),
        (",shot,,,2-7,,", "distance-unreadable"),
        (",shot,,,7-2 km,,", "distance-unreadable"),
        (",shot,,,200 km,,", "distance-unreadable"),
        (",shot,,,,smelt,", "means-unknown"),
        (",shot,,,,,perhaps not", "assessment-unknown"),
        ("2026-04-21T09:00Z,shot,,,,,", "interval-unreadable"),
        ("2026-04-21 11:00,shot,,,,,", "zone-missing"),
        ("noon,shot,,,,,", "time-unreadable"),
    ] {
        let found = codes(Format::Patrol, &format!("{header}{start},{rest}\n"));
        let found: Vec<&str> = found.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(found.join(" "), code, "{rest}");
    }
    let viina = "date,lon,lat,place,type_code\n2026-04-21,36,50,A,Q\n2026-04-21,36,50,\u{1},S\n";
    let found = codes(Format::Viina, viina);
    assert_eq!(found, [(2, "kind-unknown".to_owned()), (3, "not-text".to_owned())]);
    let json = "{\"observer\":1}\n{\n[1]\n";
    let found: Vec<_> = codes(Format::Patrol, json).into_iter().map(|(_, code)| code).collect();
    assert_eq!(found, ["field-missing", "json-malformed", "json-malformed"]);
    let malformed = |line| (line, "json-malformed".to_owned());
    assert_eq!(codes(Format::Patrol, "[\n{]"), [malformed(2), malformed(2)]);
    // Found by fuzzing: the end that is missing was looked for behind the last line.
    assert_eq!(codes(Format::Patrol, "[\n"), [malformed(1)]);
}

#[test]
fn of_an_array_that_is_cut_off_or_has_no_numbers_the_rest_is_read() {
    let good = r#"{"Name":"A1","Time (UTC)":"2026-03-02T10:05:34.12","Back Azimuth":-12.5,"Latitude":47.6,"Longitude":36.2}"#;
    let text = format!(
        "[{good},\n{},\n{},\n{},\n{}",
        good.replace("\"A1\"", "NaN").replace("-12.5", "12.5, \"Amplitude\": NaN"),
        good.replace("-12.5", "NaN"),
        good.replace("47.6", "-Infinity"),
        &good[..40],
    );
    let named =
        [(3, "field-missing"), (4, "field-missing"), (5, "json-malformed"), (5, "json-malformed")];
    assert_eq!(codes(Format::Bearings, &text), named.map(|(line, code)| (line, code.to_owned())));
    assert_eq!(Format::detect(text.as_bytes()), Ok(Format::Bearings));
    let reading = Format::Bearings.read(text.as_bytes(), &context());
    assert_eq!(reading.observations.len(), 2);
    let lines = format!("{good}\n\n{good}\n");
    assert_eq!(Format::detect(lines.as_bytes()), Ok(Format::Bearings));
    assert_eq!(Format::Bearings.read(lines.as_bytes(), &context()).observations.len(), 2);
}

#[test]
fn a_file_that_cannot_be_read_at_all_has_one_problem() {
    for (bytes, code) in [
        (&b""[..], "empty-file"),
        (b"\xEF\xBB\xBF\r\n \n", "empty-file"),
        (b"\xFF\xFEl\0a\0", "utf-16"),
        (b"\x7FELF\x02\x01\x01\0", "not-text"),
        (b"latitude,longitude\n50,36\n", "wrong-columns"),
    ] {
        for format in Format::TABLES {
            let reading = format.read(bytes, &context());
            let [problem] = &reading.problems[..] else { panic!("{:?}", reading.problems) };
            assert_eq!((problem.line, problem.code.as_str()), (0, code), "{format}");
        }
        assert_eq!(Format::detect(bytes).unwrap_err().code, code);
    }
}

#[test]
fn every_code_in_the_source_is_documented() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut codes = BTreeSet::new();
    for entry in std::fs::read_dir(source).unwrap() {
        // A folder beside the readers holds parts of one of them.
        let Ok(text) = std::fs::read_to_string(entry.unwrap().path()) else { continue };
        let faults = text.split("Fault::new(").skip(1).map(str::trim_start);
        let named = faults.filter_map(|rest| rest.strip_prefix('"')?.split('"').next());
        codes.extend(named.map(ToOwned::to_owned));
    }
    assert!(codes.len() > 20, "{codes:?}");
    for code in codes {
        assert!(ERRORS.contains(&format!("\n| `{code}` |")), "{code} is not in docs/errors.md");
    }
}

/// Each line is header, blank, read or named, and never two of them.
fn account(format: Format, bytes: &[u8], reading: &Reading) -> Result<(), String> {
    let named: BTreeSet<u64> = reading.problems.iter().map(|problem| problem.line).collect();
    if named.contains(&0) {
        let alone = reading.observations.is_empty() && reading.problems.len() == 1;
        return alone.then_some(()).ok_or_else(|| "a refused file was read".to_owned());
    }
    let read: BTreeSet<u64> = reading.observations.iter().map(|one| one.line).collect();
    let (line, rows) = first_line(bytes, 1).map_err(|fault| fault.reason)?;
    let (header, layout) = (Header::parse(line), Layout::of(line));
    let table = !format.may_be_json() || layout == Layout::Table;
    if !table && layout == Layout::Array {
        // Several of its reports may stand on one line.
        return Ok(());
    }
    let quoted = table && format != Format::Firms;
    let quoting = if quoted { Quoting::On(header.delimiter) } else { Quoting::Off };
    let blank = if table { header.delimiter } else { b' ' };
    let mut rows = if table { rows } else { Records::new(bytes, 1, Quoting::Off) }.with(quoting);
    for row in rows.by_ref() {
        let is = [is_blank(row.bytes, blank), read.contains(&row.line), named.contains(&row.line)];
        let fault = row.fault.is_some() && is[2] && !is[1];
        if !fault && is.iter().filter(|&&is| is).count() != 1 {
            return Err(format!("line {}: blank, read, named: {is:?}", row.line));
        }
    }
    let lines = rows.next_line() - 1;
    (reading.lines == lines).then_some(()).ok_or_else(|| format!("{} lines", reading.lines))
}

/// Small files of every layout, and the beginnings of the real ones.
fn seeds() -> Vec<(Format, Vec<u8>)> {
    let patrol = "observer,observer_lon,observer_lat,date,start,end,time_zone,means,count,kind,direction,distance,weapon\n\
        P1,37.75,48.10,2026-04-21,19:11,20:00,Europe/Kyiv,heard,15-20,explosion,NNE|NE,2-7 km,mortar\n";
    let log = "local_id,date,from,to,time_zone,lon,lat,place,radius_m,kind,count,accused,text\n\
        1,2026-04-21,10:00,11:00,+03:00,37.1,48.2,A,500,shelling,3,BB,\"two\nlines \"\"so\"\"\"\n";
    let json = r#"{"observer":"P","observer_lon":37,"observer_lat":48,"start":"2026-04-21T10:00Z","kind":"shot"}"#;
    let modis = "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,confidence,frp\n\
        49.1234,37.5678,310.2,1.2,1.1,2026-04-21,932,Aqua,81,12.5\n";
    let mut seeds = vec![
        (Format::Patrol, patrol.into()),
        (Format::Patrol, format!("{json}\n{json}\n").into()),
        (Format::Patrol, format!("[{json},\n {json}]").into()),
        (Format::PartyLog, log.into()),
        (Format::Firms, modis.into()),
    ];
    for (format, name) in [
        (Format::Arrivals, "arrivals/plain.csv"),
        (Format::Bearings, "bearings/plain.csv"),
        (Format::Bearings, "bearings/infrapy.json"),
        (Format::Looks, "looks/plain.csv"),
        (Format::Tracks, "tracks/plain.csv"),
        (Format::Stations, "stations/plain.csv"),
    ] {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/fuzz/seeds/");
        let bytes = std::fs::read(format!("{folder}{name}")).unwrap();
        assert_eq!(Format::detect(&bytes), Ok(format), "{name}");
        let reading = format.read(&bytes, &context());
        assert_eq!(reading.problems, [], "{name}");
        seeds.push((format, bytes));
    }
    for name in [
        "thermal/firms_viirs_ua_20260421_20260614.csv",
        "thermal/fires_dateonly_2021_prewar.csv",
        "reports/viina_events_20260421_20260614.csv",
        "reports/viina_incidents_202406.csv",
        "reports/VIINA_2022_REBUILD.csv",
    ] {
        let Some(bytes) = real(name) else { continue };
        let format = Format::detect(&bytes).unwrap();
        let end = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(6).unwrap().0;
        seeds.push((format, bytes[..=end].to_vec()));
    }
    seeds
}

/// A small seeded generator (xorshift64*, Vigna 2016), so that every run mutates alike.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit.max(1)
    }
}

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    const TOKENS: [&[u8]; 16] = [
        b"\"",
        b"\n",
        b",",
        b"\0",
        b"\xff",
        b"nan",
        b"-",
        b"1e999",
        b"99999999999999999999",
        b"\r",
        b";",
        b"|",
        b"\xd0",
        b"\"\"",
        b"2026-02-30",
        b":",
    ];
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        let until = (at + dice.below(12)).min(bytes.len());
        match dice.below(4) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            1 => drop(bytes.drain(at..until)),
            2 => drop(bytes.splice(at..at, TOKENS[dice.below(TOKENS.len())].iter().copied())),
            _ => {
                let copied = bytes[at..until].to_vec();
                let to = dice.below(bytes.len());
                drop(bytes.splice(to..to, copied));
            }
        }
    }
}

#[test]
fn a_hundred_thousand_damaged_files_are_accounted_for() {
    let seeds = seeds();
    let mut dice = Dice(0x5eed);
    let (mut refused, mut named, mut read) = (0, 0, 0);
    let mut codes = BTreeSet::new();
    for round in 0..100_000 {
        let (format, seed) = &seeds[round % seeds.len()];
        let mut bytes = seed.clone();
        mutate(&mut bytes, &mut dice);
        let reading = format.read(&bytes, &context());
        if let Err(error) = account(*format, &bytes, &reading) {
            panic!("{format}, {error}: {:?}", String::from_utf8_lossy(&bytes));
        }
        let whole_file = reading.problems.first().is_some_and(|problem| problem.line == 0);
        refused += usize::from(whole_file);
        named += reading.problems.len() - usize::from(whole_file);
        read += reading.observations.len();
        codes.extend(reading.problems.into_iter().map(|problem| problem.code));
    }
    for code in codes {
        assert!(ERRORS.contains(&format!("\n| `{code}` |")), "{code} is not in docs/errors.md");
    }
    eprintln!("{refused} files refused, {named} lines named, {read} observations read");
    assert!(refused > 1_000 && named > 10_000 && read > 100_000);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_bytes_are_accounted_for(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for format in Format::TABLES {
            let reading = format.read(&bytes, &context());
            prop_assert_eq!(account(format, &bytes, &reading), Ok(()));
        }
    }

    #[test]
    fn any_fields_are_accounted_for(fields in proptest::collection::vec("\\PC{0,20}", 0..60)) {
        for (format, seed) in seeds() {
            let header = String::from_utf8_lossy(first_line(&seed, 1).unwrap().0.as_bytes()).into_owned();
            let width = Header::parse(&header).columns.len();
            let rows: Vec<String> = fields.chunks(width).map(|row| row.join(",")).collect();
            let bytes = format!("{header}\n{}", rows.join("\n")).into_bytes();
            let reading = format.read(&bytes, &context());
            prop_assert_eq!(account(format, &bytes, &reading), Ok(()));
        }
    }
}
