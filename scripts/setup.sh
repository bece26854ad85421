#!/bin/sh
# The system packages that hark needs. Nothing is installed that is there already.
#
#   setup.sh install build|virtual|test ...   install what is missing of these lists
#   setup.sh check                            fail with words where building is not possible
set -eu

# Debian's names; the lists are words, so they are expanded without quotes.
build='pkg-config libdbus-1-dev libglib2.0-dev libcairo2-dev libpango1.0-dev libxcb1-dev
  libxcb-shm0-dev libxcb-randr0-dev libxcb-shape0-dev libxcb-sync-dev
  libxcb-xfixes0-dev libwayland-dev libwayland-bin wayland-protocols libtomlplusplus-dev libpcre2-dev
  libsqlite3-dev'
# What `make run` needs where there is no bus and no display.
virtual='dbus-daemon xvfb imagemagick fonts-dejavu-core'
test='dbus-daemon dbus-bin libglib2.0-bin libnotify-bin gir1.2-notify-0.7 python3 python3-gi
  python3-venv xvfb xdotool x11-utils x11-xserver-utils picom sway grim wtype wayland-utils
  kwin-wayland waybar libcap2-bin imagemagick fonts-dejavu-core valgrind procps systemd
  shellcheck faketime python3-fuse bubblewrap xdg-desktop-portal xdg-desktop-portal-gtk chromium firefox-esr python3-dbusmock'

# The same for building, as pkg-config and the shell know it on every distribution.
modules='dbus-1 glib-2.0 pangocairo xcb xcb-shm xcb-randr xcb-shape xcb-sync xcb-xfixes
  wayland-client wayland-cursor wayland-protocols tomlplusplus libpcre2-8 sqlite3'

missing_packages() {
  for package; do
    case $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || :) in
      installed) ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

missing_parts() {
  for command in pkg-config wayland-scanner; do
    command -v "$command" >/dev/null || printf '%s ' "$command"
  done
  command -v pkg-config >/dev/null || return 0
  for module in $modules; do
    pkg-config --exists "$module" || printf '%s ' "$module"
  done
}

say() { printf 'hark: %s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- "$@"
  else
    say "to install these, be root or have sudo; the command is: $*"
    return 1
  fi
}

install_packages() {
  say "installing: $*"
  # One unreachable source of many is no reason to stop.
  as_root apt-get -qq update || :
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "$@" >/dev/null
}

check_build() {
  if ! command -v swift >/dev/null; then
    say 'there is no swift here. Swift 6.3: https://www.swift.org/install/linux'
    exit 1
  fi
  parts=$(missing_parts)
  [ -z "$parts" ] && return
  if command -v apt-get >/dev/null; then
    say "missing: $parts"
    say 'make setup installs it.'
  else
    say "missing: $parts"
    say 'Building takes pkg-config, wayland-scanner, wayland-protocols, and the development files'
    say 'of libdbus-1, GLib 2, cairo, Pango, libwayland, toml++, PCRE2, SQLite, and libxcb with shm, randr,'
    say 'shape, sync, xfixes.'
  fi
  exit 1
}

case ${1-} in
  check)
    check_build
    ;;
  install)
    shift
    wanted=
    for list; do
      case $list in
        build) wanted="$wanted $build" ;;
        virtual) wanted="$wanted $virtual" ;;
        test) wanted="$wanted $test" ;;
        *) say "no such list: $list" && exit 2 ;;
      esac
    done
    if ! command -v apt-get >/dev/null; then
      check_build
      case $* in *test* | *virtual*)
        say 'this is no Debian; taken to be here are what Debian calls:'
        # shellcheck disable=SC2086
        say $wanted
        ;;
      esac
      exit
    fi
    # shellcheck disable=SC2086
    missing=$(missing_packages $wanted)
    # shellcheck disable=SC2086
    [ -z "$missing" ] || install_packages $missing
    ;;
  *)
    say 'usage: setup.sh install build|virtual|test ... | check'
    exit 2
    ;;
esac
