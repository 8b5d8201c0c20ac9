//! The component: the core in somebody's own design, behind registers of 32 bits on a bus.

macro_rules! registers {
    ($($(#[doc = $doc:literal])* $variant:ident $number:literal $name:literal $access:ident)*) => {
        /// A register of the bus slave. Each takes four bytes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Register { $($(#[doc = $doc])* $variant = $number),* }

        impl Register {
            pub const ALL: &'static [Register] = &[$(Register::$variant),*];

            pub const fn name(self) -> &'static str {
                match self { $(Register::$variant => $name),* }
            }

            /// What reads and writes do.
            pub const fn meaning(self) -> &'static [&'static str] {
                match self { $(Register::$variant => &[$($doc),*]),* }
            }

            pub const fn access(self) -> Access {
                match self { $(Register::$variant => Access::$access),* }
            }
        }
    };
}

/// What a register is for. A read of one that is only written gives 0; a write to one that is only read does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Read,
    Write,
    Both,
}

registers! {
    /// What the component does: the bits of STATUS.
    Status   0  "STATUS"   Read
    /// Code address of the instruction at which the last call stopped.
    StopPc   1  "STOP_PC"  Read
    /// Index of the imported function that waits for an answer.
    Function 2  "FUNCTION" Read
    /// Slot of its first argument, where its results go, too.
    Slot     3  "SLOT"     Read
    /// The space of the core's memories that LOW, MIDDLE and HIGH are a row of.
    Space    4  "SPACE"    Write
    /// The number of that row.
    Row      5  "ROW"      Write
    /// The row's bits 31 to 0. A write writes the whole row and goes on to the next one.
    Low      6  "LOW"      Both
    /// Bits 63 to 32. A write is kept for the next rows.
    Middle   7  "MIDDLE"   Both
    /// Bits 95 to 64. A write is kept for the next rows.
    High     8  "HIGH"     Both
    /// Clears so many rows of linear memory, from ROW on.
    Clear    9  "CLEAR"    Write
    /// Calls the function with this index.
    Start    10 "START"    Write
    /// Answers the imported function that waits: so many results are in the slots from SLOT on.
    Resume   11 "RESUME"   Write
    /// Ends a call, whatever is written.
    Halt     12 "HALT"     Write
}

impl Register {
    /// Byte address, from the first register on.
    pub const fn offset(self) -> u32 {
        4 * self as u32
    }
}

/// Bits of an address that say which register it is: 2 and up.
pub const NUMBER_BITS: u32 = 4;
/// Bits of an address.
pub const ADDRESS_BITS: u32 = NUMBER_BITS + 2;

/// Bits of [`Register::Status`].
pub mod status {
    macro_rules! bits {
        ($($(#[doc = $doc:literal])* $name:ident = $bit:literal;)*) => {
            $($(#[doc = $doc])* pub const $name: u32 = $bit;)*

            /// Every bit with its name and its meaning.
            pub const ALL: &[(u32, &str, &str)] = &[$(($bit, stringify!($name), concat!($($doc),*))),*];
        };
    }

    bits! {
        /// A call runs, or code is resolved, or rows are written or cleared.
        BUSY = 0;
        /// A call of an imported function waits for its answer.
        WAITING = 1;
        /// The code is resolved, or there is no resolver: START is not refused.
        READY = 2;
        /// A transaction of the master ended with `err`, and the program has not asked yet.
        FAILED = 3;
        /// The stop code of the last call, or of the resolver: a byte, 0 if it ended well.
        STOP = 8;
    }
}

/// One write to a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write {
    pub register: Register,
    pub value: u32,
}

impl Write {
    pub const fn new(register: Register, value: u32) -> Write {
        Write { register, value }
    }

    /// Behind the last one of a list: it does nothing.
    pub const END: Write = Write::new(Register::Status, 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_stand_at_their_numbers_and_fit_the_address() {
        for (i, register) in Register::ALL.iter().enumerate() {
            assert_eq!(register.offset() as usize, 4 * i, "{}", register.name());
            assert!(register.offset() < 1 << ADDRESS_BITS && !register.meaning().is_empty());
        }
    }
}
