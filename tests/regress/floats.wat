;; Operations of the float unit alone, behind one source and two, with a destination, before a branch; and conversions
;; that saturate, which have a prefix. Values worked out by hand.
;; sim-large: two_sources 1.5 2.25 => return 1081081856
;; sim-large: destination 3 0.5 => return 4609434218613702656
;; sim-large: stacked 10 4 => return 6
;; sim-large: saturates_alone -7.9 => return -7
;; sim-large: saturates_behind_a_source 1e30 => return 2147483647
;; sim-large: saturates_to_a_local 5e18 => return 5000000000000000000
;; sim-large: saturates_to_a_local nan => return 0
;; sim-large: saturates_a_negative -1 => return 0
;; sim-large: less 1 2 => return 7
;; sim-large: less 2 1 => return 5
;; sim-large: less nan 1 => return 5
;; sim-large: overflow 2147483648 => trap integer overflow
;; sim-large: overflow 2147483520 => return 2147483520
;; sim-large: invalid nan => trap invalid conversion to integer
;; sim-large: tees => return 25
(module
  (func (export "two_sources") (param f32 f32) (result i32)
    (i32.reinterpret_f32 (f32.add (local.get 0) (local.get 1))))
  (func (export "destination") (param f64 f64) (result i64) (local f64)
    (local.set 2 (f64.mul (local.get 0) (local.get 1)))
    (i64.reinterpret_f64 (local.get 2)))
  (func (export "stacked") (param f32 f32) (result i32)
    local.get 0 local.get 1 nop f32.sub nop i32.trunc_f32_s)
  (func (export "saturates_alone") (param f64) (result i32)
    local.get 0 nop i32.trunc_sat_f64_s)
  (func (export "saturates_behind_a_source") (param f64) (result i32)
    (i32.trunc_sat_f64_s (local.get 0)))
  (func (export "saturates_to_a_local") (param f64) (result i64) (local i64)
    (local.set 1 (i64.trunc_sat_f64_u (local.get 0)))
    (local.get 1))
  (func (export "saturates_a_negative") (param f32) (result i32) (local i32)
    (local.tee 1 (i32.trunc_sat_f32_u (local.get 0))))
  (func (export "less") (param f32 f32) (result i32)
    (block (br_if 0 (f32.lt (local.get 0) (local.get 1))) (return (i32.const 5)))
    (i32.const 7))
  (func (export "overflow") (param f32) (result i32)
    (i32.trunc_f32_s (local.get 0)))
  (func (export "invalid") (param f64) (result i64)
    (i64.trunc_f64_u (local.get 0)))
  (func (export "tees") (result i32) (local f32)
    (i32.trunc_f32_u (f32.mul (local.tee 0 (f32.add (f32.const 2.5) (f32.const 2.5))) (local.get 0)))))
