;; What a program of WASI needs to print: standard output and error output are the serial line, a terminal; there are no
;; arguments, no environment and no files.
(module
  (import "wafer" "serial_write" (func $put (param i32)))
  (import "program" "memory" (memory 0))

  (func $write (param $text i32) (param $bytes i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $bytes)))
        (call $put (i32.load8_u (local.get $text)))
        (local.set $text (i32.add (local.get $text) (i32.const 1)))
        (local.set $bytes (i32.sub (local.get $bytes) (i32.const 1)))
        (br $next))))

  ;; Errno 8: badf.
  (func (export "wasi_snapshot_preview1.fd_write")
    (param $fd i32) (param $vectors i32) (param $count i32) (param $written i32) (result i32) (local $bytes i32)
    (if (i32.gt_u (i32.sub (local.get $fd) (i32.const 1)) (i32.const 1)) (then (return (i32.const 8))))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (call $write (i32.load (local.get $vectors)) (i32.load offset=4 (local.get $vectors)))
        (local.set $bytes (i32.add (local.get $bytes) (i32.load offset=4 (local.get $vectors))))
        (local.set $vectors (i32.add (local.get $vectors) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (i32.store (local.get $written) (local.get $bytes))
    (i32.const 0))

  ;; A character device, whatever it may.
  (func (export "wasi_snapshot_preview1.fd_fdstat_get") (param $fd i32) (param $stat i32) (result i32)
    (if (i32.gt_u (local.get $fd) (i32.const 2)) (then (return (i32.const 8))))
    (i64.store (local.get $stat) (i64.const 2))
    (i64.store offset=8 (local.get $stat) (i64.const -1))
    (i64.store offset=16 (local.get $stat) (i64.const -1))
    (i32.const 0))
  (func (export "wasi_snapshot_preview1.fd_close") (param $fd i32) (result i32) (i32.const 0))
  ;; Errno 70: spipe.
  (func (export "wasi_snapshot_preview1.fd_seek")
    (param $fd i32) (param $offset i64) (param $whence i32) (param $place i32) (result i32) (i32.const 70))

  (func $none (export "wasi_snapshot_preview1.environ_sizes_get") (param $count i32) (param $bytes i32) (result i32)
    (i32.store (local.get $count) (i32.const 0))
    (i32.store (local.get $bytes) (i32.const 0))
    (i32.const 0))
  (export "wasi_snapshot_preview1.args_sizes_get" (func $none))
  (func $nothing (export "wasi_snapshot_preview1.environ_get") (param $list i32) (param $text i32) (result i32)
    (i32.const 0))
  (export "wasi_snapshot_preview1.args_get" (func $nothing))

  ;; There is nowhere to go: it stands still, or traps if it has failed.
  (func (export "wasi_snapshot_preview1.proc_exit") (param $status i32)
    (if (local.get $status) (then (unreachable)))
    (loop $forever (br $forever))))
