//! The rates and spreads the watch reckons with, as an agreement's `watch.toml` states them.

use std::collections::BTreeMap;

use kernel::{Mistake, SourceText};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::classify_assumptions::Assumptions;
use crate::classify_cause::Cause;
use crate::incident::Class;
use crate::source::SourceKind;

/// The file's name in an agreement's folder.
pub const FILE: &str = "watch.toml";
/// How many classes there are.
pub const CLASS_COUNT: usize = 12;
/// The classes that observations speak of; a class's place in this list is `class as usize`.
/// [`Class::Outage`], which none speaks of, is not among them.
pub const CLASSES: [Class; CLASS_COUNT] = [
    Class::Explosion,
    Class::AirStrike,
    Class::UavStrike,
    Class::ArtilleryFire,
    Class::SmallArmsFire,
    Class::WeaponsPresence,
    Class::Overflight,
    Class::AccessDenial,
    Class::Interference,
    Class::AbnormalFire,
    Class::OrdinaryFire,
    Class::Other,
];

/// Everything the watch reckons with. [`Settings::default`] is what a file need not repeat.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// `[rates]`: incidents of each class a km² and hour, where nothing else is known.
    pub rates_per_km2_hour: [f64; CLASS_COUNT],
    /// `[burns]`: the share of each class's incidents that set something on fire which a
    /// satellite sees, 0 to 1.
    pub burns_share: [f64; CLASS_COUNT],
    /// `[reported]`: the share of each class's incidents that one reporter who covers the place
    /// speaks of, 0 to 1.
    pub reported_share: [f64; CLASS_COUNT],
    /// `[words] news_share`: how much of the rate of `other`, which counts news items, reaches a
    /// source that is no newspaper: patrols, sensors and parties report no news, 0 to 1.
    pub news_share: f64,
    /// `[words] kin_share`: chance that a report names a class that is easily mistaken for the one
    /// that it was.
    pub kin_share: f64,
    /// `[words] stray_share`: chance that it names any other class.
    pub stray_share: f64,
    /// `[words] kin`: classes easily mistaken for one another.
    pub kin: Vec<Class>,
    /// `[fire]`: how burning spreads and lasts.
    pub fire: FireSettings,
    /// `[slack.<kind>]`: how far the true time may lie outside the stated one, hours.
    pub slack: BTreeMap<SourceKind, Slack>,
    /// `[place] model_error_m`: what is wrong with every place beyond its stated error, metres.
    pub model_error_m: f64,
    /// `[capability]`: chances of noticing.
    pub noticing: NoticingSettings,
    /// `[availability] share_due`: the share of what a source promised that must come in time, 0 to 1.
    pub share_due: f64,
    /// `[cause.<cause>]`: what the classifier assumes of what makes a sound or a fire.
    pub causes: Assumptions,
}

/// How burning spreads and lasts, as hotspots show it (section `[fire]`).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FireSettings {
    /// One standard deviation between neighbouring hotspots of one fire beyond the pixel error,
    /// metres.
    pub spread_m: f64,
    /// Mean time that a place goes on burning, hours.
    pub lasts_hours: f64,
    /// Share of a fire's hotspots seen in the same overpass as another of them, 0 to 1.
    pub same_pass_share: f64,
    /// Hotspots closer in time than this are of the same overpass, hours.
    pub same_pass_hours: f64,
    /// Longest time between the first and last hotspot of one fire, hours.
    pub lasts_hours_max: f64,
    /// How long a fire may have burnt before it was first seen, hours (overpasses and cloud).
    pub unseen_hours: f64,
}

/// How far the true time may lie outside a stated interval, hours.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Slack {
    /// Before it: reports come after the fact.
    pub before_hours: f64,
    /// After it: clocks differ.
    pub after_hours: f64,
}

/// Chances of noticing under the best conditions (section `[capability]`).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NoticingSettings {
    /// Chance that a satellite notices a fire that lasts, in one overpass of a clear sky.
    pub thermal_pass: f64,
    /// Overpasses of one satellite source a day.
    pub passes_per_day: f64,
    /// Chance that a press source covers what happens in or near a settlement on a day.
    pub press: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rates_per_km2_hour: [
                2e-6, 4e-6, 6e-6, 8e-6, 4e-6, 1e-6, 2e-6, 2e-7, 2e-7, 1e-5, 6e-5, 1e-3,
            ],
            burns_share: [0.05, 0.2, 0.1, 0.05, 1e-3, 1e-4, 1e-4, 1e-4, 1e-4, 1.0, 1.0, 1e-3],
            reported_share: [0.3, 0.6, 0.5, 0.3, 0.2, 0.3, 0.2, 0.8, 0.3, 0.1, 0.01, 0.3],
            news_share: 0.01,
            kin_share: 0.25,
            stray_share: 0.03,
            kin: vec![
                Class::Explosion,
                Class::AirStrike,
                Class::UavStrike,
                Class::ArtilleryFire,
                Class::AbnormalFire,
            ],
            fire: FireSettings {
                spread_m: 400.0,
                lasts_hours: 10.0,
                same_pass_share: 0.5,
                same_pass_hours: 0.25,
                lasts_hours_max: 72.0,
                unseen_hours: 14.0,
            },
            slack: SourceKind::ALL.into_iter().map(|kind| (kind, default_slack(kind))).collect(),
            model_error_m: 100.0,
            noticing: NoticingSettings { thermal_pass: 0.35, passes_per_day: 4.0, press: 0.4 },
            // The share that stations of the CTBT's monitoring system must give (operational manuals).
            share_due: 0.98,
            causes: Assumptions::default(),
        }
    }
}

fn default_slack(kind: SourceKind) -> Slack {
    let (before_hours, after_hours) = match kind {
        SourceKind::Press => (12.0, 0.0),
        SourceKind::PartyLog => (1.0, 1.0),
        SourceKind::Patrol => (0.25, 0.25),
        _ => (0.1, 0.1),
    };
    Slack { before_hours, after_hours }
}

impl Settings {
    /// The slack of a kind of source.
    #[must_use]
    pub fn slack(&self, kind: SourceKind) -> Slack {
        self.slack.get(&kind).copied().unwrap_or_else(|| default_slack(kind))
    }

    /// Chance that a report says `said` when it was `was`.
    #[must_use]
    pub fn says(&self, was: Class, said: Class) -> f64 {
        let all = CLASS_COUNT as f64;
        let kin = self.kin.len() as f64;
        let is_kin = self.kin.len() > 1 && self.kin.contains(&was);
        let (kin_share, strays) =
            if is_kin { (self.kin_share, all - kin) } else { (0.0, all - 1.0) };
        if said == was {
            (1.0 - kin_share - self.stray_share).max(0.0)
        } else if is_kin && self.kin.contains(&said) {
            kin_share / (kin - 1.0)
        } else {
            self.stray_share / strays.max(1.0)
        }
    }

    /// Reads `watch.toml`. What the file leaves out keeps its default; every mistake is named.
    #[must_use]
    pub fn read(text: &SourceText) -> (Self, Vec<Mistake>) {
        let mut settings = Self::default();
        let Some(source) = text.file(FILE) else {
            return (settings, vec![]);
        };
        let (table, errors) = DeTable::parse_recoverable(source);
        let mut mistakes: Vec<Mistake> = errors
            .iter()
            .map(|error| Mistake::new(FILE, error.span().unwrap_or(0..0), error.message()))
            .collect();
        for (name, value) in table.get_ref() {
            let Some(section) = value.get_ref().as_table() else {
                mistakes.push(Mistake::new(FILE, name.span(), "a section is expected here"));
                continue;
            };
            settings.read_section(name, section, &mut mistakes);
        }
        (settings, mistakes)
    }

    fn read_section(
        &mut self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        section: &DeTable<'_>,
        mistakes: &mut Vec<Mistake>,
    ) {
        if name.get_ref() == "slack" {
            for (kind, value) in section {
                self.read_slack(kind, value, mistakes);
            }
            return;
        }
        if name.get_ref() == "cause" {
            for (cause, value) in section {
                self.read_cause(cause, value, mistakes);
            }
            return;
        }
        for (key, value) in section {
            if name.get_ref() == "words" && key.get_ref() == "kin" {
                self.kin = read_kin(value, mistakes);
                continue;
            }
            match self.place_of(name.get_ref(), key.get_ref()) {
                Some((place, most)) => read_number(value, most, place, mistakes),
                None => mistakes.push(
                    Mistake::new(FILE, key.span(), "the watch knows no such setting")
                        .hint(format!("see `[{}]` in docs/formats.md", name.get_ref())),
                ),
            }
        }
    }

    /// Where a setting is kept, and the largest value it may have.
    fn place_of(&mut self, section: &str, key: &str) -> Option<(&mut f64, f64)> {
        let fire = &mut self.fire;
        let noticing = &mut self.noticing;
        Some(match (section, key) {
            ("rates", class) => (self.rates_per_km2_hour.get_mut(class_of(class)? as usize)?, 1.0),
            ("burns", class) => (self.burns_share.get_mut(class_of(class)? as usize)?, 1.0),
            ("reported", class) => (self.reported_share.get_mut(class_of(class)? as usize)?, 1.0),
            ("words", "news_share") => (&mut self.news_share, 1.0),
            ("words", "kin_share") => (&mut self.kin_share, 1.0),
            ("words", "stray_share") => (&mut self.stray_share, 1.0),
            ("fire", "spread_m") => (&mut fire.spread_m, 1e5),
            ("fire", "lasts_hours") => (&mut fire.lasts_hours, 1e4),
            ("fire", "same_pass_share") => (&mut fire.same_pass_share, 1.0),
            ("fire", "same_pass_hours") => (&mut fire.same_pass_hours, 6.0),
            ("fire", "lasts_hours_max") => (&mut fire.lasts_hours_max, 1e5),
            ("fire", "unseen_hours") => (&mut fire.unseen_hours, 1e3),
            ("place", "model_error_m") => (&mut self.model_error_m, 1e5),
            ("capability", "thermal_pass") => (&mut noticing.thermal_pass, 1.0),
            ("capability", "passes_per_day") => (&mut noticing.passes_per_day, 1e3),
            ("capability", "press") => (&mut noticing.press, 1.0),
            ("availability", "share_due") => (&mut self.share_due, 1.0),
            _ => return None,
        })
    }

    fn read_cause(
        &mut self,
        cause: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        mistakes: &mut Vec<Mistake>,
    ) {
        let (Some(known), Some(table)) =
            (word::<Cause>(cause.get_ref()), value.get_ref().as_table())
        else {
            mistakes.push(Mistake::new(FILE, cause.span(), "there is no such cause"));
            return;
        };
        for (key, value) in table {
            match self.causes.place_of(known, key.get_ref()) {
                Some((place, least, most)) => read_within(value, (least, most), place, mistakes),
                None => mistakes.push(
                    Mistake::new(FILE, key.span(), "a cause knows no such setting")
                        .hint("see `[cause.<cause>]` in docs/formats.md"),
                ),
            }
        }
    }

    fn read_slack(
        &mut self,
        kind: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        mistakes: &mut Vec<Mistake>,
    ) {
        let (Some(known), Some(table)) = (kind_of(kind.get_ref()), value.get_ref().as_table())
        else {
            mistakes.push(Mistake::new(FILE, kind.span(), "there is no such kind of source"));
            return;
        };
        let slack = self.slack.entry(known).or_insert_with(|| default_slack(known));
        for (key, value) in table {
            let place = match key.get_ref().as_ref() {
                "before_hours" => &mut slack.before_hours,
                "after_hours" => &mut slack.after_hours,
                _ => {
                    mistakes.push(
                        Mistake::new(FILE, key.span(), "slack knows no such setting")
                            .hint("write before_hours or after_hours"),
                    );
                    continue;
                }
            };
            read_number(value, 1e4, place, mistakes);
        }
    }
}

fn read_kin(value: &Spanned<DeValue<'_>>, mistakes: &mut Vec<Mistake>) -> Vec<Class> {
    let Some(words) = value.get_ref().as_array() else {
        mistakes.push(Mistake::new(FILE, value.span(), "a list of classes is expected here"));
        return vec![];
    };
    let mut kin = vec![];
    for word in words {
        match word.get_ref().as_str().and_then(class_of) {
            Some(class) if !kin.contains(&class) => kin.push(class),
            Some(_) => mistakes.push(Mistake::new(FILE, word.span(), "named twice")),
            None => mistakes.push(Mistake::new(FILE, word.span(), "there is no such class")),
        }
    }
    kin
}

fn read_number(
    value: &Spanned<DeValue<'_>>,
    most: f64,
    place: &mut f64,
    mistakes: &mut Vec<Mistake>,
) {
    read_within(value, (0.0, most), place, mistakes);
}

fn read_within(
    value: &Spanned<DeValue<'_>>,
    (least, most): (f64, f64),
    place: &mut f64,
    mistakes: &mut Vec<Mistake>,
) {
    let number: Option<f64> = match value.get_ref() {
        DeValue::Integer(integer) => integer.as_str().replace('_', "").parse().ok(),
        DeValue::Float(float) => float.as_str().replace('_', "").parse().ok(),
        _ => None,
    };
    match number.filter(|number| number.is_finite() && *number >= least && *number <= most) {
        Some(number) => *place = number,
        None => mistakes.push(Mistake::new(
            FILE,
            value.span(),
            format!("a number from {least} to {most} is expected here"),
        )),
    }
}

/// The word for a class or kind in files, read by the same rules as everywhere.
fn word<'de, T: Deserialize<'de>>(text: &'de str) -> Option<T> {
    T::deserialize(serde::de::value::BorrowedStrDeserializer::<serde::de::value::Error>::new(text))
        .ok()
}

fn class_of(text: &str) -> Option<Class> {
    word(text)
}

fn kind_of(text: &str) -> Option<SourceKind> {
    word(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Settings, Vec<Mistake>) {
        Settings::read(&SourceText(BTreeMap::from([(FILE.to_owned(), text.to_owned())])))
    }

    #[test]
    fn a_class_stands_where_its_number_says() {
        assert!(CLASSES.iter().enumerate().all(|(index, class)| *class as usize == index));
    }

    #[test]
    fn what_reports_say_adds_up_to_one() {
        let settings = Settings::default();
        for was in CLASSES {
            let sum: f64 = CLASSES.iter().map(|said| settings.says(was, *said)).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{was:?} {sum}");
        }
    }

    #[test]
    fn settings_are_read_and_the_rest_keeps_its_default() {
        let (settings, mistakes) = read(
            "[rates]\nair-strike = 2e-5\n[slack.press]\nbefore_hours = 24\n[fire]\nspread_m = 500",
        );
        assert_eq!(mistakes, vec![]);
        assert_eq!(settings.rates_per_km2_hour[Class::AirStrike as usize], 2e-5);
        assert_eq!(settings.slack(SourceKind::Press).before_hours, 24.0);
        assert_eq!(settings.fire.lasts_hours, Settings::default().fire.lasts_hours);
    }

    #[test]
    fn what_is_assumed_of_a_cause_can_be_stated() {
        let (settings, mistakes) =
            read("[cause.quarry-blast]\nrate = 1e-5\nsize_factor = 0.5\n[cause.ghost]\n");
        assert_eq!(settings.causes.of(Cause::QuarryBlast).rate, 1e-5);
        assert_eq!(mistakes.len(), 2);
    }

    #[test]
    fn every_mistake_is_named_with_its_words() {
        let text = "[rates]\nair-strik = 1\n[fire]\nspread_m = -1\n[words]\nkin = [\"bang\"]\n[slack.radio]\n";
        let (_, mistakes) = read(text);
        let mut words: Vec<&str> =
            mistakes.iter().map(|mistake| &text[mistake.span.bytes.clone()]).collect();
        words.sort_unstable();
        assert_eq!(words, ["\"bang\"", "-1", "air-strik", "radio"]);
    }
}
