//! What an incident was, as chances of its causes and classes.
//!
//! p(cause | features) ∝ rate(cause, here) ∫ p(size | cause) Π p(feature | cause, size) dsize.
//! The size is latent and ties loudness, ground motion and period together; a feature that is
//! absent has no factor in the product, which is what integrating over it gives. A quantity looked
//! for and not found is not absent: it is below a limit. Every density has a share of strays, so
//! that one odd reading never decides.

use kernel::Shares;
use libm::{erfc, exp, log};

use crate::classify_assumptions::{Assumptions, CauseAssumptions, Spread};
use crate::classify_cause::{CAUSE_COUNT, CAUSES, Cause};
use crate::classify_features::{Bound, Features, Fire, Pattern, Reading};
use crate::gauss::log_sum;
use crate::incident::Class;
use crate::priors::Priors;
use crate::settings::CLASS_COUNT;

/// Peak overpressure at 1 km of one kilogram on the ground, pascal (ANSI S2.20-1983, eq. 1:
/// 6.526 kPa at 1 km for a kiloton, growing with the yield to [`AIR_POWER`]).
const AIR_PA: f64 = 41.0;
/// Power of the yield that the overpressure grows with (ANSI S2.20-1983).
const AIR_POWER: f64 = 0.367;
/// Peak ground velocity at 1 km of one kilogram on the ground, m/s: a tenth of a confined shot
/// (USBM RI 8507: 1143 (R/√W)^-1.6 mm/s).
const GROUND_M_S: f64 = 1.8e-6;
/// Power of the charge that the ground velocity grows with (RI 8507: half of 1.6).
const GROUND_POWER: f64 = 0.8;
/// Strays are even over so many units of the natural logarithm.
const STRAY_WIDTH: f64 = 20.0;
/// Steps of the integral over size, from four standard deviations below to four above.
const SIZE_STEPS: usize = 41;
/// A line source beyond so much evidence is no surer: its geometry is simplified.
const LINE_LOG_MAX: f64 = 8.0;
/// Chance that an event of a site which keeps working hours falls into them.
const KEEPS_HOURS: f64 = 0.97;

/// What it was, and how large if it was heard.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    /// Chance of each cause, by [`Cause`] as index; they add up to one.
    pub causes: [f64; CAUSE_COUNT],
    /// Acoustic kilograms of TNT: 5 %, 50 % and 95 % quantiles over all causes that make a sound;
    /// absent when nothing was heard.
    pub size_kg: Option<[f64; 3]>,
}

impl Verdict {
    /// Chance of each class, by [`Class`] as index.
    #[must_use]
    pub fn class_shares(&self) -> [f64; CLASS_COUNT] {
        let mut shares = [0.0; CLASS_COUNT];
        for (cause, share) in CAUSES.iter().zip(self.causes) {
            shares[cause.class() as usize] += share;
        }
        shares
    }

    /// The classes as the incident carries them.
    #[must_use]
    pub fn classes(&self) -> Shares<Class> {
        let causes = CAUSES.iter().zip(self.causes);
        Shares::from_weights(causes.map(|(cause, share)| (cause.class(), share)))
    }

    /// The likeliest cause and its chance.
    #[must_use]
    pub fn likeliest(&self) -> (Cause, f64) {
        let first = (Cause::News, 0.0);
        CAUSES.into_iter().zip(self.causes).fold(
            first,
            |best, one| {
                if one.1 > best.1 { one } else { best }
            },
        )
    }
}

/// What it was.
#[must_use]
pub fn classify(features: &Features, priors: &Priors, assumptions: &Assumptions) -> Verdict {
    let heard = features.heard();
    let mut sizes = Vec::new();
    let mut logs = [f64::NEG_INFINITY; CAUSE_COUNT];
    for cause in CAUSES {
        let given = Given { cause, of: assumptions.of(cause), all: assumptions };
        let prior = log(priors.rate(cause).max(1e-300)) + given.rest(features);
        let sound = given.sound(features, heard);
        logs[cause as usize] = prior + sound.log;
        sizes.extend(sound.sizes.iter().map(|(size, log)| (*size, prior + log)));
    }
    let total = log_sum(logs.into_iter());
    let size_kg = heard.then(|| quantiles(sizes)).flatten();
    Verdict { causes: logs.map(|one| exp(one - total)), size_kg }
}

/// The 5 %, 50 % and 95 % quantiles of log-weighted log sizes.
fn quantiles(mut sizes: Vec<(f64, f64)>) -> Option<[f64; 3]> {
    sizes.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    let total = log_sum(sizes.iter().map(|(_, weight)| *weight));
    let at = |share: f64| {
        let mut sum = 0.0;
        let reached = sizes.iter().find(|(_, weight)| {
            sum += exp(weight - total);
            sum >= share
        });
        reached.or(sizes.last()).map(|(size, _)| exp(*size))
    };
    Some([at(0.05)?, at(0.5)?, at(0.95)?])
}

/// The densities of the features under one cause.
struct Given<'a> {
    cause: Cause,
    of: &'a CauseAssumptions,
    all: &'a Assumptions,
}

/// The evidence of what was heard, and where on the scale of sizes it comes from.
struct Sound {
    log: f64,
    sizes: Vec<(f64, f64)>,
}

impl Given<'_> {
    /// What does not hang on the size.
    fn rest(&self, features: &Features) -> f64 {
        let mut sum = 0.0;
        sum += features.words.map_or(0.0, |words| words[self.cause.class() as usize]);
        sum += features.fire.map_or(0.0, |fire| self.fire(fire));
        sum += features.pattern.map_or(0.0, |pattern| self.pattern(pattern));
        sum += features.approach.map_or(0.0, |heard| log(share(self.of.approach, heard)));
        sum += features.lightning.map_or(0.0, |near| {
            let by_chance = near.chance.clamp(1e-4, 1.0 - 1e-4);
            let seen = by_chance + (1.0 - by_chance) * self.of.lightning;
            log(share(seen, near.seen))
        });
        sum
    }

    /// What was heard, over all sizes. What makes no sound cannot be below a limit too loud.
    fn sound(&self, features: &Features, heard: bool) -> Sound {
        if !heard && features.air_pa.is_none() && features.ground_m_s.is_none() {
            return Sound { log: 0.0, sizes: Vec::new() };
        }
        let sigma = log(self.of.size_kg.factor);
        let middle = log(self.of.size_kg.median);
        let step = 8.0 / (SIZE_STEPS - 1) as f64;
        let weight = log(step / libm::sqrt(std::f64::consts::TAU));
        let fixed = if heard { self.heard(features) } else { 0.0 };
        let sizes: Vec<(f64, f64)> = (0..SIZE_STEPS)
            .map(|index| {
                let z = -4.0 + step * index as f64;
                let size = middle + sigma * z;
                (size, weight - z * z / 2.0 + fixed + self.at_size(features, size))
            })
            .collect();
        let loud = log_sum(sizes.iter().map(|(_, log)| *log)) + log(self.of.sounds.max(1e-12));
        if heard {
            return Sound { log: loud, sizes };
        }
        let silent = log((1.0 - self.of.sounds).max(1e-12));
        Sound { log: log_sum([loud, silent].into_iter()), sizes: Vec::new() }
    }

    /// What hangs on the size.
    fn at_size(&self, features: &Features, size: f64) -> f64 {
        let air = Spread { median: 1.0, factor: 1.0 };
        let mut sum = 0.0;
        if let Some(reading) = features.air_pa {
            sum += self.density(reading, log(AIR_PA) + AIR_POWER * size, air);
        }
        if let Some(reading) = features.ground_m_s {
            sum += self.density(reading, log(GROUND_M_S) + GROUND_POWER * size, self.of.coupling);
        }
        if let Some(reading) = features.period_s {
            sum += self.density(reading, self.of.period_power * size, self.of.period_s);
        }
        sum
    }

    /// What was heard but does not hang on the size.
    fn heard(&self, features: &Features) -> f64 {
        let mut sum = 0.0;
        if let Some(reading) = features.duration_s {
            sum += self.density(reading, 0.0, self.of.duration_s);
        }
        if let Some(count) = features.events {
            let more = f64::from(count.saturating_sub(1));
            let followed = self.of.followed.clamp(1e-3, 0.999);
            let strays = self.all.stray_share / 50.0;
            sum += log((1.0 - followed) * libm::pow(followed, more) + strays);
        }
        if let Some(reading) = features.gap_s {
            sum += self.density(reading, 0.0, self.of.gap_s);
        }
        if let Some(line) = features.line_log {
            let line = exp(line.clamp(-LINE_LOG_MAX, LINE_LOG_MAX));
            sum += log(self.of.moves * line + 1.0 - self.of.moves);
        }
        sum
    }

    fn fire(&self, fire: Fire) -> f64 {
        match fire {
            Fire::Seen { burns_share, power_mw, peacetime_chance } => {
                let ordinary = self.cause == Cause::OrdinaryFire;
                let against = if ordinary { 0.0 } else { oddness(peacetime_chance) };
                let power =
                    power_mw.map_or(0.0, |reading| self.density(reading, 0.0, self.of.power_mw));
                log(burns_share[self.cause.class() as usize].max(1e-12)) + against + power
            }
            Fire::NotSeen { burns_share, chance } => {
                log((1.0 - burns_share[self.cause.class() as usize] * chance).max(1e-12))
            }
        }
    }

    /// The site's history: either it keeps working hours or it does not.
    fn pattern(&self, pattern: Pattern) -> f64 {
        let by_hours = |inside: f64| {
            f64::from(pattern.working) * log(inside) + f64::from(pattern.other) * log(1.0 - inside)
        };
        let chance = self.all.working_share.clamp(0.01, 0.99);
        let keeps = log(self.of.works.max(1e-12)) + by_hours(KEEPS_HOURS);
        let does_not = log((1.0 - self.of.works).max(1e-12)) + by_hours(chance);
        log_sum([keeps, does_not].into_iter())
    }

    /// The log density of a reading whose quantity is log-normal about `shift` + the median.
    fn density(&self, reading: Reading, shift: f64, spread: Spread) -> f64 {
        let own = log(spread.factor.max(1.0));
        let sigma = libm::sqrt(own * own + reading.sigma * reading.sigma).max(1e-3);
        let z = (reading.ln - shift - log(spread.median)) / sigma;
        let strays = self.all.stray_share.clamp(1e-6, 0.5);
        let (fits, stray) = match reading.bound {
            Bound::At => {
                let norm = libm::sqrt(std::f64::consts::TAU) * sigma;
                (exp(-z * z / 2.0) / norm, 1.0 / STRAY_WIDTH)
            }
            Bound::Below => (erfc(-z / std::f64::consts::SQRT_2) / 2.0, 0.5),
        };
        log((1.0 - strays) * fits + strays * stray)
    }
}

/// Steepest power of a fire's chance in peacetime that counts as another law than the ordinary's.
const ODD_POWER_MAX: f64 = 0.5;

/// Log of how much likelier so small a chance is where peacetime does not explain the fire than
/// where it does: the power laws ξ p^(ξ-1) of Sellke, Bayarri and Berger (2001) with every ξ from
/// 0 to a half alike. Their own bound takes the most favourable ξ after the fact, so it never speaks
/// for the ordinary and overstates the odd. ξ near one is the ordinary's own law by another name: half
/// the range would be given away to it. Of what the spring of 2022 burnt beyond the law of peace, 0.47
/// had a chance below 0.05 and 0.71 below 0.2 (`docs/design/0036-classification.md`); these laws say
/// 0.52 and 0.69. A chance of 1 says that there is no baseline, which is no evidence.
fn oddness(peacetime_chance: f64) -> f64 {
    if peacetime_chance.is_nan() || peacetime_chance >= 1.0 {
        return 0.0;
    }
    let surprise = -log(peacetime_chance.max(1e-12));
    if surprise < 1e-3 {
        return log(ODD_POWER_MAX / 2.0);
    }
    let power = ODD_POWER_MAX * surprise;
    let mean = (1.0 - exp(-power) * (1.0 + power)) / (ODD_POWER_MAX * surprise * surprise);
    surprise + log(mean)
}

/// The chance of what was or was not so, kept off the ends.
fn share(chance: f64, so: bool) -> f64 {
    let chance = chance.clamp(1e-3, 1.0 - 1e-3);
    if so { chance } else { 1.0 - chance }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::classify_features::Lightning;
    use crate::settings::Settings;

    fn told(features: &Features) -> Verdict {
        let assumptions = Assumptions::default();
        let priors = Priors::of(&Settings::default().rates_per_km2_hour, &assumptions);
        classify(features, &priors, &assumptions)
    }

    /// A charge as heard: loudness, ground, period and duration fit one another.
    fn charge(kg: f64) -> Features {
        Features {
            air_pa: Reading::at(AIR_PA * libm::pow(kg, AIR_POWER), 0.8),
            ground_m_s: Reading::at(GROUND_M_S * libm::pow(kg, GROUND_POWER), 0.8),
            period_s: Reading::at(0.035 * libm::cbrt(kg), 0.4),
            duration_s: Reading::at(0.7, 0.4),
            events: Some(1),
            line_log: Some(-6.0),
            ..Features::default()
        }
    }

    #[test]
    fn nothing_known_is_the_prior() {
        let assumptions = Assumptions::default();
        let priors = Priors::of(&Settings::default().rates_per_km2_hour, &assumptions);
        let verdict = classify(&Features::default(), &priors, &assumptions);
        for (one, other) in verdict.causes.iter().zip(priors.shares()) {
            assert!((one - other).abs() < 1e-9);
        }
        assert_eq!(verdict.size_kg, None);
    }

    #[test]
    fn a_bomb_is_an_explosion_of_its_size() {
        let verdict = told(&charge(250.0));
        let explosive: f64 =
            [Cause::Detonation, Cause::AirStrike, Cause::UavStrike, Cause::Artillery]
                .iter()
                .map(|cause| verdict.causes[*cause as usize])
                .sum();
        assert!(explosive > 0.9, "{verdict:?}");
        let [low, _, high] = verdict.size_kg.unwrap();
        assert!(low < 250.0 && 250.0 < high, "{low} {high}");
    }

    #[test]
    fn how_odd_a_fire_is_adds_up_to_nothing_over_all_chances() {
        let steps = 200_000;
        let chances = (0..steps).map(|step| (f64::from(step) + 0.5) / f64::from(steps));
        let mean = chances.map(|chance| exp(oddness(chance))).sum::<f64>() / f64::from(steps);
        // The power laws near ξ = 0 keep 2 / ln(steps) of their mass below the first step.
        assert!((0.8..1.0).contains(&mean), "{mean}");
        assert_eq!(oddness(1.0), 0.0);
        assert!(oddness(0.999) < oddness(0.5) && oddness(0.5) < 0.0 && oddness(0.01) > 1.0);
    }

    #[test]
    fn a_salvo_is_artillery() {
        let salvo = Features { events: Some(8), gap_s: Reading::at(7.0, 0.2), ..charge(5.0) };
        assert_eq!(told(&salvo).likeliest().0, Cause::Artillery);
    }

    #[test]
    fn loud_things_that_are_no_explosion_do_not_become_one() {
        let quarry = Features {
            ground_m_s: Reading::at(420.0 * GROUND_M_S * libm::pow(1.4, GROUND_POWER), 0.8),
            period_s: Reading::at(0.19, 0.4),
            duration_s: Reading::at(1.6, 0.4),
            pattern: Some(Pattern { working: 6, other: 0 }),
            ..charge(1.4)
        };
        let thunder = Features {
            ground_m_s: Reading::below(1e-7, 0.8),
            period_s: Reading::at(0.02, 0.4),
            duration_s: Reading::at(14.0, 0.4),
            line_log: Some(9.0),
            lightning: Some(Lightning { seen: true, chance: 0.2 }),
            ..charge(0.05)
        };
        let launch = Features {
            ground_m_s: Reading::below(1e-6, 0.8),
            period_s: Reading::at(0.5, 0.4),
            duration_s: Reading::at(150.0, 0.4),
            line_log: Some(12.0),
            ..charge(200.0)
        };
        for (features, cause) in [
            (quarry, Some(Cause::QuarryBlast)),
            (thunder, Some(Cause::Thunder)),
            // So rare that odd thunder is likelier, unless the mission states a launch site.
            (launch, None),
        ] {
            let verdict = told(&features);
            let explosive: f64 = EXPLODES.iter().map(|one| verdict.causes[*one as usize]).sum();
            assert!(explosive < 0.05, "{cause:?}: {verdict:?}");
            assert_eq!(verdict.classes().likeliest(), Some(&Class::Other));
            assert!(cause.is_none_or(|cause| verdict.likeliest().0 == cause));
        }
    }
    const EXPLODES: [Cause; 4] =
        [Cause::Detonation, Cause::AirStrike, Cause::UavStrike, Cause::Artillery];

    fn reading() -> impl Strategy<Value = Option<Reading>> {
        proptest::option::of((-30.0..30.0, 0.0..3.0, any::<bool>()).prop_map(
            |(ln, sigma, below)| Reading {
                ln,
                sigma,
                bound: if below { Bound::Below } else { Bound::At },
            },
        ))
    }

    proptest! {
        #[test]
        fn chances_add_up_whatever_is_read(
            air_pa in reading(),
            ground_m_s in reading(),
            period_s in reading(),
            duration_s in reading(),
            gap_s in reading(),
            events in proptest::option::of(0_u32..500),
            line_log in proptest::option::of(-1e3..1e3),
        ) {
            let features = Features { air_pa, ground_m_s, period_s, duration_s, gap_s, events, line_log, ..Features::default() };
            let verdict = told(&features);
            prop_assert!((verdict.causes.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{verdict:?}");
            prop_assert!(verdict.causes.iter().all(|share| (0.0..=1.0).contains(share)));
            prop_assert!(verdict.size_kg.is_none_or(|[low, mid, high]| low <= mid && mid <= high));
        }

        #[test]
        fn lightning_never_speaks_against_thunder(kg in 0.01..500.0, chance in 0.0..0.9) {
            let with = |lightning| Features { lightning, ..charge(kg) };
            let thunder = |features: Features| told(&features).causes[Cause::Thunder as usize];
            let (seen, not) = (Lightning { seen: true, chance }, Lightning { seen: false, chance });
            let unknown = thunder(with(None));
            prop_assert!(thunder(with(Some(seen))) >= unknown - 1e-12);
            prop_assert!(thunder(with(Some(not))) <= unknown + 1e-12);
        }

        #[test]
        fn more_blasts_in_working_hours_make_a_quarry_likelier(working in 1_u32..30, other in 0_u32..4) {
            let quarry = |working| {
                let pattern = Some(Pattern { working, other });
                told(&Features { pattern, ..charge(20.0) }).causes[Cause::QuarryBlast as usize]
            };
            prop_assert!(quarry(working + 1) >= quarry(working) - 1e-12);
        }
    }
}
