#!/bin/sh
# The demo, kept up to date: Trunk rebuilds the page, this script the service.
#
# Both are reached at the service's own address, with its own headers: a debug build of it reads
# `dist/` anew for each request, so a change to the page needs no more than a reload.
set -eu
cd "$(dirname -- "$0")/.."

mark=$(mktemp)
builders='' service=''
stop() { [ -z "$1" ] || kill "$1" 2>/dev/null || true; }
end() {
    stop "$service"
    for builder in $builders; do stop "$builder"; done
    rm -f "$mark"
}
trap end EXIT
trap 'exit 130' INT TERM

demo() { cargo "$@" --package backend --features demo --bin postern-demo; }

for module in connect admin records review office; do scripts/build-site.sh "$module" build; done
for module in connect admin records review office; do
    scripts/build-site.sh "$module" watch &
    builders="$builders $!"
done
touch -d @0 "$mark"
while sleep 1; do
    [ -n "$(find Cargo.toml Cargo.lock backend shared simulator -newer "$mark" -print -quit)" ] || continue
    touch "$mark"
    # While it does not compile, the last one that did keeps running.
    demo build || continue
    stop "$service"
    demo run --quiet &
    service=$!
done
