#!/bin/sh
# Writes scripts/order.txt: the functions of harkd that each session runs, as valgrind sees them, on
# the displays that WAYLAND_DISPLAY and DISPLAY name, one after the other.
#
#   order.sh [HARKD]
set -eu
daemon=$(realpath "${1:-.build/release/harkd}")
cd "$(dirname "$0")/.."

place=$(mktemp -d)
bus=
stop() {
  [ -z "$bus" ] || kill "$bus"
  rm -rf "$place"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

# call METHOD ARGUMENTS...
call() {
  method=$1
  shift
  gdbus call --session --timeout 60 --dest org.freedesktop.Notifications \
    --object-path /org/freedesktop/Notifications \
    --method "org.freedesktop.Notifications.$method" "$@" >/dev/null
}

# notify ID BODY ACTIONS HINTS TIMEOUT
notify() { call Notify order "uint32 $1" '' 'A title' "$2" "$3" "$4" "int32 $5"; }

# record COMMAND...: what harkd runs in a short session
record() {
  session=$((session + 1))
  "$@" valgrind -q --tool=callgrind --dump-line=no --callgrind-out-file="$place/$session.calls" \
    "$place/harkd" 2>"$place/$session.log" &
  process=$!
  gdbus wait --session --timeout 60 org.freedesktop.Notifications
  call GetServerInformation
  notify 0 'some <b>bold</b> text' '[]' '{}' 0
  sleep 2
  notify 1 'other text' '[]' '{"urgency": <byte 1>}' 0
  for _ in 1 2; do notify 0 'stays' '[]' '{}' 0; done
  notify 0 'with an action' '["default", "Open"]' '{"desktop-entry": <"order">}' 3000
  sleep 2
  call CloseNotification 'uint32 1'
  # Until the last one has expired, and the store has taken all of it in.
  sleep 15
  kill "$process"
  wait "$process"
}

dbus-daemon --session --address="unix:tmpdir=$place" --nofork --nopidfile --print-address=3 \
  3>"$place/address" 2>"$place/bus.log" &
bus=$!
until [ -s "$place/address" ]; do sleep 0.1; done
DBUS_SESSION_BUS_ADDRESS=$(cat "$place/address")
XDG_STATE_HOME=$place/state
XDG_CONFIG_HOME=$place/config
export DBUS_SESSION_BUS_ADDRESS XDG_STATE_HOME XDG_CONFIG_HOME

# Valgrind does not know all that is in the information for debuggers.
objcopy --strip-debug "$daemon" "$place/harkd"
session=0
# The second one finds what the first one had live.
for _ in 1 2; do
  [ -z "${WAYLAND_DISPLAY-}" ] || record env -u DISPLAY
  [ -z "${DISPLAY-}" ] || record env -u WAYLAND_DISPLAY
done
sed -n "s/^c\{0,1\}fn=([0-9]*) \([\$a-z_][^']*\).*/\1/p" "$place"/*.calls |
  grep -E '^(\$|swift_)' | LC_ALL=C sort -u >"$place/order"
mv "$place/order" scripts/order.txt
wc -l scripts/order.txt
