//! How fast a reader reads: `cargo run --release --package servanda-gateways --example gateways_speed [FILE [LINES]]`.

use std::time::Instant;

use gateways::split::Parts;
use gateways::{Format, ReadContext};
use kernel::{SourceId, Time};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name a file")?;
    let lines: usize = arguments.next().map_or(Ok(1_000_000), |word| word.parse())?;
    let file = std::fs::read(path)?;
    let format = Format::detect(&file).map_err(|fault| fault.reason)?;
    let header_end = memchr::memchr(b'\n', &file).ok_or("no header")? + 1;
    let (header, rows) = file.split_at(header_end);
    let row_count = memchr::memchr_iter(b'\n', rows).count().max(1);
    let bytes = [header, &rows.repeat(lines.div_ceil(row_count))].concat();
    let context = ReadContext::whole(SourceId::from("speed"), Time::MAX);
    for _ in 0..5 {
        let start = Instant::now();
        let reading = format.read(&bytes, &context);
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{format}: {} lines, {} observations, {} problems in {seconds:.3} s: {:.2} million lines/s",
            reading.lines,
            reading.observations.len(),
            reading.problems.len(),
            reading.lines as f64 / seconds / 1e6
        );
    }
    let start = Instant::now();
    let parts = Parts::open(&bytes[..], None)?.collect::<Result<Vec<_>, _>>()?;
    let seconds = start.elapsed().as_secs_f64();
    println!("split into {} parts: {:.0} MB/s", parts.len(), bytes.len() as f64 / seconds / 1e6);
    Ok(())
}
