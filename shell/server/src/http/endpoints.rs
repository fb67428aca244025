//! The table of endpoints: routing and the OpenAPI document are both made from it.

use super::answer::{Answer, BYTES, CSV, GEOJSON, HTML, JSON, TEXT};
use super::ask::Ask;
use super::hall::Room;
use super::problem::Problem;
use super::{api, log};

/// How an endpoint is served.
#[derive(Clone, Copy)]
pub enum Serves {
    /// By looking at the house.
    Look(fn(&Room<'_>, &Ask) -> Result<Answer, Problem>),
    /// By reading the record, without holding up others.
    Record(fn(&super::hall::Hall, &Ask) -> Result<Answer, Problem>),
    /// As a stream of growth.
    Growth,
    /// As the export, written while it is sent.
    Export,
    /// By taking in a submission.
    Submission,
}

/// A word of the query, or a name in the path when the path has it in braces.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// JSON type.
    pub kind: &'static str,
    /// What it means.
    pub says: &'static str,
}

/// An endpoint.
#[derive(Clone, Copy)]
pub struct Endpoint {
    /// Path below `/api/v1`, OpenAPI style.
    pub path: &'static str,
    /// What it gives.
    pub summary: &'static str,
    /// What may be asked.
    pub parameters: &'static [Parameter],
    /// Media types of the answer; the first is the usual one.
    pub media: &'static [&'static str],
    /// Name of the JSON answer's schema.
    pub schema: Option<&'static str>,
    /// Statuses of problems beside 500.
    pub problems: &'static [u16],
    /// How it is served.
    pub serves: Serves,
}

impl Endpoint {
    /// The method, as OpenAPI writes it.
    #[must_use]
    pub fn method(&self) -> &'static str {
        if matches!(self.serves, Serves::Submission) { "post" } else { "get" }
    }

    const fn list(
        path: &'static str,
        summary: &'static str,
        schema: &'static str,
        look: fn(&Room<'_>, &Ask) -> Result<Answer, Problem>,
    ) -> Self {
        Self {
            path,
            summary,
            parameters: &[],
            media: &[JSON],
            schema: Some(schema),
            problems: &[],
            serves: Serves::Look(look),
        }
    }

    const fn one(
        path: &'static str,
        summary: &'static str,
        schema: &'static str,
        look: fn(&Room<'_>, &Ask) -> Result<Answer, Problem>,
    ) -> Self {
        Self { parameters: &[ID], problems: &[404], ..Self::list(path, summary, schema, look) }
    }

    const fn asks(self, parameters: &'static [Parameter]) -> Self {
        Self { parameters, problems: &[400], ..self }
    }
}

const fn text(name: &'static str, says: &'static str) -> Parameter {
    Parameter { name, kind: "string", says }
}
const fn number(name: &'static str, says: &'static str) -> Parameter {
    Parameter { name, kind: "integer", says }
}
const ID: Parameter = text("id", "The id, as lists give it.");
const FROM: Parameter = text("from", "Only what happened at or after this time (RFC 3339).");
const TO: Parameter = text("to", "Only what happened before this time (RFC 3339).");

/// What may be asked of the list of incidents.
const OF_INCIDENTS: &[Parameter] = &[
    FROM,
    TO,
    text("class", "Only these likeliest classes, parted by commas."),
    text("bbox", "Only inside `west,south,east,north`, degrees."),
    text("q", "Only those whose id, place names or texts contain this."),
    number("limit", "Items on a page, 1 to 5000; 500 when not given."),
    text("cursor", "Where the page begins: the `cursor` of the page before."),
    text("format", "`json`, or all that pass the filter as `geojson` or `csv`."),
];

/// All endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint::list("/house", "The house at a glance.", "House", api::house),
    Endpoint {
        media: &[JSON, GEOJSON, CSV],
        ..Endpoint::list("/incidents", "Incidents, newest first.", "IncidentPage", api::incidents)
            .asks(OF_INCIDENTS)
    },
    Endpoint::one("/incidents/{id}", "One incident, whole.", "IncidentView", api::incident),
    Endpoint {
        path: "/incidents/{id}/waveforms",
        summary: "The waveforms around an incident's onsets, from the vault.",
        parameters: &[ID],
        media: &[JSON],
        schema: Some("Waveforms"),
        problems: &[404],
        serves: Serves::Record(api::waveforms),
    },
    Endpoint::list(
        "/timeline",
        "Counts by bin, with the chance of noticing.",
        "Timeline",
        api::timeline,
    )
    .asks(&[FROM, TO, number("bins", "How many bins, 1 to 1000; 120 when not given.")]),
    Endpoint::list(
        "/capability",
        "What would have been noticed, by cell and hour.",
        "Capability",
        api::capability,
    )
    .asks(&[
        text("class", "The class of incident; `explosion` when not given."),
        text("from", "First hour (RFC 3339); a day before the last when not given."),
        text("to", "First moment after the last hour; the record's last when not given."),
        text("cell_km", "Width of a cell, kilometres; 25 when not given."),
        text("size_kg", "Size, kg of TNT; the class's usual one when not given."),
    ]),
    Endpoint::list(
        "/allegations",
        "Incidents held against rules.",
        "AllegationList",
        api::allegations,
    )
    .asks(&[text("incident", "Only those of this incident.")]),
    Endpoint::list("/cases", "The commission's docket, newest first.", "CaseList", api::cases),
    Endpoint::one("/cases/{id}", "One case, whole.", "CaseView", api::case),
    Endpoint::list("/findings", "Findings, newest first.", "FindingList", api::findings),
    Endpoint::one("/findings/{id}", "One finding.", "Finding", api::finding),
    Endpoint::list("/pledges", "Pledges with their conditions.", "PledgeList", api::pledges),
    Endpoint::list(
        "/obligations",
        "Obligations by when they are due.",
        "ObligationList",
        api::obligations,
    ),
    Endpoint::list("/facts", "Facts as they were stated.", "FactList", api::facts),
    Endpoint::list(
        "/contributions",
        "Contributions to the force with their gates.",
        "List",
        api::contributions,
    ),
    Endpoint::list("/packages", "Support packages, each on its rung.", "List", api::packages),
    Endpoint::list("/board", "The 48-hour board.", "Board", api::board),
    Endpoint {
        media: &[GEOJSON],
        ..Endpoint::list("/zones", "Line, zones and protected objects.", "Zones", api::zones)
    },
    Endpoint::list("/sources", "Sources that watch.", "SourceList", api::sources),
    Endpoint::list("/tasks", "Tasks of the coordination cell.", "List", api::tasks),
    Endpoint::list("/notifications", "Who must know what.", "List", api::notifications),
    Endpoint {
        media: &["text/event-stream"],
        schema: None,
        serves: Serves::Growth,
        ..Endpoint::list(
            "/stream",
            "`{size, as_of}` at every growth and as heartbeat.",
            "",
            api::house,
        )
    },
    Endpoint {
        path: "/reports/daily/{date}",
        summary: "The daily report, as JSON or as a page.",
        parameters: &[
            text("date", "The day, `2026-03-02`: 24 hours up to the cut-off on it."),
            text("lang", "`en`, `uk` or `fr`, for HTML."),
            text("format", "`json` or `html`."),
        ],
        media: &[JSON, HTML],
        schema: Some("DailyReport"),
        problems: &[400],
        serves: Serves::Look(api::daily),
    },
    Endpoint {
        path: "/record/checkpoint",
        summary: "The signed checkpoint (C2SP tlog-checkpoint).",
        parameters: &[],
        media: &[TEXT],
        schema: None,
        problems: &[404],
        serves: Serves::Record(log::checkpoint),
    },
    Endpoint {
        path: "/record/tile/{tile}",
        summary: "A tile of hashes or entries (C2SP tlog-tiles); the name may hold slashes.",
        parameters: &[text("tile", "`0/000.p/5`, `entries/000.p/5`.")],
        media: &[BYTES],
        schema: None,
        problems: &[404],
        serves: Serves::Record(log::tile),
    },
    Endpoint {
        path: "/record/entries",
        summary: "Entries of the record in order.",
        parameters: &[
            number("from", "First position; 0 when not given."),
            number("limit", "How many, 1 to 1000; 100 when not given."),
        ],
        media: &[JSON],
        schema: Some("EntryPage"),
        problems: &[400],
        serves: Serves::Record(log::entries),
    },
    Endpoint {
        path: "/record/export",
        summary: "The record and all it rests on as one file, for servanda-verify.",
        parameters: &[],
        media: &["application/x-tar"],
        schema: None,
        problems: &[],
        serves: Serves::Export,
    },
    Endpoint {
        path: "/submissions",
        summary: "Hands in an entry that its submitter signed.",
        parameters: &[],
        media: &[JSON],
        schema: Some("Receipt"),
        problems: &[400, 403, 404, 409, 413, 422, 503, 507],
        serves: Serves::Submission,
    },
];
