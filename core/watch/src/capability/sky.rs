//! Cloud and wind, as shares and speeds over discs of ground and intervals of time.

use kernel::{Interval, Place, Time};

use super::day::CLOUD_SHARE_UNKNOWN;

/// The weather as far as somebody has said.
#[derive(Clone, PartialEq, Debug)]
pub struct Weather {
    /// Share of the sky overcast where no cell of weather says.
    pub cloud: f64,
    /// Wind where no cell says, m/s: 0 where noise was measured with the wind in it.
    pub wind_m_s: f64,
    /// Where and when somebody has said.
    pub cells: Vec<WeatherCell>,
}

/// Weather over a disc for a while. Where several overlap, the worst holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WeatherCell {
    /// Centre and radius in metres; everywhere when absent.
    pub within: Option<(Place, f64)>,
    /// From when to when.
    pub when: Interval,
    /// Share of the sky overcast.
    pub cloud: Option<f64>,
    /// Wind, m/s.
    pub wind_m_s: Option<f64>,
}

impl Default for Weather {
    fn default() -> Self {
        Self { cloud: CLOUD_SHARE_UNKNOWN, wind_m_s: 0.0, cells: vec![] }
    }
}

impl Weather {
    /// Which cells of weather lie over a place, by index: places with the same cells have the
    /// same weather at all times.
    #[must_use]
    pub fn over(&self, place: Place) -> Vec<u32> {
        let over = |cell: &WeatherCell| {
            cell.within.is_none_or(|(middle, radius_m)| {
                // One degree of latitude is 111 km everywhere: a cheap first look.
                (middle.lat - place.lat).abs() * 111_000.0 <= radius_m
                    && middle.distance_m(place) <= radius_m
            })
        };
        let cells = self.cells.iter().enumerate();
        cells.filter(|(_, cell)| over(cell)).map(|(at, _)| at as u32).collect()
    }

    /// The cloud at a moment under these cells.
    #[must_use]
    pub fn cloud(&self, over: &[u32], moment: Time) -> f64 {
        self.worst(over, Interval::at(moment), |cell| cell.cloud).unwrap_or(self.cloud)
    }

    /// The strongest wind over an interval under these cells, m/s.
    #[must_use]
    pub fn wind_m_s(&self, over: &[u32], when: Interval) -> f64 {
        self.worst(over, when, |cell| cell.wind_m_s).unwrap_or(self.wind_m_s)
    }

    fn worst(
        &self,
        over: &[u32],
        when: Interval,
        read: impl Fn(&WeatherCell) -> Option<f64>,
    ) -> Option<f64> {
        let cells = over.iter().filter_map(|at| self.cells.get(*at as usize));
        cells.filter(|cell| cell.when.overlaps(when)).filter_map(read).reduce(f64::max)
    }
}
