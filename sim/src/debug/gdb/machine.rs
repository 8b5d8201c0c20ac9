//! The machine as the GDB remote protocol describes it to a client.

use gdbstub::arch::{Arch, RegId, Registers, lldb};
use std::num::NonZeroUsize;

/// The machine as the protocol knows it: a program counter and nothing else; values have packets of their own.
pub(super) enum Machine {}

impl Arch for Machine {
    type Usize = u64;
    type Registers = ProgramCounter;
    type BreakpointKind = usize;
    type RegId = Counter;

    fn lldb_register_info(register: usize) -> Option<lldb::RegisterInfo<'static>> {
        let counter = lldb::Register {
            name: "pc",
            alt_name: None,
            bitsize: u64::BITS as usize,
            offset: 0,
            encoding: lldb::Encoding::Uint,
            format: lldb::Format::Hex,
            set: "General Purpose Registers",
            gcc: None,
            dwarf: None,
            generic: Some(lldb::Generic::Pc),
            container_regs: None,
            invalidate_regs: None,
        };
        Some(if register == 0 { lldb::RegisterInfo::Register(counter) } else { lldb::RegisterInfo::Done })
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ProgramCounter(pub u64);

impl Registers for ProgramCounter {
    type ProgramCounter = u64;

    fn pc(&self) -> u64 {
        self.0
    }

    fn gdb_serialize(&self, mut write_byte: impl FnMut(Option<u8>)) {
        self.0.to_le_bytes().into_iter().for_each(|byte| write_byte(Some(byte)));
    }

    fn gdb_deserialize(&mut self, bytes: &[u8]) -> std::result::Result<(), ()> {
        self.0 = u64::from_le_bytes(bytes.try_into().map_err(|_| ())?);
        Ok(())
    }
}

/// The number of the only register.
#[derive(Debug)]
pub(super) struct Counter;

impl RegId for Counter {
    fn from_raw_id(id: usize) -> Option<(Counter, Option<NonZeroUsize>)> {
        (id == 0).then_some((Counter, NonZeroUsize::new(size_of::<u64>())))
    }

    fn to_raw_id(&self) -> Option<usize> {
        Some(0)
    }
}
