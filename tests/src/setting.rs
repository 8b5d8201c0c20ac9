//! Settings of tests by environment variables.

/// The number in an environment variable, or this one. Panics if what is there is no number.
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|e| panic!("{name}={text}: {e}")))
}
