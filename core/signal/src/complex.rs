//! As much of complex numbers as the design of a filter takes.

use core::ops::{Add, Div, Mul, Sub};

/// A complex number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Complex {
    pub re: f64,
    pub im: f64,
}

impl Complex {
    pub const FOUR: Self = Self { re: 4.0, im: 0.0 };

    pub fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }

    /// The square of the distance from nought.
    pub fn norm2(self) -> f64 {
        self.re * self.re + self.im * self.im
    }

    /// The root in the right half of the plane.
    pub fn sqrt(self) -> Self {
        let norm = self.norm2().sqrt();
        let re = ((norm + self.re) / 2.0).max(0.0).sqrt();
        let im = ((norm - self.re) / 2.0).max(0.0).sqrt();
        Self { re, im: if self.im < 0.0 { -im } else { im } }
    }
}

impl Add for Complex {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}
impl Sub for Complex {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}
impl Mul for Complex {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}
impl Mul<f64> for Complex {
    type Output = Self;
    fn mul(self, by: f64) -> Self {
        Self { re: self.re * by, im: self.im * by }
    }
}
impl Div for Complex {
    type Output = Self;
    fn div(self, by: Self) -> Self {
        let conjugate = Self { re: by.re, im: -by.im };
        (self * conjugate) * (1.0 / by.norm2())
    }
}
