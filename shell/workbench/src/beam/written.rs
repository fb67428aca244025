//! What an array heard, as a table of windows, as detections, in words.

use std::fmt::Write as _;

use kernel::{Duration, Time};
use serde_json::{Value, json};
use signal::{ArrayDetection, Sweep, Wave};

use super::elements::Array;

const COLUMNS: &str = "time,window_s,elements,back_azimuth_deg,back_azimuth_error_deg,\
    trace_velocity_m_s,trace_velocity_error_m_s,slowness_east_s_km,slowness_north_s_km,cee_s2_km2,\
    cen_s2_km2,cnn_s2_km2,f_statistic,chance,closure_s,amplitude,detection\n";

/// A row for each window; `time` is its beginning.
pub fn table(swept: &Sweep, array: &Array) -> String {
    let mut text = COLUMNS.to_owned();
    for wave in &swept.windows {
        let slowness = &wave.slowness;
        let detection = wave.detection.map(|at| (at + 1).to_string()).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{},{},{},{:.3},{:.3},{:.2},{:.2},{:.6},{:.6},{:.4e},{:.4e},{:.4e},{:.4},{:.3e},{:.5},{:.6e},{detection}",
            moment(array, wave.start_s),
            wave.window_s,
            wave.elements,
            slowness.back_azimuth_deg(),
            slowness.back_azimuth_error_deg(),
            slowness.trace_velocity_m_s(),
            slowness.trace_velocity_error_m_s(),
            slowness.east * 1e3,
            slowness.north * 1e3,
            slowness.ee * 1e6,
            slowness.en * 1e6,
            slowness.nn * 1e6,
            wave.f_statistic,
            wave.chance,
            wave.closure_s,
            wave.amplitude,
        );
    }
    text
}

/// Detections with InfraPy's names, and the errors that those lack.
pub fn detections(swept: &Sweep, array: &Array) -> String {
    let list: Vec<Value> = swept.detections.iter().map(|one| detection(one, array)).collect();
    format!("{:#}\n", Value::Array(list))
}

fn detection(one: &ArrayDetection, array: &Array) -> Value {
    let Wave { slowness, f_statistic, elements, .. } = one.peak;
    let round = |value: f64| (value * 1e3).round() / 1e3;
    let time = moment(array, one.peak_s).to_string();
    json!({
        "Name": array.name,
        "Peak F-Stat Time (UTC)": time.trim_end_matches('Z'),
        "F Statistic": round(f_statistic),
        "Trace Velocity (m/s)": round(slowness.trace_velocity_m_s()),
        "Trace Velocity Error (m/s)": round(slowness.trace_velocity_error_m_s()),
        "Back Azimuth": round(slowness.back_azimuth_deg()),
        "Back Azimuth Error": round(slowness.back_azimuth_error_deg()),
        "Latitude": array.middle.rounded().lat,
        "Longitude": array.middle.rounded().lon,
        "Elevation": null,
        "Start": round(one.start_s - one.peak_s),
        "End": round(one.end_s - one.peak_s),
        "Array Dimension": elements,
        "Method": "servanda beam",
        "Event": "",
        "Note": "",
    })
}

/// A line for each detection, and one for the whole.
pub fn summary(swept: &Sweep, array: &Array) -> String {
    let mut text = String::new();
    for one in &swept.detections {
        let slowness = &one.peak.slowness;
        let _ = writeln!(
            text,
            "{} to {}: from {:.1} give or take {:.1} deg at {:.0} give or take {:.0} m/s, F {:.1}, {} windows",
            moment(array, one.start_s),
            moment(array, one.end_s),
            slowness.back_azimuth_deg(),
            slowness.back_azimuth_error_deg(),
            slowness.trace_velocity_m_s(),
            slowness.trace_velocity_error_m_s(),
            one.peak.f_statistic,
            one.windows,
        );
    }
    let _ = writeln!(
        text,
        "{}: {} windows, {} detections; noise {:.2} times as coherent as independent noise",
        array.name,
        swept.windows.len(),
        swept.detections.len(),
        swept.coherence,
    );
    text
}

fn moment(array: &Array, seconds: f64) -> Time {
    array.start + Duration((seconds * 1e6).round() as i64)
}
