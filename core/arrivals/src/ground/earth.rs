//! The ak135 earth: wave speed against depth, from the surface to the core.
//!
//! Kennett, B. L. N., Engdahl, E. R. and Buland, R. (1995), "Constraints on seismic velocities in the Earth
//! from traveltimes", Geophys. J. Int. 122, 108-124, table 3. Between knots the speed follows `v = a r^b`
//! (Bullen 1963, section 7.3), which gives ray integrals in closed form.

/// Mean radius of the Earth.
pub const EARTH_RADIUS_KM: f64 = 6371.0;

/// Where the mantle begins in this model.
pub const MOHO_KM: f64 = 35.0;

/// One knot: depth (km), then P and S speed (km/s) below it. A repeated depth is a discontinuity.
type Knot = (f64, f64, f64);

#[rustfmt::skip]
const AK135: [Knot; 66] = [
    (0.0, 5.8, 3.46), (20.0, 5.8, 3.46),
    (20.0, 6.5, 3.85), (35.0, 6.5, 3.85),
    (35.0, 8.04, 4.48), (77.5, 8.045, 4.49), (120.0, 8.05, 4.5), (165.0, 8.175, 4.509), (210.0, 8.3, 4.518),
    (210.0, 8.3, 4.523), (260.0, 8.4825, 4.609), (310.0, 8.665, 4.696), (360.0, 8.8475, 4.783), (410.0, 9.03, 4.87),
    (410.0, 9.36, 5.08), (460.0, 9.528, 5.186), (510.0, 9.696, 5.292), (560.0, 9.864, 5.398), (610.0, 10.032, 5.504),
    (660.0, 10.2, 5.61),
    (660.0, 10.79, 5.96), (710.0, 10.9229, 6.0897), (760.0, 11.0558, 6.2095),
    (809.5, 11.1353, 6.2426), (859.0, 11.2221, 6.2798), (908.5, 11.3068, 6.316), (958.0, 11.3896, 6.3512),
    (1007.5, 11.4705, 6.3854), (1057.0, 11.5495, 6.4187), (1106.5, 11.6269, 6.451), (1156.0, 11.7026, 6.4828),
    (1205.5, 11.7766, 6.5138), (1255.0, 11.8491, 6.5439), (1304.5, 11.92, 6.5727), (1354.0, 11.9895, 6.6008),
    (1403.5, 12.0577, 6.6285), (1453.0, 12.1245, 6.6555), (1502.5, 12.1912, 6.6815), (1552.0, 12.255, 6.7073),
    (1601.5, 12.3185, 6.7326), (1651.0, 12.3819, 6.7573), (1700.5, 12.4426, 6.7815), (1750.0, 12.5031, 6.8052),
    (1799.5, 12.5631, 6.8286), (1849.0, 12.6221, 6.8515), (1898.5, 12.6804, 6.8742), (1948.0, 12.7382, 6.8972),
    (1997.5, 12.7956, 6.9194), (2047.0, 12.8526, 6.9418), (2096.5, 12.9096, 6.9627), (2146.0, 12.9668, 6.9855),
    (2195.5, 13.0222, 7.0063), (2245.0, 13.0783, 7.0281), (2294.5, 13.1336, 7.05), (2344.0, 13.1894, 7.072),
    (2393.5, 13.2465, 7.0931), (2443.0, 13.3018, 7.1144), (2492.5, 13.3585, 7.1369), (2542.0, 13.4156, 7.1586),
    (2591.5, 13.4741, 7.1807), (2640.0, 13.5312, 7.2031), (2690.0, 13.59, 7.2258), (2740.0, 13.6494, 7.249),
    (2789.7, 13.653, 7.2597), (2839.3, 13.6566, 7.2704), (2891.5, 13.6602, 7.2811),
];

/// The two body waves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wave {
    /// Compression.
    P,
    /// Shear.
    S,
}

/// One shell: its top and bottom as slowness times radius `r / v` (s/rad), and the exponent of `v = a r^b`.
#[derive(Debug, Clone, Copy)]
pub struct Shell {
    /// Depth of the top.
    pub top_km: f64,
    /// Depth of the bottom.
    pub bottom_km: f64,
    /// `r / v` at the top.
    pub eta_top: f64,
    /// `r / v` at the bottom.
    pub eta_bottom: f64,
    /// `1 / (1 - b)`.
    pub factor: f64,
}

/// The shells from the surface down, for one wave. `cuts_km` are further depths to begin a shell at.
pub fn shells(wave: Wave, cuts_km: &[f64]) -> Vec<Shell> {
    let speed = |knot: &Knot| if wave == Wave::P { knot.1 } else { knot.2 };
    let mut out = Vec::with_capacity(AK135.len() + cuts_km.len());
    for pair in AK135.windows(2) {
        let (top, bottom) = (&pair[0], &pair[1]);
        if bottom.0 <= top.0 {
            continue;
        }
        let mut whole = shell(top.0, speed(top), bottom.0, speed(bottom));
        for &cut in cuts_km.iter().filter(|cut| **cut > top.0 && **cut < bottom.0) {
            let (upper, lower) = split(whole, cut);
            out.push(upper);
            whole = lower;
        }
        out.push(whole);
    }
    out
}

fn shell(top_km: f64, v_top: f64, bottom_km: f64, v_bottom: f64) -> Shell {
    let (r_top, r_bottom) = (EARTH_RADIUS_KM - top_km, EARTH_RADIUS_KM - bottom_km);
    let b = libm::log(v_top / v_bottom) / libm::log(r_top / r_bottom);
    Shell {
        top_km,
        bottom_km,
        eta_top: r_top / v_top,
        eta_bottom: r_bottom / v_bottom,
        factor: 1.0 / (1.0 - b),
    }
}

/// Cuts a shell at a depth inside it; `r / v` follows `r^(1 - b)`.
fn split(whole: Shell, cut_km: f64) -> (Shell, Shell) {
    let shrink = (EARTH_RADIUS_KM - cut_km) / (EARTH_RADIUS_KM - whole.top_km);
    let eta = whole.eta_top * libm::pow(shrink, 1.0 / whole.factor);
    (
        Shell { bottom_km: cut_km, eta_bottom: eta, ..whole },
        Shell { top_km: cut_km, eta_top: eta, ..whole },
    )
}
