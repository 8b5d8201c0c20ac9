//! The loader's command line; see `firmware-loader --help`.

fn main() -> std::process::ExitCode {
    firmware_loader::cli::main()
}
