#!/bin/sh
# Installs what the tests and `make -C synth` need beside Rust. Does nothing, and says nothing, if all of it is there.
set -eu
cd "$(dirname "$0")"

# Debian's LLDB does not know WebAssembly. Tests of LLDB are skipped without it.
lldb=target/lldb
if [ ! -x $lldb/bin/lldb ]; then
    mkdir -p target
    { python3 -m venv $lldb && $lldb/bin/pip install --quiet lldb-for-pwndbg; } >/dev/null 2>&1 ||
        { rm -rf $lldb; echo "no LLDB for WebAssembly: python3 with venv and PyPI are needed" >&2; }
fi

# Random modules are compared with it if it is there.
wasmtime=target/wasmtime
if [ ! -x $wasmtime/bin/python ]; then
    mkdir -p target
    { python3 -m venv $wasmtime && $wasmtime/bin/pip install --quiet wasmtime==50.0.1; } >/dev/null 2>&1 ||
        { rm -rf $wasmtime; echo "no wasmtime: python3 with venv and PyPI are needed" >&2; }
fi

missing=
need() { # command, Debian package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

need verilator verilator
need yosys yosys
need nextpnr-ice40 nextpnr-ice40
need icepack fpga-icestorm
need iverilog iverilog
need z3 z3
need g++ g++
need make make
need clang clang
need wasm-ld lld
[ -e /usr/lib/wasm32-wasi/libc.a ] || missing="$missing wasi-libc libclang-rt-14-dev-wasm32"
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "setup.sh knows Debian only; install these with your system's package manager:$missing" >&2
    exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
    if ! command -v sudo >/dev/null 2>&1; then
        echo "run this as root: apt-get install$missing" >&2
        exit 1
    fi
fi
echo "installing$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of packages
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null
