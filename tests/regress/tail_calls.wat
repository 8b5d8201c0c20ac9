;; Tail calls take no frame: many of them end, while calls would exhaust the stack. Expected values by hand.
;; sim-large: count 100000 => return 7
;; sim-large: count_indirect 1000 => return 7
;; sim-large: calls 5000 => exhausted call stack exhausted
;; sim-large: calls 4000 => return 4000
;; sim-large: swap 1 2 => return 21
;; sim-large: outer 5 => return 108
(module
  (type $t (func (param i32) (result i32)))
  (table 1 funcref)
  (elem (i32.const 0) func $count_indirect)
  (func $count (export "count") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (return_call $count (i32.sub (local.get 0) (i32.const 1))))
  (func $count_indirect (export "count_indirect") (param i32) (result i32) (local i64 i64)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (i64.const 1) (i64.const 2)
    (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))
  (func $calls (export "calls") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
    (i32.add (call $calls (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))
  (func $digits (param i32 i32) (result i32)
    (i32.add (i32.mul (local.get 0) (i32.const 10)) (local.get 1)))
  (func $swap (export "swap") (param i32 i32) (result i32)
    (return_call $digits (local.get 1) (local.get 0)))
  (func $shrink (param i32) (result i32) (local i64 i64 i64)
    (return_call $digits (i32.const 10) (i32.add (local.get 0) (i32.const 3))))
  (func (export "outer") (param i32) (result i32)
    i32.const 0
    (call $shrink (local.get 0))
    i32.add))
