//! The API and the pages over a real socket, against a small exercise house.

mod client;
mod schema;
mod waveforms;

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use clap::Parser as _;
use client::{Answered, Served};
use desk::{Desk, keys};
use kernel::{Duration, Identity, Time};
use record::Draft;
use secretariat::Command;
use serde_json::{Value, json};
use server::cli;
use server::http::hall::Hall;

const PAGES: [&str; 7] = [
    "/",
    "/findings",
    "/incidents",
    "/reports/daily",
    "/agreement",
    "/verify",
    "/reports/daily/2026-03-02",
];

fn say(words: &[&str]) -> Result<(), desk::Error> {
    cli::run(cli::args::Words::try_parse_from(words).expect("words"))
}

/// A copy of an exercise house of the Paris agreement, seed 1, with the built-in story played in it.
fn small_house() -> (tempfile::TempDir, PathBuf) {
    static PLAYED: LazyLock<PathBuf> = LazyLock::new(play);
    let folder = tempfile::tempdir().expect("a folder");
    let house = folder.path().join("house");
    copy(&PLAYED, &house);
    (folder, house)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("copied");
        }
    }
}

fn play() -> PathBuf {
    let house = Path::new(env!("CARGO_TARGET_TMPDIR")).join("http-house");
    drop(std::fs::remove_dir_all(&house));
    let path = house.to_str().expect("a path");
    let agreement = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements/paris");
    let agreement = agreement.to_str().expect("a path");
    let at = "2026-03-01T00:00:00Z";
    say(&[
        "servanda",
        "init",
        path,
        "--agreement",
        agreement,
        "--exercise",
        "--seed",
        "1",
        "--at",
        at,
    ])
    .expect("founded");
    say(&["servanda", "exercise", path, "--seed", "1"]).expect("played");
    house
}

fn serve(house: &Path) -> Served {
    Served::start(Arc::new(Hall::open(house).expect("a hall")))
}

fn first_id(served: &Served, list: &str) -> String {
    let items = served.json(list)["items"].clone();
    items[0]["id"].as_str().unwrap_or_else(|| panic!("{list} is empty")).to_owned()
}

#[test]
fn every_address_of_the_document_answers_as_its_schema_says() {
    let (_folder, house) = small_house();
    let served = serve(&house);
    let document = served.json("/api/v1/openapi.json");
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 20);
    for (path, item) in paths {
        let Some(operation) = item.get("get") else { continue };
        let address = address_of(&served, path);
        if path == "/stream" {
            assert!(
                served.follow(&address).next_size().is_some(),
                "a stream does not end: its first words do"
            );
            continue;
        }
        let answered = served.get(&address);
        assert_eq!(answered.status, 200, "{address}: {}", answered.text());
        let content = operation["responses"]["200"]["content"].as_object().expect("content");
        let media =
            answered.header("content-type").split(';').next().unwrap_or_default().to_owned();
        let described = content.iter().find(|(name, _)| name.split(';').next() == Some(&media));
        let (_, described) = described.unwrap_or_else(|| panic!("{address} is {media}"));
        if let Some(schema) = described.get("schema") {
            schema::check(&document, schema, &answered.json())
                .unwrap_or_else(|wrong| panic!("{address}: {wrong}"));
        }
    }
}

/// A path of the document with its names filled in.
fn address_of(served: &Served, path: &str) -> String {
    let filled = match path {
        "/record/tile/{tile}" => path.replace("{tile}", "0/000.p/5"),
        "/reports/daily/{date}" => path.replace("{date}", "2026-03-02"),
        "/incidents/{id}/waveforms" => path.replace("{id}", &first_id(served, "/api/v1/incidents")),
        _ => match path.strip_suffix("/{id}") {
            Some(list) => format!("{list}/{}", first_id(served, &format!("/api/v1{list}"))),
            None => path.to_owned(),
        },
    };
    assert!(!filled.contains('{'), "nobody says what {path} stands for");
    format!("/api/v1{filled}")
}

#[test]
fn lists_narrow_page_and_change_form() {
    let (_folder, house) = small_house();
    let served = serve(&house);
    let all = served.json("/api/v1/incidents");
    let page = served.json("/api/v1/incidents?limit=3");
    assert_eq!((page["shown"].as_u64(), &page["total"]), (Some(3), &all["total"]));
    let next = served.json("/api/v1/incidents?limit=3&cursor=3");
    assert_eq!(next["items"][0], all["items"][3]);
    let class = served.json("/api/v1/incidents?class=artillery-fire,uav-strike");
    let items = class["items"].as_array().expect("items");
    assert!(!items.is_empty() && items.len() < all["items"].as_array().expect("items").len());
    assert!(
        items.iter().all(|item| item["class"] == "artillery-fire" || item["class"] == "uav-strike")
    );
    let features = served.json("/api/v1/incidents?format=geojson");
    assert_eq!(
        features["features"].as_array().map(Vec::len),
        all["total"].as_u64().map(|total| total as usize)
    );
    let csv = served.get("/api/v1/incidents?format=csv");
    assert!(csv.header("content-type").starts_with("text/csv") && csv.text().lines().count() > 3);
    let id = &all["items"][0]["id"];
    let raised = served.json(&format!("/api/v1/allegations?incident={}", id.as_str().expect("id")));
    assert!(
        raised["items"].as_array().expect("items").iter().all(|raised| raised["incident"] == *id)
    );
    let bins = served.json("/api/v1/timeline?from=2026-03-01&to=2026-03-03&bins=24");
    assert_eq!(bins["bins"].as_array().map(Vec::len), Some(24));
    let before = served.json("/api/v1/timeline?from=2025-01-01&to=2025-01-02&bins=2");
    assert_eq!(before["bins"][0]["chance_noticed"], Value::Null, "nobody watched then");
}

#[test]
fn what_cannot_be_answered_is_a_problem_with_a_next_step() {
    let (_folder, house) = small_house();
    let served = serve(&house);
    for (address, status, code) in [
        ("/api/v1/nothing", 404, "unknown-id"),
        ("/api/v1/incidents/INC-0000000000000000", 404, "unknown-id"),
        ("/api/v1/cases/nonsense", 404, "unknown-id"),
        ("/api/v1/incidents?class=murder", 400, "unreadable-question"),
        ("/api/v1/incidents?bbox=1,2", 400, "unreadable-question"),
        ("/api/v1/timeline?from=2026-03-03&to=2026-03-01", 400, "unreadable-question"),
        ("/api/v1/reports/daily/yesterday", 400, "unreadable-question"),
        ("/api/v1/record/tile/0/999", 404, "unknown-id"),
        ("/api/v1/submissions", 405, "method-not-allowed"),
    ] {
        let answered = served.get(address);
        assert_eq!(answered.status, status, "{address}");
        assert_eq!(answered.header("content-type"), "application/problem+json", "{address}");
        let problem = answered.json();
        assert_eq!(problem["code"], code, "{address}");
        assert!(
            problem["sentence"].is_string() && problem["hint"].is_string(),
            "{address}: {problem}"
        );
    }
    let elsewhere = served.ask("GET", "/api/v1/house", "evil.example:80", b"");
    assert_eq!((elsewhere.status, elsewhere.json()["code"].as_str()), (421, Some("wrong-host")));
}

#[test]
fn pages_work_without_scripts_in_three_languages() {
    let (_folder, house) = small_house();
    let served = serve(&house);
    let finding = format!("/findings/{}", first_id(&served, "/api/v1/findings"));
    for page in PAGES.into_iter().chain([finding.as_str()]) {
        let mut said = Vec::new();
        for lang in ["en", "uk", "fr"] {
            let answered = served.get(&format!("{page}?lang={lang}"));
            let text = answered.text();
            assert_eq!(answered.status, 200, "{page}: {text}");
            assert!(
                text.contains(&format!("<html lang=\"{lang}\">"))
                    && text.contains("<main id=\"content\""),
                "{page}"
            );
            assert!(text.contains("class=\"exercise\"") && text.contains("<h1>"), "{page}");
            assert!(!text.contains("<script") && !text.contains(" style="), "{page}");
            assert_eq!(
                text.matches("<table>").count(),
                text.matches("<caption>").count(),
                "{page}"
            );
            assert!(answered.header("content-security-policy").contains("default-src 'none'"));
            assert_eq!(answered.header("x-content-type-options"), "nosniff");
            said.push(text);
        }
        assert!(said[0] != said[1] && said[1] != said[2], "{page}");
    }
    let missing = served.get("/nowhere?lang=fr");
    assert_eq!(missing.status, 404);
    assert!(
        missing.text().contains("Rien ici")
            && missing.text().contains("href=\"/findings?lang=fr\"")
    );
    assert_eq!(served.get("/app").header("location"), "/app/");
    assert!(served.get("/app/").text().contains("Servanda"));
}

#[test]
fn the_public_sees_incidents_late_coarse_and_never_withheld_ones() {
    let (_folder, house) = small_house();
    let served = serve(&house);
    let page = served.get("/incidents").text();
    let all = served.json("/api/v1/incidents?limit=5000");
    let until = time(&all["as_of"]) - Duration::hours(48);
    let (mut shown, mut hidden) = (0, 0);
    for item in all["items"].as_array().expect("items") {
        let class = item["class"].as_str().expect("class");
        // Where the watch was blind is nobody's to know; such an incident rests on nothing.
        let withheld = ["weapons-presence", "overflight", "interference"].contains(&class)
            || item["members"] == 0;
        let recent = time(&item["when"]["end"]) > until;
        let is_there = page.contains(item["id"].as_str().expect("id"));
        assert_eq!(is_there, !withheld && !recent, "{item}");
        let exact = format!("{} N {} E", item["lat"], item["lon"]);
        assert!(!page.contains(&exact), "{item} is not coarse");
        if is_there { shown += 1 } else { hidden += 1 }
    }
    assert!(shown > 0 && hidden > 0);
}

fn time(word: &Value) -> Time {
    word.as_str().expect("a time").parse().expect("a time")
}

fn signed(house: &Path, by: &str, at: Time, body: Value) -> record::Entry {
    let origin = Desk::open(house).map(|desk| desk.origin().to_owned());
    let origin =
        origin.unwrap_or_else(|_| desk::Reader::open(house).expect("a house").replayed.origin);
    let command = Command::from_record("terms/x", 1, &body).expect("a command").expect("one");
    let (kind, body) = command.to_record().expect("a form");
    let draft = Draft { at, by: Identity::from(by), kind, version: 1, body };
    draft.sign(&origin, &keys::of_exercise(by, 1).expect("a key")).expect("signed")
}

fn request_of_host() -> Value {
    json!({"command": "state-fact", "fact": "host-request", "holds": "yes", "since": "2026-03-02T00:00:00Z"})
}

fn post(served: &Served, entry: &record::Entry) -> Answered {
    served.post("/api/v1/submissions", serde_json::to_string(entry).expect("JSON").as_bytes())
}

#[test]
fn a_signed_entry_is_taken_in_and_anything_else_refused() {
    let (_folder, house) = small_house();
    let last = Desk::open(&house).expect("desk").last();
    let good = signed(&house, "ua.liaison", last, request_of_host());
    let foreign = signed(&house, "seat.fr", last, request_of_host());
    let served = serve(&house);
    let size = |served: &Served| served.json("/api/v1/house")["record"]["size"].as_u64();
    let before = size(&served);
    let mut forged = good.clone();
    forged.body["since"] = json!("2026-03-01T00:00:00Z");
    for (entry, status, code) in
        [(&forged, 403, "signature-does-not-hold"), (&foreign, 403, "no-mandate")]
    {
        let answered = post(&served, entry);
        assert_eq!((answered.status, answered.json()["code"].as_str()), (status, Some(code)));
    }
    assert_eq!(size(&served), before, "a refusal leaves no trace");
    let answered = post(&served, &good);
    assert_eq!(answered.status, 201, "{}", answered.text());
    assert_eq!(answered.json()["position"].as_u64(), before);
    assert!(size(&served) > before);
    let old = Duration::seconds(1);
    let old = signed(&house, "ua.liaison", last - old, request_of_host());
    assert_eq!(post(&served, &old).json()["code"], "dated-before-the-record");
    assert_eq!(served.post("/api/v1/submissions", b"{}").status, 400);
    assert_eq!(served.post("/api/v1/submissions", &vec![b' '; 400_000]).status, 413);
    let fact = served.json("/api/v1/facts");
    assert!(
        fact["items"].as_array().expect("items").iter().any(|fact| fact["name"] == "host-request")
    );
}

#[test]
fn beside_another_writer_the_house_is_read_and_followed() {
    let (_folder, house) = small_house();
    let mut desk = Desk::open(&house).expect("desk");
    let entry = signed(&house, "ua.liaison", desk.last(), request_of_host());
    let hall = Arc::new(Hall::open(&house).expect("a hall"));
    let served = Served::start(hall.clone());
    assert_eq!(served.json("/api/v1/house")["accepts_submissions"], false);
    let answered = post(&served, &entry);
    assert_eq!((answered.status, answered.json()["code"].as_str()), (503, Some("read-only")));
    let command =
        Command::from_record(&entry.kind, 1, &entry.body).expect("a command").expect("one");
    desk.submit_signed(entry, command).expect("taken in");
    hall.tick().expect("followed");
    assert_eq!(served.json("/api/v1/house")["record"]["size"].as_u64(), Some(desk.size()));
}

#[test]
fn an_idle_exercise_house_does_not_grow() {
    let (_folder, house) = small_house();
    let hall = Hall::open(&house).expect("a hall");
    let size = |hall: &Hall| hall.look(|room| room.frontier.size());
    let before = size(&hall);
    hall.tick().expect("ticked");
    assert_eq!(size(&hall), before);
}

#[test]
fn the_record_over_http_is_the_record() {
    let (folder, house) = small_house();
    let served = serve(&house);
    let out = folder.path().join("export.tar");
    say(&[
        "servanda",
        "record",
        "export",
        house.to_str().expect("path"),
        "--out",
        out.to_str().expect("path"),
    ])
    .expect("exported");
    assert_eq!(served.get("/api/v1/record/export").body, std::fs::read(&out).expect("the file"));
    let entries = served.json("/api/v1/record/entries?from=0&limit=1000");
    let mut frontier = record::Frontier::default();
    for item in entries["items"].as_array().expect("items") {
        frontier.push(item["leaf"].as_str().expect("leaf").parse().expect("a digest"));
    }
    let of_house = served.json("/api/v1/house");
    assert_eq!(of_house["record"]["root"], frontier.root().to_string());
    let checkpoint = served.get("/api/v1/record/checkpoint").text();
    assert_eq!(checkpoint.lines().nth(1), Some(frontier.size().to_string().as_str()));
    let tile = served.get("/api/v1/record/tile/0/000");
    assert_eq!(tile.body.len(), 256 * 32);
    assert!(tile.header("cache-control").contains("immutable"));
}

#[test]
fn followers_hear_of_growth_and_of_the_end() {
    let (_folder, house) = small_house();
    let last = Desk::open(&house).expect("desk").last();
    let entry = signed(&house, "ua.liaison", last, request_of_host());
    let served = serve(&house);
    let before = served.json("/api/v1/house")["record"]["size"].as_u64();
    let mut stream = served.follow("/api/v1/stream");
    assert_eq!(stream.next_size(), before);
    assert_eq!(post(&served, &entry).status, 201);
    assert!(stream.next_size() > before);
    served.stop();
    assert_eq!(stream.next_size(), None, "the stream ends with the house");
}

#[test]
fn what_a_browser_has_is_not_sent_again() {
    let (_folder, house) = small_house();
    let served = serve(&house);
    let style = served.get("/style.css");
    let again =
        served.ask_with("GET", "/style.css", &[("If-None-Match", style.header("etag"))], b"");
    assert_eq!((style.status, again.status, again.body.len()), (200, 304, 0));
}
