//! What ends a command early.

use crate::exit::Exit;
use crate::session::LinkError;
use std::fmt::Display;

/// What ends a command without having done what it should.
#[derive(Debug)]
pub(super) struct Failure {
    pub exit: Exit,
    pub message: String,
}

impl Failure {
    pub fn new(message: impl Display) -> Failure {
        Failure { exit: Exit::Input, message: message.to_string() }
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Failure {
        let exit = match error {
            LinkError::NotLoaded | LinkError::DoesNotHalt | LinkError::CodeRefused(_) | LinkError::NotImported(_) => {
                Exit::Fault
            }
            LinkError::Stopped(_) | LinkError::NotHalted(_) => Exit::Exhausted,
            _ => Exit::Input,
        };
        Failure { exit, message: error.to_string() }
    }
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Failure {
        let exit = if matches!(error.kind, crate::Kind::Trap(_)) { Exit::Trap } else { Exit::Input };
        Failure { exit, message: error.to_string() }
    }
}
