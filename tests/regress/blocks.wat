;; Memory that is a pool of 16 blocks of 4 KiB: they lie wherever something is written. What was never written is 0 and
;; takes no block. A store into the next block as well takes that first, and writes nothing if there is none for the other.
;; icebreaker: scatter 16 => return 136
;; icebreaker: scatter 17 => exhausted the access is inside the declared memory but beyond the memory of this board
;; icebreaker: near 65535 4096 16 => return 120
;; icebreaker: near 65536 69632 15 => return 105
;; icebreaker: read 17 => return 0
;; icebreaker: read 60 => return 0
;; icebreaker: cross 15 => exhausted the access is inside the declared memory but beyond the memory of this board
;; icebreaker: cross 14 => return 81985529216486895
;; icebreaker: cross_again 15 => return 81985529216486895
;; icebreaker: beyond => trap out of bounds memory access
;; icebreaker: last => return 7
;; icebreaker: grow => return 4096
;; icebreaker: fill 61440 => return 14
;; icebreaker: fill 65536 => return 15
;; icebreaker: fill 65537 => exhausted the access is inside the declared memory but beyond the memory of this board
;; icebreaker: copy 8192 => return 2
;; icebreaker: copy 65536 => exhausted the access is inside the declared memory but beyond the memory of this board
;; icebreaker: stack => return 1048560
(module
  (memory 1024)
  ;; Writes n words, a block and a bit apart, and sums them up.
  (func (export "scatter") (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (loop $write
      (i32.store (i32.mul (local.get $i) (i32.const 0x20f00)) (i32.add (local.get $i) (i32.const 1)))
      (br_if $write (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.set $i (i32.const 0))
    (loop $read
      (local.set $sum (i32.add (local.get $sum) (i32.load (i32.mul (local.get $i) (i32.const 0x20f00)))))
      (br_if $read (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $sum))
  ;; Bytes at the ends of blocks, from an address on.
  (func (export "near") (param $at i32) (param $step i32) (param $n i32) (result i32)
    (local $i i32) (local $sum i32) (local $address i32)
    (local.set $address (local.get $at))
    (loop $write
      (i32.store8 (local.get $address) (local.get $i))
      (local.set $address (i32.add (local.get $address) (local.get $step)))
      (br_if $write (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.set $i (i32.const 0))
    (loop $read
      (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $at))))
      (local.set $at (i32.add (local.get $at) (local.get $step)))
      (br_if $read (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $sum))
  ;; Reads all blocks of n pages, crossing into each; one block is taken after all of them.
  (func (export "read") (param $n i32) (result i64)
    (local $at i32) (local $sum i64)
    (local.set $at (i32.const 4092))
    (loop $read
      (local.set $sum (i64.or (local.get $sum) (i64.load (local.get $at))))
      (br_if $read
        (i32.lt_u
          (local.tee $at (i32.add (local.get $at) (i32.const 4096)))
          (i32.shl (local.get $n) (i32.const 16)))))
    (i32.store (i32.const 0) (i32.const 1))
    (local.get $sum))
  (func $take (param $n i32)
    (loop $next
      (if (local.get $n)
        (then
          (i32.store16 (i32.mul (local.get $n) (i32.const 0x10000)) (local.get $n))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br $next)))))
  ;; A store over two blocks, of which none is there, when n are taken.
  (func (export "cross") (param $n i32) (result i64)
    (call $take (local.get $n))
    (i64.store (i32.const 0x200ffd) (i64.const 0x0123456789abcdef))
    (i64.load (i32.const 0x200ffd)))
  ;; The same where the second one is there.
  (func (export "cross_again") (param $n i32) (result i64)
    (call $take (i32.sub (local.get $n) (i32.const 1)))
    (i32.store8 (i32.const 0x201fff) (i32.const 1))
    (i64.store (i32.const 0x200ff9) (i64.const 0x0123456789abcdef))
    (i64.load (i32.const 0x200ff9)))
  (func (export "beyond") (i32.store (i32.const 0x3fffffd) (i32.const 7)))
  (func (export "last") (result i32)
    (i32.store (i32.const 0x3fffffc) (i32.const 7))
    (i32.load (i32.const 0x3fffffc)))
  (func (export "grow") (result i32)
    (drop (memory.grow (i32.const 3072)))
    (i64.store (i32.const 0xffffff8) (i64.const -1))
    (memory.size))
  ;; Fills n bytes from the middle of a block on; how many blocks they reach into, less one.
  (func (export "fill") (param $n i32) (result i32)
    (memory.fill (i32.const 0x300000) (i32.const 1) (local.get $n))
    (i32.shr_u (i32.sub (local.get $n) (i32.const 1)) (i32.const 12)))
  (func (export "copy") (param $n i32) (result i32)
    (i32.store (i32.const 0x400ffe) (i32.const 0x02020202))
    (memory.copy (i32.const 0x500801) (i32.const 0x400001) (local.get $n))
    (i32.load8_u (i32.const 0x5017fe)))
  ;; As a compiler places it: data above, the stack below 1 MiB.
  (func (export "stack") (result i32)
    (local $sp i32)
    (local.set $sp (i32.sub (i32.const 0x100000) (i32.const 16)))
    (i64.store offset=8 (local.get $sp) (i64.const 0x1122334455667788))
    (i32.store (i32.const 0x100400) (local.get $sp))
    (i32.load (i32.const 0x100400))))
