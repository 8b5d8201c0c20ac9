//! What a function has to do, as acts for its plan.
use super::{
    Deed, Layout, RunPlan,
    plan::{Act, Plan},
};
use crate::{Design, Kind};

/// Acts and what they do.
#[derive(Default)]
pub struct Todo {
    acts: Vec<Act>,
    pub deeds: Vec<Deed>,
}

impl Todo {
    /// Everything that happens in a clock cycle.
    pub fn cycle(design: &Design, layout: &Layout, run: &RunPlan) -> Todo {
        let mut todo = Todo::default();
        let node = |id: u32| design.nodes[id as usize];
        todo.settle(design, layout, &run.watch);
        for (id, next) in &design.next {
            let offset = layout.signals[*id as usize] + layout.shadow;
            let width = design.width(*id);
            let (needs, store) = (vec![*next], Some(Some(node(*id))));
            todo.push(Act { needs, store, ..Act::default() }, Deed::Store { offset, width });
        }
        if let Some(record) = &run.record {
            let needs = record.fields.iter().map(|f| node(f.0)).collect();
            let when = record.when.map(node);
            todo.push(Act { when, needs, ..Act::default() }, Deed::Record(record.clone()));
        }
        if let Some(stop) = run.stop.map(node) {
            let needs = vec![stop];
            todo.push(Act { needs, ..Act::default() }, Deed::Stop(stop, !run.stop_low));
        }
        if run.check_index {
            for (k, check) in design.checks.iter().enumerate() {
                let when = Some(check.bad);
                todo.push(Act { when, ..Act::default() }, Deed::Check(k));
            }
        }
        for (i, w) in design.writes.iter().enumerate() {
            let needs = [w.address, w.data].into_iter().chain(w.mask).collect();
            let act = Act { when: Some(w.enable), needs, late: true, store: None };
            todo.push(act, Deed::Write(i));
        }
        todo
    }

    /// Stores the combinational ones of these signals.
    pub fn settle(&mut self, design: &Design, layout: &Layout, signals: &[u32]) {
        for id in signals {
            if design.signals[*id as usize].kind == Kind::Comb {
                let (offset, width) = (layout.signals[*id as usize], design.width(*id));
                let needs = vec![design.nodes[*id as usize]];
                let act = Act { needs, store: Some(None), ..Act::default() };
                self.push(act, Deed::Store { offset, width });
            }
        }
    }

    /// An order for all of it.
    pub fn plan(&self, design: &Design) -> Plan {
        let changed = |mem| design.writes.iter().any(|w| w.mem == mem);
        Plan::new(&design.graph, &self.acts, &changed)
    }

    fn push(&mut self, act: Act, deed: Deed) {
        self.acts.push(act);
        self.deeds.push(deed);
    }
}
