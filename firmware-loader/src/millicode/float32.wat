;; Arithmetic of f32 by integer instructions. Operands and results are the bits of floats, NaNs canonical.
;;
;; A float is a sign, a field of eight bits, the exponent plus 127, and a fraction of 23 bits. A number whose field is
;; not 0 has a one in front of its fraction; one whose field is 0 has none and the exponent of field 1. So field and
;; significand can be added: a significand that rounding makes one place longer makes the field greater by one. Where
;; that is done, the field is one less than that of the result, because the leading one adds the missing one.
(module
  (global $sign i32 (i32.const 0x80000000))
  (global $magnitude i32 (i32.const 0x7fffffff))
  (global $infinity i32 (i32.const 0x7f800000))
  (global $nan i32 (i32.const 0x7fc00000))
  (global $fraction i32 (i32.const 0x007fffff))
  (global $leading i32 (i32.const 0x00800000))

  (func (export "f32.abs") (param $a i32) (result i32)
    (i32.and (local.get $a) (global.get $magnitude)))

  (func (export "f32.neg") (param $a i32) (result i32)
    (i32.xor (local.get $a) (global.get $sign)))

  (func (export "f32.copysign") (param $a i32) (param $b i32) (result i32)
    (i32.xor (i32.and (i32.xor (local.get $a) (local.get $b)) (global.get $sign)) (local.get $a)))

  ;; Equal bits, or two zeros, whose bits without signs are 0. Either way these bits tell whether it is a NaN.
  (func $eq (export "f32.eq") (param $a i32) (param $b i32) (result i32)
    (local $magnitudes i32)
    (i32.and
      (i32.or
        (i32.eqz (local.tee $magnitudes (i32.and (i32.or (local.get $a) (local.get $b)) (global.get $magnitude))))
        (i32.eq (local.get $a) (local.get $b)))
      (i32.le_u (local.get $magnitudes) (global.get $infinity))))

  (func (export "f32.ne") (param $a i32) (param $b i32) (result i32)
    (i32.eqz (call $eq (local.get $a) (local.get $b))))

  ;; Bits of floats are ordered as signed integers, in reverse if both are negative. A NaN comes before or after all
  ;; else by its sign, and -0 before 0.
  (func $lt (export "f32.lt") (param $a i32) (param $b i32) (result i32)
    (i32.and
      (i32.and
        (select
          (i32.gt_s (local.get $a) (local.get $b))
          (i32.lt_s (local.get $a) (local.get $b))
          (i32.lt_s (i32.and (local.get $a) (local.get $b)) (i32.const 0)))
        ;; Not two zeros.
        (i32.ne (i32.and (i32.or (local.get $a) (local.get $b)) (global.get $magnitude)) (i32.const 0)))
      ;; Neither is a NaN: that could only be a negative $a or a positive $b.
      (i32.and (i32.le_u (local.get $a) (i32.const 0xff800000)) (i32.le_s (local.get $b) (global.get $infinity)))))

  (func (export "f32.gt") (param $a i32) (param $b i32) (result i32)
    (call $lt (local.get $b) (local.get $a)))

  (func $le (export "f32.le") (param $a i32) (param $b i32) (result i32)
    (i32.and
      (i32.or
        (select
          (i32.ge_s (local.get $a) (local.get $b))
          (i32.le_s (local.get $a) (local.get $b))
          (i32.lt_s (i32.and (local.get $a) (local.get $b)) (i32.const 0)))
        (i32.eqz (i32.and (i32.or (local.get $a) (local.get $b)) (global.get $magnitude))))
      (i32.and (i32.le_u (local.get $a) (i32.const 0xff800000)) (i32.le_s (local.get $b) (global.get $infinity)))))

  (func (export "f32.ge") (param $a i32) (param $b i32) (result i32)
    (call $le (local.get $b) (local.get $a)))

  (func (export "f32.min") (param $a i32) (param $b i32) (result i32)
    (select
      (global.get $nan)
      (select
        (local.get $a)
        (local.get $b)
        (select
          (i32.gt_s (local.get $a) (local.get $b))
          (i32.lt_s (local.get $a) (local.get $b))
          (i32.lt_s (i32.and (local.get $a) (local.get $b)) (i32.const 0))))
      (i32.or
        (i32.gt_u (i32.and (local.get $a) (global.get $magnitude)) (global.get $infinity))
        (i32.gt_u (i32.and (local.get $b) (global.get $magnitude)) (global.get $infinity)))))

  (func (export "f32.max") (param $a i32) (param $b i32) (result i32)
    (select
      (global.get $nan)
      (select
        (local.get $b)
        (local.get $a)
        (select
          (i32.gt_s (local.get $a) (local.get $b))
          (i32.lt_s (local.get $a) (local.get $b))
          (i32.lt_s (i32.and (local.get $a) (local.get $b)) (i32.const 0))))
      (i32.or
        (i32.gt_u (i32.and (local.get $a) (global.get $magnitude)) (global.get $infinity))
        (i32.gt_u (i32.and (local.get $b) (global.get $magnitude)) (global.get $infinity)))))

  ;; The integer next to $a, away from zero if $away is -1, toward it if that is 0. All places that are cleared are
  ;; added before, or none.
  (func $round (param $a i32) (param $away i32) (result i32)
    (local $places i32) (local $whole i32)
    ;; Places of the fraction that are worth less than one.
    (local.set $places (i32.sub (i32.const 150) (i32.and (i32.shr_u (local.get $a) (i32.const 23)) (i32.const 255))))
    (block $small
      (block $integer
        (br_if $integer (i32.le_s (local.get $places) (i32.const 0)))
        (br_if $small (i32.gt_s (local.get $places) (i32.const 23)))
        (local.set $whole (i32.shl (i32.const -1) (local.get $places)))
        (return
          (i32.and
            (i32.add (i32.and (i32.xor (local.get $whole) (i32.const -1)) (local.get $away)) (local.get $a))
            (local.get $whole))))
      (return
        (select
          (global.get $nan)
          (local.get $a)
          (i32.gt_u (i32.and (local.get $a) (global.get $magnitude)) (global.get $infinity)))))
    (i32.or
      (select
        (i32.const 0x3f800000)
        (i32.const 0)
        (i32.and (i32.and (local.get $a) (global.get $magnitude)) (local.get $away)))
      (i32.and (local.get $a) (global.get $sign))))

  (func (export "f32.ceil") (param $a i32) (result i32)
    (call $round (local.get $a) (i32.xor (i32.shr_s (local.get $a) (i32.const 31)) (i32.const -1))))

  (func (export "f32.floor") (param $a i32) (result i32)
    (call $round (local.get $a) (i32.shr_s (local.get $a) (i32.const 31))))

  (func (export "f32.trunc") (param $a i32) (result i32)
    (call $round (local.get $a) (i32.const 0)))

  ;; Just less than a half is added, and the last place that stays.
  (func (export "f32.nearest") (param $a i32) (result i32)
    (local $places i32) (local $whole i32)
    ;; Places of the fraction that are worth less than one.
    (local.set $places (i32.sub (i32.const 150) (i32.and (i32.shr_u (local.get $a) (i32.const 23)) (i32.const 255))))
    (block $small
      (block $integer
        (br_if $integer (i32.le_s (local.get $places) (i32.const 0)))
        (br_if $small (i32.gt_s (local.get $places) (i32.const 23)))
        (local.set $whole (i32.shl (i32.const -1) (local.get $places)))
        (return
          (i32.and
            (i32.add
              (i32.add (i32.shr_u (i32.xor (local.get $whole) (i32.const -1)) (i32.const 1)) (local.get $a))
              (i32.and (i32.shr_u (local.get $a) (local.get $places)) (i32.const 1)))
            (local.get $whole))))
      (return
        (select
          (global.get $nan)
          (local.get $a)
          (i32.gt_u (i32.and (local.get $a) (global.get $magnitude)) (global.get $infinity)))))
    (i32.or
      (select
        (i32.const 0x3f800000)
        (i32.const 0)
        (i32.gt_u (i32.and (local.get $a) (global.get $magnitude)) (i32.const 0x3f000000)))
      (i32.and (local.get $a) (global.get $sign))))

  ;; Significands have their leading one at bit 29 and six places for what alignment moves out of them; the last of
  ;; these stands for all that is lost.
  (func $add (export "f32.add") (param $a i32) (param $b i32) (result i32)
    (local $field i32) (local $other i32) (local $significand i32) (local $differ i32) (local $aligned i32)
    (if (i32.lt_u (i32.and (local.get $a) (global.get $magnitude)) (i32.and (local.get $b) (global.get $magnitude)))
      (then (local.get $a) (local.get $b) (local.set $a) (local.set $b)))
    (block $first
      (block $special
        (local.set $field (i32.and (i32.shr_u (local.get $a) (i32.const 23)) (i32.const 255)))
        (br_if $special (i32.eq (local.get $field) (i32.const 255)))
        (local.set $other (i32.and (i32.shr_u (local.get $b) (i32.const 23)) (i32.const 255)))
        ;; -1 if the signs differ.
        (local.set $differ (i32.shr_s (i32.xor (local.get $a) (local.get $b)) (i32.const 31)))
        ;; Subnormal numbers have the exponent of field 1.
        (local.set $significand (i32.and (local.get $a) (global.get $fraction)))
        (if (local.get $field)
          (then (local.set $significand (i32.or (local.get $significand) (global.get $leading))))
          (else (local.set $field (i32.const 1))))
        (local.set $b (i32.and (local.get $b) (global.get $fraction)))
        (if (local.get $other)
          (then (local.set $b (i32.or (local.get $b) (global.get $leading))))
          (else (local.set $other (i32.const 1))))
        ;; From a distance of 26 on it is less than half of the last place.
        (local.set $other (i32.sub (local.get $field) (local.get $other)))
        (br_if $first (i32.gt_u (local.get $other) (i32.const 25)))
        (local.set $b (i32.shl (local.get $b) (i32.const 6)))
        (local.set $b
          (i32.or
            (i32.ne
              (i32.shl (local.tee $aligned (i32.shr_u (local.get $b) (local.get $other))) (local.get $other))
              (local.get $b))
            (local.get $aligned)))
        (local.set $b
          (i32.add
            (i32.sub (i32.xor (local.get $b) (local.get $differ)) (local.get $differ))
            (i32.shl (local.get $significand) (i32.const 6))))
        (block $zero
          (br_if $zero (i32.eqz (local.get $b)))
          ;; The leading one goes to bit 30, unless the field of that, less one, would become negative.
          (local.set $other (i32.sub (i32.clz (local.get $b)) (i32.const 1)))
          (local.set $other
            (select (local.get $other) (local.get $field) (i32.lt_u (local.get $other) (local.get $field))))
          (local.set $b (i32.shl (local.get $b) (local.get $other)))
          (local.set $b
            (i32.add
              (i32.shl (i32.sub (local.get $field) (local.get $other)) (i32.const 23))
              (i32.shr_u
                (i32.add
                  (i32.add (local.get $b) (i32.const 63))
                  (i32.ne (i32.and (local.get $b) (i32.const 128)) (i32.const 0)))
                (i32.const 7))))
          (return
            (i32.or
              (i32.and (local.get $a) (global.get $sign))
              (select (local.get $b) (global.get $infinity) (i32.lt_u (local.get $b) (global.get $infinity))))))
        ;; A difference, or two zeros of the same sign.
        (return (select (i32.const 0) (local.get $a) (local.get $differ))))
      (local.set $a
        (select
          (global.get $nan)
          (local.get $a)
          (i32.or
            (i32.gt_u (i32.and (local.get $a) (global.get $magnitude)) (global.get $infinity))
            (i32.eq (i32.xor (local.get $a) (local.get $b)) (global.get $sign))))))
    (local.get $a))

  (func (export "f32.sub") (param $a i32) (param $b i32) (result i32)
    (call $add (local.get $a) (i32.xor (local.get $b) (global.get $sign))))

  ;; The float of a sign, a field less one that may be outside of its range, and a significand whose leading one counts
  ;; at bit 30, wherever it is, and whose last place stands for all that is lost. It is not 0, and less than 2^31.
  (func $pack (param $sign i32) (param $field i32) (param $significand i32) (result i32)
    (local $shift i32)
    (local.set $shift (i32.sub (i32.clz (local.get $significand)) (i32.const 1)))
    (local.set $field (i32.sub (local.get $field) (local.get $shift)))
    (local.set $significand (i32.shl (local.get $significand) (local.get $shift)))
    (loop $again (result i32)
      (block $special
        (br_if $special (i32.ge_u (local.get $field) (i32.const 254)))
        (return
          (i32.add
            (i32.add (i32.shl (local.get $field) (i32.const 23)) (local.get $sign))
            (i32.shr_u
              (i32.add
                (i32.add (local.get $significand) (i32.const 63))
                (i32.ne (i32.and (local.get $significand) (i32.const 128)) (i32.const 0)))
              (i32.const 7)))))
      (if (i32.gt_s (local.get $field) (i32.const 0))
        (then (return (i32.or (local.get $sign) (global.get $infinity)))))
      ;; Subnormal: by as many places to the right as the field is below 0, by 31 at most, which leaves nothing.
      (local.set $field (select (local.get $field) (i32.const -31) (i32.gt_s (local.get $field) (i32.const -31))))
      (local.set $significand
        (i32.or
          (i32.shr_u (local.get $significand) (i32.sub (i32.const 0) (local.get $field)))
          (i32.ne (i32.shl (local.get $significand) (local.get $field)) (i32.const 0))))
      (local.set $field (i32.const 0))
      (br $again)))

  (func (export "f32.mul") (param $a i32) (param $b i32) (result i32)
    (local $sign i32) (local $field i32) (local $other i32) (local $scale i32) (local $product i64)
    (local.set $sign (i32.and (i32.xor (local.get $a) (local.get $b)) (global.get $sign)))
    (loop $again (result i32)
      (block $special
        (local.set $field (i32.sub (i32.and (i32.shr_u (local.get $a) (i32.const 23)) (i32.const 255)) (i32.const 1)))
        (br_if $special (i32.ge_u (local.get $field) (i32.const 254)))
        (local.set $other (i32.sub (i32.and (i32.shr_u (local.get $b) (i32.const 23)) (i32.const 255)) (i32.const 1)))
        (br_if $special (i32.ge_u (local.get $other) (i32.const 254)))
        ;; The leading one is at bit 61 or 62; the significand is the upper half.
        (local.set $product
          (i64.mul
            (i64.extend_i32_u (i32.or (i32.shl (local.get $a) (i32.const 8)) (global.get $sign)))
            (i64.extend_i32_u
              (i32.shl
                (i32.or (i32.and (local.get $b) (global.get $fraction)) (global.get $leading))
                (i32.const 7)))))
        (return
          (call $pack
            (local.get $sign)
            (i32.sub (i32.add (i32.add (local.get $field) (local.get $other)) (local.get $scale)) (i32.const 125))
            (i32.or
              (i32.wrap_i64 (i64.shr_u (local.get $product) (i64.const 32)))
              (i32.ne (i32.wrap_i64 (local.get $product)) (i32.const 0))))))
      (local.set $a (i32.and (local.get $a) (global.get $magnitude)))
      (local.set $b (i32.and (local.get $b) (global.get $magnitude)))
      (if (i32.lt_u (local.get $a) (local.get $b)) (then (local.get $a) (local.get $b) (local.set $a) (local.set $b)))
      (if (i32.ge_u (local.get $a) (global.get $infinity))
        (then
          (return
            (select
              (global.get $nan)
              (i32.or (local.get $sign) (local.get $a))
              (i32.or (i32.gt_u (local.get $a) (global.get $infinity)) (i32.eqz (local.get $b)))))))
      (if (i32.eqz (local.get $b)) (then (return (local.get $sign))))
      ;; The lesser one is subnormal. Its leading one goes to bit 23, where it is a field of 1.
      (local.set $scale
        (i32.sub (local.get $scale) (local.tee $other (i32.sub (i32.clz (local.get $b)) (i32.const 8)))))
      (local.set $b (i32.shl (local.get $b) (local.get $other)))
      (br $again)))

  (func (export "f32.div") (param $a i32) (param $b i32) (result i32)
    (local $sign i32) (local $field i32) (local $other i32) (local $scale i32) (local $dividend i64)
    (local.set $sign (i32.and (i32.xor (local.get $a) (local.get $b)) (global.get $sign)))
    (loop $again (result i32)
      (block $special
        (local.set $field (i32.sub (i32.and (i32.shr_u (local.get $a) (i32.const 23)) (i32.const 255)) (i32.const 1)))
        (br_if $special (i32.ge_u (local.get $field) (i32.const 254)))
        (local.set $other (i32.sub (i32.and (i32.shr_u (local.get $b) (i32.const 23)) (i32.const 255)) (i32.const 1)))
        (br_if $special (i32.ge_u (local.get $other) (i32.const 254)))
        ;; The quotient's leading one is at bit 25 or 26: two places for rounding.
        (local.set $dividend
          (i64.shl
            (i64.extend_i32_u (i32.or (i32.and (local.get $a) (global.get $fraction)) (global.get $leading)))
            (i64.const 26)))
        (local.set $b (i32.or (i32.and (local.get $b) (global.get $fraction)) (global.get $leading)))
        (local.set $a (i32.wrap_i64 (i64.div_u (local.get $dividend) (i64.extend_i32_u (local.get $b)))))
        (return
          (call $pack
            (local.get $sign)
            (i32.add (i32.sub (i32.add (local.get $field) (local.get $scale)) (local.get $other)) (i32.const 130))
            (i32.or
              (i32.ne (i32.wrap_i64 (local.get $dividend)) (i32.mul (local.get $a) (local.get $b)))
              (local.get $a)))))
      (local.set $a (i32.and (local.get $a) (global.get $magnitude)))
      (local.set $b (i32.and (local.get $b) (global.get $magnitude)))
      (if
        (i32.or
          (i32.or (i32.gt_u (local.get $a) (global.get $infinity)) (i32.gt_u (local.get $b) (global.get $infinity)))
          (i32.and
            (i32.eq (local.get $a) (local.get $b))
            (i32.or (i32.eq (local.get $a) (global.get $infinity)) (i32.eqz (local.get $a)))))
        (then (return (global.get $nan))))
      (if (i32.or (i32.eq (local.get $a) (global.get $infinity)) (i32.eqz (local.get $b)))
        (then (return (i32.or (local.get $sign) (global.get $infinity)))))
      (if (i32.or (i32.eq (local.get $b) (global.get $infinity)) (i32.eqz (local.get $a)))
        (then (return (local.get $sign))))
      ;; The lesser one is subnormal. Its leading one goes to bit 23, where it is a field of 1.
      (if (i32.lt_u (local.get $a) (local.get $b))
        (then
          (local.set $scale
            (i32.sub (local.get $scale) (local.tee $other (i32.sub (i32.clz (local.get $a)) (i32.const 8)))))
          (local.set $a (i32.shl (local.get $a) (local.get $other))))
        (else
          (local.set $scale
            (i32.add (local.tee $other (i32.sub (i32.clz (local.get $b)) (i32.const 8))) (local.get $scale)))
          (local.set $b (i32.shl (local.get $b) (local.get $other)))))
      (br $again)))

  ;; 13 places one by one, as many again by a division. A root never lies halfway between two floats, so that places
  ;; below those of the result decide, whatever remains.
  (func (export "f32.sqrt") (param $a i32) (result i32)
    (local $field i32) (local $scale i32) (local $places i32) (local $root i32) (local $bit i32) (local $trial i32)
    (loop $again (result i32)
      (block $special
        (br_if $special (i32.ge_u (i32.sub (local.get $a) (global.get $leading)) (i32.const 0x7f000000)))
        (local.set $field (i32.sub (i32.shr_u (local.get $a) (i32.const 23)) (local.get $scale)))
        ;; One is bit 24, of an odd exponent bit 25. The remainder is doubled where the root's bit is halved.
        (local.set $a
          (i32.shl
            (i32.or (i32.and (local.get $a) (global.get $fraction)) (global.get $leading))
            (i32.sub (i32.const 2) (i32.and (local.get $field) (i32.const 1)))))
        (local.set $places (i32.const 13))
        (loop $next
          (if
            (i32.le_u
              (local.tee $trial
                (i32.add (local.tee $bit (i32.shl (i32.const 0x800) (local.get $places))) (local.get $root)))
              (local.get $a))
            (then
              (local.set $a (i32.sub (local.get $a) (local.get $trial)))
              (local.set $root (i32.add (local.get $trial) (local.get $bit)))))
          (local.set $a (i32.add (local.get $a) (local.get $a)))
          (br_if $next (local.tee $places (i32.sub (local.get $places) (i32.const 1)))))
        ;; $root is r * 2^13, the remainder is to the same scale. With x for the lower half, twice r by x has to be the
        ;; remainder, less the square of x: so x is the quotient or one less.
        (local.set $bit (i32.div_u (local.get $a) (local.tee $trial (i32.shr_u (local.get $root) (i32.const 12)))))
        (local.set $root
          (i32.sub
            (i32.add (local.get $root) (local.get $bit))
            (i32.lt_u
              (i32.shl (i32.sub (local.get $a) (i32.mul (local.get $trial) (local.get $bit))) (i32.const 13))
              (i32.mul (local.get $bit) (local.get $bit)))))
        (return
          (i32.add
            (i32.shl (i32.shr_u (i32.add (local.get $field) (i32.const 125)) (i32.const 1)) (i32.const 23))
            (i32.shr_u (i32.add (local.get $root) (i32.const 2)) (i32.const 2)))))
      (if
        (i32.or
          (i32.eqz (i32.and (local.get $a) (global.get $magnitude)))
          (i32.eq (local.get $a) (global.get $infinity)))
        (then (return (local.get $a))))
      (if (i32.ge_u (local.get $a) (global.get $infinity)) (then (return (global.get $nan))))
      ;; Subnormal: the leading one goes to bit 23, where it is a field of 1.
      (local.set $scale (i32.sub (i32.clz (local.get $a)) (i32.const 8)))
      (local.set $a (i32.shl (local.get $a) (local.get $scale)))
      (br $again)))
)
