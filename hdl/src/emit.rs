//! Verilog of the core of a plan.

use crate::component::Component;
use crate::core::Core;
use crate::front::fetch::Fetch;
use crate::front::op_table::{ArityTable, MillicodeTable, OpTable};
use crate::front::opcode_rom::OpcodeRom;
use crate::front::stream::StreamFetch;
use crate::load::resolver::rule_table::RuleTable;
use crate::memory::LinearMemory;
use crate::memory::blocks::Blocks;
use crate::memory::bounds::Bounds;
use crate::memory::declared::Declared;
use crate::memory::direct_map::DirectMap;
use crate::memory::rows::RowAccess;
use crate::prim::switch::Switch;
use crate::soc::Soc;
use crate::soc::link::Facts;
use crate::units::Units;
use crate::units::service::ServiceUnit;
use crate::verilog::{self, File};
use boards::{Board, ICEBREAKER_LARGE, SIM_LARGE};
use isa::capabilities::Capabilities;
use isa::plan::{CorePlan, Sizes};
use rust_hdl::core::check_error::CheckError;
use rust_hdl::prelude::*;

/// Name of the top module of a core.
pub const TOP: &str = "wafer";
/// Name of the top module of a system on chip.
pub const SOC_TOP: &str = "soc";

/// Name of the top module of the component, with which those of all its modules begin.
pub const COMPONENT_TOP: &str = "wafer_core";

/// Something that can be done with the core of any plan: [`with_core`] picks the type.
pub trait CoreTask {
    type Output;

    fn run<
        const C: usize,
        const B: usize,
        const F: usize,
        const S: usize,
        const K: usize,
        const D: usize,
        const W: usize,
    >(
        self,
        core: Box<Core<C, B, F, S, K, D, W>>,
    ) -> Self::Output;
}

/// Makes a type a [`CoreTask`] that does the same with every core: `core_task!(Task => Output, |self, core| body)`.
#[macro_export]
macro_rules! core_task {
    ($task:ty => $output:ty, |$self:ident, $core:ident| $body:expr) => {
        impl $crate::emit::CoreTask for $task {
            type Output = $output;

            fn run<
                const C: usize,
                const B: usize,
                const F: usize,
                const S: usize,
                const K: usize,
                const D: usize,
                const W: usize,
            >(
                $self,
                $core: Box<$crate::core::Core<C, B, F, S, K, D, W>>,
            ) -> $output {
                $body
            }
        }
    };
}

/// Why there is no Verilog.
#[derive(Debug)]
pub enum Error {
    /// No core is built in the sizes of the plan of this name.
    UnknownPlan(String),
    /// The PLL does not make the core's clock of this board.
    Clock { board: String, oscillator_mhz: u32, core_mhz: f64 },
    /// rust-hdl's checks reject the design.
    Check(CheckError),
    /// It has something that is not printed.
    Print(verilog::Error),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::UnknownPlan(name) => {
                let known: Vec<_> = boards::PLANS.iter().map(|plan| plan.name).collect();
                write!(f, "no core has the sizes of the plan `{name}`; those there are: {}", known.join(", "))
            }
            Error::Clock { board, oscillator_mhz, core_mhz } => write!(
                f,
                "board {board}: the PLL cannot make exactly {core_mhz} MHz of {oscillator_mhz} MHz; choose another \
                 clock for the core"
            ),
            Error::Check(e) => write!(f, "rust-hdl's checks reject the design: {e:?}"),
            Error::Print(e) => e.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// Widths of a core, in the order of its parameters.
const fn widths(plan: &CorePlan) -> [usize; 7] {
    let Sizes { code_log2, branch_log2, function_log2, stack_log2, frame_log2, memory_log2, .. } = plan.sizes;
    let [c, b, f] = [code_log2 as usize, branch_log2 as usize, function_log2 as usize];
    let [s, k, d] = [stack_log2 as usize, frame_log2 as usize, memory_log2 as usize];
    // Linear memory has rows of four bytes.
    [c, b, f, s, k, d, d - 2]
}

/// Runs `$task` with a core of the sizes of `$known`.
macro_rules! run {
    ($task:ident, $plan:ident, $known:expr) => {{
        const W: [usize; 7] = widths(&$known);
        Ok($task.run::<{ W[0] }, { W[1] }, { W[2] }, { W[3] }, { W[4] }, { W[5] }, { W[6] }>(connected($plan)))
    }};
}

/// Builds and connects the core of `plan` and hands it to `task`. There is one in the sizes of every plan of a board.
pub fn with_core<T: CoreTask>(plan: &CorePlan, task: T) -> Result<T::Output, Error> {
    macro_rules! select {
        ($($board:ident),*) => {
            match widths(plan) {
                known if known == widths(&SIM_LARGE) => run!(task, plan, SIM_LARGE),
                known if known == widths(&ICEBREAKER_LARGE) => run!(task, plan, ICEBREAKER_LARGE),
                $(known if known == widths(&boards::$board::PLAN) => run!(task, plan, boards::$board::PLAN),)*
                _ => Err(Error::UnknownPlan(plan.name.into())),
            }
        };
    }
    boards::every_board!(select)
}

fn connected<
    const C: usize,
    const B: usize,
    const F: usize,
    const S: usize,
    const K: usize,
    const D: usize,
    const W: usize,
>(
    plan: &CorePlan,
) -> Box<Core<C, B, F, S, K, D, W>> {
    let mut core = Box::<Core<C, B, F, S, K, D, W>>::default();
    core.services = Switch::new(plan.has_service_unit());
    if !plan.has_service_unit() {
        core.service = ServiceUnit::absent();
    }
    let units = Capabilities::of_plan(plan);
    core.loading.resolver.reading.rules = RuleTable::new(units);
    core.resolves = Switch::new(plan.has_resolver());
    core.full = Switch::new(!plan.is_compact());
    core.prepares = Switch::new(plan.prepares());
    if plan.is_compact() {
        core.fetch.groups = Fetch::absent();
    } else {
        core.fetch.stream = StreamFetch::absent();
        core.memory.row_access = RowAccess::absent();
    }
    core.fetch.groups.arities = ArityTable::new(units);
    core.fetch.stream.opcodes = OpcodeRom::new(units);
    core.decode.lookup = OpTable::new(units);
    core.decode.millicode = MillicodeTable::new(units);
    core.decode.wide_immediates = Switch::new(plan.units.wide_immediates);
    core.execute.units = Units::of_plan(plan);
    if plan.has_single_port_memory() {
        core.memory = LinearMemory::with_one_port();
    }
    core.pooled = Switch::new(plan.has_pool());
    core.memory.direct_map = isa::pool::DirectMap::of_plan(plan).map_or_else(DirectMap::absent, DirectMap::new);
    if !plan.has_pool() || !plan.is_compact() {
        core.memory.blocks = Blocks::absent();
    }
    if plan.has_pool() && !plan.is_compact() {
        core.memory.bounds = Bounds::absent();
    } else {
        core.memory.declared = Declared::absent();
    }
    core.connect_all();
    core
}

/// The Verilog of a block that rust-hdl's checks accept.
pub(crate) fn text<B: Block>(block: &B, name: &str) -> Result<String, Error> {
    text_in(File::default(), block, name)
}

/// The same in a file, which says how the modules are named.
fn text_in<B: Block>(mut file: File, block: &B, name: &str) -> Result<String, Error> {
    check_all(block).map_err(Error::Check)?;
    file.add(block, name).map_err(Error::Print)?;
    Ok(file.text())
}

/// The Verilog of the core of `plan`; its top module is [`TOP`].
pub fn verilog(plan: &CorePlan) -> Result<String, Error> {
    struct Emit;
    core_task!(Emit => Result<String, Error>, |self, core| text(&*core, TOP));
    with_core(plan, Emit)?
}

/// The Verilog of what is on a board, from the core's clock and the serial line on; its top module is [`SOC_TOP`].
pub fn soc_verilog(board: &Board) -> Result<String, Error> {
    struct Emit(Facts);
    core_task!(Emit => Result<String, Error>, |self, core| {
        let mut soc = Box::new(Soc::new(*core, &self.0));
        soc.connect_all();
        text(&*soc, SOC_TOP)
    });
    let facts = Facts {
        plan: *board.plan,
        board: board.name,
        clock: board.core_hz,
        bit_cycles: board.bit_cycles(),
        flash_address: board.flash.address,
    };
    with_core(board.plan, Emit(facts))?
}

/// The Verilog of the component with the core of `plan`; its top module is [`COMPONENT_TOP`].
pub fn component_verilog(plan: &CorePlan) -> Result<String, Error> {
    struct Emit {
        resolves: bool,
    }
    core_task!(Emit => Result<String, Error>, |self, core| {
        let mut component = Box::new(Component::new(*core, self.resolves));
        component.connect_all();
        text_in(File::component(COMPONENT_TOP), &*component, COMPONENT_TOP)
    });
    with_core(plan, Emit { resolves: plan.has_resolver() })?
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Widths;
    impl CoreTask for Widths {
        type Output = [usize; 7];

        fn run<
            const C: usize,
            const B: usize,
            const F: usize,
            const S: usize,
            const K: usize,
            const D: usize,
            const W: usize,
        >(
            self,
            _: Box<Core<C, B, F, S, K, D, W>>,
        ) -> Self::Output {
            [C, B, F, S, K, D, W]
        }
    }

    #[test]
    fn every_plan_has_a_core_of_its_sizes() {
        for p in boards::PLANS {
            let Sizes { code_log2, branch_log2, function_log2, stack_log2, frame_log2, memory_log2, .. } = p.sizes;
            let sizes = [code_log2, branch_log2, function_log2, stack_log2, frame_log2, memory_log2];
            let widths = with_core(p, Widths).unwrap();
            assert_eq!(widths[..6], sizes.map(|w| w as usize), "{}", p.name);
            assert_eq!(widths[6] + 2, widths[5], "{}", p.name);
        }
    }

    /// A module for a kind of block, with its source; no module for a register.
    #[test]
    fn the_text_reads_like_the_source() {
        let text = verilog(boards::BOARDS[0].plan).unwrap();
        assert!(text.contains("\n// hdl/src/front/fetch.rs\nmodule fetch(\n"));
        assert!(text.contains("    reg r_valid = 1'b0;\n"));
        assert!(text.contains("    // The group in D goes to X.\n    input wire issue,\n"));
        assert!(text.contains("x_control[Control$load]"));
        assert!(text.contains("    // This design has none.\n"), "there is no float unit");
        assert!(!text.contains("module phase_machine("), "nor what it consists of");
        assert!(!text.contains("module mover("), "nor a service unit");
        assert!(text.lines().count() <= 9000, "{} lines", text.lines().count());
    }

    #[test]
    fn every_board_is_emitted() {
        for board in boards::BOARDS {
            let text = soc_verilog(board).unwrap();
            assert_eq!(text.matches("module soc(").count(), 1, "{}", board.name);
        }
    }

    #[test]
    fn every_plan_is_emitted() {
        for p in boards::PLANS {
            let text = verilog(p).unwrap();
            assert_eq!(text.matches("module wafer(").count(), 1, "{}", p.name);
        }
    }
}
