//! Programs for a board, loaded and called through the loader's session, with what each has to end with.

use crate::kernels;
use crate::wasmi_executor::Other;
use firmware_loader::host::{Host, Memory, Reply};
use firmware_loader::line::Line;
use firmware_loader::session::{BoardMemory, Call, Ending, Finished, Limit, LinkError, Session};
use firmware_loader::upload::Upload;
use isa::image::Image;
use isa::module::Module;
use isa::outcome::{Stop, Trap};
use isa::types::{ValType, Value};
use std::time::Duration;

fn i32(value: i32) -> Value {
    Value { ty: ValType::I32, bits: value as u32 as u64 }
}

/// Longer than the calls here take.
const PATIENCE: Duration = Duration::from_millis(20);

/// A module and what a call of its function does, from `wasmi` where it returns.
pub struct Program {
    pub module: Module,
    pub function: &'static str,
    pub args: Vec<Value>,
    pub expected: Ending,
}

impl Program {
    /// From the text format.
    pub fn text(text: &str, function: &'static str, args: &[i32]) -> Program {
        let bytes = wat::parse_str(text).unwrap_or_else(|e| panic!("{e}"));
        Program::bytes(&bytes, function, args)
    }

    fn bytes(bytes: &[u8], function: &'static str, args: &[i32]) -> Program {
        let module = firmware_loader::parse(bytes).unwrap_or_else(|e| panic!("{e}"));
        let args: Vec<_> = args.iter().copied().map(i32).collect();
        let mut other = Other::new(bytes).unwrap_or_else(|e| panic!("{e:?}"));
        let values = other.call(function, &args, &[ValType::I32]).unwrap_or_else(|e| panic!("{e:?}"));
        Program { module, function, args, expected: Ending::Returned(values) }
    }

    /// One of `tests/kernels`.
    pub fn kernel(name: &str, argument: i32) -> Program {
        let kernel = kernels::all().into_iter().find(|k| k.name == name).expect("is a kernel");
        Program { module: kernel.module, ..Program::bytes(kernels::module(name), "run", &[argument]) }
    }

    pub fn image(&self, board: &boards::Board) -> Image {
        firmware_loader::image(&self.module, &sim::load::target(board.plan)).unwrap_or_else(|e| panic!("{e}"))
    }

    /// Loads and calls.
    pub fn run<L: Line>(&self, line: &mut L, board: &boards::Board, nonce: u32) -> Result<Ending, LinkError> {
        self.measure(line, board, nonce).map(|finished| finished.ending)
    }

    /// The same with all that is known about the call.
    pub fn measure<L: Line>(&self, line: &mut L, board: &boards::Board, nonce: u32) -> Result<Finished, LinkError> {
        let image = self.image(board);
        let mut session = Session::connect(line, nonce)?;
        session.expect(board.name, board.plan)?;
        load(&mut session, &image, board)?;
        self.finish(&mut session, &image, PATIENCE)
    }

    /// Calls what is loaded.
    pub fn call<L: Line>(&self, session: &mut Session<L>, image: &Image) -> Result<Ending, LinkError> {
        self.call_for(session, image, PATIENCE)
    }

    /// The same, given up after this time of the line.
    pub fn call_for<L: Line>(
        &self,
        session: &mut Session<L>,
        image: &Image,
        time: Duration,
    ) -> Result<Ending, LinkError> {
        self.finish(session, image, time).map(|finished| finished.ending)
    }

    fn finish<L: Line>(&self, session: &mut Session<L>, image: &Image, time: Duration) -> Result<Finished, LinkError> {
        let function = self.module.exported_function(self.function).expect("is exported");
        let call = Call { module: &self.module, image, function, args: &self.args };
        call_within(session, &call, &mut Nobody, time)
    }
}

/// A call that is halted after this time of the line.
pub fn call_within<L: Line, H: for<'b> Host<BoardMemory<'b, L>>>(
    session: &mut Session<L>,
    call: &Call<'_>,
    host: &mut H,
    time: Duration,
) -> Result<Finished, LinkError> {
    let end = session.line().now() + time;
    let limit = session.limit(Limit::At(end));
    let finished = session.call(call, host);
    session.limit(limit);
    finished
}

/// Loads an image as it is.
pub fn load<L: Line>(session: &mut Session<L>, image: &Image, board: &boards::Board) -> Result<(), LinkError> {
    let upload = Upload::new(image, board.plan, session.board());
    session.load(&upload, |_| {})
}

/// Answers no imports.
struct Nobody;

impl<M: Memory> Host<M> for Nobody {
    fn call(&mut self, function: u32, _: &[Value], _: &mut M) -> Result<Reply, M::Error> {
        panic!("the programs here import nothing, but function {function} was called")
    }
}

/// Adds two numbers.
pub const ADD: &str = r#"(module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))"#;
/// A product of 32 bits, and the upper half of one of 64.
pub const PRODUCT: &str = r#"(module (func (export "f") (param i32) (result i32)
    (i32.xor
        (i32.mul (local.get 0) (i32.const 0x9e3779b1))
        (i32.wrap_i64 (i64.shr_u
            (i64.mul (i64.extend_i32_s (local.get 0)) (i64.const 0x5851f42d4c957f2d))
            (i64.const 32))))))"#;
/// Root, quotient, product and sum of two precisions: the low bits of the last, with the argument.
pub const FLOATS: &str = r#"(module (func (export "f") (param i32) (result i32) (local f64)
    (local.set 1 (f64.div (f64.sqrt (f64.convert_i32_s (local.get 0))) (f64.const 3.7)))
    (i32.xor
        (i32.wrap_i64 (i64.reinterpret_f64 (f64.mul (local.get 1) (local.get 1))))
        (i32.add
            (i32.reinterpret_f32 (f32.sub (f32.demote_f64 (local.get 1)) (f32.const 1.25)))
            (i32.trunc_sat_f64_s (f64.mul (local.get 1) (f64.const 1e6)))))))"#;
/// Stores its argument, loads it back and adds a global.
pub const STORES: &str = r#"(module (memory 1) (global (mut i32) (i32.const 3)) (data (i32.const 1000) "\05\00\00\00")
    (func (export "f") (param i32) (result i32)
        i32.const 1000 local.get 0 i32.store i32.const 1000 i32.load global.get 0 i32.add i32.const 9 global.set 0))"#;
/// How many primes there are below a number, by a sieve from address 0 on.
pub const PRIMES: &str = r#"(module (memory 1)
    (func (export "f") (param $n i32) (result i32) (local $i i32) (local $j i32) (local $count i32)
        (local.set $i (i32.const 2))
        (loop $next
            (if (i32.eqz (i32.load8_u (local.get $i))) (then
                (local.set $count (i32.add (local.get $count) (i32.const 1)))
                (local.set $j (i32.mul (local.get $i) (local.get $i)))
                (block $done (loop $cross
                    (br_if $done (i32.ge_u (local.get $j) (local.get $n)))
                    (i32.store8 (local.get $j) (i32.const 1))
                    (local.set $j (i32.add (local.get $j) (local.get $i)))
                    (br $cross)))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
        (local.get $count)))"#;
/// The FNV-1a hash of the numbers from n down to 1, of 64 bits, folded.
pub const FNV: &str = r#"(module
    (func (export "f") (param $n i32) (result i32) (local $h i64)
        (local.set $h (i64.const 0xcbf29ce484222325))
        (loop $next
            (local.set $h (i64.mul (i64.xor (local.get $h) (i64.extend_i32_u (local.get $n))) (i64.const 1099511628211)))
            (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (i32.wrap_i64 (i64.xor (local.get $h) (i64.shr_u (local.get $h) (i64.const 32))))))"#;
/// Prints by WASI what it computes.
pub const HELLO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10")
    (data (i32.const 16) "hello: 6 * 7 = ")
    (func $digits (param $n i32) (param $at i32) (result i32)
        (if (i32.ge_u (local.get $n) (i32.const 10)) (then
            (local.set $at (call $digits (i32.div_u (local.get $n) (i32.const 10)) (local.get $at)))))
        (i32.store8 (local.get $at) (i32.add (i32.const 48) (i32.rem_u (local.get $n) (i32.const 10))))
        (i32.add (local.get $at) (i32.const 1)))
    (func (export "_start") (local $end i32)
        (local.set $end (call $digits (i32.mul (i32.const 6) (i32.const 7)) (i32.const 31)))
        (i32.store8 (local.get $end) (i32.const 10))
        (i32.store (i32.const 4) (i32.sub (local.get $end) (i32.const 15)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;
/// Divides 7 by its argument.
pub const TRAP: &str = r#"(module (func (export "f") (param i32) (result i32) i32.const 7 local.get 0 i32.div_u))"#;

/// Divides by zero.
pub fn trap() -> Program {
    let mut program = Program::text(TRAP, "f", &[1]);
    program.args = vec![i32(0)];
    // Size, no locals, `i32.const 7`, `local.get 0`, then the division.
    program.expected = Ending::Stopped(Stop::Trap(Trap::DivideByZero), 6);
    program
}
