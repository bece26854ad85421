#!/bin/sh
# Makes Wayland's client code from the protocols' XML, which the system's packages bring.
set -eu
cd "$(dirname "$0")/.."

protocols='stable/xdg-shell/xdg-shell stable/viewporter/viewporter
  staging/fractional-scale/fractional-scale-v1 staging/xdg-activation/xdg-activation-v1
  staging/ext-idle-notify/ext-idle-notify-v1'
source=$(pkg-config --variable=pkgdatadir wayland-protocols)
code=Sources/CWayland/generated
headers=Sources/CWayland/include/generated

mkdir -p "$code" "$headers"
for protocol in $protocols; do
  xml=$source/$protocol.xml
  name=${protocol##*/}
  # A new package brings a newer file.
  if [ ! -e "$code/$name.c" ] || [ -n "$(find "$xml" -newer "$code/$name.c")" ]; then
    echo "wayland-scanner $name"
    wayland-scanner client-header "$xml" "$headers/$name.h"
    wayland-scanner private-code "$xml" "$code/$name.c"
  fi
done
