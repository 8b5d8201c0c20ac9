//! The memory of the sequencer: functions and frames.

use crate::prim::ram::bits_from;
use isa::frame::FrameRecord;
use isa::image::FunctionEntry;
use rust_hdl::prelude::*;

/// The ports that show the fields of a function's entry, in their order.
const PORTS: [&str; 6] = ["pc", "branch", "lead", "slots", "locals", "most"];

/// What calls and returns need, in one memory: of each function its `isa::image::FunctionEntry` and of each frame in
/// use its `isa::frame::FrameRecord`, which begins as a function's entry does, so that both have the same outputs.
/// Reads in every cycle.
#[derive(LogicBlock)]
pub struct CallRam<const F: usize, const K: usize, const C: usize, const B: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    /// Reads the entry of the function `callee`, not the record of `frame`.
    pub read_function: Signal<In, Bit>,
    pub callee: Signal<In, Bits<F>>,
    pub frame: Signal<In, Bits<K>>,
    /// Where the function begins, or the caller goes on; first branch entry from there, and lead.
    pub pc: Signal<Out, Bits<C>>,
    pub branch: Signal<Out, Bits<B>>,
    pub lead: Signal<Out, Bits<4>>,
    /// The function's parameters, or the caller's frame base.
    pub slots: Signal<Out, Bits<S>>,
    /// Of a function: its locals beside the parameters. Bit 0 says of a frame whether its caller is privileged.
    pub locals: Signal<Out, Bits<S>>,
    /// Of a function only: how many slots its frame has at most.
    pub most: Signal<Out, Bits<S>>,
    /// The record of a frame as it is packed.
    pub record: Signal<Out, Bits<64>>,

    pub write_function: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<F>>,
    pub write_data: Signal<In, Bits<96>>,
    /// Not together with `write_function`.
    pub write_frame: Signal<In, Bit>,
    pub new_frame: Signal<In, Bits<K>>,
    /// A packed record.
    pub frame_data: Signal<In, Bits<96>>,
    _functions: Vec<u128>,
    _frames: Vec<u128>,
}

impl<const F: usize, const K: usize, const C: usize, const B: usize, const S: usize> Default
    for CallRam<F, K, C, B, S>
{
    fn default() -> Self {
        Self {
            clock: Default::default(),
            read_function: Default::default(),
            callee: Default::default(),
            frame: Default::default(),
            pc: Default::default(),
            branch: Default::default(),
            lead: Default::default(),
            slots: Default::default(),
            locals: Default::default(),
            most: Default::default(),
            record: Default::default(),
            write_function: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            write_frame: Default::default(),
            new_frame: Default::default(),
            frame_data: Default::default(),
            _functions: vec![0; 1 << F],
            _frames: vec![0; 1 << K],
        }
    }
}

impl<const F: usize, const K: usize, const C: usize, const B: usize, const S: usize> CallRam<F, K, C, B, S> {
    /// Each port with its bits.
    fn fields() -> [(&'static str, usize); PORTS.len()] {
        let mut fields = FunctionEntry::FIELDS.iter();
        PORTS.map(|port| (port, fields.next().map_or(0, |f| f.width.bits(C as u32, B as u32, S as u32) as usize)))
    }

    /// Bits of a frame's record.
    fn record_bits() -> usize {
        FrameRecord::FIELDS.iter().map(|field| field.width.bits(C as u32, B as u32, S as u32) as usize).sum()
    }
}

impl<const F: usize, const K: usize, const C: usize, const B: usize, const S: usize> Logic for CallRam<F, K, C, B, S> {
    fn update(&mut self) {
        if !self.clock.pos_edge() {
            return;
        }
        let word = if self.read_function.val() {
            self._functions[self.callee.val().index()]
        } else {
            self._frames[self.frame.val().index()]
        };
        let mut rest = word;
        let mut field = |bits: usize| {
            let value = rest & ((1 << bits) - 1);
            rest >>= bits;
            value
        };
        let [pc, branch, lead, slots, locals, most] = Self::fields().map(|(_, bits)| field(bits));
        self.pc.next = bits_from(pc);
        self.branch.next = bits_from(branch);
        self.lead.next = bits_from(lead);
        self.slots.next = bits_from(slots);
        self.locals.next = bits_from(locals);
        self.most.next = bits_from(most);
        self.record.next = bits_from(word & ((1 << Self::record_bits()) - 1));
        if self.write_frame.val() {
            self._frames[self.new_frame.val().index()] = self.frame_data.val().to_u128();
        } else if self.write_function.val() {
            self._functions[self.write_address.val().index()] = self.write_data.val().to_u128();
        }
    }

    fn connect(&mut self) {
        self.pc.connect();
        self.branch.connect();
        self.lead.connect();
        self.slots.connect();
        self.locals.connect();
        self.most.connect();
        self.record.connect();
    }

    fn hdl(&self) -> Verilog {
        let index = F.max(K);
        let place = |frames: bool, name: &str, width: usize| match index - width {
            0 => format!("{{1'd{}, {name}}}", u8::from(frames)),
            zeros => format!("{{1'd{}, {zeros}'d0, {name}}}", u8::from(frames)),
        };
        let fields = Self::fields();
        let width: usize = fields.iter().map(|f| f.1).sum();
        let mut low = 0;
        let mut outputs = String::new();
        for (name, bits) in fields {
            outputs += &format!("always @(*) {name} = word[{}:{low}];\n", low + bits - 1);
            low += bits;
        }
        let record = Self::record_bits();
        outputs += &format!("always @(*) record = {{{}'d0, word[{}:0]}};\n", 64 - record, record - 1);
        Verilog::Custom(format!(
            "(* no_rw_check *)
reg [{top}:0] mem [0:{last}];
reg [{top}:0] word;
wire [{index}:0] read_place = read_function ? {function} : {frame};
wire [{index}:0] write_place = write_frame ? {new_frame} : {new_function};
wire [{top}:0] write_word = write_frame ? frame_data[{top}:0] : write_data[{top}:0];
always @(posedge clock) begin
   if (write_frame | write_function) mem[write_place] <= write_word;
   word <= mem[read_place];
end
{outputs}",
            top = width - 1,
            last = (2u64 << index) - 1,
            function = place(false, "callee", F),
            frame = place(true, "frame", K),
            new_function = place(false, "write_address", F),
            new_frame = place(true, "new_frame", K),
        ))
    }
}
