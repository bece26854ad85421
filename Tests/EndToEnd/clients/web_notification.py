"""Uses the Notification class of the examples (the first argument is its folder); prints what comes."""
import sys

sys.path.insert(0, sys.argv[1])
from gi.repository import GLib
from notification import Notification


def say(*words):
    print(*words, flush=True)


say(Notification.permission, Notification.maxActions)
loop = GLib.MainLoop()
try:
    Notification("early", persistent=True)
except PermissionError as error:
    say("PermissionError", error)


def answered(state):
    say("callback", state, Notification.permission)
    loop.quit()


say("watch", Notification.watch_permission(lambda state: say("changed", state)))
Notification.request_permission(answered)
say("not blocked")
loop.run()

for options in ({"renotify": True}, {"tag": 1}, {"colour": "red"}):
    try:
        Notification("wrong", **options)
    except TypeError as error:
        say("TypeError", error)

names = {}


def event(event):
    say(event.type, event.target.title, *(getattr(event, n) for n in names.get(event.type, ())))
    if event.type == "close":
        loop.quit()


names = {"click": ("action", "index"), "close": ("reason", "by_user"), "error": ("message",)}


def show(title, **options):
    new = Notification(title, **options)
    new.onshow = new.onclick = new.onclose = new.onerror = event
    return new


old = show("old", tag="t", requireInteraction=True)
new = show(
    "new", tag="t", persistent=True, body="b", data=b"\x00\xff",
    actions=[{"action": "yes", "title": "Yes"}],
)
loop.run()
(got,) = Notification.get(tag="t")
say("same", got is new, got.title, got.body, got.data, got.actions)
say("others", Notification.get(tag="none"))
say("id", new.id)
loop.run()
say("left", Notification.get())
new.close()
say("id", show("last", requireInteraction=True).id)
loop.run()
