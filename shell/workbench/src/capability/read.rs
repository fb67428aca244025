//! The sources file becomes a scene; what cannot be read is named, and the rest is taken.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kernel::{Interval, Place, Time};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use watch::SourceKind;
use watch::capability::Scene;
use watch::capability::scene::{Group, Watcher};

use super::add;
use super::file::{Common, GroupWords};
use super::grid::Frame;
use super::named::Named;
use crate::Error;

/// Largest sources file; its stations may lie in CSV files beside it.
const BYTES_MAX: u64 = 32 << 20;

/// A sources file as read.
pub struct Sources {
    /// How its positions are written.
    pub frame: Frame,
    /// The area asked about, when it states one: south-west and north-east.
    pub area: Option<(Place, Place)>,
    /// When it is asked.
    pub as_of: Option<Time>,
    /// How many incidents were seen.
    pub seen: u64,
    /// Everything that could have noticed.
    pub scene: Scene,
    /// Names of party logs: their silence counts for nothing.
    pub party_logs: Vec<String>,
    /// What could not be read.
    pub problems: Named,
}

/// Puts a scene together, entry by entry.
pub struct Reader {
    /// The folder of the file.
    pub folder: PathBuf,
    /// How positions are written.
    pub frame: Frame,
    /// The time asked about.
    pub window: Interval,
    /// When it is asked.
    pub as_of: Option<Time>,
    /// The scene so far.
    pub scene: Scene,
    /// What could not be read so far.
    pub problems: Named,
    by_id: BTreeMap<String, usize>,
    by_group: BTreeMap<String, usize>,
}

/// The names a file may hold.
const NAMES: [&str; 14] = [
    "frame",
    "area",
    "as_of",
    "seen",
    "groups",
    "laws",
    "weather",
    "networks",
    "satellites",
    "lookers",
    "press",
    "party_logs",
    "losses",
    "received",
];

/// Reads a sources file for the time from `window.start` to `window.end`.
///
/// # Errors
/// When it cannot be read at all.
pub fn sources(path: &Path, window: Interval) -> Result<Sources, Error> {
    let mut file = table(path)?;
    let frame = match file.remove("frame").as_ref().map(Value::as_str) {
        None | Some(Some("degrees")) => Frame::Degrees,
        Some(Some("km")) => Frame::Km,
        Some(_) => {
            let hint = "Write \"degrees\" (longitude, latitude) or \"km\" (east, north).";
            return Err(Error::new("`frame` is neither degrees nor km", hint));
        }
    };
    let mut reader = Reader {
        folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
        frame,
        window,
        as_of: None,
        scene: Scene::default(),
        problems: Named::default(),
        by_id: BTreeMap::new(),
        by_group: BTreeMap::new(),
    };
    reader.as_of = reader.take(&mut file, "as_of");
    let area = reader.area(&mut file)?;
    let seen = reader.take(&mut file, "seen").unwrap_or_default();
    let party_logs = reader.take(&mut file, "party_logs").unwrap_or_default();
    reader.groups(&mut file);
    add::laws(&mut reader, file.remove("laws"));
    add::weather(&mut reader, file.remove("weather"));
    for (name, add) in [
        ("networks", add::network as fn(&mut Reader, &str, Value)),
        ("satellites", add::satellite),
        ("lookers", add::looker),
        ("press", add::press),
        ("losses", add::loss),
        ("received", add::received),
    ] {
        for (at, value) in reader.list(&mut file, name).into_iter().enumerate() {
            add(&mut reader, &format!("{name}[{at}]"), value);
        }
    }
    for name in file.keys() {
        let names = NAMES.join(", ");
        reader.problems.add(|| format!("{name}: there is no such name; use {names}"));
    }
    if let Some(mistake) = reader.scene.mistake() {
        return Err(Error::new(mistake, "Correct it in the sources file."));
    }
    let Reader { as_of, scene, problems, .. } = reader;
    Ok(Sources { frame, area, as_of, seen, scene, party_logs, problems })
}

/// The file as names and values, whether JSON or TOML.
fn table(path: &Path) -> Result<Map<String, Value>, Error> {
    let bytes = crate::small_file::bytes(path, BYTES_MAX)?;
    let text = String::from_utf8_lossy(&bytes);
    let unreadable = |words: String| {
        Error::new(
            format!("{} cannot be read: {words}", path.display()),
            "It is JSON, or TOML when its name ends in .toml; see `watch capability` in docs/formats.md.",
        )
    };
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
        let table: Map<String, Value> =
            toml::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        Ok(table.into_iter().map(|(name, value)| (name, times_as_text(value))).collect())
    } else {
        serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))
    }
}

/// TOML's own times, which its reader hands over in a table of their own, as text.
fn times_as_text(value: Value) -> Value {
    match value {
        Value::Object(mut table) => match table.remove("$__toml_private_datetime") {
            Some(time) => time,
            None => Value::Object(
                table.into_iter().map(|(name, value)| (name, times_as_text(value))).collect(),
            ),
        },
        Value::Array(values) => values.into_iter().map(times_as_text).collect(),
        other => other,
    }
}

impl Reader {
    /// Notes what is wrong with an entry.
    pub fn problem(&mut self, at: &str, words: impl std::fmt::Display) {
        self.problems.add(|| format!("{at}: {words}"));
    }

    /// An entry in its words, or a problem; `names` are those it may hold.
    pub fn words<T: DeserializeOwned>(
        &mut self,
        at: &str,
        value: Value,
        names: &[&str],
    ) -> Option<T> {
        if let Some(table) = value.as_object() {
            let strange = table.keys().find(|name| !names.contains(&name.as_str()));
            if let (Some(name), false) = (strange, names.is_empty()) {
                self.problem(at, format!("no such name: {name}; use {}", names.join(", ")));
                return None;
            }
        }
        match serde_json::from_value(value) {
            Ok(words) => Some(words),
            Err(error) => {
                self.problem(at, error);
                None
            }
        }
    }

    fn take<T: DeserializeOwned>(
        &mut self,
        file: &mut Map<String, Value>,
        name: &str,
    ) -> Option<T> {
        file.remove(name).and_then(|value| self.words(name, value, &[]))
    }

    fn list(&mut self, file: &mut Map<String, Value>, name: &str) -> Vec<Value> {
        match file.remove(name) {
            None => vec![],
            Some(Value::Array(values)) => values,
            Some(_) => {
                self.problem(name, "a list is expected here");
                vec![]
            }
        }
    }

    fn area(&mut self, file: &mut Map<String, Value>) -> Result<Option<(Place, Place)>, Error> {
        let Some(value) = file.remove("area") else { return Ok(None) };
        let corners = serde_json::from_value::<[f64; 4]>(value).ok().and_then(
            |[west, south, east, north]| {
                self.frame.place([west, south]).zip(self.frame.place([east, north]))
            },
        );
        corners.map(Some).ok_or_else(|| {
            Error::new(
                "`area` is not four numbers on Earth (in km: within 1200 km of 0, 0)",
                "Write it as [west, south, east, north].",
            )
        })
    }

    fn groups(&mut self, file: &mut Map<String, Value>) {
        let Some(Value::Object(groups)) = file.remove("groups") else { return };
        for (name, value) in groups {
            let at = format!("groups.{name}");
            let Some(words) = self.words::<GroupWords>(&at, value, &["uptime"]) else { continue };
            if (0.0..=1.0).contains(&words.uptime) {
                let group = self.group(&name);
                self.scene.groups[group].uptime = words.uptime;
            } else {
                self.problem(&at, "uptime is a share from 0 to 1");
            }
        }
    }

    /// The index of a group, new or known.
    pub fn group(&mut self, name: &str) -> usize {
        if let Some(at) = self.by_group.get(name) {
            return *at;
        }
        self.scene.groups.push(Group { name: name.to_owned(), uptime: 1.0 });
        let at = self.scene.groups.len() - 1;
        self.by_group.insert(name.to_owned(), at);
        at
    }

    /// The index of a group that is known.
    pub fn group_known(&self, name: &str) -> Option<usize> {
        self.by_group.get(name).copied()
    }

    /// The index of a source that is known.
    pub fn watcher_known(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Adds a source; a name that is empty or taken is a problem.
    pub fn watcher(&mut self, at: &str, common: &Common, kind: SourceKind) -> Option<usize> {
        let uptime = common.uptime.unwrap_or(1.0);
        let delay = common.delay.unwrap_or_default();
        if common.id.is_empty() {
            self.problem(at, "a source needs an `id`");
        } else if self.by_id.contains_key(&common.id) {
            self.problem(at, format!("{} is named twice; the first one stands", common.id));
        } else if !(0.0..=1.0).contains(&uptime) || delay.0 < 0 {
            self.problem(at, "uptime is a share from 0 to 1, delay a duration not below 0");
        } else {
            let group = self.group(common.group.as_ref().unwrap_or(&common.id));
            let id = common.id.clone();
            self.scene.watchers.push(Watcher { id: id.clone(), kind, group, uptime, delay });
            self.by_id.insert(id, self.scene.watchers.len() - 1);
            return Some(self.scene.watchers.len() - 1);
        }
        None
    }

    /// A written position, or a problem.
    pub fn place(&mut self, at: &str, pair: [f64; 2]) -> Option<Place> {
        let place = self.frame.place(pair);
        if place.is_none() {
            self.problem(at, format!("place {pair:?} is not on Earth, or too far from 0, 0 in km"));
        }
        place
    }
}
