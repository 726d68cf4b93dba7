#!/bin/sh
# Builds one module of the site, connect, admin, records, review or office, into its folder in dist/. The rest is for Trunk:
# scripts/build-site.sh connect build --release --cargo-profile site
set -eu
cd "$(dirname -- "$0")/.."

module=$1 command=$2
shift 2
page=frontend/index.html
if [ "$module" != connect ]; then
    # They begin as the same page, with more style sheets.
    page=frontend/$module.html
    case $module in
    office) sheets="filters handoffs office" ;;
    *) sheets="filters jit $module code" ;;
    esac
    # shellcheck disable=SC2086 # each is a word
    more=$(printf '<link data-trunk rel="css" href="style/%s.css" />' $sheets)
    sed -e "s/data-bin=\"connect\"/data-bin=\"$module\"/" -e "s|style/pages.css.*|&$more|" \
        frontend/index.html >"$page"
fi
exec scripts/with-wasm.sh trunk "$command" "$@" --dist "dist/$module" --public-url "/$module/" "$page"
