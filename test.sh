#!/bin/sh
# Installs what is missing, looks at the form of the sources, and runs every test. With arguments, which go to
# `cargo test`, it only tests.
set -eu
cd "$(dirname "$0")"
./setup.sh
# A build that is made once gains nothing from incremental files, and they fill the disk.
[ -z "${CI-}" ] || export CARGO_INCREMENTAL=0
if [ $# -eq 0 ]; then
    cargo fmt --check
    cargo clippy --workspace --all-targets -- --deny warnings
    RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --quiet
fi
exec cargo test --workspace --no-fail-fast "$@"
