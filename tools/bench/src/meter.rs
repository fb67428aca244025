//! What a piece of work costs: time by the clock, time on the processor, memory at its peak.

use std::time::Instant;

/// Kernel ticks a second in `/proc` (USER_HZ; 100 on every Linux that Debian ships).
const TICKS_A_SECOND: f64 = 100.0;

/// What a piece of work cost.
#[derive(Clone, Copy, Default, Debug, serde::Serialize, serde::Deserialize)]
pub struct Cost {
    /// By the clock, seconds.
    pub wall_s: f64,
    /// On the processor, user and system together, seconds.
    pub cpu_s: f64,
}

/// A running measurement.
pub struct Meter {
    started: Instant,
    cpu_s: f64,
}

impl Meter {
    /// Begins to measure.
    pub fn start() -> Self {
        Self { cpu_s: cpu_s("self", false), started: Instant::now() }
    }
    /// The cost so far.
    pub fn cost(&self) -> Cost {
        Cost {
            wall_s: self.started.elapsed().as_secs_f64(),
            cpu_s: cpu_s("self", false) - self.cpu_s,
        }
    }
}

/// Processor time of this process, or of the children it has waited for, seconds (proc(5), `stat`,
/// fields 14 to 17).
pub fn cpu_s(process: &str, of_children: bool) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let first = if of_children { 13 } else { 11 };
    let ticks = fields.iter().skip(first).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS_A_SECOND
}

/// The most memory this process has ever held, megabytes (10^6 bytes; proc(5), `status`, VmHWM).
pub fn peak_mb() -> f64 {
    peak_mb_of("self")
}

/// The same of another process; 0 when it is gone.
pub fn peak_mb_of(process: &str) -> f64 {
    status(process, "VmHWM:")
}

/// The memory this process holds now, megabytes.
pub fn resident_mb() -> f64 {
    status("self", "VmRSS:")
}

fn status(process: &str, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    let kib = line.split_whitespace().nth(1).and_then(|word| word.parse::<f64>().ok());
    kib.unwrap_or(0.0) * 1024.0 / 1e6
}
