#!/bin/sh
# Runs `swift test` with the flags given; when it fails, the failures are said again at the end.
set -eu

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# POSIX sh has no pipefail: the status goes past `tee` in a file.
{ swift test "$@" 2>&1 || echo "$?" >"$log.status"; } | tee "$log"
status=0
if [ -f "$log.status" ]; then
  status=$(cat "$log.status")
  rm -f "$log.status"
  echo
  echo 'What failed:'
  grep -E '^(✘|↳)' "$log" | grep -v 'Testing Library\|Target Platform' || tail -n 20 "$log"
fi
exit "$status"
