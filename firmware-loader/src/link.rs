//! Whether an import can be bound to what is there (spec section 3.5.11).

use isa::module::{Export, ExportKind, ImportKind, Module};
use isa::types::{FuncType, GlobalType, Limits, MemoryType, TableType, ValType};
use std::fmt;

/// Something that an import can name. The minimum of a table or memory is its size now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provided {
    Function(FuncType),
    Table(TableType),
    Memory(MemoryType),
    Global(GlobalType),
}

impl Provided {
    /// What an import of `module` asks for; its limits are the loosest that will do.
    pub fn wanted(module: &Module, kind: &ImportKind) -> Provided {
        match *kind {
            ImportKind::Function(ty) => Provided::Function(module.types.get(ty as usize).cloned().unwrap_or_default()),
            ImportKind::Table(ty) => Provided::Table(ty),
            ImportKind::Memory(ty) => Provided::Memory(ty),
            ImportKind::Global(ty) => Provided::Global(ty),
        }
    }

    /// What a module exports, tables and memories of the size that they begin with.
    pub fn exported(module: &Module, export: &Export) -> Option<Provided> {
        let imported = module.imports.iter().map(|import| Provided::wanted(module, &import.kind));
        let functions = module.functions.iter().map(|f| Provided::wanted(module, &ImportKind::Function(f.ty)));
        let tables = module.tables.iter().map(|table| Provided::Table(table.ty));
        let memories = module.memories.iter().map(|&ty| Provided::Memory(ty));
        let globals = module.globals.iter().map(|global| Provided::Global(global.ty));
        let all = imported.chain(functions).chain(tables).chain(memories).chain(globals);
        all.filter(|provided| provided.kind() == export.kind).nth(export.index as usize)
    }

    const fn kind(&self) -> ExportKind {
        match self {
            Provided::Function(_) => ExportKind::Function,
            Provided::Table(_) => ExportKind::Table,
            Provided::Memory(_) => ExportKind::Memory,
            Provided::Global(_) => ExportKind::Global,
        }
    }

    /// Whether an import that asks for `wanted` can be bound to this.
    fn satisfies(&self, wanted: &Provided) -> bool {
        match (wanted, self) {
            (Provided::Function(wanted), Provided::Function(found)) => wanted == found,
            (Provided::Table(wanted), Provided::Table(found)) => {
                wanted.element == found.element && within(found.limits, wanted.limits)
            }
            (Provided::Memory(wanted), Provided::Memory(found)) => {
                wanted.page_log2 == found.page_log2 && within(found.limits, wanted.limits)
            }
            (Provided::Global(wanted), Provided::Global(found)) => wanted == found,
            _ => false,
        }
    }
}

/// Why `found` has not the type that an import of `module` asks for, in words behind its name; `None` if it has.
pub fn mismatch(module: &Module, wanted: &ImportKind, found: &Provided) -> Option<String> {
    let wanted = Provided::wanted(module, wanted);
    (!found.satisfies(&wanted)).then(|| format!("is {found}, and the import asks for {wanted}"))
}

/// As the text format writes it.
impl fmt::Display for Provided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Provided::Function(ty) => {
                f.write_str("(func")?;
                for (keyword, types) in [("param", &ty.params), ("result", &ty.results)] {
                    if !types.is_empty() {
                        let types: Vec<_> = types.iter().copied().map(ValType::name).collect();
                        write!(f, " ({keyword} {})", types.join(" "))?;
                    }
                }
                f.write_str(")")
            }
            Provided::Table(ty) => write!(f, "(table {} {})", bounds(ty.limits), ty.element.name()),
            Provided::Memory(MemoryType { limits, page_log2: 16 }) => write!(f, "(memory {})", bounds(*limits)),
            Provided::Memory(ty) => write!(f, "(memory {} (pagesize {}))", bounds(ty.limits), 1u64 << ty.page_log2),
            Provided::Global(GlobalType { ty, mutable: true }) => write!(f, "(global (mut {}))", ty.name()),
            Provided::Global(ty) => write!(f, "(global {})", ty.ty.name()),
        }
    }
}

fn bounds(limits: Limits) -> String {
    limits.max.map_or_else(|| limits.min.to_string(), |max| format!("{} {max}", limits.min))
}

fn within(found: Limits, wanted: Limits) -> bool {
    found.min >= wanted.min && wanted.max.is_none_or(|most| found.max.is_some_and(|max| max <= most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_text;

    #[test]
    fn limits_and_types_decide() {
        let module = parse_text(
            "(module (import \"m\" \"f\" (func (param i32))) (import \"m\" \"t\" (table 2 5 funcref))
                (import \"m\" \"m\" (memory 1)) (import \"m\" \"g\" (global (mut i64))))",
        )
        .unwrap();
        let check = |import: usize, found| mismatch(&module, &module.imports[import].kind, &found).is_none();
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

    #[test]
    fn a_mismatch_names_both_types() {
        let module = parse_text(
            "(module (import \"m\" \"f\" (func (param i32 f64) (result i64))) (import \"m\" \"t\" (table 2 5 funcref))
                (import \"m\" \"m\" (memory 1 (pagesize 1))) (import \"m\" \"g\" (global (mut i64))))",
        )
        .unwrap();
        let global = Provided::Global(GlobalType { ty: ValType::F32, mutable: false });
        let why = |import: usize| mismatch(&module, &module.imports[import].kind, &global);
        let wanted = [
            "(func (param i32 f64) (result i64))",
            "(table 2 5 funcref)",
            "(memory 1 (pagesize 1))",
            "(global (mut i64))",
        ];
        for (import, wanted) in wanted.into_iter().enumerate() {
            assert_eq!(why(import), Some(format!("is (global f32), and the import asks for {wanted}")));
        }
        let memory = MemoryType { limits: Limits { min: 1, max: Some(2) }, page_log2: 16 };
        assert_eq!(Provided::Memory(memory).to_string(), "(memory 1 2)");
        assert_eq!(Provided::Function(FuncType::default()).to_string(), "(func)");
    }
}
