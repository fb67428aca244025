//! What was read in waveforms, kept beside them: a house that is opened again takes its onsets from
//! here, and whoever checks it reads the waveforms again and compares.
//!
//! One JSON object a line: first the onsets in the order in which they were found, then what was
//! wrong with the waveforms. Ids and lines follow from the onset and the batch, as in the reading.

use kernel::{Interval, Place, Problem, Time};
use serde::{Deserialize, Serialize};
use watch::{Arrival, Content, Observation, Phase, Shape, Signal};

use crate::arrivals_csv;
use crate::reading::{ReadContext, Reading};

/// A line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    Onset(Onset),
    Problem(Problem),
}

/// An onset; what could not be told of it is absent.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Onset {
    at: Time,
    station: String,
    phase: Phase,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_s: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amplitude: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period_s: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_s: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snr: Option<f32>,
}

/// A reading of waveforms as bytes.
#[must_use]
pub fn write(reading: &Reading) -> Vec<u8> {
    let onsets = reading.observations.iter().filter_map(Onset::of).map(Line::Onset);
    let problems = reading.problems.iter().cloned().map(Line::Problem);
    let mut bytes = Vec::new();
    for line in onsets.chain(problems) {
        // A line of ours always has a JSON form.
        bytes.extend(serde_json::to_vec(&line).unwrap_or_default());
        bytes.push(b'\n');
    }
    bytes
}

/// The reading that [`write`] wrote, of `lines` records; none when the bytes are no such thing.
#[must_use]
pub fn read(bytes: &[u8], lines: u64, context: &ReadContext) -> Option<Reading> {
    let mut reading = Reading { lines, ..Reading::default() };
    for line in bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice(line).ok()? {
            Line::Onset(onset) => reading.observations.push(onset.observation(context)),
            Line::Problem(problem) => reading.problems.push(problem),
        }
    }
    Some(reading)
}

/// An arrival as an observation of a batch.
#[must_use]
pub fn observation(
    at: Time,
    place: Option<Place>,
    arrival: Arrival,
    context: &ReadContext,
) -> Observation {
    let kind = [b'a', arrival.phase as u8];
    Observation {
        id: arrivals_csv::id(context.source.as_str(), &arrival.station, at, &kind),
        line: context.first_line,
        when: Interval::at(at),
        shape: Shape::Station { place },
        content: Content::Arrival(arrival),
    }
}

impl Onset {
    fn of(observation: &Observation) -> Option<Self> {
        let Content::Arrival(arrival) = &observation.content else { return None };
        let Shape::Station { place } = observation.shape else { return None };
        let Signal { amplitude, period_s, duration_s, snr } = arrival.signal;
        Some(Self {
            at: observation.when.start,
            station: arrival.station.clone(),
            phase: arrival.phase,
            place,
            error_s: arrival.error_s,
            amplitude,
            period_s,
            duration_s,
            snr,
        })
    }

    fn observation(self, context: &ReadContext) -> Observation {
        let Self { amplitude, period_s, duration_s, snr, .. } = self;
        let arrival = Arrival {
            station: self.station,
            phase: self.phase,
            error_s: self.error_s,
            signal: Signal { amplitude, period_s, duration_s, snr },
        };
        observation(self.at, self.place, arrival, context)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number() -> impl Strategy<Value = Option<f32>> {
        prop::option::of(any::<f32>().prop_filter("finite", |number| number.is_finite()))
    }

    proptest! {
        #[test]
        fn what_was_read_reads_back_bit_for_bit(
            onsets in prop::collection::vec(
                (0..4_000_000_000_000_000_i64, "[A-Z]{2}\\.[A-Z0-9]{1,5}", number(), number(), number(), number(), number(),
                 prop::option::of((-180_000_000..180_000_000_i32, -90_000_000..90_000_000_i32))), 0..20),
            wrong in prop::collection::vec((0..9_u64, ".{0,30}"), 0..4),
        ) {
            let context = ReadContext { first_line: 7, ..ReadContext::whole("net".into(), Time(0)) };
            let observations = onsets.into_iter().map(|(at, station, error_s, amplitude, period_s, duration_s, snr, place)| {
                let signal = Signal { amplitude, period_s, duration_s, snr };
                let arrival = Arrival { station, phase: Phase::Acoustic, error_s, signal };
                observation(Time(at), place.map(|(lon, lat)| Place { lon: f64::from(lon) / 1e6, lat: f64::from(lat) / 1e6 }), arrival, &context)
            });
            let problems = wrong.into_iter().map(|(line, reason)| Problem::new(line, "samples-flat", reason));
            let reading = Reading { observations: observations.collect(), problems: problems.collect(), lines: 12 };
            prop_assert_eq!(read(&write(&reading), 12, &context), Some(reading));
        }
    }

    #[test]
    fn what_was_never_written_is_no_reading() {
        let context = ReadContext::whole("net".into(), Time(0));
        assert_eq!(read(b"{\"onset\":{}}\n", 1, &context), None);
        assert_eq!(read(b"", 1, &context).map(|reading| reading.lines), Some(1));
    }
}
