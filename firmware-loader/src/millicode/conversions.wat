;; Conversions of floats and integers by integer instructions. Floats are the integers of their bits, NaNs canonical.
;; float32.wat and float64.wat say how they are made up.
(module
  (import "trap" "BadConversion" (func $invalid_conversion))
  (import "trap" "IntegerOverflow" (func $integer_overflow))

  (global $sign32 i32 (i32.const 0x80000000))
  (global $magnitude32 i32 (i32.const 0x7fffffff))
  (global $infinity32 i32 (i32.const 0x7f800000))
  (global $sign64 i64 (i64.const 0x8000000000000000))
  (global $magnitude64 i64 (i64.const 0x7fffffffffffffff))
  ;; What a field of f64 is more than one of f32, in its place: 896.
  (global $rebias i64 (i64.const 0x3800000000000000))

  ;; The f32 of a sign and an integer, whose bit 31 counts as this field less one. Its last place may stand for places
  ;; that are lost, if the integer has so many that rounding takes it away.
  (func $single (param $sign i32) (param $field i32) (param $integer i32) (result i32)
    (local $rounded i32)
    (if (i32.eqz (local.get $integer)) (then (return (i32.const 0))))
    (local.set $field (i32.sub (local.get $field) (i32.clz (local.get $integer))))
    (local.set $integer (i32.shl (local.get $integer) (i32.clz (local.get $integer))))
    ;; Up if what is cut off is more than a half, or a half and the last place is a one.
    (i32.add
      (i32.or (i32.shl (local.get $field) (i32.const 23)) (local.get $sign))
      (i32.add
        (local.tee $rounded (i32.shr_u (local.get $integer) (i32.const 8)))
        (i32.gt_u
          (i32.add (i32.and (local.get $integer) (i32.const 255)) (i32.and (local.get $rounded) (i32.const 1)))
          (i32.const 128)))))

  (func (export "f32.convert_i32_u") (param $a i32) (result i32)
    (call $single (i32.const 0) (i32.const 157) (local.get $a)))

  (func (export "f32.convert_i32_s") (param $a i32) (result i32)
    (local $negative i32)
    ;; All bits of $negative are the sign.
    (local.set $negative (i32.shr_s (local.get $a) (i32.const 31)))
    (call $single
      (i32.shl (local.get $negative) (i32.const 31))
      (i32.const 157)
      (i32.sub (i32.xor (local.get $a) (local.get $negative)) (local.get $negative))))

  (func (export "f32.convert_i64_u") (param $a i64) (result i32)
    (local $places i64)
    (local.set $places (i64.clz (local.get $a)))
    (local.set $a (i64.shl (local.get $a) (local.get $places)))
    (call $single
      (i32.const 0)
      (i32.sub (i32.const 189) (i32.wrap_i64 (local.get $places)))
      (i32.or
        (i32.wrap_i64 (i64.shr_u (local.get $a) (i64.const 32)))
        (i32.ne (i32.wrap_i64 (local.get $a)) (i32.const 0)))))

  (func (export "f32.convert_i64_s") (param $a i64) (result i32)
    (local $places i64) (local $sign i32)
    (if (i64.lt_s (local.get $a) (i64.const 0))
      (then
        (local.set $sign (global.get $sign32))
        (local.set $a (i64.sub (i64.const 0) (local.get $a)))))
    (local.set $places (i64.clz (local.get $a)))
    (local.set $a (i64.shl (local.get $a) (local.get $places)))
    (call $single
      (local.get $sign)
      (i32.sub (i32.const 189) (i32.wrap_i64 (local.get $places)))
      (i32.or
        (i32.wrap_i64 (i64.shr_u (local.get $a) (i64.const 32)))
        (i32.ne (i32.wrap_i64 (local.get $a)) (i32.const 0)))))

  ;; Exact: the leading one goes to bit 52 and is added to a field less one.
  (func $convert_i32_u (export "f64.convert_i32_u") (param $a i32) (result i64)
    (local $places i32)
    (if (i32.eqz (local.get $a)) (then (return (i64.const 0))))
    (i64.add
      (i64.shl
        (i64.extend_i32_u (local.get $a))
        (i64.extend_i32_u (i32.add (local.tee $places (i32.clz (local.get $a))) (i32.const 21))))
      (i64.shl (i64.extend_i32_u (i32.sub (i32.const 1053) (local.get $places))) (i64.const 52))))

  (func (export "f64.convert_i32_s") (param $a i32) (result i64)
    (if (i32.ge_s (local.get $a) (i32.const 0)) (then (return (call $convert_i32_u (local.get $a)))))
    (i64.or (call $convert_i32_u (i32.sub (i32.const 0) (local.get $a))) (global.get $sign64)))

  (func $convert_i64_u (export "f64.convert_i64_u") (param $a i64) (result i64)
    (local $places i64) (local $rounded i64)
    (if (i64.eqz (local.get $a)) (then (return (i64.const 0))))
    (local.set $a (i64.shl (local.get $a) (local.tee $places (i64.clz (local.get $a)))))
    ;; Up if what is cut off is more than a half, or a half and the last place is a one.
    (i64.add
      (i64.shl (i64.sub (i64.const 1085) (local.get $places)) (i64.const 52))
      (i64.add
        (local.tee $rounded (i64.shr_u (local.get $a) (i64.const 11)))
        (i64.extend_i32_u
          (i32.gt_u
            (i32.add
              (i32.and (i32.wrap_i64 (local.get $a)) (i32.const 2047))
              (i32.and (i32.wrap_i64 (local.get $rounded)) (i32.const 1)))
            (i32.const 1024))))))

  (func (export "f64.convert_i64_s") (param $a i64) (result i64)
    (if (i64.ge_s (local.get $a) (i64.const 0)) (then (return (call $convert_i64_u (local.get $a)))))
    (i64.or (call $convert_i64_u (i64.sub (i64.const 0) (local.get $a))) (global.get $sign64)))

  (func $promote (export "f64.promote_f32") (param $a i32) (result i64)
    (local $sign i64) (local $places i32)
    (local.set $sign (i64.and (i64.extend_i32_s (local.get $a)) (global.get $sign64)))
    (local.set $a (i32.and (local.get $a) (global.get $magnitude32)))
    (block $special
      (br_if $special (i32.ge_u (i32.sub (local.get $a) (i32.const 0x800000)) (i32.const 0x7f000000)))
      (return
        (i64.or
          (i64.add (i64.shl (i64.extend_i32_u (local.get $a)) (i64.const 29)) (global.get $rebias))
          (local.get $sign))))
    (if (i32.eqz (local.get $a)) (then (return (local.get $sign))))
    (if (i32.ge_u (local.get $a) (global.get $infinity32))
      (then
        (return
          (select
            (i64.or (i64.shl (i64.const 0x7ff) (i64.const 52)) (local.get $sign))
            (i64.shl (i64.const 0xfff) (i64.const 51))
            (i32.eq (local.get $a) (global.get $infinity32))))))
    ;; Subnormal: the leading one goes to bit 52 and is added to a field less one.
    (i64.or
      (i64.add
        (i64.shl
          (i64.extend_i32_u (local.get $a))
          (i64.extend_i32_u (i32.add (local.tee $places (i32.clz (local.get $a))) (i32.const 21))))
        (i64.shl (i64.extend_i32_u (i32.sub (i32.const 904) (local.get $places))) (i64.const 52)))
      (local.get $sign)))

  (func (export "f32.demote_f64") (param $a i64) (result i32)
    (local $sign i32) (local $field i32) (local $rounded i32)
    (local.set $sign (i32.shl (i32.wrap_i64 (i64.rotl (local.get $a) (i64.const 1))) (i32.const 31)))
    (local.set $field
      (i32.sub (i32.and (i32.wrap_i64 (i64.rotl (local.get $a) (i64.const 12))) (i32.const 2047)) (i32.const 897)))
    (local.set $a (i64.and (local.get $a) (global.get $magnitude64)))
    (block $normal
      (block $special
        (br_if $special (i32.ge_u (local.get $field) (i32.const 254)))
        (local.set $a (i64.sub (local.get $a) (global.get $rebias)))
        (br $normal))
      (if (i32.gt_s (local.get $field) (i32.const 0))
        (then
          (return
            (select
              (i32.const 0x7fc00000)
              (i32.or (local.get $sign) (global.get $infinity32))
              (i64.lt_u (i64.shl (i64.const 0x7ff) (i64.const 52)) (local.get $a))))))
      ;; Subnormal or 0: as many places to the right as the field less one is below 0, by 52 at most, which leaves
      ;; nothing; the last one stands for all that is lost. Before that, the leading one goes from bit 63 to bit 52.
      (local.set $a (i64.or (i64.shl (local.get $a) (i64.const 11)) (global.get $sign64)))
      (local.set $field (select (local.get $field) (i32.const -52) (i32.gt_s (local.get $field) (i32.const -52))))
      (local.set $a
        (i64.or
          (i64.shr_u (local.get $a) (i64.extend_i32_u (i32.sub (i32.const 11) (local.get $field))))
          (i64.extend_i32_u
            (i64.ne
              (i64.shl (local.get $a) (i64.extend_i32_u (i32.sub (local.get $field) (i32.const 11))))
              (i64.const 0))))))
    ;; With one place more, which goes up if the one before it or any after it is a one.
    (local.set $field (i32.wrap_i64 (i64.shr_u (local.get $a) (i64.const 28))))
    (i32.or
      (i32.add
        (local.tee $rounded (i32.shr_u (local.get $field) (i32.const 1)))
        (i32.and
          (i32.and (local.get $field) (i32.const 1))
          (i32.or (i32.ne (i32.shl (i32.wrap_i64 (local.get $a)) (i32.const 4)) (i32.const 0)) (local.get $rounded))))
      (local.get $sign)))

  ;; The significand with its leading one at the highest bit goes to the right by some places: by none or less if there
  ;; are too many for the integer, by all if there is nothing before the point.
  (func (export "i32.trunc_f32_s") (param $a i32) (result i32)
    (local $places i32)
    (local.set $places (i32.sub (i32.const 158) (i32.and (i32.shr_u (local.get $a) (i32.const 23)) (i32.const 255))))
    (block $beyond
      (br_if $beyond (i32.le_s (local.get $places) (i32.const 0)))
      (local.set $places
        (select
          (i32.shr_u (i32.or (i32.shl (local.get $a) (i32.const 8)) (global.get $sign32)) (local.get $places))
          (i32.const 0)
          (i32.lt_u (local.get $places) (i32.const 32))))
      (local.set $a (i32.shr_s (local.get $a) (i32.const 31)))
      (return (i32.sub (i32.xor (local.get $places) (local.get $a)) (local.get $a))))
    ;; The least integer.
    (if (i32.eq (local.get $a) (i32.const 0xcf000000)) (then (return (global.get $sign32))))
    (if (i32.gt_u (i32.and (local.get $a) (global.get $magnitude32)) (global.get $infinity32))
      (then (call $invalid_conversion)))
    (call $integer_overflow)
    (unreachable))

  (func (export "i32.trunc_sat_f32_s") (param $a i32) (result i32)
    (local $places i32)
    (local.set $places (i32.sub (i32.const 158) (i32.and (i32.shr_u (local.get $a) (i32.const 23)) (i32.const 255))))
    (block $beyond
      (br_if $beyond (i32.le_s (local.get $places) (i32.const 0)))
      (local.set $places
        (select
          (i32.shr_u (i32.or (i32.shl (local.get $a) (i32.const 8)) (global.get $sign32)) (local.get $places))
          (i32.const 0)
          (i32.lt_u (local.get $places) (i32.const 32))))
      (local.set $a (i32.shr_s (local.get $a) (i32.const 31)))
      (return (i32.sub (i32.xor (local.get $places) (local.get $a)) (local.get $a))))
    (select
      (i32.const 0)
      (i32.xor (i32.shr_s (local.get $a) (i32.const 31)) (global.get $magnitude32))
      (i32.gt_u (i32.and (local.get $a) (global.get $magnitude32)) (global.get $infinity32))))

  (func (export "i32.trunc_f32_u") (param $a i32) (result i32)
    (local $places i32)
    (local.set $places (i32.sub (i32.const 158) (i32.and (i32.shr_u (local.get $a) (i32.const 23)) (i32.const 255))))
    (block $zero
      (br_if $zero (i32.gt_s (local.get $places) (i32.const 31)))
      (block $beyond
        ;; One of them is negative.
        (br_if $beyond (i32.lt_s (i32.or (local.get $places) (local.get $a)) (i32.const 0)))
        (return (i32.shr_u (i32.or (i32.shl (local.get $a) (i32.const 8)) (global.get $sign32)) (local.get $places))))
      (if (i32.gt_u (i32.and (local.get $a) (global.get $magnitude32)) (global.get $infinity32))
        (then (call $invalid_conversion)))
      (call $integer_overflow)
      (unreachable))
    (i32.const 0))

  (func (export "i32.trunc_sat_f32_u") (param $a i32) (result i32)
    (local $places i32)
    (local.set $places (i32.sub (i32.const 158) (i32.and (i32.shr_u (local.get $a) (i32.const 23)) (i32.const 255))))
    (block $zero
      (br_if $zero (i32.gt_s (local.get $places) (i32.const 31)))
      (block $beyond
        ;; One of them is negative.
        (br_if $beyond (i32.lt_s (i32.or (local.get $places) (local.get $a)) (i32.const 0)))
        (return (i32.shr_u (i32.or (i32.shl (local.get $a) (i32.const 8)) (global.get $sign32)) (local.get $places))))
      ;; 0 if negative or a NaN.
      (return (i32.sub (i32.gt_u (local.get $a) (global.get $infinity32)) (i32.const 1))))
    (i32.const 0))

  (func $trunc_s (export "i64.trunc_f64_s") (param $a i64) (result i64)
    (local $places i32) (local $integer i64)
    (local.set $places
      (i32.sub (i32.const 1086) (i32.and (i32.wrap_i64 (i64.rotl (local.get $a) (i64.const 12))) (i32.const 2047))))
    (block $beyond
      (br_if $beyond (i32.le_s (local.get $places) (i32.const 0)))
      (local.set $integer
        (select
          (i64.shr_u
            (i64.or (i64.shl (local.get $a) (i64.const 11)) (global.get $sign64))
            (i64.extend_i32_u (local.get $places)))
          (i64.const 0)
          (i32.lt_u (local.get $places) (i32.const 64))))
      (return
        (select
          (i64.sub (i64.const 0) (local.get $integer))
          (local.get $integer)
          (i64.lt_s (local.get $a) (i64.const 0)))))
    ;; The least integer.
    (if (i64.eq (i64.shl (i64.const 0xc3e) (i64.const 52)) (local.get $a)) (then (return (global.get $sign64))))
    (if (i64.gt_u (i64.and (local.get $a) (global.get $magnitude64)) (i64.shl (i64.const 0x7ff) (i64.const 52)))
      (then (call $invalid_conversion)))
    (call $integer_overflow)
    (unreachable))

  (func $trunc_sat_s (export "i64.trunc_sat_f64_s") (param $a i64) (result i64)
    (local $places i32) (local $integer i64)
    (local.set $places
      (i32.sub (i32.const 1086) (i32.and (i32.wrap_i64 (i64.rotl (local.get $a) (i64.const 12))) (i32.const 2047))))
    (block $beyond
      (br_if $beyond (i32.le_s (local.get $places) (i32.const 0)))
      (local.set $integer
        (select
          (i64.shr_u
            (i64.or (i64.shl (local.get $a) (i64.const 11)) (global.get $sign64))
            (i64.extend_i32_u (local.get $places)))
          (i64.const 0)
          (i32.lt_u (local.get $places) (i32.const 64))))
      (return
        (select
          (i64.sub (i64.const 0) (local.get $integer))
          (local.get $integer)
          (i64.lt_s (local.get $a) (i64.const 0)))))
    (select
      (i64.const 0)
      (select (global.get $sign64) (global.get $magnitude64) (i64.lt_s (local.get $a) (i64.const 0)))
      (i64.gt_u (i64.and (local.get $a) (global.get $magnitude64)) (i64.shl (i64.const 0x7ff) (i64.const 52)))))

  (func $trunc_u (export "i64.trunc_f64_u") (param $a i64) (result i64)
    (local $places i32)
    (local.set $places
      (i32.sub (i32.const 1086) (i32.and (i32.wrap_i64 (i64.rotl (local.get $a) (i64.const 12))) (i32.const 2047))))
    (block $zero
      (br_if $zero (i32.gt_s (local.get $places) (i32.const 63)))
      (block $beyond
        (br_if $beyond (i32.lt_s (local.get $places) (i32.const 0)))
        (br_if $beyond (i64.lt_s (local.get $a) (i64.const 0)))
        (return
          (i64.shr_u
            (i64.or (i64.shl (local.get $a) (i64.const 11)) (global.get $sign64))
            (i64.extend_i32_u (local.get $places)))))
      (if (i64.gt_u (i64.and (local.get $a) (global.get $magnitude64)) (i64.shl (i64.const 0x7ff) (i64.const 52)))
        (then (call $invalid_conversion)))
      (call $integer_overflow)
      (unreachable))
    (i64.const 0))

  (func $trunc_sat_u (export "i64.trunc_sat_f64_u") (param $a i64) (result i64)
    (local $places i32)
    (local.set $places
      (i32.sub (i32.const 1086) (i32.and (i32.wrap_i64 (i64.rotl (local.get $a) (i64.const 12))) (i32.const 2047))))
    (block $zero
      (br_if $zero (i32.gt_s (local.get $places) (i32.const 63)))
      (block $beyond
        (br_if $beyond (i32.lt_s (local.get $places) (i32.const 0)))
        (br_if $beyond (i64.lt_s (local.get $a) (i64.const 0)))
        (return
          (i64.shr_u
            (i64.or (i64.shl (local.get $a) (i64.const 11)) (global.get $sign64))
            (i64.extend_i32_u (local.get $places)))))
      ;; 0 if negative or a NaN.
      (return
        (i64.sub
          (i64.extend_i32_u (i64.lt_u (i64.shl (i64.const 0x7ff) (i64.const 52)) (local.get $a)))
          (i64.const 1))))
    (i64.const 0))

  (func (export "i64.trunc_f32_s") (param $a i32) (result i64)
    (call $trunc_s (call $promote (local.get $a))))

  (func (export "i64.trunc_f32_u") (param $a i32) (result i64)
    (call $trunc_u (call $promote (local.get $a))))

  (func (export "i64.trunc_sat_f32_s") (param $a i32) (result i64)
    (call $trunc_sat_s (call $promote (local.get $a))))

  (func (export "i64.trunc_sat_f32_u") (param $a i32) (result i64)
    (call $trunc_sat_u (call $promote (local.get $a))))

  ;; What does not come back from 32 bits is beyond them.
  (func (export "i32.trunc_f64_s") (param $a i64) (result i32)
    (if (i64.ne (local.tee $a (call $trunc_s (local.get $a))) (i64.extend_i32_s (i32.wrap_i64 (local.get $a))))
      (then (call $integer_overflow)))
    (i32.wrap_i64 (local.get $a)))

  (func (export "i32.trunc_f64_u") (param $a i64) (result i32)
    (if (i64.ne (local.tee $a (call $trunc_s (local.get $a))) (i64.extend_i32_u (i32.wrap_i64 (local.get $a))))
      (then (call $integer_overflow)))
    (i32.wrap_i64 (local.get $a)))

  (func (export "i32.trunc_sat_f64_s") (param $a i64) (result i32)
    (if (result i32)
      (i64.eq (local.tee $a (call $trunc_sat_s (local.get $a))) (i64.extend_i32_s (i32.wrap_i64 (local.get $a))))
      (then (i32.wrap_i64 (local.get $a)))
      (else (i32.add (i64.lt_s (local.get $a) (i64.const 0)) (global.get $magnitude32)))))

  (func (export "i32.trunc_sat_f64_u") (param $a i64) (result i32)
    (if (result i32)
      (i64.eq (local.tee $a (call $trunc_sat_s (local.get $a))) (i64.extend_i32_u (i32.wrap_i64 (local.get $a))))
      (then (i32.wrap_i64 (local.get $a)))
      (else (i32.sub (i64.lt_s (local.get $a) (i64.const 0)) (i32.const 1)))))
)
