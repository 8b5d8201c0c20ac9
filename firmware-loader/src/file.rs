//! Module files, read whole: but never more than a module can have, and never waiting for long.

use crate::error::{Error, Kind};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// More than the largest memory of a core and the largest code together.
pub const MOST_BYTES: u64 = 128 << 20;

/// How long a pipe may take to come to its end.
const PATIENCE: Duration = Duration::from_secs(3);

/// All bytes of a file.
pub fn contents(path: &Path) -> Result<Vec<u8>, Error> {
    let unreadable = |e: io::Error| Error::new(Kind::Io, format!("cannot be read: {e}"));
    let found = std::fs::metadata(path).map_err(unreadable)?;
    if found.is_dir() {
        return Err(Error::new(Kind::Io, "is a directory").help("name a module in it"));
    }
    if found.is_file() && found.len() > MOST_BYTES {
        return Err(too_large(&format!("has {} bytes", found.len())));
    }
    let bytes = if found.is_file() { read(path) } else { read_soon(path)? }.map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES { Err(too_large("does not come to its end")) } else { Ok(bytes) }
}

/// At most one byte more than is allowed.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// From a pipe or a device. Opening it alone may wait for ever, so that another thread does it.
fn read_soon(path: &Path) -> Result<io::Result<Vec<u8>>, Error> {
    let (sender, receiver) = mpsc::channel();
    let owned = path.to_owned();
    std::thread::spawn(move || {
        // Nobody listens any more if it took too long.
        let _ = sender.send(read(&owned));
    });
    receiver.recv_timeout(PATIENCE).map_err(|_| {
        let message = format!("is a pipe or a device that has not come to its end in {} seconds", PATIENCE.as_secs());
        Error::new(Kind::Io, message).help("write the module to a file first")
    })
}

fn too_large(what: &str) -> Error {
    Error::new(Kind::Limit, format!("{what}: this program reads modules of up to {MOST_BYTES} bytes"))
        .help("no plan has room for a larger one; strip debug information, or name another file")
}
