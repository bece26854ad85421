#!/bin/sh
# Checks every shell script of the project.
set -eu
cd "$(dirname "$0")/.."
if command -v shellcheck >/dev/null; then
  shellcheck scripts/*.sh .ci/run
  shellcheck --shell=bash completions/hark.bash
else
  echo 'hark: no shellcheck here, the scripts are not checked' >&2
fi
