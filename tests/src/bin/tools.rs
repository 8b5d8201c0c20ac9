//! `sim` and `firmware-loader` in one program, for tests of both: it is the one by whose name it is called.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let name = std::env::args_os().next().unwrap_or_default();
    match Path::new(&name).file_name().and_then(|name| name.to_str()) {
        Some("sim") => sim::cli::main(),
        Some("firmware-loader") => firmware_loader::cli::main(),
        _ => {
            tests::tell!("error: {} is neither called sim nor firmware-loader", name.display());
            ExitCode::FAILURE
        }
    }
}
