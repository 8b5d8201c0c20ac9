;; A block takes its condition as parameter; what lies below survives. By hand: 16 stays, 5 is the condition. (wasmi 2.0
;; gives another value here; it was found by comparing with it.)
;; sim-large: run => return 16
(module
  (table 16 16 funcref)
  (memory 5 5)
  (func (export "run") (result i32) (local i32)
    table.size 0
    local.tee 0
    memory.size
    block (param i32)
      br_if 0
      unreachable
    end))
