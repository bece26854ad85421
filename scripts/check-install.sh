#!/bin/sh
# Installs into a folder of its own and looks: systemd has no complaint about the unit, the bus file
# starts what is there, and uninstall leaves nothing.
set -eu
cd "$(dirname "$0")/.."

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
root=$place/root
prefix=$root/usr

fail() {
  printf 'hark: installation: %s\n' "$*" >&2
  exit 1
}

# The unit is looked at where its program is: the prefix itself is in the temporary folder.
PREFIX=$prefix DESTDIR='' scripts/install.sh install >/dev/null
unit=$prefix/lib/systemd/user/harkd.service
activation=$prefix/share/dbus-1/services/org.freedesktop.Notifications.service
! grep -n '@[a-z]*@' "$unit" "$activation" || fail 'a path was not filled in'
grep -qx "Exec=$prefix/bin/harkd" "$activation" || fail "not the daemon's path: $activation"
[ -x "$prefix/bin/harkd" ] || fail 'no daemon'
for page in "$prefix"/share/doc/hark/*.md "$prefix"/share/doc/hark/docs/*.md; do
  grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//; s/#.*//; /^[a-z]*:/d' |
    while read -r link; do
      [ -e "$(dirname "$page")/$link" ] || fail "a link of $page leads nowhere: $link"
    done
done

if command -v systemd-analyze >/dev/null; then
  # Other daemons' units would claim the same bus name; the rest are systemd's own.
  mkdir -p "$place/stock" "$place/runtime"
  for other in /usr/lib/systemd/user/*; do
    grep -qs '^BusName=org.freedesktop.Notifications$' "$other" || ln -s "$other" "$place/stock/"
  done
  [ -e "$place/stock/dbus.socket" ] ||
    printf '[Socket]\nListenStream=%%t/bus\n' >"$place/stock/dbus.socket"
  complaint=$(XDG_RUNTIME_DIR=$place/runtime \
    SYSTEMD_UNIT_PATH=$prefix/lib/systemd/user:$place/stock \
    systemd-analyze --user verify "$unit" 2>&1) || complaint="$complaint (failed)"
  [ -z "$complaint" ] || fail "$complaint"
else
  echo 'hark: no systemd-analyze here, the unit is not checked' >&2
fi

PREFIX=$prefix DESTDIR='' scripts/install.sh uninstall
left=$(find "$root" ! -type d)
[ -z "$left" ] || fail "uninstall left: $left"

PREFIX=/usr DESTDIR=$root scripts/install.sh install >/dev/null
grep -qx 'ExecStart=/usr/bin/harkd' "$unit" || fail 'DESTDIR is in the unit'
echo 'hark: installation checked'
