//! Programs to load, and what they return.

use crate::device::Device;
use crate::line::{Faults, TestLine};
use firmware_loader::gate::{Target, linked_image};
use firmware_loader::host::{Host, Memory, Reply};
use firmware_loader::line::Line;
use firmware_loader::parse_text;
use firmware_loader::session::{Call, Ending, Finished, Limit, LinkError, Session};
use firmware_loader::upload::Upload;
use isa::image::Image;
use isa::initial::Bindings;
use isa::module::Module;
use isa::outcome::{Exhausted, Stop, Trap};
use isa::plan::{CoreKind, CorePlan};
use isa::types::{ValType, Value};
use std::time::Duration;

/// Data, a global that changes, arguments: each makes a difference to the result.
pub const SUM: &str = r#"(module (memory 1) (global (mut i32) (i32.const 3)) (data (i32.const 1000) "\05\00\00\00")
    (func (export "f") (param i32 i32) (result i32)
        local.get 0 local.get 1 i32.mul i32.const 1000 i32.load i32.add
        global.get 0 i32.add i32.const 9 global.set 0))"#;
/// The host doubles what it gets and writes it into memory too.
pub const IMPORT: &str = r#"(module (import "host" "double" (func (param i32) (result i32))) (memory 1)
    (func (export "f") (param i32 i32) (result i32)
        local.get 0 call 0 local.get 1 call 0 i32.add i32.const 101 i32.load i32.add))"#;
pub const TRAP: &str = r#"(module (func (export "f") (param i32 i32) (result i32)
    i32.const 1 local.set 0 unreachable))"#;
pub const FOREVER: &str = r#"(module (func (export "f") (param i32 i32) (result i32) loop br 0 end i32.const 1))"#;

/// A small board, on which the host resolves.
pub const PLAN: CorePlan = CorePlan { kind: CoreKind::Full { resolver: false }, ..boards::ALCHITRY_CU };

pub struct Program {
    text: &'static str,
    pub module: Module,
    pub image: Image,
}

pub const ARGS: [u32; 2] = [6, 7];

impl Program {
    pub fn new(text: &'static str) -> Program {
        let module = parse_text(text).unwrap_or_else(|e| panic!("{e}"));
        let target = Target::of_plan(&PLAN, boards::PLANS);
        let image = linked_image(&module, &Bindings::default(), &target).unwrap_or_else(|e| panic!("{e}"));
        Program { text, module, image }
    }

    /// What a call with [`ARGS`] does, if nothing goes wrong on the way.
    pub fn expected(&self) -> Ending {
        let [a, b] = ARGS;
        let returned = |value: u32| Ending::Returned(vec![i32(value)]);
        match self.text {
            SUM => returned(a * b + 5 + 3),
            IMPORT => returned(2 * a + 2 * b + 2 * b),
            // Behind the size, no locals, `i32.const 1` and `local.set 0`.
            TRAP => Ending::Stopped(Stop::Trap(Trap::Unreachable), 6),
            _ => Ending::Stopped(Stop::Exhausted(Exhausted::Time), 0),
        }
    }

    pub fn call(&self, session: &mut Session<&mut TestLine>) -> Result<Finished, LinkError> {
        let args = ARGS.map(i32);
        let function = self.module.exported_function("f").expect("every program has f");
        let call = Call { module: &self.module, image: &self.image, function, args: &args };
        let end = session.line().now() + Duration::from_millis(300);
        let limit = session.limit(Limit::At(end));
        let finished = session.call(&call, &mut Doubles);
        session.limit(limit);
        finished
    }
}

pub fn i32(value: u32) -> Value {
    Value { ty: ValType::I32, bits: value.into() }
}

struct Doubles;

impl<M: Memory> Host<M> for Doubles {
    fn call(&mut self, function: u32, args: &[Value], memory: &mut M) -> Result<Reply, M::Error> {
        assert_eq!((function, args.len()), (0, 1));
        let double = 2 * args[0].bits as u32;
        // Across rows.
        memory.write(101, &double.to_le_bytes())?;
        let mut back = [0; 4];
        memory.read(101, &mut back)?;
        Ok(Reply::Results(vec![i32(u32::from_le_bytes(back))]))
    }
}

/// Loads and calls.
pub fn session(line: &mut TestLine, nonce: u32, program: &Program) -> Result<Finished, LinkError> {
    let mut session = Session::connect(line, nonce)?;
    session.expect(PLAN.name, &PLAN)?;
    let upload = Upload::new(&program.image, &PLAN, session.board());
    session.load(&upload, |_| {})?;
    program.call(&mut session)
}

pub fn good_line() -> TestLine {
    TestLine::new(Device::new(&PLAN), Faults::default(), 0)
}
