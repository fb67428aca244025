//! Where a thing is and how it moves: a Gaussian over position and velocity in the plane.

/// Log of two pi.
pub(crate) const LN_TAU: f64 = 1.837_877_066_409_345_3;

/// Symmetric two-by-two matrix: `xx`, `xy`, `yy`.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Covariance {
    /// Variance along x.
    pub xx: f64,
    /// Covariance of x and y.
    pub xy: f64,
    /// Variance along y.
    pub yy: f64,
}

impl Covariance {
    /// The same variance along both axes.
    #[must_use]
    pub fn round(variance: f64) -> Self {
        Self { xx: variance, xy: 0.0, yy: variance }
    }
    /// Sum of the variances.
    #[must_use]
    pub fn trace(self) -> f64 {
        self.xx + self.yy
    }
    /// Determinant.
    #[must_use]
    pub fn determinant(self) -> f64 {
        self.xx * self.yy - self.xy * self.xy
    }
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { xx: self.xx + other.xx, xy: self.xy + other.xy, yy: self.yy + other.yy }
    }
    fn inverse(self) -> Self {
        let determinant = self.determinant();
        Self { xx: self.yy / determinant, xy: -self.xy / determinant, yy: self.xx / determinant }
    }
    fn times(self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.xx * x + self.xy * y, self.xy * x + self.yy * y]
    }
    /// Squared length of `d` in standard deviations.
    pub(crate) fn distance2(self, d: [f64; 2]) -> f64 {
        let [x, y] = self.inverse().times(d);
        x * d[0] + y * d[1]
    }
}

/// A Gaussian over position (metres) and velocity (metres a second).
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct State {
    /// Mean position, metres.
    pub at_m: [f64; 2],
    /// Mean velocity, metres a second.
    pub velocity_mps: [f64; 2],
    /// Covariance of the position, square metres.
    pub position: Covariance,
    /// Covariance of position (row) with velocity (column).
    pub cross: [[f64; 2]; 2],
    /// Covariance of the velocity.
    pub velocity: Covariance,
}

impl State {
    /// Seen once: a place, with a velocity of which only the spread per axis is known.
    #[must_use]
    pub fn seen_once(at_m: [f64; 2], noise: Covariance, speed_mps: f64) -> Self {
        let velocity = Covariance::round(speed_mps * speed_mps);
        Self { at_m, position: noise, velocity, ..Self::default() }
    }

    /// Moved on by `dt_s` under white-noise acceleration of density `q` (m^2/s^3; Bar-Shalom, Li and
    /// Kirubarajan 2001, section 6.2.2).
    #[must_use]
    pub fn moved(&self, dt_s: f64, q: f64) -> Self {
        let (dt, dt2) = (dt_s, dt_s * dt_s);
        let [[c00, c01], [c10, c11]] = self.cross;
        let (p, v) = (self.position, self.velocity);
        let (pushed, dragged) = (q * dt2 * dt / 3.0, q * dt2 / 2.0);
        Self {
            at_m: [
                self.at_m[0] + dt * self.velocity_mps[0],
                self.at_m[1] + dt * self.velocity_mps[1],
            ],
            velocity_mps: self.velocity_mps,
            position: Covariance {
                xx: p.xx + 2.0 * dt * c00 + dt2 * v.xx + pushed,
                xy: p.xy + dt * (c01 + c10) + dt2 * v.xy,
                yy: p.yy + 2.0 * dt * c11 + dt2 * v.yy + pushed,
            },
            cross: [
                [c00 + dt * v.xx + dragged, c01 + dt * v.xy],
                [c10 + dt * v.xy, c11 + dt * v.yy + dragged],
            ],
            velocity: Covariance { xx: v.xx + q * dt, xy: v.xy, yy: v.yy + q * dt },
        }
    }

    /// How far a place lies from the mean.
    #[must_use]
    pub fn miss(&self, at_m: [f64; 2]) -> [f64; 2] {
        [at_m[0] - self.at_m[0], at_m[1] - self.at_m[1]]
    }

    /// Told a position off by `miss` from the mean, with `spread` the covariance of that miss (the
    /// prior's and the sensor's together): Kalman's update.
    #[must_use]
    pub fn told_position(&self, miss: [f64; 2], spread: Covariance) -> Self {
        let weight = spread.inverse();
        let (p, c, v) = (self.position, self.cross, self.velocity);
        // rows of the gain: position, then velocity
        let kx = weight.times([p.xx, p.xy]);
        let ky = weight.times([p.xy, p.yy]);
        let ku = weight.times([c[0][0], c[1][0]]);
        let kv = weight.times([c[0][1], c[1][1]]);
        let dot = |k: [f64; 2], b0: f64, b1: f64| k[0] * b0 + k[1] * b1;
        Self {
            at_m: [
                self.at_m[0] + dot(kx, miss[0], miss[1]),
                self.at_m[1] + dot(ky, miss[0], miss[1]),
            ],
            velocity_mps: [
                self.velocity_mps[0] + dot(ku, miss[0], miss[1]),
                self.velocity_mps[1] + dot(kv, miss[0], miss[1]),
            ],
            position: Covariance {
                xx: p.xx - dot(kx, p.xx, p.xy),
                xy: p.xy - dot(kx, p.xy, p.yy),
                yy: p.yy - dot(ky, p.xy, p.yy),
            },
            cross: [
                [c[0][0] - dot(kx, c[0][0], c[1][0]), c[0][1] - dot(kx, c[0][1], c[1][1])],
                [c[1][0] - dot(ky, c[0][0], c[1][0]), c[1][1] - dot(ky, c[0][1], c[1][1])],
            ],
            velocity: Covariance {
                xx: v.xx - dot(ku, c[0][0], c[1][0]),
                xy: v.xy - dot(ku, c[0][1], c[1][1]),
                yy: v.yy - dot(kv, c[0][1], c[1][1]),
            },
        }
    }

    /// Told one number that grows by `slope` per metre and was off by `miss`; `spread` is the
    /// variance of that miss, the prior's and the sensor's together.
    #[must_use]
    pub fn told_number(&self, miss: f64, slope: [f64; 2], spread: f64) -> Self {
        let (p, c, v) = (self.position, self.cross, self.velocity);
        let [bx, by] = p.times(slope);
        let bu = c[0][0] * slope[0] + c[1][0] * slope[1];
        let bv = c[0][1] * slope[0] + c[1][1] * slope[1];
        let gain = miss / spread;
        let less = |a: f64, b: f64| a * b / spread;
        Self {
            at_m: [self.at_m[0] + gain * bx, self.at_m[1] + gain * by],
            velocity_mps: [self.velocity_mps[0] + gain * bu, self.velocity_mps[1] + gain * bv],
            position: Covariance {
                xx: p.xx - less(bx, bx),
                xy: p.xy - less(bx, by),
                yy: p.yy - less(by, by),
            },
            cross: [
                [c[0][0] - less(bx, bu), c[0][1] - less(bx, bv)],
                [c[1][0] - less(by, bu), c[1][1] - less(by, bv)],
            ],
            velocity: Covariance {
                xx: v.xx - less(bu, bu),
                xy: v.xy - less(bu, bv),
                yy: v.yy - less(bv, bv),
            },
        }
    }

    /// The Gaussian with the mean and covariance of a mixture; weights need not add to one.
    #[must_use]
    pub fn merged(parts: &[(f64, State)]) -> Self {
        let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
        let mut mean = [0.0; 4];
        for (weight, part) in parts {
            for (sum, value) in mean.iter_mut().zip(part.vector()) {
                *sum += weight / total * value;
            }
        }
        let mut whole =
            Self { at_m: [mean[0], mean[1]], velocity_mps: [mean[2], mean[3]], ..Self::default() };
        for (weight, part) in parts {
            whole.take_in(weight / total, part);
        }
        whole
    }

    /// Adds a part's covariance and its distance from the mean.
    fn take_in(&mut self, share: f64, part: &State) {
        let far = part.vector();
        let here = self.vector();
        let [dx, dy, du, dv] = [0, 1, 2, 3].map(|axis| far[axis] - here[axis]);
        self.position.xx += share * (part.position.xx + dx * dx);
        self.position.xy += share * (part.position.xy + dx * dy);
        self.position.yy += share * (part.position.yy + dy * dy);
        self.cross[0][0] += share * (part.cross[0][0] + dx * du);
        self.cross[0][1] += share * (part.cross[0][1] + dx * dv);
        self.cross[1][0] += share * (part.cross[1][0] + dy * du);
        self.cross[1][1] += share * (part.cross[1][1] + dy * dv);
        self.velocity.xx += share * (part.velocity.xx + du * du);
        self.velocity.xy += share * (part.velocity.xy + du * dv);
        self.velocity.yy += share * (part.velocity.yy + dv * dv);
    }

    fn vector(&self) -> [f64; 4] {
        [self.at_m[0], self.at_m[1], self.velocity_mps[0], self.velocity_mps[1]]
    }
}

/// Density of a two-dimensional Gaussian at `miss` from its mean, and the squared distance.
pub(crate) fn density(miss: [f64; 2], spread: Covariance) -> (f64, f64) {
    let distance2 = spread.distance2(miss);
    let scale = core::f64::consts::TAU * spread.determinant().sqrt();
    (libm::exp(-0.5 * distance2) / scale, distance2)
}
