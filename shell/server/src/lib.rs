//! The one binary `servanda`: command line, API, pages. It decides nothing: the core does.

pub mod cli;
pub mod http;
pub mod views;
