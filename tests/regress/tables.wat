;; Tables, indirect calls and references. Expected values by hand: $a gives 10, $b 20, $c its argument plus 1.
;; sim-large: call 0 => return 10
;; sim-large: call 1 => return 20
;; sim-large: call 2 => trap indirect call type mismatch
;; sim-large: call 3 => trap uninitialized element
;; sim-large: call 4 => trap undefined element
;; sim-large: call -1 => trap undefined element
;; sim-large: call_with 2 41 => return 42
;; sim-large: size => return 4
;; sim-large: grow 3 => return 407
;; sim-large: grow 0 => return 404
;; sim-large: grow 7 => return -96
;; sim-large: null 0 => return 0
;; sim-large: null 3 => return 1
;; sim-large: null 4 => trap out of bounds table access
;; sim-large: set_and_call 3 => return 20
;; sim-large: set_and_call 4 => trap out of bounds table access
;; sim-large: copy_and_call 0 1 3 0 => return 20
;; sim-large: copy_and_call 1 0 3 2 => return 20
;; sim-large: copy_and_call 2 0 3 0 => trap out of bounds table access
;; sim-large: copy_and_call 4 4 0 0 => return 10
;; sim-large: init_and_call 1 1 2 1 => return 10
;; sim-large: init_and_call 1 1 2 2 => return 20
;; sim-large: init_and_call 0 2 2 0 => trap out of bounds table access
;; sim-large: fill_and_call 1 3 2 => return 20
;; sim-large: fill_and_call 1 4 2 => trap out of bounds table access
;; sim-large: drop_and_init 0 => return 10
;; sim-large: drop_and_init 1 => trap out of bounds table access
;; sim-large: typed 1 => return 7
(module
  (type $none (func (result i32)))
  (type $one (func (param i32) (result i32)))
  (table $t 4 10 funcref)
  (table $u 2 funcref)
  (elem (table $t) (i32.const 0) func $a $b $c)
  (elem $more funcref (ref.func $c) (ref.func $a) (ref.func $b))
  (func $a (type $none) i32.const 10)
  (func $b (type $none) i32.const 20)
  (func $c (type $one) (i32.add (local.get 0) (i32.const 1)))
  (func $call (export "call") (param i32) (result i32) (call_indirect $t (type $none) (local.get 0)))
  (func (export "call_with") (param i32 i32) (result i32)
    (call_indirect $t (type $one) (local.get 1) (local.get 0)))
  (func (export "size") (result i32) (table.size $t))
  (func (export "grow") (param i32) (result i32)
    (i32.mul (table.grow $t (ref.func $a) (local.get 0)) (i32.const 100))
    (i32.add (table.size $t)))
  (func (export "null") (param i32) (result i32) (ref.is_null (table.get $t (local.get 0))))
  (func (export "set_and_call") (param i32) (result i32)
    (table.set $t (local.get 0) (ref.func $b))
    (call $call (local.get 0)))
  (func (export "copy_and_call") (param i32 i32 i32 i32) (result i32)
    (table.copy $t $t (local.get 0) (local.get 1) (local.get 2))
    (call $call (local.get 3)))
  (func (export "init_and_call") (param i32 i32 i32 i32) (result i32)
    (table.init $t $more (local.get 0) (local.get 1) (local.get 2))
    (call $call (local.get 3)))
  (func (export "fill_and_call") (param i32 i32 i32) (result i32)
    (table.fill $t (local.get 0) (ref.func $b) (local.get 1))
    (call $call (local.get 2)))
  (func (export "drop_and_init") (param i32) (result i32)
    (elem.drop $more)
    (table.init $u $more (i32.const 0) (i32.const 0) (local.get 0))
    (call $call (i32.const 0)))
  (func (export "typed") (param i32) (result i32)
    (if (result i32) (ref.is_null (select (result funcref) (ref.null func) (ref.func $a) (local.get 0)))
      (then (i32.const 7)) (else (i32.const 8)))))
