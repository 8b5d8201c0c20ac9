//! Whose a cycle is. A cycle in which a group retires is that group's. One in which none does is that of the group that
//! waits in it, which retires next; or, if it passes with what a group does that has retired (a branch predicted wrong, a
//! call, a return), that group's: [`Stall::behind`]. While the host answers an imported function, cycles are that one's.
//!
//! Which function is in which follows from the groups and from how many frames are in use when they retire.

use super::report::Report;
use super::slices::{Count, Counts, Key, add, slices};
use super::tree::{Frame, Node, Tree};
use crate::engine::Sample;
use crate::machine::{End, Run, last_pc};
use crate::observe::intervals::Intervals;
use crate::observe::stalls::{Cause, Stall};
use firmware_loader::gate::file_offset;
use firmware_loader::source::Source;
use isa::instr::decode;
use isa::module::Module;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::rc::Rc;

/// Calls that are told apart; those in deeper ones are the children of the last of them.
const DEEPEST: usize = 512;

/// An active call.
#[derive(Clone, Debug)]
struct Active {
    /// Frames in use, as the core numbers them: differently in caller and called function.
    depth: u32,
    /// The code of its function.
    code: Range<u32>,
    node: Node,
    caller: Option<Node>,
}

/// Gives each cycle to somebody.
pub struct Account<'m> {
    module: &'m Module,
    source: Option<Source>,
    /// Functions that were inlined at the code address of a call.
    inlined: HashMap<u32, Vec<Rc<str>>>,
    tree: Tree,
    slices: Intervals<Counts>,
    /// The active calls, the innermost last.
    calls: Vec<Active>,
    /// Frames in use in the last cycle.
    depth: u32,
    /// The group that retired last.
    last: Option<Key>,
    /// The function of the host that the core waited for since then.
    host: Option<Key>,
    /// Cycles that belong to the group that retires next, by their causes.
    waiting: Vec<(Cause, u64)>,
    /// Groups whose instructions have not been counted yet: those of an instruction of millicode are when it is complete.
    open: VecDeque<Key>,
}

impl<'m> Account<'m> {
    pub fn new(module: &'m Module, source: Option<Source>) -> Account<'m> {
        Account {
            module,
            source,
            inlined: HashMap::new(),
            tree: Tree::default(),
            slices: slices(),
            calls: Vec::new(),
            depth: 0,
            last: None,
            host: None,
            waiting: Vec::new(),
            open: VecDeque::new(),
        }
    }

    /// The host calls a function.
    pub fn begin(&mut self, function: u32) {
        self.settle(None);
        let node = self.tree.node(None, Frame::Function(function));
        // No group retires with as many frames, so this is the caller of none.
        self.last = Some(Key { node, pc: None, instructions: 0, cause: None });
    }

    /// A cycle has passed, with so many frames in use: a group has retired in it, or why none has.
    pub fn cycle(&mut self, depth: u32, retired: Option<&Sample>, stall: Option<Stall>) {
        self.depth = depth;
        match (stall, retired, self.last) {
            (None, Some(sample), _) => self.group(sample),
            (Some(Stall { cause, behind: true }), _, Some(key)) if self.host.is_none() => {
                add(self.slices.last(), Key { cause: Some(cause), ..key }, Count { cycles: 1, instructions: 0 });
            }
            (Some(Stall { cause, .. }), ..) => self.wait(cause),
            (None, None, _) => {}
        }
        self.slices.pass();
    }

    fn wait(&mut self, cause: Cause) {
        match self.waiting.last_mut() {
            Some((last, cycles)) if *last == cause => *cycles += 1,
            _ => self.waiting.push((cause, 1)),
        }
    }

    /// The host has answered an imported function, or is about to end the program in it.
    pub fn answered(&mut self, function: u32) {
        self.host = match self.last {
            Some(key @ Key { pc: Some(pc), .. }) => {
                let caller = self.within(key.node, last_pc(self.module, pc, key.instructions));
                let node = self.tree.node(Some(caller), Frame::Function(function));
                Some(Key { node, pc: None, instructions: 0, cause: None })
            }
            // The host has called it, too.
            last => last,
        };
    }

    /// The instructions of the oldest group that has not been counted are complete.
    pub fn complete(&mut self, sample: &Sample) {
        if let Some(key) = self.open.pop_front() {
            add(self.slices.last(), key, Count { cycles: 0, instructions: sample.count.into() });
        }
    }

    /// A call has ended, like this if it was not left alone because of a difference. Cycles in which something waited that
    /// does not retire any more are those of the instruction that stopped, or else of the last group.
    pub fn settle(&mut self, run: Option<&Run>) {
        let stopped = run.filter(|run| run.end == End::Stopped && run.status.stop != 0);
        let stopped = stopped.and_then(|run| self.place(run.status.stop_pc, 1));
        if let Some(key) = self.host.or(stopped).or(self.last) {
            self.give(key);
        }
        self.calls.clear();
        self.open.clear();
        (self.last, self.host) = (None, None);
    }

    fn group(&mut self, sample: &Sample) {
        if let Some(host) = self.host.take() {
            self.give(host);
        }
        let Some(key) = self.place(sample.pc, sample.count) else { return };
        self.give(key);
        add(self.slices.last(), key, Count { cycles: 1, instructions: 0 });
        self.last = Some(key);
        self.open.push_back(key);
    }

    /// Gives somebody what has waited.
    fn give(&mut self, key: Key) {
        for (cause, cycles) in self.waiting.drain(..) {
            add(self.slices.last(), Key { cause: Some(cause), ..key }, Count { cycles, instructions: 0 });
        }
    }

    /// The place of instructions at a code address, to which the core has come with as many frames in use as in the last
    /// cycle.
    fn place(&mut self, pc: u32, instructions: u8) -> Option<Key> {
        if let [.., caller, _] = &self.calls[..]
            && caller.depth == self.depth
        {
            self.calls.pop();
        }
        let node = match self.calls.last() {
            Some(call) if call.depth == self.depth && call.code.contains(&pc) => call.node,
            // A tail call takes the place of its caller.
            Some(call) if call.depth == self.depth => {
                let caller = call.caller;
                self.calls.pop();
                self.enter(caller, pc)?
            }
            Some(call) if self.calls.len() > DEEPEST => self.enter(call.caller, pc)?,
            Some(call) => {
                let node = call.node;
                let site = self.last.and_then(|key| Some(last_pc(self.module, key.pc?, key.instructions)));
                let caller = site.map_or(node, |site| self.within(node, site));
                self.enter(Some(caller), pc)?
            }
            None => self.enter(None, pc)?,
        };
        Some(Key { node, pc: Some(pc), instructions, cause: None })
    }

    /// A call of the function at a code address begins.
    fn enter(&mut self, caller: Option<Node>, pc: u32) -> Option<Node> {
        let function = self.module.function_at(pc)?;
        let defined = self.module.defined(function)?;
        let node = self.tree.node(caller, Frame::Function(function));
        self.calls.push(Active { depth: self.depth, code: defined.entry..defined.end, node, caller });
        Some(node)
    }

    /// The innermost function that was inlined at a code address in a node's function.
    fn within(&mut self, node: Node, pc: u32) -> Node {
        let (source, module) = (self.source.as_ref(), self.module);
        let inlined = self.inlined.entry(pc).or_insert_with(|| {
            let names = source.map_or(Vec::new(), |source| source.inlined(file_offset(module, pc)));
            names.into_iter().map(Rc::from).collect()
        });
        let inner = |node, name: &Rc<str>| self.tree.node(Some(node), Frame::Inlined(Rc::clone(name)));
        inlined.iter().fold(node, inner)
    }
}

impl<'m> Account<'m> {
    /// What has been counted of the program with this name, once there are no more calls.
    pub fn report(&mut self, name: &str) -> Report<'m> {
        self.settle(None);
        let length = self.slices.length();
        let slices = self.slices.take().into_iter().map(|counts| self.innermost(counts)).collect();
        Report::new(name, self.module, self.source.as_ref(), &self.tree, (slices, length))
    }

    /// The counts by the instruction that stands for a group, in the innermost function, also one that was inlined.
    fn innermost(&mut self, counts: Counts) -> Counts {
        let mut inner = HashMap::new();
        for (key, count) in counts {
            let Some(pc) = key.pc.map(|pc| self.named(pc, key.instructions)) else {
                add(&mut inner, key, count);
                continue;
            };
            let node = self.within(key.node, pc);
            add(&mut inner, Key { node, pc: Some(pc), instructions: 1, ..key }, count);
        }
        inner
    }

    /// Which of some instructions from a code address on stands for them: the first that has a source line. Compilers
    /// give many none that only get operands.
    fn named(&self, pc: u32, instructions: u8) -> u32 {
        let next = |&pc: &u32| decode(&self.module.code, pc).ok().map(|instr| instr.next_pc());
        let line = |&pc: &u32| self.source.as_ref()?.line(file_offset(self.module, pc));
        let mut all = std::iter::successors(Some(pc), next).take(instructions.into());
        all.find(|pc| line(pc).is_some()).unwrap_or(pc)
    }
}
