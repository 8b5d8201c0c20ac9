;; The number behind the prefix is LEB128, and may be padded: i32.trunc_sat_f64_s as fc 82 80 00.
;; sim-large: p -7.9 => return -7
;; sim-large: p 3e9 => return 2147483647
(module binary
  "\00asm\01\00\00\00"
  "\01\06\01\60\01\7c\01\7f"
  "\03\02\01\00"
  "\07\05\01\01p\00\00"
  "\0a\0a\01\08\00\20\00\fc\82\80\00\0b")
