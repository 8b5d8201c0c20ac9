;; Standard output is the serial line.
(module
  (import "wafer" "serial_write" (func $put (param i32)))
  (export "wafer.uart_write" (func $put)))
