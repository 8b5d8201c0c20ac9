//! The memory of the sequencer: functions and frames.

use crate::prim::ram::bits_from;
use rust_hdl::prelude::*;

/// The bits of a packed record from `low`.
fn field<const W: usize>(word: u128, low: usize) -> Bits<W> {
    bits_from((word >> low) & ((1 << W) - 1))
}

/// What calls and returns need, in one memory: of each function its entry, packed as `isa::image::FunctionEntry` says,
/// and the frames in use. A frame's record begins as a function's entry does, so both have the same outputs. Reads in
/// every cycle.
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
    /// Of a function only: its locals beside the parameters, and how many slots its frame has at most.
    pub locals: Signal<Out, Bits<S>>,
    pub most: Signal<Out, Bits<S>>,

    pub write_function: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<F>>,
    pub write_data: Signal<In, Bits<96>>,
    /// Not together with `write_function`.
    pub write_frame: Signal<In, Bit>,
    pub new_frame: Signal<In, Bits<K>>,
    /// See [`FrameRecord`].
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
        self.pc.next = field::<C>(word, 0);
        self.branch.next = field::<B>(word, C);
        self.lead.next = field::<4>(word, C + B);
        self.slots.next = field::<S>(word, C + B + 4);
        self.locals.next = field::<S>(word, C + B + 4 + S);
        self.most.next = field::<S>(word, C + B + 4 + 2 * S);
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
    }

    fn hdl(&self) -> Verilog {
        let index = F.max(K);
        let place = |frames: bool, name: &str, width: usize| match index - width {
            0 => format!("{{1'd{}, {name}}}", u8::from(frames)),
            zeros => format!("{{1'd{}, {zeros}'d0, {name}}}", u8::from(frames)),
        };
        let fields = [("pc", C), ("branch", B), ("lead", 4), ("slots", S), ("locals", S), ("most", S)];
        let width: usize = fields.iter().map(|f| f.1).sum();
        let mut low = 0;
        let mut outputs = String::new();
        for (name, bits) in fields {
            outputs += &format!("always @(*) {name} = word[{}:{low}];\n", low + bits - 1);
            low += bits;
        }
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

/// Packs a frame record for [`CallRam`]: wiring only, but of widths that rust-hdl cannot shift by.
#[derive(LogicBlock, Default)]
pub struct FrameRecord<const C: usize, const B: usize, const S: usize> {
    pub pc: Signal<In, Bits<C>>,
    pub branch: Signal<In, Bits<B>>,
    pub lead: Signal<In, Bits<4>>,
    pub base: Signal<In, Bits<S>>,
    pub word: Signal<Out, Bits<96>>,
}

impl<const C: usize, const B: usize, const S: usize> Logic for FrameRecord<C, B, S> {
    fn update(&mut self) {
        let mut word = self.base.val().to_u128();
        word = word << 4 | self.lead.val().to_u128();
        word = word << B | self.branch.val().to_u128();
        word = word << C | self.pc.val().to_u128();
        self.word.next = bits_from(word);
    }

    fn connect(&mut self) {
        self.word.connect();
    }

    fn hdl(&self) -> Verilog {
        let rest = 96 - C - B - 4 - S;
        Verilog::Custom(format!("always @(*) word = {{{rest}'d0, base, lead, branch, pc}};\n"))
    }
}
