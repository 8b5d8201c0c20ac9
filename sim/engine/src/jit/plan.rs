//! What is computed where: each node is moved into the innermost arms of
//! choices that need it, and expensive arms become branches.
//!
//! A *region* is an arm of a choice, or the whole cycle (region 0). Regions
//! form a tree. A node lies in the lowest region that contains all its users,
//! so that a branch not taken costs nothing.
use crate::ir::{FastMap, Graph, Node, Op};

/// Arms that cost less than this are computed all, and one is selected.
const BRANCH_COST: u32 = 12;
/// Widest selector of a case that becomes a table.
const TABLE_BITS: u32 = 10;
/// Fewest arms of a case that becomes a table.
const TABLE_ARMS: usize = 3;
/// No region yet.
const NONE: u32 = u32::MAX;

/// How a choice is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// All arms, then selection.
    Select,
    /// Only the arm taken; one region for each arm, equal for equal arms.
    Branch(Vec<u32>),
    /// A load from a table of constants.
    Table,
}

/// The schedule of one function.
pub struct Plan {
    /// Per region its nodes, operands before users.
    pub regions: Vec<Vec<Node>>,
    choices: FastMap<Node, Choice>,
    /// Per node its region, or [`NONE`].
    home: Vec<u32>,
    /// Per node of region 0 its place there.
    place: Vec<u32>,
    /// Per region the choice whose arm it is.
    owner: FastMap<u32, Node>,
}

impl Plan {
    /// How the choice `n` is computed.
    pub fn choice(&self, n: Node) -> &Choice {
        self.choices.get(&n).unwrap_or(&Choice::Select)
    }

    /// The place in region 0 after which `n` has been computed wherever it is
    /// needed; `None` if it is not needed at all.
    pub fn done_after(&self, mut n: Node) -> Option<usize> {
        loop {
            match self.home[n.index()] {
                NONE => return None,
                0 => return Some(self.place[n.index()] as usize),
                region => n = self.owner[&region],
            }
        }
    }

    /// Schedules what `roots` need; the roots themselves lie in region 0.
    pub fn new(graph: &Graph, roots: &[Node]) -> Plan {
        let order = postorder(graph, roots);
        let mut tree = Tree {
            parent: vec![0],
            depth: vec![0],
        };
        let mut region = vec![NONE; graph.len()];
        let mut arms: FastMap<Node, Vec<u32>> = FastMap::default();
        let mut choices: FastMap<Node, Choice> = FastMap::default();
        for r in roots {
            region[r.index()] = 0;
        }
        for &n in order.iter().rev() {
            let own = region[n.index()];
            if own == NONE {
                continue;
            }
            let table = is_table(graph, n);
            if table {
                choices.insert(n, Choice::Table);
            }
            let mut uses = Vec::new();
            if let Some(list) = place_operands(graph, n, own, table, &mut tree, &mut uses) {
                arms.insert(n, list);
            }
            for (operand, wanted) in uses {
                let at = &mut region[operand.index()];
                *at = if *at == NONE {
                    wanted
                } else {
                    tree.common(*at, wanted)
                };
            }
        }
        // the constants of tables are used by no instruction
        let order: Vec<Node> = order
            .into_iter()
            .filter(|n| region[n.index()] != NONE)
            .collect();
        choose(graph, &order, &region, &tree, arms, &mut choices);
        fill(&order, region, &tree, choices)
    }
}

struct Tree {
    parent: Vec<u32>,
    depth: Vec<u32>,
}

impl Tree {
    fn child(&mut self, of: u32) -> u32 {
        self.parent.push(of);
        self.depth.push(self.depth[of as usize] + 1);
        self.parent.len() as u32 - 1
    }

    /// The innermost region containing both.
    fn common(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            if self.depth[a as usize] < self.depth[b as usize] {
                std::mem::swap(&mut a, &mut b);
            }
            a = self.parent[a as usize];
        }
        a
    }
}

/// The nodes `roots` need, operands before users and close to them.
fn postorder(graph: &Graph, roots: &[Node]) -> Vec<Node> {
    let mut seen = vec![false; graph.len()];
    let mut order = Vec::new();
    let mut stack = Vec::new();
    for root in roots {
        stack.push((*root, false));
        while let Some((n, entered)) = stack.pop() {
            if entered {
                order.push(n);
                continue;
            }
            if std::mem::replace(&mut seen[n.index()], true) {
                continue;
            }
            stack.push((n, true));
            let first = stack.len();
            graph.op(n).each_operand(|k| stack.push((k, false)));
            stack[first..].reverse();
        }
    }
    order
}

fn is_table(graph: &Graph, n: Node) -> bool {
    let Op::Case(s, arms, default) = graph.op(n) else {
        return false;
    };
    graph.width(*s) <= TABLE_BITS
        && arms.len() >= TABLE_ARMS
        && graph.constant(*default).is_some()
        && arms.iter().all(|arm| graph.constant(arm.1).is_some())
}

/// Lists the operands of `n` with the regions that use them; for a choice,
/// makes a region for each different arm and returns the arms' regions.
fn place_operands(
    graph: &Graph,
    n: Node,
    own: u32,
    table: bool,
    tree: &mut Tree,
    uses: &mut Vec<(Node, u32)>,
) -> Option<Vec<u32>> {
    match graph.op(n) {
        Op::Mux(c, a, b) => {
            let (x, y) = (tree.child(own), tree.child(own));
            uses.extend([(*c, own), (*a, x), (*b, y)]);
            Some(vec![x, y])
        }
        Op::Case(s, _, _) if table => {
            uses.push((*s, own));
            None
        }
        Op::Case(s, list, default) => {
            uses.push((*s, own));
            let mut made: FastMap<Node, u32> = FastMap::default();
            let targets = list.iter().map(|arm| arm.1).chain([*default]);
            Some(
                targets
                    .map(|arm| {
                        let r = *made.entry(arm).or_insert_with(|| tree.child(own));
                        uses.push((arm, r));
                        r
                    })
                    .collect(),
            )
        }
        op => {
            op.each_operand(|k| uses.push((k, own)));
            None
        }
    }
}

/// Rough machine instructions of a node.
fn cost(graph: &Graph, n: Node) -> u32 {
    match graph.op(n) {
        Op::Const(_) | Op::Zext(_) => 0,
        Op::Case(_, arms, _) => 2 * arms.len() as u32,
        Op::Mul(..) => 3,
        Op::Div(..) | Op::Rem(..) => 20,
        Op::Mux(..) | Op::MemRead(..) => 2,
        _ => 1 + (graph.width(n) > 64) as u32,
    }
}

/// Decides between selection and branching by what the arms cost.
fn choose(
    graph: &Graph,
    order: &[Node],
    region: &[u32],
    tree: &Tree,
    arms: FastMap<Node, Vec<u32>>,
    choices: &mut FastMap<Node, Choice>,
) {
    let mut total = vec![0u32; tree.parent.len()];
    for n in order {
        let t = &mut total[region[n.index()] as usize];
        *t = t.saturating_add(cost(graph, *n));
    }
    for r in (1..total.len()).rev() {
        let up = tree.parent[r] as usize;
        total[up] = total[up].saturating_add(total[r]);
    }
    for (n, list) in arms {
        let mut different = list.clone();
        different.sort_unstable();
        different.dedup();
        let sum = different
            .iter()
            .fold(0u32, |s, r| s.saturating_add(total[*r as usize]));
        if sum >= BRANCH_COST {
            choices.insert(n, Choice::Branch(list));
        }
    }
}

/// Gives regions that are no branches to their parents, and lists the nodes.
fn fill(order: &[Node], mut home: Vec<u32>, tree: &Tree, choices: FastMap<Node, Choice>) -> Plan {
    let count = tree.parent.len();
    let mut owner: FastMap<u32, Node> = FastMap::default();
    for (n, choice) in &choices {
        if let Choice::Branch(list) = choice {
            owner.extend(list.iter().map(|r| (*r, *n)));
        }
    }
    // parents have smaller numbers
    let mut real: Vec<u32> = (0..count as u32).collect();
    for r in 1..count {
        if !owner.contains_key(&(r as u32)) {
            real[r] = real[tree.parent[r] as usize];
        }
    }
    let mut regions = vec![Vec::new(); count];
    let mut place = vec![NONE; home.len()];
    for n in order {
        let region = real[home[n.index()] as usize];
        home[n.index()] = region;
        place[n.index()] = regions[region as usize].len() as u32;
        regions[region as usize].push(*n);
    }
    Plan {
        regions,
        choices,
        home,
        place,
        owner,
    }
}
