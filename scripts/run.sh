#!/bin/sh
# Starts the built harkd and shows a first notification: on this session's bus, where the daemon
# stays, or else on a private bus (and a virtual display, of which a picture is kept) that ends
# with this script.
set -eu
cd "$(dirname "$0")/.."

daemon=.build/release/harkd
tool=.build/release/hark
log=.build/run/harkd.log
picture=.build/run/first-notification.png
mkdir -p .build/run

say() { printf '%s\n' "$*"; }

# bus METHOD ARGUMENT: asks the bus itself.
bus() {
  gdbus call --session --timeout 5 --dest org.freedesktop.DBus \
    --object-path /org/freedesktop/DBus --method "org.freedesktop.DBus.$1" ${2+"$2"} 2>/dev/null
}

owner() { bus GetNameOwner org.freedesktop.Notifications | sed "s/^('\(.*\)',)$/\1/"; }
process_of() { bus GetConnectionUnixProcessID "$1" | sed 's/^(uint32 \(.*\),)$/\1/'; }

server_name() {
  gdbus call --session --timeout 5 --dest "$1" --object-path /org/freedesktop/Notifications \
    --method org.freedesktop.Notifications.GetServerInformation 2>/dev/null |
    sed "s/^('\([^']*\)'.*/\1/"
}

has_session_bus() {
  [ -n "${DBUS_SESSION_BUS_ADDRESS-}" ] || [ -S "${XDG_RUNTIME_DIR:-/nowhere}/bus" ] || return 1
  bus GetId >/dev/null || {
    say 'The session bus that the environment names does not answer.'
    return 1
  }
}

# until_true TENTHS COMMAND...
until_true() {
  left=$1
  shift
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    sleep 0.1
  done
}

started_or_ended() {
  ! kill -0 "$process" 2>/dev/null || [ "$(process_of "$(owner)")" = "$process" ]
}

# start COMMAND...: runs the daemon, and is back when it owns the name.
start() {
  setsid "$@" </dev/null >"$log" 2>&1 &
  process=$!
  until_true 100 started_or_ended || :
  [ "$(process_of "$(owner)")" = "$process" ] && return
  kill "$process" 2>/dev/null || :
  say 'harkd did not start:'
  cat "$log"
  exit 1
}

greet() {
  "$tool" send --app hark --body 'This is what a notification looks like.' "$@" 'Hello from hark'
}

on_session_bus() {
  current=$(owner)
  if [ -n "$current" ]; then
    name=$(server_name "$current")
    number=$(process_of "$current")
    if [ "$name" != hark ]; then
      unit=$(sed -n 's,.*/\([^/]*\.service\)$,\1,p' "/proc/$number/cgroup" 2>/dev/null | tail -n 1)
      say "${name:-Another daemon} (process $number) shows the notifications of this session."
      say 'To take over, end it and run this again:'
      case $unit in
        '' | user@*) say "  kill $number && make run" ;;
        *) say "  systemctl --user stop $unit && make run" ;;
      esac
      exit 1
    fi
    say "hark runs already (process $number); this build takes its place."
    start "$daemon" --replace
  else
    start "$daemon"
  fi
  greet
  say "hark serves this session (process $process, log in $log). Next:"
  say "  $tool send --action yes=Yes --action no=No --wait 'A question'"
  say "  $tool list"
  say "  $tool doctor          who serves notifications, and where they are shown"
  say "  kill $process           ends it; make install, as root, keeps it"
}

stop() {
  # In the order that the last started ends first.
  for started in $background; do
    kill "$started" 2>/dev/null || continue
    wait "$started" 2>/dev/null || :
  done
  rm -rf "$place"
}

is_written() { [ -s "$1" ]; }
is_shown() { "$tool" list --json | grep -q '"state":"shown"'; }
# Besides the empty screen there is a popup with text on it.
has_picture() {
  import -window root "$picture" && [ "$(identify -format %k "$picture")" -gt 8 ]
}

on_private_bus() {
  scripts/setup.sh install virtual
  place=$(mktemp -d)
  background=
  trap stop EXIT
  trap 'exit 130' INT TERM HUP

  dbus-daemon --session --address="unix:tmpdir=$place" --nofork --nopidfile --print-address=3 \
    3>"$place/address" 2>"$place/bus.log" &
  background="$!"
  until_true 50 is_written "$place/address" || { cat "$place/bus.log" && exit 1; }
  DBUS_SESSION_BUS_ADDRESS=$(cat "$place/address")
  export DBUS_SESSION_BUS_ADDRESS

  virtual=
  if [ -z "${WAYLAND_DISPLAY-}${DISPLAY-}" ]; then
    virtual=yes
    XDG_RUNTIME_DIR=$place
    Xvfb -displayfd 3 -screen 0 800x450x24 -nolisten tcp 3>"$place/display" \
      2>"$place/display.log" &
    background="$! $background"
    until_true 100 is_written "$place/display" || { cat "$place/display.log" && exit 1; }
    DISPLAY=:$(cat "$place/display")
    export XDG_RUNTIME_DIR DISPLAY
  fi

  start "$daemon"
  background="$process $background"
  if [ -z "$virtual" ]; then
    say 'There is no session bus here: hark runs on a private one until this notification is gone.'
    greet --timeout 6000 --wait || :
  else
    greet
    until_true 50 is_shown || say 'The notification is not on the display:'
    until_true 30 has_picture || say 'The picture shows no popup:'
    "$tool" list
    say 'There is no session bus and no display here: hark ran on private ones.'
    say "Its first notification is in the picture $picture"
  fi
  say 'Next: make run on a desktop, where hark stays; or, to try the command line here,'
  say "  dbus-run-session -- sh -c '$daemon & sleep 1; $tool send Hello; $tool list; kill \$!'"
}

if has_session_bus; then
  on_session_bus
else
  on_private_bus
fi
