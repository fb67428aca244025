//! Detections of moving things become tracks: which belong together over time, how sure, and whose zone they entered.
