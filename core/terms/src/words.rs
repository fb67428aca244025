//! The words a guard may use: the incident classes, and what the agreement itself declares.

use watch::Class;

/// Every incident class by the name it has in texts.
pub const CLASSES: [(&str, Class); 12] = [
    ("explosion", Class::Explosion),
    ("air-strike", Class::AirStrike),
    ("uav-strike", Class::UavStrike),
    ("artillery-fire", Class::ArtilleryFire),
    ("small-arms-fire", Class::SmallArmsFire),
    ("weapons-presence", Class::WeaponsPresence),
    ("overflight", Class::Overflight),
    ("access-denial", Class::AccessDenial),
    ("interference", Class::Interference),
    ("abnormal-fire", Class::AbnormalFire),
    ("ordinary-fire", Class::OrdinaryFire),
    ("other", Class::Other),
];

/// The name of a class.
#[must_use]
pub fn class_name(class: Class) -> &'static str {
    CLASSES.iter().find(|(_, known)| *known == class).map_or("other", |(name, _)| name)
}

/// What an agreement declares, by name; positions in these lists are what conditions hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Words {
    /// Zones.
    pub zones: Vec<String>,
    /// Categories of protected objects.
    pub categories: Vec<String>,
    /// Facts.
    pub facts: Vec<String>,
    /// Kinds of notice.
    pub notices: Vec<String>,
    /// Whether there is a weapons table.
    pub weapons: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_names_are_those_of_the_outward_form() {
        for (name, class) in CLASSES {
            assert_eq!(serde_json::to_value(class).unwrap(), name);
            assert_eq!(class_name(class), name);
        }
    }
}
