;; Each trap of the integer instructions, and what lies just beside it.
;; sim-large: div 7 0 => trap integer divide by zero
;; sim-large: div -2147483648 -1 => trap integer overflow
;; sim-large: div -2147483648 1 => return -2147483648
;; sim-large: rem -2147483648 -1 => return 0
;; sim-large: div64 -9223372036854775808 -1 => trap integer overflow
;; sim-large: rem64 5 0 => trap integer divide by zero
;; sim-large: stop => trap unreachable
;; sim-large: load 65532 => return 0
;; sim-large: load 65533 => trap out of bounds memory access
;; sim-large: load -1 => trap out of bounds memory access
;; sim-large: load64 65528 => return 0
;; sim-large: load64 65529 => trap out of bounds memory access
;; alchitry-cu: load 65532 => return 0
;; alchitry-cu: load 65533 => trap out of bounds memory access
(module
  (memory 1)
  (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "rem") (param i32 i32) (result i32) (i32.rem_s (local.get 0) (local.get 1)))
  (func (export "div64") (param i64 i64) (result i64) (i64.div_s (local.get 0) (local.get 1)))
  (func (export "rem64") (param i64 i64) (result i64) (i64.rem_u (local.get 0) (local.get 1)))
  (func (export "stop") unreachable)
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "load64") (param i32) (result i64) (i64.load (local.get 0))))
