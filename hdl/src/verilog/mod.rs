//! Verilog that people read, of blocks in rust-hdl.
//!
//! rust-hdl's own printer makes a module of every register and loses names of fields, widths and comments. This one
//! walks the same syntax tree and means the same by it (see `lower.rs`). A kind of block is one module, registers are
//! variables with their initial values, blocks of constants are constants, and what the Rust sources say stands beside
//! the signals.
//!
//! The path of a signal is that of its field: `fetch.d_window` is the output `d_window` of the field `fetch`, `x_valid`
//! a register of the block itself. A name with `$` is of something within: `fetch$hold` is the input `hold` of `fetch`,
//! `x_valid$d` what the register `x_valid` becomes, `State$Idle` a state.

mod body;
mod docs;
mod logic;
mod lower;
mod module;
mod names;
mod portable;
mod scope;
mod statement;
mod term;
mod tree;
mod writer;

use module::Module;
use rust_hdl::core::block::Block;
use tree::Node;

/// Why there is no Verilog of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// rust-hdl's syntax tree has something that is not printed.
    Unsupported(String),
    /// The same within a block, by its path.
    Within(String, String),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Unsupported(what) => write!(f, "no Verilog is printed for {what}"),
            Error::Within(path, what) => write!(f, "block `{path}`: no Verilog is printed for {what}"),
        }
    }
}

impl std::error::Error for Error {}

/// Modules, each once: a file of Verilog.
#[derive(Default)]
pub struct File {
    /// What the names of all modules but those that are added begin with.
    prefix: String,
    /// It is for any simulator, see `portable`.
    portable: bool,
    modules: Vec<(String, Module)>,
}

impl File {
    /// One for other designs: names of modules begin with `name` and `_`, so that they meet no others there, and it does
    /// the same in every simulator.
    pub fn component(name: &str) -> File {
        File { prefix: format!("{name}_"), portable: true, modules: Vec::new() }
    }

    /// Adds the modules of a block: those of the blocks in it, named by their types, and its own, with the name `name`
    /// if that is free. Returns its name.
    ///
    /// # Errors
    /// The block has something that is not printed.
    pub fn add<B: Block>(&mut self, block: &B, name: &str) -> Result<String, Error> {
        let path = std::any::type_name::<B>().split('<').next().unwrap_or_default();
        let kind = path.rsplit("::").next().unwrap_or_default();
        self.add_node(&Node::new(block, kind, name), name)
    }

    pub fn text(&self) -> String {
        let text = self.modules.iter().map(|(name, module)| module.text(name)).collect::<Vec<_>>().join("\n");
        if self.portable { portable::file(&text) } else { text }
    }

    fn add_node(&mut self, node: &Node, name: &str) -> Result<String, Error> {
        let children =
            node.instances().map(|child| self.add_node(child, &(self.prefix.clone() + &names::snake(&child.kind))));
        let within = |error| match error {
            Error::Unsupported(what) => Error::Within(node.name.clone(), what),
            Error::Within(path, what) => Error::Within(format!("{}.{path}", node.name), what),
        };
        let children = children.collect::<Result<Vec<_>, _>>().map_err(within)?;
        let module = Module::new(node, &children, self.portable).map_err(within)?;
        let is_name = |taken: &str| taken.strip_prefix(name).is_some_and(|end| end.is_empty() || end.starts_with('_'));
        if let Some((taken, _)) = self.modules.iter().find(|(taken, same)| *same == module && is_name(taken)) {
            return Ok(taken.clone());
        }
        let is_free = |name: &String| self.modules.iter().all(|(taken, _)| taken != name);
        let numbered = (2..).map(|i| format!("{name}_{i}"));
        let free = std::iter::once(name.to_string()).chain(numbered).find(is_free).unwrap_or_default();
        self.modules.push((free.clone(), module));
        Ok(free)
    }
}
