;; A group that sets a local and spills holds X for a cycle; what it was forwarded from M must outlast that.
;; sim-large: run 7 9 => return 25
(module
  (func (export "run") (param i32 i32) (result i32)
    (i32.const 7)
    (local.tee 0 (local.get 1))
    (local.tee 0 (local.get 0))
    i32.add
    i32.add))
