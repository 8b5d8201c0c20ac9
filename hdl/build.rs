//! Reads what the sources say about the hardware: of each block its comment, file, and fields with their comments and
//! types. The printer of Verilog takes it over. The sources are formatted by rustfmt, so a line tells what it is.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src");
    let mut files = Vec::new();
    collect(Path::new("src"), &mut files)?;
    files.sort();
    let mut table = String::from("const SOURCES: &[Source] = &[\n");
    for file in files {
        let path = format!("hdl/{}", file.display());
        for block in blocks(&fs::read_to_string(&file)?) {
            writeln!(table, "{}", block.row(&path)).map_err(io::Error::other)?;
        }
    }
    table += "];\n";
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("sources.rs"), table)
}

/// All Rust files below `directory`.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Block {
    name: String,
    docs: Vec<String>,
    /// Name, type without parameters, and comments.
    fields: Vec<(String, String, Vec<String>)>,
}

impl Block {
    /// As a row of the table.
    fn row(&self, file: &str) -> String {
        let Block { name, docs, fields } = self;
        let field = |(name, kind, docs): &(String, String, Vec<String>)| {
            format!("Field {{ name: {name:?}, kind: {kind:?}, docs: &{docs:?} }}, ")
        };
        let fields: String = fields.iter().map(field).collect();
        format!("    Source {{ name: {name:?}, file: {file:?}, docs: &{docs:?}, fields: &[{fields}] }},")
    }
}

/// The blocks of a file: its structures that derive `LogicBlock`.
fn blocks(text: &str) -> Vec<Block> {
    let (mut found, mut comments, mut is_block) = (Vec::new(), Vec::new(), false);
    let mut open: Option<Block> = None;
    for line in text.lines() {
        let code = line.trim();
        if let Some(comment) = code.strip_prefix("//") {
            comments.push(comment.trim_start_matches('/').trim().to_string());
            continue;
        }
        if line == "}" {
            found.extend(open.take());
        } else if let Some(block) = &mut open {
            if let Some((name, kind)) = field(line) {
                block.fields.push((name, kind, std::mem::take(&mut comments)));
            }
        } else if code.starts_with("#[") {
            is_block |= code.starts_with("#[derive(") && code.contains("LogicBlock");
            continue;
        } else if let Some((_, name)) = line.split_once("struct ").filter(|_| is_block) {
            let end = name.find(|c: char| !c.is_alphanumeric()).unwrap_or(name.len());
            // Those that a macro makes have no name here.
            if end > 0 {
                open =
                    Some(Block { name: name[..end].into(), docs: std::mem::take(&mut comments), ..Block::default() });
            }
        }
        comments.clear();
        is_block = false;
    }
    found
}

/// The name and the type of a field.
fn field(line: &str) -> Option<(String, String)> {
    let code = line.strip_prefix("    ").filter(|code| !code.starts_with([' ', '_']))?;
    let (name, kind) = code.split_once(": ")?;
    // Parameters of the structure stand in the same column.
    let name = name.rsplit(' ').next().filter(|_| !code.starts_with("const "))?;
    let path = kind.trim_start_matches('[').split(['<', ';', ',']).next()?;
    Some((name.into(), path.rsplit("::").next()?.trim().into()))
}
