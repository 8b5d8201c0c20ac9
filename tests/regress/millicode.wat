;; Each kind of instruction that the cores of boards execute by functions of the library, on the boards' own plans: with
;; immediates and without, with a trap in it, from within a block, below a local that was just written.
;; alchitry-cu: size => return 1
;; icebreaker: size => return 1
;; alchitry-cu: indirect 0 5 => return 6
;; alchitry-cu: indirect 1 5 => return 15
;; alchitry-cu: indirect 2 5 => trap uninitialized element
;; alchitry-cu: indirect 3 5 => trap indirect call type mismatch
;; alchitry-cu: indirect 9 5 => trap undefined element
;; icebreaker: indirect 0 5 => return 6
;; icebreaker: indirect 3 5 => trap indirect call type mismatch
;; alchitry-cu: instead 1 7 => return 21
;; icebreaker: instead 1 7 => return 21
;; alchitry-cu: nested 4 => return 13
;; icebreaker: nested 4 => return 13
;; alchitry-cu: copy 8 => return 2464388554683811942
;; icebreaker: copy 8 => return 2464388554683811942
;; alchitry-cu: copy 65530 => exhausted the access is inside the declared memory but beyond the memory of this board
;; icebreaker: copy 65534 => trap out of bounds memory access
;; icebreaker: grow 0 => return 1
;; icebreaker: grow 9 => return -1
;; alchitry-cu: deep 40 => return 820
(module
  (memory 1 3)
  (type $u (func (param i32) (result i32)))
  (table 4 funcref)
  (elem (i32.const 0) $next $triple)
  (elem (i32.const 3) $other)
  (func $next (type $u) (i32.add (local.get 0) (i32.const 1)))
  (func $triple (type $u) (i32.mul (local.get 0) (i32.const 3)))
  (func $other (param i32 i32) (result i32) (i32.const 0))
  (func (export "size") (result i32) (memory.size))
  (func (export "indirect") (param i32 i32) (result i32)
    (call_indirect (type $u) (local.get 1) (local.get 0)))
  (func (export "instead") (param i32 i32) (result i32)
    (return_call_indirect (type $u) (local.get 1) (local.get 0)))
  ;; An indirect call of the result of one, in a group with what is around it, below an operand.
  (func (export "nested") (param i32) (result i32) (local i32)
    (local.set 1 (i32.const 1))
    (i32.add
      (memory.size)
      (call_indirect (type $u)
        (call_indirect (type $u) (local.tee 0 (i32.sub (local.get 0) (local.get 1))) (i32.const 0))
        (local.get 1))))
  (func (export "copy") (param i32) (result i64)
    (i64.store (i32.const 0) (i64.const 0x1122334455667788))
    (memory.copy (i32.const 3) (i32.const 0) (local.get 0))
    (memory.fill (i32.const 20) (i32.const 0x1ab) (i32.const 7))
    (i64.load (i32.const 2)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  ;; Recursion through the table.
  (func $sum (type $u)
    (if (result i32) (local.get 0)
      (then
        (i32.add
          (local.get 0)
          (call_indirect (type $u) (i32.sub (local.get 0) (i32.const 1)) (i32.const 2))))
      (else (i32.const 0))))
  (func (export "deep") (param i32) (result i32)
    (table.set (i32.const 2) (ref.func $sum))
    (call $sum (local.get 0)))
  (elem declare func $sum))
