//! The house at its door: whatever is handed in, in whatever order, by whomever, at whatever moment.

mod bad_input;
mod canon;
mod deadlines;
mod doubts;
mod full_disk;
mod house;
mod kill;
mod mirror;
mod order;
mod replay;
mod signed;
mod story;
mod swap;
