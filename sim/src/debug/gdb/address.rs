//! Addresses as LLDB gives them to WebAssembly: 64 bits of which the upper two say what the low 32 are an offset into,
//! and those between them which one of these it is. Here there is one of each.

use firmware_loader::gate::file_offset;
use isa::module::Module;

/// Where the offset lies from.
const SPACE: u32 = 62;
const OBJECT: u64 = 1;

/// Where the bytes of the module file begin.
pub(super) const FILE: u64 = OBJECT << SPACE;

/// A place that is meant by an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// An address in linear memory.
    Memory(u32),
    /// A byte offset in the module file.
    File(u32),
}

impl Place {
    /// `None` for a memory or module that is not there.
    pub fn of(address: u64) -> Option<Place> {
        let offset = address as u32;
        match address & !u64::from(u32::MAX) {
            0 => Some(Place::Memory(offset)),
            FILE => Some(Place::File(offset)),
            _ => None,
        }
    }

    /// The code address that is meant.
    pub fn code(self, module: &Module) -> Option<u32> {
        match self {
            Place::File(offset) => offset.checked_sub(module.code_offset),
            Place::Memory(_) => None,
        }
    }
}

/// The address of a code address.
pub(super) fn of_code(module: &Module, pc: u32) -> u64 {
    FILE + file_offset(module, pc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upper_bits_say_what_is_meant() {
        let module = Module { code_offset: 0x40, ..Module::default() };
        assert_eq!(of_code(&module, 5), 0x4000_0000_0000_0045);
        assert_eq!(Place::of(0x4000_0000_0000_0045).and_then(|place| place.code(&module)), Some(5));
        assert_eq!(Place::of(0x10), Some(Place::Memory(0x10)));
        assert_eq!(Place::of(0x10).and_then(|place| place.code(&module)), None);
        assert_eq!(Place::of(FILE).and_then(|place| place.code(&module)), None, "before the code");
        for elsewhere in [1 << 32, FILE | 1 << 32, 2 << 62, u64::MAX] {
            assert_eq!(Place::of(elsewhere), None);
        }
    }
}
