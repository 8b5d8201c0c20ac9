//! The tree of calls: which function ran in which others, from the outermost one on.

use std::collections::HashMap;
use std::rc::Rc;

/// What stands in a call stack.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Frame {
    /// A function of the module, by its index, also an imported one: then the host answers.
    Function(u32),
    /// A function of the source that was inlined into the one below.
    Inlined(Rc<str>),
}

/// A place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node(u32);

/// Its nodes; a parent stands before its children.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<(Option<Node>, Frame)>,
    children: HashMap<(Option<Node>, Frame), Node>,
}

impl Tree {
    /// The node of a frame in another one, or of an outermost one.
    pub fn node(&mut self, parent: Option<Node>, frame: Frame) -> Node {
        *self.children.entry((parent, frame)).or_insert_with_key(|(parent, frame)| {
            self.nodes.push((*parent, frame.clone()));
            Node(self.nodes.len() as u32 - 1)
        })
    }

    /// All nodes in order, each with its parent and frame.
    pub fn nodes(&self) -> impl Iterator<Item = (Option<Node>, &Frame)> {
        self.nodes.iter().map(|(parent, frame)| (*parent, frame))
    }
}

impl Node {
    /// Its place in [`Tree::nodes`].
    pub fn place(self) -> usize {
        self.0 as usize
    }
}
