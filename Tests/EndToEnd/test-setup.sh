#!/bin/sh
# Makes what the tests need beyond Debian's packages, below .build/test-tools: a virtual environment
# with two packages from PyPI, Python bindings for the Wayland protocols of the virtual pointer, and
# libunity, which is unpacked and not installed. And a disk in trouble, out of C.
# What cannot be had is noted in a file, and the tests that need it say so and are skipped.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
tools=$root/.build/test-tools
done=$tools/done-$(cksum <"$0" | tr -d ' ')
disk() {
  "$(command -v clang || command -v cc)" -shared -fPIC -O1 -Wall -Wextra -Werror \
    -o "$tools/disk.so" "$root/Tests/EndToEnd/clients/disk.c" -ldl
}
if [ -e "$done" ]; then
  disk
  exit
fi
rm -rf "$tools"
mkdir -p "$tools"
cd "$tools"

/usr/bin/python3 -m venv --system-site-packages venv
complete=yes
for package in pywayland==0.4.19 desktop-notifier==6.2.0; do
  if ! venv/bin/pip install -q --retries 1 --timeout 30 "$package" >pip.log 2>&1; then
    complete=no
    echo "PyPI's $package could not be installed: $(tail -n 1 pip.log)" \
      | tee "missing-$(echo "${package%%==*}" | tr - _)"
  fi
done

# The protocol's XML is in no -dev package but this odd one, whose dependencies nobody needs.
note() {
  complete=no
  echo "$1" | tee missing-pointer
}
if [ -e missing-pywayland ]; then
  cp missing-pywayland missing-pointer
else
  mkdir deb
  # apt's own user cannot write here; that it says so is of no interest.
  if (cd deb && apt-get download -q librust-wayland-protocols-dev) >apt.log 2>&1; then
    dpkg -x deb/*.deb deb/unpacked
    virtual=$(find deb/unpacked -name wlr-virtual-pointer-unstable-v1.xml)
    packaged=/usr/share/wayland-protocols
    venv/bin/pywayland-scanner -o protocols -i /usr/share/wayland/wayland.xml "$virtual" \
      $packaged/stable/xdg-shell/xdg-shell.xml \
      $packaged/staging/xdg-activation/xdg-activation-v1.xml
    rm -rf deb
  else
    note "the virtual pointer's protocol could not be downloaded: $(tail -n 1 apt.log)"
  fi
fi

mkdir unity
if (cd unity && apt-get download -q libunity9 libunity-protocol-private0 libdee-1.0-4 \
  libdbusmenu-glib4 gir1.2-unity-7.0 gir1.2-dee-1.0 gir1.2-dbusmenu-glib-0.4) >apt.log 2>&1; then
  for package in unity/*.deb; do dpkg -x "$package" unity; done
  rm unity/*.deb
else
  complete=no
  echo "libunity could not be downloaded: $(tail -n 1 apt.log)" | tee missing-unity
fi
disk
[ $complete = no ] || : >"$done"
