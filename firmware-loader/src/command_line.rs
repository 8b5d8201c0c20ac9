//! Command lines that name a module and what to do with it: `FILE [FUNC [ARGS...]]`.
//!
//! A *command* exports `_start` without parameters or results, as programs of WASI do. What stands behind its FILE, or
//! behind the word `_start`, is the program's, whatever it looks like. A first word that is another exported function is
//! FUNC unless `--` stands before it. Behind other modules come FUNC, its arguments and options of ours, in any order.

use crate::error::Error;
use clap::Parser;
use clap::error::ErrorKind;
use isa::module::Module;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The function that a command begins with.
pub const START: &str = "_start";

/// The words of a command line from FILE on.
#[derive(Clone, Debug, clap::Args)]
pub struct Words {
    /// Module, .wasm or .wat; then FUNC, an exported function [default: _start, else run, else the only one], and its
    /// arguments, 0 where missing. Of a module with _start, what stands behind FILE is the program's
    #[arg(value_name = "FILE", required = true, trailing_var_arg = true)]
    words: Vec<OsString>,
}

/// A module and what to call in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    pub file: PathBuf,
    pub function: Option<String>,
    /// For the function.
    pub arguments: Vec<String>,
    /// For the program, which finds them by means of WASI.
    pub program: Vec<String>,
}

/// The call that a command line is about, and its module.
pub type Target = (Call, Result<Module, Error>);

/// Parses the arguments of a process; `words` finds those that name a module, if there are any.
///
/// # Errors
/// What clap has to say, which may be help.
pub fn parse<L: Parser>(
    all: Vec<OsString>,
    words: fn(&L) -> Option<&Words>,
) -> Result<(L, Option<Target>), clap::Error> {
    let line = L::try_parse_from(&all)?;
    let Some(found) = words(&line) else { return Ok((line, None)) };
    let module = crate::read(found.file());
    if let Some(program) = module.as_ref().ok().and_then(|module| found.program(module)) {
        let call = Call { program: texts(program)?, function: Some(START.into()), ..Call::of(found.file()) };
        return Ok((line, Some((call, module))));
    }
    let line = L::from_arg_matches(&options_anywhere(L::command()).try_get_matches_from(all)?)?;
    let call = words(&line).map(Words::call).transpose()?;
    Ok((line, call.map(|call| (call, module))))
}

/// The same command line without an end of options at FILE.
fn options_anywhere(command: clap::Command) -> clap::Command {
    let open = |arg: clap::Arg| match arg.is_trailing_var_arg_set() {
        true => arg.trailing_var_arg(false).allow_negative_numbers(true),
        false => arg,
    };
    command.mut_args(open).mut_subcommands(options_anywhere)
}

impl Words {
    fn file(&self) -> &Path {
        Path::new(self.words.first().map_or(OsStr::new(""), OsString::as_os_str))
    }

    /// The arguments of the program, if they are that.
    fn program(&self, module: &Module) -> Option<&[OsString]> {
        let start = module.exported_function(START)?;
        let ty = module.function_type(start)?;
        if !ty.params.is_empty() || !ty.results.is_empty() {
            return None;
        }
        let behind = self.words.get(1..).unwrap_or_default();
        match behind.split_first() {
            Some((first, rest)) if first == "--" || first == START => Some(rest),
            Some((first, _)) if first.to_str().is_some_and(|name| module.exported_function(name).is_some()) => None,
            _ => Some(behind),
        }
    }

    /// FILE, FUNC and ARGS.
    fn call(&self) -> Result<Call, clap::Error> {
        let mut behind = texts(self.words.get(1..).unwrap_or_default())?.into_iter();
        let function = behind.next();
        Ok(Call { function, arguments: behind.collect(), ..Call::of(self.file()) })
    }
}

impl Call {
    /// Of whatever is called by default.
    pub fn of(file: &Path) -> Call {
        Call { file: file.to_owned(), ..Call::default() }
    }
}

/// Reads a time as options say it.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|s| Duration::try_from_secs_f64(s).ok());
    seconds.ok_or_else(|| "expected a number of seconds like 10 or 0.5".into())
}

fn texts(words: &[OsString]) -> Result<Vec<String>, clap::Error> {
    let text = |word: &OsString| {
        let wrong = || format!("the argument {} is not valid UTF-8\n", word.to_string_lossy());
        word.to_str().map(str::to_string).ok_or_else(|| clap::Error::raw(ErrorKind::InvalidUtf8, wrong()))
    };
    words.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn words(text: &str) -> Words {
        Words { words: text.split(' ').map(OsString::from).collect() }
    }

    fn program(module: &str, line: &str) -> Option<String> {
        let module = crate::parse_text(module).expect("is a module");
        let words = words(line);
        words.program(&module).map(|program| texts(program).expect("are texts").join(" "))
    }

    #[test]
    fn what_stands_behind_a_command_is_the_programs() {
        let command = r#"(module (func (export "_start")) (func (export "f") (param i32)))"#;
        for (line, expected) in [
            ("m", Some("")),
            ("m one two", Some("one two")),
            ("m _start -l", Some("-l")),
            ("m --json x", Some("--json x")),
            ("m -h", Some("-h")),
            ("m f 1", None),
            ("m -- f 1", Some("f 1")),
            ("m _start f -- x", Some("f -- x")),
            ("m x -- f", Some("x -- f")),
        ] {
            assert_eq!(program(command, line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn other_modules_have_functions_with_arguments() {
        assert_eq!(program(r#"(module (func (export "f")))"#, "m f 1"), None);
        assert_eq!(program(r#"(module (func (export "_start") (param i32)))"#, "m _start 1"), None);
        assert_eq!(program(r#"(module (memory (export "_start") 1))"#, "m _start 1"), None);
        let call = words("m f -1 x").call().expect("are texts");
        let expected = ["-1", "x"].map(String::from).to_vec();
        assert_eq!((call.function.as_deref(), call.arguments), (Some("f"), expected));
    }

    #[derive(Debug, Parser)]
    struct Line {
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        words: Words,
    }

    fn anywhere(line: &str) -> Line {
        let matches = options_anywhere(Line::command()).try_get_matches_from(line.split(' ')).expect("is right");
        <Line as clap::FromArgMatches>::from_arg_matches(&matches).expect("is right")
    }

    #[test]
    fn options_may_follow_the_arguments_of_a_function() {
        for (line, json) in [("p m f -1 --json 2", true), ("p --json m f -1 2", true), ("p m f -- --json", false)] {
            assert_eq!(anywhere(line).json, json, "{line}");
        }
        assert_eq!(anywhere("p m f -1 --json 2").words.words, ["m", "f", "-1", "2"]);
        let first = Line::try_parse_from("p m --json -- x".split(' ')).expect("is right");
        assert_eq!((first.json, first.words.words), (false, ["m", "--json", "--", "x"].map(OsString::from).to_vec()));
        assert!(Line::try_parse_from(["p", "--jsn", "m"]).is_err(), "what stands before FILE is ours");
    }
}
