//! Families of FPGAs: what the tools need to know of the part that a board has. A family is a file here, one in
//! `hdl/src/chip` with its primitives, and two in `synth` with its tools.

pub mod ecp5;
pub mod ice40;

use crate::Board;
use ecp5::Ecp5;
use ice40::Ice40;
use isa::plan::CorePlan;
use std::path::Path;
use std::process::Command;

/// The part of a board, by its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Ice40(Ice40),
    Ecp5(Ecp5),
}

impl Family {
    pub fn part(&self) -> &dyn Part {
        match self {
            Family::Ice40(part) => part,
            Family::Ecp5(part) => part,
        }
    }
}

/// What every family states of its parts.
pub trait Part {
    /// Its family, as the files in `synth` are called.
    fn family(&self) -> &'static str;

    /// What these files need to know of it: lines of a makefile that set variables.
    fn variables(&self) -> String;

    /// The pins of the ports of the board's chip, and the clock that comes to it, as the placement reads them.
    fn constraints(&self, board: &Board) -> String;

    /// What writes a file into the flash from an address on.
    fn writes_flash(&self, address: u32, file: &Path) -> Command;

    /// Where that program comes from, for somebody who has not got it.
    fn flash_tool(&self) -> &'static str;

    /// Commands of yosys that map a chip with this core, whose top is known.
    fn synthesis(&self, plan: &CorePlan) -> String;
}
