//! What the packets of the protocol ask for, answered by the program's state.

use super::address::{FILE, Place, of_code};
use super::machine::{Counter, Machine, ProgramCounter};
use crate::Result;
use crate::debug::breakpoints::{MOST_WATCHED, Touched};
use crate::debug::{Access, Frame, Goal, Stop, Target};
use firmware_loader::exit::Exit;
use firmware_loader::interrupt::Interrupt;
use gdbstub::common::{Endianness, Pid, Signal, Tid};
use gdbstub::stub::SingleThreadStopReason;
use gdbstub::target::ext::base::BaseOps;
use gdbstub::target::ext::base::reverse_exec::{
    ReplayLogPosition, ReverseCont, ReverseContOps, ReverseStep, ReverseStepOps,
};
use gdbstub::target::ext::base::single_register_access::{SingleRegisterAccess, SingleRegisterAccessOps};
use gdbstub::target::ext::base::singlethread::{
    SingleThreadBase, SingleThreadResume, SingleThreadResumeOps, SingleThreadSingleStep, SingleThreadSingleStepOps,
};
use gdbstub::target::ext::breakpoints::{
    Breakpoints, BreakpointsOps, HwWatchpoint, HwWatchpointOps, SwBreakpoint, SwBreakpointOps, WatchKind,
};
use gdbstub::target::ext::host_info::{HostInfo, HostInfoOps, HostInfoResponse};
use gdbstub::target::ext::libraries::{Libraries, LibrariesOps};
use gdbstub::target::ext::monitor_cmd::{ConsoleOutput, MonitorCmd, MonitorCmdOps, outputln};
use gdbstub::target::ext::process_info::{ProcessInfo, ProcessInfoOps, ProcessInfoResponse};
use gdbstub::target::ext::wasm::{Wasm, WasmOps};
use gdbstub::target::{self, TargetError, TargetResult};
use isa::outcome::{self, Trap};
use isa::types::Value;
use std::num::NonZeroUsize;

/// What the debugged machine is called.
const TRIPLE: &str = "wasm32-unknown-unknown-wasm";
/// Bytes of a pointer.
const POINTER: usize = 4;
/// The only process and thread.
const PROCESS: Pid = NonZeroUsize::MIN;

/// A program whose debugger is elsewhere.
pub(super) struct Remote<'t, 'a> {
    target: &'t mut Target<'a>,
    /// The bytes of the binary module.
    file: &'t [u8],
    /// What the client is told of the libraries that there are: the module.
    libraries: String,
    /// What to do until the next stop.
    next: (Direction, Goal),
    /// Numbers of breakpoints and watchpoints by the addresses that the client knows, and the bytes they have.
    set: Vec<(u64, u64, u32)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forward,
    Back,
}

impl<'t, 'a> Remote<'t, 'a> {
    /// `file` are the bytes of the module, and `name` is where they are.
    pub fn new(target: &'t mut Target<'a>, file: &'t [u8], name: &str) -> Remote<'t, 'a> {
        let escaped = name.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        let libraries = format!(
            r#"<library-list><library name="{escaped}"><section address="{FILE:#x}"/></library></library-list>"#
        );
        Remote { target, file, libraries, next: (Direction::Forward, Goal::Continue), set: Vec::new() }
    }

    pub fn interrupt(&self) -> &Interrupt {
        &self.target.interrupt
    }

    /// Does what was asked for, and says why the program stands then.
    pub fn run(&mut self) -> Result<SingleThreadStopReason<u64>> {
        let stop = match self.next {
            (Direction::Forward, goal) => self.target.resume(goal)?,
            (Direction::Back, goal) => self.target.back(goal)?,
        };
        let signal = |signal| SingleThreadStopReason::SignalWithThread { tid: (), signal };
        Ok(match stop {
            Stop::Breakpoint(_) => SingleThreadStopReason::SwBreak(()),
            Stop::Watchpoint(Touched { address, access, .. }) => {
                let kind = match access {
                    Access::Read => WatchKind::Read,
                    Access::Write => WatchKind::Write,
                    Access::Any => WatchKind::ReadWrite,
                };
                SingleThreadStopReason::Watch { tid: (), kind, addr: address.into() }
            }
            Stop::Reached => signal(Signal::SIGTRAP),
            Stop::Interrupted => signal(Signal::SIGINT),
            Stop::OutOfFuel => signal(Signal::SIGXCPU),
            Stop::Halted(stop) => signal(of_stop(stop)),
            Stop::Ended => {
                let exit = self.target.report().map_or(Exit::Fault, |report| report.ending.exit());
                SingleThreadStopReason::Exited(exit.code())
            }
            Stop::Beginning => SingleThreadStopReason::ReplayLog { tid: Some(()), pos: ReplayLogPosition::Begin },
        })
    }

    fn frame(&self, index: usize) -> Option<Frame> {
        self.target.frames().into_iter().nth(index)
    }

    /// The program counter.
    pub fn pc(&self) -> u64 {
        of_code(self.target.module(), self.target.pc().unwrap_or_default())
    }

    /// Remembers what was set, or removes what was.
    fn remove(&mut self, address: u64, bytes: u64) -> bool {
        let Some(at) = self.set.iter().position(|&(a, b, _)| (a, b) == (address, bytes)) else { return false };
        let (.., number) = self.set.remove(at);
        self.target.breakpoints.remove(number)
    }
}

/// The signal that other machines have for what stops a program here.
fn of_stop(stop: outcome::Stop) -> Signal {
    match stop {
        outcome::Stop::Trap(Trap::OutOfBoundsMemory) => Signal::SIGSEGV,
        outcome::Stop::Trap(Trap::DivideByZero | Trap::IntegerOverflow) => Signal::SIGFPE,
        outcome::Stop::Trap(_) => Signal::SIGILL,
        outcome::Stop::Exhausted(_) | outcome::Stop::Fault(_) => Signal::SIGABRT,
    }
}

impl target::Target for Remote<'_, '_> {
    type Arch = Machine;
    type Error = crate::Error;

    fn base_ops(&mut self) -> BaseOps<'_, Machine, crate::Error> {
        BaseOps::SingleThread(self)
    }

    fn support_breakpoints(&mut self) -> Option<BreakpointsOps<'_, Self>> {
        Some(self)
    }

    fn support_libraries(&mut self) -> Option<LibrariesOps<'_, Self>> {
        Some(self)
    }

    fn support_host_info(&mut self) -> Option<HostInfoOps<'_, Self>> {
        Some(self)
    }

    fn support_process_info(&mut self) -> Option<ProcessInfoOps<'_, Self>> {
        Some(self)
    }

    fn support_monitor_cmd(&mut self) -> Option<MonitorCmdOps<'_, Self>> {
        Some(self)
    }

    fn support_wasm(&mut self) -> Option<WasmOps<'_, Self>> {
        Some(self)
    }
}

impl SingleThreadBase for Remote<'_, '_> {
    fn read_registers(&mut self, registers: &mut ProgramCounter) -> TargetResult<(), Self> {
        *registers = ProgramCounter(self.pc());
        Ok(())
    }

    fn write_registers(&mut self, _: &ProgramCounter) -> TargetResult<(), Self> {
        Err(TargetError::NonFatal)
    }

    fn support_single_register_access(&mut self) -> Option<SingleRegisterAccessOps<'_, (), Self>> {
        Some(self)
    }

    fn read_addrs(&mut self, address: u64, bytes: &mut [u8]) -> TargetResult<usize, Self> {
        let there = match Place::of(address).ok_or(TargetError::NonFatal)? {
            Place::Memory(address) => self.target.memory(address, bytes.len()),
            Place::File(offset) => {
                let rest = self.file.get(offset as usize..).unwrap_or_default();
                rest[..rest.len().min(bytes.len())].to_vec()
            }
        };
        if there.is_empty() && !bytes.is_empty() {
            return Err(TargetError::NonFatal);
        }
        bytes[..there.len()].copy_from_slice(&there);
        Ok(there.len())
    }

    fn write_addrs(&mut self, _: u64, _: &[u8]) -> TargetResult<(), Self> {
        Err(TargetError::NonFatal)
    }

    fn support_resume(&mut self) -> Option<SingleThreadResumeOps<'_, Self>> {
        Some(self)
    }
}

impl SingleRegisterAccess<()> for Remote<'_, '_> {
    fn read_register(&mut self, (): (), Counter: Counter, bytes: &mut [u8]) -> TargetResult<usize, Self> {
        let pc = self.pc().to_le_bytes();
        bytes[..pc.len()].copy_from_slice(&pc);
        Ok(pc.len())
    }

    fn write_register(&mut self, (): (), Counter: Counter, _: &[u8]) -> TargetResult<(), Self> {
        Err(TargetError::NonFatal)
    }
}

impl SingleThreadResume for Remote<'_, '_> {
    fn resume(&mut self, _: Option<Signal>) -> Result<()> {
        self.next = (Direction::Forward, Goal::Continue);
        Ok(())
    }

    fn support_single_step(&mut self) -> Option<SingleThreadSingleStepOps<'_, Self>> {
        Some(self)
    }

    fn support_reverse_step(&mut self) -> Option<ReverseStepOps<'_, (), Self>> {
        Some(self)
    }

    fn support_reverse_cont(&mut self) -> Option<ReverseContOps<'_, (), Self>> {
        Some(self)
    }
}

impl SingleThreadSingleStep for Remote<'_, '_> {
    fn step(&mut self, _: Option<Signal>) -> Result<()> {
        self.next = (Direction::Forward, Goal::Instruction);
        Ok(())
    }
}

impl ReverseStep<()> for Remote<'_, '_> {
    fn reverse_step(&mut self, (): ()) -> Result<()> {
        self.next = (Direction::Back, Goal::Instruction);
        Ok(())
    }
}

impl ReverseCont<()> for Remote<'_, '_> {
    fn reverse_cont(&mut self) -> Result<()> {
        self.next = (Direction::Back, Goal::Continue);
        Ok(())
    }
}

impl Breakpoints for Remote<'_, '_> {
    fn support_sw_breakpoint(&mut self) -> Option<SwBreakpointOps<'_, Self>> {
        Some(self)
    }

    fn support_hw_watchpoint(&mut self) -> Option<HwWatchpointOps<'_, Self>> {
        Some(self)
    }
}

impl SwBreakpoint for Remote<'_, '_> {
    fn add_sw_breakpoint(&mut self, address: u64, _: usize) -> TargetResult<bool, Self> {
        let code = Place::of(address).and_then(|place| place.code(self.target.module()));
        let Some(pc) = code.and_then(|pc| self.target.lines.instruction_at(pc)) else { return Ok(false) };
        let number = self.target.breakpoints.add(vec![pc]);
        self.set.push((address, 0, number));
        Ok(true)
    }

    fn remove_sw_breakpoint(&mut self, address: u64, _: usize) -> TargetResult<bool, Self> {
        Ok(self.remove(address, 0))
    }
}

impl HwWatchpoint for Remote<'_, '_> {
    fn add_hw_watchpoint(&mut self, address: u64, bytes: u64, kind: WatchKind) -> TargetResult<bool, Self> {
        let (Some(Place::Memory(start)), Ok(count @ 1..=MOST_WATCHED)) = (Place::of(address), u32::try_from(bytes))
        else {
            return Ok(false);
        };
        let access = match kind {
            WatchKind::Read => Access::Read,
            WatchKind::Write => Access::Write,
            WatchKind::ReadWrite => Access::Any,
        };
        let number = self.target.breakpoints.watch(start, count, access);
        self.set.push((address, bytes, number));
        Ok(true)
    }

    fn remove_hw_watchpoint(&mut self, address: u64, bytes: u64, _: WatchKind) -> TargetResult<bool, Self> {
        Ok(self.remove(address, bytes))
    }
}

impl Libraries for Remote<'_, '_> {
    fn get_libraries(&self, offset: u64, length: usize, bytes: &mut [u8]) -> TargetResult<usize, Self> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.libraries.as_bytes().get(offset..));
        let rest = rest.unwrap_or_default();
        let count = rest.len().min(length).min(bytes.len());
        bytes[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

impl HostInfo for Remote<'_, '_> {
    fn host_info(&self, write: &mut dyn FnMut(&HostInfoResponse<'_>)) -> Result<()> {
        write(&HostInfoResponse::Triple(TRIPLE));
        write(&HostInfoResponse::Endianness(Endianness::Little));
        write(&HostInfoResponse::PointerSize(POINTER));
        Ok(())
    }
}

impl ProcessInfo for Remote<'_, '_> {
    fn process_info(&self, write: &mut dyn FnMut(&ProcessInfoResponse<'_>)) -> Result<()> {
        write(&ProcessInfoResponse::Pid(PROCESS));
        write(&ProcessInfoResponse::Triple(TRIPLE));
        write(&ProcessInfoResponse::Endianness(Endianness::Little));
        write(&ProcessInfoResponse::PointerSize(POINTER));
        Ok(())
    }
}

impl MonitorCmd for Remote<'_, '_> {
    fn handle_monitor_cmd(&mut self, command: &[u8], mut out: ConsoleOutput<'_>) -> Result<()> {
        match command {
            b"cycles" => outputln!(out, "{}", self.target.progress()),
            _ => outputln!(out, "there is one command: cycles, which says how far the hardware is"),
        }
        Ok(())
    }
}

impl Wasm for Remote<'_, '_> {
    fn wasm_call_stack(&self, _: Tid, next_pc: &mut dyn FnMut(u64)) -> Result<()> {
        self.target.frames().iter().for_each(|frame| next_pc(of_code(self.target.module(), frame.pc)));
        Ok(())
    }

    fn read_wasm_local(&self, _: Tid, frame: usize, local: usize, bytes: &mut [u8]) -> Result<usize> {
        Ok(put(self.frame(frame).and_then(|frame| frame.locals.get(local).copied()), bytes))
    }

    fn read_wasm_stack(&self, _: Tid, frame: usize, index: usize, bytes: &mut [u8]) -> Result<usize> {
        let operand = self.frame(frame).and_then(|frame| frame.operands.iter().rev().nth(index).copied());
        Ok(operand.map_or(0, |bits| put_bytes(&bits.to_le_bytes(), bytes)))
    }

    fn read_wasm_global(&self, _: Tid, _: usize, global: usize, bytes: &mut [u8]) -> Result<usize> {
        Ok(put(self.target.globals().get(global).copied(), bytes))
    }
}

/// A value as long as its type is; nothing if there is none.
fn put(value: Option<Value>, bytes: &mut [u8]) -> usize {
    let Some(Value { ty, bits }) = value else { return 0 };
    let length = if ty.is_wide() { 8 } else { 4 };
    put_bytes(&bits.to_le_bytes()[..length], bytes)
}

fn put_bytes(from: &[u8], to: &mut [u8]) -> usize {
    to[..from.len()].copy_from_slice(from);
    from.len()
}
