#!/bin/sh
# Installs what building the site needs: a compiler for wasm32, Trunk, wasm-bindgen and wasm-opt.
# Does only what is missing; a second run takes a second.
#
# POSTERN_WASM picks where the standard library for wasm32 comes from:
#   rustup  the compiler in use, with `rustup target add`
#   debian  Debian's compiler and its library source (scripts/wasm-toolchain.sh)
#   auto    the first that works (the default)
set -eu
# shellcheck source=scripts/tools.sh
. "$(dirname -- "$0")/tools.sh"

trunk=0.21.14 # 0.22 wants a newer compiler than `rust-version` in Cargo.toml

target=wasm32-unknown-unknown
link=$tools/wasm-toolchain

builds_wasm() { # can this compiler, and its linker, make a WebAssembly module?
    printf '' | "$@" --target $target --crate-type cdylib --crate-name probe \
        -o "$tools/probe.wasm" - >/dev/null 2>&1 && rm -f "$tools/probe.wasm"
}
by_rustup() {
    rm -f "$link"
    builds_wasm rustc && return
    have rustup || return
    say "adding the target $target with rustup"
    limit=''
    ! have timeout || limit='timeout 300'
    $limit rustup target add $target && builds_wasm rustc
}
by_debian() {
    toolchain=$("$root/scripts/wasm-toolchain.sh") || return
    rm -f "$link"
    ln -s "$toolchain" "$link"
    builds_wasm "$link/bin/rustc"
}

mkdir -p "$tools/bin"
have cargo || die 'Rust is missing: https://rustup.rs'
have cc || packages 'a C compiler' build-essential

case ${POSTERN_WASM:-auto} in
rustup) by_rustup ;;
debian) by_debian ;;
auto)
    # What an earlier run settled on, before asking the network again.
    builds_wasm rustc || { [ -x "$link/bin/rustc" ] && by_debian; } || by_rustup || by_debian
    ;;
*) die 'POSTERN_WASM is one of rustup, debian, auto' ;;
esac || die "no compiler for $target"

crate trunk $trunk trunk --no-default-features

# wasm-bindgen's program and its library must be of one version.
bindgen=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' "$root/Cargo.lock")
[ -n "$bindgen" ] || die 'wasm-bindgen is not in Cargo.lock'
crate wasm-bindgen-cli "$bindgen" wasm-bindgen --no-default-features

npm_programs site
