#!/bin/sh
# Looks for logic that was copied instead of named. Tests repeat themselves to be read alone, and
# the simulator shares nothing with the service on purpose: each of them is compared with itself.
set -eu
cd "$(dirname -- "$0")/.."
for crates in '{shared,backend,frontend}' simulator tests; do
    echo "$crates:"
    # Only a run of statements is worth a name: at least eight lines and 80 tokens, comments aside.
    jscpd --pattern "$crates/**/*.rs" --format rust --mode weak --min-tokens 80 --min-lines 8 \
        --threshold 1 --reporters xcode --no-colors .
done
