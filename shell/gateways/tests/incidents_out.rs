//! Incidents written as GeoJSON and CSV.

use gateways::{csv_out, geojson};
use kernel::{
    CountRange, Interval, ObservationId, PartyId, Place, PlaceBelief, Probability, Shares,
    SourceId, Time,
};
use watch::incident::Claim;
use watch::{Class, Incident, IncidentId, Member, Product};

fn incident() -> Incident {
    let mean = Place { lon: 36.265_970_4, lat: 50.201_04 };
    let claim = Claim { by: PartyId::from("AA"), against: None, reports: 2 };
    let member = Member {
        observation: ObservationId::of("thermal", b"1"),
        source: SourceId::from("thermal"),
        weight: Probability::new(0.9),
        residual: None,
    };
    Incident {
        id: IncidentId::of(b"1"),
        version: 2,
        product: Product::Automatic2,
        when: Interval::new(Time(0), Time(60_000_000)),
        place: PlaceBelief { mean, ee_m2: 40_000.0, en_m2: 0.0, nn_m2: 10_000.0 },
        classes: Shares::from_weights([(Class::ArtilleryFire, 3.0), (Class::Explosion, 1.0)]),
        real: Probability::new(0.97),
        count: CountRange { min: 2, max: None },
        members: vec![member],
        independent_groups: 1,
        abnormality: None,
        claims: vec![claim],
        replaces: vec![],
        caveats: vec!["=cmd, \"quoted\"".to_owned()],
        located: vec![],
        silence: None,
        review: None,
        since_review: None,
        set_aside: vec![],
        path: vec![],
        lapse: None,
        withdrawn: false,
    }
}

#[test]
fn geojson_has_a_point_and_an_ellipse() {
    let collection = geojson::incidents([&incident()]);
    assert_eq!(collection["type"], "FeatureCollection");
    let feature = &collection["features"][0];
    assert_eq!(feature["geometry"]["coordinates"], serde_json::json!([36.26597, 50.20104]));
    assert_eq!(feature["id"], feature["properties"]["id"]);
    let properties = &feature["properties"];
    assert_eq!(properties["class"], "artillery-fire");
    assert_eq!(properties["classes"]["explosion"], 0.25);
    assert_eq!(properties["start"], "1970-01-01T00:00:00Z");
    assert_eq!(
        (&properties["ellipse_semi_major_m"], &properties["ellipse_azimuth_deg"]),
        (&serde_json::json!(490.0), &serde_json::json!(90.0))
    );
    assert_eq!(properties["members"][0]["weight"], 0.9);
}

#[test]
fn csv_is_one_row_each_and_no_formula() {
    let text = csv_out::incidents([&incident()]);
    let mut lines = text.split("\r\n");
    assert_eq!(lines.next().unwrap().split(',').count(), csv_out::COLUMNS.len());
    let row = lines.next().unwrap();
    let expected = ",artillery-fire,explosion=0.25|artillery-fire=0.75,0.97,2,,1,";
    assert!(row.contains(expected), "{row}");
    assert!(row.ends_with("=0.9,AA>nobody=2,\"'=cmd, \"\"quoted\"\"\""), "{row}");
    assert_eq!(lines.next(), Some(""));
    assert_eq!(csv_out::incidents([]).lines().count(), 1);
}
