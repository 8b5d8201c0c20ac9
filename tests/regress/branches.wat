;; Branches that unwind the stack, carry several values, return from inside, and tables of them.
;; sim-large: unwind 5 => return 105
;; sim-large: two 1 => return 21
;; sim-large: two 0 => return 12
;; sim-large: pick 0 => return 11
;; sim-large: pick 1 => return 22
;; sim-large: pick 2 => return 33
;; sim-large: pick 3 => return 10
;; sim-large: pick -1 => return 10
;; sim-large: early 1 => return 7
;; sim-large: early 0 => return 8
;; alchitry-cu: unwind 5 => return 105
;; alchitry-cu: pick 2 => return 33
(module
  (func (export "unwind") (param i32) (result i32)
    (i32.const 100)
    (block (result i32)
      (i32.const 1) (i32.const 2) (i32.const 3)
      (br 0 (local.get 0)))
    i32.add)
  (func $swap (param i32 i32) (result i32 i32) (local.get 1) (local.get 0))
  (func (export "two") (param i32) (result i32)
    (local i32)
    (i32.const 1) (i32.const 2)
    (if (param i32 i32) (result i32 i32) (local.get 0) (then (call $swap)) (else))
    (local.set 1)
    (i32.mul (i32.const 10))
    (i32.add (local.get 1)))
  (func (export "pick") (param i32) (result i32)
    (block (result i32)
      (block (result i32)
        (block (result i32)
          (br_table 0 1 2 3 (i32.const 10) (local.get 0)))
        (return (i32.add (i32.const 1))))
      (return (i32.add (i32.const 12))))
    (i32.add (i32.const 23)))
  (func (export "early") (param i32) (result i32)
    (i32.const 5) (i32.const 6)
    (if (local.get 0) (then (return (i32.const 7))))
    drop drop
    (i32.const 8)))
