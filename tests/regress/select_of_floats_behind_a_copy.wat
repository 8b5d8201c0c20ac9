;; The same as select_behind_a_copy.wat with what clang makes of `float t = a * b, r = c ? a : t; return r - t;`.
;; sim-large: float 3 4 1 => return -9
;; sim-large: float 3 4 0 => return 0
(module
  (func (export "float") (param f32 f32 i32) (result i32) (local f32)
    local.get 0 local.get 0 local.get 1 f32.mul local.tee 3 local.get 2 select local.get 3 f32.sub i32.trunc_f32_s))
