"""A user manager that starts nothing: it prints what it was asked to start, one JSON object a line.

With arguments, these are its environment block.
"""
import json
import sys

from gi.repository import Gio, GLib

XML = '''<node><interface name="org.freedesktop.systemd1.Manager">
<method name="StartTransientUnit"><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="a(sv)" direction="in"/><arg type="a(sa(sv))" direction="in"/>
<arg type="o" direction="out"/></method>
<property name="Environment" type="as" access="read"/></interface></node>'''


def called(connection, sender, path, interface, method, arguments, invocation):
    name, mode, properties, _ = arguments.unpack()
    print(json.dumps({'unit': name, 'mode': mode, 'properties': dict(properties)}), flush=True)
    invocation.return_value(GLib.Variant('(o)', ('/org/freedesktop/systemd1/job/1',)))


def asked(connection, sender, path, interface, name):
    return GLib.Variant('as', sys.argv[1:])


def ready(connection, name):
    print(json.dumps({'ready': True}), flush=True)


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
info = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
bus.register_object('/org/freedesktop/systemd1', info, called, asked, None)
Gio.bus_own_name_on_connection(bus, 'org.freedesktop.systemd1', 0, ready, None)
GLib.MainLoop().run()
