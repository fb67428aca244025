//! One incident for people to read: what, where, when, how sure, on what, and what became of it.
//! Everything else stands in `--json`.

use std::fmt::Write as _;

use serde_json::Value;

/// Observations shown one by one.
const OBSERVATIONS_MAX: usize = 20;
/// Shares below this are left to `--json`.
const SHARE_MIN: f64 = 0.01;

/// The lines of an incident's view.
#[must_use]
pub fn incident(view: &Value) -> String {
    let incident = &view["incident"];
    let mut out = format!(
        "{}  version {}, {}{}\n",
        text(&incident["id"]),
        incident["version"],
        text(&incident["product"]),
        if incident["withdrawn"] == true { ", WITHDRAWN" } else { "" },
    );
    let mut line = |name: &str, words: String| {
        if !words.is_empty() {
            let _ = writeln!(out, "{name:<9} {words}");
        }
    };
    line("when", when(&incident["when"]));
    line("where", place(incident, &view["ellipse"]));
    line("what", shares(&incident["classes"]));
    line("real", real(incident));
    line("or else", alternatives(&view["alternatives"]));
    line("silence", silence(&incident["silence"]));
    line("lost", lost(&incident["lapse"]));
    line("kept", list(&view["lapsed"]["sources"], kept));
    line("blind", list(&view["lapsed"]["lost"], blinder));
    line(
        "alleged",
        list(&view["allegations"], |one| {
            let fields = ["article", "rule", "verdict", "chance"];
            let words = fields.map(|field| text(&one[field]));
            (one["verdict"] != "withdrawn").then(|| format!("article {}", words.join(" ")))
        }),
    );
    line("case", list(&view["cases"], |one| Some(text(&one["id"]))));
    line("caveats", list(&incident["caveats"], |one| Some(text(one))));
    line(
        "claims",
        list(&incident["claims"], |one| {
            let against = text(&one["against"]);
            let against = if against.is_empty() { "nobody".to_owned() } else { against };
            Some(format!("{} against {against} {}", text(&one["by"]), one["reports"]))
        }),
    );
    line("replaces", list(&incident["replaces"], |one| Some(text(one))));
    line("review", review(&view["review"], &view["new_since_review"]));
    observations(&view["observations"], &mut out);
    set_aside(&view["set_aside"], &mut out);
    versions(&view["versions"], &mut out);
    out
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn list(values: &Value, words: impl Fn(&Value) -> Option<String>) -> String {
    let items = values.as_array().into_iter().flatten();
    items.filter_map(words).collect::<Vec<_>>().join(", ")
}

fn when(when: &Value) -> String {
    let (start, end) = (text(&when["start"]), text(&when["end"]));
    if start == end { start } else { format!("{start} to {end}") }
}

fn place(incident: &Value, ellipse: &Value) -> String {
    let mean = &incident["place"]["mean"];
    format!(
        "{} E {} N; with 95 % inside {} x {} m, long axis {} degrees",
        mean["lon"],
        mean["lat"],
        ellipse["semi_major_m"],
        ellipse["semi_minor_m"],
        ellipse["azimuth_deg"]
    )
}

/// The largest first.
fn shares(classes: &Value) -> String {
    let mut shares: Vec<(f64, &String)> = classes
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(class, share)| Some((share.as_f64()?, class)))
        .filter(|(share, _)| *share >= SHARE_MIN)
        .collect();
    shares.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    shares.iter().map(|(share, class)| format!("{class} {share}")).collect::<Vec<_>>().join(", ")
}

/// What else it could be than one happening of some class, which stands above.
fn alternatives(all: &Value) -> String {
    let others = all.as_array().into_iter().flatten().filter(|one| one["kind"] != "class");
    let words = others.filter(|one| one["chance"].as_f64() >= Some(SHARE_MIN)).map(|one| {
        let what = match text(&one["kind"]).as_str() {
            "apart" => {
                let count = one["members"].as_array().map_or(0, Vec::len);
                format!("{count} of its observations are of something else")
            }
            _ => "nothing happened".to_owned(),
        };
        format!("{what} {}", one["chance"])
    });
    words.collect::<Vec<_>>().join(", ")
}

fn real(incident: &Value) -> String {
    let count = &incident["count"];
    let most = match &count["max"] {
        Value::Null => " or more".to_owned(),
        most if *most == count["min"] => String::new(),
        most => format!(" to {most}"),
    };
    format!(
        "{}; seen by {} independent groups; {}{most} single events",
        incident["real"], incident["independent_groups"], count["min"]
    )
}

fn silence(silence: &Value) -> String {
    if silence.is_null() {
        return String::new();
    }
    let (looks, missed) = (&silence["looks"], &silence["missed"]);
    let stations = silence["stations"].as_u64().unwrap_or_default();
    let listened = match (looks.as_u64(), stations) {
        (_, 0) => format!("{looks} looked there and saw nothing"),
        (Some(0), _) => format!("{stations} stations listened there and located nothing"),
        _ => format!("{looks} looked there and {stations} stations listened, and noticed nothing"),
    };
    format!("{listened}; chance that all missed it {missed}")
}

/// What of the watch was lost, whose, and why.
fn lost(lapse: &Value) -> String {
    if lapse.is_null() {
        return String::new();
    }
    let how = if lapse["stated"] == true { "stated" } else { "found" };
    let until = match &lapse["until"] {
        Value::Null => "it goes on".to_owned(),
        until => format!("until {}", text(until)),
    };
    let sources = list(&lapse["sources"], |one| Some(text(&one["source"])));
    let evidence = list(&lapse["evidence"], |one| Some(text(one)));
    format!("{sources}; {how}, {until}; {}; {evidence}", shares(&lapse["kinds"]))
}

/// What a source had promised around the time in which it did not watch, and what came.
fn kept(line: &Value) -> Option<String> {
    let promised_h = line["promised_s"].as_f64()? / 3_600.0;
    let percent =
        |field: &str| format!("{:.1} %", 100.0 * line[field].as_f64().unwrap_or_default());
    Some(format!(
        "{} promised every {} within {}: {} received, {} in time of {promised_h:.2} h",
        text(&line["source"]),
        text(&line["cadence"]),
        text(&line["delay_max"]),
        percent("share_available"),
        percent("share_timely"),
    ))
}

/// By how much a class was less likely to be noticed for it.
fn blinder(row: &Value) -> Option<String> {
    let class = row["class"].as_str()?;
    Some(format!("{class} {} instead of {}", row["chance"], row["had_they_watched"]))
}

fn review(review: &Value, new: &Value) -> String {
    if review.is_null() {
        return String::new();
    }
    let new = match new.as_u64() {
        None | Some(0) => String::new(),
        Some(new) => format!("; NEW SINCE: {new} observations"),
    };
    let [act, by, at, reason] = ["act", "by", "at", "reason"].map(|field| text(&review[field]));
    format!("{act} by {by} at {at}: {reason}{new}")
}

fn observations(observations: &Value, out: &mut String) {
    let all = observations.as_array().map_or(&[][..], Vec::as_slice);
    let _ = writeln!(out, "rests on {}", all.len());
    for one in all.iter().take(OBSERVATIONS_MAX) {
        let _ = writeln!(out, "{}", observation(one, &one["weight"].to_string()).trim_end());
    }
    if all.len() > OBSERVATIONS_MAX {
        let _ = writeln!(out, "  and {} more: --json has all", all.len() - OBSERVATIONS_MAX);
    }
}

/// What was heard or said and does not count, with the reason and the entry that gives it.
fn set_aside(aside: &Value, out: &mut String) {
    let all = aside.as_array().map_or(&[][..], Vec::as_slice);
    if all.is_empty() {
        return;
    }
    let _ = writeln!(out, "set aside {}", all.len());
    for one in all.iter().take(OBSERVATIONS_MAX) {
        let why = format!("{}, entry {}", text(&one["doubt"]["state"]), one["doubt"]["entry"]);
        let _ = writeln!(out, "{}: {why}", observation(one, "0").trim_end());
    }
}

/// One observation, with how far it counts.
fn observation(one: &Value, counts: &str) -> String {
    let what = match &one["arrival"] {
        _ if one["withheld"] == true => {
            format!(
                "withheld: released to {} only",
                list(&one["releasable_to"], |to| Some(text(to)))
            )
        }
        Value::Null => text(&one["text"]),
        arrival => format!(
            "{} {} at {} km, residual {} s",
            text(&arrival["station"]),
            text(&arrival["phase"]),
            arrival["distance_km"],
            arrival["residual_s"]
        ),
    };
    let (id, source) = (text(&one["id"]), text(&one["source"]));
    format!("  {id} {source} {} {counts} {what}", text(&one["when"]["start"]))
}

fn versions(versions: &Value, out: &mut String) {
    for one in versions.as_array().into_iter().flatten() {
        let what = list(&one["what"], |code| Some(text(code)));
        let words = [text(&one["why"]), what, text(&one["reason"])];
        let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let (version, at) = (&one["version"], text(&one["at"]));
        let _ =
            writeln!(out, "version {version} {at} {}: {}", text(&one["product"]), words.join("; "));
    }
}
