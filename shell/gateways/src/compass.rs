//! The sixteen points of the compass, and the sectors that lists of them make.

use crate::reading::{Fault, shown};

const POINTS: [&str; 16] = [
    "n", "nne", "ne", "ene", "e", "ese", "se", "sse", "s", "ssw", "sw", "wsw", "w", "wnw", "nw",
    "nnw",
];
/// Degrees from one point to the next.
const STEP_DEG: f32 = 22.5;
/// Points that lie at most so many steps apart belong to one sector ("north-north-west and
/// north-north-east" leaves out north only by chance).
const STEPS_JOINED: usize = 2;

/// A range of directions.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Directions {
    /// The middle, degrees clockwise from north.
    pub azimuth_deg: f32,
    /// Half the width, degrees; 180 for all round.
    pub half_width_deg: f32,
}

impl Directions {
    /// All round.
    pub const ANY: Self = Self { azimuth_deg: 0.0, half_width_deg: 180.0 };
}

/// Reads one or several points (`NNE`, `north-north-east`), parted by `|`, `,`, `;`, `/` or `and`,
/// as sectors: neighbours are one sector, points apart are several. Nothing stated is all round.
///
/// # Errors
/// `direction-unreadable` for a word that is none of the sixteen points.
pub fn sectors(words: &str) -> Result<Vec<Directions>, Fault> {
    let words = words.to_ascii_lowercase().replace(" and ", "|");
    let mut stated = [false; 16];
    for word in words.split(['|', ',', ';', '/']).map(str::trim).filter(|word| !word.is_empty()) {
        let point = point(word).ok_or_else(|| {
            let reason = format!("`{}` is none of the 16 compass points", shown(word.as_bytes()));
            Fault::new("direction-unreadable", reason)
        })?;
        stated[point] = true;
    }
    Ok(joined(&stated))
}

fn point(word: &str) -> Option<usize> {
    let short: String = word
        .split(['-', ' '])
        .map(|part| match part {
            "north" => "n",
            "northeast" => "ne",
            "northwest" => "nw",
            "east" => "e",
            "south" => "s",
            "southeast" => "se",
            "southwest" => "sw",
            "west" => "w",
            other => other,
        })
        .collect();
    POINTS.iter().position(|known| *known == short)
}

/// Whether a point is stated among the `STEPS_JOINED` before `point`.
fn follows(stated: &[bool; 16], point: usize) -> bool {
    (1..=STEPS_JOINED).any(|back| stated[(point + 16 - back) % 16])
}

fn joined(stated: &[bool; 16]) -> Vec<Directions> {
    let starts: Vec<usize> =
        (0..16).filter(|&point| stated[point] && !follows(stated, point)).collect();
    if starts.is_empty() {
        return vec![Directions::ANY];
    }
    let sector = |&start: &usize| {
        let mut end = start;
        while let Some(step) = (1..=STEPS_JOINED).find(|step| stated[(end + step) % 16]) {
            end += step;
        }
        Directions {
            azimuth_deg: ((start + end) as f32 / 2.0 * STEP_DEG) % 360.0,
            half_width_deg: (end - start + 1) as f32 / 2.0 * STEP_DEG,
        }
    };
    starts.iter().map(sector).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Vec<(f32, f32)> {
        let sectors = sectors(words).unwrap();
        sectors.iter().map(|sector| (sector.azimuth_deg, sector.half_width_deg)).collect()
    }

    #[test]
    fn neighbours_are_one_sector() {
        assert_eq!(read("north-north-east, north-east and north-north-west"), [(11.25, 45.0)]);
        assert_eq!(read("NNE"), [(22.5, 11.25)]);
        assert_eq!(read("N|S"), [(0.0, 11.25), (180.0, 11.25)]);
        assert_eq!(read(""), [(0.0, 180.0)]);
        assert_eq!(read("n/ne/e/se/s/sw/w/nw"), [(0.0, 180.0)]);
        assert!(sectors("upward").is_err());
    }
}
