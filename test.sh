#!/bin/sh
# Installs what is missing and runs every test. Arguments go to `cargo test`.
set -eu
cd "$(dirname "$0")"
./setup.sh
exec cargo test --workspace --no-fail-fast "$@"
