#!/usr/bin/python3
"""The web's Notification class over D-Bus, for programs with a GLib main loop.

    notification = Notification("Coffee", body="It is ready", tag="kitchen")
    notification.onclick = lambda event: print("on my way")

Run as a program it shows one notification and prints what happens to it, until it is closed.
"""

import argparse
import sys
from types import SimpleNamespace

from gi.repository import Gio, GLib

NAME, PATH = "org.hark.Daemon", "/org/hark/Daemon"
NOTIFICATIONS, PERMISSIONS = "org.hark.Notifications1", "org.hark.Permissions1"

# The D-Bus type of each option; actions are dictionaries of strings.
OPTIONS = {
    "actions": "aa{sv}", "autoClose": "b", "body": "s", "category": "s", "data": "ay", "dir": "s",
    "expire": "i", "lang": "s", "navigate": "s", "persistent": "b", "renotify": "b",
    "requireInteraction": "b", "silent": "b", "tag": "s", "timestamp": "x", "urgency": "y",
    "vibrate": "au",
}
EXCEPTIONS = {
    "org.hark.Error.InvalidOptions": TypeError,
    "org.hark.Error.PermissionDenied": PermissionError,
}
NO_DAEMON = (
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.NameHasNoOwner",
)


class _Static(type):
    @property
    def permission(cls):
        """`granted`, `denied` or `default`; `unsupported` where no hark runs. Asks nobody."""
        return _query({})

    @property
    def maxActions(cls):
        properties = "org.freedesktop.DBus.Properties"
        return _call(properties, "Get", "(ss)", NOTIFICATIONS, "MaxActions")[0]


class Notification(metaclass=_Static):
    """One notification, on its way to the screen once it is made.

    Each of `onshow`, `onclick`, `onclose` and `onerror` is called with an event that has `type` and
    `target`; a click also has `action`, `index` and `token`, a close `reason` and `by_user`, an
    error `name` and `message`.
    """

    _live = {}

    def __init__(self, title, **options):
        given = {name: _variant(name, value) for name, value in options.items()}
        self._take(dict(options, title=title))
        # The answer comes before any signal of this id, and signals wait for the main loop.
        (self.id,) = _call(NOTIFICATIONS, "Show", "(sa{sv})", title, given)
        Notification._live[self.id] = self

    def _take(self, fields):
        self.onshow = self.onclick = self.onclose = self.onerror = None
        for name in ("title", "body", "tag", "lang", "navigate"):
            setattr(self, name, fields.get(name, ""))
        self.data = bytes(fields.get("data", b""))
        self.actions = fields.get("actions", [])

    def close(self):
        _call(NOTIFICATIONS, "Close", "(u)", self.id)

    @classmethod
    def get(cls, tag=""):
        """The live notifications of this app, the ones of its other processes among them; events
        come to the process that showed one."""
        (found,) = _call(NOTIFICATIONS, "Get", "(a{sv})", {"tag": _variant("tag", tag)})
        return [cls._live.get(fields["id"]) or cls._known(fields) for fields in found]

    @classmethod
    def _known(cls, fields):
        notification = cls.__new__(cls)
        notification.id = fields["id"]
        notification._take(fields)
        return notification

    @staticmethod
    def request_permission(callback=None, activation_token="", seconds=300):
        """Asks the user. Blocks and returns the answer, or with `callback` calls that with it."""
        options = {"activation-token": GLib.Variant("s", activation_token)}
        arguments = (PERMISSIONS, "Request", GLib.Variant("(sa{sv})", ("", options)), None)
        rest = (Gio.DBusCallFlags.NO_AUTO_START, seconds * 1000, None)

        def answered(connection, result):
            try:
                callback(connection.call_finish(result).unpack()[0])
            except GLib.Error:
                callback(Notification.permission)

        if callback:
            _connection().call(NAME, PATH, *arguments, *rest, answered)
            return None
        try:
            return _connection().call_sync(NAME, PATH, *arguments, *rest).unpack()[0]
        except GLib.Error as error:
            raise _exception(error) from None

    @staticmethod
    def watch_permission(callback):
        """Calls back with the state at each change, whoever made it; returns the present one."""
        _connection().signal_subscribe(
            NAME, PERMISSIONS, "Changed", PATH, None, Gio.DBusSignalFlags.NONE,
            lambda *signal: callback(signal[5].unpack()[1]),
        )
        return _query({"watch": GLib.Variant("b", True)})


def _variant(name, value):
    if name not in OPTIONS:
        raise TypeError(f"there is no option {name}")
    if name == "actions":
        value = [{key: GLib.Variant("s", text) for key, text in each.items()} for each in value]
    return GLib.Variant(OPTIONS[name], value)


_bus = None


def _connection():
    global _bus
    if _bus is None:
        _bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        _bus.signal_subscribe(
            NAME, NOTIFICATIONS, None, PATH, None, Gio.DBusSignalFlags.NONE, _signalled
        )
    return _bus


def _call(interface, member, signature, *arguments):
    try:
        return _connection().call_sync(
            NAME, PATH, interface, member, GLib.Variant(signature, arguments), None,
            Gio.DBusCallFlags.NO_AUTO_START, -1,
        ).unpack()
    except GLib.Error as error:
        raise _exception(error) from None


def _exception(error):
    name = Gio.DBusError.get_remote_error(error)
    words = error.message.removeprefix(f"GDBus.Error:{name}: ")
    exception = EXCEPTIONS.get(name, RuntimeError)(words)
    exception.name = name
    return exception


def _query(options):
    try:
        return _call(PERMISSIONS, "Query", "(sa{sv})", "", options)[0]
    except RuntimeError as error:
        if error.name in NO_DAEMON:
            return "unsupported"
        raise


def _signalled(_connection, _sender, _path, _interface, member, parameters):
    id, _nid, *rest = parameters.unpack()
    notification = Notification._live.get(id)
    if notification is None:
        return
    type, names = {
        "Displayed": ("show", ()),
        "Clicked": ("click", ("action", "index", "token")),
        "Closed": ("close", ("reason", "by_user")),
        "Failed": ("error", ("name", "message")),
    }.get(member, (None, ()))
    if type in ("close", "error"):
        del Notification._live[id]
    handler = getattr(notification, "on" + type) if type else None
    if handler:
        handler(SimpleNamespace(type=type, target=notification, **dict(zip(names, rest))))


def main():
    parser = argparse.ArgumentParser(description="Shows a notification, prints its events.")
    parser.add_argument("title")
    parser.add_argument("--body", default="")
    parser.add_argument("--tag", default="")
    parser.add_argument("--action", metavar="NAME=TITLE", action="append", default=[])
    parser.add_argument("--cancel", action="store_true", help="close it as soon as it is shown")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    loop = GLib.MainLoop()

    print("permission:", Notification.permission)
    if Notification.permission == "default":
        print("the user says:", Notification.request_permission())
    options = {"body": arguments.body, "tag": arguments.tag}
    if arguments.action:
        # Only what is persistent has actions.
        options["persistent"] = True
        pairs = [action.partition("=") for action in arguments.action]
        options["actions"] = [{"action": name, "title": title} for name, _, title in pairs]
    try:
        notification = Notification(arguments.title, **options)
    except PermissionError as error:
        sys.exit(f"refused: {error}")

    def shown(event):
        print("show:", event.target.title)
        if arguments.cancel:
            event.target.close()

    def clicked(event):
        print("click:", event.action or "on the body")
        if event.action:
            event.target.close()

    def closed(event):
        print("close:", "by the user" if event.by_user else "not by the user")
        loop.quit()

    def failed(event):
        print("error:", event.message)
        loop.quit()

    notification.onshow, notification.onclick = shown, clicked
    notification.onclose, notification.onerror = closed, failed
    loop.run()


if __name__ == "__main__":
    main()
