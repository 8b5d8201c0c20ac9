//! Runs the directives of one script.

use super::refusal::is_of_a_proposal;
use super::values::{all_match, argument, expected_text, text};
use super::{Executor, Failure, FileReport, Kind, Missed, SPECTEST};
use firmware_loader::{Error, Features, parse_with};
use isa::module::Module;
use isa::outcome::{Exhausted, Stop};
use isa::types::Value;
use std::collections::HashMap;
use wast::core::ModuleKind;
use wast::lexer::Lexer;
use wast::parser::{ParseBuffer, parse};
use wast::token::Id;
use wast::{QuoteWat, Wast, WastDirective, WastExecute, WastInvoke, Wat};

/// Why a directive counts as not passed.
enum Miss {
    Failed(String),
    Skipped(String),
}

impl Miss {
    fn reason(&self) -> &str {
        let (Miss::Failed(reason) | Miss::Skipped(reason)) = self;
        reason
    }
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
    /// The unnamed one is the latest that has no name.
    definitions: HashMap<Option<String>, Result<Module, String>>,
    /// Why a call since the latest module was cut short by something that this executor does not do, or that module did
    /// not come to be: what it would have stored elsewhere is missing from now on.
    cut_short: Option<String>,
}

/// Runs a script with this name and text. One that cannot be parsed is skipped as a whole.
pub fn run<E: Executor>(name: &str, source: &str, features: Features, executor: E) -> FileReport {
    let mut lexer = Lexer::new(source);
    // Scripts test names with characters that look like others.
    lexer.allow_confusing_unicode(true);
    let parsed = ParseBuffer::new_with_lexer(lexer);
    let parsed = parsed.as_ref().map_err(wast::Error::to_string).and_then(|buffer| {
        let script = parse::<Wast<'_>>(buffer);
        script.map_err(|e| e.to_string())
    });
    match parsed {
        Ok(script) => directives(name, source, script, features, executor),
        Err(error) => FileReport::unread(name, &error),
    }
}

fn directives<E: Executor>(name: &str, source: &str, parsed: Wast<'_>, features: Features, executor: E) -> FileReport {
    let mut report = FileReport::new(name);
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
    for directive in parsed.directives {
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

    /// A failure after something that was cut short shows nothing.
    fn excused(&self, miss: Miss) -> Miss {
        match (miss, &self.cut_short) {
            (Miss::Failed(_), Some(why)) => Miss::Skipped(format!("depends on what did not happen: {why}")),
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
                let module = self.load(&mut module);
                let kept = module.as_ref().map(Module::clone).map_err(|miss| miss.reason().to_string());
                self.definitions.insert(id, kept);
                module.map(drop)
            }
            WastDirective::ModuleInstance { instance, module, .. } => {
                let definition = self.definitions.get(&module.map(name)).cloned();
                let definition = definition.unwrap_or(Err("there is none of this name".into()));
                let definition =
                    definition.map_err(|why| Miss::Skipped(format!("its definition was not loaded: {why}")));
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
                Ok(values) => failed(format!("expected {}, got {}", expected_text(&results), text(&values))),
                Err(failure) => missed("a return", failure),
            },
            WastDirective::AssertTrap { exec, message, .. } => match self.execute_to_trap(exec)? {
                Err(Failure::Stopped(Stop::Trap(trap))) if same(trap.message(), message) => Ok(()),
                Err(failure) => missed(&format!("trap \"{message}\""), failure),
                Ok(values) => failed(format!("expected trap \"{message}\", got {}", text(&values))),
            },
            WastDirective::AssertExhaustion { call, .. } => match self.invoke(&call)? {
                Err(Failure::Stopped(Stop::Exhausted(Exhausted::CallStack | Exhausted::ValueStack))) => Ok(()),
                Err(failure) => missed("exhaustion of a stack", failure),
                Ok(values) => failed(format!("expected exhaustion of a stack, got {}", text(&values))),
            },
            WastDirective::AssertInvalid { mut module, message, .. }
            | WastDirective::AssertMalformed { mut module, message, .. } => self.refuses(&mut module, message),
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

    /// Whether the loader refuses a module, and not only for having a proposal that it does not know.
    fn refuses(&self, module: &mut QuoteWat<'_>, message: &str) -> Checked {
        let of_a_proposal = |error: &Error, module: &mut QuoteWat<'_>| {
            let bytes = module.encode();
            self.features == Features::All && bytes.is_ok_and(|bytes| is_of_a_proposal(error, &bytes))
        };
        match self.parse(module) {
            Ok(_) => failed(format!("accepted, expected \"{message}\"")),
            Err(error) if of_a_proposal(&error, module) => {
                Err(Miss::Skipped(format!("refused already for a proposal: {}", error.message)))
            }
            Err(_) => Ok(()),
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

    /// The instance that a script goes on with. Imports from what no script has registered are its host's.
    fn provide(&mut self, module: &Module) -> Result<E::Instance, Miss> {
        let outcome = self.instantiate(module)?;
        let from_host = module.imports.iter().find(|import| !self.registered.contains_key(&import.module));
        match (outcome, from_host) {
            (Err(Failure::Unlinkable(_)), Some(import)) => {
                Err(Miss::Skipped(format!("imports {} from {}, a host's", import.name, import.module)))
            }
            (outcome, _) => outcome.or_else(|failure| missed("an instance", failure)),
        }
    }

    fn define_instance(&mut self, module: Result<Module, Miss>, id: Option<String>) -> Checked {
        let instance = module.and_then(|module| self.provide(&module));
        self.cut_short = skipped(&instance);
        self.current = instance.as_ref().map(E::Instance::clone).map_err(|miss| miss.reason().to_string());
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

    /// What a module does until it traps remains.
    fn execute_to_trap(&mut self, exec: WastExecute<'_>) -> Result<Result<Vec<Value>, Failure>, Miss> {
        let outcome = self.execute(exec);
        if let Some(why) = skipped(&outcome) {
            self.cut_short = Some(why);
        }
        outcome
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
            None => failed(format!("no function \"{}\" that takes {}", invoke.name, text(&args))),
        }
    }
}

/// Why something was skipped, if it was.
fn skipped<T>(outcome: &Result<T, Miss>) -> Option<String> {
    match outcome {
        Err(Miss::Skipped(why)) => Some(why.clone()),
        _ => None,
    }
}

fn name(id: Id<'_>) -> String {
    id.name().into()
}

fn missed<T>(expected: &str, failure: Failure) -> Result<T, Miss> {
    match failure {
        Failure::Unsupported(why) | Failure::NotTried(why) => Err(Miss::Skipped(why)),
        Failure::Machine(why) => failed(why),
        Failure::Stopped(stop @ Stop::Exhausted(Exhausted::PhysicalMemory)) => {
            Err(Miss::Skipped(format!("more memory than there is: {}", stop.message())))
        }
        Failure::Unlinkable(why) => failed(format!("expected {expected}, got link error: {why}")),
        Failure::Stopped(Stop::Exhausted(Exhausted::Cycles)) => {
            failed(format!("expected {expected}, got no end of the call within --limit"))
        }
        Failure::Stopped(stop) => failed(format!("expected {expected}, got \"{stop}\"")),
    }
}

/// The suite's messages are at times shorter, at times longer than the trap's name.
fn same(found: &str, expected: &str) -> bool {
    found.starts_with(expected) || expected.starts_with(found)
}

/// As it is called in scripts.
fn label(directive: &WastDirective<'_>) -> &'static str {
    match directive {
        WastDirective::AssertException { .. } => "assert_exception",
        WastDirective::AssertSuspension { .. } => "assert_suspension",
        WastDirective::AssertMalformedCustom { .. } => "assert_malformed_custom",
        WastDirective::AssertInvalidCustom { .. } => "assert_invalid_custom",
        WastDirective::Thread(_) => "thread",
        WastDirective::Wait { .. } => "wait",
        _ => "another one",
    }
}
