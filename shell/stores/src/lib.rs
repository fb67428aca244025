//! Where bytes rest: SQLite, a folder.
