//! Where linear memory was accessed by loads and stores.

use super::steps::{Accesses, BLOCK, Steps};
use std::io::{self, Write};

pub fn write(steps: &Steps<'_>, output: &mut dyn Write) -> io::Result<()> {
    writeln!(output, "{:>12} {:>12} {:>12}  addresses of memory", "loads", "stores", "bytes")?;
    for (&block, &accesses) in steps.blocks {
        let (first, last) = (block * BLOCK, block * BLOCK + (BLOCK - 1));
        let Accesses { loads, stores, bytes } = accesses;
        writeln!(output, "{loads:>12} {stores:>12} {bytes:>12}  {first:#x} to {last:#x}")?;
    }
    writeln!(output)
}
