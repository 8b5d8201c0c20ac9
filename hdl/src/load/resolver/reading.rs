//! What the resolver has read of an instruction, or of a function's header: its rule, its number, types.

use super::number::Number;
use super::program::{Action, Load};
use super::rule::Rule;
use super::rule_table::RuleTable;
use super::size::Size;
use super::value_type::ValueType;
use crate::prim::names::{Limits, Opcodes, TypeCodes};
use layer::circuit;
use rust_hdl::prelude::*;

/// The rule is that of the opcode that was taken last. What is read must be as its rule says: else it is `invalid`.
#[derive(LogicBlock, Default)]
pub struct Reading<const C: usize, const S: usize> {
    pub clock: Signal<In, Clock>,
    // The row: see `Walk`.
    pub action: Signal<In, Action>,
    pub load: Signal<In, Load>,
    pub loading: Signal<In, Bit>,
    pub taken: Signal<In, Bit>,
    /// An instruction's opcode has been looked up.
    pub forms: Signal<In, Bit>,
    pub sum: Signal<In, Bits<C>>,
    pub code_byte: Signal<In, Bits<8>>,
    /// What the number must be less than, if it has a limit.
    pub base: Signal<In, Bits<S>>,

    pub rule: Signal<Out, Rule>,
    /// The instruction's code: of one byte, or behind the prefix.
    pub opcode: Signal<Out, Bits<8>>,
    /// The number; it has more bits.
    pub value: Signal<Out, Bits<C>>,
    pub over: Signal<Out, Bit>,
    /// It is not a number of slots.
    pub too_many: Signal<Out, Bit>,
    /// There are so many labels, two slots each.
    pub depth_fits: Signal<Out, Bit>,
    /// `isa::resolution::Limit` of the number.
    pub limit: Signal<Out, Bits<4>>,
    /// The byte is the last one of a number; it is the prefix.
    pub last: Signal<Out, Bit>,
    pub prefix: Signal<Out, Bit>,
    /// Bytes of the number so far.
    pub place: Signal<Out, Bits<4>>,
    /// The first of two numbers has been read, or the number of labels.
    pub seen: Signal<Out, Bit>,
    /// The block type is not a type index; it has a result.
    pub brief: Signal<Out, Bit>,
    pub gives: Signal<Out, Bit>,
    /// Labels or runs of locals are to come.
    pub to_come: Signal<Out, Bit>,
    /// The instruction has no immediates, or they have been read.
    pub ready: Signal<Out, Bit>,
    /// What is read cannot be; has a code that is no instruction's.
    pub invalid: Signal<Out, Bit>,
    pub unknown: Signal<Out, Bit>,

    pub rules: RuleTable,
    number: Number<C>,
    size: Size<C, S>,
    kinds: ValueType,
    opcodes: Opcodes,
    limits: Limits,
    type_codes: TypeCodes,
    code: DFF<Bits<8>>,
    one_seen: DFF<Bit>,
    is_brief: DFF<Bit>,
    has_result: DFF<Bit>,
    left: DFF<Bits<C>>,
    /// The number as a code behind the prefix; it is none.
    short: Signal<Local, Bits<8>>,
    past_codes: Signal<Local, Bit>,
    bound: Signal<Local, Bits<4>>,
    outside: Signal<Local, Bit>,
    complete: Signal<Local, Bit>,
}

impl<const C: usize, const S: usize> Logic for Reading<C, S> {
    #[circuit]
    fn update(&mut self) {
        dff_setup!(self, clock, code, one_seen, is_brief, has_result, left);
        clock!(self, clock, rules, number);
        // The rule is looked up while its opcode is taken.
        self.rules.code.next = self.code_byte.val();
        self.rules.prefixed.next = false;
        self.rules.enable.next = false;
        self.short.next = bit_cast::<8, C>(self.number.value.val());
        self.past_codes.next = (self.number.value.val() >> 8).any();
        if self.action.val() == Action::Prefixed {
            self.rules.code.next = self.short.val();
            self.rules.prefixed.next = true;
        }
        self.rule.next = self.rules.rule.val();

        // Numbers.
        self.number.clear.next = false;
        self.number.take.next = false;
        self.number.digit.next = self.code_byte.val();
        self.number.is_signed.next = self.rules.rule.val().signed;
        self.number.is_long.next = self.rules.rule.val().long;
        connect!(self.number => self; value, over, last, place);
        self.size.value.next = self.number.value.val();
        self.size.over.next = self.number.over.val();
        self.size.limit.next = self.base.val();
        self.too_many.next = !self.size.slots_fit.val();
        self.depth_fits.next = self.size.depth_fits.val();
        self.kinds.code.next = self.code_byte.val();
        // The limit of the number has been read at the same time; of a second number there may be none.
        self.bound.next = self.rules.rule.val().limit;
        if self.one_seen.q.val() {
            self.bound.next = 0.into();
            if self.rules.rule.val().second_table {
                self.bound.next = self.limits.tables.val();
            }
            if self.rules.rule.val().second_memory {
                self.bound.next = self.limits.memories.val();
            }
        }
        self.limit.next = self.bound.val();
        self.outside.next = self.size.outside.val()
            & self.rules.rule.val().number
            & self.bound.val().any()
            & !(self.rules.rule.val().block & self.is_brief.q.val());
        self.complete.next = !self.forms.val()
            | !(self.rules.rule.val().number
                | self.rules.rule.val().reference
                | self.rules.rule.val().single
                | self.rules.rule.val().double);
        self.ready.next = self.complete.val();
        self.prefix.next = self.code_byte.val() == self.opcodes.prefix.val();

        self.invalid.next = false;
        self.unknown.next = self.forms.val() & !self.rules.rule.val().known;
        if self.loading.val() & (self.load.val() == Load::Left) {
            self.left.d.next = self.sum.val();
        }
        match self.action.val() {
            Action::Clear => {
                self.number.clear.next = true;
            }
            Action::Size => {
                self.number.take.next = self.taken.val();
                self.invalid.next = self.taken.val() & self.number.bad.val();
            }
            Action::Digit => {
                self.number.take.next = self.taken.val();
                self.invalid.next = self.taken.val() & self.number.bad.val();
            }
            Action::Extent => {
                self.number.clear.next = true;
                self.invalid.next = self.number.over.val();
            }
            Action::Count => {
                self.number.clear.next = true;
                self.one_seen.d.next = true;
                self.invalid.next = self.number.over.val();
            }
            Action::LocalType => {
                if self.taken.val() {
                    self.number.clear.next = true;
                    self.left.d.next = self.left.q.val() - 1;
                    self.invalid.next = !self.kinds.value.val();
                }
            }
            Action::Opcode => {
                if self.taken.val() {
                    self.number.clear.next = true;
                    self.one_seen.d.next = false;
                    self.is_brief.d.next = false;
                    self.code.d.next = self.code_byte.val();
                    self.rules.enable.next = true;
                }
            }
            Action::Prefixed => {
                self.number.clear.next = true;
                self.code.d.next = self.short.val();
                self.rules.enable.next = true;
                self.unknown.next = self.number.over.val() | self.past_codes.val();
            }
            Action::Immediate => {
                if self.taken.val() {
                    self.number.take.next = self.taken.val();
                    self.invalid.next = self.number.bad.val() & self.rules.rule.val().number;
                    if self.rules.rule.val().block & self.number.last.val() & self.code_byte.val().get_bit(6) {
                        // A negative number has one byte: a value type, or the one for none.
                        self.is_brief.d.next = true;
                        self.has_result.d.next = self.code_byte.val() != self.type_codes.empty.val();
                        self.invalid.next = self.number.place.val().any()
                            | (!self.kinds.value.val() & (self.code_byte.val() != self.type_codes.empty.val()))
                    }
                }
            }
            Action::Reference => {
                if self.taken.val() {
                    self.invalid.next = !self.kinds.reference.val();
                }
            }
            Action::ValueType => {
                if self.taken.val() {
                    self.invalid.next = !self.kinds.value.val();
                }
            }
            Action::Within => {
                self.number.clear.next = self.load.val() == Load::None;
                self.one_seen.d.next = self.load.val() == Load::None;
                self.invalid.next = self.outside.val();
            }
            Action::OneLabel => {
                self.number.clear.next = true;
                self.left.d.next = self.left.q.val() - 1;
            }
            Action::OneType => {
                self.invalid.next = self.number.over.val() | (self.number.value.val() != 1);
            }
            Action::Measure => {
                self.invalid.next = self.complete.val() & self.outside.val();
            }
            Action::Table => {
                self.number.clear.next = true;
                self.left.d.next = self.left.q.val() - 1;
            }
            _ => {}
        }

        self.opcode.next = self.code.q.val();
        self.seen.next = self.one_seen.q.val();
        self.brief.next = self.is_brief.q.val();
        self.gives.next = self.has_result.q.val();
        self.to_come.next = self.left.q.val().any();
    }
}
