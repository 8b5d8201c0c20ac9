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
    /// What breaks it: the property fails then.
    pub broken: Edit,
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
    /// The Verilog with the change.
    pub fn applied(&self, verilog: &str) -> Result<String, String> {
        let begin = format!("\nmodule {}(", self.module);
        let missing = || format!("module {} of the emitted Verilog has no `{}` to be broken", self.module, self.from);
        let (before, module) = verilog.split_once(&begin).ok_or_else(missing)?;
        let (module, after) = module.split_once("\nendmodule").ok_or_else(missing)?;
        if !module.contains(self.from) {
            return Err(missing());
        }
        Ok(format!("{before}{begin}{}\nendmodule{after}", module.replacen(self.from, self.to, 1)))
    }
}

const fn edit(module: &'static str, from: &'static str, to: &'static str) -> Edit {
    Edit { module, from, to }
}

/// A full core and a compact one.
const CORES: &[Subject] = &[Subject::Core("alchitry-cu"), Subject::Core("icebreaker")];

const SYSTEMS: &[Subject] = &[Subject::System("alchitry-cu"), Subject::System("icebreaker")];

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
                broken: edit("host_port", "if (stops) begin\n            running <= 1'b0;", "if (stops) begin"),
            },
            Property {
                name: "a_stop_lowers_running",
                claim: "Two cycles after a stop `running` is low, unless the host has written meanwhile.",
                method: Method::Unbounded,
                broken: edit("host_port", "if (stops) begin\n            running <= 1'b0;", "if (stops) begin"),
            },
            Property {
                name: "a_halt_ends_the_run",
                claim: "In the cycle after a halt no call runs, and the stop code is that of a halt.",
                method: Method::Unbounded,
                broken: edit("host_port", "if (halt) begin\n            running <= 1'b0;", "if (halt) begin"),
            },
            Property {
                name: "a_halt_lowers_running",
                claim: "Three cycles after a halt `running` is low, unless the host has begun something meanwhile.",
                method: Method::Unbounded,
                broken: edit("host_port", "if (halt) begin\n            running <= 1'b0;", "if (halt) begin"),
            },
            Property {
                name: "memory_rests",
                claim: "Four cycles after a call has ended, and later until the next one, only the host writes linear memory.",
                method: Method::Unbounded,
                broken: edit("linear_memory", "again <= going;", "again <= going | again;"),
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
                broken: edit("alu", "a | b", "a ^ b"),
            },
            Property {
                name: "i64_instructions",
                claim: "Arithmetic, logic, comparisons and extensions of 64 bits give what the specification says.",
                method: Method::Whole(5),
                broken: edit("alu", "same | !second", "same | second"),
            },
            Property {
                name: "shifts",
                claim: "Shifts and rotations of 32 and 64 bits give what the specification says.",
                method: Method::Whole(77),
                broken: edit("alu", "same | !second", "same | second"),
            },
            Property {
                name: "counts",
                claim: "`clz`, `ctz` and `popcnt` of 32 and 64 bits give what the specification says.",
                method: Method::Whole(77),
                broken: edit("alu", "same | !second", "same | second"),
            },
            Property {
                name: "alu_ends",
                claim: "An instruction of the ALU leaves stage X in its second cycle at the latest.",
                method: Method::Whole(6),
                broken: edit("execute", "second_pass)", "started)"),
            },
            Property {
                name: "long_unit_ends",
                claim: "A shift or count leaves stage X in its 75th cycle at the latest.",
                method: Method::Whole(77),
                broken: edit("alu", "same | !second", "same | second"),
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
                broken: edit("linear_memory", "4'd15 : lanes[7:4]", "4'd15 : 4'd15"),
            },
            Property {
                name: "refused_stores_write_nothing",
                claim: "A store that the check of its bounds refuses writes no byte, in whatever pass.",
                method: Method::Unbounded,
                broken: edit("linear_memory", "bad = outside", "bad = 1'b0"),
            },
            Property {
                name: "stores_keep_to_their_blocks",
                claim: "A store writes only into a place of the pool that its block has, or takes in that cycle.",
                method: Method::Unbounded,
                broken: edit("linear_memory", "bad = outside", "bad = 1'b0"),
            },
            Property {
                name: "places_are_taken_while_free",
                claim: "A block takes a place of the pool only if no other block has it.",
                method: Method::Unbounded,
                broken: edit("linear_memory", "bad = outside", "bad = 1'b0"),
            },
        ],
    },
    Harness {
        file: "frames.sv",
        from_any_state: false,
        subjects: CORES,
        properties: &[
            Property {
                name: "frames_are_counted",
                claim: "The core's number of frames is the number of calls less that of returns.",
                method: Method::Unbounded,
                broken: edit("sequencer", "full <= 1'b0", "full <= full"),
            },
            Property {
                name: "frames_stay_within_their_memory",
                claim: "No call makes a frame when all are in use.",
                method: Method::Unbounded,
                broken: edit("sequencer", "full & !tailing", "tailing"),
            },
            Property {
                name: "records_lie_where_they_are_counted",
                claim: "A frame's record goes to the place that no other frame in use has.",
                method: Method::Unbounded,
                broken: edit("sequencer", "calls$new_frame = depth", "calls$new_frame = ~depth"),
            },
            Property {
                name: "the_last_frame_is_the_last",
                claim: "Nothing returns from more frames than there are.",
                method: Method::Unbounded,
                broken: edit("sequencer", "finish = outermost", "finish = 1'b0"),
            },
            Property {
                name: "slots_stay_within_the_stack",
                claim: "No call goes on whose frame has slots beyond the value stack, if the caller's pointer is at its arguments' end.",
                method: Method::Unbounded,
                broken: edit("sequencer", "ceiling < frame_base", "ceiling > frame_base"),
            },
            Property {
                name: "frames_begin_at_their_arguments",
                claim: "A new frame's base is the slot of its first argument.",
                method: Method::Unbounded,
                broken: edit("sequencer", "new_base = frame_base", "new_base = ceiling"),
            },
            Property {
                name: "stacks_are_exhausted_only_when_they_are",
                claim: "A call stops only if all frames are in use or its slots lie beyond the value stack.",
                method: Method::Unbounded,
                broken: edit("sequencer", "ceiling < frame_base", "ceiling > frame_base"),
            },
        ],
    },
    Harness {
        file: "instructions.sv",
        from_any_state: false,
        subjects: CORES,
        properties: &[
            Property {
                name: "numeric_instructions",
                claim: "Integer instructions without immediates retire with the value of the specification, one operand less or none.",
                method: Method::Bounded(24),
                broken: edit("operands", "b_forwarded <= b_in_x & !x_load;", "b_forwarded <= 1'b0;"),
            },
            Property {
                name: "constants",
                claim: "Constants of one byte retire with their value, sign-extended, one place higher.",
                method: Method::Bounded(24),
                broken: edit("decode", "fill = byte1[6];", "fill = byte1[5];"),
            },
            Property {
                name: "variables",
                claim: "Locals and globals are read and written in their slots, with the value that retired there.",
                method: Method::Bounded(24),
                broken: edit("operands", "w_base = slots[Slots$set_global]", "w_base = !slots[Slots$set_global]"),
            },
            Property {
                name: "drop",
                claim: "`drop` takes a place off the stack and does nothing else.",
                method: Method::Bounded(24),
                broken: edit("operands", "sp <= under;", "sp <= sp;"),
            },
            Property {
                name: "select",
                claim: "`select` leaves the first operand if the condition is not 0, else the second.",
                method: Method::Bounded(24),
                broken: edit(
                    "execute",
                    "pass_b = control[Control$store] | !chosen",
                    "pass_b = control[Control$store] | chosen",
                ),
            },
            Property {
                name: "loads",
                claim: "Loads access the bytes at operand plus offset and extend what was read as their type says.",
                method: Method::Bounded(24),
                broken: edit("linear_memory", "sign_extend <= control[Control$signed];", "sign_extend <= 1'b0;"),
            },
            Property {
                name: "stores",
                claim: "Stores access the bytes at operand plus offset and write the lowest bytes of the value.",
                method: Method::Bounded(24),
                broken: edit("linear_memory", "x_bytes = 4'd2;", "x_bytes = 4'd4;"),
            },
            Property {
                name: "next_instruction",
                claim: "Behind an instruction that does not branch, or an `if` or `br_if` that does not, the next one retires, once.",
                method: Method::Bounded(24),
                broken: edit("branches", "x", "x"),
            },
            Property {
                name: "unreachable",
                claim: "`unreachable` never retires.",
                method: Method::Bounded(24),
                broken: edit("stage_x", "if (x_control[Control$unreachable])", "if (1'b0)"),
            },
        ],
    },
    Harness {
        file: "bounds.sv",
        from_any_state: true,
        subjects: CORES,
        properties: &[Property {
            name: "accesses_beyond_are_refused",
            claim: "An access is refused if and only if its last byte lies beyond the declared size.",
            method: Method::Whole(2),
            broken: edit("declared", "over | never", "over"),
        }],
    },
    Harness {
        file: "link.sv",
        from_any_state: false,
        subjects: SYSTEMS,
        properties: &[
            Property {
                name: "frames_act_after_their_crc",
                claim: "Nothing is written, sent, reset, made valid or invalid but since a CRC was right and no byte has come.",
                method: Method::Unbounded,
                broken: edit("crc", "residual = remainder == residue", "residual = remainder[0]"),
            },
            Property {
                name: "images_are_valid_after_their_crc",
                claim: "An image becomes valid only if a CRC was right since it was made invalid.",
                method: Method::Unbounded,
                broken: edit("crc", "residual = remainder == residue", "residual = remainder[0]"),
            },
            Property {
                name: "valid_comes_of_a_commit",
                claim: "`valid` rises by the act of a commit alone.",
                method: Method::Unbounded,
                broken: edit("link", "act[5]", "act[4]"),
            },
        ],
    },
];
