//! The pressure of a blast in, the size of the explosion with its interval out.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use signal::size::{Refraction, Setting, blast, size};

use crate::Error;

/// Most lines read of a file.
const LINES_MAX: usize = 10_000_000;
/// Longest line read, bytes; a longer one is no two numbers.
const LINE_MAX: u64 = 65_536;

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
    let above_zero = |value: f64| value.is_finite() && value > 0.0;
    let measures = [words.range_m, words.unit_pa, words.ambient_pa];
    let error_is_one = words.range_error_m.is_finite() && words.range_error_m >= 0.0;
    if !(error_is_one && measures.into_iter().all(above_zero)) {
        return Err(Error::new(
            "range, unit and ambient pressure must be above zero",
            "Give metres and pascals.",
        ));
    }
    let (times, values) = read(words)?;
    let span_s = times.last().unwrap_or(&0.0) - times.first().unwrap_or(&0.0);
    let rate_hz = (times.len().max(2) - 1) as f64 / span_s;
    let seen = (span_s > 0.0).then(|| blast(&values, rate_hz)).flatten();
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

fn read(words: &Size) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let failed = |error: &std::io::Error| Error::file("read", &words.file, error);
    let file = std::fs::File::open(&words.file).map_err(|error| failed(&error))?;
    let (mut times, mut values, mut bad) = (Vec::new(), Vec::new(), 0);
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    for number in 0..LINES_MAX {
        line.clear();
        let count = reader.by_ref().take(LINE_MAX).read_until(b'\n', &mut line);
        if count.map_err(|error| failed(&error))? == 0 {
            break;
        }
        if line.len() as u64 == LINE_MAX && !line.ends_with(b"\n") {
            reader.skip_until(b'\n').map_err(|error| failed(&error))?;
            line.clear();
        }
        let text = String::from_utf8_lossy(&line);
        let mut fields = text.split(',').map(|field| field.trim().parse::<f64>().ok());
        match (fields.next().flatten(), fields.next().flatten()) {
            (Some(time), Some(value)) if time.is_finite() && value.is_finite() => {
                times.push(time);
                values.push(value * words.unit_pa);
            }
            _ if number == 0 => {}
            _ => bad += 1,
        }
    }
    if bad > 0 {
        eprintln!("{}: {bad} lines are no two numbers; left out", words.file.display());
    }
    Ok((times, values))
}
