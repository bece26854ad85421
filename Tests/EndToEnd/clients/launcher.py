"""The two ends of com.canonical.Unity.LauncherEntry.

    launcher.py app            emits an Update for each line `URI {PROPERTIES}` of its input
    launcher.py unity ID       the same by libunity, for each line `PROPERTY VALUE`
    launcher.py dock [NAME]    prints each Update of hark's; takes the bus name

An app keeps its connection until its input ends.
"""
import sys

from gi.repository import Gio, GLib

INTERFACE = 'com.canonical.Unity.LauncherEntry'
mode = sys.argv[1]
sys.stdout.reconfigure(line_buffering=True)
loop = GLib.MainLoop()
connection = Gio.bus_get_sync(Gio.BusType.SESSION)


def lines(take):
    def readable(channel, _condition):
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        take(line.rstrip('\n'))
        connection.flush_sync()
        print('done')
        return True
    GLib.io_add_watch(0, GLib.IO_IN | GLib.IO_HUP, readable)


def emit(line):
    uri, _, properties = line.partition(' ')
    connection.emit_signal(None, '/any/path', INTERFACE, 'Update', GLib.Variant.new_tuple(
        GLib.Variant('s', uri), GLib.Variant.parse(GLib.VariantType('a{sv}'), properties)))


def heard(_connection, _sender, path, _interface, _member, parameters):
    uri, properties = parameters.unpack()
    words = [f'{key}={properties[key]}' for key in sorted(properties)]
    print(path, uri, *words)


if mode == 'app':
    lines(emit)
elif mode == 'unity':
    import gi
    gi.require_version('Unity', '7.0')
    from gi.repository import Unity
    entry = Unity.LauncherEntry.get_for_desktop_id(sys.argv[2])

    def change(line):
        name, value = line.split()
        entry.set_property(name, value == 'true' if name.endswith('visible') else int(value))
    lines(change)
else:
    owner = connection.call_sync(
        'org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'GetNameOwner',
        GLib.Variant('(s)', ('org.hark.Daemon',)), None, 0, -1).unpack()[0]
    connection.signal_subscribe(owner, INTERFACE, 'Update', None, None, 0, heard)
    if len(sys.argv) > 2:
        Gio.bus_own_name_on_connection(
            connection, sys.argv[2], Gio.BusNameOwnerFlags.REPLACE, None, None)
    connection.flush_sync()
    print('listening')
loop.run()
