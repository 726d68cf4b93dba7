#!/bin/sh
# Runs a command with the tools that setup-site.sh installed: scripts/with-wasm.sh trunk build
set -eu
# shellcheck source=scripts/tools.sh
. "$(dirname -- "$0")/tools.sh"

PATH=$tools/bin:$root/node_modules/.bin:$PATH
if [ -e "$tools/wasm-toolchain" ]; then
    # Before rustup's cargo and rustc, which these variables would call for.
    PATH=$tools/wasm-toolchain/bin:$PATH
    unset RUSTUP_TOOLCHAIN RUSTC CARGO RUSTDOC
fi
# A folder of its own: the compiler for the site may not be the one for the rest.
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}/wasm
TRUNK_SKIP_VERSION_CHECK=true
export PATH CARGO_TARGET_DIR TRUNK_SKIP_VERSION_CHECK
cd "$root"
exec "$@"
