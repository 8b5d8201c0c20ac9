;; Growing by nothing gives the size even where more is declared than the plan has (1,024 pages); by more it fails.
;; sim-large: grow 0 => return 1025
;; sim-large: grow 1 => return -1
;; sim-large: grow -1 => return -1
;; sim-large: size => return 1025
(module
  (memory 1025)
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "size") (result i32) (memory.size)))
