//! The value stack: 64-bit slots for locals and operands, and typed access to its top.

use isa::outcome::Stop;

/// A type that values are computed in, and its form in a slot: 32-bit types in the low half with a zero upper half.
pub(crate) trait Bits {
    fn from_slot(bits: u64) -> Self;
    fn into_slot(self) -> u64;
}

macro_rules! integer_bits {
    ($($t:ty as $unsigned:ty),*) => {$(
        impl Bits for $t {
            #[inline(always)]
            fn from_slot(bits: u64) -> $t { bits as $t }
            #[inline(always)]
            fn into_slot(self) -> u64 { self as $unsigned as u64 }
        }
    )*};
}
integer_bits!(u32 as u32, i32 as u32, u64 as u64, i64 as u64);

// Every float that arithmetic produces goes through here, so every NaN becomes the positive canonical one. Instructions
// that must keep a NaN's bits (abs, neg, copysign, moves) work on integers instead.
impl Bits for f32 {
    #[inline(always)]
    fn from_slot(bits: u64) -> f32 {
        f32::from_bits(bits as u32)
    }
    #[inline(always)]
    fn into_slot(self) -> u64 {
        if self.is_nan() { 0x7fc0_0000 } else { self.to_bits() as u64 }
    }
}

impl Bits for f64 {
    #[inline(always)]
    fn from_slot(bits: u64) -> f64 {
        f64::from_bits(bits)
    }
    #[inline(always)]
    fn into_slot(self) -> u64 {
        if self.is_nan() { 0x7ff8_0000_0000_0000 } else { self.to_bits() }
    }
}

impl Bits for bool {
    #[inline(always)]
    fn from_slot(bits: u64) -> bool {
        bits as u32 != 0
    }
    #[inline(always)]
    fn into_slot(self) -> u64 {
        self as u64
    }
}

#[derive(Debug, Default)]
pub(crate) struct Stack {
    /// Grows with the calls, which ensure the space that their function can need.
    pub slots: Vec<u64>,
    /// The first free slot.
    pub sp: usize,
}

impl Stack {
    /// Makes room for slots below `top`.
    #[inline(always)]
    pub fn reserve(&mut self, top: usize) {
        if self.slots.len() < top {
            self.slots.resize(top.next_power_of_two(), 0);
        }
    }

    #[inline(always)]
    pub fn push<T: Bits>(&mut self, value: T) {
        self.slots[self.sp] = value.into_slot();
        self.sp += 1;
    }

    #[inline(always)]
    pub fn pop<T: Bits>(&mut self) -> T {
        self.sp -= 1;
        T::from_slot(self.slots[self.sp])
    }

    #[inline(always)]
    pub fn top(&self) -> u64 {
        self.slots[self.sp - 1]
    }

    #[inline(always)]
    pub fn unary<T: Bits, R: Bits>(&mut self, f: impl Fn(T) -> R) -> Result<(), Stop> {
        let x = self.pop();
        self.push(f(x));
        Ok(())
    }

    #[inline(always)]
    pub fn binary<T: Bits, R: Bits>(&mut self, f: impl Fn(T, T) -> R) -> Result<(), Stop> {
        let y = self.pop();
        let x = self.pop();
        self.push(f(x, y));
        Ok(())
    }

    #[inline(always)]
    pub fn try_unary<T: Bits, R: Bits>(&mut self, f: impl Fn(T) -> Result<R, Stop>) -> Result<(), Stop> {
        let x = self.pop();
        self.push(f(x)?);
        Ok(())
    }

    #[inline(always)]
    pub fn try_binary<T: Bits, R: Bits>(&mut self, f: impl Fn(T, T) -> Result<R, Stop>) -> Result<(), Stop> {
        let y = self.pop();
        let x = self.pop();
        self.push(f(x, y)?);
        Ok(())
    }

    /// Moves the top `keep` values down to `height`; whatever lies between is gone.
    #[inline(always)]
    pub fn unwind(&mut self, keep: usize, height: usize) {
        if height + keep != self.sp {
            self.slots.copy_within(self.sp - keep..self.sp, height);
            self.sp = height + keep;
        }
    }
}
