//! A file that an observer writes.

use crate::{Error, Result};
use std::cell::Cell;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A file to be written. It is opened before the run, which may take long: a wrong path should show before. What it had
/// stays there until there is something to write, so that a wrong command line loses nothing; a new file goes again if
/// there never is. A pipe or a terminal is written as it is.
pub struct Destination {
    /// What is written, in the plural or as a mass.
    what: &'static str,
    path: PathBuf,
    file: File,
    /// It was not there before.
    is_new: bool,
    begun: Cell<bool>,
}

impl Destination {
    /// Opens it. An error if it cannot be written.
    pub fn open(what: &'static str, path: &Path) -> Result<Destination> {
        let (file, is_new) = open(path).map_err(|e| unwritable(what, path, &e))?;
        Ok(Destination { what, path: path.to_path_buf(), file, is_new, begun: Cell::new(false) })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file, with nothing in it any more.
    pub fn begin(&self) -> Result<File> {
        let is_file = self.file.metadata().is_ok_and(|metadata| metadata.is_file());
        let emptied = if is_file { self.file.set_len(0) } else { Ok(()) };
        self.begun.set(true);
        self.written(emptied.and_then(|()| self.file.try_clone()))
    }

    /// What came of writing, as an error that names the file.
    pub fn written<T>(&self, result: io::Result<T>) -> Result<T> {
        result.map_err(|e| unwritable(self.what, &self.path, &e))
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        if self.is_new && !self.begun.get() {
            // It has nothing in it, and is in nobody's way.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The file, and whether it was not there before.
fn open(path: &Path) -> io::Result<(File, bool)> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            OpenOptions::new().write(true).create(true).truncate(false).open(path).map(|file| (file, false))
        }
        made => made.map(|file| (file, true)),
    }
}

fn unwritable(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::new(format!("cannot write the {what} to {}: {error}", path.display()))
}
