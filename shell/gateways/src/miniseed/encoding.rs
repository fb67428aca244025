//! How samples are packed, by the codes that both versions share.

use crate::reading::Fault;
use crate::steim::{self, Packing};

/// How samples are packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// Words, not samples (code 0).
    Text,
    /// 16 bits (code 1).
    Integer16,
    /// 24 bits (code 2, version 2 only).
    Integer24,
    /// 32 bits (code 3).
    Integer32,
    /// IEEE single (code 4).
    Real32,
    /// IEEE double (code 5).
    Real64,
    /// Steim 1 (code 10).
    Steim1,
    /// Steim 2 (code 11).
    Steim2,
    /// A code that is not read: Steim 3, opaque bytes and formats of stations long gone.
    Other(u8),
}

/// What samples may become beside whole numbers.
pub trait FromReal {
    /// The sample of a real number.
    fn from_real(value: f64) -> Self;
}

impl FromReal for f64 {
    fn from_real(value: f64) -> Self {
        value
    }
}

impl FromReal for i32 {
    fn from_real(value: f64) -> Self {
        value as Self
    }
}

impl Encoding {
    /// The encoding of a code.
    #[must_use]
    pub fn of(code: u8) -> Self {
        match code {
            0 => Self::Text,
            1 => Self::Integer16,
            2 => Self::Integer24,
            3 => Self::Integer32,
            4 => Self::Real32,
            5 => Self::Real64,
            10 => Self::Steim1,
            11 => Self::Steim2,
            other => Self::Other(other),
        }
    }

    /// Unpacks `count` samples onto the end of `samples`. On a fault nothing is added.
    ///
    /// # Errors
    /// `encoding-unknown`, `record-truncated`, and those of [`steim::unpack`].
    pub fn unpack<T: From<i32> + FromReal>(
        self,
        payload: &[u8],
        count: usize,
        little_endian: bool,
        samples: &mut Vec<T>,
    ) -> Result<(), Fault> {
        match self {
            Self::Text => Ok(()),
            Self::Integer16 => plain(payload, count, samples, |bytes: [u8; 2]| {
                T::from(i32::from(i16::from_be_bytes(in_order(bytes, little_endian))))
            }),
            Self::Integer24 => plain(payload, count, samples, |bytes: [u8; 3]| {
                let [high, middle, low] = in_order(bytes, little_endian);
                T::from(i32::from_be_bytes([high, middle, low, 0]) >> 8)
            }),
            Self::Integer32 => plain(payload, count, samples, |bytes: [u8; 4]| {
                T::from(i32::from_be_bytes(in_order(bytes, little_endian)))
            }),
            Self::Real32 => plain(payload, count, samples, |bytes: [u8; 4]| {
                T::from_real(f64::from(f32::from_be_bytes(in_order(bytes, little_endian))))
            }),
            Self::Real64 => plain(payload, count, samples, |bytes: [u8; 8]| {
                T::from_real(f64::from_be_bytes(in_order(bytes, little_endian)))
            }),
            Self::Steim1 => steim::unpack(payload, count, Packing::Steim1, little_endian, samples),
            Self::Steim2 => steim::unpack(payload, count, Packing::Steim2, little_endian, samples),
            Self::Other(code) => {
                Err(Fault::new("encoding-unknown", format!("samples in encoding {code}")))
            }
        }
    }
}

/// The bytes most significant first.
fn in_order<const N: usize>(mut bytes: [u8; N], little_endian: bool) -> [u8; N] {
    if little_endian {
        bytes.reverse();
    }
    bytes
}

fn plain<T, const N: usize>(
    payload: &[u8],
    count: usize,
    samples: &mut Vec<T>,
    sample: impl Fn([u8; N]) -> T,
) -> Result<(), Fault> {
    let held = payload.as_chunks::<N>().0;
    let few = || {
        Fault::new(
            "record-truncated",
            format!("the record holds {} of {count} samples", held.len()),
        )
    };
    let held = held.get(..count).ok_or_else(few)?;
    samples.extend(held.iter().map(|bytes| sample(*bytes)));
    Ok(())
}
