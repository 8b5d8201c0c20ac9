//! Devices that a program calls as imported functions of one module. Chips answer some of them, the component answers
//! others on its bus, and where there is neither, and for the rest, the host does.

use crate::module::{Import, ImportKind, Module};
use crate::types::ValType;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

/// The module that programs import devices from.
pub const MODULE: &str = "wafer";

/// What is around a core and answers devices, each by its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// The system on the chip of a board.
    Chip,
    /// The component in somebody's own design.
    Component,
}

macro_rules! devices {
    ($($(#[doc = $doc:literal])* $variant:ident $chip:literal $component:literal $name:literal
        ($($param:ident)*) -> ($($result:ident)?))*) => {
        /// A device.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Device { $($(#[doc = $doc])* $variant),* }

        impl Device {
            pub const ALL: &'static [Device] = &[$(Device::$variant),*];

            /// As it is imported.
            pub const fn name(self) -> &'static str {
                match self { $(Device::$variant => $name),* }
            }

            /// What it does.
            pub const fn meaning(self) -> &'static str {
                match self { $(Device::$variant => concat!($($doc),*).trim_ascii()),* }
            }

            /// By which it is known there: the lead of an imported function's entry. 0 for those that the host answers.
            pub const fn number(self, around: Around) -> u8 {
                match (self, around) {
                    $((Device::$variant, Around::Chip) => $chip,
                    (Device::$variant, Around::Component) => $component),*
                }
            }

            pub const fn params(self) -> &'static [ValType] {
                match self { $(Device::$variant => &[$(ValType::$param),*]),* }
            }

            pub const fn results(self) -> &'static [ValType] {
                match self { $(Device::$variant => &[$(ValType::$result)?]),* }
            }
        }
    };
}

// The number on a chip, the number in the component.
devices! {
    /// Lights the LEDs whose bits are 1, the lowest four, until the next call of the host begins. Before that they show
    /// what the chip does.
    Leds      1 0 "leds"       (I32)     -> ()
    /// The buttons that are pressed, as bits; 0 on a board without.
    Buttons   2 0 "buttons"    ()        -> (I32)
    /// Cycles that the call has run so far, modulo 2^32. They stand still while the host is at work, and while a device
    /// is, unless the board stands alone.
    Cycles    3 0 "cycles"     ()        -> (I32)
    /// Writes the lowest byte to the serial line as it is, among the frames of a host if there is one: for programs that
    /// stand alone.
    SerialWrite 4 0 "serial_write" (I32) -> ()
    /// Writes the lowest byte where standard output goes.
    UartWrite 0 0 "uart_write" (I32)     -> ()
    /// The next byte of standard input, or -1 at its end. Waits for it.
    UartRead  0 0 "uart_read"  ()        -> (I32)
    /// Waits for so many microseconds of the host's clock, or somewhat longer.
    Timer     0 0 "timer"      (I32)     -> ()
    /// The word at an address of the component's bus; 0 if the transaction ended with `err`.
    BusRead   0 1 "bus_read"   (I32)     -> (I32)
    /// Writes a word to an address of that bus: address, word.
    BusWrite  0 2 "bus_write"  (I32 I32) -> ()
    /// 1 if a transaction ended with `err` since this was asked the last time, else 0.
    BusError  0 3 "bus_error"  ()        -> (I32)
}

/// Why an import from [`MODULE`] is no device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    UnknownName,
    /// Not with the type of this device.
    WrongType(Device),
}

impl Device {
    /// Whether it is on a bus, which nothing but the component has.
    pub const fn is_on_bus(self) -> bool {
        matches!(self, Device::BusRead | Device::BusWrite | Device::BusError)
    }

    /// The device that an import asks for; `None` if it is from another module.
    pub fn of_import(module: &Module, import: &Import) -> Option<Result<Device, Mismatch>> {
        if import.module != MODULE {
            return None;
        }
        let Some(&device) = Device::ALL.iter().find(|device| device.name() == import.name) else {
            return Some(Err(Mismatch::UnknownName));
        };
        let ty = match import.kind {
            ImportKind::Function(ty) => module.types.get(ty as usize),
            _ => None,
        };
        let fits = ty.is_some_and(|ty| ty.params == device.params() && ty.results == device.results());
        Some(if fits { Ok(device) } else { Err(Mismatch::WrongType(device)) })
    }
}

impl core::fmt::Display for Mismatch {
    /// What is there instead, for the end of a message.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Mismatch::UnknownName => {
                let names: Vec<&str> = Device::ALL.iter().map(|device| device.name()).collect();
                write!(f, "the devices are {}", names.join(", "))
            }
            Mismatch::WrongType(device) => {
                let mut text = String::from("its type is (func");
                for (word, types) in [("param", device.params()), ("result", device.results())] {
                    let names: Vec<&str> = types.iter().map(|ty| ty.name()).collect();
                    if !names.is_empty() {
                        write!(text, " ({word} {})", names.join(" "))?;
                    }
                }
                write!(f, "{text})")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::FuncType;
    use alloc::string::ToString;
    use alloc::vec;

    #[test]
    fn names_and_numbers_are_distinct() {
        for (i, a) in Device::ALL.iter().enumerate() {
            for b in &Device::ALL[..i] {
                assert_ne!(a.name(), b.name());
                for around in [Around::Chip, Around::Component] {
                    let numbers = [a, b].map(|device| device.number(around));
                    assert!(numbers[0] == 0 || numbers[0] != numbers[1], "{a:?} {b:?} {around:?}");
                }
            }
        }
    }

    #[test]
    fn imports_are_known_by_name_and_type() {
        let find = |from: &str, name: &str, params: Vec<ValType>, results: Vec<ValType>| {
            let import = Import { module: from.into(), name: name.into(), kind: ImportKind::Function(0) };
            let module = Module { types: vec![FuncType { params, results }], ..Module::default() };
            Device::of_import(&module, &import)
        };
        assert_eq!(find(MODULE, "leds", vec![ValType::I32], vec![]), Some(Ok(Device::Leds)));
        assert_eq!(find(MODULE, "cycles", vec![], vec![ValType::I32]), Some(Ok(Device::Cycles)));
        assert_eq!(find("env", "leds", vec![ValType::I32], vec![]), None);
        assert_eq!(find(MODULE, "led", vec![ValType::I32], vec![]), Some(Err(Mismatch::UnknownName)));
        let wrong = find(MODULE, "buttons", vec![ValType::I32], vec![ValType::I32]);
        assert_eq!(wrong, Some(Err(Mismatch::WrongType(Device::Buttons))));
        let wrong = [Device::Leds, Device::Buttons, Device::BusWrite].map(Mismatch::WrongType);
        let texts = [Mismatch::UnknownName, wrong[0], wrong[1], wrong[2]];
        let expected = [
            "the devices are leds, buttons, cycles, serial_write, uart_write, uart_read, timer, bus_read, bus_write, bus_error",
            "its type is (func (param i32))",
            "its type is (func (result i32))",
            "its type is (func (param i32 i32))",
        ];
        assert_eq!(texts.map(|mismatch| mismatch.to_string()), expected);
    }
}
