;; A value that `local.tee` leaves on the stack is moved to its slot before a `select` whose condition stands in its
;; group. The move was once taken for the condition, and the second value was always chosen.
;; sim-large: constant 70 80 0 => return 70
;; sim-large: local 70 80 0 => return 80
;; sim-large: local 70 80 5 => return 70
;; sim-large: typed 70 80 1 => return 70
;; sim-large: long 70 80 1 => return 70
;; alchitry-cu: constant 70 80 0 => return 70
;; alchitry-cu: local 70 80 0 => return 80
;; alchitry-cu: local 70 80 5 => return 70
;; icebreaker: local 70 80 0 => return 80
;; icebreaker: local 70 80 5 => return 70
(module
  (global $one i32 (i32.const 1))
  (func (export "constant") (param i32 i32 i32) (result i32) (local i32)
    local.get 0 local.get 1 local.tee 3 i32.const 1 select)
  (func (export "local") (param i32 i32 i32) (result i32) (local i32)
    local.get 0 local.get 1 local.tee 3 local.get 2 select)
  (func (export "typed") (param i32 i32 i32) (result i32) (local i32)
    local.get 0 local.get 1 local.tee 3 global.get $one select (result i32))
  (func (export "long") (param i64 i64 i32) (result i64) (local i64)
    local.get 0 local.get 1 local.tee 3 local.get 2 select))
