//! Devices that a program calls as imported functions of one module. Chips answer some of them, and where there is no
//! chip, and for the others, the host does.

use crate::module::{Import, ImportKind, Module};
use crate::types::ValType;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

/// The module that programs import devices from.
pub const MODULE: &str = "wafer";

macro_rules! devices {
    ($($(#[$doc:meta])* $variant:ident $number:literal $name:literal ($($param:ident)?) -> ($($result:ident)?))*) => {
        /// A device.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Device { $($(#[$doc])* $variant),* }

        impl Device {
            pub const ALL: &'static [Device] = &[$(Device::$variant),*];

            /// As it is imported.
            pub const fn name(self) -> &'static str {
                match self { $(Device::$variant => $name),* }
            }

            /// By which a chip knows it: the lead of an imported function's entry. 0 for those that the host answers.
            pub const fn number(self) -> u8 {
                match self { $(Device::$variant => $number),* }
            }

            pub const fn params(self) -> &'static [ValType] {
                match self { $(Device::$variant => &[$(ValType::$param)?]),* }
            }

            pub const fn results(self) -> &'static [ValType] {
                match self { $(Device::$variant => &[$(ValType::$result)?]),* }
            }
        }
    };
}

devices! {
    /// Lights the LEDs whose bits are 1, the lowest four, until the next call of the host begins. Before that they show
    /// what the chip does.
    Leds      1 "leds"       (I32) -> ()
    /// The buttons that are pressed, as bits; 0 on a board without.
    Buttons   2 "buttons"    ()    -> (I32)
    /// Cycles that the call has run so far, modulo 2^32. They stand still while a device or the host is at work.
    Cycles    3 "cycles"     ()    -> (I32)
    /// Writes the lowest byte where standard output goes.
    UartWrite 0 "uart_write" (I32) -> ()
    /// The next byte of standard input, or -1 at its end. Waits for it.
    UartRead  0 "uart_read"  ()    -> (I32)
    /// Waits for so many microseconds of the host's clock, or somewhat longer.
    Timer     0 "timer"      (I32) -> ()
}

/// Why an import from [`MODULE`] is no device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    UnknownName,
    /// Not with the type of this device.
    WrongType(Device),
}

impl Device {
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
                    types.iter().try_for_each(|ty| write!(text, " ({word} {})", ty.name()))?;
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
                assert!(a.name() != b.name() && (a.number() == 0 || a.number() != b.number()), "{a:?} {b:?}");
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
        let texts = [Mismatch::UnknownName, Mismatch::WrongType(Device::Leds), Mismatch::WrongType(Device::Buttons)];
        let expected = [
            "the devices are leds, buttons, cycles, uart_write, uart_read, timer",
            "its type is (func (param i32))",
            "its type is (func (result i32))",
        ];
        assert_eq!(texts.map(|mismatch| mismatch.to_string()), expected);
    }
}
