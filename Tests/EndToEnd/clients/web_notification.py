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

FIELDS = {"click": ("action", "index"), "close": ("reason", "by_user"), "error": ("message",)}
awaited = None


def event(event):
    say(event.type, event.target.title, *(getattr(event, name) for name in FIELDS.get(event.type, ())))
    if awaited == (event.type, event.target.title):
        loop.quit()


def run_until(*event):
    global awaited
    awaited = event
    loop.run()


def show(title, **options):
    new = Notification(title, **options)
    new.onshow = new.onclick = new.onclose = new.onerror = event
    return new


old = show("old", tag="t", requireInteraction=True)
run_until("show", "old")
new = show(
    "new", tag="t", persistent=True, body="b", data=b"\x00\xff",
    actions=[{"action": "yes", "title": "Yes"}],
)
run_until("show", "new")
(got,) = Notification.get(tag="t")
say("same", got is new, got.title, got.body, got.data, got.actions)
say("others", Notification.get(tag="none"))
say("id", new.id)
run_until("close", "new")
say("left", Notification.get())
new.close()
say("id", show("last", requireInteraction=True).id)
run_until("close", "last")
