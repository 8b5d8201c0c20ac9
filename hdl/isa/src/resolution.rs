//! What the core's resolver reads beside the code: numbers and types of the module, in the slots of the value stack
//! that calls will use later, and the registers that say where they are.
//!
//! | slots | hold |
//! |-------|------|
//! | [`LIMITS`] of them, from the first free one | at [`Limit`] what an immediate must be less than; in the last one the type of a block with one result, before it that of a block without any |
//! | one for each type | number (`initial::type_numbers`) in bits 15 to 0, parameters in 31 to 16, results in 47 to 32 |
//! | one for each function, imported ones included | its type index |
//! | the rest, from an even one | labels: two for each open block |

use crate::module::Module;
use alloc::vec::Vec;

/// Slots in front of those of the types.
pub const LIMITS: u32 = 16;

/// What a number in the code is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    None = 0,
    /// Locals of the function, parameters included. The resolver writes it.
    Local = 1,
    Global = 2,
    Function = 3,
    Type = 4,
    Table = 5,
    Element = 6,
    Data = 7,
    /// The only memory is 0.
    Memory = 8,
    /// 2^6: an alignment with this bit set means a numbered memory.
    Alignment = 9,
}

/// The slots of a module, and where they lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// Slot of `slots[0]`.
    pub first: u32,
    /// Limits, types, functions.
    pub slots: Vec<u64>,
    /// Slot of the first type.
    pub types: u32,
    /// Slot of the first function's type index.
    pub functions: u32,
    /// First slot for labels.
    pub labels: u32,
    /// Index of the first function that is defined in the module.
    pub first_function: u32,
    /// Code address of the last byte; 2^32 - 1 if there is none.
    pub code_last: u32,
}

impl Resolution {
    /// For a module whose types have these numbers, with `base` as the first slot that is free. Counts beyond 16 bits fit no core and are cut.
    pub fn new(module: &Module, numbers: &[u32], base: u32, globals: u32, tables: u32) -> Resolution {
        let imported = module.imported_functions().count() as u32;
        let mut slots = alloc::vec![0; LIMITS as usize];
        let limits = [
            (Limit::Global, globals),
            (Limit::Function, module.function_count()),
            (Limit::Type, module.types.len() as u32),
            (Limit::Table, tables),
            (Limit::Element, module.elements.len() as u32),
            (Limit::Data, module.data.len() as u32),
            (Limit::Memory, 1),
            (Limit::Alignment, 64),
        ];
        limits.iter().for_each(|&(limit, count)| slots[limit as usize] = count.into());
        slots[LIMITS as usize - 1] = 1 << 32;
        let types = base + LIMITS;
        slots.extend(module.types.iter().zip(numbers).map(|(ty, &number)| {
            let [params, results] = [ty.params.len(), ty.results.len()].map(|n| n as u64 & 0xffff);
            u64::from(number & 0xffff) | params << 16 | results << 32
        }));
        let first_type_index = base + slots.len() as u32;
        slots.extend(module.imported_functions().chain(module.functions.iter().map(|f| f.ty)).map(u64::from));
        Resolution {
            first: base,
            types,
            functions: first_type_index,
            labels: (base + slots.len() as u32).next_multiple_of(2),
            first_function: imported,
            code_last: (module.code.len() as u32).wrapping_sub(1),
            slots,
        }
    }

    /// The registers that start the resolver, as one write.
    pub fn registers(&self) -> u128 {
        let halves = [self.first_function, self.types, self.functions, self.labels];
        let halves = (2..).zip(halves).map(|(i, half)| u128::from(half & 0xffff) << (16 * i));
        halves.fold(u128::from(self.code_last), |word, half| word | half)
    }
}
