//! Arrivals at many sensors become located origins: which belong together, where they came from, how sure.
