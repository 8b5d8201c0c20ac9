;; Memory size and growth, and bulk memory.
;;
;; The last parameter of each has the immediates: the first index in the lower half, the second one in the upper half.
;; A descriptor of a data segment has the slot of its first eight bytes in the lower half, its size in bytes in the upper
;; half. A range without a byte has to lie within the memory that is declared, but nothing of it has to be there.
(module
  (import "privileged" "slot.get" (func $slot_get (param i32) (result i64)))
  (import "privileged" "slot.set" (func $slot_set (param i64 i32)))
  (import "privileged" "memory.resize" (func $resize (param i64)))
  (import "trap" "OutOfBoundsMemory" (func $out_of_bounds))
  (import "exhausted" "PhysicalMemory" (func $not_there))
  (import "layout" "data" (global $data i32))
  (import "layout" "window" (global $window i64))
  (import "layout" "most" (global $most i64))
  (import "layout" "page" (global $page i64))
  (import "layout" "memory_bytes" (global $bytes (mut i64)))
  (memory 1)

  (func (export "memory.size") (param i64) (result i32)
    (i32.wrap_i64 (i64.shr_u (global.get $bytes) (global.get $page))))

  (func (export "memory.grow") (param $pages i32) (param i64) (result i32)
    (local $new i64)
    (if (i64.gt_u
          (local.tee $new
            (i64.add (i64.shl (i64.extend_i32_u (local.get $pages)) (global.get $page)) (global.get $bytes)))
          (global.get $most))
      (then (return (i32.const -1))))
    (i64.shr_u (global.get $bytes) (global.get $page))
    (global.set $bytes (local.get $new))
    (call $resize (local.get $new))
    (i32.wrap_i64))

  (func (export "memory.fill") (param $to i32) (param $value i32) (param $count i32) (param $end i64)
    (local.set $end (i64.add (i64.extend_i32_u (local.get $to)) (i64.extend_i32_u (local.get $count))))
    (if (i64.gt_u (local.get $end) (global.get $bytes)) (then (call $out_of_bounds)))
    (if (i32.gt_u (i64.gt_u (local.get $end) (global.get $window)) (i32.eqz (local.get $count)))
      (then (call $not_there)))
    ;; Four bytes at a time, then one.
    (local.set $value (i32.mul (i32.and (local.get $value) (i32.const 255)) (i32.const 0x01010101)))
    (block $few
      (loop $four
        (br_if $few (i32.lt_u (local.get $count) (i32.const 4)))
        (i32.store align=1 (local.get $to) (local.get $value))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 4)))
        (br $four)))
    (block $done
      (loop $one
        (br_if $done (i32.eqz (local.get $count)))
        (i32.store8 (local.get $to) (local.get $value))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $one))))

  (func (export "memory.copy") (param $to i32) (param $from i32) (param $count i32) (param $end i64)
    (local.set $end
      (i64.add
        (i64.extend_i32_u (select (local.get $to) (local.get $from) (i32.gt_u (local.get $to) (local.get $from))))
        (i64.extend_i32_u (local.get $count))))
    (if (i64.gt_u (local.get $end) (global.get $bytes)) (then (call $out_of_bounds)))
    (if (i32.gt_u (i64.gt_u (local.get $end) (global.get $window)) (i32.eqz (local.get $count)))
      (then (call $not_there)))
    ;; Eight bytes at a time, then one. A copy to higher addresses begins at the end.
    (if (i32.gt_u (local.get $to) (local.get $from))
      (then
        (block $few
          (loop $eight
            (br_if $few (i32.lt_u (local.get $count) (i32.const 8)))
            (local.set $count (i32.sub (local.get $count) (i32.const 8)))
            (i64.store align=1
              (i32.add (local.get $to) (local.get $count))
              (i64.load align=1 (i32.add (local.get $from) (local.get $count))))
            (br $eight)))
        (loop $one
          (if (local.get $count)
            (then
              (local.set $count (i32.sub (local.get $count) (i32.const 1)))
              (i32.store8
                (i32.add (local.get $to) (local.get $count))
                (i32.load8_u (i32.add (local.get $from) (local.get $count))))
              (br $one))))
        (return)))
    (block $few
      (loop $eight
        (br_if $few (i32.lt_u (local.get $count) (i32.const 8)))
        (i64.store align=1 (local.get $to) (i64.load align=1 (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 8)))
        (local.set $from (i32.add (local.get $from) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 8)))
        (br $eight)))
    (block $done
      (loop $one
        (br_if $done (i32.eqz (local.get $count)))
        (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $one))))

  (func (export "memory.init") (param $to i32) (param $from i32) (param $count i32) (param $segment i64)
    (local $end i64)
    (local.set $segment (call $slot_get (i32.add (global.get $data) (i32.wrap_i64 (local.get $segment)))))
    (local.set $end (i64.extend_i32_u (local.get $count)))
    (if (i64.gt_u
          (i64.add (i64.extend_i32_u (local.get $from)) (local.get $end))
          (i64.shr_u (local.get $segment) (i64.const 32)))
      (then (call $out_of_bounds)))
    (local.set $end (i64.add (i64.extend_i32_u (local.get $to)) (local.get $end)))
    (if (i64.gt_u (local.get $end) (global.get $bytes)) (then (call $out_of_bounds)))
    (if (i32.gt_u (i64.gt_u (local.get $end) (global.get $window)) (i32.eqz (local.get $count)))
      (then (call $not_there)))
    (block $done
      (loop $one
        (br_if $done (i32.eqz (local.get $count)))
        (i64.store8 (local.get $to)
          (i64.shr_u
            (call $slot_get
              (i32.add (i32.wrap_i64 (local.get $segment)) (i32.shr_u (local.get $from) (i32.const 3))))
            (i64.extend_i32_u (i32.shl (local.get $from) (i32.const 3)))))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $one))))

  ;; Of a segment that is dropped the size is 0.
  (func (export "data.drop") (param $segment i64)
    (local $slot i32)
    (local.set $slot (i32.add (global.get $data) (i32.wrap_i64 (local.get $segment))))
    (call $slot_set
      (i64.extend_i32_u (i32.wrap_i64 (call $slot_get (local.get $slot))))
      (local.get $slot))))
