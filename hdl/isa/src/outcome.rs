//! How a call ends. Three words for an end that is not a result: a [`Trap`] is the program's doing, [`Exhausted`] is
//! a limit of this machine, a [`Fault`] cannot happen in validated code. Hardware, model, wire protocol and command
//! lines use these codes and no others.

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $code:literal $text:literal)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $name { $(#[doc = $text] $variant = $code),* }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// As it is called in texts that machines read.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => stringify!($variant)),* }
            }

            /// What happened, in words.
            pub const fn message(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }
        }
    };
}

codes! {
    /// The program did it: the spec's traps, in the spec suite's words (spec section 4.4).
    Trap {
        Unreachable              1 "unreachable"
        OutOfBoundsMemory        2 "out of bounds memory access"
        DivideByZero             3 "integer divide by zero"
        IntegerOverflow          4 "integer overflow"
        BadConversion            5 "invalid conversion to integer"
        UndefinedElement         6 "undefined element"
        UninitializedElement     7 "uninitialized element"
        IndirectCallTypeMismatch 8 "indirect call type mismatch"
        OutOfBoundsTable         9 "out of bounds table access"
    }
}

codes! {
    /// A limit of this machine was reached, or one that its user set.
    Exhausted {
        ValueStack     1 "value stack exhausted"
        CallStack      2 "call stack exhausted"
        PhysicalMemory 3 "the access is inside the declared memory but beyond the memory of this board"
        Cycles         4 "cycle limit reached"
        LabelStack     5 "label stack exhausted"
        BranchEntries  6 "branch entries exhausted"
        Instruction    7 "the program got to an instruction for whose millicode there is no room"
        Import         8 "the program called an imported function that nobody provides"
        Time           9 "time limit reached"
        Interrupted   10 "interrupted"
    }
}

codes! {
    /// Cannot happen in validated code; detected all the same.
    Fault {
        UnknownOpcode 1 "opcode this core does not execute"
        StackWindow   2 "stack pointer outside its window"
        CodeWindow    3 "program counter outside the code"
        InvalidCode   4 "code that is not valid"
    }
}

/// Why a call ended without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stop {
    Trap(Trap),
    Exhausted(Exhausted),
    Fault(Fault),
}

impl Stop {
    /// One byte for registers and the wire: class in the upper four bits (1 trap, 2 exhausted, 3 fault), code below.
    /// 0 is no stop.
    pub const fn code(self) -> u8 {
        match self {
            Stop::Trap(t) => 0x10 | t as u8,
            Stop::Exhausted(e) => 0x20 | e as u8,
            Stop::Fault(f) => 0x30 | f as u8,
        }
    }

    /// The inverse of [`Stop::code`].
    pub fn from_code(code: u8) -> Option<Stop> {
        let traps = Trap::ALL.iter().map(|&t| Stop::Trap(t));
        let exhausted = Exhausted::ALL.iter().map(|&e| Stop::Exhausted(e));
        let faults = Fault::ALL.iter().map(|&f| Stop::Fault(f));
        traps.chain(exhausted).chain(faults).find(|s| s.code() == code)
    }

    pub const fn message(self) -> &'static str {
        match self {
            Stop::Trap(t) => t.message(),
            Stop::Exhausted(e) => e.message(),
            Stop::Fault(f) => f.message(),
        }
    }
}

impl core::fmt::Display for Stop {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Stop {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_come_back() {
        let found: alloc::vec::Vec<_> = (0..=255).filter_map(Stop::from_code).collect();
        assert_eq!(found.len(), Trap::ALL.len() + Exhausted::ALL.len() + Fault::ALL.len());
        for stop in found {
            assert_eq!(Stop::from_code(stop.code()), Some(stop));
            assert!(!stop.message().is_empty());
        }
    }
}
