//! Rotation and coverage plans with a certified bound.
