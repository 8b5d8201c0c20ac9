//! A small memory of tags, read in the cycle in which its address comes.

use rust_hdl::prelude::*;

/// A tag for each of a few places: what is written in a cycle is read from the next one on. Where such memories are not
/// made of lookup tables, yosys makes registers of it.
///
/// ```text
/// clock    _/~\_/~\_/~\_
/// address  X a          X
/// tag      X old   X new X
/// write    /~~~~~~~\______
/// ```
#[derive(LogicBlock)]
pub struct TagRam {
    pub clock: Signal<In, Clock>,
    pub address: Signal<In, Bits<8>>,
    pub tag: Signal<Out, Bits<32>>,
    pub write: Signal<In, Bit>,
    pub data: Signal<In, Bits<32>>,
    _tags: Vec<u32>,
    _width: usize,
}

impl TagRam {
    /// 2^`log2` tags, 1 to 256, of so many bits, 1 to 31; the upper ones of `address`, `tag` and `data` are not used and 0.
    pub fn new(log2: u32, width: usize) -> TagRam {
        assert!(log2 <= 8 && (1..32).contains(&width), "2^{log2} tags of {width} bits");
        TagRam {
            clock: Default::default(),
            address: Default::default(),
            tag: Default::default(),
            write: Default::default(),
            data: Default::default(),
            _tags: vec![0; 1 << log2],
            _width: width,
        }
    }
}

impl Default for TagRam {
    /// Four tags of three bits.
    fn default() -> TagRam {
        TagRam::new(2, 3)
    }
}

impl Logic for TagRam {
    fn update(&mut self) {
        let at = self.address.val().index() % self._tags.len();
        if self.clock.pos_edge() && self.write.val() {
            self._tags[at] = self.data.val().to_u32() & ((1 << self._width) - 1);
        }
        self.tag.next = u64::from(self._tags[at]).into();
    }

    fn connect(&mut self) {
        self.tag.connect();
    }

    fn hdl(&self) -> Verilog {
        let (last, top) = (self._tags.len() - 1, self._width - 1);
        let at = match last {
            0 => "1'b0".to_string(),
            _ => format!("address[{}:0]", last.ilog2()),
        };
        Verilog::Custom(format!(
            "reg [{top}:0] words [0:{last}];
always @(posedge clock) if (write) words[{at}] <= data[{top}:0];
always @(*) tag = {{{rest}'d0, words[{at}]}};
wire unused = |{{address, data}};
",
            rest = 31 - top
        ))
    }
}
