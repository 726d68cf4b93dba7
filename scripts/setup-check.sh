#!/bin/sh
# Installs what `make check` needs beyond a compiler: cargo-deny, ShellCheck, and jscpd from npm.
set -eu
# shellcheck source=scripts/tools.sh
. "$(dirname -- "$0")/tools.sh"

crate cargo-deny 0.20.2 cargo-deny
have shellcheck || packages 'ShellCheck' shellcheck
npm_programs all
