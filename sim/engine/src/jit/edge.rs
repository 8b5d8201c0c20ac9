//! What happens at the clock edge, when all values of the cycle are known.
use super::{RecordPlan, RunPlan, emit::Emitter};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, condcodes::IntCC, types};

impl Emitter<'_, '_> {
    /// Everything that happens at the clock edge of cycle `i`; returns the
    /// bits that end the run.
    pub fn edge(&mut self, run: &RunPlan, i: Value) -> Vec<Value> {
        let mut stops = Vec::new();
        if let Some(id) = run.stop {
            let mut stop = self.sampled(id);
            if run.stop_low {
                stop = self.b.ins().bxor_imm_u(stop, 1);
            }
            let offset = self.layout.control.stopped as i32;
            self.b
                .ins()
                .store(MemFlagsData::trusted(), stop, self.state, offset);
            stops.push(stop);
        }
        if let Some(record) = &run.record {
            stops.push(self.record(record, i));
        }
        if run.check_index {
            self.index_checks(i);
        }
        for write in &self.design.writes {
            self.mem_write(write);
        }
        stops
    }

    /// A signal's value before the edge.
    fn sampled(&self, id: u32) -> Value {
        self.value(self.design.nodes[id as usize])
    }

    /// Appends a record if asked for; returns whether the buffer is full.
    fn record(&mut self, record: &RecordPlan, i: Value) -> Value {
        let flags = MemFlagsData::trusted();
        let (place, full) = (self.layout.control.record as i32, self.b.create_block());
        let result = self.b.append_block_param(full, types::I8);
        let take = self.b.create_block();
        match record.when {
            Some(when) => {
                let when = self.sampled(when);
                let no = self.b.ins().iconst(types::I8, 0);
                self.b.ins().brif(when, take, &[], full, &[no.into()]);
            }
            None => {
                self.b.ins().jump(take, &[]);
            }
        }
        self.b.switch_to_block(take);
        self.b.seal_block(take);
        let at = self.b.ins().load(types::I64, flags, self.state, place);
        let cycle = self.cycle(i);
        self.b.ins().store(flags, cycle, at, 0);
        for (id, offset) in &record.fields {
            let (x, width) = (self.sampled(*id), self.design.signals[*id as usize].width);
            self.store_word(x, at, *offset as i32, width);
        }
        let next = self.b.ins().iadd_imm_u(at, record.bytes as i64);
        self.b.ins().store(flags, next, self.state, place);
        let end = self.layout.control.record_end as i32;
        let end = self.b.ins().load(types::I64, flags, self.state, end);
        let is_full = self
            .b
            .ins()
            .icmp(IntCC::UnsignedGreaterThanOrEqual, next, end);
        self.b.ins().jump(full, &[is_full.into()]);
        self.b.switch_to_block(full);
        self.b.seal_block(full);
        result
    }

    /// The number of clock edges before cycle `i` of this run.
    fn cycle(&mut self, i: Value) -> Value {
        let offset = self.layout.control.cycle as i32;
        let base = self
            .b
            .ins()
            .load(types::I64, MemFlagsData::trusted(), self.state, offset);
        self.b.ins().iadd(base, i)
    }

    /// Notes the cycle in which each index check first failed.
    fn index_checks(&mut self, i: Value) {
        let flags = MemFlagsData::trusted();
        for (k, check) in self.design.checks.iter().enumerate() {
            let offset = (self.layout.control.checks as usize + 8 * k) as i32;
            let (failed, end) = (self.b.create_block(), self.b.create_block());
            let bad = self.value(check.bad);
            self.b.ins().brif(bad, failed, &[], end, &[]);
            self.b.switch_to_block(failed);
            self.b.seal_block(failed);
            let old = self.b.ins().load(types::I64, flags, self.state, offset);
            let cycle = self.cycle(i);
            let new = self.b.ins().iadd_imm_u(cycle, 1);
            let first = self.b.ins().select(old, old, new);
            self.b.ins().store(flags, first, self.state, offset);
            self.b.ins().jump(end, &[]);
            self.b.switch_to_block(end);
            self.b.seal_block(end);
        }
    }
}
