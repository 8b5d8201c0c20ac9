//! Memory words: every address is checked or known to be inside.
use super::{
    emit::Emitter,
    layout::{machine_type, word_bytes},
};
use crate::{elab::MemWrite, ir::Node};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, condcodes::IntCC, types};

impl Emitter<'_, '_> {
    /// The word at `address` in machine type of its `width`.
    pub fn load_word(&mut self, address: Value, width: u32) -> Value {
        let flags = MemFlagsData::trusted();
        match word_bytes(width) {
            1 if width > 1 => self.b.ins().uload8(types::I32, flags, address, 0),
            2 => self.b.ins().uload16(types::I32, flags, address, 0),
            _ => self.b.ins().load(machine_type(width), flags, address, 0),
        }
    }

    /// Stores `x` of `width` bits as a word of a memory or record.
    pub fn store_word(&mut self, x: Value, address: Value, offset: i32, width: u32) {
        let flags = MemFlagsData::trusted();
        match word_bytes(width) {
            1 if width > 1 => self.b.ins().istore8(flags, x, address, offset),
            2 => self.b.ins().istore16(flags, x, address, offset),
            _ => self.b.ins().store(flags, x, address, offset),
        };
    }

    /// One bit that says whether `index` is inside memory `mem`; `None` if it
    /// cannot be outside.
    fn inside(&mut self, mem: u32, index: Node) -> Option<Value> {
        let depth = self.design.memories[mem as usize].depth as u128;
        if self.graph.max(index) < depth {
            return None;
        }
        let t = machine_type(self.graph.width(index));
        let x = self.value(index);
        let limit = self.konst(depth, t);
        Some(self.b.ins().icmp(IntCC::UnsignedLessThan, x, limit))
    }

    /// The address of a word; the first word's if `inside` says no.
    fn word_address(&mut self, mem: u32, index: Node, inside: Option<Value>) -> Value {
        let width = self.design.memories[mem as usize].width;
        let t = machine_type(self.graph.width(index));
        let index = self.value(index);
        let mut at = self.convert(index, t, types::I64);
        if let Some(inside) = inside {
            let first = self.konst(0, types::I64);
            at = self.b.ins().select(inside, at, first);
        }
        let at = self.b.ins().ishl_imm_u(at, word_bytes(width).trailing_zeros() as i64);
        let offset = self.layout.memories[mem as usize] as i64;
        let base = self.b.ins().iadd_imm_s(self.state, offset);
        self.b.ins().iadd(base, at)
    }

    /// A memory word, 0 beyond the end.
    pub fn mem_read(&mut self, mem: u32, index: Node, t: Type) -> Value {
        let inside = self.inside(mem, index);
        let address = self.word_address(mem, index, inside);
        let word = self.load_word(address, self.design.memories[mem as usize].width);
        match inside {
            Some(inside) => {
                let zero = self.konst(0, t);
                self.b.ins().select(inside, word, zero)
            }
            None => word,
        }
    }

    /// Makes an enabled write if it is inside.
    pub fn mem_write(&mut self, write: &MemWrite) {
        let end = self.inside(write.mem, write.address).map(|inside| {
            let (yes, end) = (self.b.create_block(), self.b.create_block());
            self.b.ins().brif(inside, yes, &[], end, &[]);
            self.begin(yes);
            end
        });
        let width = self.design.memories[write.mem as usize].width;
        let address = self.word_address(write.mem, write.address, None);
        let mut data = self.value(write.data);
        if let Some(mask) = write.mask {
            let (old, mask) = (self.load_word(address, width), self.value(mask));
            let kept = self.b.ins().band_not(old, mask);
            let new = self.b.ins().band(data, mask);
            data = self.b.ins().bor(kept, new);
        }
        self.store_word(data, address, 0, width);
        if let Some(end) = end {
            self.b.ins().jump(end, &[]);
            self.begin(end);
        }
    }
}
