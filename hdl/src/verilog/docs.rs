//! What the Rust sources say about the blocks: `build.rs` reads it from them, because comments reach no compiled program.

/// A block, as its source describes it.
pub struct Source {
    pub name: &'static str,
    /// From the root of the repository.
    pub file: &'static str,
    pub docs: &'static [&'static str],
    pub fields: &'static [Field],
}

/// A field of a block: a signal or a block.
pub struct Field {
    pub name: &'static str,
    /// Its type, without parameters.
    pub kind: &'static str,
    pub docs: &'static [&'static str],
}

include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// The source of the block of this type.
pub fn source(kind: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.name == kind)
}

/// The type of a field of a block.
pub fn kind_of(kind: &str, field: &str) -> Option<&'static str> {
    Some(source(kind)?.field(field)?.kind)
}

/// What is said about a field of a block.
pub fn field(kind: &str, field: &str) -> &'static [&'static str] {
    source(kind).and_then(|source| source.field(field)).map_or(&[], |field| field.docs)
}

impl Source {
    fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The printer knows blocks by the names of their types.
    #[test]
    fn no_two_blocks_have_one_name() {
        for (i, source) in SOURCES.iter().enumerate() {
            let other = SOURCES[..i].iter().find(|other| other.name == source.name);
            assert!(other.is_none(), "{} in {} and {}", source.name, source.file, other.map_or("", |o| o.file));
        }
    }

    #[test]
    fn a_field_has_its_comments_and_type() {
        let clock = source("Core").and_then(|core| core.field("host_octet")).expect("a port of the core");
        assert_eq!(clock.kind, "Signal");
        assert_eq!(clock.docs[0].split(':').next(), Some("The same for whoever reads a byte at a time"));
        assert_eq!(kind_of("Core", "fetch"), Some("FetchUnit"));
    }
}
