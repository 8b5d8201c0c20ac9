;; The module `arduino` as github.com/wasm3/wasm3-arduino has it: pins 0 to 3 are the LEDs when they are written, and the
;; buttons when they are read.
(module
  (import "wafer" "leds" (func $leds (param i32)))
  (import "wafer" "buttons" (func $buttons (result i32)))
  (global $lit (mut i32) (i32.const 0))

  (func (export "arduino.getPinLED") (result i32) (i32.const 0))
  (func (export "arduino.pinMode") (param $pin i32) (param $mode i32))
  (func (export "arduino.digitalRead") (param $pin i32) (result i32)
    (i32.and (i32.shr_u (call $buttons) (local.get $pin)) (i32.const 1)))
  (func (export "arduino.digitalWrite") (param $pin i32) (param $level i32)
    (global.set $lit
      (i32.or
        (i32.and (global.get $lit) (i32.rotl (i32.const -2) (local.get $pin)))
        (i32.shl (i32.ne (local.get $level) (i32.const 0)) (local.get $pin))))
    (call $leds (global.get $lit))))
