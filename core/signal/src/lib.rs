//! Waveforms become detections.
