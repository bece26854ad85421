#!/bin/sh
# Copies what `make build` made below $DESTDIR$PREFIX, or removes it again.
set -eu
cd "$(dirname "$0")/.."

bindir=$PREFIX/bin
docdir=$PREFIX/share/doc/hark
completion=$PREFIX/share/bash-completion/completions/hark
unit=$PREFIX/lib/systemd/user/harkd.service
activation=$PREFIX/share/dbus-1/services/org.freedesktop.Notifications.service
# Each below docdir as it is here, so that their links hold.
pages=$(echo README.md CONTRIBUTING.md LICENSE docs/*.md examples/*)

case $PREFIX in
  /*) ;;
  *) echo "hark: PREFIX must be an absolute path: $PREFIX" >&2 && exit 2 ;;
esac

# put MODE FILE TARGET
put() {
  mkdir -p "$(dirname "$DESTDIR$3")"
  install -m "$1" "$2" "$DESTDIR$3"
  echo "$DESTDIR$3"
}

# A template, with the paths of this installation.
fill() {
  sed -e "s,@bindir@,$bindir,g" -e "s,@docdir@,$docdir,g" "$1" >.build/filled
  put 644 .build/filled "$2"
  rm .build/filled
}

case ${1-} in
  install)
    for program in harkd hark; do
      if [ ! -x ".build/release/$program" ]; then
        echo 'hark: nothing to install yet; make build first' >&2
        exit 1
      fi
      put 755 ".build/release/$program" "$bindir/$program"
    done
    fill systemd-units/harkd.service.in "$unit"
    fill dbus-service-files/org.freedesktop.Notifications.service.in "$activation"
    put 644 completions/hark.bash "$completion"
    for page in $pages; do put 644 "$page" "$docdir/$page"; done
    if [ -z "$DESTDIR" ]; then
      echo 'hark: in each session: systemctl --user daemon-reload; hark doctor says who serves it'
    fi
    ;;
  uninstall)
    for file in "$bindir/harkd" "$bindir/hark" "$unit" "$activation" "$completion"; do
      rm -f "$DESTDIR$file"
    done
    for page in $pages; do rm -f "$DESTDIR$docdir/$page"; done
    for folder in "$docdir/docs" "$docdir/examples" "$docdir"; do
      [ ! -d "$DESTDIR$folder" ] || rmdir "$DESTDIR$folder"
    done
    ;;
  *)
    echo 'usage: install.sh install|uninstall, with PREFIX and DESTDIR' >&2
    exit 2
    ;;
esac
