//! What the stages have in a cycle, by the core's signals.

use hdl::signals::core;

/// Declares what is seen of either kind of core.
macro_rules! seen {
    ($($field:ident: $name:ident,)*) => {
        pub struct Seen {
            $(pub $field: u32,)*
            pub front: Front,
        }

        const NAMES: &[&str] = &[$(core::$name),*];

        impl Seen {
            /// Of the values of [`names`].
            pub fn new(values: &[u32], compact: bool) -> Seen {
                let (own, front) = values.split_at(NAMES.len());
                let mut values = own.iter().copied();
                Seen { $($field: values.next().unwrap_or_default(),)* front: Front::new(front, compact) }
            }
        }
    };
}

seen! {
    sequencing: SEQUENCING,
    r_sequence: R_SEQUENCE,
    flush: FLUSH,
    d_valid: D_VALID,
    d_pc: D_PC,
    reads_entry: READS_ENTRY,
    issues: D_ISSUE,
    passes: D_PASSES,
    a_used: D_USES_A,
    a_in_x: D_A_IN_X,
    a_in_m: D_A_IN_M,
    b_in_x: D_B_IN_X,
    b_in_m: D_B_IN_M,
    x_valid: X_VALID,
    x_live: X_LIVE,
    x_leave: X_LEAVE,
    x_silent: X_SILENT,
    x_pc: X_PC,
    x_count: X_COUNT,
    to_sequencer: X_SEQUENCE,
    m_valid: M_VALID,
    m_retires: M_RETIRES,
    m_pc: M_PC,
    stops: STOPS,
}

/// What fetch has.
pub struct Front {
    /// The address of a group goes to the RAMs of the full core, which is in A in the next cycle.
    pub f: Option<u32>,
    /// The group in A; its bytes are there; it leaves for D, where it continues the instruction that is there.
    pub a: Option<u32>,
    pub arrived: bool,
    pub leaves: bool,
    pub continues: bool,
}

const FULL: &[&str] = &[
    core::A_VALID,
    core::A_PC,
    core::A_CONTINUES,
    core::A_LEAVES,
    core::F_READ,
    core::F_PC,
    core::F_TURNS,
    core::FLUSH,
];
const COMPACT: &[&str] = &[
    core::compact::A_VALID,
    core::compact::A_PC,
    core::compact::A_CONTINUES,
    core::compact::A_LEAVES,
    core::compact::A_ARRIVED,
];

impl Front {
    fn new(values: &[u32], compact: bool) -> Front {
        let at = |place: usize| values.get(place).copied().unwrap_or_default();
        let a = (at(0) != 0).then_some(at(1));
        let (continues, leaves) = (at(2) != 0, at(3) != 0);
        if compact {
            return Front { f: None, a, arrived: at(4) != 0, leaves, continues };
        }
        let (reads, pc, turns, flush) = (at(4) != 0, at(5), at(6) != 0, at(7) != 0);
        // But for a redirect, a group follows another one.
        let follows = reads && (turns || (a.is_some() && !flush));
        Front { f: follows.then_some(pc), a, arrived: true, leaves, continues }
    }
}

/// What has to be looked at.
pub fn names(compact: bool) -> impl Iterator<Item = &'static str> {
    NAMES.iter().chain(if compact { COMPACT } else { FULL }).copied()
}
