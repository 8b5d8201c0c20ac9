//! Expressions of Verilog whose widths are known, and their text.
//!
//! Every term has the width that Verilog gives it where nothing around says otherwise, so its text means the same
//! wherever it stands.

use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    Number {
        value: u128,
        width: usize,
    },
    /// All of a signal or constant.
    Name {
        name: String,
        width: usize,
    },
    /// Bits of a signal from `low`; the name of the field they are, if there is one.
    Part {
        name: String,
        low: usize,
        width: usize,
        field: Option<String>,
    },
    /// Bits of a signal from an index that is computed.
    Select {
        name: String,
        index: Box<Term>,
        width: usize,
    },
    /// Zeros above.
    Extend {
        term: Box<Term>,
        width: usize,
    },
    /// The lowest `bits` of a term that is wider, with zeros above.
    Low {
        term: Box<Term>,
        bits: usize,
    },
    Not(Box<Term>),
    Negate(Box<Term>),
    /// One bit of all bits of a term: `&`, `|` or `^`.
    Reduce(&'static str, Box<Term>),
    Binary {
        symbol: &'static str,
        left: Box<Term>,
        right: Box<Term>,
    },
    Choose {
        test: Box<Term>,
        then: Box<Term>,
        otherwise: Box<Term>,
    },
}

use Term::*;

/// Numbers up to this one are written in decimal.
const DECIMAL: u128 = 999;

impl Term {
    pub fn number(value: u128, width: usize) -> Term {
        Number { value: value & ones(width), width }
    }

    /// An operation. Sums and products of numbers are numbers.
    pub fn binary(symbol: &'static str, left: Term, right: Term) -> Term {
        let width = left.width().max(right.width());
        match (&left, symbol, &right) {
            (Number { value: a, .. }, "+", Number { value: b, .. }) => Term::number(a.wrapping_add(*b), width),
            (Number { value: a, .. }, "-", Number { value: b, .. }) => Term::number(a.wrapping_sub(*b), width),
            (Number { value: a, .. }, "*", Number { value: b, .. }) => Term::number(a.wrapping_mul(*b), width),
            _ => Binary { symbol, left: left.into(), right: right.into() },
        }
    }

    /// One bit of all bits of `term`.
    pub fn reduce(symbol: &'static str, term: Term) -> Term {
        if term.width() == 1 { term } else { Reduce(symbol, term.into()) }
    }

    pub fn width(&self) -> usize {
        match self {
            Number { width, .. } | Name { width, .. } | Part { width, .. } => *width,
            Select { width, .. } | Extend { width, .. } => *width,
            Low { term, .. } | Not(term) | Negate(term) => term.width(),
            Reduce(..) => 1,
            Binary { symbol, .. } if is_comparison(symbol) || is_logical(symbol) => 1,
            Binary { symbol, left, .. } if is_shift(symbol) => left.width(),
            Binary { left, right, .. } => left.width().max(right.width()),
            Choose { then, otherwise, .. } => then.width().max(otherwise.width()),
        }
    }

    /// The same value in `width` bits: with zeros above, or without its upper bits.
    pub fn resize(self, width: usize) -> Term {
        let now = self.width();
        match self {
            _ if now == width => self,
            Number { value, .. } => Term::number(value, width),
            Extend { term, .. } => term.resize(width),
            _ if width > now => Extend { term: self.into(), width },
            Name { name, .. } => Part { name, low: 0, width, field: None },
            Part { name, low, .. } => Part { name, low, width, field: None },
            Select { name, index, .. } => Select { name, index, width },
            Not(term) => Not(term.resize(width).into()),
            Negate(term) => Negate(term.resize(width).into()),
            Binary { symbol: "<<", left, right } => Term::binary("<<", left.resize(width), *right),
            Binary { symbol, left, right } if symbol != ">>" => {
                Term::binary(symbol, left.resize(width), right.resize(width))
            }
            _ => Low { term: self.into(), bits: width },
        }
    }

    /// Adds the names of all signals it reads.
    pub fn reads(&self, names: &mut BTreeSet<String>) {
        self.visit(&mut |term| {
            if let Name { name, .. } | Part { name, .. } | Select { name, .. } = term {
                names.insert(name.clone());
            }
        });
    }

    /// This term and all within it.
    pub fn visit(&self, see: &mut impl FnMut(&Term)) {
        see(self);
        match self {
            Number { .. } | Name { .. } | Part { .. } => {}
            Select { index: term, .. } | Extend { term, .. } | Low { term, .. } => term.visit(see),
            Not(term) | Negate(term) | Reduce(_, term) => term.visit(see),
            Binary { left, right, .. } => {
                left.visit(see);
                right.visit(see);
            }
            Choose { test, then, otherwise } => [test, then, otherwise].into_iter().for_each(|term| term.visit(see)),
        }
    }

    /// Gives names other names.
    pub fn rename(&mut self, to: &impl Fn(&str) -> Option<String>) {
        match self {
            Number { .. } => {}
            Name { name, .. } | Part { name, .. } => *name = to(name).unwrap_or_else(|| std::mem::take(name)),
            Select { name, index, .. } => {
                *name = to(name).unwrap_or_else(|| std::mem::take(name));
                index.rename(to);
            }
            Extend { term, .. } | Low { term, .. } | Not(term) | Negate(term) | Reduce(_, term) => term.rename(to),
            Binary { left, right, .. } => {
                left.rename(to);
                right.rename(to);
            }
            Choose { test, then, otherwise } => [test, then, otherwise].into_iter().for_each(|term| term.rename(to)),
        }
    }

    pub fn text(&self) -> String {
        match self {
            Number { value, width: 1 } => format!("1'b{value}"),
            Number { value, width } if *value <= DECIMAL => format!("{width}'d{value}"),
            Number { value, width } => format!("{width}'h{value:x}"),
            Name { name, .. } => name.clone(),
            Part { name, field: Some(field), width: 1, .. } => format!("{name}[{field}]"),
            Part { name, field: Some(field), width, .. } => format!("{name}[{field} +: {width}]"),
            Part { name, low, width: 1, .. } => format!("{name}[{low}]"),
            Part { name, low, width, .. } => format!("{name}[{}:{low}]", low + width - 1),
            Select { name, index, width: 1 } => format!("{name}[{}]", index.text()),
            Select { name, index, width } => format!("{name}[{} +: {width}]", index.text()),
            Extend { term, width } => format!("{{{}'d0, {}}}", width - term.width(), term.text()),
            Low { term, bits } => format!("{} & {}", term.operand(), Term::number(ones(*bits), term.width()).text()),
            Not(term) if term.width() == 1 => format!("!{}", term.operand()),
            Not(term) => format!("~{}", term.operand()),
            Negate(term) => format!("-{}", term.operand()),
            Reduce(symbol, term) => format!("{symbol}{}", term.operand()),
            Binary { symbol, left, right } => {
                let joins = matches!(&**left, Binary { symbol: inner, .. } if inner == symbol && is_chain(symbol));
                let left = if joins { left.text() } else { left.operand() };
                let right = if is_shift(symbol) { right.amount() } else { right.operand() };
                format!("{left} {symbol} {right}")
            }
            Choose { test, then, otherwise } => {
                format!("{} ? {} : {}", test.operand(), then.operand(), otherwise.operand())
            }
        }
    }

    /// The text within an operation.
    fn operand(&self) -> String {
        match self {
            Binary { .. } | Low { .. } | Reduce(..) | Choose { .. } => format!("({})", self.text()),
            _ => self.text(),
        }
    }

    /// The text as the amount of a shift, which has no width that matters.
    fn amount(&self) -> String {
        match self {
            Number { value, .. } => value.to_string(),
            _ => self.operand(),
        }
    }
}

pub fn is_comparison(symbol: &str) -> bool {
    matches!(symbol, "==" | "!=" | "<" | "<=" | ">" | ">=")
}

pub fn is_logical(symbol: &str) -> bool {
    matches!(symbol, "&&" | "||")
}

pub fn is_shift(symbol: &str) -> bool {
    matches!(symbol, "<<" | ">>")
}

/// `a + b + c` needs no parentheses.
fn is_chain(symbol: &str) -> bool {
    matches!(symbol, "&" | "|" | "^" | "+" | "&&" | "||")
}

/// So many ones.
pub fn ones(width: usize) -> u128 {
    if width >= 128 { u128::MAX } else { (1 << width) - 1 }
}
