//! The GDB remote protocol, for LLDB and whatever drives it. One client, from its connection to the program's end.
//!
//! `protocol.rs` answers packets by the state of the program, `conversation.rs` takes them to it, `machine.rs` describes
//! its registers, `address.rs` has the addresses in packets, `packets.rs` frames them, and `connection.rs` brings them and
//! requests to stop.

mod address;
mod connection;
mod conversation;
mod machine;
mod packets;
mod protocol;

use super::Target;
use crate::{Error, Result};
use connection::Connection;
use conversation::{Broken, End, converse};
use protocol::Remote;
use std::fmt;
use std::net::TcpListener;

/// Serves the first client that connects, until the program is over or the client is gone.
///
/// # Errors
/// The client cannot be served, or the hardware cannot be run.
pub(crate) fn serve(listener: &TcpListener, target: &mut Target<'_>, file: &[u8], name: &str) -> Result<()> {
    let Some(connection) = Connection::accept(listener, &target.interrupt)? else {
        target.kill();
        return Ok(());
    };
    let (writer, mut incoming) = connection.split()?;
    let mut remote = Remote::new(target, file, name);
    let end = match converse(writer, &mut incoming, &mut remote) {
        Ok(end) => end,
        // It has gone away.
        Err(Broken::Connection) => End::Kill,
        Err(Broken::Client(e)) => return Err(wrong(e)),
        Err(Broken::Program(e)) => return Err(e),
    };
    // A client that leaves wants nothing any more.
    incoming.close(&target.interrupt);
    match end {
        End::Over => {}
        End::Alone => target.run_alone()?,
        End::Kill => target.kill(),
    }
    Ok(())
}

fn wrong(error: impl fmt::Display) -> Error {
    Error::new(format!("the debugger that has connected cannot be served: {error}"))
}
