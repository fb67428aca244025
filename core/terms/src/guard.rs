//! Guards: conditions in a stated subset of CEL, read with exact bytes, checked, and weighed over
//! what is uncertain.
//!
//! The subset: `|| && ! == != < <= > >= in ?: + -`, parentheses, lists, numbers, texts, `true`,
//! `false`; the names and functions listed in [`check`]. No macros, no maps, no dynamic types.

pub mod check;
pub mod condition;
pub mod lex;
pub mod operand;
pub mod parse;
pub mod weigh;

pub use condition::{Condition, Level, Moment};
