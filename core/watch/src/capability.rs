//! What silence is worth: "0 seen; we would have noticed 63 %".
//!
//! Two questions, which complete each other: how likely an incident of this class and size would
//! have been noticed here and then ([`notice`]), and how large one may have been and still have
//! passed unseen ([`threshold`]). Both rest on where each source stood, how noisy it was, what it
//! looked at and when it was out of action ([`scene`]); every count is printed with them
//! ([`denominator`]).

pub mod class;
pub mod day;
pub mod denominator;
pub mod doubted;
pub mod house;
pub mod law;
pub mod network;
pub(crate) mod normal;
pub mod notice;
pub mod reach;
pub mod scene;
mod sight;
pub mod sky;
pub mod threshold;
mod window;

pub use day::{CLOUD_SHARE_UNKNOWN, Capability, Conditions, capability};
pub use denominator::Denominator;
pub use notice::{Noticed, Noticing};
pub use scene::Scene;
