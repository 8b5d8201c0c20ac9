//! What a module is and takes, found without running it.

mod body;
mod costs;
mod cycles;
mod entries;
mod features;
mod functions;
mod graph;
mod layout;
mod listing;
mod loops;
mod text;
mod trips;
mod ways;

pub use entries::{Entry, Stack, Worst};
pub use features::Feature;
pub use functions::{Function, Outside};
pub use layout::Section;
pub use listing::{Group, Instruction, Listed, Listing};
pub use ways::Cycles;

use crate::error::Error;
use crate::fit::Report;
use crate::gate::Target;
use crate::names::Names;
use crate::{diagnosis, parse, wasi};
use isa::module::{Import, Module};
use isa::plan::CorePlan;
use serde::Serialize;

/// Everything about a module file. What its sections are is known even if it is no valid module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// Of the whole file, in the binary format.
    pub bytes: u64,
    pub sections: Vec<Section>,
    pub features: Vec<Feature>,
    /// `None` if the module is not accepted.
    #[serde(flatten)]
    pub module: Option<Contents>,
}

/// What only a module has that is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contents {
    pub imports: Vec<Outside>,
    pub exports: Vec<Outside>,
    pub plans: Vec<PlanReport>,
    /// The functions that a call can begin with.
    pub entries: Vec<Entry>,
    /// Those defined in the module, the largest first.
    pub functions: Vec<Function>,
}

/// What a plan lacks for a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanReport {
    pub plan: &'static str,
    #[serde(flatten)]
    pub report: Report,
}

impl Inspection {
    /// Of a file with these contents, for these plans; and what is wrong if there is no module.
    pub fn new(bytes: &[u8], plans: &'static [CorePlan]) -> (Inspection, Result<Module, Error>) {
        let module = parse(bytes);
        let contents = module.as_ref().map_err(Error::clone).and_then(|module| Contents::new(bytes, module, plans));
        let is_module = diagnosis::header(bytes).is_ok();
        let inspection = Inspection {
            bytes: bytes.len() as u64,
            sections: if is_module { layout::sections(bytes) } else { Vec::new() },
            features: if is_module { features::used(bytes, &Names::find(bytes)) } else { Vec::new() },
            module: contents.as_ref().ok().cloned(),
        };
        (inspection, contents.and(module))
    }
}

impl Contents {
    fn new(bytes: &[u8], module: &Module, plans: &'static [CorePlan]) -> Result<Contents, Error> {
        let bodies = body::bodies(bytes, module)?;
        let provides = |import: &Import| wasi::provides(module, import);
        let report = |plan: &'static CorePlan| PlanReport {
            plan: plan.name,
            report: Report::alone(module, &Target::of_plan(plan, plans), &provides),
        };
        let graph = graph::Graph::new(module, &bodies, plans);
        let cycles = graph.as_ref().map(|graph| cycles::all(module, graph)).unwrap_or_default();
        Ok(Contents {
            imports: functions::imports(module),
            exports: functions::exports(module),
            plans: plans.iter().map(report).collect(),
            entries: graph.map(|graph| entries::all(module, &graph, plans)).unwrap_or_default(),
            functions: functions::all(module, &bodies, &cycles),
        })
    }
}
