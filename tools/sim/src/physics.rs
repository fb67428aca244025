//! How sound and tremors travel: spreading, absorption, speed, what the ground takes up.
//!
//! The laws are chosen from other sources than those of `watch::classify_assumptions`, so that a
//! classifier judged on this world is not judged on its own assumptions.

use libm::{exp, log, pow, sqrt};

/// Absorption of sound in air, decibels a metre (ISO 9613-1:1993, equations 3 to 5, at one
/// atmosphere).
#[must_use]
pub fn absorption_db_m(frequency_hz: f64, temperature_k: f64, humidity_percent: f64) -> f64 {
    let warm = temperature_k / 293.15;
    let saturation = pow(10.0, -6.8346 * pow(273.16 / temperature_k, 1.261) + 4.6151);
    let vapour = humidity_percent * saturation;
    let oxygen_hz = 24.0 + 4.04e4 * vapour * (0.02 + vapour) / (0.391 + vapour);
    let nitrogen_hz =
        (9.0 + 280.0 * vapour * exp(-4.170 * (pow(warm, -1.0 / 3.0) - 1.0))) / sqrt(warm);
    let squared = frequency_hz * frequency_hz;
    let oxygen = 0.01275 * exp(-2239.1 / temperature_k) / (oxygen_hz + squared / oxygen_hz);
    let nitrogen = 0.1068 * exp(-3352.0 / temperature_k) / (nitrogen_hz + squared / nitrogen_hz);
    8.686 * squared * (1.84e-11 * sqrt(warm) + pow(warm, -2.5) * (oxygen + nitrogen))
}

/// Speed of sound in still air, m/s.
#[must_use]
pub fn sound_m_s(temperature_k: f64) -> f64 {
    20.047 * sqrt(temperature_k)
}

/// Peak overpressure of a charge on the ground, pascal (Sadovsky 1952; holds to the far field as
/// an acoustic wave).
#[must_use]
pub fn blast_pa(charge_kg: f64, range_m: f64) -> f64 {
    let scaled = pow(charge_kg, 1.0 / 3.0) / range_m.max(1.0);
    1_000.0 * (85.0 * scaled + 300.0 * scaled * scaled + 800.0 * scaled * scaled * scaled)
}

/// Dominant period of its wave, seconds: three positive phases, which lengthen as a weak shock
/// does (Landau 1945: with the root of the logarithm of the distance).
#[must_use]
pub fn blast_period_s(charge_kg: f64, range_m: f64) -> f64 {
    let cube = pow(charge_kg, 1.0 / 3.0);
    let far = log((range_m / cube / 100.0).max(1.0));
    0.027 * cube * sqrt(1.0 + 0.25 * far)
}

/// Peak ground velocity of a charge, m/s: `coupling` is 1 on the ground, some 12 when confined in
/// rock, 0.1 and less in the air. Body waves fall off a little faster than the distance and are
/// absorbed at `quality`.
#[must_use]
pub fn tremor_m_s(
    charge_kg: f64,
    coupling: f64,
    range_m: f64,
    frequency_hz: f64,
    quality: f64,
) -> f64 {
    const SPEED_M_S: f64 = 4_500.0;
    let absorbed = exp(-std::f64::consts::PI * frequency_hz * range_m / (quality * SPEED_M_S));
    1.5e-6 * coupling * pow(charge_kg, 0.75) * pow(range_m.max(100.0) / 1_000.0, -1.4) * absorbed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absorption_agrees_with_the_standards_table() {
        // ISO 9613-1 table 1: 20 °C, 70 %: 1 kHz 4.98 dB/km; 8 kHz 76.6 dB/km; 10 °C, 70 %, 250 Hz 1.04.
        let cases = [(1_000.0, 293.15, 4.98), (8_000.0, 293.15, 76.6), (250.0, 283.15, 1.04)];
        for (frequency, temperature, table) in cases {
            let ours = absorption_db_m(frequency, temperature, 70.0) * 1_000.0;
            assert!((ours / table - 1.0).abs() < 0.05, "{frequency} Hz: {ours} against {table}");
        }
    }

    #[test]
    fn farther_is_quieter_and_larger_is_louder_and_longer() {
        assert!(blast_pa(5.0, 2_000.0) < blast_pa(5.0, 1_000.0));
        assert!(blast_pa(50.0, 2_000.0) > blast_pa(5.0, 2_000.0));
        assert!(blast_period_s(50.0, 2_000.0) > blast_period_s(5.0, 2_000.0));
        assert!(tremor_m_s(50.0, 1.0, 9e3, 4.0, 200.0) < tremor_m_s(50.0, 12.0, 9e3, 4.0, 200.0));
    }
}
