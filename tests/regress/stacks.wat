;; The call stack and the value stack, to the last frame and slot and one beyond. `down` has one slot of its own, and
;; `wide` has 21; both have up to two operands, and call themselves n times. alchitry-cu has 128 frames and 256 slots:
;; 11 x 21 + 23 = 254, 12 x 21 + 23 = 275.
;; alchitry-cu: down 126 => return 126
;; alchitry-cu: down 127 => return 127
;; alchitry-cu: down 128 => exhausted call stack exhausted
;; alchitry-cu: wide 11 => return 11
;; alchitry-cu: wide 12 => exhausted value stack exhausted
;; sim-large: down 4095 => return 4095
;; sim-large: down 4096 => exhausted call stack exhausted
(module
  (func $down (export "down") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (i32.add (call $down (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))))
  (func $wide (export "wide") (param i32) (result i32)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (i32.add (call $wide (i32.sub (local.get 0) (i32.const 1))) (i32.const 1))))))
