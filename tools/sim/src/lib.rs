//! A seeded world: truth, observations, house, auditor.
