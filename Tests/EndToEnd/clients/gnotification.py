"""A GApplication that sends a GNotification over the freedesktop backend."""
import os
import sys

os.environ['GNOTIFICATION_BACKEND'] = 'freedesktop'
from gi.repository import Gio, GLib

app = Gio.Application.new('org.example.Mailer', Gio.ApplicationFlags.FLAGS_NONE)


def add(name, kind=None):
    action = Gio.SimpleAction.new(name, GLib.VariantType(kind) if kind else None)
    def activated(action, parameter):
        print('activated', name, parameter.print_(False) if parameter else '', flush=True)
        app.release()
    action.connect('activate', activated)
    app.add_action(action)


def activate(app):
    n = Gio.Notification.new('New mail')
    n.set_body('From a & b <c@example.org>')
    n.set_priority(Gio.NotificationPriority.HIGH)
    n.set_default_action_and_target('app.open', GLib.Variant('s', "it's"))
    n.add_button_with_target('Archive', 'app.archive', GLib.Variant('i', 42))
    n.add_button('Plain', 'app.plain')
    app.send_notification('mail-1', n)

    def again():
        n.set_body('Now two')
        app.send_notification('mail-1', n)

    # GLib knows the id to replace only when the first is answered.
    if 'again' in sys.argv:
        GLib.timeout_add(500, again)
    if 'withdraw' in sys.argv:
        GLib.timeout_add(500, lambda: app.withdraw_notification('mail-1'))
    print('sent', flush=True)
    app.hold()
    GLib.timeout_add_seconds(20, app.quit)


add('open', 's')
add('archive', 'i')
add('plain')
app.connect('activate', activate)
app.run([])
