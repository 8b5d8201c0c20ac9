;; Arithmetic of f64 by integer instructions. Operands and results are the bits of floats, NaNs canonical.
;;
;; As float32.wat, with a field of eleven bits, the exponent plus 1023, and a fraction of 52 bits. The field stands in
;; the lowest bits after a rotation by 12, which takes fewer cycles than a shift by 52.
(module
  (global $sign i64 (i64.const 0x8000000000000000))
  (global $magnitude i64 (i64.const 0x7fffffffffffffff))
  (global $infinity i64 (i64.const 0x7ff0000000000000))
  (global $nan i64 (i64.const 0x7ff8000000000000))
  (global $fraction i64 (i64.const 0x000fffffffffffff))
  (global $leading i64 (i64.const 0x0010000000000000))

  (func (export "f64.abs") (param $a i64) (result i64)
    (i64.and (local.get $a) (global.get $magnitude)))

  (func (export "f64.neg") (param $a i64) (result i64)
    (i64.xor (local.get $a) (global.get $sign)))

  (func (export "f64.copysign") (param $a i64) (param $b i64) (result i64)
    (i64.xor (i64.and (i64.xor (local.get $a) (local.get $b)) (global.get $sign)) (local.get $a)))

  ;; Equal bits, or two zeros, whose bits without signs are 0. Either way these bits tell whether it is a NaN.
  (func $eq (export "f64.eq") (param $a i64) (param $b i64) (result i32)
    (local $magnitudes i64)
    (i32.and
      (i32.or
        (i64.eqz (local.tee $magnitudes (i64.and (i64.or (local.get $a) (local.get $b)) (global.get $magnitude))))
        (i64.eq (local.get $a) (local.get $b)))
      (i64.le_u (local.get $magnitudes) (global.get $infinity))))

  (func (export "f64.ne") (param $a i64) (param $b i64) (result i32)
    (i32.eqz (call $eq (local.get $a) (local.get $b))))

  ;; Bits of floats are ordered as signed integers, in reverse if both are negative. A NaN comes before or after all
  ;; else by its sign, and -0 before 0.
  (func $lt (export "f64.lt") (param $a i64) (param $b i64) (result i32)
    (i32.and
      (i32.and
        (select
          (i64.gt_s (local.get $a) (local.get $b))
          (i64.lt_s (local.get $a) (local.get $b))
          (i64.lt_s (i64.and (local.get $a) (local.get $b)) (i64.const 0)))
        ;; Not two zeros.
        (i64.ne (i64.and (i64.or (local.get $a) (local.get $b)) (global.get $magnitude)) (i64.const 0)))
      ;; Neither is a NaN: that could only be a negative $a or a positive $b.
      (i32.and
        (i64.le_u (i64.and (local.get $a) (global.get $magnitude)) (global.get $infinity))
        (i64.le_s (local.get $b) (global.get $infinity)))))

  (func (export "f64.gt") (param $a i64) (param $b i64) (result i32)
    (call $lt (local.get $b) (local.get $a)))

  (func $le (export "f64.le") (param $a i64) (param $b i64) (result i32)
    (i32.and
      (i32.or
        (select
          (i64.ge_s (local.get $a) (local.get $b))
          (i64.le_s (local.get $a) (local.get $b))
          (i64.lt_s (i64.and (local.get $a) (local.get $b)) (i64.const 0)))
        (i64.eqz (i64.and (i64.or (local.get $a) (local.get $b)) (global.get $magnitude))))
      (i32.and
        (i64.le_u (i64.and (local.get $a) (global.get $magnitude)) (global.get $infinity))
        (i64.le_s (local.get $b) (global.get $infinity)))))

  (func (export "f64.ge") (param $a i64) (param $b i64) (result i32)
    (call $le (local.get $b) (local.get $a)))

  (func (export "f64.min") (param $a i64) (param $b i64) (result i64)
    (select
      (global.get $nan)
      (select
        (local.get $a)
        (local.get $b)
        (select
          (i64.gt_s (local.get $a) (local.get $b))
          (i64.lt_s (local.get $a) (local.get $b))
          (i64.lt_s (i64.and (local.get $a) (local.get $b)) (i64.const 0))))
      (i32.or
        (i64.gt_u (i64.and (local.get $a) (global.get $magnitude)) (global.get $infinity))
        (i64.gt_u (i64.and (local.get $b) (global.get $magnitude)) (global.get $infinity)))))

  (func (export "f64.max") (param $a i64) (param $b i64) (result i64)
    (select
      (global.get $nan)
      (select
        (local.get $b)
        (local.get $a)
        (select
          (i64.gt_s (local.get $a) (local.get $b))
          (i64.lt_s (local.get $a) (local.get $b))
          (i64.lt_s (i64.and (local.get $a) (local.get $b)) (i64.const 0))))
      (i32.or
        (i64.gt_u (i64.and (local.get $a) (global.get $magnitude)) (global.get $infinity))
        (i64.gt_u (i64.and (local.get $b) (global.get $magnitude)) (global.get $infinity)))))

  ;; The integer next to $a, away from zero if $away is -1, toward it if that is 0. All places that are cleared are
  ;; added before, or none.
  (func $round (param $a i64) (param $away i64) (result i64)
    (local $places i64) (local $whole i64)
    ;; Places of the fraction that are worth less than one.
    (local.set $places (i64.sub (i64.const 1075) (i64.and (i64.rotl (local.get $a) (i64.const 12)) (i64.const 2047))))
    (block $small
      (block $integer
        (br_if $integer (i64.le_s (local.get $places) (i64.const 0)))
        (br_if $small (i64.gt_s (local.get $places) (i64.const 52)))
        (local.set $whole (i64.shl (i64.const -1) (local.get $places)))
        (return
          (i64.and
            (i64.add (i64.and (i64.xor (local.get $whole) (i64.const -1)) (local.get $away)) (local.get $a))
            (local.get $whole))))
      (return
        (select
          (global.get $nan)
          (local.get $a)
          (i64.gt_u (i64.and (local.get $a) (global.get $magnitude)) (global.get $infinity)))))
    (i64.or
      (i64.shl
        (select
          (i64.const 1023)
          (i64.const 0)
          (i64.ne (i64.and (i64.and (local.get $a) (global.get $magnitude)) (local.get $away)) (i64.const 0)))
        (i64.const 52))
      (i64.and (local.get $a) (global.get $sign))))

  (func (export "f64.ceil") (param $a i64) (result i64)
    (call $round (local.get $a) (select (i64.const -1) (i64.const 0) (i64.ge_s (local.get $a) (i64.const 0)))))

  (func (export "f64.floor") (param $a i64) (result i64)
    (call $round (local.get $a) (select (i64.const -1) (i64.const 0) (i64.lt_s (local.get $a) (i64.const 0)))))

  (func (export "f64.trunc") (param $a i64) (result i64)
    (call $round (local.get $a) (i64.const 0)))

  ;; Just less than a half is added, and the last place that stays.
  (func (export "f64.nearest") (param $a i64) (result i64)
    (local $places i64) (local $whole i64)
    ;; Places of the fraction that are worth less than one.
    (local.set $places (i64.sub (i64.const 1075) (i64.and (i64.rotl (local.get $a) (i64.const 12)) (i64.const 2047))))
    (block $small
      (block $integer
        (br_if $integer (i64.le_s (local.get $places) (i64.const 0)))
        (br_if $small (i64.gt_s (local.get $places) (i64.const 52)))
        (local.set $whole (i64.shl (i64.const -1) (local.get $places)))
        (return
          (i64.and
            (i64.add
              (i64.add (i64.shr_u (i64.xor (local.get $whole) (i64.const -1)) (i64.const 1)) (local.get $a))
              (i64.and (i64.shr_u (local.get $a) (local.get $places)) (i64.const 1)))
            (local.get $whole))))
      (return
        (select
          (global.get $nan)
          (local.get $a)
          (i64.gt_u (i64.and (local.get $a) (global.get $magnitude)) (global.get $infinity)))))
    (i64.or
      (i64.shl
        (select
          (i64.const 1023)
          (i64.const 0)
          (i64.gt_u (i64.and (local.get $a) (global.get $magnitude)) (i64.shl (i64.const 1022) (i64.const 52))))
        (i64.const 52))
      (i64.and (local.get $a) (global.get $sign))))

  ;; Significands have their leading one at bit 61 and nine places for what alignment moves out of them; the last of
  ;; these stands for all that is lost.
  (func $add (export "f64.add") (param $a i64) (param $b i64) (result i64)
    (local $field i32) (local $other i32) (local $significand i64) (local $differ i32) (local $distance i64)
    (local $aligned i64)
    (if (i64.lt_u (i64.and (local.get $a) (global.get $magnitude)) (i64.and (local.get $b) (global.get $magnitude)))
      (then (local.get $a) (local.get $b) (local.set $a) (local.set $b)))
    (block $first
      (block $special
        (local.set $field (i32.and (i32.wrap_i64 (i64.rotl (local.get $a) (i64.const 12))) (i32.const 2047)))
        (br_if $special (i32.eq (local.get $field) (i32.const 2047)))
        (local.set $other (i32.and (i32.wrap_i64 (i64.rotl (local.get $b) (i64.const 12))) (i32.const 2047)))
        (local.set $differ (i64.lt_s (i64.xor (local.get $a) (local.get $b)) (i64.const 0)))
        ;; Subnormal numbers have the exponent of field 1.
        (local.set $significand (i64.and (local.get $a) (global.get $fraction)))
        (if (local.get $field)
          (then (local.set $significand (i64.or (local.get $significand) (global.get $leading))))
          (else (local.set $field (i32.const 1))))
        (local.set $b (i64.and (local.get $b) (global.get $fraction)))
        (if (local.get $other)
          (then (local.set $b (i64.or (local.get $b) (global.get $leading))))
          (else (local.set $other (i32.const 1))))
        ;; From a distance of 55 on it is less than half of the last place.
        (local.set $other (i32.sub (local.get $field) (local.get $other)))
        (br_if $first (i32.gt_u (local.get $other) (i32.const 54)))
        (local.set $distance (i64.extend_i32_u (local.get $other)))
        (local.set $significand (i64.shl (local.get $significand) (i64.const 9)))
        (local.set $b (i64.shl (local.get $b) (i64.const 9)))
        (local.set $b
          (i64.or
            (i64.extend_i32_u
              (i64.ne
                (i64.shl (local.tee $aligned (i64.shr_u (local.get $b) (local.get $distance))) (local.get $distance))
                (local.get $b)))
            (local.get $aligned)))
        (local.set $b
          (select
            (i64.sub (local.get $significand) (local.get $b))
            (i64.add (local.get $significand) (local.get $b))
            (local.get $differ)))
        (block $zero
          (br_if $zero (i64.eqz (local.get $b)))
          ;; The leading one goes to bit 62, unless the field of that, less one, would become negative.
          (local.set $other (i32.sub (i32.wrap_i64 (i64.clz (local.get $b))) (i32.const 1)))
          (local.set $other
            (select (local.get $other) (local.get $field) (i32.lt_u (local.get $other) (local.get $field))))
          (local.set $b (i64.shl (local.get $b) (i64.extend_i32_u (local.get $other))))
          (local.set $b
            (i64.add
              (i64.shl (i64.extend_i32_u (i32.sub (local.get $field) (local.get $other))) (i64.const 52))
              (i64.shr_u
                (i64.add
                  (i64.extend_i32_u
                    (i32.add
                      (i32.ne (i32.and (i32.wrap_i64 (local.get $b)) (i32.const 1024)) (i32.const 0))
                      (i32.const 511)))
                  (local.get $b))
                (i64.const 10))))
          (return
            (i64.or
              (i64.and (local.get $a) (global.get $sign))
              (select (local.get $b) (global.get $infinity) (i64.lt_u (local.get $b) (global.get $infinity))))))
        ;; A difference, or two zeros of the same sign.
        (return (select (i64.const 0) (local.get $a) (local.get $differ))))
      (local.set $a
        (select
          (global.get $nan)
          (local.get $a)
          (i32.or
            (i64.gt_u (i64.and (local.get $a) (global.get $magnitude)) (global.get $infinity))
            (i64.eq (i64.xor (local.get $a) (local.get $b)) (global.get $sign))))))
    (local.get $a))

  (func (export "f64.sub") (param $a i64) (param $b i64) (result i64)
    (call $add (local.get $a) (i64.xor (local.get $b) (global.get $sign))))

  ;; The float of a sign, a field less one that may be outside of its range, and a significand whose leading one counts
  ;; at bit 62, wherever it is, and whose last place stands for all that is lost. It is not 0, and less than 2^63.
  (func $pack (param $sign i64) (param $field i32) (param $significand i64) (result i64)
    (local $shift i32)
    (local.set $shift (i32.sub (i32.wrap_i64 (i64.clz (local.get $significand))) (i32.const 1)))
    (local.set $field (i32.sub (local.get $field) (local.get $shift)))
    (local.set $significand (i64.shl (local.get $significand) (i64.extend_i32_u (local.get $shift))))
    (loop $again (result i64)
      (block $special
        (br_if $special (i32.ge_u (local.get $field) (i32.const 2046)))
        (return
          (i64.or
            (i64.add
              (i64.shl (i64.extend_i32_u (local.get $field)) (i64.const 52))
              (i64.shr_u
                (i64.add
                  (i64.extend_i32_u
                    (i32.add
                      (i32.ne (i32.and (i32.wrap_i64 (local.get $significand)) (i32.const 1024)) (i32.const 0))
                      (i32.const 511)))
                  (local.get $significand))
                (i64.const 10)))
            (local.get $sign))))
      (if (i32.gt_s (local.get $field) (i32.const 0))
        (then (return (i64.or (local.get $sign) (global.get $infinity)))))
      ;; Subnormal: by as many places to the right as the field is below 0, by 63 at most, which leaves nothing.
      (local.set $field (select (local.get $field) (i32.const -63) (i32.gt_s (local.get $field) (i32.const -63))))
      (local.set $significand
        (i64.or
          (i64.shr_u (local.get $significand) (i64.extend_i32_u (i32.sub (i32.const 0) (local.get $field))))
          (i64.extend_i32_u
            (i64.ne (i64.shl (local.get $significand) (i64.extend_i32_s (local.get $field))) (i64.const 0)))))
      (local.set $field (i32.const 0))
      (br $again)))

  ;; 53 by 53 bits, in halves of which the lower one has 26 bits, so that no sum is longer than 64.
  (func (export "f64.mul") (param $a i64) (param $b i64) (result i64)
    (local $sign i64) (local $field i32) (local $other i32) (local $scale i32) (local $high i64)
    (local $other_high i64)
    (local.set $sign (i64.and (i64.xor (local.get $a) (local.get $b)) (global.get $sign)))
    (loop $again (result i64)
      (block $special
        (local.set $field
          (i32.sub (i32.and (i32.wrap_i64 (i64.rotl (local.get $a) (i64.const 12))) (i32.const 2047)) (i32.const 1)))
        (br_if $special (i32.ge_u (local.get $field) (i32.const 2046)))
        (local.set $other
          (i32.sub (i32.and (i32.wrap_i64 (i64.rotl (local.get $b) (i64.const 12))) (i32.const 2047)) (i32.const 1)))
        (br_if $special (i32.ge_u (local.get $other) (i32.const 2046)))
        (local.set $a
          (i64.shl (i64.or (i64.and (local.get $a) (global.get $fraction)) (global.get $leading)) (i64.const 9)))
        (local.set $high (i64.shr_u (local.get $a) (i64.const 26)))
        (local.set $a (i64.and (local.get $a) (i64.const 0x3ffffff)))
        (local.set $other_high
          (i64.shr_u (i64.or (i64.and (local.get $b) (global.get $fraction)) (global.get $leading)) (i64.const 26)))
        (local.set $b (i64.and (local.get $b) (i64.const 0x3ffffff)))
        ;; The two products in the middle and the upper part of the lowest one; then that itself.
        (local.set $a
          (i64.add
            (i64.add (i64.mul (local.get $high) (local.get $b)) (i64.mul (local.get $other_high) (local.get $a)))
            (i64.shr_u (local.tee $b (i64.mul (local.get $a) (local.get $b))) (i64.const 26))))
        ;; The leading one is at bit 61 or 62.
        (return
          (call $pack
            (local.get $sign)
            (i32.sub (i32.add (i32.add (local.get $field) (local.get $other)) (local.get $scale)) (i32.const 1021))
            (i64.or
              (i64.add (i64.mul (local.get $high) (local.get $other_high)) (i64.shr_u (local.get $a) (i64.const 26)))
              (i64.extend_i32_u
                (i64.ne (i64.and (i64.or (local.get $a) (local.get $b)) (i64.const 0x3ffffff)) (i64.const 0)))))))
      (local.set $a (i64.and (local.get $a) (global.get $magnitude)))
      (local.set $b (i64.and (local.get $b) (global.get $magnitude)))
      (if (i64.lt_u (local.get $a) (local.get $b)) (then (local.get $a) (local.get $b) (local.set $a) (local.set $b)))
      (if (i64.ge_u (local.get $a) (global.get $infinity))
        (then
          (return
            (select
              (global.get $nan)
              (i64.or (local.get $sign) (local.get $a))
              (i32.or (i64.gt_u (local.get $a) (global.get $infinity)) (i64.eqz (local.get $b)))))))
      (if (i64.eqz (local.get $b)) (then (return (local.get $sign))))
      ;; The lesser one is subnormal. Its leading one goes to bit 52, where it is a field of 1.
      (local.set $other (i32.sub (i32.wrap_i64 (i64.clz (local.get $b))) (i32.const 11)))
      (local.set $scale (i32.sub (local.get $scale) (local.get $other)))
      (local.set $b (i64.shl (local.get $b) (i64.extend_i32_u (local.get $other))))
      (br $again)))

  ;; Two digits of 28 bits. The upper 32 bits of the remainder by a reciprocal of as many give a digit that is right or
  ;; one less: the divisor's lost places make the reciprocal less by a part of 2^-30, those of the remainder count less
  ;; than an eighth.
  (func (export "f64.div") (param $a i64) (param $b i64) (result i64)
    (local $sign i64) (local $field i32) (local $other i32) (local $scale i32) (local $reciprocal i64)
    (local $digit i64) (local $quotient i64)
    (local.set $sign (i64.and (i64.xor (local.get $a) (local.get $b)) (global.get $sign)))
    (loop $again (result i64)
      (block $special
        (local.set $field
          (i32.sub (i32.and (i32.wrap_i64 (i64.rotl (local.get $a) (i64.const 12))) (i32.const 2047)) (i32.const 1)))
        (br_if $special (i32.ge_u (local.get $field) (i32.const 2046)))
        (local.set $other
          (i32.sub (i32.and (i32.wrap_i64 (i64.rotl (local.get $b) (i64.const 12))) (i32.const 2047)) (i32.const 1)))
        (br_if $special (i32.ge_u (local.get $other) (i32.const 2046)))
        (local.set $a (i64.or (i64.and (local.get $a) (global.get $fraction)) (global.get $leading)))
        ;; Twice the divisor is greater than the dividend.
        (local.set $b
          (i64.shl (i64.or (i64.and (local.get $b) (global.get $fraction)) (global.get $leading)) (i64.const 1)))
        (local.set $reciprocal
          (i64.div_u (global.get $magnitude) (i64.add (i64.shr_u (local.get $b) (i64.const 22)) (i64.const 1))))
        (loop $next
          (local.set $digit
            (i64.shr_u (i64.mul (i64.shr_u (local.get $a) (i64.const 22)) (local.get $reciprocal)) (i64.const 35)))
          (local.set $quotient (i64.add (i64.shl (local.get $quotient) (i64.const 28)) (local.get $digit)))
          (local.set $a (i64.sub (i64.shl (local.get $a) (i64.const 28)) (i64.mul (local.get $b) (local.get $digit))))
          (if (i64.ge_u (local.get $a) (local.get $b))
            (then
              (local.set $a (i64.sub (local.get $a) (local.get $b)))
              (local.set $quotient (i64.add (local.get $quotient) (i64.const 1)))))
          ;; One digit is less than the divisor, two are more.
          (br_if $next (i64.lt_u (local.get $quotient) (local.get $b))))
        ;; The quotient's leading one is at bit 54 or 55: two places for rounding.
        (return
          (call $pack
            (local.get $sign)
            (i32.add (i32.sub (i32.add (local.get $field) (local.get $scale)) (local.get $other)) (i32.const 1029))
            (i64.or (i64.extend_i32_u (i64.ne (local.get $a) (i64.const 0))) (local.get $quotient)))))
      (local.set $a (i64.and (local.get $a) (global.get $magnitude)))
      (local.set $b (i64.and (local.get $b) (global.get $magnitude)))
      (if
        (i32.or
          (i32.or (i64.gt_u (local.get $a) (global.get $infinity)) (i64.gt_u (local.get $b) (global.get $infinity)))
          (i32.and
            (i64.eq (local.get $a) (local.get $b))
            (i32.or (i64.eq (local.get $a) (global.get $infinity)) (i64.eqz (local.get $a)))))
        (then (return (global.get $nan))))
      (if (i32.or (i64.eq (local.get $a) (global.get $infinity)) (i64.eqz (local.get $b)))
        (then (return (i64.or (local.get $sign) (global.get $infinity)))))
      (if (i32.or (i64.eq (local.get $b) (global.get $infinity)) (i64.eqz (local.get $a)))
        (then (return (local.get $sign))))
      ;; The lesser one is subnormal. Its leading one goes to bit 52, where it is a field of 1.
      (if (i64.lt_u (local.get $a) (local.get $b))
        (then
          (local.set $other (i32.sub (i32.wrap_i64 (i64.clz (local.get $a))) (i32.const 11)))
          (local.set $scale (i32.sub (local.get $scale) (local.get $other)))
          (local.set $a (i64.shl (local.get $a) (i64.extend_i32_u (local.get $other)))))
        (else
          (local.set $other (i32.sub (i32.wrap_i64 (i64.clz (local.get $b))) (i32.const 11)))
          (local.set $scale (i32.add (local.get $scale) (local.get $other)))
          (local.set $b (i64.shl (local.get $b) (i64.extend_i32_u (local.get $other))))))
      (br $again)))

  ;; 14 places one by one, 13 and 27 more by divisions. A root never lies halfway between two floats, so that a place
  ;; below those of the result decides, whatever remains.
  (func (export "f64.sqrt") (param $a i64) (result i64)
    (local $field i32) (local $scale i32) (local $places i32) (local $root i32) (local $bit i32) (local $trial i32)
    (local $remainder i32) (local $quotient i64) (local $divisor i64)
    (loop $again (result i64)
      (block $special
        (br_if $special
          (i64.ge_u
            (i64.sub (local.get $a) (global.get $leading))
            (i64.sub (global.get $infinity) (global.get $leading))))
        (local.set $field
          (i32.sub
            (i32.and (i32.wrap_i64 (i64.rotl (local.get $a) (i64.const 12))) (i32.const 2047))
            (local.get $scale)))
        ;; One is bit 52, of an odd exponent bit 53.
        (local.set $a
          (i64.shl
            (i64.or (i64.and (local.get $a) (global.get $fraction)) (global.get $leading))
            (i64.extend_i32_u (i32.and (i32.add (local.get $field) (i32.const 1)) (i32.const 1)))))
        ;; The root of the upper 28 bits. The remainder is doubled where the root's bit is halved.
        (local.set $remainder (i32.wrap_i64 (i64.shr_u (local.get $a) (i64.const 26))))
        (local.set $places (i32.const 14))
        (loop $next
          (if
            (i32.le_u
              (local.tee $trial
                (i32.add (local.tee $bit (i32.shl (i32.const 0x1000) (local.get $places))) (local.get $root)))
              (local.get $remainder))
            (then
              (local.set $remainder (i32.sub (local.get $remainder) (local.get $trial)))
              (local.set $root (i32.add (local.get $trial) (local.get $bit)))))
          (local.set $remainder (i32.add (local.get $remainder) (local.get $remainder)))
          (br_if $next (local.tee $places (i32.sub (local.get $places) (i32.const 1)))))
        ;; $root is r * 2^14, the remainder is to the same scale. With x for the next 13 places, twice r by x has to be
        ;; the remainder, 13 more places of the number behind it, less the square of x: so x is the quotient or one less.
        (local.set $remainder
          (i32.add
            (i32.shr_u (local.get $remainder) (i32.const 1))
            (i32.and (i32.shr_u (i32.wrap_i64 (local.get $a)) (i32.const 13)) (i32.const 0x1fff))))
        (local.set $bit
          (i32.div_u (local.get $remainder) (local.tee $trial (i32.shr_u (local.get $root) (i32.const 13)))))
        (local.set $root (i32.add (i32.shr_u (local.get $root) (i32.const 1)) (local.get $bit)))
        (local.set $remainder
          (i32.sub
            (i32.add
              (i32.shl (i32.sub (local.get $remainder) (i32.mul (local.get $trial) (local.get $bit))) (i32.const 13))
              (i32.and (i32.wrap_i64 (local.get $a)) (i32.const 0x1fff)))
            (i32.mul (local.get $bit) (local.get $bit))))
        (if (i32.lt_s (local.get $remainder) (i32.const 0))
          (then
            (local.set $root (i32.sub (local.get $root) (i32.const 1)))
            (local.set $remainder
              (i32.add (i32.add (i32.shl (local.get $root) (i32.const 1)) (i32.const 1)) (local.get $remainder)))))
        ;; The same for the last 27 places, behind which the number has no more.
        (local.set $a (i64.shl (i64.extend_i32_u (local.get $remainder)) (i64.const 27)))
        (local.set $quotient
          (i64.div_u
            (local.get $a)
            (local.tee $divisor (i64.extend_i32_u (i32.shl (local.get $root) (i32.const 1))))))
        (return
          (i64.add
            (i64.shl
              (i64.extend_i32_u (i32.shr_u (i32.add (local.get $field) (i32.const 1021)) (i32.const 1)))
              (i64.const 52))
            (i64.shr_u
              (i64.sub
                (i64.add
                  (i64.add (i64.shl (i64.extend_i32_u (local.get $root)) (i64.const 27)) (local.get $quotient))
                  (i64.const 1))
                (i64.extend_i32_u
                  (i64.lt_u
                    (i64.shl
                      (i64.sub (local.get $a) (i64.mul (local.get $divisor) (local.get $quotient)))
                      (i64.const 27))
                    (i64.mul (local.get $quotient) (local.get $quotient)))))
              (i64.const 1)))))
      (if
        (i32.or
          (i64.eqz (i64.and (local.get $a) (global.get $magnitude)))
          (i64.eq (local.get $a) (global.get $infinity)))
        (then (return (local.get $a))))
      (if (i64.ge_u (local.get $a) (global.get $infinity)) (then (return (global.get $nan))))
      ;; Subnormal: the leading one goes to bit 52, where it is a field of 1.
      (local.set $scale (i32.sub (i32.wrap_i64 (i64.clz (local.get $a))) (i32.const 11)))
      (local.set $a (i64.shl (local.get $a) (i64.extend_i32_u (local.get $scale))))
      (br $again)))
)
