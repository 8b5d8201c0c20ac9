//! The and-inverter graph of a harness and the hardware in it.

use super::harness;
use super::properties::{Edit, Harness, Subject, edited};
use super::tool::{self, End};
use crate::generated::root;
use firmware_loader::interrupt::Interrupt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Yosys takes some ten seconds.
const LIMIT: Duration = Duration::from_secs(600);

/// Memories of so many words or more hold anything, at every read: what a proof needs of them, the harness assumes.
const LARGE: usize = 64;

/// What yosys made of a harness; the files are in `directory`.
pub struct Model {
    pub directory: PathBuf,
    /// The number of the output that fails, by its property.
    outputs: Vec<String>,
}

impl Model {
    pub const GRAPH: &str = "model.aig";
    pub const MAP: &str = "model.map";
    /// What the name of an output begins with.
    const PREFIX: &str = "fails_";

    /// Of the hardware, with what breaks it, if anything; the error is one for people, `Ok(None)` if they have ended it.
    pub fn build(
        harness: &Harness,
        subject: Subject,
        broken: &[Edit],
        interrupt: &Interrupt,
    ) -> Result<Option<Model>, String> {
        let verilog = subject.verilog()?;
        let verilog = edited(verilog, broken)?;
        let text = harness::expand(&harness::read(harness.file)?, &verilog, subject.plan()?)
            .map_err(|error| format!("{} on {subject}: {error}", harness.file))?;
        let ending = if broken.is_empty() { "" } else { "-broken" };
        let directory = root().join(format!("target/formal/{}-{subject}{ending}", harness.name()));
        std::fs::create_dir_all(&directory).map_err(|error| format!("cannot make {}: {error}", directory.display()))?;
        write(&directory, "design.v", &verilog)?;
        write(&directory, "harness.sv", &text)?;
        write(&directory, "model.ys", &script(harness))?;
        match tool::run(&directory, "yosys", &["-q", "model.ys"], "yosys.log", LIMIT, interrupt)? {
            End::Done => {}
            End::Interrupted => return Ok(None),
            End::OutOfTime => return Err(format!("yosys takes longer than {} s", LIMIT.as_secs())),
        }
        let map = tool::read_text(&directory.join(Model::MAP))?;
        let name = |line: &str| line.strip_prefix("output ")?.split(' ').next_back().map(str::to_string);
        Ok(Some(Model { directory, outputs: map.lines().filter_map(name).collect() }))
    }

    /// The number of the output that is high where this property does not hold.
    pub fn output(&self, property: &str) -> Result<usize, String> {
        let name = format!("{}{property}", Model::PREFIX);
        let found = self.outputs.iter().position(|output| *output == name);
        found.ok_or_else(|| format!("the harness has no output `{name}`"))
    }
}

fn write(directory: &Path, name: &str, text: &str) -> Result<(), String> {
    let path = directory.join(name);
    std::fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// Reads of large memories become inputs; registers without a value at power-on may have any.
///
/// From any state, all registers of the hardware may have any value at first.
fn script(harness: &Harness) -> String {
    let forget = if harness.from_any_state { "setattr -unset init w:*.*" } else { "" };
    format!(
        "read_verilog -sv -formal design.v
read_verilog -sv -formal harness.sv
hierarchy -top formal
expose formal/w:{}*
proc
flatten
opt -full
memory_collect
opt_mem
select -set large t:$mem_v2 r:WR_PORTS>=1 %i r:SIZE>={LARGE} %i
delete @large
memory_map
opt_clean
setundef -undriven -expose
opt_clean
{forget}
async2sync
techmap
opt_clean
dffunmap
abc -g AND -fast
opt_clean
write_aiger -zinit -vmap {} {}
",
        Model::PREFIX,
        Model::MAP,
        Model::GRAPH
    )
}
