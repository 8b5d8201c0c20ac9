//! The commands of the console.

use crate::debug::Access;
use clap::{ArgGroup, Parser};

/// What can be typed. The comments are its help.
#[derive(Debug, Parser)]
#[command(multicall = true, disable_version_flag = true, override_usage = "COMMAND [ARGUMENTS]")]
#[command(help_template = "{subcommands}\n\nAn empty line repeats the last command that runs the program.")]
pub(super) enum Command {
    /// Stop at a place; without one, list what makes the program stop
    #[command(visible_alias = "b")]
    Break {
        /// FILE:LINE, LINE, FUNCTION, or *OFFSET, a byte offset in the module
        place: Option<String>,
    },
    /// Stop behind an access to memory
    #[command(group = ArgGroup::new("access"))]
    Watch {
        #[arg(value_parser = number)]
        address: u32,
        #[arg(value_parser = number, default_value = "4")]
        bytes: u32,
        /// Reads only, not writes
        #[arg(long, group = "access")]
        read: bool,
        /// Reads as well as writes
        #[arg(long, group = "access")]
        any: bool,
    },
    /// Remove a breakpoint or watchpoint; without a number, all of them
    #[command(visible_alias = "d")]
    Delete { number: Option<u32> },
    /// Go to the next line, into calls
    #[command(visible_alias = "s")]
    Step,
    /// Go to the next line, over calls
    #[command(visible_alias = "n")]
    Next,
    /// Execute one instruction
    #[command(visible_alias = "si")]
    Stepi,
    /// Go on until this function returns
    #[command(visible_alias = "fin")]
    Finish,
    /// Go on
    #[command(visible_alias = "c")]
    Continue,
    /// Go back to where a line before this one began
    #[command(visible_alias = "reverse-step")]
    Back,
    /// Go back by one instruction
    #[command(visible_alias = "reverse-stepi")]
    Backi,
    /// Go back to where `continue` would have stopped last
    #[command(visible_alias = "rc")]
    ReverseContinue,
    /// Show the active calls, innermost first
    #[command(visible_alias = "bt")]
    Backtrace,
    /// Show parameters and locals of a call
    Locals {
        /// As `backtrace` numbers them
        #[arg(default_value = "0")]
        frame: usize,
    },
    /// Show the operands of a call, the top one first
    Stack {
        #[arg(default_value = "0")]
        frame: usize,
    },
    /// Show the globals
    Globals,
    /// Show linear memory
    #[command(visible_alias = "x")]
    Mem {
        #[arg(value_parser = number)]
        address: u32,
        #[arg(value_parser = number, default_value = "64")]
        bytes: u32,
    },
    /// Show source lines around where the program stands, or around a line of its file
    #[command(visible_alias = "l")]
    List { line: Option<u32> },
    /// Show the instructions of this function, or of another one
    Disas { function: Option<String> },
    /// Leave; a program that is not over ends
    #[command(visible_alias = "q")]
    Quit,
}

impl Command {
    /// Whether an empty line repeats it.
    pub fn repeats(&self) -> bool {
        use Command::*;
        matches!(self, Step | Next | Stepi | Finish | Continue | Back | Backi | ReverseContinue)
    }
}

/// The accesses that the options of `watch` mean.
pub(super) fn access(read: bool, any: bool) -> Access {
    match (read, any) {
        (true, _) => Access::Read,
        (_, true) => Access::Any,
        _ => Access::Write,
    }
}

/// A number, in hexadecimal behind `0x`.
pub(super) fn number(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let number = digits.map_or_else(|| text.parse(), |digits| u32::from_str_radix(digits, 16));
    number.map_err(|_| "expected a number of 32 bits like 1024 or 0x400".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_consistent() {
        Command::command().debug_assert();
        assert_eq!(["0x1F", "31"].map(number), [Ok(31), Ok(31)]);
        assert!(["", "0x", "-1", "4294967296"].iter().all(|text| number(text).is_err()));
    }
}
