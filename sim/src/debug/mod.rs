//! A debugger for programs on the simulated core.
//!
//! The hardware retires up to four instructions in one cycle, and between two of them it has no state that could be
//! shown. So what the debugger shows is the golden model's state, which goes from instruction to instruction, and which
//! lock-step proves equal to the hardware's at the end of every group. The hardware itself runs ahead of what is shown,
//! by a few thousand cycles at most and never past a call of the host, which is only made when the program is there: its
//! effects come when they are shown. At each stop stands the cycle in which the hardware had retired what was executed.
//!
//! Back goes a program by being repeated from its beginning, hardware and all, with the answers that the host gave, so
//! that nothing outside happens twice. The same instructions take the same cycles then.
//!
//! State is read and never changed: a run in the debugger is a run.
//!
//! | file | owns |
//! |---|---|
//! | `hardware.rs` | the core, run piece by piece |
//! | `history.rs` | what the host has answered |
//! | `target.rs` | the program: hardware and model in lock-step, one instruction at a time |
//! | `control.rs` | running on until something happens, forward and back |
//! | `stepping.rs` | where a line begins, for who steps by lines |
//! | `breakpoints.rs` | breakpoints and watchpoints |
//! | `lines.rs` | source lines by code address |
//! | `state.rs` | frames, globals and memory of a program that stands |
//! | `console/` | commands that people type |
//! | `gdb/` | the GDB remote protocol, with what LLDB adds for WebAssembly |

mod breakpoints;
pub(crate) mod console;
mod control;
pub(crate) mod gdb;
mod hardware;
mod history;
mod lines;
mod state;
mod stepping;
mod target;

pub use breakpoints::{Access, Breakpoint, Breakpoints, Touched, Watchpoint};
pub use control::{Goal, Stop};
pub use lines::Lines;
pub use state::Frame;
pub use target::Target;
