//! The one binary servanda: command line, desk, API, pages.
