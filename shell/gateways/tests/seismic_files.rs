//! SAC, ASCII time series and StationXML: small ones written here, real ones where they are.

use gateways::stationxml;
use gateways::waveform::{Account, Piece, PieceSize, read};
use kernel::Time;

fn pieces(bytes: &[u8]) -> (Vec<Piece>, Account) {
    let mut pieces = Vec::new();
    let account = read(bytes, PieceSize::WHOLE, &mut |piece| pieces.push(piece));
    (pieces, account.expect("bytes can be read"))
}

/// A SAC file of a ramp at 50 samples a second, in either byte order.
fn sac(little_endian: bool, count: i32) -> Vec<u8> {
    let mut words = vec![(-12_345_f32).to_be_bytes(); 110];
    words[70..].fill((-12_345_i32).to_be_bytes());
    for (at, value) in [(0, 0.02_f32), (5, 1.5), (31, 50.25), (32, 30.5), (33, 120.0), (34, 20.0)] {
        words[at] = value.to_be_bytes();
    }
    let integers = [
        (70, 2026),
        (71, 32),
        (72, 3),
        (73, 4),
        (74, 5),
        (75, 678),
        (76, 6),
        (79, count),
        (85, 1),
        (105, 1),
    ];
    for (at, value) in integers {
        words[at] = i32::to_be_bytes(value);
    }
    let mut texts = [*b"-12345  "; 24];
    (texts[0], texts[20], texts[21]) = (*b"ABC     ", *b"HHZ     ", *b"XX      ");
    let samples = (0..100).map(|at| (at as f32 * 0.5).to_be_bytes());
    let order = |mut word: [u8; 4]| {
        if little_endian {
            word.reverse();
        }
        word
    };
    let head = words.into_iter().flat_map(order);
    let body = samples.flat_map(order);
    head.chain(texts.concat()).chain(body).collect()
}

#[test]
fn sac_in_both_byte_orders() {
    for little_endian in [true, false] {
        let (parts, account) = pieces(&sac(little_endian, 100));
        let trace = &parts[0].trace;
        assert_eq!((trace.name.to_string().as_str(), trace.rate_hz), ("XX.ABC..HHZ", 50.0));
        assert_eq!(trace.start.to_string(), "2026-02-01T03:04:07.178Z");
        assert_eq!((trace.samples.len(), trace.samples[99]), (100, 49.5));
        assert_eq!(account.places.values().collect::<Vec<_>>(), [&[30.5, 50.25, 100.0]]);
        assert_eq!(account.problem_count, 0);
    }
    let (parts, account) = pieces(&sac(true, 150));
    assert_eq!(
        (parts[0].trace.samples.len(), account.problems[0].code.as_str()),
        (100, "record-truncated")
    );
    let (parts, account) = pieces(&sac(true, -3));
    assert_eq!((parts.len(), account.problems[0].code.as_str()), (0, "header-unreadable"));
}

#[test]
fn ascii_time_series() {
    let text = "TIMESERIES BW_UH1__SHZ_D, 6 samples, 50 sps, 2010-05-27T16:24:03.679998, SLIST, INTEGER, Counts\n1\t2\t3\n4\tfive\t6\n";
    let (parts, account) = pieces(text.as_bytes());
    assert_eq!(parts[0].trace.name.to_string(), "BW.UH1..SHZ");
    assert_eq!(
        parts[0].trace.start,
        "2010-05-27T16:24:03.679998Z".parse::<Time>().expect("a time")
    );
    assert_eq!((parts[0].trace.samples.len(), parts[0].trace.samples[3]), (6, 4.0));
    assert!(parts[0].trace.samples[4].is_nan());
    assert_eq!(account.problems[0].code, "sample-unreadable");
}

const XML: &str = r#"<FDSNStationXML><Network code="XX"><Station code="ABC">
<Latitude>50</Latitude><Longitude>30</Longitude><Elevation>100</Elevation>
<Channel code="HHZ" locationCode="" startDate="2020-01-01T00:00:00" endDate="2021-01-01T00:00:00Z">
<Latitude>50.5</Latitude><Longitude>30.5</Longitude><Elevation>100.0</Elevation><Depth>10.0</Depth>
<Azimuth>0</Azimuth><Dip>-90</Dip><Response><InstrumentSensitivity><Value>4.0E8</Value>
<InputUnits><Name>M/S</Name></InputUnits></InstrumentSensitivity>
<Stage number="1"><StageGain><Value>1500</Value></StageGain></Stage></Response></Channel>
<Channel code="HHN" locationCode=""><Latitude>95</Latitude><Longitude>30.5</Longitude></Channel>
</Station></Network></FDSNStationXML>"#;

#[test]
fn stations_as_they_were_at_a_time() {
    let (inventory, problems) = stationxml::read(XML.as_bytes());
    assert_eq!((problems.len(), problems[0].code.as_str()), (1, "position-unreadable"));
    let channel = inventory.channels().next().expect("one");
    assert_eq!((channel.place, channel.dip_deg), ([30.5, 50.5, 90.0], Some(-90.0)));
    let time = |text: &str| text.parse::<Time>().expect("a time");
    let gain = inventory.gain(&channel.name, time("2020-06-01")).expect("a gain");
    assert_eq!((gain.counts_a_unit, gain.unit.as_str()), (4e8, "M/S"));
    assert_eq!(inventory.gain(&channel.name, time("2021-06-01")), None);
    let (_, problems) = stationxml::read(&XML.as_bytes()[..700]);
    assert_eq!(problems.last().map(|problem| problem.code.as_str()), Some("xml-unreadable"));
}

/// Values as they stand in the file, read by eye.
#[test]
fn a_real_station() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/seismic/obspy/IRIS_single_channel_with_response.xml"
    );
    let Ok(bytes) = std::fs::read(path) else {
        eprintln!("NOT CHECKED: {path} is not there");
        return;
    };
    let (inventory, problems) = stationxml::read(&*bytes);
    assert!(problems.is_empty());
    let channel = inventory.channels().next().expect("one");
    assert_eq!(channel.name.to_string(), "IU.ANMO.10.BHZ");
    assert_eq!(channel.place, [-106.457122, 34.945913, 1_702.0]);
    assert_eq!(channel.gain.as_ref().map(|gain| gain.counts_a_unit), Some(3.31283e10));
}
