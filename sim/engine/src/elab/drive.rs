//! Executing processes and collecting who drives which bits.
use super::{
    Kind, MemWrite,
    env::{Env, Write},
    flatten::{Elab, Process},
};
use crate::{
    error::{Error, Pos, Result},
    ir::{FastMap, Graph, Node, Op, mask},
    parse::ast::*,
};

/// One process's part in a signal's value.
pub struct Driver {
    /// The bits driven.
    pub bits: u128,
    /// The whole signal's value, right in those bits.
    pub value: Node,
    /// At the clock edge, as opposed to combinationally.
    pub clocked: bool,
}

impl Elab<'_> {
    fn env(&mut self, seq: bool) -> Env {
        let path = self.design.graph.bit(true);
        Env::new(seq, path)
    }

    /// Executes all processes, in the order of the text.
    pub fn run_processes(&mut self) -> Result<()> {
        for process in std::mem::take(&mut self.processes) {
            match process {
                Process::Assign { scope, lhs, rhs } => {
                    let mut env = self.env(false);
                    self.lhs_bits(scope, lhs, &mut env.targets)?;
                    let width = self.type_of(scope, lhs)?.width;
                    let value = self.assigned(scope, &mut env, rhs, width)?;
                    // an assignment that reads its own target waits for its value
                    env.early.clear();
                    self.assign(scope, &mut env, lhs, value, false)?;
                    self.drive_all(env, lhs.pos)?;
                }
                Process::Comb { scope, body, pos } => {
                    let mut env = self.env(false);
                    self.targets(scope, body, &mut env.targets)?;
                    self.exec(scope, &mut env, body)?;
                    self.drive_all(env, pos)?;
                }
                Process::Seq { scope, edge, body, pos } => self.clocked(scope, edge, body, pos)?,
                Process::PortIn { child, scope, value } => {
                    let mut env = self.env(false);
                    let width = self.signal(child).width;
                    let node = self.assigned(scope, &mut env, value, width)?;
                    let driver = Driver { bits: mask(width), value: node, clocked: false };
                    self.drive(child, driver, value.pos)?;
                }
                Process::PortOut { child, scope, lhs } => self.port_out(child, scope, lhs)?,
            }
        }
        Ok(())
    }

    fn port_out(&mut self, child: u32, scope: usize, lhs: &Expr) -> Result<()> {
        let mut env = self.env(false);
        self.lhs_bits(scope, lhs, &mut env.targets)?;
        let width = self.type_of(scope, lhs)?.width;
        let (from, signed) = (self.signal(child).width, self.signal(child).signed);
        let g = &mut self.design.graph;
        let mut value = g.signal(child, from);
        if width > from {
            value = g.extend(value, width, signed);
        }
        let value = g.slice(value, 0, width);
        self.assign(scope, &mut env, lhs, value, false)?;
        self.drive_all(env, lhs.pos)
    }

    fn clocked(&mut self, scope: usize, edge: &Edge, body: &[Stmt], pos: Pos) -> Result<()> {
        let mut env = self.env(true);
        let mut clock = self.alone(scope, &mut env, &edge.signal)?;
        if self.design.graph.width(clock) != 1 {
            return Err(Error::new(edge.signal.pos, "clock", "is not one bit"));
        }
        let mut rising = edge.rising;
        while let Op::Not(inner) = *self.design.graph.op(clock) {
            (clock, rising) = (inner, !rising);
        }
        self.clocks.push((clock, rising, edge.signal.pos));
        self.targets(scope, body, &mut env.targets)?;
        self.exec(scope, &mut env, body)?;
        self.drive_all(env, pos)
    }

    /// Makes what the process assigned into drivers and memory writes.
    fn drive_all(&mut self, mut env: Env, pos: Pos) -> Result<()> {
        for id in std::mem::take(&mut env.early) {
            if env.counters.contains(&id) {
                continue;
            }
            let name = &self.signal(id).name;
            let text = format!("{name} is read before its block assigns it (line {})", pos.line);
            self.design.warnings.push(text);
        }
        let (blocking, nonblocking) = (env.blocking.take(), env.nonblocking.take());
        let mut seen = FastMap::default();
        for (id, value) in blocking.into_iter().chain(nonblocking) {
            if seen.insert(id, ()).is_some() {
                let name = &self.signal(id).name;
                return Err(Error::new(pos, name, "assigned by both `=` and `<=`"));
            }
            if env.counters.contains(&id) {
                self.initialised[id as usize] = true;
                continue;
            }
            let bits = env.targets.get(&id).copied().unwrap_or(0);
            self.drive(id, Driver { bits, value, clocked: env.seq }, pos)?;
        }
        for w in merge_lanes(&mut self.design.graph, env.writes) {
            let Write { mem, path: enable, address, data, mask, .. } = w;
            if self.design.graph.constant(enable) != Some(0) {
                self.design.writes.push(MemWrite { mem, enable, address, data, mask });
            }
        }
        Ok(())
    }

    fn drive(&mut self, id: u32, driver: Driver, pos: Pos) -> Result<()> {
        let signal = self.signal(id);
        if signal.kind == Kind::Input {
            return Err(Error::new(pos, &signal.name, "an input of the top module is driven inside"));
        }
        let old = &self.drivers[id as usize];
        if old.iter().any(|d| d.bits & driver.bits != 0 || d.clocked != driver.clocked) {
            return Err(Error::new(pos, &signal.name, "has more than one driver"));
        }
        self.drivers[id as usize].push(driver);
        Ok(())
    }

    /// Turns the drivers of signal `id` into its definition, which is returned,
    /// or its next value.
    pub fn combine_drivers(&mut self, id: u32) -> Node {
        let drivers = std::mem::take(&mut self.drivers[id as usize]);
        let (width, init) = (self.signal(id).width, self.signal(id).init);
        let driven = drivers.iter().fold(0, |bits, d| bits | d.bits);
        let clocked = drivers.first().is_some_and(|d| d.clocked);
        let constant = self.initialised[id as usize];
        let rest = if constant { init } else { 0 } & !driven;
        let g = &mut self.design.graph;
        let mut value = g.konst(rest, width);
        for d in &drivers {
            let part = g.keep(d.value, d.bits);
            value = g.or(value, part);
        }
        let own = g.signal(id, width);
        if self.signal(id).kind == Kind::Input {
            return own;
        }
        if clocked {
            self.design.signals[id as usize].kind = Kind::Reg;
            self.design.next.push((id, value));
            return own;
        }
        if driven != mask(width) && !constant {
            let text = format!("{} is not driven in all bits", self.signal(id).name);
            self.design.warnings.push(text);
        }
        value
    }
}

/// Joins writes to different constant lanes of one word, so that a word with
/// byte enables is read and written once.
fn merge_lanes(g: &mut Graph, writes: Vec<Write>) -> Vec<Write> {
    let mut out: Vec<Write> = Vec::new();
    for w in writes {
        match out.last_mut() {
            Some(last) if same_word(last, &w) => join_lanes(g, last, w),
            _ => out.push(w),
        }
    }
    out
}

fn same_word(a: &Write, b: &Write) -> bool {
    (a.mem, a.address) == (b.mem, b.address) && a.lanes & b.lanes == 0
}

fn join_lanes(g: &mut Graph, last: &mut Write, w: Write) {
    let (Some(m), Some(n)) = (last.mask, w.mask) else {
        return;
    };
    let none = g.konst(0, g.width(m));
    let (m, n) = (g.mux(last.path, m, none), g.mux(w.path, n, none));
    last.mask = Some(g.or(m, n));
    last.data = g.or(last.data, w.data);
    last.path = g.or(last.path, w.path);
    last.lanes |= w.lanes;
}
