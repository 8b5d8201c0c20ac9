//! Decode: stage D's combinational part. Splits a group into its slots and looks up the operation.
//!
//! A group is `[source [source]] [operation [destination]]`; the marks say where each begins. Immediates have short
//! forms (one-byte indices, LEB128 of up to five bytes for the first constant or a lone index, up to two bytes
//! elsewhere); anything else is marked serial and stands alone.

use crate::front::control::{Control, illegal};
use crate::front::op_table::{MillicodeTable, OpTable};
use crate::front::serial::SerialImmediate;
use crate::prim::names::Opcodes;
use crate::prim::switch::Switch;
use crate::units::Operation;
use layer::circuit;
use rust_hdl::prelude::*;

/// What decode finds in a group, beside the operation's control bundle.
#[derive(Clone, Copy, Debug, PartialEq, Default, LogicStruct)]
pub struct Slots {
    /// One source (`first`), or two (`first` and `second`).
    pub first: Bit,
    pub second: Bit,
    pub first_constant: Bit,
    pub first_global: Bit,
    pub second_constant: Bit,
    pub second_global: Bit,
    /// The group writes the local or global `set_index`.
    pub set: Bit,
    pub set_global: Bit,
    /// The group leaves its result on the stack.
    pub push: Bit,
    /// The operation is a comparison and a `br_if` branches on it.
    pub fused: Bit,
}

/// A group that only passes A on; and one that does not execute.
#[derive(LogicBlock)]
pub struct Nothing {
    pub control: Signal<Out, Control>,
    pub slots: Signal<Out, Slots>,
    /// Of an operation that does not execute.
    pub illegal: Signal<Out, Control>,
    no_control: Constant<Control>,
    no_slots: Constant<Slots>,
    illegal_control: Constant<Control>,
}

impl Default for Nothing {
    fn default() -> Self {
        Self {
            control: Default::default(),
            slots: Default::default(),
            illegal: Default::default(),
            no_control: Constant::new(Control::default()),
            no_slots: Constant::new(Slots::default()),
            illegal_control: Constant::new(illegal()),
        }
    }
}

impl Logic for Nothing {
    #[circuit]
    fn update(&mut self) {
        self.control.next = self.no_control.val();
        self.slots.next = self.no_slots.val();
        self.illegal.next = self.illegal_control.val();
    }
}

#[derive(LogicBlock, Default)]
pub struct Decode {
    pub clock: Signal<In, Clock>,
    /// It is that of the compact core; constant.
    pub compact: Signal<In, Bit>,
    pub valid: Signal<In, Bit>,
    /// Stage D loses its group.
    pub flush: Signal<In, Bit>,
    /// The group in D goes to X.
    pub issue: Signal<In, Bit>,
    pub window: Signal<In, Bits<64>>,
    // Where opcodes are, bit 4k for byte k, as fetch says.
    pub seconds: Signal<In, Bits<32>>,
    pub operations: Signal<In, Bits<32>>,
    pub destinations: Signal<In, Bits<32>>,
    pub lead: Signal<In, Bits<4>>,
    /// Of the group, or of the long instruction that it continues; and whether it is that of a source.
    pub first_opcode: Signal<In, Bits<8>>,
    pub source: Signal<In, Bit>,
    /// If the lead says that it owns a branch entry: the code of its row, which stands there.
    pub entry_code: Signal<In, Bits<5>>,
    // Of the compact core: what the tables have.
    pub known_control: Signal<In, Control>,
    pub known_number: Signal<In, Bits<7>>,

    pub control: Signal<Out, Control>,
    pub slots: Signal<Out, Slots>,
    pub opcode: Signal<Out, Bits<8>>,
    /// What a unit is told of it.
    pub operation: Signal<Out, Operation>,
    /// Which byte of the group is the opcode of the operation.
    pub place: Signal<Out, Bits<3>>,
    pub first_index: Signal<Out, Bits<32>>,
    pub second_index: Signal<Out, Bits<32>>,
    pub set_index: Signal<Out, Bits<32>>,
    /// The first or only constant.
    pub constant: Signal<Out, Bits<64>>,
    /// The last or only constant, but for a serial one the lower half only; or an immediate index; in its lowest seven
    /// bits the index of the function that executes the instruction, if it is one of millicode.
    pub last_constant: Signal<Out, Bits<64>>,
    /// The offset of a memory access.
    pub offset: Signal<Out, Bits<32>>,
    /// Instructions in the group, block markers apart.
    pub count: Signal<Out, Bits<4>>,
    /// All immediates are there: the group can be issued.
    pub ready: Signal<Out, Bit>,
    /// The group in D was only a chunk of a long instruction and has been read.
    pub swallow: Signal<Out, Bit>,
    /// A part of a long instruction has been read, and its last one has not been issued.
    pub continuing: Signal<Out, Bit>,

    pub(crate) lookup: OpTable,
    pub(crate) millicode: MillicodeTable,
    pub(crate) wide_immediates: Switch,
    opcodes: Opcodes,
    serial: SerialImmediate,
    byte1: Signal<Local, Bits<8>>,
    byte2: Signal<Local, Bits<8>>,
    byte3: Signal<Local, Bits<8>>,
    byte4: Signal<Local, Bits<8>>,
    byte5: Signal<Local, Bits<8>>,
    byte6: Signal<Local, Bits<8>>,
    byte7: Signal<Local, Bits<8>>,
    operation2: Signal<Local, Bit>,
    operation3: Signal<Local, Bit>,
    operation4: Signal<Local, Bit>,
    operation5: Signal<Local, Bit>,
    operation6: Signal<Local, Bit>,
    destination1: Signal<Local, Bit>,
    destination2: Signal<Local, Bit>,
    destination3: Signal<Local, Bit>,
    destination4: Signal<Local, Bit>,
    destination5: Signal<Local, Bit>,
    destination6: Signal<Local, Bit>,
    destination7: Signal<Local, Bit>,
    first: Signal<Local, Bit>,
    second: Signal<Local, Bit>,
    second2: Signal<Local, Bit>,
    second3: Signal<Local, Bit>,
    is_serial: Signal<Local, Bit>,
    has_operation: Signal<Local, Bit>,
    has_destination: Signal<Local, Bit>,
    fill: Signal<Local, Bit>,
    second_fill: Signal<Local, Bit>,
    more1: Signal<Local, Bit>,
    more2: Signal<Local, Bit>,
    more3: Signal<Local, Bit>,
    more4: Signal<Local, Bit>,
    is_branch: Signal<Local, Bit>,
    is_tee: Signal<Local, Bit>,
    second_opcode: Signal<Local, Bits<8>>,
    second_byte0: Signal<Local, Bits<8>>,
    second_byte1: Signal<Local, Bits<8>>,
    op: Signal<Local, Bits<8>>,
    op_0: Signal<Local, Bits<8>>,
    op_2: Signal<Local, Bits<8>>,
    op_3: Signal<Local, Bits<8>>,
    op_4: Signal<Local, Bits<8>>,
    op_5: Signal<Local, Bits<8>>,
    op_6: Signal<Local, Bits<8>>,
    op_move: Signal<Local, Bits<8>>,
    code_0: Signal<Local, Bits<3>>,
    code_2: Signal<Local, Bits<3>>,
    code_3: Signal<Local, Bits<3>>,
    code_4: Signal<Local, Bits<3>>,
    code_5: Signal<Local, Bits<3>>,
    code_6: Signal<Local, Bits<3>>,
    code: Signal<Local, Bits<3>>,
    index_0: Signal<Local, Bits<8>>,
    index_1: Signal<Local, Bits<8>>,
    index_2: Signal<Local, Bits<8>>,
    index_3: Signal<Local, Bits<8>>,
    index_4: Signal<Local, Bits<8>>,
    index_5: Signal<Local, Bits<8>>,
    index_6: Signal<Local, Bits<8>>,
    op_byte1_0: Signal<Local, Bits<8>>,
    op_byte1_2: Signal<Local, Bits<8>>,
    op_byte1_3: Signal<Local, Bits<8>>,
    op_byte1_4: Signal<Local, Bits<8>>,
    op_byte1_5: Signal<Local, Bits<8>>,
    op_byte2_0: Signal<Local, Bits<8>>,
    op_byte2_2: Signal<Local, Bits<8>>,
    op_byte2_3: Signal<Local, Bits<8>>,
    op_byte2_4: Signal<Local, Bits<8>>,
    index: Signal<Local, Bits<8>>,
    op_byte1: Signal<Local, Bits<8>>,
    op_byte2: Signal<Local, Bits<8>>,
    dest: Signal<Local, Bits<8>>,
    dest_1: Signal<Local, Bits<8>>,
    dest_2: Signal<Local, Bits<8>>,
    dest_3: Signal<Local, Bits<8>>,
    dest_4: Signal<Local, Bits<8>>,
    dest_5: Signal<Local, Bits<8>>,
    dest_6: Signal<Local, Bits<8>>,
    dest_7: Signal<Local, Bits<8>>,
    sources: Signal<Local, Bits<4>>,
    instructions: Signal<Local, Bits<4>>,
    leb: Signal<Local, Bits<32>>,
    second_leb: Signal<Local, Bits<32>>,
    second_ones: Signal<Local, Bits<32>>,
    short_offset: Signal<Local, Bits<32>>,
    ones: Signal<Local, Bit>,
    is_plain: Signal<Local, Bit>,
    digits: Signal<Local, Bits<32>>,
    length: Signal<Local, Bits<32>>,
    choice: Signal<Local, Bits<32>>,
    chosen: Signal<Local, Bits<32>>,
    short_constant: Signal<Local, Bits<64>>,
    looked_up: Signal<Local, Control>,
    number: Signal<Local, Bits<7>>,
    from_end: Signal<Local, Bits<7>>,
    routine: Signal<Local, Bit>,
    second_constant: Signal<Local, Bits<64>>,
}

impl Logic for Decode {
    #[circuit]
    fn update(&mut self) {
        self.byte1.next = self.window.val().get_bits::<8>(8);
        self.byte2.next = self.window.val().get_bits::<8>(16);
        self.byte3.next = self.window.val().get_bits::<8>(24);
        self.byte4.next = self.window.val().get_bits::<8>(32);
        self.byte5.next = self.window.val().get_bits::<8>(40);
        self.byte6.next = self.window.val().get_bits::<8>(48);
        self.byte7.next = self.window.val().get_bits::<8>(56);

        self.is_serial.next = self.seconds.val().get_bit(4) | self.serial.continuing.val();

        // Sources.
        self.first.next = self.source.val();
        self.second2.next = self.seconds.val().get_bit(8);
        self.second3.next = self.seconds.val().get_bit(12);
        self.second.next = self.first.val() & !self.is_serial.val() & (self.second2.val() | self.second3.val());
        self.second_opcode.next = self.byte3.val();
        self.second_byte0.next = self.byte4.val();
        self.second_byte1.next = self.byte5.val();
        if self.second2.val() {
            self.second_opcode.next = self.byte2.val();
            self.second_byte0.next = self.byte3.val();
            self.second_byte1.next = self.byte4.val();
        }

        // Operation and destination.
        self.operation2.next = self.operations.val().get_bit(8);
        self.operation3.next = self.operations.val().get_bit(12);
        self.operation4.next = self.operations.val().get_bit(16);
        self.operation5.next = self.operations.val().get_bit(20);
        self.operation6.next = self.operations.val().get_bit(24);
        self.destination1.next = self.destinations.val().get_bit(4);
        self.destination2.next = self.destinations.val().get_bit(8);
        self.destination3.next = self.destinations.val().get_bit(12);
        self.destination4.next = self.destinations.val().get_bit(16);
        self.destination5.next = self.destinations.val().get_bit(20);
        self.destination6.next = self.destinations.val().get_bit(24);
        self.destination7.next = self.destinations.val().get_bit(28);
        self.has_operation.next = !self.first.val()
            | self.operation2.val()
            | self.operation3.val()
            | self.operation4.val()
            | self.operation5.val()
            | self.operation6.val();
        // At most one of these is the operation: selected without priority, because this is the longest path of D.
        self.op_0.next = if !self.first.val() { self.first_opcode.val() } else { 0.into() };
        self.op_2.next = if self.operation2.val() { self.byte2.val() } else { 0.into() };
        self.op_3.next = if self.operation3.val() { self.byte3.val() } else { 0.into() };
        self.op_4.next = if self.operation4.val() { self.byte4.val() } else { 0.into() };
        self.op_5.next = if self.operation5.val() { self.byte5.val() } else { 0.into() };
        self.op_6.next = if self.operation6.val() { self.byte6.val() } else { 0.into() };
        self.place.next = 0.into();
        if self.operation2.val() {
            self.place.next = 2.into();
        }
        if self.operation3.val() {
            self.place.next = 3.into();
        }
        if self.operation4.val() {
            self.place.next = 4.into();
        }
        if self.operation5.val() {
            self.place.next = 5.into();
        }
        if self.operation6.val() {
            self.place.next = 6.into();
        }
        // Without an operation the group is a move.
        self.op_move.next = if !self.has_operation.val() { self.opcodes.passes.val() } else { 0.into() };
        self.op.next = self.op_0.val()
            | self.op_2.val()
            | self.op_3.val()
            | self.op_4.val()
            | self.op_5.val()
            | self.op_6.val()
            | self.op_move.val();
        self.op_byte1_0.next = if !self.first.val() { self.byte2.val() } else { 0.into() };
        self.op_byte1_2.next = if self.operation2.val() { self.byte4.val() } else { 0.into() };
        self.op_byte1_3.next = if self.operation3.val() { self.byte5.val() } else { 0.into() };
        self.op_byte1_4.next = if self.operation4.val() { self.byte6.val() } else { 0.into() };
        self.op_byte1_5.next = if self.operation5.val() { self.byte7.val() } else { 0.into() };
        self.op_byte1.next = self.op_byte1_0.val()
            | self.op_byte1_2.val()
            | self.op_byte1_3.val()
            | self.op_byte1_4.val()
            | self.op_byte1_5.val();
        self.op_byte2_0.next = if !self.first.val() { self.byte3.val() } else { 0.into() };
        self.op_byte2_2.next = if self.operation2.val() { self.byte5.val() } else { 0.into() };
        self.op_byte2_3.next = if self.operation3.val() { self.byte6.val() } else { 0.into() };
        self.op_byte2_4.next = if self.operation4.val() { self.byte7.val() } else { 0.into() };
        self.op_byte2.next =
            self.op_byte2_0.val() | self.op_byte2_2.val() | self.op_byte2_3.val() | self.op_byte2_4.val();
        self.lookup.opcode.next = self.op.val();
        self.lookup.entry.next = self.lead.val().get_bit(3);
        self.looked_up.next = if self.compact.val() { self.known_control.val() } else { self.lookup.control.val() };
        // The number behind the prefix: of an instruction without an entry it has three bits.
        self.code_0.next = if !self.first.val() { self.byte1.val().get_bits::<3>(0) } else { 0.into() };
        self.code_2.next = if self.operation2.val() { self.byte3.val().get_bits::<3>(0) } else { 0.into() };
        self.code_3.next = if self.operation3.val() { self.byte4.val().get_bits::<3>(0) } else { 0.into() };
        self.code_4.next = if self.operation4.val() { self.byte5.val().get_bits::<3>(0) } else { 0.into() };
        self.code_5.next = if self.operation5.val() { self.byte6.val().get_bits::<3>(0) } else { 0.into() };
        self.code_6.next = if self.operation6.val() { self.byte7.val().get_bits::<3>(0) } else { 0.into() };
        self.code.next = self.code_0.val()
            | self.code_2.val()
            | self.code_3.val()
            | self.code_4.val()
            | self.code_5.val()
            | self.code_6.val();
        if self.is_serial.val() {
            self.code.next = self.serial.value.val().get_bits::<3>(0);
        }
        self.operation.next.prefixed = self.op.val() == self.opcodes.prefix.val();
        self.operation.next.code = self.op.val();
        if self.op.val() == self.opcodes.prefix.val() {
            self.operation.next.code = bit_cast::<8, 3>(self.code.val());
        }
        self.has_destination.next = self.destination1.val()
            | self.destination2.val()
            | self.destination3.val()
            | self.destination4.val()
            | self.destination5.val()
            | self.destination6.val()
            | self.destination7.val();
        self.dest_1.next = if self.destination1.val() { self.byte1.val() } else { 0.into() };
        self.dest_2.next = if self.destination2.val() { self.byte2.val() } else { 0.into() };
        self.dest_3.next = if self.destination3.val() { self.byte3.val() } else { 0.into() };
        self.dest_4.next = if self.destination4.val() { self.byte4.val() } else { 0.into() };
        self.dest_5.next = if self.destination5.val() { self.byte5.val() } else { 0.into() };
        self.dest_6.next = if self.destination6.val() { self.byte6.val() } else { 0.into() };
        self.dest_7.next = if self.destination7.val() { self.byte7.val() } else { 0.into() };
        self.dest.next = self.dest_1.val()
            | self.dest_2.val()
            | self.dest_3.val()
            | self.dest_4.val()
            | self.dest_5.val()
            | self.dest_6.val()
            | self.dest_7.val();
        // The index behind the last opcode, that of the destination or of the operation.
        self.index_0.next = if !self.first.val() & !self.has_destination.val() { self.byte1.val() } else { 0.into() };
        self.index_1.next = if self.destination1.val() { self.byte2.val() } else { 0.into() };
        self.index_2.next = if self.destination2.val() | (self.operation2.val() & !self.has_destination.val()) {
            self.byte3.val()
        } else {
            0.into()
        };
        self.index_3.next = if self.destination3.val() | (self.operation3.val() & !self.has_destination.val()) {
            self.byte4.val()
        } else {
            0.into()
        };
        self.index_4.next = if self.destination4.val() | (self.operation4.val() & !self.has_destination.val()) {
            self.byte5.val()
        } else {
            0.into()
        };
        self.index_5.next = if self.destination5.val() | (self.operation5.val() & !self.has_destination.val()) {
            self.byte6.val()
        } else {
            0.into()
        };
        self.index_6.next = if self.destination6.val() | (self.operation6.val() & !self.has_destination.val()) {
            self.byte7.val()
        } else {
            0.into()
        };
        self.index.next = self.index_0.val()
            | self.index_1.val()
            | self.index_2.val()
            | self.index_3.val()
            | self.index_4.val()
            | self.index_5.val()
            | self.index_6.val();
        // Among destinations, 0x0d br_if, 0x21 local.set and 0x22 local.tee.
        self.is_branch.next = self.has_destination.val() & !self.dest.val().get_bit(5);
        self.is_tee.next = self.has_destination.val() & self.dest.val().get_bit(5) & self.dest.val().get_bit(1);

        // The first immediate: LEB128 of up to five bytes after the opcode.
        self.more1.next = self.byte1.val().get_bit(7);
        self.more2.next = self.more1.val() & self.byte2.val().get_bit(7);
        self.more3.next = self.more2.val() & self.byte3.val().get_bit(7);
        self.more4.next = self.more3.val() & self.byte4.val().get_bit(7);
        self.fill.next = self.byte1.val().get_bit(6);
        if self.more1.val() {
            self.fill.next = self.byte2.val().get_bit(6);
        }
        if self.more2.val() {
            self.fill.next = self.byte3.val().get_bit(6);
        }
        if self.more3.val() {
            self.fill.next = self.byte4.val().get_bit(6);
        }
        if self.more4.val() {
            self.fill.next = self.byte5.val().get_bit(6);
        }
        // Only constants are signed; their opcodes have bit 6 set, those of indices do not.
        self.ones.next = self.fill.val() & self.first_opcode.val().get_bit(6) & !self.is_serial.val();
        // The bytes as they stand.
        self.is_plain.next = self.first_opcode.val() == self.opcodes.f32_const.val();
        self.digits.next = bit_cast::<32, 7>(self.byte1.val().get_bits::<7>(0))
            | (bit_cast::<32, 7>(self.byte2.val().get_bits::<7>(0)) << 7)
            | (bit_cast::<32, 7>(self.byte3.val().get_bits::<7>(0)) << 14)
            | (bit_cast::<32, 7>(self.byte4.val().get_bits::<7>(0)) << 21)
            | (bit_cast::<32, 7>(self.byte5.val().get_bits::<7>(0)) << 28);
        // The bits that are there. Behind them is sign; a serial immediate takes the place of all.
        self.length.next = 0x7f_u32.to_bits();
        if self.more1.val() {
            self.length.next = 0x3fff_u32.to_bits();
        }
        if self.more2.val() {
            self.length.next = 0x1f_ffff_u32.to_bits();
        }
        if self.more3.val() {
            self.length.next = 0xfff_ffff_u32.to_bits();
        }
        if self.more4.val() | self.is_plain.val() {
            self.length.next = 0xffff_ffff_u32.to_bits();
        }
        if self.is_serial.val() {
            self.length.next = 0.into();
        }
        // Two signals for each digit say what its bits are, so that a bit takes one LUT.
        self.choice.next = 0.into();
        if self.ones.val() {
            self.choice.next = !self.length.val();
        }
        if !self.is_plain.val() {
            self.choice.next = self.choice.val() | self.length.val();
        }
        self.chosen.next =
            (self.digits.val() & self.choice.val()) | (self.window.val().get_bits::<32>(8) & !self.choice.val());
        self.leb.next = (self.chosen.val() & self.length.val()) | (self.choice.val() & !self.length.val());

        self.second_fill.next = if self.second_byte0.val().get_bit(7) {
            self.second_byte1.val().get_bit(6)
        } else {
            self.second_byte0.val().get_bit(6)
        };
        self.second_ones.next = if self.second_fill.val() { 0xffff_ffff_u64.into() } else { 0.into() };
        self.second_leb.next =
            bit_cast::<32, 7>(self.second_byte0.val().get_bits::<7>(0)) | (self.second_ones.val() << 7);
        if self.second_byte0.val().get_bit(7) {
            self.second_leb.next = bit_cast::<32, 7>(self.second_byte0.val().get_bits::<7>(0))
                | (bit_cast::<32, 7>(self.second_byte1.val().get_bits::<7>(0)) << 7)
                | (self.second_ones.val() << 14);
        }
        self.short_offset.next = if self.op_byte1.val().get_bit(7) {
            bit_cast::<32, 7>(self.op_byte1.val().get_bits::<7>(0))
                | (bit_cast::<32, 7>(self.op_byte2.val().get_bits::<7>(0)) << 7)
        } else {
            bit_cast::<32, 7>(self.op_byte1.val().get_bits::<7>(0))
        };

        // Serial immediates take the place of the short forms.
        connect!(self => self.serial; clock, flush, issue, window);
        self.serial.by_byte.next = self.compact.val() | !self.wide_immediates.on.val();
        self.serial.active.next = self.valid.val() & self.is_serial.val();
        self.serial.last.next = self.lead.val().get_bits::<3>(0);
        self.serial.skip.next = self.looked_up.val().skip;
        self.serial.zero_extend.next = !self.first_opcode.val().get_bit(6);
        self.serial.wide.next = self.first_opcode.val() == self.opcodes.i64_const.val();
        self.serial.raw.next = self.first_opcode.val() == self.opcodes.f64_const.val();
        self.ready.next = !self.is_serial.val() | self.serial.done.val();
        connect!(self.serial => self; swallow, continuing);
        self.short_constant.next = if self.ones.val() {
            bit_cast::<64, 32>(self.leb.val()) | 0xffff_ffff_0000_0000_u64
        } else {
            bit_cast::<64, 32>(self.leb.val())
        };
        self.constant.next = self.short_constant.val() | self.serial.value.val();
        self.second_constant.next =
            bit_cast::<64, 32>(self.second_leb.val()) | (bit_cast::<64, 32>(self.second_ones.val()) << 32);
        self.last_constant.next =
            self.short_constant.val() | bit_cast::<64, 32>(self.serial.value.val().get_bits::<32>(0));
        if self.second.val() {
            self.last_constant.next = self.second_constant.val();
        }
        // Functions of millicode are counted from the end.
        self.millicode.opcode.next = self.first_opcode.val();
        self.number.next = if self.compact.val() { self.known_number.val() } else { self.millicode.number.val() };
        self.routine.next = self.number.val().any();
        if self.first_opcode.val() == self.opcodes.prefix.val() {
            self.number.next = if self.lead.val().get_bit(3) {
                bit_cast::<7, 5>(self.entry_code.val())
            } else {
                bit_cast::<7, 3>(self.code.val())
            };
            self.routine.next = self.looked_up.val().millicode;
        }
        self.from_end.next = !self.number.val();
        if self.routine.val() {
            self.last_constant.next = bit_cast::<64, 7>(self.from_end.val());
        }
        self.offset.next = self.short_offset.val();
        self.first_index.next = bit_cast::<32, 8>(self.byte1.val());
        self.second_index.next = bit_cast::<32, 8>(self.second_byte0.val());
        self.set_index.next = bit_cast::<32, 8>(self.index.val());
        if self.is_serial.val() {
            self.offset.next = self.serial.value.val().get_bits::<32>(0);
            self.first_index.next = self.serial.value.val().get_bits::<32>(0);
            self.set_index.next = self.serial.value.val().get_bits::<32>(0);
        }

        // Slots.
        self.sources.next = 0.into();
        if self.second.val() {
            self.sources.next = 2.into();
        } else if self.first.val() {
            self.sources.next = 1.into();
        }
        self.instructions.next = if self.has_operation.val() { self.sources.val() + 1 } else { self.sources.val() };
        self.count.next =
            if self.has_destination.val() { self.instructions.val() + 1 } else { self.instructions.val() };
        self.opcode.next = if !self.has_operation.val() { self.first_opcode.val() } else { self.op.val() };
        self.control.next = self.looked_up.val();
        // The long unit of the compact core shifts, too.
        self.control.next.long = self.looked_up.val().long | (self.compact.val() & self.looked_up.val().shift);
        self.slots.next.first = self.first.val();
        self.slots.next.second = self.second.val();
        self.slots.next.first_constant = self.first_opcode.val().get_bit(6);
        self.slots.next.first_global = !self.first_opcode.val().get_bit(6) & self.first_opcode.val().get_bit(1);
        self.slots.next.second_constant = self.second_opcode.val().get_bit(6);
        self.slots.next.second_global = !self.second_opcode.val().get_bit(6) & self.second_opcode.val().get_bit(1);
        self.slots.next.set = self.looked_up.val().set | (self.has_destination.val() & !self.is_branch.val());
        self.slots.next.set_global = self.looked_up.val().global;
        self.slots.next.push = (self.looked_up.val().result & !self.has_destination.val()) | self.is_tee.val();
        self.slots.next.fused = self.is_branch.val();
    }
}
