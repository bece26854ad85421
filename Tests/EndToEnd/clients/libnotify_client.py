"""libnotify through GObject introspection: shows one, prints what it hears, ends when it closes."""
import sys

import gi
gi.require_version('Notify', '0.7')
gi.require_version('GdkPixbuf', '2.0')
from gi.repository import GdkPixbuf, GLib, Notify

loop = GLib.MainLoop()
GLib.timeout_add_seconds(20, loop.quit)
Notify.init('libnotify client')
print('server', *Notify.get_server_info()[1:], sep='|', flush=True)
print('caps', *sorted(Notify.get_server_caps()), flush=True)

n = Notify.Notification.new('from libnotify', 'with <b>a body</b>', None)
n.set_urgency(Notify.Urgency.CRITICAL)
n.set_timeout(0)
n.set_category('im.received')
n.set_hint('resident', GLib.Variant('b', 'resident' in sys.argv))
pixels = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, 32, 32)
pixels.fill(0x00ff00ff)
n.set_image_from_pixbuf(pixels)


def invoked(notification, action):
    token = notification.get_activation_token() if hasattr(
        notification, 'get_activation_token') else None
    print('action', action, 'token' if token else 'none', flush=True)


n.add_action('default', 'Open', invoked)
n.add_action('reply', 'Reply', invoked)


def closed(notification):
    print('closed', notification.get_closed_reason(), flush=True)
    loop.quit()


n.connect('closed', closed)
n.show()
print('id', n.get_property('id'), flush=True)
if 'update' in sys.argv:
    before = n.get_property('id')
    n.update('updated', 'new body', None)
    n.show()
    print('updated', n.get_property('id') == before, flush=True)
if 'close' in sys.argv:
    n.close()
loop.run()
