//! Where an infrasound source was and when, from the bearings and times of arrays far apart.
//!
//! Every detection says a direction, whose error is the array's and the atmosphere's together, and a
//! time, which for a path of known length says when the source spoke, through a broad mixture of
//! speeds (tropospheric, stratospheric and thermospheric paths). Place and origin time have the
//! product of both as their density (Modrak, Arrowsmith & Anderson 2010; Marcillo et al. 2013; Blom
//! et al. 2018). The time is integrated exactly, the place on a grid that refines itself where the
//! density is. Which detections belong together is judged by the same density against chance.
//! Method, priors and what was turned down: `docs/design/0034-infrasound.md`.

pub mod associate;
mod cells;
mod density;
pub mod globe;
mod links;
pub mod origin;
mod origin_time;
pub mod propagation;

pub use associate::{Rates, Shared, associate};
pub use origin::{Origin, Region, locate, locate_all};
pub use propagation::Propagation;

/// A wave as an array far away heard it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Heard {
    /// Which array: detections of one array never belong to one source twice.
    pub array: u32,
    /// Where it stands, degrees north.
    pub lat_deg: f64,
    /// Degrees east.
    pub lon_deg: f64,
    /// When, seconds from any common moment; none when only the bearing is of use.
    pub time_s: Option<f64>,
    /// Where the wave came from, degrees clockwise from north.
    pub back_azimuth_deg: f64,
    /// One standard deviation of it by the array alone, degrees.
    pub error_deg: f64,
}

/// The error of a back azimuth that states none, degrees: its density is taken to be von Mises
/// with `2 (elements - 1) F`, as Blom et al. 2018 do, and no narrower or wider than they let it be
/// (they then widen it by 4 degrees for the atmosphere; here [`Propagation`] does).
#[must_use]
pub fn array_error_deg(f_statistic: f64, elements: f64) -> f64 {
    let concentration = 2.0 * (elements - 1.0).max(1.0) * f_statistic.max(0.0);
    (1.0 / concentration.sqrt()).to_degrees().clamp(0.1, 10.0)
}
