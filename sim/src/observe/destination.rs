//! A file that an observer writes.

use crate::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A file to be written. It is opened before the run, which may take long: a wrong path should show before. What it had
/// stays there until there is something to write, so that a wrong command line loses nothing. A pipe or a terminal is
/// written as it is.
pub struct Destination {
    /// What is written, in the plural or as a mass.
    what: &'static str,
    path: PathBuf,
    file: File,
}

impl Destination {
    /// Opens it. An error if it cannot be written.
    pub fn open(what: &'static str, path: &Path) -> Result<Destination> {
        let opened = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let file = opened.map_err(|e| unwritable(what, path, &e))?;
        Ok(Destination { what, path: path.to_path_buf(), file })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file, with nothing in it any more.
    pub fn begin(&self) -> Result<File> {
        let is_file = self.file.metadata().is_ok_and(|metadata| metadata.is_file());
        let emptied = if is_file { self.file.set_len(0) } else { Ok(()) };
        self.written(emptied.and_then(|()| self.file.try_clone()))
    }

    /// What came of writing, as an error that names the file.
    pub fn written<T>(&self, result: io::Result<T>) -> Result<T> {
        result.map_err(|e| unwritable(self.what, &self.path, &e))
    }
}

fn unwritable(what: &str, path: &Path, error: &io::Error) -> Error {
    Error::new(format!("cannot write the {what} to {}: {error}", path.display()))
}
