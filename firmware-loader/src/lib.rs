//! From a `.wasm` or `.wat` file to what a core takes: parsing, validation, the supported-subset gate and the image.
//!
//! ```
//! let module = firmware_loader::parse_text("(module (func (export \"one\") (result i32) i32.const 1))").unwrap();
//! assert_eq!(module.exported_function("one"), Some(0));
//! ```

pub mod backtrace;
pub mod choice;
pub mod cli;
pub mod command_line;
pub mod component;
mod convert;
mod diagnosis;
pub mod disassembly;
mod error;
pub mod exit;
mod file;
pub mod fit;
pub mod gate;
pub mod host;
pub mod inspect;
pub mod interrupt;
pub mod limit;
pub mod line;
pub mod link;
pub mod manual;
pub mod millicode;
mod names;
pub mod output;
mod parse;
mod sections;
pub mod selftest;
pub mod serial;
pub mod session;
pub mod source;
pub mod standalone;
pub mod upload;
pub mod value;
pub mod wasi;

pub use error::{Details, Error, FunctionRef, Kind};
pub use gate::{Target, image, linked_image};
pub use parse::{Binary, Features, parse, parse_text, parse_with, read};
