;; Time, from the cycles of the call. They overflow after a minute or more, so that who asks for the time has to ask
;; again before that; `delay` does.
(module
  (import "wafer" "cycles" (func $cycles (result i32)))
  (global $now (mut i32) (i32.const 0))
  ;; The cycle at which that millisecond began.
  (global $since (mut i32) (i32.const 0))

  (func $millis (export "arduino.millis") (result i32) (local $passed i32)
    (local.set $passed
      (i32.div_u (i32.sub (call $cycles) (global.get $since)) (i32.const CYCLES_OF_A_MILLISECOND)))
    (global.set $since
      (i32.add (global.get $since) (i32.mul (local.get $passed) (i32.const CYCLES_OF_A_MILLISECOND))))
    (global.set $now (i32.add (global.get $now) (local.get $passed)))
    (global.get $now))

  (func $wait (param $from i32) (param $count i32)
    (loop $again
      (br_if $again (i32.lt_u (i32.sub (call $cycles) (local.get $from)) (local.get $count)))))

  (func $delay (export "arduino.delay") (param $milliseconds i32) (local $from i32)
    (local.set $from (call $cycles))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $milliseconds)))
        (call $wait (local.get $from) (i32.const CYCLES_OF_A_MILLISECOND))
        (local.set $from (i32.add (local.get $from) (i32.const CYCLES_OF_A_MILLISECOND)))
        (drop (call $millis))
        (local.set $milliseconds (i32.sub (local.get $milliseconds) (i32.const 1)))
        (br $next))))

  (func (export "wafer.timer") (param $microseconds i32)
    (call $delay (i32.div_u (local.get $microseconds) (i32.const 1000)))
    (call $wait (call $cycles)
      (i32.div_u
        (i32.mul
          (i32.rem_u (local.get $microseconds) (i32.const 1000))
          (i32.const CYCLES_OF_A_MILLISECOND))
        (i32.const 1000)))))
