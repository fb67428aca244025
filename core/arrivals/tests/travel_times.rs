//! The travel-time table against the published one (Kennett et al. 1995).

use arrivals::ground::earth::Wave;
use arrivals::ground::table::Table;

#[test]
fn dump() {
    let (p, s) = (Table::new(Wave::P), Table::new(Wave::S));
    for depth in [0.0, 2.5, 7.0, 12.0, 18.0, 28.0, 33.0, 35.0, 40.0, 47.0, 50.0] {
        let mut d = 0.0;
        while d < 98.0 {
            let f = |t: &Table| t.first(d, depth).map_or(-1.0, |t| t.time_s);
            println!("{depth} {d} {} {}", f(&p), f(&s));
            d += if d < 3.0 {
                0.07
            } else if d < 30.0 {
                0.33
            } else {
                1.7
            };
        }
    }
}
