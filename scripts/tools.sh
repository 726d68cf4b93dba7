# shellcheck shell=sh
# Where the tools live and how they get there. The set-up scripts source this file.
#
# A tool is kept once for every checkout on the machine, in $POSTERN_CACHE/tools/<name>-<version>
# (by default under ~/.cache/postern). `.tools/bin` in the checkout only links to the versions it
# wants, so a fresh clone is set up in a second and deleting either folder is safe.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cache=${POSTERN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/postern}
tools=$root/.tools

say() { printf '%s\n' "$(basename -- "$0" .sh): $*" >&2; }
die() {
    say "$*"
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Debian packages, unless they are there: packages WHAT-FOR NAME...
packages() {
    purpose=$1 missing=''
    shift
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    have apt-get ||
        die "no apt-get here; please install $purpose yourself. Debian's packages:$missing"
    [ "$(id -u)" = 0 ] || have sudo ||
        die "no sudo here; for $purpose please run as root: apt-get install$missing"
    say "installing with apt-get, for $purpose:$missing"
    # shellcheck disable=SC2086 # a list
    apt_install $missing || { as_root apt-get update >/dev/null && apt_install $missing; } ||
        die "apt-get could not install$missing"
}
apt_install() {
    # Never at the price of another package: a compiler from the distribution may be in use.
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-remove --no-install-recommends "$@" >/dev/null
}

# A program from crates.io: crate NAME VERSION PROGRAM [cargo install options]
crate() {
    name=$1 version=$2 program=$3
    shift 3
    home=$cache/tools/$name-$version
    if ! "$home/bin/$program" --version >/dev/null 2>&1; then
        say "building $name $version from crates.io into $home"
        # Some releases are locked to versions that were withdrawn since.
        cargo_install "$name@$version" --locked "$@" || {
            say "trying again, without the lock file of $name"
            cargo_install "$name@$version" "$@"
        }
    fi
    mkdir -p "$tools/bin"
    ln -sf "$home/bin/$program" "$tools/bin/$program"
}
# These run for seconds, so what counts is how quickly they compile.
cargo_install() {
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
        CARGO_PROFILE_RELEASE_INCREMENTAL=false \
        cargo install --quiet --root "$home" "$@"
}

# The programs of package-lock.json: `site` for those that build the site, `all` for the rest too.
npm_programs() {
    stamp=$root/node_modules/.postern lock=$(cksum <"$root/package-lock.json")
    case $(cat "$stamp" 2>/dev/null) in "$1 $lock" | "all $lock") return ;; esac
    have npm || packages 'Node.js' nodejs npm
    case $1 in site) omit=--omit=dev ;; *) omit=--include=dev ;; esac
    say "installing from npm into node_modules, by package-lock.json ($1)"
    (cd "$root" && npm ci $omit --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
    printf '%s\n' "$1 $lock" >"$stamp"
}

# The Azure CLI from PyPI, without the libraries that only its other commands need.
azure_cli() {
    wanted=$root/scripts/azure-cli.txt
    home=$cache/tools/azure-cli-$(cksum <"$wanted" | cut -d' ' -f1)
    if [ ! -e "$home/complete" ]; then
        # Debian's Python has the module, and lacks what that needs.
        python3 -c 'import ensurepip' 2>/dev/null || packages 'the Azure CLI' python3-venv
        say "installing $(sed -n 2p "$wanted") from PyPI into $home, by scripts/azure-cli.txt"
        rm -rf "$home"
        mkdir -p "$cache/tools"
        python3 -m venv "$home"
        "$home/bin/pip" install --quiet --no-deps --no-warn-conflicts --only-binary :all: \
            --disable-pip-version-check --requirement "$wanted"
        : >"$home/complete"
    fi
    mkdir -p "$tools/bin"
    ln -sf "$home/bin/az" "$tools/bin/az"
}
