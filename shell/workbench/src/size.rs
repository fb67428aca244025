//! The pressure of a blast in, the size of the explosion with its interval out.

mod series;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use signal::size::{Refraction, Setting, blast, size};

use crate::Error;

/// No measure that is asked for is larger.
const MEASURE_MAX: f64 = 1e12;

/// How the air bends sound between source and sensor.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Air {
    /// Not known.
    Unknown,
    /// Towards the ground: night, downwind.
    Downward,
    /// Away from the ground: sun on it, upwind.
    Upward,
}

/// How large an explosion was, by its pressure at a known distance.
#[derive(Args, Debug)]
pub struct Size {
    /// Pressure as CSV: time in seconds, pressure.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// From the explosion to the sensor, metres.
    #[arg(long)]
    pub range_m: f64,
    /// One standard deviation of it, metres.
    #[arg(long, default_value_t = 0.0)]
    pub range_error_m: f64,
    /// Pascals in a unit of the file's pressure (1000 when it is in kPa).
    #[arg(long, default_value_t = 1.0)]
    pub unit_pa: f64,
    /// Pressure of the air, pascals.
    #[arg(long, default_value_t = 101_325.0)]
    pub ambient_pa: f64,
    /// How the air bends sound.
    #[arg(long, value_enum, default_value = "unknown")]
    pub air: Air,
}

/// How large an explosion was.
///
/// # Errors
/// When the file cannot be read, or nothing in it stands out of the noise; lines that are no
/// numbers are counted on standard error and left out.
pub fn measure(words: &Size) -> Result<(), Error> {
    let above_zero = |value: f64| value > 0.0 && value <= MEASURE_MAX;
    let measures = [words.range_m, words.unit_pa, words.ambient_pa];
    let error_is_one = words.range_error_m.is_finite() && words.range_error_m >= 0.0;
    if !(error_is_one && measures.into_iter().all(above_zero)) {
        return Err(Error::new(
            "range, unit and ambient pressure must be above zero",
            "Give metres and pascals.",
        ));
    }
    let (values, rate_hz) = read(words)?;
    let seen = (rate_hz > 0.0).then(|| blast(&values, rate_hz)).flatten();
    let Some(seen) = seen else {
        return Err(Error::new(
            "nothing in the file stands out of the noise of its first quarter",
            "Cut the file so that the blast lies behind its first quarter, and check the sign.",
        ));
    };
    let refraction = match words.air {
        Air::Unknown => Refraction::Unknown,
        Air::Downward => Refraction::Downward,
        Air::Upward => Refraction::Upward,
    };
    let setting = Setting {
        range_error_m: words.range_error_m,
        ambient_pa: words.ambient_pa,
        refraction,
        ..Setting::at(words.range_m)
    };
    let size = size(&seen, &setting);
    let length = seen.positive_s.map_or("no clear pulse".to_owned(), |length| {
        format!("positive for {:.1} ms", length * 1e3)
    });
    println!(
        "{:.2} Pa give or take {:.2} at {:.3} s, {length}, impulse {:.4} Pa s\n\
         {:.3} kg TNT, 90 % within {:.3} and {:.3}; chance of a shadow {:.2}",
        seen.peak_pa,
        seen.noise_pa,
        seen.at as f64 / rate_hz,
        seen.impulse_pa_s,
        size.median_kg,
        size.from_kg,
        size.to_kg,
        size.shadow,
    );
    Ok(())
}

/// Pressures, Pa, and how many there are a second.
fn read(words: &Size) -> Result<(Vec<f64>, f64), Error> {
    let failed = |error: &std::io::Error| Error::file("read", &words.file, error);
    let file = std::fs::File::open(&words.file).map_err(|error| failed(&error))?;
    let series = series::read(file).map_err(|error| failed(&error))?;
    for (code, count) in &series.problems {
        eprintln!("{code}: {count} in {}", words.file.display());
    }
    if series.values.len() < 2 {
        return Err(Error::new(
            format!("{} holds no two lines of two numbers", words.file.display()),
            "Give CSV in UTF-8: seconds, pressure.",
        ));
    }
    let values = series.values.iter().map(|value| value * words.unit_pa).collect();
    Ok((values, 1.0 / series.step_s))
}
