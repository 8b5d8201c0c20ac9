//! Signals of the emitted Verilog that the simulator looks at: every engine finds them under these names. Those within
//! the core are named by their paths; what has no port stays free to change here, and nowhere else.

/// Signals of the core, each of one bit unless it says more.
pub mod core {
    pub const RUNNING: &str = "host.run";
    /// A group retires; one stops.
    pub const RETIRES: &str = "ret_vld";
    pub const STOPS: &str = "write_back.stops";
    /// It is the compact core; constant.
    pub const COMPACT: &str = "compact";
    /// The groups in A and D are dropped.
    pub const FLUSH: &str = "redirect.drop";

    /// The group that comes to D waits for its branch entry.
    pub const READS_ENTRY: &str = "fetch.reads_entry";
    /// Stage D has a group; passes one on, or a part of it; all of it.
    pub const D_VALID: &str = "fetch.d_valid";
    pub const D_ISSUE: &str = "issue.issues";
    pub const D_PASSES: &str = "issue.passes";
    /// Code address of the group in D. It needs operand A; finds A or B as the result of the group in X, or of that in M.
    pub const D_PC: &str = "fetch.d_pc";
    pub const D_USES_A: &str = "operands.a_used";
    pub const D_A_IN_X: &str = "operands.a_in_x";
    pub const D_A_IN_M: &str = "operands.a_in_m";
    pub const D_B_IN_X: &str = "operands.b_in_x";
    pub const D_B_IN_M: &str = "operands.b_in_m";

    /// Stage F of the full core: an address goes to the RAMs; it is that of a redirect; which one it is.
    pub const F_READ: &str = "fetch.groups.f_read";
    pub const F_TURNS: &str = "fetch.redirect";
    pub const F_PC: &str = "fetch.groups.f_pc";
    /// Stage A of the full core: it has a group; its code address; it goes to D; there, it continues the instruction that is
    /// in D.
    pub const A_VALID: &str = "fetch.groups.a_valid";
    pub const A_PC: &str = "fetch.groups.a_pc";
    pub const A_LEAVES: &str = "fetch.groups.moves.value";
    pub const A_CONTINUES: &str = "fetch.continues";

    /// Stage X has a group; it is on the right path; nothing else holds it; it leaves.
    pub const X_VALID: &str = "stage_x.x_valid";
    pub const X_LIVE: &str = "stage_x.live";
    pub const X_GO: &str = "stage_x.go";
    pub const X_LEAVE: &str = "execute.leave";
    /// Of the group in X: its operands are there; it takes the first of two passes.
    pub const X_READY: &str = "operands.ready";
    pub const X_FIRST_PASS: &str = "execute.first_pass";
    /// It does not retire; passes an operand on.
    pub const X_SILENT: &str = "stage_x.x_silent";
    pub const X_BYPASS: &str = "stage_x.x_bypass";
    /// It may need the sequencer; does.
    pub const X_BLOCKS: &str = "stage_x.x_blocks";
    pub const X_SEQUENCE: &str = "branches.to_sequencer";
    /// It ends in a branch; leaves a function; calls one; is a `br_table`; is for the service unit.
    pub const X_RESOLVES: &str = "stage_x.x_resolves";
    pub const X_RETURNS: &str = "stage_x.x_returns";
    pub const X_CALL: &str = "sequencer.go_call";
    pub const X_TABLE: &str = "sequencer.go_table";
    pub const X_SERVICE: &str = "sequencer.go_service";
    /// The float unit executes it.
    pub const X_FLOAT: &str = "execute.units.float_chosen";

    /// Of the group in X: its code address; its instructions.
    pub const X_PC: &str = "stage_x.x_pc";
    pub const X_COUNT: &str = "stage_x.x_count";
    /// Stage M has a group; which retires there; its code address.
    pub const M_VALID: &str = "write_back.valid";
    pub const M_RETIRES: &str = "write_back.retires";
    pub const M_PC: &str = "write_back.m_pc";

    /// Linear memory makes a further pass.
    pub const MEMORY_BUSY: &str = "memory.busy";
    /// A branch was predicted wrong, the cycle before.
    pub const MISPREDICTED: &str = "branches.r_valid";
    /// The sequencer begins in the next cycle; runs; runs for the host.
    pub const R_SEQUENCE: &str = "branches.r_sequence";
    pub const SEQUENCING: &str = "sequencer.busy";
    pub const HOSTED: &str = "sequencer.quiet";

    /// Frames in use, modulo what their number has bits for: of a group that retires, those with that of its function.
    pub const FRAMES: &str = "sequencer.depth";

    /// Stage A of the compact core: it has a group; its code address; its bytes are there; it goes to D; there, it continues
    /// the instruction that is in D.
    pub mod compact {
        pub const A_VALID: &str = "fetch.stream.a_valid";
        pub const A_PC: &str = "fetch.stream.a_pc";
        pub const A_ARRIVED: &str = "fetch.stream.full";
        pub const A_LEAVES: &str = "fetch.stream.moves";
        pub const A_CONTINUES: &str = "fetch.stream.a_continues";
    }

    /// The memories that linear memory may consist of, the lowest bytes first, each of one byte lane or of two.
    pub const MEMORY_BANKS: [&str; 4] =
        ["memory.ram.bank0", "memory.ram.bank1", "memory.ram.bank2", "memory.ram.bank3"];

    /// Of a pool of blocks: which block is in which place, if they are looked for, and if each has one.
    pub const MEMORY_TAGS: &str = "memory.blocks.tags.mem";
    pub const MEMORY_MAP: &str = "memory.direct_map.tags.words";
}

/// Signals of the system on chip, and pins of a board.
pub mod soc {
    pub const RX: &str = "rx";
    pub const TX: &str = "tx";
    pub const LEDS: &str = "leds";
    pub const FLASH_SELECT_N: &str = "flash_select_n";
    pub const FLASH_COMMAND: &str = "flash_command";
    pub const FLASH_DATA: &str = "flash_data";
    /// Not every board has these.
    pub const FLASH_CLOCK: &str = "flash_clock";
    pub const BUTTONS: &str = "buttons";
    pub const RESET_N: &str = "reset_n";
    /// The link engine waits for a byte.
    pub const RESTING: &str = "link.resting";
    /// Bits to come of a byte on the line.
    pub const COMING: &str = "receiver.left";
}

/// Pins of the core, but for the retire port.
pub mod port {
    pub const CLOCK: &str = "clock";
    pub const RESET: &str = "reset";
    pub const HOST_SPACE: &str = "host_space";
    pub const HOST_ADDRESS: &str = "host_addr";
    pub const HOST_WRITE_DATA: &str = "host_wdata";
    pub const HOST_WRITE: &str = "host_write";
    pub const HOST_READ: &str = "host_read";
    pub const HOST_READ_DATA: &str = "host_rdata";
    pub const HOST_WAITS: &str = "host_waits";
    pub const RUNNING: &str = "running";
    pub const STOP: &str = "stop";
    pub const STOP_PC: &str = "stop_pc";
}

/// The retire port: what the group did that retires in a cycle. This is the only place that states its fields: it calls
/// a macro with all of them, those of the most bits first. Each has a name, the type that holds it on every core, its
/// port and the [`retire::Width`] of that.
#[macro_export]
macro_rules! retire_port {
    ($use:ident) => {
        $use! {
            /// The value pushed or written.
            value: u64, ret_value, Bits(64);
            /// The value read from or written to linear memory.
            data: u64, ret_data, Bits(64);
            /// Code address of the group's first instruction.
            pc: u32, ret_pc, CodeAddress;
            /// Effective address in linear memory.
            address: u32, ret_addr, Bits(32);
            /// Absolute value-stack slot written.
            slot: u32, ret_slot, Slot;
            /// Value-stack slots in use after the group, from slot 0.
            height: u32, ret_height, Slot;
            /// Instructions in the group.
            count: u8, ret_count, Bits(4);
            /// First opcode byte of the group's operation.
            op: u8, ret_op, Bits(8);
            /// Bytes accessed in linear memory.
            bytes: u8, ret_bytes, Bits(4);
            /// Whether the group left its result on top of the stack.
            push: bool, ret_push, Bits(1);
            /// Whether it wrote a local or a global.
            write: bool, ret_write, Bits(1);
            /// Whether it accessed linear memory.
            memory: bool, ret_mem, Bits(1);
            /// Whether that was a store.
            store: bool, ret_store, Bits(1);
        }
    };
}

/// The retire port as data.
pub mod retire {
    use Width::{Bits, CodeAddress, Slot};

    /// A group retires: the fields are valid.
    pub const VALID: &str = "ret_vld";

    /// A field of the retire port.
    #[derive(Clone, Copy, Debug)]
    pub struct Field {
        pub name: &'static str,
        pub port: &'static str,
        pub width: Width,
        /// Of the type that holds it on every core.
        pub bytes: usize,
    }

    /// Bits of a port.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Width {
        /// As many on every core.
        Bits(u32),
        /// Those of a code address; of a slot of the value stack.
        CodeAddress,
        Slot,
    }

    impl Width {
        /// Bits that are enough on every core.
        pub const fn most(self) -> u32 {
            match self {
                Bits(bits) => bits,
                CodeAddress | Slot => u32::BITS,
            }
        }
    }

    macro_rules! fields {
        ($($(#[$doc:meta])* $name:ident: $type:ty, $port:ident, $width:expr;)*) => {
            /// Its fields, in the order in which they are stated.
            pub const FIELDS: &[Field] = &[$(Field {
                name: stringify!($name),
                port: stringify!($port),
                width: $width,
                bytes: size_of::<$type>(),
            }),*];
        };
    }

    retire_port!(fields);
}
