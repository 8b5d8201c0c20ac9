;; A table without a maximum grows to 1024 elements in this plan, and a larger one keeps its size.
;; sim-large: grow 1022 => return 2
;; sim-large: grow 1023 => return -1
;; sim-large: grow_large 0 => return 1025
;; sim-large: grow_large 1 => return -1
(module
  (table $t 2 funcref)
  (table $u 1025 funcref)
  (func (export "grow") (param i32) (result i32) (table.grow $t (ref.null func) (local.get 0)))
  (func (export "grow_large") (param i32) (result i32) (table.grow $u (ref.null func) (local.get 0))))
