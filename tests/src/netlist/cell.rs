//! Cells of a netlist, of any family.

use super::lut::{ONE, ZERO};
use super::parameter;
use serde_json::{Map, Value};

/// A cell with its connections.
pub struct Cell<'a> {
    pub name: &'a str,
    pub kind: &'a str,
    parameters: &'a Map<String, Value>,
    connections: &'a Map<String, Value>,
}

impl<'a> Cell<'a> {
    /// # Errors
    /// It has no type, parameters or connections.
    pub fn new(name: &'a str, cell: &'a Value) -> Result<Cell<'a>, String> {
        let parts = || {
            let [parameters, connections] = ["parameters", "connections"].map(|key| cell[key].as_object());
            Some(Cell { name, kind: cell["type"].as_str()?, parameters: parameters?, connections: connections? })
        };
        parts().ok_or_else(|| format!("cell `{name}` has no type, parameters or connections"))
    }

    /// The net at a port of one bit, or what the chip takes for one that is not connected.
    pub fn net(&self, port: &str, open: &str) -> String {
        let net = self.connections.get(port).and_then(|bits| nets(bits).into_iter().next());
        net.unwrap_or_else(|| open.into())
    }

    /// An input that is 0 if it is open.
    pub fn input(&self, port: &str) -> String {
        self.net(port, ZERO)
    }

    /// A port of several bits as one expression: of a name with all bits, or with one port for each.
    pub fn vector(&self, port: &str, width: usize) -> String {
        let split = || (0..width).map(|bit| self.input(&format!("{port}_{bit}"))).collect();
        joined(&self.whole(port).unwrap_or_else(split), width)
    }

    /// A port of several bits as one expression, each of which is a port with its number behind the name.
    pub fn numbered(&self, port: &str, width: usize) -> String {
        joined(&(0..width).map(|bit| self.input(&format!("{port}{bit}"))).collect::<Vec<_>>(), width)
    }

    /// The net at each bit of a port, lowest first, if it has all of them under one name.
    pub fn whole(&self, port: &str) -> Option<Vec<String>> {
        self.connections.get(port).map(nets)
    }

    /// Bits of a parameter, lowest first; what is undefined is 0.
    pub fn bits(&self, name: &str) -> Vec<bool> {
        parameter(self.parameters, name)
    }

    /// A parameter that is a word, or an empty one: `1` stands as `1 ` in JSON.
    pub fn word(&self, name: &str) -> &str {
        self.parameters.get(name).and_then(Value::as_str).unwrap_or_default().trim_end()
    }

    pub fn has(&self, parameter_name: &str) -> bool {
        self.bits(parameter_name).contains(&true)
    }

    pub fn number(&self, name: &str) -> u64 {
        self.bits(name).iter().rev().fold(0, |number, &bit| number << 1 | u64::from(bit))
    }
}

/// Nets, lowest bit first, as one expression; what is missing is 0.
fn joined(bits: &[String], width: usize) -> String {
    let bits: Vec<_> = (0..width).rev().map(|bit| bits.get(bit).map_or(ZERO, |net| net)).collect();
    format!("{{{}}}", bits.join(", "))
}

/// The nets of a port, lowest bit first: numbers become names, constants are constants, what is undefined is 0.
pub fn nets(bits: &Value) -> Vec<String> {
    let net = |bit: &Value| match bit.as_u64() {
        Some(number) => format!("n{number}"),
        None if bit == "1" => ONE.into(),
        None => ZERO.into(),
    };
    bits.as_array().map(|bits| bits.iter().map(net).collect()).unwrap_or_default()
}
