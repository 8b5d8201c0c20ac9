//! What is proved: harnesses, the hardware that they are about, and their properties.

use isa::plan::CorePlan;
use std::fmt;

/// The hardware of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The core of the plan of this name.
    Core(&'static str),
    /// The system on the chip of the board of this name.
    System(&'static str),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Core(plan) => f.write_str(plan),
            Subject::System(board) => write!(f, "chip-of-{board}"),
        }
    }
}

impl Subject {
    pub fn verilog(self) -> Result<String, String> {
        let text = match self {
            Subject::Core(_) => hdl::emit::verilog(self.plan()?),
            Subject::System(name) => hdl::emit::soc_verilog(boards::board(name).ok_or(format!("no board `{name}`"))?),
        };
        text.map_err(|error| error.to_string())
    }

    pub fn plan(self) -> Result<&'static CorePlan, String> {
        let (Subject::Core(name) | Subject::System(name)) = self;
        boards::plan(name).ok_or_else(|| format!("no plan `{name}`"))
    }
}

/// How a property is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// In runs of any length, from power-on.
    Unbounded,
    /// In the first so many cycles from power-on.
    Bounded(u32),
    /// In all runs of something that begins in any state and ends within so many cycles, which is proved, too.
    Whole(u32),
}

impl Method {
    /// How far to look where a proof without bound does not end.
    pub const DEEPEST: u32 = 1000;
}

/// A text in `tests/formal`, and what it is about.
pub struct Harness {
    pub file: &'static str,
    /// It begins in any state of the hardware, not at power-on. So what it shows of a step holds for every such step.
    pub from_any_state: bool,
    pub subjects: &'static [Subject],
    pub properties: &'static [Property],
}

impl Harness {
    /// Its file without the ending.
    pub fn name(&self) -> &'static str {
        self.file.trim_end_matches(".sv")
    }
}

/// What holds in every cycle unless the harness's output `fails_NAME` is high.
pub struct Property {
    pub name: &'static str,
    /// In one sentence.
    pub claim: &'static str,
    pub method: Method,
    /// What breaks it, in one core or another: the property fails then.
    pub broken: &'static [Edit],
}

/// A change of the emitted Verilog.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
    /// Where: the first place in this module.
    pub module: &'static str,
    pub from: &'static str,
    pub to: &'static str,
}

impl Edit {
    /// The Verilog with the change, if there is something to change.
    fn applied(&self, verilog: &str) -> Option<String> {
        let begin = format!("\nmodule {}(", self.module);
        let (before, module) = verilog.split_once(&begin)?;
        let (module, after) = module.split_once("\nendmodule")?;
        let changed = module.replacen(self.from, self.to, 1);
        (changed != module).then(|| format!("{before}{begin}{changed}\nendmodule{after}"))
    }
}

/// The Verilog with those changes that there is something for: one at least, if there are any.
pub fn edited(verilog: String, edits: &[Edit]) -> Result<String, String> {
    let mut text = verilog;
    let mut missing: Vec<&Edit> = Vec::new();
    for edit in edits {
        match edit.applied(&text) {
            Some(changed) => text = changed,
            None => missing.push(edit),
        }
    }
    match missing.first() {
        Some(edit) if missing.len() == edits.len() => {
            Err(format!("module {} of the emitted Verilog has no `{}` to be broken", edit.module, edit.from))
        }
        _ => Ok(text),
    }
}

const fn edit(module: &'static str, from: &'static str, to: &'static str) -> Edit {
    Edit { module, from, to }
}

/// A full core and a compact one.
const CORES: &[Subject] = &[Subject::Core("alchitry-cu"), Subject::Core("icebreaker")];

const SYSTEMS: &[Subject] = &[Subject::System("alchitry-cu"), Subject::System("icebreaker")];

/// A run goes on behind a stop, behind a halt.
const STOP_RUNS_ON: Edit = edit("host_port", "if (stops) begin\n            running <= 1'b0;", "if (stops) begin");
const HALT_RUNS_ON: Edit = edit("host_port", "if (halt) begin\n            running <= 1'b0;", "if (halt) begin");
/// The units of shifts and counts, one for each kind of core, give the inverse.
const WRONG_LONG_RESULTS: &[Edit] = &[
    edit("units", "result = long$result;", "result = ~long$result;"),
    edit("units", "result = compact_long$result;", "result = ~compact_long$result;"),
];
/// A full core's stores go on beyond their bounds and into other blocks.
const UNCHECKED_STORES: Edit = edit("linear_memory", "bad = outside | (active & direct_map$occupied)", "bad = 1'b0");

/// All of them.
pub const HARNESSES: &[Harness] = &[
    Harness {
        file: "running.sv",
        from_any_state: false,
        subjects: CORES,
        properties: &[
            Property {
                name: "a_stop_ends_the_run",
                claim: "In the cycle after a stop, of whatever part, no call runs and there is a stop code.",
                method: Method::Unbounded,
                broken: &[STOP_RUNS_ON],
            },
            Property {
                name: "a_stop_lowers_running",
                claim: "Two cycles after a stop `running` is low, unless the host has written meanwhile.",
                method: Method::Unbounded,
                broken: &[STOP_RUNS_ON],
            },
            Property {
                name: "a_halt_ends_the_run",
                claim: "In the cycle after a halt no call runs, and the stop code is that of a halt.",
                method: Method::Unbounded,
                broken: &[HALT_RUNS_ON],
            },
            Property {
                name: "a_halt_lowers_running",
                claim: "Three cycles after a halt `running` is low, unless the host has begun something meanwhile.",
                method: Method::Unbounded,
                broken: &[HALT_RUNS_ON],
            },
            Property {
                name: "memory_rests",
                claim: "Four cycles after a call has ended, and later until the next one, only the host writes linear memory.",
                method: Method::Unbounded,
                broken: &[edit("linear_memory", "again <= going;", "again <= going | again;")],
            },
        ],
    },
    Harness {
        file: "arithmetic.sv",
        from_any_state: true,
        subjects: CORES,
        properties: &[
            Property {
                name: "i32_instructions",
                claim: "Arithmetic, logic, comparisons and extensions of 32 bits give what the specification says.",
                method: Method::Whole(4),
                broken: &[edit("alu", "a | b", "a ^ b")],
            },
            Property {
                name: "i64_instructions",
                claim: "Arithmetic, logic, comparisons and extensions of 64 bits give what the specification says.",
                method: Method::Whole(5),
                broken: &[edit("alu", "same | !second", "same | second")],
            },
            Property {
                name: "shifts",
                claim: "Shifts and rotations of 32 and 64 bits give what the specification says.",
                method: Method::Whole(77),
                broken: WRONG_LONG_RESULTS,
            },
            Property {
                name: "counts",
                claim: "`clz`, `ctz` and `popcnt` of 32 and 64 bits give what the specification says.",
                method: Method::Whole(77),
                broken: WRONG_LONG_RESULTS,
            },
            Property {
                name: "alu_ends",
                claim: "An instruction of the ALU leaves stage X in its second cycle at the latest.",
                method: Method::Whole(6),
                broken: &[edit("execute", "second_pass <= (passing", "second_pass <= 1'b0 & (passing")],
            },
            Property {
                name: "long_unit_ends",
                claim: "A shift or count leaves stage X in its 75th cycle at the latest.",
                method: Method::Whole(77),
                broken: &[
                    edit("units", "done = long$done;", "done = 1'b0;"),
                    edit("units", "done = compact_long$done;", "done = 1'b0;"),
                ],
            },
        ],
    },
    Harness {
        file: "memory.sv",
        from_any_state: false,
        subjects: CORES,
        properties: &[
            Property {
                name: "stores_write_their_bytes",
                claim: "Every byte that the core writes is one of the store that is under way.",
                method: Method::Unbounded,
                broken: &[edit("linear_memory", "4'd15 : lanes[7:4]", "4'd15 : 4'd15")],
            },
            Property {
                name: "refused_stores_write_nothing",
                claim: "A store that the check of its bounds refuses writes no byte, in whatever pass.",
                method: Method::Unbounded,
                broken: &[
                    UNCHECKED_STORES,
                    edit("linear_memory", "bad = outside | blocks$exhausted", "bad = blocks$exhausted"),
                ],
            },
            Property {
                name: "stores_keep_to_their_blocks",
                claim: "A store writes only into a place of the pool that its block has, or takes in that cycle.",
                method: Method::Unbounded,
                broken: &[UNCHECKED_STORES, edit("blocks", "tags$read_data == wanted", "tags$read_data[20]")],
            },
            Property {
                name: "places_are_taken_while_free",
                claim: "A block takes a place of the pool only if no other block has it.",
                method: Method::Unbounded,
                broken: &[
                    edit("direct_map", "occupied = (other", "occupied = 1'b0 & (other"),
                    edit("blocks", "settles & store & !tags$read_data[20]", "settles & store"),
                ],
            },
        ],
    },
    Harness {
        file: "frames.sv",
        from_any_state: false,
        subjects: CORES,
        properties: &[Property {
            name: "records_lie_where_they_are_counted",
            claim: "A frame's record goes to the place that no other frame in use has.",
            method: Method::Unbounded,
            broken: &[edit("sequencer", ".new_frame(depth)", ".new_frame(~depth)")],
        }],
    },
    Harness {
        file: "bounds.sv",
        from_any_state: true,
        subjects: CORES,
        properties: &[Property {
            name: "accesses_beyond_are_refused",
            claim: "An access is refused if and only if its last byte lies beyond the declared size.",
            method: Method::Whole(2),
            broken: &[
                edit("declared", "over | never", "over"),
                edit("bounds", "beside_size[33] |", "beside_size[32] |"),
            ],
        }],
    },
    Harness {
        file: "link.sv",
        from_any_state: false,
        subjects: SYSTEMS,
        properties: &[Property {
            name: "valid_comes_of_a_commit",
            claim: "`valid` rises by the act of a commit alone.",
            method: Method::Unbounded,
            broken: &[edit("link", "act[5]", "act[4]")],
        }],
    },
];
