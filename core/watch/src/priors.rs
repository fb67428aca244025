//! How often each cause happens at a place and hour, before anything is seen of it.

use crate::classify_assumptions::Assumptions;
use crate::classify_cause::{CAUSE_COUNT, CAUSES, Cause};
use crate::settings::CLASS_COUNT;

/// How many known occasions weigh as much as that something else happens at the same place.
const ANEW: f64 = 1.0;

/// Rates of the causes at the place and time of the incident, a km² and hour.
#[derive(Clone, PartialEq, Debug)]
pub struct Priors {
    rates: [f64; CAUSE_COUNT],
}

impl Priors {
    /// From the rates of the classes (`watch.toml [rates]`).
    #[must_use]
    pub fn of(class_rates: &[f64; CLASS_COUNT], assumptions: &Assumptions) -> Self {
        let rate = |cause: Cause| assumptions.rate(cause, class_rates[cause.class() as usize]);
        Self { rates: CAUSES.map(rate) }
    }

    /// From rates known for every cause, by [`Cause`] as index.
    #[must_use]
    pub fn stated(rates: [f64; CAUSE_COUNT]) -> Self {
        Self { rates }
    }

    /// The rate of one cause raised by what is known of the place and hour, such as a listed
    /// quarry (`per_km2_hour` = its blasts an hour times the density of the incident's place at
    /// the quarry). Negative or not finite counts as nothing.
    #[must_use]
    pub fn with(mut self, cause: Cause, per_km2_hour: f64) -> Self {
        if per_km2_hour.is_finite() {
            self.rates[cause as usize] += per_km2_hour.max(0.0);
        }
        self
    }

    /// The rates where something happened before of which people know what it was: `known` is the
    /// sum of the class shares of those occasions. What happens again at a place is drawn from an
    /// urn of what happened there and of [`ANEW`] of the rest (Blackwell and MacQueen 1973), so that
    /// one occasion leaves the next as likely of its class as of none in particular.
    #[must_use]
    pub fn after(mut self, known: &[f64; CLASS_COUNT]) -> Self {
        let total: f64 = self.rates.iter().sum();
        let occasions: f64 = known.iter().sum();
        if !(total > 0.0 && occasions > 0.0) {
            return self;
        }
        let mut of_class = [0.0; CLASS_COUNT];
        for cause in CAUSES {
            of_class[cause.class() as usize] += self.rates[cause as usize] / total;
        }
        for cause in CAUSES {
            let class = cause.class() as usize;
            let share = of_class[class].max(f64::MIN_POSITIVE);
            let drawn = (known[class] + ANEW * share) / (occasions + ANEW);
            self.rates[cause as usize] *= drawn / share;
        }
        self
    }

    /// The rate of one cause.
    #[must_use]
    pub fn rate(&self, cause: Cause) -> f64 {
        self.rates[cause as usize]
    }

    /// The shares of the causes before anything is seen.
    #[must_use]
    pub fn shares(&self) -> [f64; CAUSE_COUNT] {
        let total: f64 = self.rates.iter().sum();
        self.rates.map(|rate| rate / total.max(f64::MIN_POSITIVE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::classify;
    use crate::classify_features::Features;
    use crate::incident::Class;
    use crate::settings::Settings;

    #[test]
    fn what_is_known_of_a_place_draws_the_next() {
        let assumptions = Assumptions::default();
        let priors = Priors::of(&Settings::default().rates_per_km2_hour, &assumptions);
        let classes =
            |priors: Priors| classify(&Features::default(), &priors, &assumptions).class_shares();
        let before = classes(priors.clone());
        let mut known = [0.0; CLASS_COUNT];
        assert_eq!(priors.clone().after(&known), priors);
        known[Class::ArtilleryFire as usize] = 1.0;
        let once = classes(priors.clone().after(&known));
        let class = Class::ArtilleryFire as usize;
        assert!((once[class] - (1.0 + before[class]) / 2.0).abs() < 1e-9);
        known[Class::ArtilleryFire as usize] = 3.0;
        assert!(classes(priors.after(&known))[class] > 0.75);
    }
}
