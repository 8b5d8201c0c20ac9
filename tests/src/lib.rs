//! Wafer.
