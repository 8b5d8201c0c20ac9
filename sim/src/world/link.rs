//! Linking and instantiation (spec section 4.5.4).

use super::{Extern, Failure, Function, Global, Holder, Instance, InstanceId, Memory, Outcome, Table, World};
use crate::load;
use firmware_loader::fit::size::no_image;
use firmware_loader::link::{Provided, mismatch};
use firmware_loader::output::shown;
use isa::image::{Image, ImageError, MemoryImage, Segment, TableImage};
use isa::initial::{Bindings, State};
use isa::millicode::NUMBERS;
use isa::module::{ExportKind, Import, ImportKind, Module};
use isa::outcome::Stop;
use isa::types::{GlobalType, Limits, MemoryType, TableType};
use std::collections::HashMap;

impl World<'_> {
    /// Instantiates a validated module and runs its start function. `named` gives what an import refers to. What
    /// happened before a failure stays.
    pub fn instantiate(
        &mut self,
        module: &Module,
        mut named: impl FnMut(&World<'_>, &Import) -> Option<Extern>,
    ) -> Outcome<InstanceId> {
        let mut imports = Vec::new();
        for import in &module.imports {
            let what = || format!("{}.{}", shown(&import.module), shown(&import.name));
            let unknown = || Failure::Unlinkable(format!("unknown import: {}", what()));
            let found = named(self, import).ok_or_else(unknown)?;
            if let Some(mismatch) = mismatch(module, &import.kind, &self.provided(found)) {
                return Err(Failure::Unlinkable(format!("incompatible import type: {} {mismatch}", what())));
            }
            imports.push(found);
        }
        let instance = self.allocate(module, &imports)?;
        if let Some(start) = module.start {
            let address = self.instances[instance].functions[start as usize];
            self.depth = 0;
            self.call(address, &[])?;
        }
        Ok(InstanceId(instance))
    }

    fn provided(&mut self, found: Extern) -> Provided {
        match found {
            Extern::Function(f) => Provided::Function(self.types[self.functions[f].ty as usize].clone()),
            Extern::Table(t) => {
                self.release_table(t);
                let Table { ty, elements, .. } = &self.tables[t];
                Provided::Table(TableType { limits: Limits { min: elements.len() as u64, ..ty.limits }, ..*ty })
            }
            Extern::Memory(m) => {
                self.release_memory(m);
                let Memory { ty, size, .. } = &self.memories[m];
                Provided::Memory(MemoryType { limits: Limits { min: size >> ty.page_log2, ..ty.limits }, ..*ty })
            }
            Extern::Global(g) => Provided::Global(self.globals[g].ty),
        }
    }

    /// Makes the instance and its core, short of the start function.
    fn allocate(&mut self, module: &Module, imports: &[Extern]) -> Outcome<usize> {
        let instance = self.instances.len();
        self.enroll(module, imports)?;
        let bindings = self.bindings(instance, module, imports)?;
        let target = load::target(self.plan);
        let unsupported = |e: ImageError| Failure::Machine(no_image(module, e, &target).to_string());
        let mut state = State::allocate(module, &bindings, self.plan).map_err(unsupported)?;
        let initialized = state.initialize(module);
        let image = Image::of_state(module, state.clone(), self.plan, target.policy).map_err(unsupported)?;
        let excesses = image.excesses(self.plan);
        if !excesses.is_empty() {
            return Err(unsupported(ImageError::TooLarge(excesses)));
        }
        let core = &mut self.instances[instance];
        core.layout = image.layout;
        core.foreign_first = image.functions.len() as u32;
        core.has_tables = image.layout.has_tables();
        load::load(&mut *core.engine, &image, self.plan).map_err(|e| Failure::Machine(e.to_string()))?;
        self.define(instance, module, &state);
        match initialized {
            Ok(()) => Ok(instance),
            Err(ImageError::Trap(trap, _)) => Err(Failure::Stopped(Stop::Trap(trap))),
            Err(e) => Err(unsupported(e)),
        }
    }

    /// Gives the instance a place, and its functions addresses.
    fn enroll(&mut self, module: &Module, imports: &[Extern]) -> Outcome<()> {
        let instance = self.instances.len();
        let of = |kind: fn(&Extern) -> Option<usize>| imports.iter().filter_map(kind).collect::<Vec<usize>>();
        let mut functions = of(|e| if let Extern::Function(f) = e { Some(*f) } else { None });
        let imported = functions.len();
        for (index, function) in module.functions.iter().enumerate() {
            let ty = self.number(&module.types[function.ty as usize]);
            functions.push(self.functions.len());
            self.functions.push(Function { instance, index: (imported + index) as u32, ty });
        }
        let indices = functions.iter().enumerate().rev().map(|(index, &address)| (address, index as u32)).collect();
        self.instances.push(Instance {
            engine: (self.open)()?,
            layout: Default::default(),
            has_tables: false,
            exports: HashMap::new(),
            foreign: Vec::new(),
            foreign_last: (self.plan.functions() as u32 - 1).saturating_sub(NUMBERS),
            foreign_first: functions.len() as u32,
            functions,
            indices,
            tables: of(|e| if let Extern::Table(t) = e { Some(*t) } else { None }),
            memory: of(|e| if let Extern::Memory(m) = e { Some(*m) } else { None }).first().copied(),
            globals: of(|e| if let Extern::Global(g) = e { Some(*g) } else { None }),
            waiting: Vec::new(),
        });
        Ok(())
    }

    /// The imports' present values, as the new core will have them.
    fn bindings(&mut self, instance: usize, module: &Module, imports: &[Extern]) -> Outcome<Bindings> {
        let types = module.types.iter().map(|ty| self.number(ty)).collect();
        let mut bindings = Bindings { types: Some(types), ..Bindings::default() };
        for &import in imports {
            match import {
                Extern::Function(_) => {}
                Extern::Global(g) => {
                    self.release_global(g);
                    bindings.globals.push(self.local(instance, self.globals[g].ty.ty, self.globals[g].bits)?);
                }
                Extern::Table(t) => {
                    self.release_table(t);
                    let (element, elements) = (self.tables[t].ty.element, self.tables[t].elements.clone());
                    let elements = elements.iter().map(|&bits| self.local(instance, element, bits));
                    let elements = elements.collect::<Outcome<_>>()?;
                    bindings.tables.push(TableImage { elements, capacity: self.tables[t].capacity });
                }
                Extern::Memory(m) => {
                    self.release_memory(m);
                    let Memory { ty, size, bytes, .. } = &self.memories[m];
                    let segments = filled(bytes);
                    let (max_bytes, page_log2) = (ty.max_bytes(), ty.page_log2);
                    bindings.memory = Some(MemoryImage { bytes: *size, max_bytes, page_log2, segments });
                }
            }
        }
        Ok(bindings)
    }

    /// Adds what the module defines; from now on the new core holds everything that it uses.
    fn define(&mut self, instance: usize, module: &Module, state: &State) {
        let holder: Holder = Some(instance);
        for table in &module.tables {
            self.instances[instance].tables.push(self.tables.len());
            let capacity = self.plan.table_capacity(&table.ty);
            self.tables.push(Table { ty: table.ty, capacity, holder: None, elements: Vec::new() });
        }
        let imported = module.imports.iter().filter_map(|i| match i.kind {
            ImportKind::Global(ty) => Some(ty),
            _ => None,
        });
        let types: Vec<GlobalType> = imported.chain(module.globals.iter().map(|g| g.ty)).collect();
        for &ty in &types[self.instances[instance].globals.len()..] {
            self.instances[instance].globals.push(self.globals.len());
            self.globals.push(Global { ty, holder, bits: 0 });
        }
        if let Some(&ty) = module.memories.first() {
            self.instances[instance].memory = Some(self.memories.len());
            self.memories.push(Memory { ty, holder, size: 0, bytes: Vec::new() });
        }
        let core = &self.instances[instance];
        for (&address, table) in core.tables.iter().zip(&state.tables) {
            let element = self.tables[address].ty.element;
            self.tables[address].elements = table.elements.iter().map(|&bits| core.neutral(element, bits)).collect();
            self.tables[address].holder = holder.filter(|_| core.has_tables);
        }
        core.globals.iter().for_each(|&global| self.globals[global].holder = holder);
        core.memory.iter().for_each(|&memory| self.memories[memory].holder = holder);
        let exports = module.exports.iter().map(|export| {
            let index = export.index as usize;
            let item = match export.kind {
                ExportKind::Function => Extern::Function(core.functions[index]),
                ExportKind::Table => Extern::Table(core.tables[index]),
                ExportKind::Memory => Extern::Memory(core.memory.expect("validated")),
                ExportKind::Global => Extern::Global(core.globals[index]),
            };
            (export.name.clone(), item)
        });
        self.instances[instance].exports = exports.collect();
    }
}

/// What is not 0 of a memory: a pool has no blocks for the rest.
fn filled(memory: &[u8]) -> Vec<Segment> {
    const PIECE: usize = 256;
    let pieces =
        (0..).step_by(PIECE).zip(memory.chunks(PIECE)).filter(|(_, piece)| piece.iter().any(|&byte| byte != 0));
    pieces.map(|(address, piece)| Segment { address, bytes: piece.to_vec() }).collect()
}
