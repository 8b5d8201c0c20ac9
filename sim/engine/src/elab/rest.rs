//! State machines at rest.
//!
//! Most state machines wait in their first state most of the time. What such a
//! machine computes in several of its other states belongs to none of them
//! alone, and would be computed in every cycle. So next values that at rest
//! need less, and nothing else, become a choice between two: the simple one for
//! the state at rest, and the full one. The back end makes all choices of one
//! machine in one branch.
use super::{Design, split::live};
use crate::ir::{Graph, Node, Op};
use std::collections::BTreeMap;

/// Widest state register, in bits.
const STATE_BITS: u32 = 8;
/// Fewest nodes that rest has to save, over all that a machine determines.
const WORTH: usize = 24;

/// Gives each state machine of `design` its state of rest.
pub(super) fn split_rest(design: &mut Design) {
    for (register, width) in machines(design) {
        let value = design.signals[register as usize].init;
        let nodes = live(design);
        let state = design.graph.signal(register, width);
        let konst = design.graph.konst(value, width);
        let at_rest = replaced(&mut design.graph, &nodes, state, konst);
        let mut cones = Cones::new(&design.graph);
        let chosen: Vec<(usize, Node, usize)> = (0..design.next.len())
            .filter_map(|i| {
                let full = design.next[i].1;
                let simple = at_rest[full.index()];
                cones.gain(&design.graph, full, simple).map(|gain| (i, simple, gain))
            })
            .collect();
        if chosen.iter().map(|c| c.2).sum::<usize>() < WORTH {
            continue;
        }
        let resting = design.graph.eq(state, konst);
        for (i, simple, _) in chosen {
            let full = design.next[i].1;
            design.next[i].1 = design.graph.branch(resting, simple, full);
        }
    }
}

/// The registers that choose among three values at least, with their widths.
fn machines(design: &Design) -> BTreeMap<u32, u32> {
    let graph = &design.graph;
    let mut found = BTreeMap::new();
    for n in live(design) {
        if let Op::Case(selector, arms, _) = graph.op(n)
            && let Op::Signal(id) = graph.op(*selector)
            && (*id as usize) < design.signals.len()
            && design.next.iter().any(|next| next.0 == *id)
            && graph.width(*selector) <= STATE_BITS
            && arms.len() >= 2
        {
            found.insert(*id, graph.width(*selector));
        }
    }
    found
}

/// Per node what it becomes with `by` for `old`; `nodes` come in their order.
fn replaced(graph: &mut Graph, nodes: &[Node], old: Node, by: Node) -> Vec<Node> {
    let mut new: Vec<Node> = (0..graph.len() as u32).map(Node).collect();
    new[old.index()] = by;
    for &n in nodes {
        let mut changed = false;
        graph.op(n).each_operand(|k| changed |= new[k.index()] != k);
        if changed {
            new[n.index()] = graph.rebuild(n, |k| new[k.index()]);
        }
    }
    new
}

/// Compares what two nodes depend on.
struct Cones {
    /// Per node the last walk that met it.
    met: Vec<u32>,
    walk: u32,
    stack: Vec<Node>,
}

impl Cones {
    fn new(graph: &Graph) -> Cones {
        Cones { met: vec![0; graph.len()], walk: 0, stack: Vec::new() }
    }

    /// How many nodes `simple` saves, if it is simpler than `full` and adds none.
    fn gain(&mut self, graph: &Graph, full: Node, simple: Node) -> Option<usize> {
        if full == simple {
            return None;
        }
        let full = self.walk(graph, full);
        let simple = self.walk(graph, simple);
        let saved = full.0 - simple.1;
        (saved > 0 && simple.0 == simple.1).then_some(saved)
    }

    /// How many nodes `root` depends on, itself included, and how many of them
    /// the walk before met.
    fn walk(&mut self, graph: &Graph, root: Node) -> (usize, usize) {
        let before = self.walk;
        self.walk += 1;
        let (mut all, mut again) = (0, 0);
        self.stack.push(root);
        while let Some(n) = self.stack.pop() {
            let met = std::mem::replace(&mut self.met[n.index()], self.walk);
            if met == self.walk {
                continue;
            }
            all += 1;
            again += usize::from(met == before && before > 0);
            graph.op(n).each_operand(|k| self.stack.push(k));
        }
        (all, again)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Design, Models, Options, Sim, ir::Op};

    /// Waits for `go`, then works in states that share a sum of products. Its
    /// results hold still at rest.
    const TEXT: &str = "module top(input clk, input go, input [31:0] a, output reg [31:0] x,
            output reg [31:0] y, output reg [1:0] state);
        localparam S$Rest = 2'd0; localparam S$Left = 2'd1; localparam S$Right = 2'd2;
        wire [31:0] mix;
        assign mix = (x * 32'd5 + a) ^ (y * 32'd3 + (x >> 7)) ^ ((y << 3) - (x & 32'hff00ff))
            ^ ((a >> 2) + (y | 32'd9)) ^ ((x ^ a) * 32'd7 + (a & y)) ^ ((x - y) * 32'd11);
        initial begin x = 32'd1; y = 32'd2; state = 2'd0; end
        always @(posedge clk) case (state)
            S$Rest: if (go) state <= S$Left;
            S$Left: begin x <= mix; state <= S$Right; end
            S$Right: begin y <= mix; state <= 2'd3; end
            default: begin x <= x ^ mix; y <= y + mix; state <= S$Rest; end
        endcase
    endmodule";

    fn mix(x: u32, y: u32, a: u32) -> u32 {
        let mul = u32::wrapping_mul;
        mul(x, 5).wrapping_add(a)
            ^ mul(y, 3).wrapping_add(x >> 7)
            ^ (y << 3).wrapping_sub(x & 0xff_00ff)
            ^ (a >> 2).wrapping_add(y | 9)
            ^ mul(x ^ a, 7).wrapping_add(a & y)
            ^ mul(x.wrapping_sub(y), 11)
    }

    #[test]
    fn a_machine_rests_and_works() {
        let design = Design::parse(TEXT, "top", &Models::none()).unwrap();
        let state = design.graph.op(design.nodes[design.signal_id("state").unwrap() as usize]);
        let choices = design.next.iter().filter(|(_, next)| match design.graph.op(*next) {
            Op::Mux(c, ..) => match design.graph.op(*c) {
                Op::Eq(s, k) => [s, k].iter().any(|n| design.graph.op(**n) == state),
                _ => false,
            },
            _ => false,
        });
        assert_eq!(choices.count(), 2, "x and y hold still at rest");
        let mut sim = Sim::new(design, Options::default()).unwrap();
        let [go, a, x, y] = ["go", "a", "x", "y"].map(|name| sim.sig(name).unwrap());
        let (mut expected, mut state) = ((1, 2), 0);
        for i in 0u32..1000 {
            let (start, operand) = (i % 7 == 0, i.wrapping_mul(0x9e37_79b9));
            sim.set(go, start.into());
            sim.set(a, operand.into());
            sim.step();
            let (old_x, old_y) = expected;
            let mixed = mix(old_x, old_y, operand);
            (expected, state) = match state {
                0 => (expected, u32::from(start)),
                1 => ((mixed, old_y), 2),
                2 => ((old_x, mixed), 3),
                _ => ((old_x ^ mixed, old_y.wrapping_add(mixed)), 0),
            };
            let shown = (sim.get(x) as u32, sim.get(y) as u32);
            assert_eq!(shown, expected, "cycle {i}");
        }
    }
}
