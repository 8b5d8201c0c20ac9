//! Finding the signals that hold states: Verilog has no enums, so rust-hdl
//! prints them as constants `Family$State` and the tie to a signal is its use.
use super::flatten::{Elab, Entity, Process};
use crate::parse::ast::*;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// The names of a signal's values, by value.
pub type States = Arc<BTreeMap<u128, String>>;

/// Per signal, its scope and family; `None` once it has met a second family,
/// because a guess would show wrong names.
type Uses = HashMap<u32, Option<(usize, String)>>;

impl Elab<'_> {
    /// Gives names to all signals that are compared with, selected by or
    /// assigned from the constants of one family.
    pub fn find_enums(&mut self) {
        let mut uses = Uses::new();
        for process in &self.processes {
            match process {
                Process::Assign { scope, lhs, rhs } => {
                    self.enum_pair(*scope, lhs, rhs, &mut uses);
                    self.enum_expr(*scope, rhs, &mut uses);
                }
                Process::Comb { scope, body, .. } | Process::Seq { scope, body, .. } => {
                    self.enum_body(*scope, body, &mut uses);
                }
                Process::PortIn { .. } | Process::PortOut { .. } => {}
            }
        }
        let mut families: HashMap<(usize, String), States> = HashMap::new();
        for (id, family) in uses {
            let Some(family) = family else { continue };
            let states = families.entry(family).or_insert_with_key(|(scope, prefix)| self.states(*scope, prefix));
            self.design.states.insert(id, states.clone());
        }
    }

    /// All constants of `scope` whose names begin with `prefix`.
    fn states(&self, scope: usize, prefix: &str) -> States {
        let all = self.scopes[scope].names.iter();
        let of_family = all.filter_map(|(name, entity)| match entity {
            Entity::Param(v) => Some((v.value, name.strip_prefix(prefix)?.to_string())),
            _ => None,
        });
        Arc::new(of_family.collect())
    }

    fn enum_pair(&self, scope: usize, signal: &Expr, state: &Expr, uses: &mut Uses) {
        let (ExprKind::Ident(signal), ExprKind::Ident(state)) = (&signal.kind, &state.kind) else {
            return;
        };
        let names = &self.scopes[scope].names;
        let (Some(Entity::Signal(id)), Some(Entity::Param(_))) = (names.get(&**signal), names.get(&**state)) else {
            return;
        };
        let Some(end) = state.rfind('$') else { return };
        let family = Some((scope, state[..=end].to_string()));
        let known = uses.entry(*id).or_insert_with(|| family.clone());
        if *known != family {
            *known = None;
        }
    }

    fn enum_expr(&self, scope: usize, e: &Expr, uses: &mut Uses) {
        match &e.kind {
            ExprKind::Binary(op, a, b) => {
                if matches!(op, BinaryOp::Eq | BinaryOp::Ne) {
                    self.enum_pair(scope, a, b, uses);
                    self.enum_pair(scope, b, a, uses);
                }
                self.enum_expr(scope, a, uses);
                self.enum_expr(scope, b, uses);
            }
            ExprKind::Unary(_, a) | ExprKind::Cast(_, a) => self.enum_expr(scope, a, uses),
            ExprKind::Cond(a, b, c) => {
                for e in [a, b, c] {
                    self.enum_expr(scope, e, uses);
                }
            }
            _ => {}
        }
    }

    fn enum_body(&self, scope: usize, body: &[Stmt], uses: &mut Uses) {
        for stmt in body {
            match stmt {
                Stmt::Assign { lhs, rhs, .. } => {
                    self.enum_pair(scope, lhs, rhs, uses);
                    self.enum_expr(scope, rhs, uses);
                }
                Stmt::If { cond, then, other } => {
                    self.enum_expr(scope, cond, uses);
                    self.enum_body(scope, then, uses);
                    self.enum_body(scope, other, uses);
                }
                Stmt::For { body, .. } => self.enum_body(scope, body, uses),
                Stmt::Case { selector, arms, default } => {
                    for (labels, body) in arms {
                        for label in labels {
                            self.enum_pair(scope, selector, label, uses);
                        }
                        self.enum_body(scope, body, uses);
                    }
                    self.enum_body(scope, default.as_deref().unwrap_or(&[]), uses);
                }
            }
        }
    }
}
