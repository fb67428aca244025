//! Small dense matrices on the stack: Cholesky factors, inverses, quadratic forms.

/// A vector of `N` numbers.
pub type Vector<const N: usize> = [f64; N];
/// A square matrix, row by row.
pub type Matrix<const N: usize> = [[f64; N]; N];

/// All zeros.
#[must_use]
pub const fn zeros<const N: usize>() -> Matrix<N> {
    [[0.0; N]; N]
}

/// `a . b`.
#[must_use]
#[inline]
pub fn dot<const N: usize>(a: &Vector<N>, b: &Vector<N>) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += a[i] * b[i];
    }
    sum
}

/// `m v` of a symmetric matrix.
#[must_use]
#[inline]
pub fn times<const N: usize>(m: &Matrix<N>, v: &Vector<N>) -> Vector<N> {
    let mut out = [0.0; N];
    for i in 0..N {
        out[i] = dot(&m[i], v);
    }
    out
}

/// Adds `weight * row row^T` to a symmetric matrix.
#[inline]
pub fn add_outer<const N: usize>(m: &mut Matrix<N>, row: &Vector<N>, weight: f64) {
    for i in 0..N {
        let scaled = weight * row[i];
        for j in 0..N {
            m[i][j] += scaled * row[j];
        }
    }
}

/// The lower Cholesky factor, or nothing when the matrix is not positive definite.
#[must_use]
#[inline]
pub fn cholesky<const N: usize>(m: &Matrix<N>) -> Option<Matrix<N>> {
    let mut l = zeros::<N>();
    for j in 0..N {
        let mut pivot = m[j][j];
        for k in 0..j {
            pivot -= l[j][k] * l[j][k];
        }
        if !(pivot > 1e-300 && pivot.is_finite()) {
            return None;
        }
        let root = pivot.sqrt();
        l[j][j] = root;
        let scale = 1.0 / root;
        for i in (j + 1)..N {
            let mut sum = m[i][j];
            for k in 0..j {
                sum -= l[i][k] * l[j][k];
            }
            l[i][j] = sum * scale;
        }
    }
    Some(l)
}

/// Solves `l l^T x = b`.
#[must_use]
#[inline]
pub fn solve<const N: usize>(l: &Matrix<N>, b: &Vector<N>) -> Vector<N> {
    let mut x = *b;
    for i in 0..N {
        for k in 0..i {
            x[i] -= l[i][k] * x[k];
        }
        x[i] /= l[i][i];
    }
    for i in (0..N).rev() {
        for k in (i + 1)..N {
            x[i] -= l[k][i] * x[k];
        }
        x[i] /= l[i][i];
    }
    x
}

/// The inverse of `l l^T`, symmetric to the last bit.
#[must_use]
pub fn inverse<const N: usize>(l: &Matrix<N>) -> Matrix<N> {
    // The inverse of the factor first; the inverse wanted is its transpose times itself.
    let mut w = zeros::<N>();
    for j in 0..N {
        w[j][j] = 1.0 / l[j][j];
        for i in (j + 1)..N {
            let mut sum = 0.0;
            for k in j..i {
                sum -= l[i][k] * w[k][j];
            }
            w[i][j] = sum / l[i][i];
        }
    }
    let mut out = zeros::<N>();
    for i in 0..N {
        for j in 0..=i {
            let mut sum = 0.0;
            for row in w.iter().skip(i) {
                sum += row[i] * row[j];
            }
            out[i][j] = sum;
            out[j][i] = sum;
        }
    }
    out
}

/// Half the log determinant of `l l^T`.
#[must_use]
pub fn log_root_determinant<const N: usize>(l: &Matrix<N>) -> f64 {
    let mut product = 1.0;
    let mut sum = 0.0;
    for (i, row) in l.iter().enumerate() {
        product *= row[i];
        // One logarithm for several factors, as long as the product is far from the ends of range.
        if !(1e-120..1e120).contains(&product) {
            sum += libm::log(product);
            product = 1.0;
        }
    }
    sum + libm::log(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverse_undoes_its_matrix() {
        let m = [[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]];
        let l = cholesky(&m).unwrap();
        let inverse = inverse(&l);
        for i in 0..3 {
            let column = times(&m, &inverse[i]);
            for (j, value) in column.iter().enumerate() {
                assert!((value - f64::from(u8::from(i == j))).abs() < 1e-12);
            }
        }
        let x = solve(&l, &[1.0, 2.0, 3.0]);
        let back = times(&m, &x);
        assert!((back[2] - 3.0).abs() < 1e-12);
        let determinant: f64 = 4.0 * (6.0 - 0.04) - (2.0 - 0.1) + 0.5 * (0.2 - 1.5);
        assert!((log_root_determinant(&l) - 0.5 * libm::log(determinant)).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_positive_has_no_factor() {
        assert!(cholesky(&[[1.0, 2.0], [2.0, 1.0]]).is_none());
        assert!(cholesky(&[[f64::NAN, 0.0], [0.0, 1.0]]).is_none());
    }
}
