#!/bin/sh
# Runs a command, shows it, and says how long it took: scripts/step.sh cargo fmt --all --check
start=$(date +%s)
printf '\n── %s\n' "$*" >&2
"$@"
status=$?
outcome='done'
[ "$status" = 0 ] || outcome="FAILED ($status)"
printf '── %s in %s s: %s\n' "$outcome" "$(($(date +%s) - start))" "$*" >&2
exit "$status"
