;; A constant that does not fit its short form is decoded from chunks. A source stands alone in its group, and its
;; immediate was once read by the rules of the operation that the group does not have.
;; sim-large: f64 => return 4611686018427388416
;; sim-large: i64_negative => return -81985529216486896
;; sim-large: i64_most_negative => return -9223372036854775808
;; sim-large: f32 => return 1078530011
(module
  (func (export "f64") (result i64) (i64.reinterpret_f64 (f64.const 0x1.0000000000200p+1)))
  (func (export "i64_negative") (result i64) (i64.const -0x123456789abcdf0))
  (func (export "i64_most_negative") (result i64) (i64.const -0x8000000000000000))
  (func (export "f32") (result i32) (i32.reinterpret_f32 (f32.const 3.14159274))))
