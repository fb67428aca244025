//! Every sample layout, read to exactly what it says.

mod common;

use common::{context, read};
use gateways::{Format, Reading};
use kernel::{CountRange, PartyId, Place};
use watch::{Class, Content, Hotspot, HotspotConfidence, Observation, Report, Shape};

fn sample(text: &str, format: Format) -> Reading {
    let (found, reading) = read(text.as_bytes());
    assert_eq!(found, format);
    assert_eq!(reading.problems, []);
    assert_eq!(reading.lines as usize, text.lines().count());
    reading
}

fn report(observation: &Observation) -> &Report {
    let Content::Report(report) = &observation.content else { panic!("no report") };
    report
}

const VIIRS: &str = "\
latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight,type
50.20104,36.26597,326.44,0.39,0.36,2026-04-21,0003,N20,VIIRS,n,2.0NRT,290.1,3.88,N,0
";
const MODIS: &str = "\
latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_t31,frp,daynight
49.1234,37.5678,310.2,1.2,1.1,2026-04-21,932,Aqua,MODIS,81,6.1NRT,289.0,12.5,D
";

#[test]
fn viirs_as_downloaded() {
    let reading = sample(VIIRS, Format::Firms);
    let [observation] = &reading.observations[..] else { panic!() };
    assert_eq!(observation.when.start.to_string(), "2026-04-21T00:03:00Z");
    assert_eq!(observation.when.end.to_string(), "2026-04-21T00:09:00Z");
    let Shape::Point { place, along_m, across_m, azimuth_deg } = observation.shape else {
        panic!()
    };
    assert_eq!((place, azimuth_deg), (Place { lon: 36.26597, lat: 50.20104 }, 90.0));
    // 390 m / sqrt(12) and 360 m / sqrt(12), each with 75 m of geolocation error.
    assert!(
        (along_m - 135.2).abs() < 0.1 && (across_m - 128.2).abs() < 0.1,
        "{along_m} {across_m}"
    );
    let hotspot = Hotspot { power_mw: Some(3.88), confidence: HotspotConfidence::Nominal };
    assert_eq!(observation.content, Content::Hotspot(hotspot));
}

#[test]
fn modis_as_downloaded() {
    let reading = sample(MODIS, Format::Firms);
    let Content::Hotspot(hotspot) = reading.observations[0].content else { panic!() };
    assert_eq!(hotspot.confidence, HotspotConfidence::High);
    assert_eq!(reading.observations[0].when.start.to_string(), "2026-04-21T09:32:00Z");
}

#[test]
fn the_same_pixel_downloaded_another_way_is_the_same_observation() {
    let other = "ACQ_TIME;Satellite;LONGITUDE;LATITUDE;ACQ_DATE;FRP\n\"00:03\"; NOAA-20 ;36.265970;50.201040;2026-04-21;\n";
    let (one, other) = (sample(VIIRS, Format::Firms), sample(other, Format::Firms));
    assert_eq!(one.observations[0].id, other.observations[0].id);
    assert_ne!(one.observations[0].id, sample(MODIS, Format::Firms).observations[0].id);
}

#[test]
fn pixel_errors_without_scan_and_track() {
    let along_m = |text: &str| match sample(text, Format::Firms).observations[0].shape {
        Shape::Point { along_m, .. } => along_m.round(),
        _ => 0.0,
    };
    assert_eq!(along_m("latitude,longitude,acq_date,satellite\n50,36,2026-04-21,N21\n"), 189.0);
    assert_eq!(along_m("latitude,longitude,acq_date,satellite\n50,36,2026-04-21,Terra\n"), 898.0);
    assert_eq!(along_m("LATITUDE,LONGITUDE,ACQ_DATE\n50,36,2026-04-21\n"), 298.0);
}

#[test]
fn a_day_without_time_is_the_whole_utc_day() {
    let reading = sample("LATITUDE,LONGITUDE,ACQ_DATE\n50,36,2026-04-21\n", Format::Firms);
    let when = reading.observations[0].when;
    assert_eq!(when.start.to_string(), "2026-04-21T00:00:00Z");
    assert_eq!(when.end.to_string(), "2026-04-21T23:59:59.999999Z");
}

#[test]
fn viina_events_keep_outlets_apart() {
    let text = "date,lon,lat,place,type_code,n_reports,source_urls\n\
        2026-04-21,36.2312,49.99217,Kharkiv,S,3,https://www.ria.ru/1|https://nv.ua/2|https://nv.ua/3\n";
    let reading = sample(text, Format::Viina);
    let reporters: Vec<_> =
        reading.observations.iter().map(|observation| &report(observation).reporter[..]).collect();
    assert_eq!(reporters, ["nv.ua", "ria.ru"]);
    let first = &reading.observations[0];
    assert_eq!(first.when.start.to_string(), "2026-04-20T21:00:00Z");
    assert_eq!(report(first).classes, [(Class::AirStrike, 1.0)]);
    assert_eq!(report(first).place_name.as_deref(), Some("Kharkiv"));
    let center = Place { lon: 36.2312, lat: 49.99217 };
    assert_eq!(first.shape, Shape::Area { center, radius_m: 5_000.0 });
}

#[test]
fn viina_incidents_with_and_without_time_of_day() {
    let text = "\u{feff}\"datetime\",\"lon\",\"lat\",\"place_name\",\"event_type\",\"headline\"\r\n\
        \"2024-06-01 00:00:00\",\"33.4\",\"46.5\",\"A\",\"firefighb|loc\",\"said \"\"so\"\"\"\r\n\
        \"2024-06-01 13:54:00\",\"33.4\",\"46.5\",\"A\",\"\",\"b\"\r\n";
    let reading = sample(text, Format::Viina);
    let [day, hour] = &reading.observations[..] else { panic!() };
    assert_eq!(day.when.start.to_string(), "2024-05-31T21:00:00Z");
    assert_eq!((day.line, hour.line), (2, 3));
    assert_eq!(report(day).classes, [(Class::SmallArmsFire, 1.0)]);
    assert_eq!(report(day).text, "said \"so\"");
    assert_eq!(report(hour).classes, []);
    assert_eq!(hour.when.start.to_string(), "2024-05-31T10:54:00Z");
    assert_eq!(hour.when.end.to_string(), "2024-06-01T10:54:00Z");
}

/// "The SMM heard 48 undetermined explosions at locations ranging from 2-7km north-north-east,
/// north-east and north-north-west of its position."
const PATROL_CSV: &str = "\
observer;observer_lon;observer_lat;date;start;end;time_zone;means;count;kind;direction;distance;weapon
patrol-7;37,75;48,10;2026-04-21;19:11;20:00;Europe/Kyiv;heard;48;explosion;NNE|NE|NNW;2-7 km;
patrol-7;37,75;48,10;2026-04-21;23:50;00:10;Europe/Kyiv;heard;15-20;outgoing;N and S;3 km;mortar
patrol-7;37,75;48,10;2026-04-21;;;UTC;saw;multiple;burst;;;
patrol-7;37,75;48,10;2026-04-21;08:00;;+03:00;;;access-denied;;;
";

#[test]
fn patrol_reports_as_a_spreadsheet() {
    let reading = sample(PATROL_CSV, Format::Patrol);
    let [explosions, north, south, bursts, denied] = &reading.observations[..] else { panic!() };
    let from = Place { lon: 37.75, lat: 48.1 };
    assert_eq!(
        explosions.shape,
        Shape::Sector {
            from,
            azimuth_deg: 11.25,
            half_width_deg: 45.0,
            range_min_m: 2_000.0,
            range_max_m: 7_000.0
        }
    );
    assert_eq!(explosions.when.start.to_string(), "2026-04-21T16:11:00Z");
    assert_eq!(report(explosions).count, Some(CountRange::exactly(48)));
    assert_eq!(report(explosions).text, "heard 48 explosion 2-7 km NNE|NE|NNW");
    assert_eq!((north.line, south.line), (3, 3));
    assert_ne!(north.id, south.id);
    assert_eq!(report(north).count, Some(CountRange { min: 1, max: Some(19) }));
    assert_eq!(north.when.end.to_string(), "2026-04-21T21:10:00Z");
    let artillery = report(north).classes.iter().find(|(class, _)| *class == Class::ArtilleryFire);
    assert!(artillery.is_some_and(|(_, weight)| *weight > 0.9));
    let Shape::Sector { half_width_deg, range_max_m, .. } = bursts.shape else { panic!() };
    assert_eq!((half_width_deg, range_max_m), (180.0, 8_000.0));
    assert_eq!(report(bursts).count, Some(CountRange { min: 2, max: None }));
    assert_eq!(report(denied).classes, [(Class::AccessDenial, 1.0)]);
    assert!(matches!(denied.shape, Shape::Point { place, .. } if place == from));
}

const PATROL_JSON: &str = r#"{"observer":"cam-1","observer_lon":37.75,"observer_lat":48.1,"start":"2026-04-21T19:11:00Z","means":"camera","kind":"muzzle-flash","count":3,"direction":["E","ESE"],"distance_km":4}"#;

#[test]
fn patrol_reports_are_the_same_in_lines_in_an_array_and_in_a_table() {
    let lines = sample(&format!("{PATROL_JSON}\n"), Format::Patrol);
    let array = sample(&format!("[\n\n  {PATROL_JSON}\n]"), Format::Patrol);
    let table = "kind,observer,observer_lon,observer_lat,start,means,count,direction,distance_km\n\
        muzzle-flash,cam-1,37.75,48.1,2026-04-21T19:11:00Z,camera,3,E|ESE,4\n";
    let table = sample(table, Format::Patrol);
    assert_eq!(array.observations[0].line, 3);
    assert_eq!(lines.observations[0].id, array.observations[0].id);
    assert_eq!(lines.observations[0].id, table.observations[0].id);
    let Shape::Sector { azimuth_deg, range_min_m, range_max_m, .. } = lines.observations[0].shape
    else {
        panic!()
    };
    assert_eq!((azimuth_deg, range_min_m, range_max_m), (101.25, 3_000.0, 5_000.0));
}

#[test]
fn a_party_log_is_its_filers_claim() {
    let text = "local_id,from,to,lon,lat,place,radius_m,kind,count,weapon,accused,text\n\
        17/2,2026-04-21T10:00:00+03:00,2026-04-21T11:00:00+03:00,37.1,48.2,,,shelling,3,120 mm mortar,BB,\"two\nlines\"\n\
        18/2,2026-04-21T10:00Z,,37.1,48.2,Sloviansk,,drone,,,,\n"
        .replace(",drone,", ",uav-strike,");
    let reading = read(text.as_bytes()).1;
    assert_eq!((reading.problems.len(), reading.lines), (0, 4));
    let [shelling, strike] = &reading.observations[..] else { panic!() };
    assert_eq!(report(shelling).claimed_by, Some(PartyId::from("AA")));
    assert_eq!(report(shelling).claimed_against, Some(PartyId::from("BB")));
    assert_eq!(report(strike).claimed_against, None);
    assert_eq!((shelling.line, strike.line), (2, 4));
    assert_eq!(shelling.when.start.to_string(), "2026-04-21T07:00:00Z");
    assert!(matches!(shelling.shape, Shape::Point { along_m: 100.0, .. }));
    assert!(matches!(strike.shape, Shape::Area { radius_m: 5_000.0, .. }));
    let unnamed = gateways::ReadContext { claimant: None, ..context() };
    let refused = Format::PartyLog.read(text.as_bytes(), &unnamed);
    assert_eq!(refused.problems[0].code, "claimant-missing");
}
