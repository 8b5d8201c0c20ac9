//! Float operations as functions of integer instructions, for cores without a float unit ("millicode").
//!
//! Each function is exported by the name of the instruction that it stands for. Floats are the integers of their bits,
//! NaN results are canonical. Functions call at most one deep, take no memory and no tables, and import nothing but
//! the traps of conversions, `trap.invalid_conversion` and `trap.integer_overflow`, which do not return. Constants
//! without a short form ([`isa::group`]) are globals, because decoding takes such an immediate byte by byte; so are
//! those that occur often, which is shorter.

/// The modules of the library, each complete by itself: name of the file, text.
pub const SOURCES: &[(&str, &str)] = &[
    ("float32.wat", include_str!("float32.wat")),
    ("float64.wat", include_str!("float64.wat")),
    ("conversions.wat", include_str!("conversions.wat")),
];
