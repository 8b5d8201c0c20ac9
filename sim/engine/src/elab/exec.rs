//! Symbolic execution of statements.
use super::{
    env::{Branch, Env},
    flatten::Elab,
};
use crate::{
    error::{Error, Result},
    ir::{Graph, Node},
    parse::ast::*,
};
use std::collections::HashSet;

/// Chooses among the values of the branches, in their order.
type Pick<'p> = &'p mut dyn FnMut(&mut Graph, &[Node]) -> Node;

/// Most turns of a loop.
const MAX_TURNS: u32 = 4096;

impl Elab<'_> {
    /// Executes statements one after the other.
    pub fn exec(&mut self, scope: usize, env: &mut Env, body: &[Stmt]) -> Result<()> {
        for stmt in body {
            match stmt {
                Stmt::Assign { lhs, rhs, nonblocking } => {
                    if *nonblocking && !env.seq {
                        let message = "only in blocks with a clock edge";
                        return Err(Error::new(lhs.pos, "<=", message));
                    }
                    let width = self.type_of(scope, lhs)?.width;
                    let value = self.assigned(scope, env, rhs, width)?;
                    self.assign(scope, env, lhs, value, *nonblocking)?;
                }
                Stmt::If { cond, then, other } => {
                    let c = self.truth(scope, env, cond)?;
                    let not_c = self.design.graph.not(c);
                    let yes = self.branch(scope, env, then, c)?;
                    let no = self.branch(scope, env, other, not_c)?;
                    self.merge(env, &[yes, no], &mut |g, v| g.mux(c, v[0], v[1]));
                }
                Stmt::For { start, cond, step, body } => {
                    self.exec(scope, env, std::slice::from_ref(start))?;
                    if let Stmt::Assign { lhs, .. } = &**start {
                        env.counters.push(self.target(scope, lhs)?);
                    }
                    self.unroll(scope, env, cond, step, body)?;
                }
                Stmt::Case { selector, arms, default } => {
                    self.case(scope, env, selector, arms, default.as_deref().unwrap_or(&[]))?;
                }
            }
        }
        Ok(())
    }

    /// Executes a loop as often as its condition, which must be constant each
    /// time, holds.
    fn unroll(&mut self, scope: usize, env: &mut Env, cond: &Expr, step: &Stmt, body: &[Stmt]) -> Result<()> {
        for _ in 0..MAX_TURNS {
            let c = self.truth(scope, env, cond)?;
            match self.design.graph.constant(c) {
                Some(0) => return Ok(()),
                Some(_) => {}
                None => return Err(Error::new(cond.pos, "for", "bounds must be constant")),
            }
            self.exec(scope, env, body)?;
            self.exec(scope, env, std::slice::from_ref(step))?;
        }
        Err(Error::new(cond.pos, "for", "does not end"))
    }

    fn branch(&mut self, scope: usize, env: &mut Env, body: &[Stmt], cond: Node) -> Result<Branch> {
        let path = env.path;
        env.path = self.design.graph.and(path, cond);
        env.enter();
        self.exec(scope, env, body)?;
        env.path = path;
        Ok(env.leave())
    }

    /// Gives every signal that some branch assigned the value picked for it.
    fn merge(&mut self, env: &mut Env, branches: &[Branch], pick: Pick) {
        for nonblocking in [false, true] {
            let maps = || branches.iter().map(|b| b.map(nonblocking));
            let mut ids: Vec<u32> = maps().flat_map(|m| m.keys().copied()).collect();
            ids.sort_unstable();
            ids.dedup();
            for id in ids {
                let old = match env.layers(nonblocking).get(id) {
                    Some(n) => n,
                    None => self.before(env, id),
                };
                let values: Vec<Node> = maps().map(|m| m.get(&id).copied().unwrap_or(old)).collect();
                let value = pick(&mut self.design.graph, &values);
                env.layers(nonblocking).set(id, value);
            }
        }
    }

    fn case(
        &mut self,
        scope: usize,
        env: &mut Env,
        selector: &Expr,
        arms: &[(Vec<Expr>, Vec<Stmt>)],
        default: &[Stmt],
    ) -> Result<()> {
        // selector and items share one context
        let mut t = self.type_of(scope, selector)?;
        for key in arms.iter().flat_map(|(keys, _)| keys) {
            t = t.join(self.type_of(scope, key)?);
        }
        let value = self.build(scope, env, selector, t.width, t.signed)?;
        let mut keys: Vec<(Node, usize)> = Vec::new();
        for (i, (items, _)) in arms.iter().enumerate() {
            for item in items {
                keys.push((self.build(scope, env, item, t.width, t.signed)?, i));
            }
        }
        let branches = self.case_branches(scope, env, value, &keys, arms, default)?;
        let constants: Option<Vec<(u128, usize)>> =
            keys.iter().map(|(k, i)| Some((self.design.graph.constant(*k)?, *i))).collect();
        match constants {
            Some(constants) => self.merge(env, &branches, &mut |g, v| {
                let arms = constants.iter().map(|(k, i)| (*k, v[*i])).collect();
                g.case(value, arms, v[v.len() - 1])
            }),
            None => self.merge(env, &branches, &mut |g, v| {
                let mut acc = v[v.len() - 1];
                for (key, i) in keys.iter().rev() {
                    let hit = g.eq(value, *key);
                    acc = g.mux(hit, v[*i], acc);
                }
                acc
            }),
        }
        Ok(())
    }

    /// Executes all arms, then the default, each under its own condition.
    fn case_branches(
        &mut self,
        scope: usize,
        env: &mut Env,
        value: Node,
        keys: &[(Node, usize)],
        arms: &[(Vec<Expr>, Vec<Stmt>)],
        default: &[Stmt],
    ) -> Result<Vec<Branch>> {
        // different constants exclude one another without saying so
        let mut seen = HashSet::new();
        let apart = keys.iter().all(|(k, _)| self.design.graph.constant(*k).is_some() && seen.insert(*k));
        let mut taken = self.design.graph.bit(false);
        let mut branches = Vec::with_capacity(arms.len() + 1);
        let mut rest = keys;
        for (i, (_, body)) in arms.iter().enumerate() {
            let (own, others) = rest.split_at(rest.iter().take_while(|(_, k)| *k == i).count());
            rest = others;
            let g = &mut self.design.graph;
            let mut hit = g.bit(false);
            for (key, _) in own {
                let one = g.eq(value, *key);
                hit = g.or(hit, one);
            }
            let free = g.not(taken);
            let cond = if apart { hit } else { g.and(hit, free) };
            taken = g.or(taken, hit);
            branches.push(self.branch(scope, env, body, cond)?);
        }
        let none = self.design.graph.not(taken);
        branches.push(self.branch(scope, env, default, none)?);
        Ok(branches)
    }
}
