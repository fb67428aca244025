//! Waveforms one below another with the onsets found in them.

use std::collections::BTreeMap;

use kernel::Time;
use signal::{ChannelName, Trace};

use super::{Anchor, Axis, Sheet};

/// Most channels drawn.
const CHANNELS_MAX: usize = 24;
/// Columns that a piece is drawn in: the lowest and highest sample of each.
const COLUMNS: usize = 1_500;
/// Most columns kept for a channel; beyond it neighbours become one.
const COLUMNS_MAX: usize = 12_000;
const WIDTH: f64 = 1_100.0;
const LEFT: f64 = 130.0;
const TOP: f64 = 44.0;
const PANEL: f64 = 70.0;

/// An onset to be marked.
pub struct Mark<'a> {
    /// In which waveform.
    pub name: &'a ChannelName,
    /// When.
    pub time: Time,
    /// One standard deviation.
    pub error_s: f64,
    /// What stands beside it.
    pub letter: &'a str,
}

/// Time, lowest and highest sample.
type Column = (Time, f64, f64);

/// The outlines of waveforms, in bounded memory.
#[derive(Default)]
pub struct Portrait {
    channels: BTreeMap<ChannelName, Vec<Column>>,
}

impl Portrait {
    /// Adds a stretch of a channel; its first `skip` samples are there already.
    pub fn add(&mut self, trace: &Trace, skip: usize) {
        if !self.channels.contains_key(&trace.name) && self.channels.len() == CHANNELS_MAX {
            return;
        }
        let columns = self.channels.entry(trace.name.clone()).or_default();
        let fresh = trace.samples.get(skip..).unwrap_or_default();
        let width = fresh.len().div_ceil(COLUMNS).max(1);
        for (index, part) in fresh.chunks(width).enumerate() {
            let (low, high) = part.iter().fold((f64::MAX, f64::MIN), |(low, high), sample| {
                (f64::min(low, *sample), f64::max(high, *sample))
            });
            columns.push((trace.time_of((skip + index * width) as f64), low, high));
        }
        // A break in the line where the stretch ends.
        columns.push((trace.end(), f64::NAN, f64::NAN));
        if columns.len() > COLUMNS_MAX {
            *columns = columns.chunks(2).filter_map(one_of_two).collect();
        }
    }

    /// The drawing as SVG.
    #[must_use]
    pub fn draw(&self, marks: &[Mark]) -> String {
        let times = || self.channels.values().flatten().map(|column| column.0);
        let (first, last) = (times().min().unwrap_or_default(), times().max().unwrap_or_default());
        let bottom = TOP + PANEL * self.channels.len() as f64;
        let title = format!("Waveforms with onsets, from {first}");
        let mut sheet = Sheet::new(WIDTH, bottom + 44.0, &title);
        let span_s = (last - first).as_seconds();
        let axis = Axis::new(0.0, span_s, LEFT, WIDTH - 20.0);
        sheet.axis_below(&axis, [TOP, bottom], "seconds");
        for (index, (name, columns)) in self.channels.iter().enumerate() {
            let middle = TOP + PANEL * (index as f64 + 0.5);
            let x = |time: Time| axis.at((time - first).as_seconds());
            let here = marks.iter().filter(|mark| mark.name == name);
            panel(&mut sheet, middle, columns, x);
            here.for_each(|mark| onset(&mut sheet, middle, mark, x));
            sheet.text("text", Anchor::Start, 8.0, middle + 4.0, &name.to_string());
        }
        sheet.finish()
    }
}

fn one_of_two(pair: &[Column]) -> Option<Column> {
    let (time, low, high) = *pair.first()?;
    let (_, other_low, other_high) = *pair.last()?;
    Some((time, f64::min(low, other_low), f64::max(high, other_high)))
}

fn panel(sheet: &mut Sheet, middle: f64, columns: &[Column], x: impl Fn(Time) -> f64) {
    let sizes = columns.iter().flat_map(|(_, low, high)| [low.abs(), high.abs()]);
    let most = sizes.filter(|size| size.is_finite()).fold(1e-300, f64::max);
    let y = |value: f64| middle - value / most * 0.45 * PANEL;
    let outline: Vec<[f64; 2]> = columns
        .iter()
        .flat_map(|(time, low, high)| [[x(*time), y(*low)], [x(*time), y(*high)]])
        .collect();
    sheet.path("one", &outline);
}

fn onset(sheet: &mut Sheet, middle: f64, mark: &Mark, x: impl Fn(Time) -> f64) {
    let class = match mark.letter {
        "S" => "three",
        _ => "two",
    };
    let at = x(mark.time);
    let (top, bottom) = (middle - 0.45 * PANEL, middle + 0.45 * PANEL);
    let error = kernel::Duration((mark.error_s * 1e6) as i64);
    let wide = x(mark.time + error) - at;
    sheet.rectangle("veil", [at - wide, top], [2.0 * wide, bottom - top]);
    sheet.line(class, [at, top], [at, bottom]);
    sheet.text("text", Anchor::Start, at + 3.0, top + 10.0, mark.letter);
}
