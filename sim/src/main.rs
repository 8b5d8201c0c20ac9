//! The simulator's command line; see `sim --help`.

fn main() -> std::process::ExitCode {
    sim::cli::main()
}
