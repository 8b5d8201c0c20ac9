//! Tables, and element segments as far as tables take from them.

use crate::snapshot::Unsuitable;
use isa::outcome::{Stop, Trap};
use isa::types::{NULL_REF, TableType};
use std::ops::Range;

const OUT_OF_BOUNDS: Stop = Stop::Trap(Trap::OutOfBoundsTable);

/// A table of references.
#[derive(Debug)]
pub(crate) struct Table {
    ty: TableType,
    /// The largest size that `table.grow` can reach.
    most: u64,
    elements: Vec<u64>,
}

impl Table {
    /// A table of its minimal size, all null, on a machine where tables grow to `growth` elements.
    pub fn new(ty: TableType, growth: u32) -> Table {
        let growth = ty.limits.min.max(growth as u64);
        let most = ty.limits.max.map_or(growth, |max| max.min(growth));
        Table { ty, most, elements: vec![NULL_REF; ty.limits.min as usize] }
    }

    /// The declared type; its minimum is the initial size.
    pub fn ty(&self) -> TableType {
        self.ty
    }

    pub fn elements(&self) -> &[u64] {
        &self.elements
    }

    /// Has these elements from now on, as another one of its type has had them.
    pub fn restore(&mut self, elements: &[u64]) -> Result<(), Unsuitable> {
        let sizes = self.ty.limits.min..=self.most;
        self.elements = elements.to_vec();
        if sizes.contains(&(elements.len() as u64)) { Ok(()) } else { Err(Unsuitable) }
    }

    pub fn elements_mut(&mut self) -> &mut [u64] {
        &mut self.elements
    }

    pub fn get(&self, index: u64) -> Result<u64, Stop> {
        self.elements.get(index as usize).copied().ok_or(OUT_OF_BOUNDS)
    }

    pub fn set(&mut self, index: u64, element: u64) -> Result<(), Stop> {
        *self.elements.get_mut(index as usize).ok_or(OUT_OF_BOUNDS)? = element;
        Ok(())
    }

    /// `table.grow`: the previous size, or `None` beyond what it can reach.
    pub fn grow(&mut self, delta: u64, element: u64) -> Option<u64> {
        let previous = self.elements.len() as u64;
        let size = previous + delta;
        if size > self.most {
            return None;
        }
        self.elements.resize(size as usize, element);
        Some(previous)
    }

    pub fn fill(&mut self, at: u64, element: u64, len: u64) -> Result<(), Stop> {
        let range = range(&self.elements, at, len)?;
        self.elements[range].fill(element);
        Ok(())
    }

    /// Copies part of an element segment here.
    pub fn init(&mut self, at: u64, segment: &[u64], from: u64, len: u64) -> Result<(), Stop> {
        let source = range(segment, from, len)?;
        let target = range(&self.elements, at, len)?;
        self.elements[target].copy_from_slice(&segment[source]);
        Ok(())
    }
}

/// Copies between two tables or within one, given as store address and index.
pub(crate) fn copy(tables: &mut [Table], to: (u32, u64), from: (u32, u64), len: u64) -> Result<(), Stop> {
    let (target, source) = (to.0 as usize, from.0 as usize);
    let from = range(&tables[source].elements, from.1, len)?;
    let to = range(&tables[target].elements, to.1, len)?;
    // Through a list of its own, as if all were read before any is written.
    let elements = tables[source].elements[from].to_vec();
    tables[target].elements[to].copy_from_slice(&elements);
    Ok(())
}

/// A range that lies within the elements; an empty one may lie at their end.
fn range(elements: &[u64], at: u64, len: u64) -> Result<Range<usize>, Stop> {
    // Both have 32 bits.
    let end = at + len;
    if end > elements.len() as u64 { Err(OUT_OF_BOUNDS) } else { Ok(at as usize..end as usize) }
}
