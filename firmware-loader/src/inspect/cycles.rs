//! The fewest and the most cycles of calls that return, over all ways through functions whose loops count.

use super::body::Callee;
use super::graph::Graph;
use super::loops::{self, Groups, Loop};
use super::trips::trips;
use super::ways::{Cycles, To, ways};
use isa::branch_plan::{Plan, plan};
use isa::group::{self, Policy};
use isa::initial::type_numbers;
use isa::module::{Function, Module};
use std::ops::Range;

/// From the host's start write to the first group, and from the last one to the end.
const START: u64 = 3;

/// Why there is no bound: a loop that does not count, a circle of calls, an import, or an instruction that takes any time.
#[derive(Clone, Copy, Debug)]
struct Unbounded;

/// What is left up to a return from a place; `None` where no way leads to it.
type Left = Result<Option<Cycles>, Unbounded>;

/// By function index, what a call from outside takes on a full core with all units. `None` where nothing bounds it, and
/// where no call returns.
pub fn all(module: &Module, graph: &Graph<'_>) -> Vec<Option<Cycles>> {
    let mut left: Vec<Left> = vec![Err(Unbounded); module.function_count() as usize];
    let imported = module.imported_functions().count();
    if let Ok(plan) = plan(module, &type_numbers(module)) {
        // Callees come first; one that may call itself finds itself without a bound.
        for component in graph.components() {
            let [function] = component[..] else { continue };
            if let Some(own) = function.index().checked_sub(imported) {
                left[function.index()] = Walk { module, graph, plan: &plan, left: &left }.function(own);
            }
        }
    }
    let called = |(index, left): (usize, Left)| {
        let function = module.functions.get(index.checked_sub(imported)?)?;
        Some(Cycles::exactly(START + zeroing(function)).and(left.ok()??))
    };
    left.into_iter().enumerate().map(called).collect()
}

/// What a call takes for the locals of a function.
fn zeroing(function: &Function) -> u64 {
    u64::from(function.declared_locals().saturating_sub(1))
}

/// Functions whose callees are known.
struct Walk<'a> {
    module: &'a Module,
    graph: &'a Graph<'a>,
    plan: &'a Plan,
    /// By function index.
    left: &'a [Left],
}

/// What is known of groups, in reverse code order: code addresses, and what is left from there on.
type Known = Vec<(u32, Option<Cycles>)>;

impl Walk<'_> {
    /// Of a function, by its index among the defined ones.
    fn function(&self, own: usize) -> Left {
        let (function, leaders) = (&self.module.functions[own], &self.plan.functions[own].leaders);
        let (mut groups, policy) = (Vec::new(), Policy::Fold { float: true });
        group::form(&self.module.code, function.entry, function.end, leaders, policy, &mut groups)
            .map_err(|_| Unbounded)?;
        let all = groups.iter().map(|group| Some((group.pc, ways(self.module, self.plan, function, group)?)));
        let groups = all.collect::<Option<Groups>>().ok_or(Unbounded)?;
        let loops = loops::of(&groups, &trips(self.module, function)).ok_or(Unbounded)?;
        let mut known = Known::new();
        let mut passing = Passing { walk: self, groups: &groups, loops: &loops, again: vec![None; loops.len()] };
        passing.region(0..groups.len(), None, true, &mut known)?;
        Ok(known.last().and_then(|(_, left)| *left))
    }

    /// What the functions take that a call can get to, with their locals.
    fn callees(&self, callee: Callee) -> Left {
        let mut left = None;
        for target in self.graph.targets(callee) {
            let function = self.module.defined(target).ok_or(Unbounded)?;
            let own = self.left[target as usize]?;
            left = either(left, own.map(|own| Cycles::exactly(zeroing(function)).and(own)));
        }
        Ok(left)
    }
}

/// One function, from its last group to its first one.
struct Passing<'a> {
    walk: &'a Walk<'a>,
    groups: &'a Groups,
    loops: &'a [Loop],
    /// Of each loop, what a pass takes from its begin to its begin, once that is known.
    again: Vec<Option<Left>>,
}

/// A loop that is passed through, and what is left where its branch leads back.
type Back = Option<(usize, Option<Cycles>)>;

impl Passing<'_> {
    /// Adds what is left from each of these groups on. `back` is the loop that they are, and `returns` says whether a
    /// return is a way to where all of it is to lead.
    fn region(&mut self, groups: Range<usize>, back: Back, returns: bool, known: &mut Known) -> Result<(), Unbounded> {
        let mut rest = groups.clone();
        while let Some(group) = rest.next_back() {
            let inner = self.loops.binary_search_by_key(&group, |inner| inner.last).ok();
            if let Some(inner) = inner.filter(|&inner| back.is_none_or(|(own, _)| own != inner)) {
                let first = self.loops[inner].first;
                let left = self.passes(inner, returns, known)?;
                known.push((self.groups[first].0, left));
                rest = groups.start..first;
                continue;
            }
            let mut left = None;
            for &(cycles, to) in &self.groups[group].1 {
                let way = self.behind(to, back, returns, known)?.map(|behind| cycles.and(behind));
                left = either(left, way);
            }
            known.push((self.groups[group].0, left));
        }
        Ok(())
    }

    /// What is left at the begin of a loop, where it is known what is left behind it.
    fn passes(&mut self, own: usize, returns: bool, known: &mut Known) -> Left {
        let Loop { first, last, trips, leaves } = self.loops[own];
        let behind = known.len();
        self.region(first..last + 1, Some((own, None)), returns, known)?;
        let out = known.last().and_then(|(_, left)| *left);
        known.truncate(behind);
        let again = match self.again[own] {
            Some(again) => again?,
            None => {
                let mut pass = Known::new();
                let walked = self.region(first..last + 1, Some((own, Some(Cycles::exactly(0)))), false, &mut pass);
                let again = walked.map(|()| pass.last().and_then(|(_, left)| *left));
                self.again[own] = Some(again);
                again?
            }
        };
        let (Some(out), Some(again)) = (out, again) else { return Ok(out) };
        let times = Cycles { best: if leaves { 0 } else { trips - 1 }, worst: trips - 1 };
        Ok(Some(again.times(times).and(out)))
    }

    /// What is left where a way leads.
    fn behind(&self, to: To, back: Back, returns: bool, known: &Known) -> Left {
        let next = known.last().and_then(|(_, left)| *left);
        let end = returns.then_some(Cycles::exactly(0));
        Ok(match to {
            To::Next => next,
            To::At(pc) => match (known.binary_search_by(|(at, _)| pc.cmp(at)), back) {
                (Ok(at), _) => known[at].1,
                (_, Some((own, left))) if self.groups[self.loops[own].first].0 == pc => left,
                // Out of the loop of which a pass is looked for.
                (_, Some((own, _))) if !returns && self.groups[self.loops[own].last].0 < pc => None,
                // A loop that nothing counts.
                _ => return Err(Unbounded),
            },
            To::Return => end,
            To::Nowhere => None,
            To::TailCall(callee) => self.walk.callees(callee)?.filter(|_| returns),
            To::Call(callee) => self.walk.callees(callee)?.zip(next).map(|(callee, next)| callee.and(next)),
        })
    }
}

/// One or the other, if both lead to a return.
fn either(one: Option<Cycles>, other: Option<Cycles>) -> Option<Cycles> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.or(other)),
        _ => one.or(other),
    }
}
