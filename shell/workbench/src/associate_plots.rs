//! What came of an association as drawings: a map with ellipses, all residuals, and each origin's.

use std::path::Path;

use arrivals::{Arrival, Bulletin, Medium, Network, Origin, Phase};

use crate::Error;
use crate::plot::map::{self, Spot};
use crate::plot::residuals::{self, Point};

/// Origins drawn one by one, those of the largest odds.
const ALONE_MAX: usize = 100;
/// Points in the drawing of all residuals; of more, every so many-th.
const POINTS_MAX: usize = 20_000;

/// What an association was made of.
pub struct Scene<'a, M> {
    /// The medium.
    pub medium: &'a M,
    /// The stations.
    pub network: &'a Network,
    /// Their names.
    pub names: &'a [String],
    /// The arrivals.
    pub arrivals: &'a [Arrival],
}

impl<M> Scene<'_, M> {
    /// Writes `map.svg`, `residuals.svg` and `origin-<event_id>.svg` of up to a hundred origins.
    pub fn draw<const N: usize>(&self, folder: &Path, told: &Bulletin<N>) -> Result<(), Error>
    where
        M: Medium<N>,
    {
        std::fs::create_dir_all(folder).map_err(|error| Error::file("make", folder, &error))?;
        let write = |name: &str, drawing: String| {
            let path = folder.join(name);
            std::fs::write(&path, drawing).map_err(|error| Error::file("write", &path, &error))
        };
        let stations: Vec<[f64; 2]> =
            self.network.stations().iter().map(|at| [at.x_km, at.y_km]).collect();
        let spots: Vec<Spot> = told.origins.iter().map(spot).collect();
        write("map.svg", map::draw("Origins and stations", &stations, &spots))?;
        let points: Vec<Vec<Point>> =
            told.origins.iter().map(|origin| self.points(origin, told)).collect();
        let total: usize = points.iter().map(Vec::len).sum();
        let thin = total.div_ceil(POINTS_MAX).max(1);
        let some: Vec<Point> = points.iter().flatten().step_by(thin).cloned().collect();
        write("residuals.svg", residuals::draw("Residuals of all origins", &some))?;
        let mut order: Vec<usize> = (0..told.origins.len()).collect();
        order.sort_by(|&one, &other| {
            told.origins[other].log_odds.total_cmp(&told.origins[one].log_odds)
        });
        for id in order.into_iter().take(ALONE_MAX) {
            let log_odds = told.origins[id].log_odds;
            let title = format!("Residuals of origin {id}, log odds {log_odds:.1}");
            write(&format!("origin-{id}.svg"), residuals::draw(&title, &points[id]))?;
        }
        Ok(())
    }

    fn points<const N: usize>(&self, origin: &Origin<N>, told: &Bulletin<N>) -> Vec<Point>
    where
        M: Medium<N>,
    {
        let arrivals = origin.arrivals.iter().filter_map(|&at| self.arrivals.get(at as usize));
        arrivals.filter_map(|arrival| self.point(arrival, origin, told)).collect()
    }

    /// An arrival against an origin; one that nobody named is of the wave that fits best.
    fn point<const N: usize>(
        &self,
        arrival: &Arrival,
        origin: &Origin<N>,
        told: &Bulletin<N>,
    ) -> Option<Point>
    where
        M: Medium<N>,
    {
        let number = arrival.station as usize;
        let station = self.network.stations().get(number)?;
        let phases = self.medium.phases().iter().enumerate();
        let fitting =
            phases.filter(|(_, phase)| arrival.phase == Phase::Unknown || **phase == arrival.phase);
        let held = fitting.map(|(place, phase)| {
            let travel_s = self.medium.ray(&origin.state, station, place).travel_s;
            let residual_s = told.model.residual(arrival.time_s, number, &origin.state, travel_s);
            let own_s = f64::from(arrival.error_s);
            let variance = told.model.variance(place, number, travel_s) + own_s * own_s;
            let sigma_s = variance.max(1e-8).sqrt();
            (*phase, residual_s, sigma_s)
        });
        let best = held.filter(|(_, residual_s, _)| residual_s.is_finite());
        let (phase, residual_s, sigma_s) =
            best.min_by(|one, other| one.1.abs().total_cmp(&other.1.abs()))?;
        Some(Point {
            distance_km: self.medium.hearing_km(&origin.state, station),
            residual_s,
            sigma_s,
            letter: match phase {
                Phase::S | Phase::Lg => "S",
                Phase::Acoustic | Phase::Infrasound => "A",
                _ => "P",
            },
            station: self.names.get(number)?.clone(),
        })
    }
}

fn spot<const N: usize>(origin: &Origin<N>) -> Spot {
    let (state, covariance) = (&origin.state, &origin.covariance);
    Spot {
        at: [state[1], state[2]],
        covariance: [covariance[1][1], covariance[1][2], covariance[2][2]],
    }
}
