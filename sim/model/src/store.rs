//! The store: everything that instances own or share (spec section 4.2.3), reached by address. In a store with one
//! instance whose imports were added in the module's order, addresses equal the module's indices.

use crate::code::Code;
use crate::limits::Limits;
use crate::memory::Memory;
use crate::table::Table;
use crate::thread::{Outcome, Thread};
use isa::outcome::Stop;
use isa::types::*;
use std::collections::HashMap;
use std::sync::Arc;

macro_rules! addresses {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name(pub u32);
    )*};
}
addresses! {
    /// Address of a function in its [`Store`].
    FuncAddr
    /// Address of a table in its [`Store`].
    TableAddr
    /// Address of a memory in its [`Store`].
    MemoryAddr
    /// Address of a global in its [`Store`].
    GlobalAddr
    /// Address of an instance in its [`Store`].
    InstanceAddr
}

/// What a module can import and export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extern {
    Func(FuncAddr),
    Table(TableAddr),
    Memory(MemoryAddr),
    Global(GlobalAddr),
}

/// What a host function gets.
pub struct HostCall<'a> {
    /// Of the function's parameter types.
    pub args: &'a [Value],
    /// The calling instance's first memory; none if it has none or the call came from outside.
    pub memory: Option<&'a mut Memory>,
}

/// A function of the embedder. The results must have the types it was added with.
pub type HostFunction = dyn FnMut(HostCall<'_>) -> Result<Vec<Value>, Stop> + Send;

pub(crate) struct Func {
    /// As numbered by [`Store::intern`]: equal types, equal numbers.
    pub ty: u32,
    pub body: Body,
}

pub(crate) enum Body {
    Wasm(Arc<Code>),
    Host(Box<HostFunction>),
}

#[derive(Debug)]
pub(crate) struct GlobalInstance {
    pub ty: GlobalType,
    pub bits: u64,
}

/// The addresses behind a module's index spaces.
#[derive(Debug, Default)]
pub(crate) struct Instance {
    pub types: Vec<u32>,
    pub funcs: Vec<u32>,
    pub tables: Vec<u32>,
    pub memories: Vec<u32>,
    pub globals: Vec<u32>,
    pub elements: Vec<u32>,
    pub data: Vec<u32>,
    pub exports: HashMap<String, Extern>,
    pub start: Option<u32>,
}

/// Instances and what they share.
pub struct Store {
    pub(crate) limits: Limits,
    pub(crate) types: Vec<FuncType>,
    pub(crate) funcs: Vec<Func>,
    pub(crate) tables: Vec<Table>,
    pub(crate) memories: Vec<Memory>,
    pub(crate) globals: Vec<GlobalInstance>,
    /// Element segments; dropped ones are empty.
    pub(crate) elements: Vec<Vec<u64>>,
    /// Data segments; dropped ones are empty.
    pub(crate) data: Vec<Vec<u8>>,
    pub(crate) instances: Vec<Instance>,
    type_numbers: HashMap<FuncType, u32>,
}

/// Appends, and gives the address.
pub(crate) fn add<T>(list: &mut Vec<T>, item: T) -> u32 {
    list.push(item);
    list.len() as u32 - 1
}

impl Store {
    /// An empty store on a machine with these limits.
    pub fn new(limits: Limits) -> Store {
        Store {
            limits,
            types: Vec::new(),
            funcs: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            elements: Vec::new(),
            data: Vec::new(),
            instances: Vec::new(),
            type_numbers: HashMap::new(),
        }
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Changes the limits for calls, memories and tables made from now on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Adds a function of the embedder.
    pub fn add_host(&mut self, ty: FuncType, function: Box<HostFunction>) -> FuncAddr {
        let ty = self.intern(&ty);
        FuncAddr(add(&mut self.funcs, Func { ty, body: Body::Host(function) }))
    }

    /// Adds a memory of its minimal size.
    pub fn add_memory(&mut self, ty: MemoryType) -> MemoryAddr {
        MemoryAddr(add(&mut self.memories, Memory::new(ty, &self.limits)))
    }

    /// Adds a table of its minimal size; `None` if that exceeds [`Limits::table_elements`].
    pub fn add_table(&mut self, ty: TableType) -> Option<TableAddr> {
        if ty.limits.min > self.limits.table_elements as u64 {
            return None;
        }
        Some(TableAddr(add(&mut self.tables, Table::new(ty, self.limits.table_growth))))
    }

    /// Adds a global with this value.
    pub fn add_global(&mut self, ty: GlobalType, bits: u64) -> GlobalAddr {
        GlobalAddr(add(&mut self.globals, GlobalInstance { ty, bits }))
    }

    /// What an instance exports under this name.
    pub fn export(&self, instance: InstanceAddr, name: &str) -> Option<Extern> {
        self.instances[instance.0 as usize].exports.get(name).copied()
    }

    /// The function that an instance exports under this name.
    pub fn exported_function(&self, instance: InstanceAddr, name: &str) -> Option<FuncAddr> {
        match self.export(instance, name)? {
            Extern::Func(f) => Some(f),
            _ => None,
        }
    }

    /// The function with this index in an instance's module.
    pub fn function(&self, instance: InstanceAddr, index: u32) -> Option<FuncAddr> {
        self.instances[instance.0 as usize].funcs.get(index as usize).map(|&f| FuncAddr(f))
    }

    /// An instance's start function, which [`Store::link`] does not call.
    pub fn start_function(&self, instance: InstanceAddr) -> Option<FuncAddr> {
        self.instances[instance.0 as usize].start.map(FuncAddr)
    }

    /// An instance's memories, imported ones first.
    pub fn memories(&self, instance: InstanceAddr) -> impl Iterator<Item = MemoryAddr> + '_ {
        self.instances[instance.0 as usize].memories.iter().map(|&m| MemoryAddr(m))
    }

    /// An instance's tables, imported ones first.
    pub fn tables(&self, instance: InstanceAddr) -> impl Iterator<Item = TableAddr> + '_ {
        self.instances[instance.0 as usize].tables.iter().map(|&t| TableAddr(t))
    }

    /// An instance's globals, imported ones first.
    pub fn globals(&self, instance: InstanceAddr) -> impl Iterator<Item = GlobalAddr> + '_ {
        self.instances[instance.0 as usize].globals.iter().map(|&g| GlobalAddr(g))
    }

    pub fn function_type(&self, function: FuncAddr) -> &FuncType {
        &self.types[self.funcs[function.0 as usize].ty as usize]
    }

    pub fn memory(&self, memory: MemoryAddr) -> &Memory {
        &self.memories[memory.0 as usize]
    }

    pub fn memory_mut(&mut self, memory: MemoryAddr) -> &mut Memory {
        &mut self.memories[memory.0 as usize]
    }

    pub fn global(&self, global: GlobalAddr) -> Value {
        let g = &self.globals[global.0 as usize];
        Value { ty: g.ty.ty, bits: g.bits }
    }

    /// The elements of a table; function references are [`reference()`]s to store addresses.
    pub fn table(&self, table: TableAddr) -> &[u64] {
        self.tables[table.0 as usize].elements()
    }

    /// Calls a function and runs it to its end. Panics if the arguments are not of its parameter types.
    pub fn invoke(&mut self, function: FuncAddr, args: &[Value]) -> Result<Vec<Value>, Stop> {
        let mut thread = Thread::new(self, function, args)?;
        match thread.run(self) {
            Outcome::Returned(values) => Ok(values),
            Outcome::Stopped(stop) => Err(stop),
        }
    }

    /// The number of a function type: the same for equal types.
    pub(crate) fn intern(&mut self, ty: &FuncType) -> u32 {
        if let Some(&number) = self.type_numbers.get(ty) {
            return number;
        }
        let number = add(&mut self.types, ty.clone());
        self.type_numbers.insert(ty.clone(), number);
        number
    }
}
