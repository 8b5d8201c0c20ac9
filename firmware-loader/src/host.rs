//! What the host does for a running module: functions that the module imports, and what they see of it.

use isa::outcome::Stop;
use isa::types::Value;

/// The linear memory of a module that waits for the host, and its time.
pub trait Memory {
    /// Why it cannot be reached; for people.
    type Error;

    /// Its size now, in bytes.
    fn size(&mut self) -> Result<u64, Self::Error>;

    /// Fills `bytes` from an address on; all of them are below [`Memory::size`].
    fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), Self::Error>;

    /// Writes `bytes` from an address on; all of them are below [`Memory::size`].
    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Cycles that the call has run so far.
    fn cycles(&mut self) -> Result<u64, Self::Error>;
}

/// What the host answers to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Values of the types of the function's results.
    Results(Vec<Value>),
    /// The program is over, with this status.
    Exit(u32),
    /// The call ends here without a result: nobody provides the function, or the wait in it was cut short.
    Stop(Stop),
}

/// The host of a module.
pub trait Host<M: Memory + ?Sized> {
    /// Calls the imported function with this index.
    fn call(&mut self, function: u32, args: &[Value], memory: &mut M) -> Result<Reply, M::Error>;
}
