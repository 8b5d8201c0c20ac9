//! Names for a harness, as macros of Verilog: what a harness may know of the core comes from the contract and the plan.

use hdl::soc::microcode::act;
use isa::host::{Space, control};
use isa::op::TABLE;
use isa::outcome::{Exhausted, Fault, Stop, Trap};
use isa::plan::CorePlan;
use std::fmt::Write;

/// Opcodes, stop codes, addresses of the host port, the link engine's commit, and the sizes of a plan.
pub fn names(plan: &CorePlan) -> String {
    let mut text = String::new();
    let mut define = |name: String, value: String| writeln!(text, "`define {name} {value}").expect("is a string");
    for row in TABLE.iter().filter(|row| row.prefix == 0) {
        define(macro_name(row.name), format!("8'h{:02x}", row.code));
    }
    let traps = Trap::ALL.iter().map(|&trap| (trap.name(), Stop::Trap(trap)));
    let limits = Exhausted::ALL.iter().map(|&limit| (limit.name(), Stop::Exhausted(limit)));
    let faults = Fault::ALL.iter().map(|&fault| (fault.name(), Stop::Fault(fault)));
    for (name, stop) in traps.chain(limits).chain(faults) {
        define(format!("STOP_{}", macro_name(name)), format!("8'h{:02x}", stop.code()));
    }
    for &space in Space::ALL {
        define(format!("SPACE_{}", macro_name(space.name())), format!("3'd{}", space as u8));
    }
    let registers = [
        ("START", control::START),
        ("RESUME", control::RESUME),
        ("CALL", control::CALL),
        ("HALT", control::HALT),
        ("RESOLVE", control::RESOLVE),
    ];
    for (name, address) in registers {
        define(format!("CONTROL_{name}"), format!("4'd{address}"));
    }
    define("ACT_VALID".into(), act::VALID.trailing_zeros().to_string());
    let sizes = plan.sizes;
    let widths = [
        ("CODE", sizes.code_log2),
        ("BRANCH", sizes.branch_log2),
        ("FUNCTION", sizes.function_log2),
        ("STACK", sizes.stack_log2),
        ("FRAME", sizes.frame_log2),
        ("MEMORY", sizes.memory_log2),
        ("BLOCK", sizes.block_log2.unwrap_or(sizes.memory_log2)),
    ];
    for (name, width) in widths {
        define(format!("{name}_LOG2"), width.to_string());
    }
    text
}

/// `i32.add` and `OutOfBounds` as `I32_ADD` and `OUT_OF_BOUNDS`.
fn macro_name(name: &str) -> String {
    let mut text = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && was_lower {
            text.push('_');
        }
        was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        text.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    text
}
