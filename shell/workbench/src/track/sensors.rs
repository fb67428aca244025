//! The sensors of a run, as `sensors.csv` describes them.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use tracks::{Kind, Reach, Rect, Sensor};

use super::frame::Frame;
use super::known::Known;
use super::trouble::Troubles;
use crate::Error;
use crate::table::{Table, number};

/// Stand-ins for what is not told; all but the sigma are learned quickly.
const CHANCE: f64 = 0.8;
const SIGMA_M: f64 = 20.0;
const SIGMA_DEG: f64 = 2.0;
const SIGMA_S: f64 = 0.01;
const SOUND_MPS: f64 = 340.0;
/// A standard deviation above this is none, whatever its unit.
const SIGMA_MAX: f64 = 1e6;
/// How far a sensor without a stated range may see when no area is known, metres.
const RANGE_M: f64 = 20_000.0;
/// Sensors in a file.
const SENSORS_MAX: usize = 10_000;
const HINT: &str =
    "Give a header `sensor,kind,x_m,y_m` and a line a sensor; kinds are position, azimuth, delay.";

/// A sensor with its name and when it looks.
#[derive(Clone, Debug)]
pub struct Described {
    /// As detections name it.
    pub name: String,
    /// What the tracker is told of it.
    pub sensor: Sensor,
    /// Where it stands, metres, if that was said.
    at_m: Option<[f64; 2]>,
    /// It looks in every scan from the first time to the second; otherwise only in those in which it
    /// reports something.
    always: bool,
    from_s: f64,
    to_s: f64,
}

impl Described {
    /// The one sensor of positions of a file without `--sensors`.
    pub fn only(known: &Known) -> Self {
        let sensor = Sensor {
            kind: Kind::Position,
            detection_chance: known.pd.unwrap_or(CHANCE),
            false_a_look: known.clutter,
            sigma: known.sigma.unwrap_or(SIGMA_M),
            reach: None,
        };
        let (from_s, to_s) = (f64::NEG_INFINITY, f64::INFINITY);
        Self { name: String::new(), sensor, at_m: None, always: true, from_s, to_s }
    }

    /// Whether it looks at a time even if it reports nothing.
    pub fn looks_at(&self, time_s: f64) -> bool {
        self.always && time_s >= self.from_s && time_s <= self.to_s
    }
}

/// Reads `sensors.csv`; a bad line is a problem and the rest is read.
pub fn read(
    path: &Path,
    frame: &Frame,
    known: &Known,
    troubles: &mut Troubles,
) -> Result<Vec<Described>, Error> {
    let file = File::open(path).map_err(|error| Error::file("open", path, &error))?;
    let failed = |error: std::io::Error| {
        Error::new(format!("could not read {}: {error}", path.display()), HINT)
    };
    let mut table = Table::open(file).map_err(failed)?;
    let columns = COLUMNS.map(|name| table.find(name));
    let mut described: Vec<Described> = Vec::new();
    let mut names = BTreeSet::new();
    let mut skipped = 0;
    while let Some(line) = table.next(&mut |_| skipped += 1).map_err(failed)? {
        let cells = Cells { cells: line.cells(columns), frame };
        match cells.described(known) {
            Some(one) if names.contains(&one.name) => {
                troubles.add("sensor described twice, the first kept", line.number);
            }
            Some(_) if described.len() == SENSORS_MAX => {
                troubles.add("more sensors than are taken, the rest left out", line.number);
                break;
            }
            Some(one) => {
                names.insert(one.name.clone());
                described.push(one);
            }
            None => troubles.add("line of sensors not understood, left out", line.number),
        }
    }
    if skipped > 0 {
        troubles.add("line of sensors too long, left out", 0);
    }
    if described.is_empty() {
        let sentence = format!("{} describes no sensor", path.display());
        return Err(Error::new(sentence, HINT));
    }
    Ok(described)
}

/// What sensors can see between them, where no area was told: needed when none says positions.
pub fn area(described: &[Described]) -> Option<Rect> {
    if described.iter().any(|one| one.sensor.kind == Kind::Position) {
        return None;
    }
    let mut area: Option<Rect> = None;
    for one in described {
        let Some(at_m) = one.at_m else { continue };
        let range_m = one.sensor.reach.map_or(RANGE_M, |reach| reach.range_m);
        let rect = area.get_or_insert(Rect { low_m: at_m, high_m: at_m });
        for (low, at) in rect.low_m.iter_mut().zip(at_m) {
            *low = low.min(at - range_m);
        }
        for (high, at) in rect.high_m.iter_mut().zip(at_m) {
            *high = high.max(at + range_m);
        }
    }
    area
}

/// The columns that are read.
const COLUMNS: [&str; 22] = [
    "sensor",
    "kind",
    "x_m",
    "y_m",
    "lon",
    "lat",
    "other_x_m",
    "other_y_m",
    "other_lon",
    "other_lat",
    "speed_mps",
    "pd",
    "clutter",
    "sigma_m",
    "sigma_deg",
    "sigma_s",
    "range_m",
    "from_deg",
    "width_deg",
    "looks",
    "from_s",
    "to_s",
];

/// What stands in them in one line.
struct Cells<'a> {
    cells: [Option<&'a [u8]>; COLUMNS.len()],
    frame: &'a Frame,
}

impl Cells<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        let column = COLUMNS.iter().position(|column| *column == name)?;
        let text = std::str::from_utf8(self.cells[column]?).ok()?;
        Some(text).filter(|text| !text.is_empty())
    }

    /// `Some(None)` when the field is not there; `None` when it is no finite number.
    #[expect(clippy::option_option, reason = "absent and wrong are told apart")]
    fn number(&self, name: &str) -> Option<Option<f64>> {
        let Some(text) = self.text(name) else { return Some(None) };
        number(text.as_bytes()).map(Some)
    }

    fn place(&self, first: &str, second: &str) -> Option<Option<[f64; 2]>> {
        let (one, other) = (self.number(first)?, self.number(second)?);
        let written = one.zip(other).map(|(one, other)| [one, other]);
        let off_earth = written.is_some_and(|written| self.frame.is_off_earth(written));
        (!off_earth).then(|| written.map(|written| self.frame.metres(written)))
    }

    fn described(&self, known: &Known) -> Option<Described> {
        let degrees = *self.frame != Frame::Metres;
        let names = |one, other| if degrees { other } else { one };
        let at_m = self.place(names("x_m", "lon"), names("y_m", "lat"))?;
        let other_m =
            self.place(names("other_x_m", "other_lon"), names("other_y_m", "other_lat"))?;
        let kind = match self.text("kind").unwrap_or("position") {
            "position" => Kind::Position,
            "azimuth" => Kind::Azimuth { at_m: at_m? },
            "delay" => Kind::Delay {
                at_m: at_m?,
                other_m: other_m?,
                speed_mps: self.number("speed_mps")?.filter(|s| *s > 0.0).unwrap_or(SOUND_MPS),
            },
            _ => return None,
        };
        let sensor = Sensor {
            kind,
            detection_chance: self.number("pd")?.or(known.pd).unwrap_or(CHANCE).clamp(0.0, 1.0),
            false_a_look: self.number("clutter")?.or(known.clutter).map(|mean| mean.max(0.0)),
            sigma: self.sigma(kind, known)?,
            reach: self.reach(at_m)?,
        };
        Some(Described {
            name: self.text("sensor")?.to_owned(),
            sensor,
            at_m,
            always: self.text("looks") != Some("when_seen"),
            from_s: self.number("from_s")?.unwrap_or(f64::NEG_INFINITY),
            to_s: self.number("to_s")?.unwrap_or(f64::INFINITY),
        })
    }

    fn sigma(&self, kind: Kind, known: &Known) -> Option<f64> {
        let sigma = match kind {
            Kind::Position => self.number("sigma_m")?.or(known.sigma).unwrap_or(SIGMA_M),
            Kind::Azimuth { .. } => self.number("sigma_deg")?.unwrap_or(SIGMA_DEG).to_radians(),
            Kind::Delay { .. } => self.number("sigma_s")?.unwrap_or(SIGMA_S),
        };
        (sigma > 0.0 && sigma < SIGMA_MAX).then_some(sigma)
    }

    fn reach(&self, at_m: Option<[f64; 2]>) -> Option<Option<Reach>> {
        let Some(range_m) = self.number("range_m")? else { return Some(None) };
        let from = self.number("from_deg")?.unwrap_or(0.0);
        let width = self.number("width_deg")?.unwrap_or(360.0);
        let (from_rad, width_rad) = (from.to_radians(), width.to_radians());
        (range_m > 0.0 && width > 0.0).then_some(Some(Reach {
            at_m: at_m?,
            range_m,
            from_rad,
            width_rad,
        }))
    }
}
