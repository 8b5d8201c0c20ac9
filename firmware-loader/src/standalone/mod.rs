//! A board that stands alone: a program with what it needs of a library in the place of a host, as what is written into
//! the configuration flash.

pub mod library;
mod link;
mod recording;

pub use link::{LinkError, Program, link};
pub use recording::{most, recording};
