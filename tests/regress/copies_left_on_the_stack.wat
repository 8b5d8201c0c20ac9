;; What local.tee leaves on the stack, with everything that may follow it: a push, a call, a group of two sources, a
;; change of the local, a wrong prediction, a return, a load still on its way. By hand: each term is in a comment.
;; sim-large: run 7 => return 1129
;; sim-large: last 7 => return 8
(module
  (memory 1 1)
  (func $nothing)
  (func $six (result i32) i32.const 6)
  (func $last (export "last") (param i32) (result i32)
    local.get 0
    i32.const 1
    i32.add
    local.tee 0)
  (func (export "run") (param i32) (result i32) (local i32 i32)
    ;; covered: 7 + 5 = 12
    local.get 0
    local.tee 1
    i32.const 5
    i32.add
    ;; over a call, whose index must not come into it: 100
    i32.const 100
    local.tee 1
    call $nothing
    i32.add
    ;; over a call with a result: 10 + 6
    i32.const 10
    local.tee 1
    call $six
    i32.add
    i32.add
    ;; the local changes below it: 200
    i32.const 200
    local.tee 1
    i32.const 3
    local.set 1
    i32.add
    ;; groups of two sources: 300, and 4 + 3 from memory
    i32.const 300
    local.tee 2
    local.get 0
    local.get 1
    i32.store
    local.get 0
    local.get 1
    i32.lt_u
    if (param i32) (result i32)
      drop
      i32.const 0
    end
    i32.add
    i32.const 7
    i32.load
    local.tee 2
    i32.const 4
    i32.add
    i32.add
    ;; taken behind a wrong prediction: 486
    block (result i32)
      i32.const 486
      local.tee 2
      local.get 0
      br_if 0
      i32.const 1
      i32.add
      local.tee 2
      i32.const 2
      i32.add
    end
    i32.add
    ;; twice in a row, and the callee's own: 8
    local.get 0
    local.tee 1
    local.tee 2
    call $last
    i32.add))
