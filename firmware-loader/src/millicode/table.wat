;; Tables, references, indirect calls.
;;
;; The last parameter of each has the immediates: the first index in the lower half, the second one in the upper half. A
;; descriptor of a table or element segment has the slot of its first element in bits 15 to 0, how many elements it can
;; have in bits 31 to 16, how many it has in the upper half. A reference to a function has its index + 1 in the lower
;; half, the number of its type in the upper half.
(module
  (import "privileged" "slot.get" (func $slot_get (param i32) (result i64)))
  (import "privileged" "slot.set" (func $slot_set (param i64 i32)))
  (import "privileged" "enter" (func $enter (param i32)))
  (import "privileged" "return_enter" (func $return_enter (param i32)))
  (import "trap" "OutOfBoundsTable" (func $out_of_bounds))
  (import "trap" "UndefinedElement" (func $undefined))
  (import "trap" "UninitializedElement" (func $uninitialized))
  (import "trap" "IndirectCallTypeMismatch" (func $mismatch))
  (import "layout" "tables" (global $tables i32))
  (import "layout" "elements" (global $elements i32))

  (func (export "call_indirect") (param $index i32) (param $of i64)
    (local $found i64)
    (local.set $found
      (call $slot_get (i32.add (i32.wrap_i64 (i64.shr_u (local.get $of) (i64.const 32))) (global.get $tables))))
    (if (i32.ge_u (local.get $index) (i32.wrap_i64 (i64.shr_u (local.get $found) (i64.const 32))))
      (then (call $undefined)))
    (local.set $found
      (call $slot_get
        (i32.add (i32.and (i32.wrap_i64 (local.get $found)) (i32.const 0xffff)) (local.get $index))))
    (if (i32.eqz (local.tee $index (i32.wrap_i64 (local.get $found)))) (then (call $uninitialized)))
    (if (i32.ne (i32.wrap_i64 (i64.shr_u (local.get $found) (i64.const 32))) (i32.wrap_i64 (local.get $of)))
      (then (call $mismatch)))
    (call $enter (i32.sub (local.get $index) (i32.const 1))))

  (func (export "return_call_indirect") (param $index i32) (param $of i64)
    (local $found i64)
    (local.set $found
      (call $slot_get (i32.add (i32.wrap_i64 (i64.shr_u (local.get $of) (i64.const 32))) (global.get $tables))))
    (if (i32.ge_u (local.get $index) (i32.wrap_i64 (i64.shr_u (local.get $found) (i64.const 32))))
      (then (call $undefined)))
    (local.set $found
      (call $slot_get
        (i32.add (i32.and (i32.wrap_i64 (local.get $found)) (i32.const 0xffff)) (local.get $index))))
    (if (i32.eqz (local.tee $index (i32.wrap_i64 (local.get $found)))) (then (call $uninitialized)))
    (if (i32.ne (i32.wrap_i64 (i64.shr_u (local.get $found) (i64.const 32))) (i32.wrap_i64 (local.get $of)))
      (then (call $mismatch)))
    (call $return_enter (i32.sub (local.get $index) (i32.const 1))))

  (func (export "ref.null") (param i64) (result i64) (i64.const 0))

  (func (export "ref.is_null") (param $reference i64) (param i64) (result i32)
    (i64.eqz (local.get $reference)))

  (func (export "ref.func") (param $function i64) (result i64) (i64.add (local.get $function) (i64.const 1)))

  (func (export "table.size") (param $table i64) (result i32)
    (i32.wrap_i64
      (i64.shr_u
        (call $slot_get (i32.add (global.get $tables) (i32.wrap_i64 (local.get $table))))
        (i64.const 32))))

  (func (export "table.get") (param $index i32) (param $table i64) (result i64)
    (local.set $table (call $slot_get (i32.add (global.get $tables) (i32.wrap_i64 (local.get $table)))))
    (if (i32.ge_u (local.get $index) (i32.wrap_i64 (i64.shr_u (local.get $table) (i64.const 32))))
      (then (call $out_of_bounds)))
    (call $slot_get (i32.add (i32.and (i32.wrap_i64 (local.get $table)) (i32.const 0xffff)) (local.get $index))))

  (func (export "table.set") (param $index i32) (param $value i64) (param $table i64)
    (local.set $table (call $slot_get (i32.add (global.get $tables) (i32.wrap_i64 (local.get $table)))))
    (if (i32.ge_u (local.get $index) (i32.wrap_i64 (i64.shr_u (local.get $table) (i64.const 32))))
      (then (call $out_of_bounds)))
    (call $slot_set
      (local.get $value)
      (i32.add (i32.and (i32.wrap_i64 (local.get $table)) (i32.const 0xffff)) (local.get $index))))

  (func (export "table.grow") (param $value i64) (param $count i32) (param $table i64) (result i32)
    (local $descriptor i64) (local $slot i32) (local $size i32)
    (local.set $descriptor (call $slot_get (i32.add (global.get $tables) (i32.wrap_i64 (local.get $table)))))
    (local.set $size (i32.wrap_i64 (i64.shr_u (local.get $descriptor) (i64.const 32))))
    (if (i32.lt_u
          (i32.sub (i32.shr_u (i32.wrap_i64 (local.get $descriptor)) (i32.const 16)) (local.get $size))
          (local.get $count))
      (then (return (i32.const -1))))
    (call $slot_set
      (i64.add (local.get $descriptor) (i64.shl (i64.extend_i32_u (local.get $count)) (i64.const 32)))
      (i32.add (global.get $tables) (i32.wrap_i64 (local.get $table))))
    (local.set $slot
      (i32.add (i32.and (i32.wrap_i64 (local.get $descriptor)) (i32.const 0xffff)) (local.get $size)))
    (block $done
      (loop $one
        (br_if $done (i32.eqz (local.get $count)))
        (call $slot_set (local.get $value) (local.get $slot))
        (local.set $slot (i32.add (local.get $slot) (i32.const 1)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $one)))
    (local.get $size))

  (func (export "table.fill") (param $index i32) (param $value i64) (param $count i32) (param $table i64)
    (local.set $table (call $slot_get (i32.add (global.get $tables) (i32.wrap_i64 (local.get $table)))))
    (if (i64.gt_u
          (i64.add (i64.extend_i32_u (local.get $index)) (i64.extend_i32_u (local.get $count)))
          (i64.shr_u (local.get $table) (i64.const 32)))
      (then (call $out_of_bounds)))
    (local.set $index (i32.add (i32.and (i32.wrap_i64 (local.get $table)) (i32.const 0xffff)) (local.get $index)))
    (block $done
      (loop $one
        (br_if $done (i32.eqz (local.get $count)))
        (call $slot_set (local.get $value) (local.get $index))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $one))))

  (func (export "table.copy") (param $to i32) (param $from i32) (param $count i32) (param $tables i64)
    (local $target i64) (local $source i64)
    (local.set $target (call $slot_get (i32.add (global.get $tables) (i32.wrap_i64 (local.get $tables)))))
    (local.set $source
      (call $slot_get
        (i32.add (global.get $tables) (i32.wrap_i64 (i64.shr_u (local.get $tables) (i64.const 32))))))
    (return_call $move
      (local.get $to) (local.get $from) (local.get $count) (local.get $target) (local.get $source)))

  (func (export "table.init") (param $to i32) (param $from i32) (param $count i32) (param $of i64)
    (local $target i64) (local $source i64)
    (local.set $source (call $slot_get (i32.add (global.get $elements) (i32.wrap_i64 (local.get $of)))))
    (local.set $target
      (call $slot_get (i32.add (global.get $tables) (i32.wrap_i64 (i64.shr_u (local.get $of) (i64.const 32))))))
    (return_call $move
      (local.get $to) (local.get $from) (local.get $count) (local.get $target) (local.get $source)))

  ;; Copies elements between what two descriptors describe; to higher slots from the end on.
  (func $move (param $to i32) (param $from i32) (param $count i32) (param $target i64) (param $source i64)
    (local $length i64)
    (local.set $length (i64.extend_i32_u (local.get $count)))
    (if (i32.or
          (i64.gt_u
            (i64.add (i64.extend_i32_u (local.get $to)) (local.get $length))
            (i64.shr_u (local.get $target) (i64.const 32)))
          (i64.gt_u
            (i64.add (i64.extend_i32_u (local.get $from)) (local.get $length))
            (i64.shr_u (local.get $source) (i64.const 32))))
      (then (call $out_of_bounds)))
    (local.set $to (i32.add (i32.and (i32.wrap_i64 (local.get $target)) (i32.const 0xffff)) (local.get $to)))
    (local.set $from (i32.add (i32.and (i32.wrap_i64 (local.get $source)) (i32.const 0xffff)) (local.get $from)))
    (if (i32.gt_u (local.get $to) (local.get $from))
      (then
        (loop $last
          (if (local.get $count)
            (then
              (local.set $count (i32.sub (local.get $count) (i32.const 1)))
              (call $slot_set
                (call $slot_get (i32.add (local.get $from) (local.get $count)))
                (i32.add (local.get $to) (local.get $count)))
              (br $last))))
        (return)))
    (block $done
      (loop $first
        (br_if $done (i32.eqz (local.get $count)))
        (call $slot_set (call $slot_get (local.get $from)) (local.get $to))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $first))))

  ;; Of a segment that is dropped the size is 0.
  (func (export "elem.drop") (param $segment i64)
    (local $slot i32)
    (local.set $slot (i32.add (global.get $elements) (i32.wrap_i64 (local.get $segment))))
    (call $slot_set
      (i64.extend_i32_u (i32.wrap_i64 (call $slot_get (local.get $slot))))
      (local.get $slot))))
