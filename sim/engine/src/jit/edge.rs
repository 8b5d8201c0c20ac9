//! What is done in a cycle besides computing values.
use super::{RecordPlan, emit::Emitter};
use crate::ir::Node;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, condcodes::IntCC, types};

/// What an act of a plan does.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Stores its value of this width at this offset.
    Store { offset: u32, width: u32 },
    /// Makes a write to a memory, which is enabled.
    Write(usize),
    /// Appends a record.
    Record(RecordPlan),
    /// Notes whether the node has this value, which ends the run.
    Stop(Node, bool),
    /// Notes that an index is out of range.
    Check(usize),
}

impl Emitter<'_, '_> {
    /// Does act `i`; `value` is what it stores.
    pub fn deed(&mut self, i: usize, value: Option<Value>) {
        let deeds = self.deeds;
        let flags = MemFlagsData::trusted();
        match (&deeds[i], value) {
            (Deed::Store { offset, width }, Some(value)) => {
                self.store_word(value, self.state, *offset as i32, *width);
            }
            (Deed::Write(w), _) => {
                let design = self.design;
                self.mem_write(&design.writes[*w]);
            }
            (Deed::Record(record), _) => self.record(record),
            (Deed::Stop(n, high), _) => {
                let mut stop = self.value(*n);
                if !high {
                    stop = self.b.ins().bxor_imm_u(stop, 1);
                }
                let offset = self.layout.control.stopped as i32;
                self.b.ins().store(flags, stop, self.state, offset);
            }
            (Deed::Check(k), _) => self.note_index(*k),
            (Deed::Store { .. }, None) => unreachable!("stores have a value"),
        }
    }

    fn load_control(&mut self, offset: u32) -> Value {
        let flags = MemFlagsData::trusted();
        self.b.ins().load(types::I64, flags, self.state, offset as i32)
    }

    /// The number of clock edges before this cycle.
    fn cycle(&mut self) -> Value {
        let before = self.load_control(self.layout.control.cycle);
        let i = self.i;
        self.b.ins().iadd(before, i)
    }

    /// Appends a record; there is room for it.
    fn record(&mut self, record: &RecordPlan) {
        let flags = MemFlagsData::trusted();
        let place = self.layout.control.record;
        let at = self.load_control(place);
        let cycle = self.cycle();
        self.b.ins().store(flags, cycle, at, 0);
        for (id, offset) in &record.fields {
            let x = self.value(self.design.nodes[*id as usize]);
            let width = self.design.signals[*id as usize].width;
            self.store_word(x, at, *offset as i32, width);
        }
        let next = self.b.ins().iadd_imm_u(at, record.bytes as i64);
        self.b.ins().store(flags, next, self.state, place as i32);
    }

    /// Whether no more records fit.
    pub fn records_full(&mut self) -> Value {
        let next = self.load_control(self.layout.control.record);
        let end = self.load_control(self.layout.control.record_end);
        self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, next, end)
    }

    /// Whether the stop signal was seen in this cycle.
    pub fn stopped(&mut self) -> Value {
        let flags = MemFlagsData::trusted();
        let offset = self.layout.control.stopped as i32;
        self.b.ins().load(types::I8, flags, self.state, offset)
    }

    /// Notes the cycle in which index check `k` first failed.
    fn note_index(&mut self, k: usize) {
        let offset = self.layout.control.checks + 8 * k as u32;
        let old = self.load_control(offset);
        let cycle = self.cycle();
        let new = self.b.ins().iadd_imm_u(cycle, 1);
        let first = self.b.ins().select(old, old, new);
        let flags = MemFlagsData::trusted();
        self.b.ins().store(flags, first, self.state, offset as i32);
    }

    /// The clock edge: registers take their next values.
    pub fn clock(&mut self) {
        let flags = MemFlagsData::trusted();
        let t = types::I8X16;
        for at in (0..self.layout.shadow).step_by(t.bytes() as usize) {
            let next = (self.layout.shadow + at) as i32;
            let x = self.b.ins().load(t, flags, self.state, next);
            self.b.ins().store(flags, x, self.state, at as i32);
        }
    }
}
