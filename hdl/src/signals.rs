//! Signals within the emitted Verilog that observers look at, by their paths: every engine finds them under these
//! names. What has no port stays free to change here, and nowhere else.

/// Signals of the core, each of one bit.
pub mod core {
    pub const RUNNING: &str = "host.run";
    /// A group retires; one stops.
    pub const RETIRES: &str = "ret_vld";
    pub const STOPS: &str = "m_stop";
    /// It is the compact core; constant.
    pub const COMPACT: &str = "compact";
    /// The groups in A and D are dropped.
    pub const FLUSH: &str = "flush";

    /// Stage D has a group; passes one on.
    pub const D_VALID: &str = "fetch.d_valid";
    pub const D_ISSUE: &str = "d_issue";

    /// Stage X has a group; it is on the right path; nothing else holds it; it leaves.
    pub const X_VALID: &str = "x_valid";
    pub const X_LIVE: &str = "x_live";
    pub const X_GO: &str = "x_go";
    pub const X_LEAVE: &str = "execute.leave";
    /// Of the group in X: its operands are there; it takes the first of two passes.
    pub const X_READY: &str = "operands.ready";
    pub const X_FIRST_PASS: &str = "execute.first_pass";
    /// It does not retire; passes an operand on.
    pub const X_SILENT: &str = "x_silent";
    pub const X_BYPASS: &str = "x_bypass";
    /// It may need the sequencer; does.
    pub const X_BLOCKS: &str = "x_blocks";
    pub const X_SEQUENCE: &str = "x_sequence";
    /// It ends in a branch; leaves a function; calls one; is a `br_table`; is for the service unit.
    pub const X_RESOLVES: &str = "x_resolves";
    pub const X_RETURNS: &str = "x_returns";
    pub const X_CALL: &str = "sequencer.go_call";
    pub const X_TABLE: &str = "sequencer.go_table";
    pub const X_SERVICE: &str = "sequencer.go_service";

    /// Linear memory makes a further pass.
    pub const MEMORY_BUSY: &str = "memory.busy";
    /// A branch was predicted wrong, the cycle before.
    pub const MISPREDICTED: &str = "r_valid";
    /// The sequencer begins in the next cycle; runs; runs for the host.
    pub const R_SEQUENCE: &str = "r_sequence";
    pub const SEQUENCING: &str = "sequencer.busy";
    pub const HOSTED: &str = "sequencer.quiet";

    /// The memories that linear memory may consist of, the lowest bytes first, each of one byte lane or of two.
    pub const MEMORY_BANKS: [&str; 4] =
        ["memory.ram.bank0", "memory.ram.bank1", "memory.ram.bank2", "memory.ram.bank3"];
}

/// Signals of the system on chip.
pub mod soc {
    /// The link engine waits for a byte.
    pub const RESTING: &str = "link.resting";
}
