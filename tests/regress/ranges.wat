;; memory.fill, copy, init, size and grow. Expected values by hand.
;; sim-large: fill 5 7 3 4 => return 117901060
;; sim-large: fill 65533 1 3 65532 => return 16843008
;; sim-large: fill 65533 1 4 0 => trap out of bounds memory access
;; sim-large: fill 65536 1 0 0 => return 50462976
;; sim-large: fill 65537 1 0 0 => trap out of bounds memory access
;; sim-large: copy 1 0 8 4 => return 100992003
;; sim-large: copy 0 1 8 4 => return 134678021
;; sim-large: copy 4 0 8 8 => return 117835012
;; sim-large: copy 3 3 4 4 => return 117835012
;; sim-large: copy 65534 0 3 0 => trap out of bounds memory access
;; sim-large: copy 0 65534 3 0 => trap out of bounds memory access
;; sim-large: init 2 1 3 0 => return 1667367168
;; sim-large: init 0 4 3 0 => trap out of bounds memory access
;; sim-large: init 0 6 0 0 => return 50462976
;; sim-large: init_dropped 0 => return 1
;; sim-large: init_dropped 1 => trap out of bounds memory access
;; sim-large: grow 1 => return 102
;; sim-large: grow 2 => return 103
;; sim-large: grow 3 => return -99
;; sim-large: grow -1 => return -99
;; sim-large: grow_and_store 131068 => return 9
;; sim-large: grow_and_store 131069 => trap out of bounds memory access
(module
  (memory 1 3)
  (data (i32.const 0) "\00\01\02\03\04\05\06\07\08\09\0a\0b")
  (data $passive "abcdef")
  (func (export "fill") (param i32 i32 i32 i32) (result i32)
    (memory.fill (local.get 0) (local.get 1) (local.get 2))
    (i32.load (local.get 3)))
  (func (export "copy") (param i32 i32 i32 i32) (result i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2))
    (i32.load (local.get 3)))
  (func (export "init") (param i32 i32 i32 i32) (result i32)
    (memory.init $passive (local.get 0) (local.get 1) (local.get 2))
    (i32.load (local.get 3)))
  (func (export "init_dropped") (param i32) (result i32)
    (data.drop $passive)
    (memory.init $passive (i32.const 0) (i32.const 0) (local.get 0))
    i32.const 1)
  (func (export "grow") (param i32) (result i32)
    (i32.mul (memory.grow (local.get 0)) (i32.const 100))
    (i32.add (memory.size)))
  (func (export "grow_and_store") (param i32) (result i32)
    (drop (memory.grow (i32.const 1)))
    (i32.store (local.get 0) (i32.const 9))
    (i32.load (local.get 0))))
