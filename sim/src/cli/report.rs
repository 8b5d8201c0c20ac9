//! The outcome in words and in JSON.

use crate::disassembly::{name, name_at, place};
use crate::observe::registry::Told;
use crate::session::{Ending, Job, Report};
use crate::value::{self, ValueObject};
use firmware_loader::backtrace::Backtrace;
use firmware_loader::choice::{Choice, label};
use firmware_loader::exit::Exit;
use firmware_loader::{gate, limit, output};
use isa::image::Image;
use isa::module::Module;
use isa::outcome::Stop;
use isa::plan::CorePlan;
use serde::Serialize;
use std::path::Path;

/// A report with what is needed to tell people about it.
pub(super) struct Outcome<'a> {
    report: &'a Report,
    module: &'a Module,
    plan: &'a CorePlan,
    image: &'a Image,
    /// The call behind the start function.
    choice: Option<&'a Choice>,
    backtrace: Backtrace,
}

/// The one object that `--json` prints.
#[derive(Serialize)]
struct Object<'a> {
    /// "return", "exit", "trap", "exhausted", "fault" or "difference".
    outcome: &'static str,
    results: Vec<ValueObject>,
    /// What ended the call, in words.
    trap: Option<String>,
    /// The limit that a call ran into: how much there was, and what has more.
    limit: Option<String>,
    /// The function that was called, or the one in which the call ended without a result.
    function: String,
    /// The status that the program ended itself with.
    exit_status: Option<u32>,
    /// Byte offset in the binary module of the instruction at which the call ended.
    offset: Option<u32>,
    /// The calls that were active then, innermost first.
    backtrace: &'a Backtrace,
    cycles: u64,
    instructions: u64,
    cpi: Option<f64>,
    engine: &'a str,
    plan: &'a str,
    /// Instructions that agreed with the golden model; null without checking.
    checked: Option<u64>,
}

impl<'a> Outcome<'a> {
    /// `file` is the module's.
    pub fn new(report: &'a Report, job: &Job<'a>, choice: Option<&'a Choice>, file: &Path) -> Outcome<'a> {
        let &Job { module, plan, image, .. } = job;
        let backtrace = match report.ending {
            Ending::Stopped(_, pc) => Backtrace::new(module, pc, report.import, &report.returns).with_lines(file),
            _ => Backtrace::default(),
        };
        Outcome { report, module, plan, image, choice, backtrace }
    }

    pub fn status(&self) -> Exit {
        self.report.ending.exit()
    }

    /// The call that the report is about; `None`: the start function.
    fn choice(&self) -> Option<&Choice> {
        self.choice.filter(|_| !self.report.in_start)
    }

    /// The name of the function that was called.
    fn called(&self) -> String {
        let start = || self.module.start.map_or(String::new(), |start| name(self.module, start));
        self.choice().map_or_else(start, |choice| choice.name.clone())
    }

    /// What ended the call, in words; `None` if it returned or the program ended itself.
    fn reason(&self) -> Option<String> {
        match &self.report.ending {
            Ending::Returned(_) | Ending::Exited(_) => None,
            Ending::Stopped(stop, pc) => Some(gate::reason(*stop, self.module, *pc, self.report.import)),
            Ending::UnknownStop(code) => Some(format!("unknown stop code {code:#04x}")),
            Ending::Different(difference, _) => Some(difference.what.clone()),
        }
    }

    fn limit(&self) -> Option<String> {
        match self.report.ending {
            Ending::Stopped(Stop::Exhausted(limit), _) => {
                let plans: Vec<_> = boards::PLANS.iter().collect();
                let options = limit::Options { plan: "--plan", time: "--max-cycles", check: "--check", plans: &plans };
                // What waited for the host when it stopped did not run into the limit itself.
                let own = self.report.import.is_none();
                let core = limit::Core { base: self.image.layout.base, cycles: self.report.cycles };
                Some(limit::describe(limit, self.plan, own.then_some(core), &options))
            }
            _ => None,
        }
    }

    fn word(&self) -> &'static str {
        match self.report.ending {
            Ending::Different(..) => "difference",
            _ => self.status().word(),
        }
    }

    /// Code address at which the call ended.
    fn pc(&self) -> Option<u32> {
        match self.report.ending {
            Ending::Stopped(_, pc) => pc,
            _ => None,
        }
    }

    fn cpi(&self) -> Option<f64> {
        let Report { cycles, instructions, .. } = *self.report;
        // Two places are all that a reader can use.
        (instructions != 0).then(|| (cycles as f64 / instructions as f64 * 100.0).round() / 100.0)
    }

    pub fn json(&self) -> String {
        let results = match &self.report.ending {
            Ending::Returned(values) => values.iter().map(|&v| ValueObject::new(v)).collect(),
            _ => Vec::new(),
        };
        let object = Object {
            outcome: self.word(),
            results,
            trap: self.reason(),
            limit: self.limit(),
            function: self.pc().map_or_else(|| self.called(), |pc| name_at(self.module, pc)),
            exit_status: if let Ending::Exited(status) = self.report.ending { Some(status) } else { None },
            offset: self.pc().map(|pc| self.module.code_offset + pc),
            backtrace: &self.backtrace,
            cycles: self.report.cycles,
            instructions: self.report.instructions,
            cpi: self.cpi(),
            engine: self.report.engine,
            plan: self.plan.name,
            checked: self.report.checked,
        };
        output::json(&object)
    }

    /// In words.
    pub fn told(&self) -> Told {
        let mut rows = self.place();
        let missing = self.choice().map_or(0, |choice| choice.missing);
        if missing > 0 {
            rows.push(("note", format!("the last {missing} of the arguments were not given and are 0")));
        }
        rows.push(("cycles", self.report.cycles.to_string()));
        let cpi = self.cpi().map_or(String::new(), |cpi| format!(", {cpi:.2} cycles each"));
        rows.push(("instructions", format!("{}{cpi}", self.report.instructions)));
        rows.push(("core", format!("{}, engine {}", self.plan.name, self.report.engine)));
        let checked = match (self.report.checked, &self.report.ending) {
            (None, _) => "nothing (--no-check)".into(),
            (Some(checked), Ending::Different(..)) => format!("{checked} records agreed before that"),
            (Some(checked), _) => format!("all {checked} records agree with the golden model"),
        };
        rows.push(("checked", checked));
        Told {
            result: format!("{} {}", label(self.module, self.choice()), self.ending()),
            rows,
            succeeded: matches!(self.report.ending, Ending::Returned(_) | Ending::Exited(_)),
        }
    }

    pub fn text(&self) -> String {
        let Told { result, rows, .. } = self.told();
        let rows: String = rows.iter().map(|(name, value)| format!("\n  {name:<14}{value}")).collect();
        format!("{result}{rows}")
    }

    /// Both records of a difference, and where the waves are.
    pub fn difference(&self) -> Option<String> {
        let Ending::Different(difference, waves) = &self.report.ending else { return None };
        let waves = waves.as_ref().map_or(String::new(), |w| format!("\n  waves     {}", w.display()));
        Some(format!("{difference}{waves}"))
    }

    /// What stands behind the call.
    fn ending(&self) -> String {
        let word = match &self.report.ending {
            Ending::Returned(values) if values.is_empty() => return "returned".to_string(),
            Ending::Returned(values) => {
                return format!("= {}", values.iter().map(|&v| value::typed(v)).collect::<Vec<_>>().join(", "));
            }
            Ending::Exited(status) => return format!("exited with status {status}"),
            Ending::Different(..) => return format!("stopped: {}", self.difference().unwrap_or_default()),
            _ => self.status().verb(),
        };
        format!("{word}: {}", self.reason().unwrap_or_default())
    }

    /// Where a call ended without a result, who called whom, and what more there could be.
    fn place(&self) -> Vec<(&'static str, String)> {
        let place = self.pc().map(|pc| ("at", place(self.module, pc)));
        let limit = self.limit().map(|limit| ("limit", limit));
        place.into_iter().chain(self.backtrace.rows()).chain(limit).collect()
    }
}
