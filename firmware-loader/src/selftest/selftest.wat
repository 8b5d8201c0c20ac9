;; What the self-test runs on a board. It fits the smallest one: 2 KiB of code, 2 KiB of linear memory.
(module
  (import "wafer" "leds" (func $leds (param i32)))
  (import "wafer" "buttons" (func $buttons (result i32)))
  (import "wafer" "cycles" (func $cycles (result i32)))
  (import "wafer" "uart_read" (func $read (result i32)))
  (import "wafer" "uart_write" (func $write (param i32)))
  ;; More than any small board has, so that its end is found too.
  (memory 2)
  (data (i32.const 0) "123456789")
  (data (i32.const 16) "foobar")

  ;; Calls and returns.
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1)))
                     (call $fib (i32.sub (local.get $n) (i32.const 2)))))))

  ;; Primes below a number, by a sieve behind the data: bytes.
  (func (export "primes") (param $n i32) (result i32) (local $i i32) (local $j i32) (local $count i32)
    (local.set $i (i32.const 2))
    (loop $clear
      (i32.store8 offset=32 (local.get $j) (i32.const 0))
      (br_if $clear (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (local.get $n))))
    (loop $next
      (if (i32.eqz (i32.load8_u offset=32 (local.get $i))) (then
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (local.set $j (i32.mul (local.get $i) (local.get $i)))
        (block $done (loop $cross
          (br_if $done (i32.ge_u (local.get $j) (local.get $n)))
          (i32.store8 offset=32 (local.get $j) (i32.const 1))
          (local.set $j (i32.add (local.get $j) (local.get $i)))
          (br $cross)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $count))

  ;; CRC-32 of the first bytes of memory, bit by bit: shifts.
  (func (export "crc32") (param $bytes i32) (result i32) (local $at i32) (local $bit i32) (local $crc i32)
    (local.set $crc (i32.const -1))
    (loop $next
      (local.set $crc (i32.xor (local.get $crc) (i32.load8_u (local.get $at))))
      (local.set $bit (i32.const 8))
      (loop $shift
        (local.set $crc (i32.xor
          (i32.shr_u (local.get $crc) (i32.const 1))
          (i32.and (i32.const 0xedb88320) (i32.sub (i32.const 0) (i32.and (local.get $crc) (i32.const 1))))))
        (br_if $shift (local.tee $bit (i32.sub (local.get $bit) (i32.const 1)))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $bytes))))
    (i32.xor (local.get $crc) (i32.const -1)))

  ;; FNV-1a of bytes from address 16 on: multiplications of 64 bits.
  (func (export "fnv") (param $bytes i32) (result i64) (local $at i32) (local $hash i64)
    (local.set $hash (i64.const 0xcbf29ce484222325))
    (loop $next
      (local.set $hash (i64.mul
        (i64.xor (local.get $hash) (i64.load8_u offset=16 (local.get $at)))
        (i64.const 0x100000001b3)))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $bytes))))
    (local.get $hash))

  ;; A power of ten modulo 1000000007: divisions of 64 bits.
  (func (export "power") (param $n i32) (result i64) (local $x i64)
    (local.set $x (i64.const 1))
    (loop $next
      (local.set $x (i64.rem_u (i64.mul (local.get $x) (i64.const 10)) (i64.const 1000000007)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))

  ;; Steps of the Collatz sequence down to 1: branches that are hard to predict.
  (func (export "collatz") (param $n i32) (result i32) (local $steps i32)
    (loop $next
      (local.set $n (if (result i32) (i32.and (local.get $n) (i32.const 1))
        (then (i32.add (i32.mul (local.get $n) (i32.const 3)) (i32.const 1)))
        (else (i32.shr_u (local.get $n) (i32.const 1)))))
      (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
      (br_if $next (i32.ne (local.get $n) (i32.const 1))))
    (local.get $steps))

  ;; Days of a year from those of its months: tables of branches.
  (func (export "days") (param $month i32) (result i32) (local $sum i32)
    (loop $next
      (block $february (block $short (block $long
        (br_table $long $february $long $short $long $short $long $long $short $long $short $long
          (local.tee $month (i32.sub (local.get $month) (i32.const 1)))))
        (local.set $sum (i32.add (local.get $sum) (i32.const 1))))
        (local.set $sum (i32.add (local.get $sum) (i32.const 2))))
      (local.set $sum (i32.add (local.get $sum) (i32.const 28)))
      (br_if $next (local.get $month)))
    (local.get $sum))

  ;; Ends without a result.
  (func (export "unreachable") unreachable)
  (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func $deep (export "deep") (call $deep))
  (func $wide (export "wide") (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (call $wide))
  (func (export "forever") (loop (br 0)))

  ;; Devices.
  (func (export "lights") (param i32) (call $leds (local.get 0)))
  (func (export "pressed") (result i32) (call $buttons))
  (func (export "ticks") (result i32) (i32.gt_u (call $cycles) (i32.const 0)))
  (func (export "echo") (call $write (i32.add (call $read) (i32.const 1)))))
