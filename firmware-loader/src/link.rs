//! Whether an import can be bound to what is there (spec section 3.5.11).

use isa::module::{ImportKind, Module};
use isa::types::{FuncType, GlobalType, Limits, MemoryType, TableType};

/// Something that an import can name. The minimum of a table or memory is its size now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provided {
    Function(FuncType),
    Table(TableType),
    Memory(MemoryType),
    Global(GlobalType),
}

/// Whether `found` has the type that an import of `module` asks for.
pub fn matches(module: &Module, wanted: &ImportKind, found: &Provided) -> bool {
    match (wanted, found) {
        (ImportKind::Function(ty), Provided::Function(found)) => module.types.get(*ty as usize) == Some(found),
        (ImportKind::Table(wanted), Provided::Table(found)) => {
            wanted.element == found.element && within(found.limits, wanted.limits)
        }
        (ImportKind::Memory(wanted), Provided::Memory(found)) => {
            wanted.page_log2 == found.page_log2 && within(found.limits, wanted.limits)
        }
        (ImportKind::Global(wanted), Provided::Global(found)) => wanted == found,
        _ => false,
    }
}

fn within(found: Limits, wanted: Limits) -> bool {
    found.min >= wanted.min && wanted.max.is_none_or(|most| found.max.is_some_and(|max| max <= most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_text;
    use isa::types::ValType;

    #[test]
    fn limits_and_types_decide() {
        let module = parse_text(
            "(module (import \"m\" \"f\" (func (param i32))) (import \"m\" \"t\" (table 2 5 funcref))
                (import \"m\" \"m\" (memory 1)) (import \"m\" \"g\" (global (mut i64))))",
        )
        .unwrap();
        let check = |import: usize, found| matches(&module, &module.imports[import].kind, &found);
        let function =
            |params: &[ValType]| Provided::Function(FuncType { params: params.to_vec(), results: Vec::new() });
        assert!(check(0, function(&[ValType::I32])) && !check(0, function(&[])));
        let table = |element, min, max| Provided::Table(TableType { element, limits: Limits { min, max } });
        assert!(check(1, table(ValType::FuncRef, 2, Some(5))) && check(1, table(ValType::FuncRef, 3, Some(4))));
        assert!(!check(1, table(ValType::FuncRef, 1, Some(5))) && !check(1, table(ValType::FuncRef, 2, None)));
        assert!(!check(1, table(ValType::ExternRef, 2, Some(5))) && !check(1, table(ValType::FuncRef, 2, Some(6))));
        let memory = |min, page_log2| Provided::Memory(MemoryType { limits: Limits { min, max: None }, page_log2 });
        assert!(check(2, memory(1, 16)) && !check(2, memory(0, 16)) && !check(2, memory(1, 0)));
        let global = |ty, mutable| Provided::Global(GlobalType { ty, mutable });
        assert!(check(3, global(ValType::I64, true)) && !check(3, global(ValType::I64, false)));
        assert!(!check(3, global(ValType::I32, true)) && !check(3, function(&[])));
    }
}
