//! Replacing signals by their definitions, everywhere.
use super::{Design, Kind, flatten::Elab, rest::split_rest, split::split};
use crate::{
    error::{Error, Result},
    ir::{Node, Op},
};

/// At most so many names in a message about a loop.
const MAX_NAMED: usize = 12;

impl Elab<'_> {
    /// Combines drivers, resolves all references and checks the clock.
    pub fn finish(mut self) -> Result<Design> {
        for id in 0..self.design.signals.len() as u32 {
            let node = self.combine_drivers(id);
            self.design.nodes.push(node);
        }
        let mut resolver = Resolver::new(&mut self.design);
        resolver.everything()?;
        let mut clocks = Vec::new();
        for (node, rising, pos) in &self.clocks {
            clocks.push((resolver.resolve(*node)?, *rising, *pos));
        }
        self.clocks = clocks;
        self.find_clock()?;
        split(&mut self.design);
        split_rest(&mut self.design);
        Ok(self.design)
    }

    fn find_clock(&mut self) -> Result<()> {
        let Some((first, first_rising, _)) = self.clocks.first().copied() else {
            return Ok(());
        };
        for (node, rising, pos) in &self.clocks {
            let Op::Signal(id) = *self.design.graph.op(*node) else {
                return Err(Error::new(*pos, "clock", "is not an input of the top module"));
            };
            let name = &self.design.signals[id as usize].name;
            if !self.design.inputs.contains(&id) {
                return Err(Error::new(*pos, name, "clock is not an input of the top module"));
            }
            if (*node, *rising) != (first, first_rising) {
                return Err(Error::new(*pos, name, "second clock; only one clock and edge"));
            }
            self.design.clock = Some(id);
        }
        Ok(())
    }
}

struct Resolver<'d> {
    design: &'d mut Design,
    /// Per node, what it becomes.
    done: Vec<Option<Node>>,
    /// Per signal: its definition is being resolved.
    busy: Vec<bool>,
}

impl<'d> Resolver<'d> {
    fn new(design: &'d mut Design) -> Self {
        let (nodes, signals) = (design.graph.len(), design.signals.len());
        Resolver { design, done: vec![None; nodes], busy: vec![false; signals] }
    }

    /// Resolves every root of the design in place.
    fn everything(&mut self) -> Result<()> {
        let mut resolved = Vec::with_capacity(self.design.nodes.len());
        for id in 0..self.design.nodes.len() {
            // through the signal's own node, so that loops are seen from it
            let own = self.design.graph.signal(id as u32, self.design.signals[id].width);
            resolved.push(self.resolve(own)?);
        }
        for i in 0..self.design.next.len() {
            self.design.next[i].1 = self.resolve(self.design.next[i].1)?;
        }
        for i in 0..self.design.writes.len() {
            let mut w = self.design.writes[i].clone();
            w.enable = self.resolve(w.enable)?;
            w.address = self.resolve(w.address)?;
            w.data = self.resolve(w.data)?;
            w.mask = w.mask.map(|m| self.resolve(m)).transpose()?;
            self.design.writes[i] = w;
        }
        for i in 0..self.design.checks.len() {
            self.design.checks[i].bad = self.resolve(self.design.checks[i].bad)?;
        }
        self.design.nodes = resolved;
        let graph = &self.design.graph;
        self.design.writes.retain(|w| graph.constant(w.enable) != Some(0));
        self.design.checks.retain(|c| graph.constant(c.bad) != Some(0));
        Ok(())
    }

    fn done(&self, n: Node) -> Option<Node> {
        self.done.get(n.index()).copied().flatten()
    }

    fn set(&mut self, n: Node, to: Node) {
        if self.done.len() <= n.index() {
            self.done.resize(self.design.graph.len().max(n.index() + 1), None);
        }
        self.done[n.index()] = Some(to);
    }

    /// What `root` is without references to combinational signals.
    fn resolve(&mut self, root: Node) -> Result<Node> {
        let mut stack = vec![root];
        while let Some(&n) = stack.last() {
            if self.done(n).is_some() {
                stack.pop();
                continue;
            }
            let result = match *self.design.graph.op(n) {
                Op::Signal(id) => self.signal(n, id, false, &mut stack)?,
                Op::Held(id) => self.signal(n, id, true, &mut stack)?,
                Op::Mux(c, a, b) => self.mux(n, (c, a, b), &mut stack),
                _ => self.operation(n, &mut stack),
            };
            if let Some(result) = result {
                self.set(n, result);
                stack.pop();
            }
        }
        Ok(self.done(root).unwrap_or(root))
    }

    /// A signal's resolved definition, or `None` after pushing it.
    fn signal(&mut self, n: Node, id: u32, held: bool, stack: &mut Vec<Node>) -> Result<Option<Node>> {
        let def = self.design.nodes[id as usize];
        if self.design.signals[id as usize].kind != Kind::Comb {
            return Ok(Some(def));
        }
        if let Some(result) = self.done(def) {
            self.busy[id as usize] = false;
            return Ok(Some(result));
        }
        if self.busy[id as usize] {
            return Err(self.cycle(n, id, held, stack));
        }
        self.busy[id as usize] = true;
        stack.push(def);
        Ok(None)
    }

    /// A choice with a constant condition depends on one arm only.
    fn mux(&mut self, n: Node, (c, a, b): (Node, Node, Node), stack: &mut Vec<Node>) -> Option<Node> {
        let Some(cond) = self.done(c) else {
            stack.push(c);
            return None;
        };
        match self.design.graph.constant(cond) {
            Some(v) => {
                let arm = if v != 0 { a } else { b };
                if self.done(arm).is_none() {
                    stack.push(arm);
                }
                self.done(arm)
            }
            None => self.operation(n, stack),
        }
    }

    fn operation(&mut self, n: Node, stack: &mut Vec<Node>) -> Option<Node> {
        let before = stack.len();
        let done = &self.done;
        self.design.graph.op(n).each_operand(|k| {
            if done.get(k.index()).copied().flatten().is_none() {
                stack.push(k);
            }
        });
        if stack.len() > before {
            return None;
        }
        let done = &self.done;
        Some(self.design.graph.rebuild(n, |k| done[k.index()].unwrap_or(k)))
    }

    fn cycle(&self, n: Node, id: u32, held: bool, stack: &[Node]) -> Error {
        let signal = &self.design.signals[id as usize];
        if held {
            let message = "is not assigned on every path through its always block (a latch)";
            return Error::new(signal.pos, &signal.name, message);
        }
        // the busy signals on the stack from this one down to here
        let mut names: Vec<&str> = Vec::new();
        for m in &stack[..stack.len() - 1] {
            if let Op::Signal(k) | Op::Held(k) = *self.design.graph.op(*m)
                && self.busy[k as usize]
            {
                let name = &self.design.signals[k as usize].name;
                if k == id {
                    names.clear();
                }
                if names.last() != Some(&name.as_str()) {
                    names.push(name);
                }
            }
        }
        let _ = n;
        let shown = names.len().min(MAX_NAMED);
        let more = if shown < names.len() { " <- ..." } else { "" };
        let path = names[..shown].join(" <- ");
        let message = format!("combinational loop: {path}{more} <- {}", signal.name);
        Error::new(signal.pos, &signal.name, message)
    }
}
