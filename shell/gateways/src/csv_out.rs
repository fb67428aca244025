//! Incidents as CSV (RFC 4180), one row each.

use watch::Incident;

use crate::geojson::ELLIPSE_LEVEL;

/// The columns, in order.
pub const COLUMNS: [&str; 19] = [
    "id",
    "version",
    "product",
    "start",
    "end",
    "lon",
    "lat",
    "ellipse_semi_major_m",
    "ellipse_semi_minor_m",
    "ellipse_azimuth_deg",
    "class",
    "classes",
    "real",
    "count_min",
    "count_max",
    "independent_groups",
    "members",
    "claims",
    "caveats",
];

/// The header and a row for each incident, in their order. Lists are parted by `|`, and a share
/// or weight follows its name behind `=`.
#[must_use]
pub fn incidents<'a>(incidents: impl IntoIterator<Item = &'a Incident>) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    for incident in incidents {
        let fields: Vec<String> = row(incident).iter().map(|field| quoted(field)).collect();
        text += &fields.join(",");
        text += "\r\n";
    }
    text
}

fn row(incident: &Incident) -> [String; 19] {
    let mean = incident.place.mean.rounded();
    let ellipse = incident.place.ellipse(ELLIPSE_LEVEL);
    let classes = incident.classes.iter().map(|(class, share)| format!("{}={share}", name(class)));
    let members = incident
        .members
        .iter()
        .map(|member| format!("{}={}", member.observation, member.weight.value()));
    let claims = incident.claims.iter().map(|claim| {
        let against = claim.against.as_ref().map_or("nobody", |party| party.as_str());
        format!("{}>{against}={}", claim.by, claim.reports)
    });
    [
        incident.id.to_string(),
        incident.version.to_string(),
        name(&incident.product),
        incident.when.start.to_string(),
        incident.when.end.to_string(),
        mean.lon.to_string(),
        mean.lat.to_string(),
        format!("{:.0}", ellipse.semi_major_m),
        format!("{:.0}", ellipse.semi_minor_m),
        format!("{:.1}", ellipse.azimuth_deg),
        incident.classes.likeliest().map(name).unwrap_or_default(),
        classes.collect::<Vec<_>>().join("|"),
        incident.real.value().to_string(),
        incident.count.min.to_string(),
        incident.count.max.map(|max| max.to_string()).unwrap_or_default(),
        incident.independent_groups.to_string(),
        members.collect::<Vec<_>>().join("|"),
        claims.collect::<Vec<_>>().join("|"),
        incident.caveats.join("|"),
    ]
}

/// The name of a class or product as it is recorded.
fn name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// A field, quoted where it must be. A leading `=`, `+`, `-` or `@` that a spreadsheet would take
/// for a formula is disarmed with an apostrophe, unless the field is a number.
fn quoted(field: &str) -> String {
    let formula =
        field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err();
    let safe = if formula { format!("'{field}") } else { field.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", safe.replace('"', "\"\""));
    }
    safe
}
