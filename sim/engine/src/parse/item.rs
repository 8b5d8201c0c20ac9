//! Modules and their items.
use super::{Parser, ast::*, lexer::Tok};
use crate::error::Result;

/// What a declaration's keywords say about the names that follow.
#[derive(Clone)]
struct Header {
    dir: Dir,
    signed: bool,
    reg: bool,
    range: Option<Range>,
}

impl Parser {
    /// A module, after the keyword.
    pub(super) fn module(&mut self) -> Result<Module> {
        let pos = self.pos();
        let name = self.ident()?;
        let mut items = Vec::new();
        if self.eat("#") {
            self.param_header(&mut items)?;
        }
        if self.eat("(") {
            self.port_header(&mut items)?;
        }
        self.expect(";")?;
        while !self.keyword("endmodule") {
            self.attributes();
            self.item(&mut items)?;
        }
        let empty = items.iter().all(|i| matches!(i, Item::Decl(_) | Item::Param(_)));
        let output = |i: &Item| matches!(i, Item::Decl(d) if d.dir == Dir::Output);
        let blackbox = empty && items.iter().any(output);
        Ok(Module { name, blackbox, items, pos })
    }

    /// `#(parameter A = 1, ...)`.
    fn param_header(&mut self, items: &mut Vec<Item>) -> Result<()> {
        self.expect("(")?;
        loop {
            self.keyword("parameter");
            let signed = self.keyword("signed");
            let range = self.range()?;
            items.push(self.param(false, signed, range)?);
            if !self.eat(",") {
                return self.expect(")");
            }
        }
    }

    /// The port list: plain names, or declarations.
    fn port_header(&mut self, items: &mut Vec<Item>) -> Result<()> {
        if self.eat(")") {
            return Ok(());
        }
        let mut header = None;
        loop {
            self.attributes();
            if let Some(dir) = self.direction() {
                header = Some(self.header(dir)?);
            }
            let pos = self.pos();
            let name = self.ident()?;
            // a plain name is declared inside the module
            if let Some(h) = &header {
                items.push(self.declare(name, h, pos)?);
            }
            if !self.eat(",") {
                return self.expect(")");
            }
        }
    }

    fn direction(&mut self) -> Option<Dir> {
        [("input", Dir::Input), ("output", Dir::Output), ("inout", Dir::Inout)]
            .into_iter()
            .find_map(|(word, dir)| self.keyword(word).then_some(dir))
    }

    fn header(&mut self, dir: Dir) -> Result<Header> {
        if self.keyword("integer") {
            let bound = |value| {
                let kind = ExprKind::Literal { width: 32, signed: true, value };
                Expr::new(kind, self.pos())
            };
            let range = Some((bound(31), bound(0)));
            return Ok(Header { dir, signed: true, reg: true, range });
        }
        let wire = self.keyword("wire");
        let reg = !wire && self.keyword("reg");
        let signed = self.keyword("signed");
        Ok(Header { dir, signed, reg, range: self.range()? })
    }

    fn range(&mut self) -> Result<Option<Range>> {
        if !self.eat("[") {
            return Ok(None);
        }
        let high = self.expr()?;
        self.expect(":")?;
        let low = self.expr()?;
        self.expect("]")?;
        Ok(Some((high, low)))
    }

    fn declare(&mut self, name: String, h: &Header, pos: crate::error::Pos) -> Result<Item> {
        let array = self.range()?;
        if self.is("[") {
            return self.unsupported("array of more than one dimension");
        }
        let (dir, signed, range) = (h.dir, h.signed, h.range.clone());
        Ok(Item::Decl(Decl { name, dir, signed, range, array, pos }))
    }

    fn param(&mut self, local: bool, signed: bool, range: Option<Range>) -> Result<Item> {
        let pos = self.pos();
        let name = self.ident()?;
        self.expect("=")?;
        let value = self.expr()?;
        Ok(Item::Param(Param { name, local, signed, range, value, pos }))
    }

    fn item(&mut self, items: &mut Vec<Item>) -> Result<()> {
        if self.eat(";") {
            return Ok(());
        }
        let pos = self.pos();
        let Tok::Ident(word) = self.peek().clone() else {
            return self.expected("an item");
        };
        match word.as_str() {
            "input" | "output" | "inout" | "wire" | "reg" | "integer" => self.declarations(items),
            "localparam" | "parameter" => self.params(items, word == "localparam"),
            "assign" => self.assigns(items),
            "initial" => {
                self.at += 1;
                items.push(Item::Initial(self.body()?));
                Ok(())
            }
            "always" => {
                self.at += 1;
                items.push(self.always(pos)?);
                Ok(())
            }
            _ => self.instances(items),
        }
    }

    fn declarations(&mut self, items: &mut Vec<Item>) -> Result<()> {
        let dir = self.direction().unwrap_or(Dir::Local);
        let header = self.header(dir)?;
        loop {
            let pos = self.pos();
            let name = self.ident()?;
            items.push(self.declare(name.clone(), &header, pos)?);
            if self.eat("=") {
                let (lhs, rhs) = (Expr::ident(&name, pos), self.expr()?);
                // a variable starts with the value, a net is driven by it
                items.push(if header.reg {
                    Item::Initial(vec![Stmt::Assign { lhs, rhs, nonblocking: false }])
                } else {
                    Item::Assign { lhs, rhs }
                });
            }
            if !self.eat(",") {
                return self.expect(";");
            }
        }
    }

    fn params(&mut self, items: &mut Vec<Item>, local: bool) -> Result<()> {
        self.at += 1;
        let signed = self.keyword("signed");
        let range = self.range()?;
        loop {
            items.push(self.param(local, signed, range.clone())?);
            if !self.eat(",") {
                return self.expect(";");
            }
        }
    }

    fn assigns(&mut self, items: &mut Vec<Item>) -> Result<()> {
        self.at += 1;
        if self.is("#") {
            return self.unsupported("delay");
        }
        loop {
            let lhs = self.lhs()?;
            self.expect("=")?;
            let rhs = self.expr()?;
            items.push(Item::Assign { lhs, rhs });
            if !self.eat(",") {
                return self.expect(";");
            }
        }
    }

    fn always(&mut self, pos: crate::error::Pos) -> Result<Item> {
        self.expect("@")?;
        if self.eat("*") {
            return Ok(Item::Comb { body: self.body()?, pos });
        }
        self.expect("(")?;
        if self.eat("*") {
            self.expect(")")?;
            return Ok(Item::Comb { body: self.body()?, pos });
        }
        let rising = self.keyword("posedge");
        if !rising && !self.keyword("negedge") {
            return self.unsupported("level-sensitive event list");
        }
        let edge = Edge { rising, signal: self.expr()? };
        if self.is_keyword("or") || self.is(",") {
            return self.unsupported("second edge in an event list");
        }
        self.expect(")")?;
        Ok(Item::Seq { edge, body: self.body()?, pos })
    }

    fn instances(&mut self, items: &mut Vec<Item>) -> Result<()> {
        let module = self.ident()?;
        let mut params = Vec::new();
        if self.eat("#") {
            self.expect("(")?;
            for (name, value) in self.named_list("parameter")? {
                match value {
                    Some(v) => params.push((name, v)),
                    None => return self.expected("a parameter value"),
                }
            }
        }
        loop {
            let pos = self.pos();
            let name = self.ident()?;
            if self.is("[") {
                return self.unsupported("array of instances");
            }
            self.expect("(")?;
            let ports = self.named_list("port")?;
            let (module, params) = (module.clone(), params.clone());
            items.push(Item::Instance(Instance { module, name, params, ports, pos }));
            if !self.eat(",") {
                return self.expect(";");
            }
        }
    }

    /// `.name(expr), ...)` after the opening parenthesis.
    fn named_list(&mut self, what: &str) -> Result<Vec<(String, Option<Expr>)>> {
        let mut list: Vec<(String, Option<Expr>)> = Vec::new();
        if self.eat(")") {
            return Ok(list);
        }
        loop {
            if !self.eat(".") {
                return self.unsupported(&format!("{what} connected by position"));
            }
            let name = self.ident()?;
            self.expect("(")?;
            let text = self.string_value();
            let value = match text {
                Some(v) => Some(v),
                None if self.is(")") => None,
                None => Some(self.expr()?),
            };
            self.expect(")")?;
            if list.iter().any(|(n, _)| *n == name) {
                return self.expected(&format!("{what} `{name}` only once"));
            }
            list.push((name, value));
            if !self.eat(",") {
                self.expect(")")?;
                return Ok(list);
            }
        }
    }

    /// A string parameter as a number: its bytes, as the standard says.
    fn string_value(&mut self) -> Option<Expr> {
        let Tok::Text(text) = self.peek().clone() else {
            return None;
        };
        let pos = self.pos();
        if text.len() > 16 {
            return None;
        }
        self.at += 1;
        let value = text.bytes().fold(0u128, |v, b| v << 8 | b as u128);
        let width = 8 * text.len().max(1) as u32;
        Some(Expr::new(ExprKind::Literal { width, signed: false, value }, pos))
    }
}
