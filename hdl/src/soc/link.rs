//! The link engine: obeys the commands of `isa::wire` over the core's host port.
//!
//! A request is received into a buffer and judged when it is complete, so nothing in a frame that is spoilt has an
//! effect. The answer is built, stuffed, in the same buffer, and sent. All bytes go through `word`: in at the place of
//! the highest byte of a row, out at the lowest.
//!
//! ```text
//! receive    Idle (a byte pushed, ...) Header Judge
//! rows       Divide Check [Fill Write ...] [Zero ...]            load, poke, clear
//! read       Divide Check Answer [Ask Push Next ...] Finish
//! commit     Divide [Range Check [Ask Feed Next ...] ...] Match Verdict [Set ...] Start Resolve Answer
//! answer     Answer Body ... Finish Close End [Send ...] Idle
//! ```
//! `Fetch`, `Take` bring `need` bytes from the buffer into `word` and go on at `after`; `Push`, `Feed` take `need`
//! bytes out of it, into the answer or the CRC.

use crate::prim::ram::{SyncRam, bits_from};
use crate::soc::crc::Crc;
use crate::soc::unstuffer::Unstuffer;
use isa::host::Space;
use isa::plan::MemoryPlan;
use isa::wire::{Features, Hello, VERSION};
use rust_hdl::prelude::*;

#[derive(Copy, Clone, PartialEq, Debug, LogicState)]
enum State {
    Idle,
    Fetch,
    Take,
    Push,
    Feed,
    Header,
    Judge,
    Divide,
    Count,
    Check,
    Fill,
    Write,
    Zero,
    Range,
    Place,
    Ask,
    Next,
    Match,
    Verdict,
    Set,
    Start,
    Resolve,
    Act,
    Answer,
    Body,
    Finish,
    Close,
    End,
    Load,
    Send,
}

/// What the engine knows of its board: constants.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub plan: MemoryPlan,
    pub board: &'static str,
    /// Of the core, in Hz.
    pub clock: u32,
    /// Cycles of a bit on the line.
    pub bit_cycles: u32,
}

/// See `isa::wire`.
#[derive(LogicBlock)]
pub struct Link {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,

    // The serial line.
    pub received: Signal<In, Bit>,
    pub received_byte: Signal<In, Bits<8>>,
    pub send: Signal<Out, Bit>,
    pub send_byte: Signal<Out, Bits<8>>,
    pub send_ready: Signal<In, Bit>,

    // The core's host port.
    pub space: Signal<Out, Bits<3>>,
    pub address: Signal<Out, Bits<32>>,
    pub wdata: Signal<Out, Bits<96>>,
    pub write: Signal<Out, Bit>,
    pub read: Signal<Out, Bit>,
    pub rdata: Signal<In, Bits<96>>,
    pub running: Signal<In, Bit>,
    pub paused: Signal<In, Bit>,
    pub stop: Signal<In, Bits<8>>,
    pub stop_pc: Signal<In, Bits<24>>,
    pub core_reset: Signal<Out, Bit>,
    /// A committed image is there.
    pub valid: Signal<Out, Bit>,

    unstuffer: Unstuffer,
    crc: Crc,
    buffer: SyncRam<9, 8>,
    state: DFF<State>,
    after: DFF<State>,
    word: DFF<Bits<96>>,
    need: DFF<Bits<4>>,
    /// Place of the highest byte that `Take` brings: 4, 8 or 12 bytes.
    width: DFF<Bits<4>>,
    pointer: DFF<Bits<9>>,
    /// Bytes in the frame; bytes or ranges to come.
    length: DFF<Bits<9>>,
    sequence_number: DFF<Bits<8>>,
    command: DFF<Bits<8>>,
    place: DFF<Bits<8>>,
    row: DFF<Bits<24>>,
    rows: DFF<Bits<24>>,
    status: DFF<Bits<8>>,
    committed: DFF<Bit>,
    /// The frame with this sequence number has done what is done only once, with this status.
    done: DFF<Bit>,
    done_sequence: DFF<Bits<8>>,
    done_status: DFF<Bits<8>>,
    phase: DFF<Bits<3>>,
    ticks: DFF<Bits<3>>,
    cycles: DFF<Bits<48>>,
    /// Runs a call, not the resolver.
    calling: DFF<Bit>,
    // The answer: the block's place and its length, the next place.
    block: DFF<Bits<9>>,
    run: DFF<Bits<8>>,
    next: DFF<Bits<9>>,

    limit: Signal<Local, Bits<25>>,
    last: Signal<Local, Bits<25>>,
    bytes: Signal<Local, Bits<4>>,
    long_bytes: Signal<Local, Bits<9>>,
    allowed: Signal<Local, Bit>,
    most: Signal<Local, Bits<24>>,
    known: Signal<Local, Bit>,
    /// Must not be done twice.
    once: Signal<Local, Bit>,
    same: Signal<Local, Bit>,
    /// A call runs or waits.
    engaged: Signal<Local, Bit>,
    busy: Signal<Local, Bit>,
    is_read: Signal<Local, Bit>,
    is_commit: Signal<Local, Bit>,
    brings_rows: Signal<Local, Bit>,
    fails: Signal<Local, Bit>,
    failure: Signal<Local, Bits<8>>,
    flags: Signal<Local, Bits<8>>,
    flagged: Signal<Local, Bits<8>>,
    report: Signal<Local, Bits<96>>,
    head: Signal<Local, Bits<96>>,
    pushed: Signal<Local, Bits<8>>,
    full: Signal<Local, Bit>,

    code_rows: Constant<Bits<25>>,
    mark_rows: Constant<Bits<25>>,
    branch_rows: Constant<Bits<25>>,
    function_rows: Constant<Bits<25>>,
    stack_rows: Constant<Bits<25>>,
    memory_rows: Constant<Bits<25>>,
    // The answer to a hello after its first three bytes, twelve bytes each.
    hello: Constant<Bits<96>>,
    hello2: Constant<Bits<96>>,
    hello3: Constant<Bits<96>>,
}

/// Rows of a space, in hardware.
fn rows(space: Space, plan: &MemoryPlan) -> Constant<Bits<25>> {
    let given = !plan.resolver || !matches!(space, Space::Marks | Space::Branches);
    let rows = if given { space.rows(plan) } else { 0 };
    Constant::new(u64::from(rows).to_bits())
}

impl Link {
    pub fn new(facts: &Facts) -> Link {
        let plan = &facts.plan;
        let hello = Hello {
            echo: 0,
            version: VERSION,
            features: Features { float: false, services: plan.services, resolver: plan.resolver },
            readable: [Space::Code, Space::Stack, Space::Memory].iter().map(|&space| 1 << space as u8).sum(),
            sizes: Hello::sizes(plan),
            clock: facts.clock,
            board: Hello::board(facts.board),
        };
        let bytes = hello.encode();
        let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, &byte| word << 8 | u128::from(byte));
        let part = |first: usize, last: usize| Constant::new(bits_from(word(&bytes[first..last])));
        Link {
            clock: Default::default(),
            reset: Default::default(),
            received: Default::default(),
            received_byte: Default::default(),
            send: Default::default(),
            send_byte: Default::default(),
            send_ready: Default::default(),
            space: Default::default(),
            address: Default::default(),
            wdata: Default::default(),
            write: Default::default(),
            read: Default::default(),
            rdata: Default::default(),
            running: Default::default(),
            paused: Default::default(),
            stop: Default::default(),
            stop_pc: Default::default(),
            core_reset: Default::default(),
            valid: Default::default(),
            unstuffer: Default::default(),
            crc: Default::default(),
            buffer: Default::default(),
            state: Default::default(),
            after: Default::default(),
            word: Default::default(),
            need: Default::default(),
            width: Default::default(),
            pointer: Default::default(),
            length: Default::default(),
            sequence_number: Default::default(),
            command: Default::default(),
            place: Default::default(),
            row: Default::default(),
            rows: Default::default(),
            status: Default::default(),
            committed: Default::default(),
            done: Default::default(),
            done_sequence: Default::default(),
            done_status: Default::default(),
            phase: Default::default(),
            ticks: Default::default(),
            cycles: Default::default(),
            calling: Default::default(),
            block: Default::default(),
            run: Default::default(),
            next: Default::default(),
            limit: Default::default(),
            last: Default::default(),
            bytes: Default::default(),
            long_bytes: Default::default(),
            allowed: Default::default(),
            most: Default::default(),
            known: Default::default(),
            once: Default::default(),
            engaged: Default::default(),
            busy: Default::default(),
            is_read: Default::default(),
            is_commit: Default::default(),
            brings_rows: Default::default(),
            fails: Default::default(),
            failure: Default::default(),
            flags: Default::default(),
            flagged: Default::default(),
            report: Default::default(),
            head: Default::default(),
            pushed: Default::default(),
            full: Default::default(),
            same: Default::default(),
            code_rows: rows(Space::Code, plan),
            mark_rows: rows(Space::Marks, plan),
            branch_rows: rows(Space::Branches, plan),
            function_rows: rows(Space::Functions, plan),
            stack_rows: rows(Space::Stack, plan),
            memory_rows: rows(Space::Memory, plan),
            hello: part(3, 12),
            hello2: part(12, 24),
            hello3: part(24, Hello::BYTES),
        }
    }
}

impl Default for Facts {
    /// Of no board.
    fn default() -> Facts {
        Facts { plan: boards::SIM_LARGE, board: "", clock: 0, bit_cycles: 2 }
    }
}

impl Default for Link {
    fn default() -> Link {
        Link::new(&Facts::default())
    }
}

impl Logic for Link {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state, after, word, need, width, pointer, length, sequence_number, command, place, row, rows);
        dff_setup!(self, clock, status, committed, done, done_sequence, done_status, phase, ticks, cycles, calling);
        dff_setup!(self, clock, block, run, next);
        clock!(self, clock, unstuffer, crc, buffer);

        // What the request is.
        self.is_read.next = self.command.q.val() == 5;
        self.is_commit.next = self.command.q.val() == 6;
        self.brings_rows.next = (self.command.q.val() == 2) | (self.command.q.val() == 4);
        self.known.next = self.command.q.val().any() & (self.command.q.val() < 12);
        self.once.next = self.is_commit.val() | (self.command.q.val() == 7) | (self.command.q.val() == 9);
        self.same.next = self.sequence_number.q.val() == self.done_sequence.q.val();
        self.engaged.next = self.running.val() | self.paused.val();
        self.busy.next = false;
        match self.command.q.val().index() {
            1 => {}
            8 => {}
            10 => {}
            11 => {}
            4 => {
                self.busy.next = self.running.val();
            }
            5 => {
                self.busy.next = self.running.val();
            }
            9 => {
                self.busy.next = self.running.val();
            }
            _ => {
                self.busy.next = self.engaged.val();
            }
        }

        // Its space.
        self.bytes.next = 12.into();
        self.most.next = 21.into();
        self.limit.next = 0.into();
        self.allowed.next = false;
        match self.place.q.val().index() {
            1 => {
                self.bytes.next = 8.into();
                self.most.next = 32.into();
                self.limit.next = self.code_rows.val();
                self.allowed.next = self.command.q.val() != 4;
            }
            2 => {
                self.bytes.next = 4.into();
                self.most.next = 64.into();
                self.limit.next = self.mark_rows.val();
                self.allowed.next = !self.command.q.val().get_bit(2);
            }
            3 => {
                self.limit.next = self.branch_rows.val();
                self.allowed.next = !self.command.q.val().get_bit(2);
            }
            4 => {
                self.limit.next = self.function_rows.val();
                self.allowed.next = !self.command.q.val().get_bit(2);
            }
            5 => {
                self.bytes.next = 8.into();
                self.most.next = 32.into();
                self.limit.next = self.stack_rows.val();
                self.allowed.next = true;
            }
            6 => {
                self.bytes.next = 4.into();
                self.most.next = 64.into();
                self.limit.next = self.memory_rows.val();
                self.allowed.next = true;
            }
            _ => {}
        }
        self.last.next = bit_cast::<25, 24>(self.row.q.val()) + bit_cast::<25, 24>(self.rows.q.val());
        self.long_bytes.next = bit_cast::<9, 4>(self.bytes.val());
        if self.is_commit.val() {
            self.long_bytes.next = 7.into();
        }

        // What a status request is told.
        self.flags.next = 0.into();
        if self.committed.q.val() {
            self.flags.next = 4.into();
        }
        self.flagged.next = self.flags.val();
        if self.running.val() {
            self.flagged.next = self.flags.val() | 1;
        } else if self.paused.val() {
            self.flagged.next = self.flags.val() | 2;
        }
        self.report.next = bit_cast::<96, 8>(self.flagged.val())
            | (bit_cast::<96, 8>(self.stop.val()) << 8)
            | (bit_cast::<96, 24>(self.stop_pc.val()) << 16);
        self.head.next = self.report.val();
        if self.paused.val() {
            self.head.next = self.report.val()
                | (bit_cast::<96, 24>(self.rdata.val().get_bits::<24>(0)) << 40)
                | (bit_cast::<96, 24>(self.rdata.val().get_bits::<24>(32)) << 64);
        }
        if self.running.val() & self.calling.q.val() {
            self.cycles.d.next = self.cycles.q.val() + 1;
        }

        // Defaults.
        self.unstuffer.valid.next = self.received.val();
        self.unstuffer.octet.next = self.received_byte.val();
        self.unstuffer.deaf.next = self.state.q.val() != State::Idle;
        self.pushed.next = bit_cast::<8, 96>(self.word.q.val());
        self.full.next = self.run.q.val().all();
        self.crc.clear.next = false;
        self.crc.take.next = false;
        self.crc.octet.next = self.pushed.val();
        self.buffer.read_enable.next = true;
        self.buffer.read_address.next = self.pointer.q.val();
        self.buffer.write_enable.next = false;
        self.buffer.write_address.next = self.next.q.val();
        self.buffer.write_data.next = self.pushed.val();
        self.send.next = false;
        self.send_byte.next = self.buffer.read_data.val();
        self.space.next = bit_cast::<3, 8>(self.place.q.val());
        self.address.next = bit_cast::<32, 24>(self.row.q.val());
        self.wdata.next = self.word.q.val();
        self.write.next = false;
        self.read.next = false;
        self.core_reset.next = self.reset.val();
        self.valid.next = self.committed.q.val();
        self.fails.next = false;
        self.failure.next = 3.into();

        match self.state.q.val() {
            State::Idle => {
                self.buffer.write_enable.next = self.unstuffer.push.val();
                self.buffer.write_address.next = self.length.q.val();
                self.buffer.write_data.next = self.unstuffer.data.val();
                self.crc.take.next = self.unstuffer.push.val();
                self.crc.octet.next = self.unstuffer.data.val();
                if self.unstuffer.push.val() & !self.length.q.val().all() {
                    self.length.d.next = self.length.q.val() + 1;
                }
                if self.received.val() & !self.received_byte.val().any() {
                    self.crc.clear.next = true;
                    self.length.d.next = 0.into();
                }
                if self.unstuffer.complete.val()
                    & self.crc.residual.val()
                    & (self.length.q.val() > 9)
                    & (self.length.q.val() < 267)
                {
                    self.length.d.next = self.length.q.val() - 10;
                    self.pointer.d.next = 0.into();
                    self.need.d.next = 6.into();
                    self.width.d.next = 8.into();
                    self.after.d.next = State::Header;
                    self.state.d.next = State::Fetch;
                }
            }
            State::Fetch => {
                self.pointer.d.next = self.pointer.q.val() + 1;
                self.state.d.next = State::Take;
            }
            State::Take => {
                self.word.d.next = bit_cast::<96, 88>(self.word.q.val().get_bits::<88>(8))
                    | (bit_cast::<96, 8>(self.buffer.read_data.val()) << 88);
                if self.width.q.val() == 4 {
                    self.word.d.next = bit_cast::<96, 24>(self.word.q.val().get_bits::<24>(8))
                        | (bit_cast::<96, 8>(self.buffer.read_data.val()) << 24);
                }
                if self.width.q.val() == 8 {
                    self.word.d.next = bit_cast::<96, 56>(self.word.q.val().get_bits::<56>(8))
                        | (bit_cast::<96, 8>(self.buffer.read_data.val()) << 56);
                }
                self.need.d.next = self.need.q.val() - 1;
                self.state.d.next = State::Fetch;
                if self.need.q.val() == 1 {
                    self.state.d.next = self.after.q.val();
                }
            }
            State::Push => {
                if self.full.val() {
                    self.buffer.write_enable.next = true;
                    self.buffer.write_address.next = self.block.q.val();
                    self.buffer.write_data.next = self.run.q.val();
                    self.block.d.next = self.next.q.val();
                    self.next.d.next = self.next.q.val() + 1;
                    self.run.d.next = 1.into();
                } else if !self.crc.busy.val() {
                    self.buffer.write_enable.next = true;
                    self.next.d.next = self.next.q.val() + 1;
                    self.run.d.next = self.run.q.val() + 1;
                    if !self.pushed.val().any() {
                        self.buffer.write_address.next = self.block.q.val();
                        self.buffer.write_data.next = self.run.q.val();
                        self.block.d.next = self.next.q.val();
                        self.run.d.next = 1.into();
                    }
                    // The CRC itself is not part of what it is of.
                    self.crc.take.next = self.after.q.val() != State::Close;
                    self.word.d.next = self.word.q.val() >> 8;
                    self.need.d.next = self.need.q.val() - 1;
                    if self.need.q.val() == 1 {
                        self.state.d.next = self.after.q.val();
                    }
                }
            }
            State::Feed => {
                if !self.crc.busy.val() {
                    self.crc.take.next = true;
                    self.word.d.next = self.word.q.val() >> 8;
                    self.need.d.next = self.need.q.val() - 1;
                    if self.need.q.val() == 1 {
                        self.state.d.next = self.after.q.val();
                    }
                }
            }
            State::Header => {
                self.sequence_number.d.next = self.word.q.val().get_bits::<8>(16);
                self.command.d.next = self.word.q.val().get_bits::<8>(24);
                self.place.d.next = self.word.q.val().get_bits::<8>(32);
                self.row.d.next = self.word.q.val().get_bits::<24>(40);
                self.rows.d.next = 0.into();
                self.status.d.next = 0.into();
                self.phase.d.next = 0.into();
                self.ticks.d.next = 0.into();
                self.crc.clear.next = true;
                self.state.d.next = State::Judge;
            }
            State::Judge => {
                self.need.d.next = bit_cast::<4, 9>(self.length.q.val());
                self.width.d.next = 4.into();
                self.state.d.next = State::Answer;
                if !self.same.val() {
                    self.done.d.next = false;
                    self.done_sequence.d.next = self.sequence_number.q.val();
                }
                if !self.known.val() {
                    self.fails.next = true;
                } else if self.once.val() & self.same.val() & self.done.q.val() {
                    self.status.d.next = self.done_status.q.val();
                } else if self.busy.val() {
                    self.failure.next = 1.into();
                    self.fails.next = true;
                } else {
                    match self.command.q.val().index() {
                        2 => {
                            self.state.d.next = State::Divide;
                        }
                        3 => {
                            self.fails.next = self.length.q.val() != 3;
                            self.after.d.next = State::Count;
                            self.state.d.next = State::Fetch;
                        }
                        4 => {
                            self.state.d.next = State::Divide;
                        }
                        5 => {
                            self.fails.next = self.length.q.val() != 1;
                            self.after.d.next = State::Count;
                            self.state.d.next = State::Fetch;
                        }
                        6 => {
                            self.fails.next = self.length.q.val() < 76;
                            self.length.d.next = self.length.q.val() - 76;
                            self.state.d.next = State::Divide;
                        }
                        7 => {
                            self.fails.next = self.length.q.val().any();
                            self.place.d.next = 4.into();
                            self.rows.d.next = 1.into();
                            self.state.d.next = State::Check;
                        }
                        9 => {
                            self.fails.next = (self.length.q.val() != 2) | !self.paused.val();
                            self.after.d.next = State::Count;
                            self.state.d.next = State::Fetch;
                        }
                        10 => {
                            self.state.d.next = State::Act;
                        }
                        11 => {
                            self.state.d.next = State::Act;
                        }
                        _ => {}
                    }
                }
            }
            State::Count => {
                self.rows.d.next = self.word.q.val().get_bits::<24>(8);
                if self.is_read.val() {
                    self.rows.d.next = bit_cast::<24, 8>(self.word.q.val().get_bits::<8>(24));
                }
                self.state.d.next = State::Check;
                if self.command.q.val() == 9 {
                    // The results: slots.
                    self.rows.d.next = bit_cast::<24, 16>(self.word.q.val().get_bits::<16>(16));
                    self.place.d.next = 5.into();
                }
            }
            State::Divide => {
                if self.length.q.val() < self.long_bytes.val() {
                    self.fails.next = self.length.q.val().any()
                        | (self.brings_rows.val() & !self.rows.q.val().any())
                        | (self.is_commit.val() & (self.rows.q.val() > 8));
                    self.state.d.next = State::Check;
                    if self.is_commit.val() {
                        self.length.d.next = bit_cast::<9, 24>(self.rows.q.val());
                        self.pointer.d.next = 82.into();
                        self.state.d.next = State::Range;
                    }
                } else {
                    self.length.d.next = self.length.q.val() - self.long_bytes.val();
                    self.rows.d.next = self.rows.q.val() + 1;
                }
            }
            State::Check => {
                self.pointer.d.next = 6.into();
                self.failure.next = 4.into();
                self.fails.next = !self.allowed.val() | (self.last.val() > self.limit.val());
                match self.command.q.val().index() {
                    3 => {
                        self.word.d.next = 0.into();
                        self.state.d.next = State::Zero;
                    }
                    5 => {
                        self.state.d.next = State::Answer;
                        if !self.rows.q.val().any() | (self.rows.q.val() > self.most.val()) {
                            self.failure.next = 3.into();
                            self.fails.next = true;
                        }
                    }
                    6 => {
                        self.pointer.d.next = self.pointer.q.val();
                        self.state.d.next = State::Next;
                        if self.rows.q.val().any() {
                            self.state.d.next = State::Ask;
                        }
                    }
                    7 => {
                        self.state.d.next = State::Act;
                        self.fails.next = self.last.val() > self.limit.val();
                    }
                    9 => {
                        self.state.d.next = State::Act;
                    }
                    _ => {
                        self.state.d.next = State::Fill;
                    }
                }
                if !self.committed.q.val() & ((self.command.q.val() == 7) | (self.command.q.val() == 9)) {
                    self.failure.next = 2.into();
                    self.fails.next = true;
                }
                if !self.fails.val() & !self.command.q.val().get_bit(2) & (self.command.q.val() != 9) {
                    self.committed.d.next = false;
                }
            }
            State::Fill => {
                self.need.d.next = self.bytes.val();
                self.width.d.next = self.bytes.val();
                self.after.d.next = State::Write;
                self.state.d.next = State::Answer;
                if self.rows.q.val().any() {
                    self.state.d.next = State::Fetch;
                }
            }
            State::Write => {
                self.write.next = true;
                self.row.d.next = self.row.q.val() + 1;
                self.rows.d.next = self.rows.q.val() - 1;
                self.state.d.next = State::Fill;
            }
            State::Zero => {
                self.state.d.next = State::Answer;
                if self.rows.q.val().any() {
                    self.write.next = true;
                    self.row.d.next = self.row.q.val() + 1;
                    self.rows.d.next = self.rows.q.val() - 1;
                    self.state.d.next = State::Zero;
                }
            }
            State::Range => {
                self.length.d.next = self.length.q.val() - 1;
                self.need.d.next = 7.into();
                self.width.d.next = 8.into();
                self.after.d.next = State::Place;
                self.state.d.next = State::Fetch;
                if !self.length.q.val().any() {
                    self.pointer.d.next = 6.into();
                    self.need.d.next = 4.into();
                    self.width.d.next = 4.into();
                    self.after.d.next = State::Match;
                }
            }
            State::Place => {
                self.place.d.next = self.word.q.val().get_bits::<8>(8);
                self.row.d.next = self.word.q.val().get_bits::<24>(16);
                self.rows.d.next = self.word.q.val().get_bits::<24>(40);
                self.state.d.next = State::Check;
            }
            State::Ask => {
                // Code comes through fetch, which takes longest.
                self.read.next = true;
                self.ticks.d.next = self.ticks.q.val() + 1;
                if self.ticks.q.val() == 5 {
                    self.ticks.d.next = 0.into();
                    self.word.d.next = self.rdata.val();
                    self.need.d.next = self.bytes.val();
                    self.after.d.next = State::Next;
                    self.state.d.next = State::Push;
                    if self.is_commit.val() {
                        self.state.d.next = State::Feed;
                    }
                    if self.command.q.val() == 8 {
                        self.word.d.next = self.head.val();
                        self.need.d.next = 11.into();
                        self.after.d.next = State::Body;
                    }
                }
            }
            State::Next => {
                self.row.d.next = self.row.q.val() + 1;
                self.rows.d.next = self.rows.q.val() - 1;
                self.state.d.next = State::Ask;
                if self.rows.q.val() < 2 {
                    self.state.d.next = State::Finish;
                    if self.is_commit.val() {
                        self.state.d.next = State::Range;
                    }
                }
            }
            State::Match => {
                self.need.d.next = 4.into();
                self.after.d.next = State::Verdict;
                self.state.d.next = State::Feed;
            }
            State::Verdict => {
                if !self.crc.busy.val() {
                    self.committed.d.next = false;
                    self.calling.d.next = false;
                    self.state.d.next = State::Set;
                    if !self.crc.residual.val() {
                        self.done.d.next = true;
                        self.done_status.d.next = 5.into();
                        self.failure.next = 5.into();
                        self.fails.next = true;
                    }
                }
            }
            State::Set => {
                self.need.d.next = 12.into();
                self.width.d.next = 12.into();
                self.after.d.next = State::Start;
                self.state.d.next = State::Fetch;
            }
            State::Start => {
                self.space.next = 0.into();
                self.write.next = true;
                self.phase.d.next = self.phase.q.val() + 1;
                self.state.d.next = State::Set;
                match self.phase.q.val().index() {
                    0 => {
                        self.address.next = 0.into();
                    }
                    1 => {
                        self.address.next = 1.into();
                    }
                    2 => {
                        self.address.next = 5.into();
                    }
                    3 => {
                        self.address.next = 6.into();
                    }
                    4 => {
                        self.address.next = 7.into();
                    }
                    _ => {
                        self.address.next = 8.into();
                        self.state.d.next = State::Resolve;
                    }
                }
            }
            State::Resolve => {
                if !self.ticks.q.val().all() {
                    self.ticks.d.next = self.ticks.q.val() + 1;
                } else if !self.running.val() {
                    self.committed.d.next = !self.stop.val().any();
                    self.done.d.next = true;
                    self.done_status.d.next = 0.into();
                    self.state.d.next = State::Answer;
                    if self.stop.val().any() {
                        self.done_status.d.next = 6.into();
                        self.status.d.next = 6.into();
                    }
                }
            }
            State::Act => {
                self.space.next = 0.into();
                self.wdata.next = bit_cast::<96, 24>(self.row.q.val()) | (bit_cast::<96, 24>(self.rows.q.val()) << 32);
                self.state.d.next = State::Answer;
                match self.command.q.val().index() {
                    7 => {
                        self.address.next = 2.into();
                        self.write.next = true;
                        self.cycles.d.next = 0.into();
                        self.calling.d.next = true;
                        self.done.d.next = true;
                        self.done_status.d.next = 0.into();
                    }
                    9 => {
                        self.address.next = 3.into();
                        self.write.next = true;
                        self.done.d.next = true;
                        self.done_status.d.next = 0.into();
                    }
                    10 => {
                        self.address.next = 9.into();
                        self.write.next = self.engaged.val();
                    }
                    _ => {
                        self.core_reset.next = true;
                        self.committed.d.next = false;
                        self.cycles.d.next = 0.into();
                        self.done.d.next = false;
                    }
                }
            }
            State::Answer => {
                self.crc.clear.next = true;
                self.block.d.next = 16.into();
                self.next.d.next = 17.into();
                self.run.d.next = 1.into();
                self.word.d.next =
                    bit_cast::<96, 8>(self.sequence_number.q.val()) | (bit_cast::<96, 8>(self.status.q.val()) << 8);
                self.need.d.next = 2.into();
                self.phase.d.next = 0.into();
                self.ticks.d.next = 0.into();
                self.after.d.next = State::Body;
                self.state.d.next = State::Push;
            }
            State::Body => {
                self.phase.d.next = self.phase.q.val() + 1;
                self.after.d.next = State::Body;
                self.state.d.next = State::Finish;
                if self.status.q.val() == 6 {
                    self.word.d.next =
                        bit_cast::<96, 8>(self.stop.val()) | (bit_cast::<96, 24>(self.stop_pc.val()) << 8);
                    self.need.d.next = 4.into();
                    self.after.d.next = State::Finish;
                    self.state.d.next = State::Push;
                } else if !self.status.q.val().any() {
                    match self.command.q.val().index() {
                        1 => {
                            self.state.d.next = State::Push;
                            match self.phase.q.val().index() {
                                0 => {
                                    self.word.d.next = (self.hello.val() << 24) | bit_cast::<96, 24>(self.row.q.val());
                                    self.need.d.next = 12.into();
                                }
                                1 => {
                                    self.word.d.next = self.hello2.val();
                                    self.need.d.next = 12.into();
                                }
                                2 => {
                                    self.word.d.next = self.hello3.val();
                                    self.need.d.next = 9.into();
                                }
                                _ => {
                                    self.state.d.next = State::Finish;
                                }
                            }
                        }
                        5 => {
                            self.state.d.next = State::Ask;
                        }
                        8 => {
                            self.state.d.next = State::Ask;
                            self.place.d.next = 0.into();
                            self.row.d.next = 3.into();
                            if self.phase.q.val().any() {
                                self.word.d.next = bit_cast::<96, 48>(self.cycles.q.val());
                                self.need.d.next = 8.into();
                                self.after.d.next = State::Finish;
                                self.state.d.next = State::Push;
                            }
                        }
                        _ => {}
                    }
                }
            }
            State::Finish => {
                if !self.crc.busy.val() {
                    self.word.d.next = bit_cast::<96, 32>(self.crc.value.val());
                    self.need.d.next = 4.into();
                    self.after.d.next = State::Close;
                    self.state.d.next = State::Push;
                }
            }
            State::Close => {
                self.buffer.write_enable.next = true;
                self.buffer.write_address.next = self.block.q.val();
                self.buffer.write_data.next = self.run.q.val();
                self.state.d.next = State::End;
            }
            State::End => {
                self.buffer.write_enable.next = true;
                self.buffer.write_data.next = 0.into();
                self.pointer.d.next = 16.into();
                self.state.d.next = State::Load;
            }
            State::Load => {
                self.state.d.next = State::Send;
            }
            State::Send => {
                if self.send_ready.val() {
                    self.send.next = true;
                    self.pointer.d.next = self.pointer.q.val() + 1;
                    self.state.d.next = State::Load;
                    if self.pointer.q.val() == self.next.q.val() {
                        self.crc.clear.next = true;
                        self.length.d.next = 0.into();
                        self.state.d.next = State::Idle;
                    }
                }
            }
        }
        if self.fails.val() {
            self.status.d.next = self.failure.val();
            self.state.d.next = State::Answer;
        }
        if self.reset.val() {
            self.committed.d.next = false;
            self.length.d.next = 0.into();
            self.crc.clear.next = true;
            self.state.d.next = State::Idle;
        }
    }
}
