//! `fd_readdir`.

use super::Wasi;
use super::descriptors::{Descriptor, Directory};
use super::errno::Errno;
use super::guest::{Guest, Step};
use super::metadata::Filetype;
use crate::host::Memory;
use cap_std::fs::{Dir, MetadataExt};
use std::io;

/// Bytes of a `dirent` without its name.
const HEAD: usize = 24;

pub struct Entry {
    name: String,
    ino: u64,
    ty: Filetype,
}

impl Entry {
    /// A `dirent` and its name, where `next` is the cookie of the one behind it.
    fn bytes(&self, next: u64) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + self.name.len());
        bytes.extend([next, self.ino].map(u64::to_le_bytes).as_flattened());
        bytes.extend([self.name.len() as u32, self.ty as u32].map(u32::to_le_bytes).as_flattened());
        bytes.extend(self.name.as_bytes());
        bytes
    }
}

/// The directory itself, once more for the one above it, which the program need not know, and then what is in it, in
/// the order of the names.
fn list(dir: &Dir) -> Result<Vec<Entry>, Errno> {
    let ino = dir.dir_metadata()?.ino();
    let mut entries = Vec::from([".", ".."].map(|name| Entry { name: name.into(), ino, ty: Filetype::Directory }));
    for entry in dir.entries()? {
        let entry = entry?;
        let metadata = match entry.metadata() {
            // Removed in the meantime.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            other => other?,
        };
        let name = entry.file_name().into_string().map_err(|_| Errno::Ilseq)?;
        entries.push(Entry { name, ino: metadata.ino(), ty: Filetype::of(metadata.file_type()) });
    }
    entries[2..].sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

impl Wasi {
    /// Entries from number `cookie` on; the last one is cut where the buffer ends. From number 0 on the directory is
    /// listed anew, so that nothing is left out when entries are removed between calls.
    pub(super) fn fd_readdir<M: Memory + ?Sized>(
        &mut self,
        guest: &mut Guest<'_, M>,
        fd: u32,
        (buffer, size): (u32, u32),
        cookie: u64,
        to: u32,
    ) -> Step<M> {
        guest.place(buffer, size.into())?;
        let Descriptor::Directory(Directory { dir, listing, .. }) = self.descriptors.get(fd)? else {
            return Err(Errno::Badf.into());
        };
        if cookie == 0 {
            *listing = None;
        }
        let entries = match listing {
            Some(entries) => entries,
            None => listing.insert(list(dir)?),
        };
        let (most, mut bytes) = (size as usize, Vec::new());
        let from = usize::try_from(cookie).unwrap_or(usize::MAX);
        for (entry, next) in entries.iter().zip(1..).skip(from) {
            if bytes.len() >= most {
                break;
            }
            bytes.extend(entry.bytes(next));
        }
        bytes.truncate(most);
        guest.write(buffer, &bytes)?;
        guest.put(to, bytes.len() as u32)
    }
}
