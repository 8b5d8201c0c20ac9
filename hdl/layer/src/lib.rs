//! A thin layer over rust-hdl: what its macro `#[hdl_gen]` does not take, in terms of what it does.
//!
//! `#[circuit]` stands in its place, before `fn update`, and allows
//! - choices as values: `self.a.next = if self.b.val() { x } else { y };`, and the same with `match`;
//! - `connect!(self.fetch => self.sequencer; entry_target, entry_lead);`: outputs of one block to the inputs of the same
//!   names of another one. Without a block, `connect!(self => self.adder; first)`, they are the block's own inputs,
//!   and to `self` its outputs.
//!
//! What it makes of them is plain rust-hdl, so everything that checks or reads that sees nothing new.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Block, Error, Expr, ExprIf, ExprMatch, Ident, ItemFn, Result, Stmt, Token, parse_macro_input, parse_quote};

/// Makes a method `update` one of hardware.
#[proc_macro_attribute]
pub fn circuit(_options: TokenStream, item: TokenStream) -> TokenStream {
    let mut update = parse_macro_input!(item as ItemFn);
    match block(&update.block) {
        Ok(block) => *update.block = block,
        Err(error) => return error.to_compile_error().into(),
    }
    quote!(#[hdl_gen] #update).into()
}

fn block(block: &Block) -> Result<Block> {
    let mut stmts = Vec::new();
    for statement in &block.stmts {
        stmts.extend(self::statement(statement)?);
    }
    Ok(Block { stmts, ..block.clone() })
}

fn statement(statement: &Stmt) -> Result<Vec<Stmt>> {
    match statement {
        Stmt::Expr(e) | Stmt::Semi(e, _) => expression(e),
        other => Ok(vec![other.clone()]),
    }
}

/// An expression that is a statement.
fn expression(e: &Expr) -> Result<Vec<Stmt>> {
    Ok(match e {
        Expr::Assign(assignment) => vec![assign(&assignment.left, &assignment.right)?],
        Expr::If(choice) => {
            let then_branch = block(&choice.then_branch)?;
            let otherwise = |(token, e): &(Token![else], Box<Expr>)| Ok::<_, Error>((*token, Box::new(nested(e)?)));
            let else_branch = choice.else_branch.as_ref().map(otherwise).transpose()?;
            vec![Stmt::Expr(Expr::If(ExprIf { then_branch, else_branch, ..choice.clone() }))]
        }
        Expr::Match(choice) => {
            let mut choice = choice.clone();
            for arm in &mut choice.arms {
                *arm.body = nested(&arm.body)?;
            }
            vec![Stmt::Expr(Expr::Match(choice))]
        }
        Expr::ForLoop(turns) => {
            let mut turns = turns.clone();
            turns.body = block(&turns.body)?;
            vec![Stmt::Expr(Expr::ForLoop(turns))]
        }
        Expr::Macro(call) if call.mac.path.is_ident("connect") => call.mac.parse_body::<Connect>()?.statements(),
        other => vec![parse_quote!(#other;)],
    })
}

/// A statement that is part of another one: a block, or an `if` behind `else`.
fn nested(e: &Expr) -> Result<Expr> {
    match e {
        Expr::Block(inner) => {
            let block = block(&inner.block)?;
            Ok(parse_quote!(#block))
        }
        _ => match &expression(e)?[..] {
            [Stmt::Expr(e)] => Ok(e.clone()),
            statements => Ok(parse_quote!({ #(#statements)* })),
        },
    }
}

/// `target = value`, where the value may be a choice.
fn assign(target: &Expr, value: &Expr) -> Result<Stmt> {
    match value {
        Expr::If(choice) => {
            let ExprIf { cond, then_branch, else_branch, .. } = choice;
            let Some((_, otherwise)) = else_branch else {
                return Err(Error::new_spanned(choice, "an `if` that is a value needs an `else`"));
            };
            let then = assign(target, result(then_branch)?)?;
            let otherwise = match &**otherwise {
                Expr::Block(inner) => assign(target, result(&inner.block)?)?,
                choice => assign(target, choice)?,
            };
            Ok(match otherwise {
                Stmt::Expr(Expr::If(otherwise)) => parse_quote!(if #cond { #then } else #otherwise),
                otherwise => parse_quote!(if #cond { #then } else { #otherwise }),
            })
        }
        Expr::Match(choice) => {
            let ExprMatch { expr, arms, .. } = choice;
            let mut made: Vec<Tokens> = Vec::new();
            for arm in arms {
                let pattern = &arm.pat;
                let value = match &*arm.body {
                    Expr::Block(inner) => result(&inner.block)?,
                    value => value,
                };
                let assignment = assign(target, value)?;
                made.push(quote!(#pattern => { #assignment }));
            }
            Ok(parse_quote!(match #expr { #(#made)* }))
        }
        value => Ok(parse_quote!(#target = #value;)),
    }
}

/// The value of a block of one expression.
fn result(block: &Block) -> Result<&Expr> {
    match &block.stmts[..] {
        [Stmt::Expr(value)] => Ok(value),
        _ => Err(Error::new_spanned(block, "a value is one expression")),
    }
}

/// `from => to; names`
struct Connect {
    from: Expr,
    to: Expr,
    names: Punctuated<Ident, Token![,]>,
}

impl Parse for Connect {
    fn parse(input: ParseStream<'_>) -> Result<Connect> {
        let from = input.parse()?;
        input.parse::<Token![=>]>()?;
        let to = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok(Connect { from, to, names: Punctuated::parse_terminated(input)? })
    }
}

impl Connect {
    fn statements(&self) -> Vec<Stmt> {
        let Connect { from, to, names } = self;
        names.iter().map(|name| parse_quote!(#to.#name.next = #from.#name.val();)).collect()
    }
}
