;; The functions of `arduino` that need a memory.
(module
  (import "wafer" "serial_write" (func $put (param i32)))
  (import "program" "memory" (memory 0))

  (func (export "arduino.print") (param $text i32) (param $bytes i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $bytes)))
        (call $put (i32.load8_u (local.get $text)))
        (local.set $text (i32.add (local.get $text) (i32.const 1)))
        (local.set $bytes (i32.sub (local.get $bytes) (i32.const 1)))
        (br $next))))

  ;; "Wafer" and a 0, as far as there is room.
  (func (export "arduino.getGreeting") (param $buffer i32) (param $room i32) (local $text i64)
    (local.set $text (i64.const 0x7265666157))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $room)))
        (i64.store8 (local.get $buffer) (local.get $text))
        (br_if $done (i64.eqz (local.get $text)))
        (local.set $text (i64.shr_u (local.get $text) (i64.const 8)))
        (local.set $buffer (i32.add (local.get $buffer) (i32.const 1)))
        (local.set $room (i32.sub (local.get $room) (i32.const 1)))
        (br $next)))))
