//! The contract between core, simulator, model and loader: instruction table, module and image data, branch plan,
//! limits, outcomes, retire record, host port, wire. Encodings only; what instructions compute is stated elsewhere,
//! twice.
#![no_std]

extern crate alloc;

pub mod boot;
pub mod branch;
pub mod branch_plan;
pub mod capabilities;
pub mod component;
pub mod device;
pub mod fields;
pub mod frame;
pub mod group;
pub mod host;
pub mod image;
pub mod initial;
pub mod instr;
pub mod leb;
pub mod memory;
pub mod millicode;
pub mod module;
pub mod op;
pub mod outcome;
mod pack;
pub mod plan;
pub mod pool;
pub mod resolution;
pub mod retire;
pub mod rows;
mod slots;
pub mod stream;
pub mod types;
pub mod wire;
