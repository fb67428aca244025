//! The words everyone shares: ids, time, place, area, belief, quantity, party, fact, stamp, refusal, text,
//! codec.
//!
//! The kernel has no clock, files, network, threads or randomness, and neither has any crate of
//! `core/`. Modules stand in reading order; each is small enough to read in one sitting.

pub mod area;
pub mod belief;
pub mod codec;
pub mod fact;
pub mod id;
pub mod party;
pub mod place;
pub mod quantity;
pub mod refusal;
pub mod stamp;
pub mod text;
pub mod time;

pub use area::{Polygon, Polyline};
pub use belief::{LikelihoodWord, Probability, Shares, Truth};
pub use codec::{canonical, digest};
pub use fact::{Fact, FactBook};
pub use id::{Digest, ObservationId};
pub use party::{Identity, PartyId, SourceId};
pub use place::{Ellipse, Place, PlaceBelief};
pub use quantity::{CountRange, Estimate};
pub use refusal::{Problem, Refusal};
pub use stamp::{Context, Stamp};
pub use text::{Mistake, SourceText, Span};
pub use time::{Duration, Interval, Time};
