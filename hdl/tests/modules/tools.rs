//! Verilog of all modules in one file, and the tools that read it.

use crate::ports::{Port, inputs, outputs};
use crate::registry::{Unit, modules};
use hdl::verilog::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where this test may write.
pub fn directory() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("modules");
    std::fs::create_dir_all(&directory).expect("the target directory is writable");
    directory
}

/// The directory of the crate.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether a tool is there; says so if the test is skipped.
pub fn installed(tool: &str) -> bool {
    let found = Command::new(tool).arg(if tool == "yosys" { "-V" } else { "--version" }).output().is_ok();
    if !found {
        // not through `println!`, which says nothing for tests that pass
        let _ = writeln!(std::io::stderr(), "skipped: {tool} is not installed; ./setup.sh installs it");
    }
    found
}

/// Runs a tool; its messages if it fails.
pub fn run(tool: &str, configure: impl FnOnce(&mut Command)) -> Result<String, String> {
    let mut command = Command::new(tool);
    configure(&mut command);
    let output = command.output().map_err(|error| format!("{tool}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(text) } else { Err(format!("{tool} failed:\n{text}")) }
}

/// Writes all modules below a module `bench` that holds one instance of each: module inputs side by side in `in`,
/// outputs in `out`, the first module's first port lowest.
pub fn write_bench(name: &str) -> (PathBuf, usize) {
    let (mut file, mut instances, mut low_in, mut low_out) = (File::default(), String::new(), 0, 0);
    for unit in modules() {
        let module = unit.print(&mut file);
        instances += &instance(&*unit, &module, &mut low_in, &mut low_out);
    }
    let verilog = file.text()
        + &format!(
            "module bench(input wire clock, input wire [{}:0] in, output wire [{}:0] out);\n{instances}endmodule\n",
            low_in - 1,
            low_out - 1,
        );
    let path = directory().join(name);
    std::fs::write(&path, verilog).expect("the target directory is writable");
    (path, low_out)
}

fn instance(unit: &dyn Unit, module: &str, low_in: &mut usize, low_out: &mut usize) -> String {
    let connect = |ports: &[Port], vector: &str, low: &mut usize| -> String {
        let mut connections = String::new();
        for port in ports {
            connections += &format!(", .{}({vector}[{low} +: {}])", port.name, port.width());
            *low += port.width();
        }
        connections
    };
    let mut connections = connect(&inputs(unit.block()), "in", low_in);
    connections += &connect(&outputs(unit.block()), "out", low_out);
    if unit.has_clock() {
        connections += ", .clock(clock)";
    }
    format!("   {module} {}_({});\n", unit.name(), &connections[2..])
}
