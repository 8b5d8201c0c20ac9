//! Devices by the host.

use super::*;
use isa::outcome::{Exhausted, Stop};

/// In the order of `Device::ALL`.
#[test]
fn devices_are_answered_and_the_serial_line_is_the_streams() {
    let module = parse_text(
        r#"(module (import "wafer" "leds" (func (param i32))) (import "wafer" "buttons" (func (result i32)))
            (import "wafer" "cycles" (func (result i32))) (import "wafer" "uart_write" (func (param i32)))
            (import "wafer" "uart_read" (func (result i32))) (import "wafer" "timer" (func (param i32))))"#,
    )
    .unwrap();
    let (mut wasi, out, err) = (Wasi::new(&module), Output::default(), Output::default());
    let input: &[u8] = b"\xffA";
    wasi.streams(Box::new(input), (Box::new(out.clone()), false), (Box::new(err.clone()), false));
    let mut call = |function: u32, args: &[u64]| {
        let values: Vec<_> = args.iter().map(|&bits| Value { ty: ValType::I32, bits }).collect();
        match wasi.call(function, &values, &mut Bytes(Vec::new())) {
            Ok(Reply::Results(values)) => values.iter().map(|value| value.bits).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        }
    };
    for leds in [0x13, 3, 0xc] {
        assert!(call(0, &[leds]).is_empty());
    }
    assert_eq!((call(1, &[]), call(2, &[])), (vec![0], vec![5]), "no buttons, and cycles modulo 2^32");
    for byte in *b"a\n" {
        assert!(call(3, &[0xff00 | u64::from(byte)]).is_empty());
    }
    let read = [(); 4].map(|()| call(4, &[])[0] as u32 as i32);
    assert_eq!(read, [0xff, 0x41, -1, -1]);
    let start = std::time::Instant::now();
    assert!(call(5, &[3_000]).is_empty());
    assert!(start.elapsed().as_micros() >= 3_000, "{:?}", start.elapsed());
    assert_eq!((&out.0.borrow()[..], &err.0.borrow()[..]), (&b"a\n"[..], &b"leds 0011\nleds 1100\n"[..]));
}

/// Only the component has a bus.
#[test]
fn devices_on_a_bus_are_not_provided() {
    let module = parse_text(
        r#"(module (import "wafer" "bus_read" (func (param i32) (result i32)))
            (import "wafer" "bus_write" (func (param i32 i32))) (import "wafer" "bus_error" (func (result i32))))"#,
    )
    .unwrap();
    assert!(module.imports.iter().all(|import| !firmware_loader::wasi::provides(&module, import)));
    let mut wasi = Wasi::new(&module);
    for (function, count) in [(0, 1), (1, 2), (2, 0)] {
        let args = vec![Value { ty: ValType::I32, bits: 0 }; count];
        let reply = wasi.call(function, &args, &mut Bytes(Vec::new()));
        assert!(matches!(reply, Ok(Reply::Stop(Stop::Exhausted(Exhausted::Import)))), "{function}");
    }
}

/// Text, pins and time; a pin beyond the LEDs is none, and a text beyond the memory a trap.
#[test]
fn the_names_of_arduino_are_answered() {
    let module = parse_text(
        r#"(module (import "arduino" "print" (func (param i32 i32))) (import "arduino" "getPinLED" (func (result i32)))
            (import "arduino" "pinMode" (func (param i32 i32))) (import "arduino" "digitalWrite" (func (param i32 i32)))
            (import "arduino" "digitalRead" (func (param i32) (result i32))) (import "arduino" "delay" (func (param i32)))
            (import "arduino" "millis" (func (result i32))) (import "arduino" "getGreeting" (func (param i32 i32)))
            (import "arduino" "delay" (func (param i64))))"#,
    )
    .unwrap();
    let provided: Vec<bool> =
        module.imports.iter().map(|import| firmware_loader::wasi::provides(&module, import)).collect();
    assert_eq!(provided, [true, true, true, true, true, true, true, true, false]);
    let (mut wasi, out, err) = (Wasi::new(&module), Output::default(), Output::default());
    wasi.streams(Box::new(std::io::empty()), (Box::new(out.clone()), false), (Box::new(err.clone()), false));
    let mut memory = Bytes(b"blink\n....".to_vec());
    let mut call = |function: u32, args: &[u64]| {
        let values: Vec<_> = args.iter().map(|&bits| Value { ty: ValType::I32, bits }).collect();
        wasi.call(function, &values, &mut memory)
    };
    let value = |reply| match reply {
        Ok(Reply::Results(values)) => values.iter().map(|value: &Value| value.bits).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    for (function, args, results) in [
        (0, &[0, 6][..], &[][..]),
        (1, &[], &[0]),
        (2, &[0, 1], &[]),
        (3, &[0, 1], &[]),
        (3, &[2, 7], &[]),
        (3, &[9, 1], &[]),
        (3, &[0, 0], &[]),
        (4, &[1], &[0]),
        (5, &[3], &[]),
        (7, &[6, 3], &[]),
        (0, &[6, 4], &[]),
    ] {
        assert_eq!(value(call(function, args)), results, "{function} {args:?}");
    }
    assert!(value(call(6, &[]))[0] >= 3);
    for (function, args) in [(0, [8, 3]), (0, [u64::from(u32::MAX), 2]), (7, [8, 3])] {
        let trap = Reply::Stop(Stop::Trap(isa::outcome::Trap::OutOfBoundsMemory));
        assert_eq!(call(function, &args).ok(), Some(trap), "{function} {args:?}");
    }
    assert_eq!(
        (&out.0.borrow()[..], &err.0.borrow()[..]),
        (&b"blink\nWaf."[..], &b"leds 0001\nleds 0101\nleds 0100\n"[..])
    );
}
