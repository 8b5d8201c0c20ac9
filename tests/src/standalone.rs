//! Programs in the flash of a board that stands alone.

use boards::Board;
use firmware_loader::choice::choose;
use firmware_loader::gate::{Strictness, Target, hosted_image};
use firmware_loader::standalone;
use sim::board;
use std::path::Path;

/// Changes the LEDs and says so on the serial line whenever so many cycles have passed.
pub const BLINK: &str = r#"(module
    (import "wafer" "leds" (func $leds (param i32)))
    (import "wafer" "cycles" (func $cycles (result i32)))
    (import "wafer" "serial_write" (func $put (param i32)))
    (func (export "blink") (param $period i32) (local $lit i32) (local $since i32)
        (loop $forever
            (local.set $lit (i32.xor (local.get $lit) (i32.const 1)))
            (call $leds (local.get $lit))
            (call $put (i32.add (i32.const 48) (local.get $lit)))
            (local.set $since (call $cycles))
            (loop $wait (br_if $wait
                (i32.lt_u (i32.sub (call $cycles) (local.get $since)) (local.get $period))))
            (br $forever))))"#;

/// What is installed for a call of a function of a module in the text format.
pub fn installed(board: &Board, text: &str, function: &str, arguments: &[&str]) -> Vec<u8> {
    let bytes = wat::parse_str(text).unwrap_or_else(|e| panic!("{e}"));
    let module = firmware_loader::parse(&bytes).unwrap_or_else(|e| panic!("{e}"));
    let arguments: Vec<String> = arguments.iter().map(|text| text.to_string()).collect();
    let choice = choose(&module, Path::new("test.wat"), Some(function), &arguments).unwrap_or_else(|e| panic!("{e}"));
    let program = standalone::link(&bytes, choice.as_ref(), board).unwrap_or_else(|e| panic!("{}: {e}", board.name));
    let target = Target::of_plan(board.plan, boards::PLANS);
    let image = hosted_image(&program.module, &target, |_| true, Strictness::Strict);
    let image = image.unwrap_or_else(|e| panic!("{}: {e}", board.name));
    standalone::recording(board, &image, program.entry)
}

/// Cycles that it takes to hear a recording, and some more.
pub fn heard(recording: &[u8]) -> u64 {
    recording.len() as u64 * 8 * u64::from(isa::boot::CYCLES_PER_BIT) + 2000
}

/// When the first LED changes from now on, so many times or
/// as often as it does within so many cycles.
pub fn changes(hardware: &mut board::Board, count: usize, within: u64) -> Vec<u64> {
    let (mut times, mut last) = (Vec::new(), hardware.leds() & 1);
    let end = hardware.cycles() + within;
    while times.len() < count && hardware.cycles() < end {
        hardware.run(16);
        let now = hardware.leds() & 1;
        if now != last {
            times.push(hardware.cycles());
        }
        last = now;
    }
    times
}
