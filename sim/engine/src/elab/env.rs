//! What a process knows while it is executed.
use crate::ir::{FastMap, Node};

/// New values by signal, one map for each branch being executed.
#[derive(Default)]
pub struct Layers(Vec<FastMap<u32, Node>>);

impl Layers {
    /// The value given last, if any.
    pub fn get(&self, id: u32) -> Option<Node> {
        self.0.iter().rev().find_map(|layer| layer.get(&id).copied())
    }

    pub fn set(&mut self, id: u32, value: Node) {
        if self.0.is_empty() {
            self.0.push(FastMap::default());
        }
        let top = self.0.len() - 1;
        self.0[top].insert(id, value);
    }

    fn push(&mut self) {
        self.0.push(FastMap::default());
    }

    fn pop(&mut self) -> FastMap<u32, Node> {
        self.0.pop().unwrap_or_default()
    }

    /// All values of a process without open branches, by signal.
    pub fn take(&mut self) -> Vec<(u32, Node)> {
        let mut all: Vec<_> = self.pop().into_iter().collect();
        all.sort_unstable();
        all
    }
}

/// What one branch assigned: blocking and nonblocking.
pub struct Branch {
    pub blocking: FastMap<u32, Node>,
    pub nonblocking: FastMap<u32, Node>,
}

impl Branch {
    /// The map of one of the two kinds.
    pub fn map(&self, nonblocking: bool) -> &FastMap<u32, Node> {
        if nonblocking { &self.nonblocking } else { &self.blocking }
    }
}

/// A memory write as executed; the whole word if `mask` is `None`.
pub struct Write {
    pub mem: u32,
    pub path: Node,
    pub address: Node,
    /// Zero outside the mask.
    pub data: Node,
    pub mask: Option<Node>,
    /// Bits the mask can have whatever the path; a whole word has all.
    pub lanes: u128,
}

/// The state of the process being executed.
pub struct Env {
    pub blocking: Layers,
    pub nonblocking: Layers,
    /// Clocked, as opposed to combinational.
    pub seq: bool,
    /// One bit: the statement being executed is reached.
    pub path: Node,
    pub writes: Vec<Write>,
    /// Per signal assigned by this process, which bits.
    pub targets: FastMap<u32, u128>,
    /// Variables that count loops; they are no hardware and drive nothing.
    pub counters: Vec<u32>,
    /// Targets of a combinational process that it read before assigning.
    pub early: Vec<u32>,
}

impl Env {
    /// At the start of a process; `path` is the constant 1.
    pub fn new(seq: bool, path: Node) -> Env {
        let layers = || Layers(vec![FastMap::default()]);
        Env {
            blocking: layers(),
            nonblocking: layers(),
            seq,
            path,
            writes: Vec::new(),
            targets: FastMap::default(),
            counters: Vec::new(),
            early: Vec::new(),
        }
    }

    pub fn layers(&mut self, nonblocking: bool) -> &mut Layers {
        if nonblocking { &mut self.nonblocking } else { &mut self.blocking }
    }

    pub fn enter(&mut self) {
        self.blocking.push();
        self.nonblocking.push();
    }

    pub fn leave(&mut self) -> Branch {
        Branch { blocking: self.blocking.pop(), nonblocking: self.nonblocking.pop() }
    }
}
