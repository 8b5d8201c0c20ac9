//! What a command line says of itself to shells and to `man`.

use crate::output;
use clap::{Command, Subcommand};
use clap_complete::Shell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const COMPLETIONS: &str = "\
Examples:
  firmware-loader completions bash
  sim completions zsh";

const MAN: &str = "\
Examples:
  firmware-loader man man/man1
  sim man man/man1";

/// The commands that print or write it.
#[derive(Clone, Debug, Subcommand)]
pub enum Manual {
    /// Print a script that completes commands in a shell
    #[command(after_help = COMPLETIONS)]
    Completions { shell: Shell },
    /// Write manual pages, one for each command
    #[command(after_help = MAN)]
    Man {
        /// Where to, such as ~/.local/share/man/man1; made if it is not there
        directory: PathBuf,
    },
}

impl Manual {
    /// Does it for a command line.
    ///
    /// # Errors
    /// Why it cannot be printed or written, in words.
    pub fn make(&self, command: Command) -> Result<(), String> {
        match self {
            Manual::Completions { shell } => {
                output::print(&script(command, *shell)).map_err(|e| format!("cannot write the script: {e}"))
            }
            Manual::Man { directory } => {
                let place = |e: io::Error| format!("{}: cannot write manual pages: {e}", directory.display());
                pages(command, directory).map_err(place)
            }
        }
    }
}

fn script(mut command: Command, shell: Shell) -> String {
    let (name, mut script) = (command.get_name().to_owned(), Vec::new());
    clap_complete::generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

fn pages(command: Command, directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    clap_mangen::generate_to(command, directory)
}

/// The examples in the help of a command line and of each of its commands, for tests: what they begin with, and lines.
pub fn examples(line: &Command) -> Vec<(String, Vec<String>)> {
    let of = |(begin, command): (String, &Command)| {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let lines = help.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| line.starts_with(&begin));
        let lines = lines.map(str::to_owned).collect();
        (begin, lines)
    };
    let program = line.get_name();
    let commands = line.get_subcommands().map(|command| (format!("{program} {}", command.get_name()), command));
    std::iter::once((program.to_owned(), line)).chain(commands).map(of).collect()
}
