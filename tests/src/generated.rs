//! Generated parts of documents: what stands between `<!-- generated: NAME -->` and `<!-- end: NAME -->`.

use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A document with this text as its part of this name; the error says which mark it lacks.
pub fn replaced(document: &str, name: &str, text: &str) -> Result<String, String> {
    let (begin, end) = (format!("<!-- generated: {name} -->\n"), format!("<!-- end: {name} -->"));
    let (before, rest) = document.split_once(&begin).ok_or(format!("no {}", begin.trim_end()))?;
    let (_, after) = rest.split_once(&end).ok_or(format!("no {end}"))?;
    Ok(format!("{before}{begin}{text}{end}{after}"))
}

/// Panics unless a part of a document, named by its place in the repository, is this text. With `WAFER_UPDATE` set,
/// rewrites it.
pub fn check(file: &str, name: &str, text: &str) {
    let document = std::fs::read_to_string(root().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    let current = replaced(&document, name, text).unwrap_or_else(|e| panic!("{file}: {e}"));
    if current != document {
        let update = std::env::var_os("WAFER_UPDATE").is_some();
        assert!(update, "{file}: {name} is not current; WAFER_UPDATE=1 rewrites it");
        std::fs::write(root().join(file), current).expect("is writable");
    }
}
