//! What came out of a run, by kind of directive.

/// How many directives of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub files: u32,
    /// Modules instantiated outside assertions.
    pub modules: u32,
    /// Calls outside assertions.
    pub actions: u32,
    pub returns: u32,
    pub call_traps: u32,
    pub module_traps: u32,
    pub exhaustion: u32,
    pub invalid: u32,
    pub malformed_binary: u32,
    pub malformed_text: u32,
    pub unlinkable: u32,
}

/// The result of running scripts.
#[derive(Debug, Default)]
pub struct Report {
    /// What was executed, with the expected result or not.
    pub executed: Counts,
    /// One line for each directive with an unexpected result: file:line, what, expected, got.
    pub failures: Vec<String>,
    /// One line for each directive that was not executed: file:line and the reason.
    pub skipped: Vec<String>,
}

impl Report {
    /// Panics with the list unless everything was executed and as expected.
    pub fn assert_clean(&self) {
        let lines: Vec<_> = self.failures.iter().chain(&self.skipped).map(String::as_str).collect();
        let (failed, skipped) = (self.failures.len(), self.skipped.len());
        assert!(lines.is_empty(), "{failed} failed, {skipped} skipped\n{}", lines.join("\n"));
    }
}
