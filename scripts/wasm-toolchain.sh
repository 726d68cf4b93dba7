#!/bin/sh
# Makes a compiler for wasm32 from Debian's packages and prints its folder, for machines where
# `rustup target add wasm32-unknown-unknown` is refused.
#
# Debian ships the source of the standard library, not its build for wasm32. Built once per
# compiler version, into the cache; no setting of rustup and no file of a package is changed.
set -eu
# shellcheck source=scripts/tools.sh
. "$(dirname -- "$0")/tools.sh"

target=wasm32-unknown-unknown

packages 'a compiler for WebAssembly' rustc-web cargo-web rust-web-src rust-web-clippy
version=$(/usr/bin/rustc -vV)
host=$(printf '%s\n' "$version" | sed -n 's/^host: //p')
llvm=$(printf '%s\n' "$version" | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
packages 'the linker for WebAssembly' "lld-$llvm"

toolchain=$cache/tools/debian-rustc-web-$(dpkg-query -W -f '${Version}' rustc-web)
if [ ! -e "$toolchain" ]; then
    say "building the standard library for $target with $(/usr/bin/rustc -V) into $toolchain"
    mkdir -p "$cache/tools"
    new=$(mktemp -d "$cache/tools/building.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    mkdir -p "$new/bin" "$new/lib/rustlib/$target/lib" "$new/lib/rustlib/$host/bin" "$new/build/src"
    ln -s "/usr/lib/rustlib/$host/lib" "$new/lib/rustlib/$host/lib"
    ln -s "/usr/bin/lld-$llvm" "$new/lib/rustlib/$host/bin/rust-lld"
    ln -s /usr/lib/rustlib/src "$new/lib/rustlib/src"
    ln -s /usr/bin/cargo "$new/bin/cargo"
    printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot "%s" "$@"\n' "$toolchain" >"$new/bin/rustc"
    # Clippy's driver, which it looks for beside itself, reads this variable instead.
    printf '#!/bin/sh\nSYSROOT="%s" exec /usr/bin/cargo-clippy "$@"\n' "$toolchain" >"$new/bin/cargo-clippy"
    chmod +x "$new/bin/rustc" "$new/bin/cargo-clippy"

    : >"$new/build/src/lib.rs"
    printf '[package]\nname = "wasmstd"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n' \
        >"$new/build/Cargo.toml"
    # Object code for debug builds, bitcode for `lto = "fat"`.
    (
        cd "$new/build"
        unset CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS RUSTUP_TOOLCHAIN CARGO
        RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR=target \
            /usr/bin/cargo build --quiet --release --target $target -Zbuild-std=std,panic_abort,test
        rm target/$target/release/deps/libwasmstd-*
        cp target/$target/release/deps/lib*.rlib "../lib/rustlib/$target/lib/"
    ) >&2
    rm -rf "$new/build"
    chmod 755 "$new"
    mv "$new" "$toolchain"
fi
printf '%s\n' "$toolchain"
