//! Behavioural Verilog for black boxes, by module name.
use std::collections::HashMap;

/// Verilog texts that stand for modules without a body.
///
/// A model is used where the design instantiates a module it does not define,
/// or defines only as a black box.
#[derive(Clone, Debug, Default)]
pub struct Models {
    texts: HashMap<String, String>,
}

impl Models {
    /// No models: every black box is an error.
    pub fn none() -> Models {
        Models::default()
    }

    /// Adds `text`, which defines module `name`; the last one added counts.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Models {
        self.texts.insert(name.to_string(), text.to_string());
        self
    }

    /// The text for module `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }
}
