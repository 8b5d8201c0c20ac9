//! Instantiation: a scope of names for each instance, processes in one list.
use super::{Design, Kind, Memory, Signal};
use crate::{
    error::{Error, Pos, Result},
    ir::mask,
    parse::ast::*,
};
use std::{collections::HashMap, sync::Arc};

/// Deepest hierarchy; a module that contains itself runs into it.
const MAX_HIERARCHY: usize = 100;
/// Most bytes a memory may have.
const MAX_MEMORY: u128 = 1 << 30;
/// Most signals a design may have, and most instances.
const MAX_SIGNALS: usize = 1 << 22;

/// A constant with its type.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    pub value: u128,
    pub width: u32,
    pub signed: bool,
}

/// What a name stands for.
#[derive(Clone, Copy)]
pub enum Entity {
    Signal(u32),
    Memory(u32),
    Param(Value),
    /// A constant of more than 128 bits, in [`Elab::tables`].
    Table(u32),
}

/// The names of one instance.
pub struct Scope {
    pub path: String,
    pub names: HashMap<String, Entity>,
}

/// Something that gives signals their values.
pub enum Process<'a> {
    Assign {
        scope: usize,
        lhs: &'a Expr,
        rhs: &'a Expr,
    },
    Comb {
        scope: usize,
        body: &'a [Stmt],
        pos: Pos,
    },
    Seq {
        scope: usize,
        edge: &'a Edge,
        body: &'a [Stmt],
        pos: Pos,
    },
    /// An expression of the parent drives a child's input.
    PortIn {
        child: u32,
        scope: usize,
        value: &'a Expr,
    },
    /// A child's output drives a part of the parent.
    PortOut {
        child: u32,
        scope: usize,
        lhs: &'a Expr,
    },
}

/// Elaboration in progress.
pub struct Elab<'a> {
    modules: &'a HashMap<String, Module>,
    pub design: Design,
    pub scopes: Vec<Scope>,
    pub processes: Vec<Process<'a>>,
    pub tables: Vec<Arc<[bool]>>,
    pub drivers: Vec<Vec<super::drive::Driver>>,
    /// Signals given a value by `initial`.
    pub initialised: Vec<bool>,
    pub clocks: Vec<(crate::ir::Node, bool, Pos)>,
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_string() } else { format!("{path}.{name}") }
}

impl<'a> Elab<'a> {
    pub fn new(modules: &'a HashMap<String, Module>) -> Self {
        Elab {
            modules,
            design: Design::default(),
            scopes: Vec::new(),
            processes: Vec::new(),
            tables: Vec::new(),
            drivers: Vec::new(),
            initialised: Vec::new(),
            clocks: Vec::new(),
        }
    }

    /// Instantiates the top module and everything below it.
    pub fn top(&mut self, name: &str) -> Result<()> {
        let module = self.module(name, Pos::default())?;
        self.instantiate(module, String::new(), &[], 0)?;
        for item in &module.items {
            let Item::Decl(decl) = item else { continue };
            let Some(Entity::Signal(id)) = self.scopes[0].names.get(&decl.name).copied() else {
                continue;
            };
            match decl.dir {
                Dir::Input => {
                    self.design.signals[id as usize].kind = Kind::Input;
                    self.design.inputs.push(id);
                }
                Dir::Output => self.design.outputs.push(id),
                Dir::Inout | Dir::Local => {}
            }
        }
        Ok(())
    }

    fn module(&self, name: &str, pos: Pos) -> Result<&'a Module> {
        self.modules.get(name).ok_or_else(|| Error::new(pos, name, "no such module"))
    }

    fn instantiate(
        &mut self,
        module: &'a Module,
        path: String,
        params: &[(String, Value)],
        depth: usize,
    ) -> Result<usize> {
        if depth > MAX_HIERARCHY || self.scopes.len() > MAX_SIGNALS {
            return Err(Error::new(module.pos, &module.name, "contains itself"));
        }
        let scope = self.scopes.len();
        self.scopes.push(Scope { path, names: HashMap::new() });
        for item in &module.items {
            match item {
                Item::Param(p) => self.param(scope, p, params)?,
                Item::Decl(d) => self.declare(scope, d)?,
                _ => {}
            }
        }
        for item in &module.items {
            self.item(scope, item, depth)?;
        }
        Ok(scope)
    }

    fn item(&mut self, scope: usize, item: &'a Item, depth: usize) -> Result<()> {
        let process = match item {
            Item::Decl(_) | Item::Param(_) => return Ok(()),
            Item::Initial(body) => return self.initial(scope, body),
            Item::Instance(i) => return self.instance(scope, i, depth),
            Item::Assign { lhs, rhs } => Process::Assign { scope, lhs, rhs },
            Item::Comb { body, pos } => Process::Comb { scope, body, pos: *pos },
            Item::Seq { edge, body, pos } => Process::Seq { scope, edge, body, pos: *pos },
        };
        self.processes.push(process);
        Ok(())
    }

    fn param(&mut self, scope: usize, p: &Param, given: &[(String, Value)]) -> Result<()> {
        let own = given.iter().find(|(name, _)| *name == p.name).map(|(_, v)| *v);
        let value = match own {
            Some(_) if p.local => {
                return Err(Error::new(p.pos, &p.name, "a localparam cannot be overridden"));
            }
            Some(v) => v,
            None => match &p.value.kind {
                ExprKind::Wide(bits) => return self.table(scope, p, bits),
                _ => self.const_value(scope, &p.value)?,
            },
        };
        let value = match &p.range {
            None => Value { signed: value.signed || p.signed, ..value },
            Some(_) => {
                let width = self.range_width(scope, p.range.as_ref())?;
                Value { value: value.value & mask(width), width, signed: p.signed }
            }
        };
        self.name(scope, &p.name, Entity::Param(value), p.pos)
    }

    /// A constant too wide for expressions, from which bits can be selected.
    fn table(&mut self, scope: usize, p: &Param, bits: &Arc<[bool]>) -> Result<()> {
        if let Some((high, low)) = &p.range {
            let (h, l) = (self.const_u32(scope, high)?, self.const_u32(scope, low)?);
            if l != 0 || h as usize + 1 != bits.len() {
                return Err(Error::new(p.pos, &p.name, "range and value differ in width"));
            }
        }
        let id = self.tables.len() as u32;
        self.tables.push(Arc::clone(bits));
        self.name(scope, &p.name, Entity::Table(id), p.pos)
    }

    fn name(&mut self, scope: usize, name: &str, entity: Entity, pos: Pos) -> Result<()> {
        match self.scopes[scope].names.insert(name.to_string(), entity) {
            None => Ok(()),
            Some(_) => Err(Error::new(pos, name, "declared twice")),
        }
    }

    fn range_width(&mut self, scope: usize, range: Option<&Range>) -> Result<u32> {
        let Some((high, low)) = range else {
            return Ok(1);
        };
        let (h, l) = (self.const_value(scope, high)?, self.const_value(scope, low)?);
        if l.value != 0 {
            return Err(Error::new(low.pos, "range", "must end at 0"));
        }
        if h.value >= 128 {
            return Err(Error::new(high.pos, "range", "more than 128 bits"));
        }
        Ok(h.value as u32 + 1)
    }

    fn declare(&mut self, scope: usize, d: &Decl) -> Result<()> {
        if d.dir == Dir::Inout {
            return Err(Error::new(d.pos, "inout", "not supported"));
        }
        let width = self.range_width(scope, d.range.as_ref())?;
        if let Some(array) = &d.array {
            return self.declare_memory(scope, d, width, array);
        }
        if let Some(Entity::Signal(id)) = self.scopes[scope].names.get(&d.name).copied() {
            // `output q; reg q;` declares one signal in two steps
            let old = &mut self.design.signals[id as usize];
            if d.dir != Dir::Local || old.width != width {
                return Err(Error::new(d.pos, &d.name, "declared twice"));
            }
            old.signed |= d.signed;
            return Ok(());
        }
        if self.design.signals.len() >= MAX_SIGNALS {
            return Err(Error::new(d.pos, &d.name, "too many signals"));
        }
        let id = self.design.signals.len() as u32;
        let name = join(&self.scopes[scope].path, &d.name);
        self.design.names.insert(name.clone(), id);
        let kind = Kind::Comb;
        self.design.signals.push(Signal { name, width, signed: d.signed, kind, init: 0, pos: d.pos });
        self.drivers.push(Vec::new());
        self.initialised.push(false);
        self.name(scope, &d.name, Entity::Signal(id), d.pos)
    }

    fn declare_memory(&mut self, scope: usize, d: &Decl, width: u32, array: &Range) -> Result<()> {
        let (a, b) = (self.const_value(scope, &array.0)?, self.const_value(scope, &array.1)?);
        let (low, high) = (a.value.min(b.value), a.value.max(b.value));
        let bytes = (high - low).saturating_add(1).saturating_mul(width.div_ceil(8).into());
        if bytes > MAX_MEMORY || high >= 1 << 32 || d.dir != Dir::Local {
            return Err(Error::new(d.pos, &d.name, "memory is too large, or a port"));
        }
        let id = self.design.memories.len() as u32;
        let name = join(&self.scopes[scope].path, &d.name);
        self.design.mem_names.insert(name.clone(), id);
        let (low, depth) = (low as u64, (high - low) as u64 + 1);
        self.design.memories.push(Memory { name, width, depth, low, init: Vec::new() });
        self.name(scope, &d.name, Entity::Memory(id), d.pos)
    }

    fn instance(&mut self, scope: usize, i: &'a Instance, depth: usize) -> Result<()> {
        let module = self.module(&i.module, i.pos)?;
        let mut params = Vec::new();
        for (name, value) in &i.params {
            let known = |item: &Item| matches!(item, Item::Param(p) if p.name == *name);
            if !module.items.iter().any(known) {
                return Err(Error::new(value.pos, name, "no such parameter"));
            }
            params.push((name.clone(), self.const_value(scope, value)?));
        }
        let path = join(&self.scopes[scope].path, &i.name);
        let child = self.instantiate(module, path.clone(), &params, depth + 1)?;
        for (name, _) in &i.ports {
            let is_port = |item: &Item| matches!(item, Item::Decl(d) if d.name == *name && d.dir != Dir::Local);
            if !module.items.iter().any(is_port) {
                return Err(Error::new(i.pos, format!("{path}.{name}"), "no such port"));
            }
        }
        for item in &module.items {
            let Item::Decl(d) = item else { continue };
            let Some(Entity::Signal(id)) = self.scopes[child].names.get(&d.name).copied() else {
                continue;
            };
            let connected = i.ports.iter().find(|(name, _)| *name == d.name);
            match (d.dir, connected.and_then(|(_, e)| e.as_ref())) {
                (Dir::Input, Some(value)) => {
                    self.processes.push(Process::PortIn { child: id, scope, value });
                }
                (Dir::Output, Some(lhs)) => {
                    self.processes.push(Process::PortOut { child: id, scope, lhs });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What `name` stands for in `scope`.
    pub fn entity(&self, scope: usize, name: &str, pos: Pos) -> Result<Entity> {
        let found = self.scopes[scope].names.get(name).copied();
        found.ok_or_else(|| Error::new(pos, name, "not declared"))
    }

    pub fn signal(&self, id: u32) -> &Signal {
        &self.design.signals[id as usize]
    }

    pub fn memory(&self, id: u32) -> &Memory {
        &self.design.memories[id as usize]
    }
}
