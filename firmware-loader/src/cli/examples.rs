//! Examples that stand below the help of each command. Tests parse every line of them.

pub const DEVICES: &str = "\
Examples:
  firmware-loader devices
  firmware-loader devices --json";

pub const CHECK: &str = "\
Examples:
  firmware-loader check program.wasm --board icebreaker
  firmware-loader check program.wasm --board ulx3s-25 --strict --json";

pub const INSPECT: &str = "\
Examples:
  firmware-loader inspect program.wasm
  firmware-loader inspect program.wasm --json
  firmware-loader inspect --disassemble program.wasm
  firmware-loader inspect --disassemble --plan icebreaker program.wasm main";

pub const IMAGE: &str = "\
Examples:
  firmware-loader image --plan alchitry-cu program.wasm
  firmware-loader image --plan icebreaker -o add.hex add.wasm add 2 -3";

pub const INSTALL: &str = "\
Examples:
  firmware-loader install --board icebreaker blink.wasm
  firmware-loader install --board alchitry-cu -o blink.bin blink.wat blink 500000
  firmware-loader install --board ulx3s-85 scale.wasm scale -- -inf -0x7f

Before values like -inf or -0x7f, write --.";

pub const UNINSTALL: &str = "\
Examples:
  firmware-loader uninstall --board icebreaker
  firmware-loader uninstall --board alchitry-cu -o erased.bin";

pub const LOAD: &str = "\
Examples:
  firmware-loader load program.wasm
  firmware-loader load --port /dev/ttyUSB1 --board icebreaker program.wasm";

pub const RUN: &str = "\
Examples:
  firmware-loader run add.wasm add 2 3
  firmware-loader run --timeout 10 --dir data::/data program.wasm -v /data/input
  firmware-loader run --json add.wasm add -- -0x7f 3";

pub const CALL: &str = "\
Examples:
  firmware-loader call add.wasm add 2 3
  firmware-loader call --port /dev/ttyUSB1 --json add.wasm add 2 3";

pub const CONSOLE: &str = "\
Examples:
  firmware-loader console program.wasm
  firmware-loader console --timeout 60 program.wasm";

pub const PEEK: &str = "\
Examples:
  firmware-loader peek 0x400
  firmware-loader peek 0x400 16 --json
  firmware-loader peek --space stack 0 32";

pub const POKE: &str = "\
Examples:
  firmware-loader poke 0x400 01 02 ff
  firmware-loader poke --port /dev/ttyUSB1 1024 0102ff";

pub const STATUS: &str = "\
Examples:
  firmware-loader status
  firmware-loader status program.wasm";

pub const HALT: &str = "\
Examples:
  firmware-loader halt
  firmware-loader halt --port /dev/ttyUSB1";

pub const RESET: &str = "\
Examples:
  firmware-loader reset
  firmware-loader reset --port /dev/ttyUSB1";

pub const INFO: &str = "\
Examples:
  firmware-loader info
  firmware-loader info --port /dev/ttyUSB1 --json";

pub const SELFTEST: &str = "\
Examples:
  firmware-loader selftest
  firmware-loader selftest --quick --json";
