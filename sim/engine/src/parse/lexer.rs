//! Text to tokens.
use crate::{
    error::{Error, Pos, Result},
    ir::mask,
};
use std::sync::Arc;

/// Most bits of a constant.
const MAX_WIDE: u128 = 1 << 16;

/// A token's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tok {
    Ident(String),
    Number {
        width: u32,
        signed: bool,
        value: u128,
    },
    /// More than 128 bits, the lowest first.
    Wide(Arc<[bool]>),
    Punct(&'static str),
    Text(String),
    /// `(* name ... *)`: the first name inside.
    Attribute(String),
    End,
}

/// A token and where it begins.
#[derive(Clone, Debug)]
pub struct Token {
    pub tok: Tok,
    pub pos: Pos,
}

/// Longest first, so that the first match is the right one.
const PUNCT: &[&str] = &[
    "<<<", ">>>", "===", "!==", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+:", "-:", "~&", "~|", "~^", "^~",
    "**", "(", ")", "[", "]", "{", "}", ";", ":", ",", ".", "=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "~",
    "!", "?", "@", "#",
];

/// Directives that say nothing about logic.
const IGNORED_DIRECTIVES: &[&str] = &["timescale", "default_nettype", "resetall", "celldefine", "endcelldefine"];

struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    pos: Pos,
}

/// Splits `source` into tokens; `file` goes into every position.
pub fn lex(source: &str, file: u16) -> Result<Vec<Token>> {
    let mut lexer = Lexer { text: source.as_bytes(), at: 0, pos: Pos { file, line: 1, col: 1 } };
    let mut out = Vec::new();
    loop {
        lexer.skip_blank()?;
        let pos = lexer.pos;
        let tok = lexer.token()?;
        let end = tok == Tok::End;
        out.push(Token { tok, pos });
        if end {
            return Ok(out);
        }
    }
}

fn is_word(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_' || c == b'$'
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn starts(&self, s: &str) -> bool {
        self.text[self.at..].starts_with(s.as_bytes())
    }

    fn bump(&mut self) {
        if self.peek(0) == b'\n' {
            self.pos.line += 1;
            self.pos.col = 1;
        } else {
            self.pos.col += 1;
        }
        self.at += 1;
    }

    fn bump_by(&mut self, n: usize) {
        for _ in 0..n {
            self.bump();
        }
    }

    fn err<T>(&self, construct: impl Into<String>, message: &str) -> Result<T> {
        Err(Error::new(self.pos, construct, message))
    }

    fn text_from(&self, start: usize) -> String {
        String::from_utf8_lossy(&self.text[start..self.at]).into_owned()
    }

    /// White space, comments and harmless directives.
    fn skip_blank(&mut self) -> Result<()> {
        while self.at < self.text.len() {
            if self.peek(0).is_ascii_whitespace() {
                self.bump();
            } else if self.starts("//") {
                self.skip_line();
            } else if self.starts("/*") {
                self.skip_until("*/", "comment")?;
            } else if self.peek(0) == b'`' {
                self.directive()?;
            } else {
                break;
            }
        }
        Ok(())
    }

    fn skip_line(&mut self) {
        while self.at < self.text.len() && self.peek(0) != b'\n' {
            self.bump();
        }
    }

    fn skip_until(&mut self, end: &str, what: &str) -> Result<()> {
        let start = self.pos;
        self.bump_by(2);
        while self.at < self.text.len() && !self.starts(end) {
            self.bump();
        }
        if self.at >= self.text.len() {
            return Err(Error::new(start, what, "does not end"));
        }
        self.bump_by(end.len());
        Ok(())
    }

    fn directive(&mut self) -> Result<()> {
        let mut end = self.at + 1;
        while end < self.text.len() && is_word(self.text[end]) {
            end += 1;
        }
        let name = String::from_utf8_lossy(&self.text[self.at + 1..end]).into_owned();
        if !IGNORED_DIRECTIVES.contains(&name.as_str()) {
            return self.err(format!("`{name}"), "compiler directive not supported");
        }
        self.skip_line();
        Ok(())
    }

    fn token(&mut self) -> Result<Tok> {
        let c = self.peek(0);
        if self.at >= self.text.len() {
            return Ok(Tok::End);
        }
        if c == b'"' {
            return self.string();
        }
        if c == b'\\' {
            return self.escaped();
        }
        if c.is_ascii_alphabetic() || c == b'_' || c == b'$' {
            let start = self.at;
            while is_word(self.peek(0)) {
                self.bump();
            }
            return Ok(Tok::Ident(self.text_from(start)));
        }
        if c.is_ascii_digit() || c == b'\'' {
            return self.number();
        }
        if self.attribute_begins() {
            return self.attribute();
        }
        match PUNCT.iter().find(|p| self.starts(p)) {
            Some(p) => {
                self.bump_by(p.len());
                Ok(Tok::Punct(p))
            }
            None => {
                let end = self.text.len().min(self.at + 4);
                let shown = String::from_utf8_lossy(&self.text[self.at..end]).chars().next();
                self.err(format!("{:?}", shown.unwrap_or('?')), "unexpected character")
            }
        }
    }

    /// `(*` opens an attribute, except in the event list `(*)`.
    fn attribute_begins(&self) -> bool {
        let rest = &self.text[self.at..];
        rest.starts_with(b"(*") && rest[2..].iter().find(|c| !c.is_ascii_whitespace()).is_some_and(|c| *c != b')')
    }

    fn attribute(&mut self) -> Result<Tok> {
        let start = self.at + 2;
        self.skip_until("*)", "attribute")?;
        let inner = String::from_utf8_lossy(&self.text[start..self.at - 2]).into_owned();
        let name = inner.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next();
        Ok(Tok::Attribute(name.unwrap_or("").to_string()))
    }

    fn string(&mut self) -> Result<Tok> {
        let start = self.at + 1;
        self.bump();
        while !matches!(self.peek(0), b'"' | b'\n' | 0) {
            self.bump();
        }
        if self.peek(0) != b'"' {
            return self.err("string", "does not end on its line");
        }
        let text = self.text_from(start);
        self.bump();
        Ok(Tok::Text(text))
    }

    /// An escaped identifier names the same signal as its text without the backslash.
    fn escaped(&mut self) -> Result<Tok> {
        let start = self.at + 1;
        self.bump();
        while self.at < self.text.len() && !self.peek(0).is_ascii_whitespace() {
            self.bump();
        }
        if self.at == start {
            return self.err("\\", "empty escaped identifier");
        }
        Ok(Tok::Ident(self.text_from(start)))
    }

    fn number(&mut self) -> Result<Tok> {
        let start = self.pos;
        let size = self.digits(10)?;
        let before_gap = (self.at, self.pos);
        while matches!(self.peek(0), b' ' | b'\t') && size.is_some() {
            self.bump();
        }
        if self.peek(0) != b'\'' {
            (self.at, self.pos) = before_gap;
            return self.unsized_decimal(start, size);
        }
        self.bump();
        let signed = matches!(self.peek(0), b's' | b'S');
        if signed {
            self.bump();
        }
        let radix = match self.peek(0) {
            b'h' | b'H' => 16,
            b'd' | b'D' => 10,
            b'o' | b'O' => 8,
            b'b' | b'B' => 2,
            _ => return self.err("number", "unknown radix"),
        };
        self.bump();
        while self.peek(0) == b' ' {
            self.bump();
        }
        if let Some(size @ 129..=MAX_WIDE) = size
            && radix != 10
        {
            return self.wide(size as usize, radix);
        }
        let Some(value) = self.digits(radix)? else {
            return self.err("number", "no digits");
        };
        let width = size.unwrap_or(32);
        if width == 0 || width > 128 {
            return Err(Error::new(start, "number", format!("width {width} is not 1 to 128")));
        }
        let width = width as u32;
        Ok(Tok::Number { width, signed, value: value & mask(width) })
    }

    /// The digits of a constant of `size` bits, which only selects can use.
    fn wide(&mut self, size: usize, radix: u32) -> Result<Tok> {
        let start = self.at;
        while is_word(self.peek(0)) || self.peek(0) == b'?' {
            self.bump();
        }
        let each = radix.trailing_zeros();
        let mut bits = Vec::with_capacity(size);
        let digits = self.text[start..self.at].iter().rev();
        for c in digits.filter(|c| **c != b'_') {
            let Some(d) = (*c as char).to_digit(radix) else {
                return self.err("number", "digit is x, z or outside the radix");
            };
            bits.extend((0..each).map(|i| d >> i & 1 == 1));
        }
        if bits.is_empty() {
            return self.err("number", "no digits");
        }
        bits.resize(size, false);
        Ok(Tok::Wide(bits.into()))
    }

    /// Unsized decimals are signed and 32 bits wide.
    fn unsized_decimal(&self, start: Pos, value: Option<u128>) -> Result<Tok> {
        match value {
            Some(v) if v <= u32::MAX as u128 => Ok(Tok::Number { width: 32, signed: true, value: v }),
            Some(_) => Err(Error::new(start, "number", "more than 32 bits; give it a size")),
            None => Err(Error::new(start, "number", "no digits")),
        }
    }

    fn digits(&mut self, radix: u32) -> Result<Option<u128>> {
        let mut value: Option<u128> = None;
        loop {
            let c = self.peek(0);
            let hex_like = c.is_ascii_alphanumeric() || c == b'?';
            if c == b'_' && value.is_some() {
                self.bump();
                continue;
            }
            // a decimal size ends where its digits end; other radices must not
            // run into letters, which would be x, z or a typing error
            if !(if radix == 10 { c.is_ascii_digit() } else { hex_like }) {
                return Ok(value);
            }
            let Some(d) = (c as char).to_digit(radix) else {
                return self.err("number", "digit is x, z or outside the radix");
            };
            let next = value.unwrap_or(0).checked_mul(radix as u128);
            value = match next.and_then(|v| v.checked_add(d as u128)) {
                Some(v) => Some(v),
                None => return self.err("number", "more than 128 bits"),
            };
            self.bump();
        }
    }
}

#[cfg(test)]
#[path = "lexer_tests.rs"]
mod tests;
