//! The daily report: made from the sight, shown as HTML or JSON.

use cell::daily::{DailyReport, Material, daily as make};
use desk::Error;
use jiff::civil::{Date, time};
use jiff::tz::TimeZone;
use kernel::{Duration, Interval, Probability, Time};

use super::Sight;
use super::capability::Noticing;
use crate::http::pages;
use crate::http::words::Lang;

/// The report of a day: the 24 hours up to the cut-off on that day.
///
/// # Errors
/// When the day is no day, or the agreement's time zone is unknown here.
pub fn daily(sight: &Sight, day: &str) -> Result<DailyReport, Error> {
    let end = cut_off(&sight.state.agreement.heading.time_zone, day)?;
    let period = Interval { start: end - Duration::hours(24), end };
    let incidents = sight.bulletin.in_order();
    let allegations: Vec<_> = sight.state.terms.allegations().values().collect();
    let findings: Vec<_> = sight.state.commission.findings.values().collect();
    let obligations: Vec<_> = sight.state.guarantees.obligations().values().collect();
    let noticed = Noticing::of(sight).over(period);
    let chance_noticed =
        noticed.iter().map(|row| (row.class, Probability::new(row.open))).collect();
    Ok(make(&Material {
        as_of: sight.as_of,
        period,
        incidents: &incidents,
        allegations: &allegations,
        findings: &findings,
        obligations: &obligations,
        chance_noticed: &chance_noticed,
        sources: super::availability::of_report(sight, period),
        exercise: sight.state.founding.exercise,
        corrects: sight.state.cell.reports.get(day).copied(),
    }))
}

/// The report as one HTML document that needs no other file; `lang` is `en`, `uk` or `fr`, and
/// any other word is taken as `en`.
#[must_use]
pub fn html(sight: &Sight, report: &DailyReport, lang: &str) -> String {
    pages::daily_alone(sight, report, Lang::of(lang).unwrap_or_default())
}

/// The day, in the agreement's time zone, on which a moment falls.
#[must_use]
pub fn day_of(sight: &Sight, moment: Time) -> String {
    let zone = TimeZone::get(&sight.state.agreement.heading.time_zone).unwrap_or(TimeZone::UTC);
    let stamp = jiff::Timestamp::from_microsecond(moment.0).unwrap_or_default();
    stamp.to_zoned(zone).date().to_string()
}

/// 19:30 local time, as the monitors' daily reports had it (OSCE SMM).
fn cut_off(zone: &str, day: &str) -> Result<Time, Error> {
    let date: Date =
        day.parse().map_err(|_| Error::Usage(format!("`{day}` is not a day like 2026-03-02")))?;
    let zone = TimeZone::get(zone).map_err(|error| {
        Error::other(
            format!("the time zone {zone} is not known here: {error}"),
            "Install Debian's tzdata.",
        )
    })?;
    let moment = date.to_datetime(time(19, 30, 0, 0)).to_zoned(zone);
    let moment = moment.map_err(|error| Error::Usage(format!("{day}: {error}")))?;
    Ok(Time(moment.timestamp().as_microsecond()))
}
