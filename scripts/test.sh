#!/bin/sh
# All tests of the workspace. They are the same under both runners; nextest's report is the
# shorter read and it stops a test that hangs, so it is used where it is installed.
set -eu
if command -v cargo-nextest >/dev/null 2>&1; then
    cargo nextest run --workspace --all-features --no-fail-fast
    cargo test --workspace --all-features --doc
else
    cargo test --workspace --all-features --no-fail-fast
fi
