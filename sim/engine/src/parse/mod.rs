//! Parser of the Verilog subset that rust-hdl prints and its hand-written
//! primitives use. Everything outside it is an error, never a guess.
pub mod ast;
mod expr;
mod item;
mod lexer;
mod stmt;

use crate::error::{Error, Pos, Result};
use ast::{Expr, ExprKind, Module};
use lexer::{Tok, Token};
use std::collections::HashMap;

/// Deepest nesting accepted; recursion over the tree stays within [`STACK`].
const MAX_DEPTH: u32 = 3000;

/// Stack for parsing and elaboration, enough for [`MAX_DEPTH`] levels.
pub const STACK: usize = 256 << 20;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
}

/// Parses all modules of `source`; `file` marks their positions.
pub fn parse(source: &str, file: u16) -> Result<HashMap<String, Module>> {
    let mut parser = Parser { tokens: lexer::lex(source, file)?, at: 0, depth: 0 };
    let mut modules: HashMap<String, Module> = HashMap::new();
    loop {
        let blackbox = parser.attributes().iter().any(|a| a == "blackbox");
        if *parser.peek() == Tok::End {
            return Ok(modules);
        }
        parser.keyword_or_err("module")?;
        let mut module = parser.module()?;
        module.blackbox |= blackbox;
        // every wrapper prints its black boxes again, so those may repeat
        match modules.get(&module.name) {
            Some(old) if !(old.blackbox && module.blackbox) => {
                return Err(Error::new(module.pos, module.name, "module is defined twice"));
            }
            _ => modules.insert(module.name.clone(), module),
        };
    }
}

impl Parser {
    fn peek(&self) -> &Tok {
        &self.tokens[self.at].tok
    }

    fn pos(&self) -> Pos {
        self.tokens[self.at].pos
    }

    /// An error at the next token: what was expected, what stands there.
    fn expected<T>(&self, what: &str) -> Result<T> {
        let found = match self.peek() {
            Tok::Ident(s) => s.clone(),
            Tok::Punct(p) => p.to_string(),
            Tok::Number { value, .. } => format!("number {value}"),
            Tok::Wide(bits) => format!("number of {} bits", bits.len()),
            Tok::Text(s) => format!("{s:?}"),
            Tok::Attribute(s) => format!("(* {s} *)"),
            Tok::End => "end of text".into(),
        };
        Err(Error::new(self.pos(), found, format!("expected {what}")))
    }

    fn unsupported<T>(&self, construct: &str) -> Result<T> {
        Err(Error::new(self.pos(), construct, "not supported"))
    }

    fn is(&self, punct: &str) -> bool {
        matches!(self.peek(), Tok::Punct(p) if *p == punct)
    }

    fn eat(&mut self, punct: &str) -> bool {
        let hit = self.is(punct);
        if hit {
            self.at += 1;
        }
        hit
    }

    fn expect(&mut self, punct: &'static str) -> Result<()> {
        if self.eat(punct) { Ok(()) } else { self.expected(&format!("`{punct}`")) }
    }

    fn is_keyword(&self, word: &str) -> bool {
        matches!(self.peek(), Tok::Ident(s) if s == word)
    }

    fn keyword(&mut self, word: &str) -> bool {
        let hit = self.is_keyword(word);
        if hit {
            self.at += 1;
        }
        hit
    }

    fn keyword_or_err(&mut self, word: &str) -> Result<()> {
        if self.keyword(word) { Ok(()) } else { self.expected(&format!("`{word}`")) }
    }

    fn ident(&mut self) -> Result<String> {
        match self.peek() {
            Tok::Ident(s) if !is_reserved(s) && !s.starts_with('$') => {
                let name = s.clone();
                self.at += 1;
                Ok(name)
            }
            Tok::Ident(s) if UNSUPPORTED.contains(&s.as_str()) => self.unsupported(s),
            _ => self.expected("a name"),
        }
    }

    /// Skips attributes and returns their names.
    fn attributes(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Tok::Attribute(name) = self.peek() {
            names.push(name.clone());
            self.at += 1;
        }
        names
    }

    /// Runs `f` one level deeper, or fails if that is too deep.
    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::new(self.pos(), "nesting", "too deep"));
        }
        let out = f(self);
        self.depth -= 1;
        out
    }

    fn node(&self, kind: ExprKind, pos: Pos) -> Result<Expr> {
        let e = Expr::new(kind, pos);
        if e.depth > MAX_DEPTH {
            return Err(Error::new(pos, "expression", "too deep"));
        }
        Ok(e)
    }
}

/// Words that are no names and mean something outside the subset.
const UNSUPPORTED: &[&str] = &[
    "always_comb",
    "always_ff",
    "always_latch",
    "and",
    "buf",
    "bufif0",
    "bufif1",
    "casex",
    "casez",
    "defparam",
    "disable",
    "event",
    "force",
    "forever",
    "fork",
    "function",
    "generate",
    "genvar",
    "interface",
    "logic",
    "macromodule",
    "nand",
    "nor",
    "not",
    "or",
    "package",
    "primitive",
    "pulldown",
    "pullup",
    "real",
    "realtime",
    "release",
    "repeat",
    "specify",
    "struct",
    "supply0",
    "supply1",
    "task",
    "time",
    "tri",
    "tri0",
    "tri1",
    "typedef",
    "wait",
    "wand",
    "while",
    "wor",
    "xnor",
    "xor",
];

fn is_reserved(word: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "always",
        "assign",
        "begin",
        "case",
        "default",
        "else",
        "end",
        "endcase",
        "endmodule",
        "for",
        "if",
        "initial",
        "inout",
        "input",
        "integer",
        "localparam",
        "module",
        "negedge",
        "output",
        "parameter",
        "posedge",
        "reg",
        "signed",
        "wire",
    ];
    KEYWORDS.contains(&word) || UNSUPPORTED.contains(&word)
}

#[cfg(test)]
mod tests;
