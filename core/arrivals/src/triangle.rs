//! Cholesky factors of matrices whose size is known only when the work is.

/// Cholesky in place, lower triangle; the diagonal holds its inverse, so that every use is a product.
pub fn factor(m: &mut [f64], size: usize) -> Option<()> {
    for j in 0..size {
        let (above, below) = m.split_at_mut(j * size);
        let row_j = &mut below[..size];
        for k in 0..j {
            let row_k = &above[k * size..k * size + k + 1];
            let sum = dot(&row_j[..k], &row_k[..k]);
            row_j[k] = (row_j[k] - sum) * row_k[k];
        }
        let pivot = row_j[j] - dot(&row_j[..j], &row_j[..j]);
        if !(pivot > 0.0 && pivot.is_finite()) {
            return None;
        }
        row_j[j] = 1.0 / pivot.sqrt();
    }
    Some(())
}

/// Solves `L x = right` in place; `right` is zero before `from`.
pub fn forward(l: &[f64], size: usize, from: usize, right: &mut [f64]) {
    for i in from..size {
        let row = &l[i * size..i * size + i + 1];
        right[i] = (right[i] - dot(&row[from..i], &right[from..i])) * row[i];
    }
}

/// A product in four running sums: one sum would wait for each addition.
#[must_use]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let tail: f64 = a4.remainder().iter().zip(b4.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a4.zip(b4) {
        for i in 0..4 {
            sums[i] += a[i] * b[i];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail
}
