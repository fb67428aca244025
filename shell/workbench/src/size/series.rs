//! Pressure in time from a table of two columns, laid on even steps.

use std::io::{BufRead, BufReader, Read};

/// Most lines read of a file.
pub const LINES_MAX: usize = 10_000_000;
/// Longest line read, bytes; a longer one is no two numbers.
const LINE_MAX: u64 = 65_536;
/// No pressure of a blast, and no moment in seconds, is larger; what is comes of damage.
const VALUE_MAX: f64 = 1e12;
/// Missing samples over which a line is drawn; what lies behind a longer gap is another record.
const DRAWN_MAX: usize = 10;

/// Samples at even steps.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Series {
    /// Pressures as the file has them.
    pub values: Vec<f64>,
    /// From one to the next, seconds; 0 where there are too few.
    pub step_s: f64,
    /// What was wrong, by code: how often.
    pub problems: Vec<(&'static str, usize)>,
}

/// Reads it; lines that cannot be used are counted.
pub fn read(input: impl Read) -> std::io::Result<Series> {
    let mut series = Series::default();
    let (mut samples, unread) = lines(input)?;
    series.note("line-not-read", unread);
    let backwards = samples.windows(2).filter(|pair| pair[1].0 < pair[0].0).count();
    series.note("time-not-in-order", backwards);
    samples.sort_by(|one, other| one.0.total_cmp(&other.0));
    let before = samples.len();
    samples.dedup_by(|next, one| next.0 == one.0);
    series.note("time-repeated", before - samples.len());
    let mut steps: Vec<f64> = samples.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    if steps.is_empty() {
        return Ok(series);
    }
    let middle = steps.len() / 2;
    series.step_s = *steps.select_nth_unstable_by(middle, f64::total_cmp).1;
    let longest_s = (DRAWN_MAX as f64 + 1.5) * series.step_s;
    let stretches = samples.chunk_by(|one, next| next.0 - one.0 < longest_s);
    let stretch = stretches.max_by_key(|stretch| stretch.len()).unwrap_or_default();
    series.note("gap", samples.len() - stretch.len());
    series.lay(stretch);
    Ok(series)
}

impl Series {
    fn note(&mut self, code: &'static str, count: usize) {
        if count > 0 {
            self.problems.push((code, count));
        }
    }

    /// Lays samples on even steps, a line across those that are missing.
    fn lay(&mut self, stretch: &[(f64, f64)]) {
        let Some(&(start_s, first)) = stretch.first() else { return };
        let mut drawn = 0;
        self.values.push(first);
        for pair in stretch.windows(2) {
            let at = ((pair[1].0 - start_s) / self.step_s).round() as usize;
            let missing = (at + 1).saturating_sub(self.values.len() + 1);
            let rise = (pair[1].1 - pair[0].1) / (missing + 1) as f64;
            for step in 1..=missing.min(DRAWN_MAX) {
                self.values.push(pair[0].1 + rise * step as f64);
                drawn += 1;
            }
            self.values.push(pair[1].1);
        }
        self.note("samples-drawn", drawn);
    }
}

/// Times and pressures line by line, and how many lines are none; a first line of words is a header.
fn lines(input: impl Read) -> std::io::Result<(Vec<(f64, f64)>, usize)> {
    let (mut samples, mut unread) = (Vec::new(), 0);
    let mut reader = BufReader::with_capacity(1 << 18, input);
    let mut line = Vec::new();
    for number in 0..LINES_MAX {
        line.clear();
        if reader.by_ref().take(LINE_MAX).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.len() as u64 == LINE_MAX && !line.ends_with(b"\n") {
            reader.skip_until(b'\n')?;
            line.clear();
        }
        match pair(line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line)) {
            Some(pair) => samples.push(pair),
            None => unread += usize::from(number > 0 && !line.trim_ascii().is_empty()),
        }
    }
    Ok((samples, unread))
}

/// Two numbers between commas, semicolons, tabs or blanks, with or without quotes.
fn pair(line: &[u8]) -> Option<(f64, f64)> {
    let text = std::str::from_utf8(line).ok()?;
    let fields = text.split([',', ';', '\t', ' ']).map(|field| field.trim().trim_matches('"'));
    let mut numbers = fields.filter(|field| !field.is_empty()).map(str::parse::<f64>);
    let (time, value) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    let sound = |number: f64| number.abs() <= VALUE_MAX;
    (sound(time) && sound(value)).then_some((time, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(at: usize) -> f64 {
        if at < 60 { 0.1 * (at % 3) as f64 } else { 100.0 - at as f64 }
    }

    fn text(order: impl Iterator<Item = usize>) -> String {
        order.map(|at| format!("{:.2},{}\n", at as f64 * 0.01, wave(at))).collect()
    }

    #[test]
    fn whatever_wrote_it_the_same_is_read() {
        let plain = text(0..100);
        let whole = read(plain.as_bytes()).unwrap();
        assert_eq!((whole.values.len(), whole.problems.len()), (100, 0));
        assert!((whole.step_s - 0.01).abs() < 1e-9);
        let marked = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
        for other in
            [marked, plain.replace(',', ";"), plain.replace(',', "\t"), format!("t,p\n{plain}")]
        {
            assert_eq!(read(other.as_bytes()).unwrap(), whole);
        }
        let back = read(text((0..100).rev()).as_bytes()).unwrap();
        assert_eq!((back.values, back.problems), (whole.values, vec![("time-not-in-order", 99)]));
    }

    #[test]
    fn damage_is_named_and_moves_nothing() {
        let whole = read(text(0..100).as_bytes()).unwrap();
        let damaged = text((0..100).filter(|at| *at != 30)).replace("0.20,", "nan,")
            + "1e300,5\n0.99,7\n86400,1\n86400.01,1\n";
        let series = read(damaged.as_bytes()).unwrap();
        assert_eq!(series.values.len(), 100);
        assert_eq!(series.values[60..], whole.values[60..]);
        let problems =
            [("line-not-read", 2), ("time-repeated", 1), ("gap", 2), ("samples-drawn", 2)];
        assert_eq!(series.problems, problems);
        assert_eq!(read(&b""[..]).unwrap(), Series::default());
        assert_eq!(read("x".repeat(200_000).as_bytes()).unwrap().values.len(), 0);
    }
}
