#!/bin/sh
# Links the release programs once more, each from its own object and the C code.
#
# The object of an Embedded Swift program holds all the Swift code that the program reaches, and the
# objects of its libraries hold the same code again, which no ELF linker folds: without this step a
# program is three times as large and dirties half as much memory again.
#
# What each session runs lies together (scripts/order.txt, which scripts/order.sh makes): the rest, two
# thirds of harkd, stays on the disk. A name of that list that is no more costs nothing.
set -e
cd "$(dirname "$0")/.."

release=$(swift build -c release --show-bin-path)
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
triple=$(swiftc -print-target-info | sed -n 's/.*"triple": "\(.*\)".*/\1/p')

# link PROGRAM C-TARGETS FLAGS...
link() {
  program=$1
  targets=$2
  shift 2
  objects=
  for target in $targets; do
    objects="$objects $(find "$release/$target.build" -name '*.o')"
  done
  # SwiftPM gives main another name, so that tests could call it.
  # shellcheck disable=SC2086 # lists of words
  clang -o "$release/$program.new" "$release/$program.build/main.swift.o" $objects \
    "$resources/embedded/$triple/libswiftUnicodeDataTables.a" \
    -fuse-ld=lld -Wl,--defsym="main=${program}_main" -Wl,--gc-sections \
    -Wl,--symbol-ordering-file=scripts/order.txt -Wl,--no-warn-symbol-ordering \
    -Wl,-O1 -Wl,--as-needed \
    -Wl,-z,relro -Wl,-z,now "$@" -lm
  mv "$release/$program.new" "$release/$program"
}

# The little of it that reading TOML takes is 150 KiB of a program; as a shared library it is half a
# millisecond at each start, and 160 KiB of memory.
cxx=-lstdc++
if [ -e "$(clang -print-file-name=libstdc++.a)" ]; then
  cxx='-l:libstdc++.a -l:libgcc_eh.a'
fi

# shellcheck disable=SC2046,SC2086 # flags
link harkd 'CLibc CToml CWayland CXcb' $(pkg-config --libs dbus-1 glib-2.0 pangocairo libpcre2-8 sqlite3 \
  wayland-client wayland-cursor xcb xcb-shm xcb-randr xcb-shape xcb-sync xcb-xfixes) $cxx
# shellcheck disable=SC2046,SC2086 # flags
link hark 'CLibc CToml' $(pkg-config --libs dbus-1 glib-2.0 libpcre2-8) $cxx
