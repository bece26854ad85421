#!/usr/bin/python3
"""The web's Badging API over D-Bus.

    badge.set_app_badge(42)
    badge.set_app_badge()
    badge.clear_app_badge()

Run as a program it is the app of the desktop id that it gets, by owning that name on the bus.
"""

import argparse
import sys

from gi.repository import Gio, GLib


def set_app_badge(contents=None):
    """A number, or without one a dot; 0 takes it away."""
    if contents is None:
        _call("SetFlag", GLib.Variant("(s)", ("",)))
    else:
        _call("Set", GLib.Variant("(st)", ("", contents)))


def clear_app_badge():
    _call("Clear", GLib.Variant("(s)", ("",)))


_bus = Gio.bus_get_sync(Gio.BusType.SESSION)


def _call(member, arguments):
    _bus.call_sync(
        "org.hark.Daemon", "/org/hark/Daemon", "org.hark.Badges1", member, arguments, None,
        Gio.DBusCallFlags.NO_AUTO_START, -1,
    )


def main():
    parser = argparse.ArgumentParser(description="Sets the badge of an app.")
    parser.add_argument("app", help="a desktop id, such as org.example.Mail")
    parser.add_argument("badge", nargs="?", help="a number, or clear; without it a dot")
    arguments = parser.parse_args()
    _bus.call_sync(
        "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
        GLib.Variant("(su)", (arguments.app, 4)), None, Gio.DBusCallFlags.NONE, -1,
    )
    try:
        if arguments.badge == "clear":
            clear_app_badge()
        else:
            set_app_badge(int(arguments.badge) if arguments.badge else None)
    except GLib.Error as error:
        name = Gio.DBusError.get_remote_error(error)
        sys.exit("refused: " + error.message.removeprefix(f"GDBus.Error:{name}: "))


if __name__ == "__main__":
    main()
