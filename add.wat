;; The first thing to run:  cargo run -p sim -- add.wasm add 2 3
;; add.wasm is this file in binary form:  wat2wasm add.wat
(module
  (func $add (export "add") (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.add))
