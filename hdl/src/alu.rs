use crate::control::Control; use rust_hdl::prelude::*;
#[derive(LogicBlock, Default)] pub struct Alu { pub clock: Signal<In, Clock>, pub control: Signal<In, Control>, pub a: Signal<In, Bits<32>>, pub b: Signal<In, Bits<32>>, pub second: Signal<In, Bit>, pub result: Signal<Out, Bits<32>>, pub condition: Signal<Out, Bit>, carry: DFF<Bit>, eq: DFF<Bit>,
 bx: Signal<Local, Bits<33>>, ax: Signal<Local, Bits<33>>, cin: Signal<Local, Bits<33>>, sum: Signal<Local, Bits<33>>, c: Signal<Local,Bit>, e: Signal<Local,Bit>, lt: Signal<Local,Bit>, n: Signal<Local,Bits<32>>, m: Signal<Local,Bits<32>>, ones: Signal<Local,Bits<32>>, r: Signal<Local,Bits<32>>, l: Signal<Local,Bits<32>>, sg: Signal<Local,Bits<32>>, k32: Signal<Local, Bits<32>> }
impl Logic for Alu { #[hdl_gen] fn update(&mut self) { dff_setup!(self, clock, carry, eq);
 self.bx.next = bit_cast::<33,32>(self.b.val());
 if self.control.val().subtract { self.bx.next = bit_cast::<33,32>(self.b.val() ^ 4294967295_u64); }
 self.ax.next = bit_cast::<33,32>(self.a.val());
 self.cin.next = 0.into();
 if (self.second.val() & self.carry.q.val()) | (!self.second.val() & self.control.val().subtract) { self.cin.next = 1.into(); }
 self.sum.next = self.ax.val() + self.bx.val() + self.cin.val();
 self.carry.d.next = self.sum.val().get_bit(32);
 self.e.next = (self.a.val() == self.b.val()) & (!self.second.val() | self.eq.q.val());
 self.eq.d.next = self.a.val() == self.b.val();
 self.lt.next = !self.sum.val().get_bit(32);
 if self.control.val().signed & (self.a.val().get_bit(31) ^ self.b.val().get_bit(31)) { self.lt.next = self.a.val().get_bit(31); }
 self.c.next = self.control.val().invert ^ ((self.control.val().less & self.lt.val()) | (self.control.val().equal & self.e.val()));
 self.condition.next = self.c.val();
 self.ones.next = 4294967295_u64.into();
 self.n.next = self.b.val() & 31;
 self.k32.next = 32.into();
 self.m.next = (self.k32.val() - self.n.val()) & 31;
 self.l.next = self.a.val() << self.n.val();
 self.r.next = self.a.val() >> self.n.val();
 self.sg.next = 0.into();
 if self.a.val().get_bit(31) { self.sg.next = self.ones.val(); }
 self.result.next = self.sum.val().get_bits::<32>(0);
 if self.control.val().logic { self.result.next = self.a.val() ^ self.b.val(); if self.control.val().and { self.result.next = self.a.val() & self.b.val(); } if self.control.val().or { self.result.next = self.a.val() | self.b.val(); } }
 if self.control.val().compare { self.result.next = 0.into(); if self.c.val() { self.result.next = 1.into(); } }
 if self.control.val().shift {
   self.result.next = self.r.val();
   if self.control.val().left { self.result.next = self.l.val(); }
   if self.control.val().rotate { self.result.next = self.r.val() | (self.a.val() << self.m.val()); if self.control.val().left { self.result.next = self.l.val() | (self.a.val() >> self.m.val()); } }
   if self.control.val().arithmetic { self.result.next = self.r.val() | ((self.sg.val() << 1) << (self.n.val() ^ 31)); }
 }
 if self.control.val().extend8 { self.result.next = self.a.val() & 255; if self.a.val().get_bit(7) { self.result.next = (self.a.val() & 255) | 4294967040_u64; } }
 if self.control.val().extend16 { self.result.next = self.a.val() & 65535; if self.a.val().get_bit(15) { self.result.next = (self.a.val() & 65535) | 4294901760_u64; } }
} }
