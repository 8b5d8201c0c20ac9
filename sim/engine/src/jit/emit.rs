//! Walking a [`Plan`]: nodes in their regions, branches between them.
use super::{
    layout::{Layout, machine_type},
    plan::{Choice, Plan},
};
use crate::{
    Design,
    ir::{FastMap, Graph, Node, Op},
};
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, Value};
use cranelift_frontend::{FunctionBuilder, Switch};

/// Tables of constants that generated code points to.
pub type Tables = Vec<Box<[u128]>>;

/// State of emitting one function.
pub struct Emitter<'a, 'f> {
    pub design: &'a Design,
    pub graph: &'a Graph,
    pub layout: &'a Layout,
    pub plan: &'a Plan,
    pub b: &'a mut FunctionBuilder<'f>,
    /// The address of the simulation's state.
    pub state: Value,
    /// Per node its value, once emitted.
    values: Vec<Option<Value>>,
    /// Per place in region 0, what is stored after it and at which offset.
    stores: FastMap<usize, Vec<(Node, u32)>>,
    pub tables: &'a mut Tables,
}

/// What is left to emit; a list instead of recursion, as branches nest deeply.
enum Task {
    Node(Node),
    /// Make the stores due after this place in region 0.
    Store(usize),
    /// Begin the block of an arm and emit its region.
    Enter(Block, u32),
    /// Jump to the end of the choice with the arm's value.
    Leave(Node, Block),
    /// Go on after the choice, whose value is given.
    Join(Node, Block, Value),
}

impl<'a, 'f> Emitter<'a, 'f> {
    /// An emitter into `b`, at a block where `state` is known.
    pub fn new(
        design: &'a Design,
        layout: &'a Layout,
        plan: &'a Plan,
        b: &'a mut FunctionBuilder<'f>,
        state: Value,
        tables: &'a mut Tables,
    ) -> Self {
        let graph = &design.graph;
        let (values, stores) = (vec![None; graph.len()], FastMap::default());
        Emitter {
            design,
            graph,
            layout,
            plan,
            b,
            state,
            values,
            stores,
            tables,
        }
    }

    /// The value of an emitted node.
    pub fn value(&self, n: Node) -> Value {
        self.values[n.index()].expect("operands are emitted before their users")
    }

    /// Stores root `n` at `offset` as soon as it is known, and not before `old`
    /// has been loaded from there: that keeps values out of machine registers
    /// and needs no second copy of the state.
    pub fn store_early(&mut self, n: Node, offset: u32, old: Option<Node>) {
        let known = self.plan.done_after(n).expect("roots are scheduled");
        let loaded = old.and_then(|old| self.plan.done_after(old)).unwrap_or(0);
        self.stores
            .entry(known.max(loaded))
            .or_default()
            .push((n, offset));
    }

    /// Emits everything the plan's roots need.
    pub fn body(&mut self) {
        let mut tasks = Vec::new();
        for (place, n) in self.plan.regions[0].iter().enumerate().rev() {
            if self.stores.contains_key(&place) {
                tasks.push(Task::Store(place));
            }
            tasks.push(Task::Node(*n));
        }
        while let Some(task) = tasks.pop() {
            match task {
                Task::Node(n) => self.node(n, &mut tasks),
                Task::Store(place) => self.make_stores(place),
                Task::Enter(block, region) => {
                    self.b.switch_to_block(block);
                    self.b.seal_block(block);
                    self.push_region(region, &mut tasks);
                }
                Task::Leave(n, end) => {
                    let value = self.value(n);
                    self.b.ins().jump(end, &[value.into()]);
                }
                Task::Join(n, end, value) => {
                    self.b.switch_to_block(end);
                    self.b.seal_block(end);
                    self.define(n, value);
                }
            }
        }
    }

    fn push_region(&self, region: u32, tasks: &mut Vec<Task>) {
        let nodes = &self.plan.regions[region as usize];
        tasks.extend(nodes.iter().rev().map(|n| Task::Node(*n)));
    }

    fn define(&mut self, n: Node, value: Value) {
        self.values[n.index()] = Some(value);
    }

    fn make_stores(&mut self, place: usize) {
        for (n, offset) in self.stores.remove(&place).unwrap_or_default() {
            let value = self.value(n);
            self.b
                .ins()
                .store(MemFlagsData::trusted(), value, self.state, offset as i32);
        }
    }

    fn node(&mut self, n: Node, tasks: &mut Vec<Task>) {
        let value = match self.plan.choice(n) {
            Choice::Select => self.operation(n),
            Choice::Table => self.case_table(n),
            Choice::Branch(regions) => return self.branch(n, regions, tasks),
        };
        self.define(n, value);
    }

    fn branch(&mut self, n: Node, regions: &[u32], tasks: &mut Vec<Task>) {
        let end = self.b.create_block();
        let t = machine_type(self.graph.width(n));
        let result = self.b.append_block_param(end, t);
        tasks.push(Task::Join(n, end, result));
        match self.graph.op(n).clone() {
            Op::Mux(c, a, b) => {
                let (yes, no) = (self.b.create_block(), self.b.create_block());
                let c = self.value(c);
                self.b.ins().brif(c, yes, &[], no, &[]);
                push_arm(tasks, no, regions[1], b, end);
                push_arm(tasks, yes, regions[0], a, end);
            }
            Op::Case(s, arms, default) => {
                let mut blocks: FastMap<u32, Block> = FastMap::default();
                let mut switch = Switch::new();
                let keys = arms
                    .iter()
                    .map(|arm| (Some(arm.0), arm.1))
                    .chain([(None, default)]);
                for ((key, arm), region) in keys.zip(regions) {
                    let block = *blocks.entry(*region).or_insert_with(|| {
                        let block = self.b.create_block();
                        push_arm(tasks, block, *region, arm, end);
                        block
                    });
                    if let Some(key) = key {
                        switch.set_entry(key, block);
                    }
                }
                let otherwise = blocks[&regions[regions.len() - 1]];
                let s = self.value(s);
                switch.emit(self.b, s, otherwise);
            }
            _ => unreachable!("only choices branch"),
        }
    }
}

fn push_arm(tasks: &mut Vec<Task>, block: Block, region: u32, result: Node, end: Block) {
    tasks.push(Task::Leave(result, end));
    tasks.push(Task::Enter(block, region));
}
