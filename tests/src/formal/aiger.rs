//! And-inverter graphs in the binary AIGER format, as yosys writes them, and their simulation: it makes a trace of what a
//! solver has found, with every signal that yosys knows by name.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// A graph: a literal is twice a node's number, or one more for its inverse; node 0 is false.
pub struct Graph {
    inputs: usize,
    /// Literals of the next values; all begin as 0.
    latches: Vec<usize>,
    /// Their operands, in topological order.
    ands: Vec<(usize, usize)>,
}

impl Graph {
    pub fn of(bytes: &[u8]) -> Result<Graph, String> {
        let mut reader = Reader { bytes, at: 0 };
        let header = reader.line()?;
        let numbers: Vec<usize> = header.split(' ').skip(1).filter_map(|word| word.parse().ok()).collect();
        let [_, inputs, latches, outputs, ands, rest @ ..] = &numbers[..] else {
            return Err(format!("`{header}` does not begin an AIGER file"));
        };
        let latches = (0..*latches).map(|_| reader.number()).collect::<Result<Vec<_>, _>>()?;
        // Outputs, properties and constraints are a line each.
        for _ in 0..outputs + rest.iter().sum::<usize>() {
            reader.line()?;
        }
        let first = 1 + inputs + latches.len();
        let ands = (0..*ands)
            .map(|n| {
                let left = (2 * (first + n)).checked_sub(reader.delta()?).ok_or("an AND follows itself")?;
                Ok((left, left.checked_sub(reader.delta()?).ok_or("an AND has no second operand")?))
            })
            .collect::<Result<Vec<_>, String>>()?;
        Ok(Graph { inputs: *inputs, latches, ands })
    }

    /// All nodes in each cycle of these inputs.
    pub fn run(&self, inputs: &[Vec<bool>]) -> Vec<Vec<bool>> {
        let mut latches = vec![false; self.latches.len()];
        let mut cycles = Vec::new();
        for input in inputs {
            let given = (0..self.inputs).map(|i| input.get(i).copied().unwrap_or(false));
            let mut nodes: Vec<bool> = std::iter::once(false).chain(given).chain(latches.iter().copied()).collect();
            for &(left, right) in &self.ands {
                nodes.push(value(&nodes, left) && value(&nodes, right));
            }
            latches = self.latches.iter().map(|&next| value(&nodes, next)).collect();
            cycles.push(nodes);
        }
        cycles
    }
}

fn value(nodes: &[bool], literal: usize) -> bool {
    nodes[literal / 2] != (literal % 2 == 1)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn line(&mut self) -> Result<&str, String> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|&byte| byte == b'\n').ok_or("the AIGER file is cut off")?;
        self.at += end + 1;
        std::str::from_utf8(&rest[..end]).map_err(|error| format!("the AIGER file has a line that is no text: {error}"))
    }

    /// The first number of a line.
    fn number(&mut self) -> Result<usize, String> {
        let line = self.line()?;
        let number = line.split(' ').next().and_then(|word| word.parse().ok());
        number.ok_or_else(|| format!("`{line}` is no latch of an AIGER file"))
    }

    /// A number of seven bits a byte.
    fn delta(&mut self) -> Result<usize, String> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = *self.bytes.get(self.at).ok_or("the AIGER file is cut off")?;
            self.at += 1;
            number |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return Ok(number);
            }
        }
    }
}

/// Signals by their names: the literal of each bit, the lowest first. `map` is what yosys writes with `-vmap`.
pub fn signals(map: &str) -> BTreeMap<String, Vec<usize>> {
    let mut signals: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for line in map.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let ["wire", literal, bit, name, ..] = words[..] else { continue };
        // Names that yosys has made up begin with this.
        if name.starts_with('$') {
            continue;
        }
        let (Ok(literal), Ok(bit)) = (literal.parse(), bit.parse::<usize>()) else { continue };
        let bits = signals.entry(name.into()).or_default();
        bits.resize(bits.len().max(bit + 1), 0);
        bits[bit] = literal;
    }
    signals
}

/// Writes waves of the signals.
pub fn write_waves(path: &Path, signals: &BTreeMap<String, Vec<usize>>, cycles: &[Vec<bool>]) -> io::Result<()> {
    let mut text = String::from("$timescale 1 ns $end\n$scope module formal $end\n");
    for (number, (name, bits)) in signals.iter().enumerate() {
        text += &format!("$var wire {} s{number} {name} $end\n", bits.len());
    }
    text += "$upscope $end\n$enddefinitions $end\n";
    for (cycle, nodes) in cycles.iter().enumerate() {
        text += &format!("#{}\n", 10 * cycle);
        for (number, bits) in signals.values().enumerate() {
            let digits: String = bits.iter().rev().map(|&bit| if value(nodes, bit) { '1' } else { '0' }).collect();
            text += &format!("b{digits} s{number}\n");
        }
    }
    std::fs::write(path, format!("{text}#{}\n", 10 * cycles.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A register that turns over while the input is high.
    #[test]
    fn a_graph_is_simulated() {
        // Nodes: input 1, latch 2; 3 is 1 & 2, 4 is !1 & !2, 5 is !3 & !4.
        let mut bytes = b"aig 5 1 1 1 3\n10\n4\n".to_vec();
        bytes.extend([2, 2, 3, 2, 1, 2]);
        let graph = Graph::of(&bytes).unwrap();
        assert_eq!(graph.ands, [(4, 2), (5, 3), (9, 7)]);
        let cycles = graph.run(&[vec![true], vec![false], vec![true], vec![true]]);
        assert_eq!(cycles.iter().map(|nodes| nodes[2]).collect::<Vec<_>>(), [false, true, true, false]);
        assert!(Graph::of(b"aag 1 0\n").is_err());
    }
}
