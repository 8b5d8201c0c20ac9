//! A compiled simulation engine for Verilog: it parses the synthesizable
//! subset that hardware description libraries print, elaborates it by the size
//! and sign rules of IEEE 1364-2005, compiles it to machine code and runs it.
//!
//! ```
//! use engine::{Design, Models, Options, Sim};
//!
//! let text = "module counter(input clock, input up, output reg [7:0] count);
//!                 initial count = 8'h0;
//!                 always @(posedge clock) if (up) count <= count + 8'h1;
//!             endmodule";
//! let design = Design::parse(text, "counter", &Models::none())?;
//! let mut sim = Sim::new(design, Options::default())?;
//! let (up, count) = (sim.sig("up")?, sim.sig("count")?);
//! sim.set(up, 1);
//! sim.run(300);
//! assert_eq!(sim.get(count), 300 % 256);
//! # Ok::<(), engine::Error>(())
//! ```
//!
//! # The subset
//! Modules with ports of either style, `parameter` and `localparam`, wires and
//! variables of 1 to 128 bits whose ranges end at 0, memories, `assign`,
//! `always @(*)`, `always @(posedge clock)`, `initial` with constant
//! assignments, `if`, `case`, `for` with constant bounds (its counter is no
//! hardware and reads 0 elsewhere), instances connected by name, constants of
//! more than 128 bits to select from. All clocked blocks share one edge of one
//! input of the top module. Everything else is an
//! [`Error`] with line, column and the construct's name; so are combinational
//! loops, latches and several drivers of a bit.
//!
//! Values are 0 or 1: what the standard leaves undefined reads as 0, such as
//! an index out of range ([`Options::check_index`] reports those) or an input
//! left open ([`Design::warnings`]).
//!
//! # What makes it fast
//! One function has the clock loop inside; every signal is a graph of nodes,
//! scheduled as a tree of branches. What a cycle costs is the nodes it reaches:
//! - Choices of one condition are one branch, and a node lies in the lowest arm
//!   that contains all its users. A register that holds its value is neither
//!   computed nor stored.
//! - Machine registers are few and the state is close: what one cheap operation
//!   makes of a signal is computed again rather than kept, and the code follows
//!   the order of the schedule, in which operands come right before their users.
//! - A state machine that rests in its initial state costs one branch, if what
//!   it determines is simpler there. Recognised is a register of up to 8 bits
//!   that selects a `case` of more than two values, so write machines that way
//!   and let their initial state be the one in which they wait. A machine of
//!   single bits (one-hot) is not recognised: its cones run in every cycle.
//! - Records and the stop signal keep a run inside the function;
//!   [`Sim::step`] and watched signals cost a call or a store each.
mod elab;
mod error;
mod ir;
mod jit;
mod memory;
mod models;
mod parse;
mod record;
mod signals;
mod sim;
mod snapshot;
mod state;
mod waves;

pub use elab::{Design, Kind, Memory, Signal, States};
pub use error::{Error, Pos, Result};
pub use memory::Mem;
pub use models::Models;
pub use record::{Record, Row};
pub use signals::Sig;
pub use sim::{IndexError, Options, Sim};
pub use snapshot::Snapshot;
pub use waves::{Variable, WaveFile, Waves};
