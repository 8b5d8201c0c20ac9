#!/bin/sh
# Installs what is missing and runs every test. Arguments go to `cargo test`.
set -eu
cd "$(dirname "$0")"
./setup.sh
# A build that is made once gains nothing from incremental files, and they fill the disk.
[ -z "${CI-}" ] || export CARGO_INCREMENTAL=0
exec cargo test --workspace --no-fail-fast "$@"
