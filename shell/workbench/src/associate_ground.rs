//! Arrivals through the ground: a uniform crust in a flat frame, or the layered globe.

use arrivals::ground::crust::Crust;
use arrivals::ground::frame::Frame;
use arrivals::ground::globe::{FRAME_REACH_KM, Globe};
use arrivals::{Arrival, Network, Origin, Phase, Settings, Station};

use crate::Error;
use crate::associate::{Run, Told};
use crate::associate_known::Known;
use crate::associate_read::{FAR_KM, Problems, Stations};

/// A crust of known speeds: `vp`, `vs` (km/s) and the bounds `x`, `y`, `z` (km) of the sources.
pub fn crust(
    known: &Known,
    run: Run<'_>,
    settings: &Settings,
    mut problems: Problems,
) -> Result<(), Error> {
    let degrees = run.stations.degrees;
    let frame = framed(run.stations).0;
    let (crust, stations) = crust_of(known, run.stations, &mut problems)?;
    let network = Network::new(stations, crust.reach_km()).stating(run.stations.errors.clone());
    let bulletin = arrivals::associate(&crust, &network, &run.onsets.arrivals, settings);
    run.draw(&crust, &network, &run.onsets.arrivals, &bulletin)?;
    if degrees {
        return run.write(&bulletin, problems, &["lon", "lat"], |origin| {
            on_globe(&frame, origin, origin.state[3])
        });
    }
    run.write(&bulletin, problems, &["x_km", "y_km"], |origin| {
        let (s, c) = (&origin.state, &origin.covariance);
        Told { place: [s[1], s[2], s[3]], covariance: [c[1][1], c[1][2], c[2][2]] }
    })
}

/// The crust that is known, and the stations in its frame.
pub(crate) fn crust_of(
    known: &Known,
    listed: &Stations,
    problems: &mut Problems,
) -> Result<(Crust, Vec<Station>), Error> {
    let degrees = listed.degrees;
    let stations = if degrees { framed(listed).1 } else { listed.flat() };
    // Bounds in kilometres say nothing of degrees.
    let mut bounds_km = |name: &str| match degrees {
        true => None,
        false => known.bounds_km(name, FAR_KM, problems),
    };
    let x = bounds_km("x").unwrap_or_else(|| around(&stations, |station| station.x_km));
    let y = bounds_km("y").unwrap_or_else(|| around(&stations, |station| station.y_km));
    let z = known.bounds_km("z", CORE_KM, problems).unwrap_or([0.0, DEPTH_MAX_KM]);
    let crust = Crust::new([known.speed("vp")?, known.speed("vs")?], [x, y, z], &stations);
    Ok((crust, stations))
}

/// Depths when none are known.
const DEPTH_MAX_KM: f64 = 30.0;
/// Nothing breaks deeper than this, km.
const CORE_KM: f64 = 1_000.0;

/// The globe, by the name of its model; stations are in degrees.
///
/// Automatic pickers call nearly everything P, so a label says nothing here: every onset may be
/// first P or S, or a wave guided by the crust.
pub fn globe(
    model: &str,
    run: Run<'_>,
    settings: &Settings,
    problems: Problems,
) -> Result<(), Error> {
    if model != "ak135" {
        return Err(Error::new(
            format!("there is no earth model called {model:?} here"),
            "Give \"ak135\", or vp and vs with stations in kilometres.",
        ));
    }
    if !run.stations.degrees {
        return Err(Error::new(
            "an earth model needs stations in degrees",
            "Give the stations as `station,lon,lat,elev_m`.",
        ));
    }
    let (frame, stations) = framed(run.stations);
    let unnamed = |arrival: &Arrival| Arrival { phase: Phase::Unknown, ..*arrival };
    let onsets: Vec<Arrival> = run.onsets.arrivals.iter().map(unnamed).collect();
    let globe = Globe::default();
    let network = Network::new(stations, FRAME_REACH_KM).stating(run.stations.errors.clone());
    let bulletin = arrivals::associate(&globe, &network, &onsets, settings);
    run.draw(&globe, &network, &onsets, &bulletin)?;
    run.write(&bulletin, problems, &["lon", "lat"], |origin| {
        on_globe(&frame, origin, origin.state[3])
    })
}

pub(crate) fn framed(stations: &Stations) -> (Frame, Vec<Station>) {
    let frame = Frame::around(stations.places.iter().map(|place| (place[0], place[1])));
    let placed = |&[lon, lat, z_km]: &[f64; 3]| {
        let (x_km, y_km) = frame.project(lon, lat);
        Station { x_km, y_km, z_km }
    };
    (frame, stations.places.iter().map(placed).collect())
}

/// Degrees, with the covariance turned to true east and north and brought to scale.
pub(crate) fn on_globe<const N: usize>(frame: &Frame, origin: &Origin<N>, z_km: f64) -> Told {
    let (s, c) = (&origin.state, &origin.covariance);
    let spot = frame.spot(s[1], s[2]);
    let (sin, cos) = (libm::sin(spot.turn_rad), libm::cos(spot.turn_rad));
    let scale = spot.scale * spot.scale;
    let (xx, xy, yy) = (c[1][1] * scale, c[1][2] * scale, c[2][2] * scale);
    Told {
        place: [spot.lon_deg, spot.lat_deg, z_km],
        covariance: [
            cos * cos * xx + 2.0 * cos * sin * xy + sin * sin * yy,
            (cos * cos - sin * sin) * xy + cos * sin * (yy - xx),
            sin * sin * xx - 2.0 * cos * sin * xy + cos * cos * yy,
        ],
    }
}

/// As far around the stations as they reach apart, when no bounds are known.
fn around(stations: &[Station], value: impl Fn(&Station) -> f64) -> [f64; 2] {
    let finite = || stations.iter().map(&value).filter(|value| value.is_finite());
    let (low, high) =
        (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    if low > high {
        return [-1.0, 1.0];
    }
    let margin = 0.25 * (high - low) + 1.0;
    [low - margin, high + margin]
}
