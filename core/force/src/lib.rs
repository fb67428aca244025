//! The Multinational Force: contributions, requirement, rotation, gates.
