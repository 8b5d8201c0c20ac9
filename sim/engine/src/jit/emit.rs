//! Walking a [`Plan`]: steps in their regions, branches between them.
use super::{
    Deed,
    layout::{Layout, machine_type},
    plan::{How, Plan, Step, arms, is_leaf, is_read},
};
use crate::{
    Design,
    ir::{FastMap, Graph, Node, Op},
};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value};
use cranelift_frontend::{FunctionBuilder, Switch};

/// Tables of constants that generated code points to.
pub type Tables = Vec<Box<[u128]>>;

/// Nodes within which a loaded signal stays in a machine register; beyond,
/// loading it again is cheaper than the register.
const NEAR: u32 = 14;

/// State of emitting one function.
pub struct Emitter<'a, 'f> {
    pub design: &'a Design,
    pub graph: &'a Graph,
    pub layout: &'a Layout,
    pub plan: &'a Plan,
    pub deeds: &'a [Deed],
    pub b: &'a mut FunctionBuilder<'f>,
    /// The address of the simulation's state.
    pub state: Value,
    /// Cycles before this one in the same run.
    pub i: Value,
    /// Per node its value, once emitted.
    values: Vec<Option<Value>>,
    /// Signals loaded, and the step after which that was.
    loaded: FastMap<Node, (Value, u32)>,
    /// Steps emitted.
    step: u32,
    pub tables: &'a mut Tables,
}

/// What is left to emit; a list instead of recursion, as branches nest deeply.
enum Task {
    Step(Step),
    /// Begin the block of a group's arm and emit its region.
    Enter(Block, u32),
    /// Jump to the end of the group with the values of this arm.
    Leave(u32, usize, Block),
    /// Go on after the group.
    Join(u32, Block),
}

impl<'a, 'f> Emitter<'a, 'f> {
    /// An emitter into `b`, at a block where `state` is known.
    pub fn new(
        design: &'a Design,
        layout: &'a Layout,
        (plan, deeds): (&'a Plan, &'a [Deed]),
        b: &'a mut FunctionBuilder<'f>,
        (state, i): (Value, Value),
        tables: &'a mut Tables,
    ) -> Self {
        let graph = &design.graph;
        Emitter {
            design,
            graph,
            layout,
            plan,
            deeds,
            b,
            state,
            i,
            values: vec![None; graph.len()],
            loaded: FastMap::default(),
            step: 0,
            tables,
        }
    }

    /// The value of a node that has been emitted or is read where it is needed.
    pub fn value(&mut self, n: Node) -> Value {
        if !is_leaf(self.graph, n) {
            return self.values[n.index()].expect("operands are emitted before their users");
        }
        if let Some((value, step)) = self.loaded.get(&n)
            && self.step - step < NEAR
        {
            return *value;
        }
        let value = match *self.graph.op(n) {
            Op::Const(v) => return self.konst(v, machine_type(self.graph.width(n))),
            Op::Slice(a, low) => self.load_bits(a, low, self.graph.width(n)),
            _ if !is_read(self.graph, n) => self.operation(n),
            _ => self.load_bits(n, 0, self.graph.width(n)),
        };
        self.loaded.insert(n, (value, self.step));
        value
    }

    /// Emits the plan; returns with the block after it current.
    pub fn body(&mut self) {
        let mut tasks = Vec::new();
        self.push_region(0, &mut tasks);
        while let Some(task) = tasks.pop() {
            match task {
                Task::Step(step) => self.step(step, &mut tasks),
                Task::Enter(block, region) => {
                    self.begin(block);
                    self.push_region(region, &mut tasks);
                }
                Task::Leave(g, arm, end) => {
                    let plan = self.plan;
                    let members = plan.groups[g as usize].members.iter();
                    let results: Vec<BlockArg> =
                        members.map(|m| self.value(arms(self.graph, *m)[arm]).into()).collect();
                    self.b.ins().jump(end, &results);
                }
                Task::Join(g, end) => {
                    self.begin(end);
                    let members = &self.plan.groups[g as usize].members;
                    for (i, m) in members.iter().enumerate() {
                        self.values[m.index()] = Some(self.b.block_params(end)[i]);
                    }
                }
            }
        }
    }

    /// Goes on in a block that all its predecessors jump to already.
    pub fn begin(&mut self, block: Block) {
        self.b.switch_to_block(block);
        self.b.seal_block(block);
        // what other blocks have loaded need not have been loaded on this way
        self.loaded.clear();
    }

    fn push_region(&self, region: u32, tasks: &mut Vec<Task>) {
        let steps = &self.plan.regions[region as usize];
        tasks.extend(steps.iter().rev().map(|step| Task::Step(*step)));
    }

    fn step(&mut self, step: Step, tasks: &mut Vec<Task>) {
        self.step += 1;
        match step {
            Step::Branch(g) => self.branch(g, tasks),
            Step::Act(i) => self.deed(i, None),
            Step::Store(i, n) => {
                let value = self.value(n);
                self.deed(i, Some(value));
            }
            Step::Node(n) => {
                let value = match self.plan.how(n) {
                    How::Alias(arm) => self.value(arm),
                    How::Table => self.case_table(n),
                    _ => self.operation(n),
                };
                self.values[n.index()] = Some(value);
            }
        }
    }

    fn branch(&mut self, g: u32, tasks: &mut Vec<Task>) {
        let plan = self.plan;
        let group = &plan.groups[g as usize];
        let end = self.b.create_block();
        for m in &group.members {
            let t = machine_type(self.graph.width(*m));
            self.b.append_block_param(end, t);
        }
        tasks.push(Task::Join(g, end));
        let on = self.value(group.on);
        let mut blocks: FastMap<u32, Block> = FastMap::default();
        for (arm, region) in group.arms.iter().enumerate() {
            blocks.entry(*region).or_insert_with(|| {
                let block = self.b.create_block();
                tasks.push(Task::Leave(g, arm, end));
                tasks.push(Task::Enter(block, *region));
                block
            });
        }
        if group.keys.is_empty() {
            let (yes, no) = (blocks[&group.arms[0]], blocks[&group.arms[1]]);
            self.b.ins().brif(on, yes, &[], no, &[]);
            return;
        }
        let mut switch = Switch::new();
        for (key, region) in group.keys.iter().zip(&group.arms) {
            switch.set_entry(*key, blocks[region]);
        }
        switch.emit(self.b, on, blocks[&group.arms[group.keys.len()]]);
    }
}
