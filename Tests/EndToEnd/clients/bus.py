"""A D-Bus connection on a bare socket, with GLib's codec.

The socket is bare so that arrival order is exactly the wire's, a reader can stop reading, and a
message can be sent that no library would send. The codec is GLib's so that the daemon's own
reading and writing is never checked against itself.
"""
import array
import os
import select
import socket
import struct
import time

from gi.repository import Gio, GLib

NAME = 'org.freedesktop.Notifications'
PATH = '/org/freedesktop/Notifications'
NO_REPLY = 1
NO_AUTO_START = 2
KINDS = {1: 'call', 2: 'reply', 3: 'error', 4: 'signal'}


class Gone(Exception):
    """The bus has closed the connection."""


class Late(Exception):
    """Nothing came in time."""


def message(member, body=None, *, destination=NAME, path=PATH, interface=NAME, flags=0,
            big_endian=False):
    """A method call as a GLib message; `interface` may be None."""
    m = Gio.DBusMessage.new_method_call(destination, path, interface, member)
    if big_endian:
        m.set_byte_order(Gio.DBusMessageByteOrder.BIG_ENDIAN)
    m.set_flags(Gio.DBusMessageFlags(flags))
    if body is not None:
        m.set_body(body)
    return m


def parsed(signature, text):
    """The GVariant with this D-Bus signature that GLib's text form describes."""
    return GLib.Variant.parse(GLib.VariantType(signature), text, None, None)


def notify_body(app_name='test', replaces_id=0, icon='', summary='', body='', actions=(),
                hints=None, timeout=-1):
    """The arguments of Notify; `hints` is a GVariant of type a{sv}."""
    if hints is None:
        hints = GLib.Variant('a{sv}', {})
    return GLib.Variant.new_tuple(
        GLib.Variant('s', app_name), GLib.Variant('u', replaces_id), GLib.Variant('s', icon),
        GLib.Variant('s', summary), GLib.Variant('s', body), GLib.Variant('as', list(actions)),
        hints, GLib.Variant('i', timeout))


def size_of(head):
    """The length of the message that begins with these 16 bytes."""
    order = '<' if head[:1] == b'l' else '>'
    body, _, fields = struct.unpack(order + 'III', head[4:16])
    return 16 + (fields + 7) // 8 * 8 + body


class Connection:
    """One connection with one unique name; `handler` is called for each message that arrives."""

    def __init__(self, address=None):
        address = address or os.environ['DBUS_SESSION_BUS_ADDRESS']
        options = dict(part.split('=', 1) for part in address.split(':', 1)[1].split(','))
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(options['path'] if 'path' in options else '\0' + options['abstract'])
        self.serial = 0
        self.waiting = bytearray()
        self.messages = []
        self.authenticate()
        reply = self.call(message('Hello', destination='org.freedesktop.DBus',
                                  path='/org/freedesktop/DBus', interface='org.freedesktop.DBus'))
        self.name = reply.get_body().unpack()[0]

    def authenticate(self):
        uid = str(os.geteuid()).encode().hex().encode()
        self.socket.sendall(b'\0AUTH EXTERNAL ' + uid + b'\r\n')
        self.line(b'OK')
        self.socket.sendall(b'NEGOTIATE_UNIX_FD\r\n')
        self.line(b'AGREE_UNIX_FD')
        self.socket.sendall(b'BEGIN\r\n')

    def line(self, expected):
        text = b''
        while not text.endswith(b'\r\n'):
            byte = self.socket.recv(1)
            if not byte:
                raise Gone('the bus closed the connection before it was open')
            text += byte
        if not text.startswith(expected):
            raise Gone(f'the bus said {text!r}')

    def fileno(self):
        return self.socket.fileno()

    def next_serial(self):
        self.serial += 1
        return self.serial

    def send(self, m, descriptors=()):
        """Sends a GLib message and returns its serial."""
        serial = self.next_serial()
        m.set_serial(serial)
        if descriptors:
            m.set_unix_fd_list(Gio.UnixFDList.new_from_array([os.dup(d) for d in descriptors]))
        self.send_bytes(bytes(m.to_blob(Gio.DBusCapabilityFlags.UNIX_FD_PASSING)), descriptors)
        return serial

    def send_bytes(self, data, descriptors=()):
        try:
            if descriptors:
                rights = array.array('i', descriptors)
                sent = self.socket.sendmsg(
                    [data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
                data = data[sent:]
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise Gone('the bus closed the connection') from None

    def raw(self):
        """Every whole message that has arrived, as bytes; waits for nothing."""
        try:
            data = self.socket.recv(1 << 20, socket.MSG_DONTWAIT)
            if not data:
                raise Gone('the bus closed the connection')
            self.waiting += data
        except BlockingIOError:
            pass
        except ConnectionResetError:
            raise Gone('the bus closed the connection') from None
        at, whole = 0, []
        while len(self.waiting) - at >= 16:
            end = at + size_of(self.waiting[at:at + 16])
            if end > len(self.waiting):
                break
            whole.append(bytes(self.waiting[at:end]))
            at = end
        del self.waiting[:at]
        return whole

    def read(self):
        """Every whole message that has arrived, as GLib messages."""
        return [Gio.DBusMessage.new_from_blob(data, Gio.DBusCapabilityFlags.UNIX_FD_PASSING)
                for data in self.raw()]

    def call(self, m, limit=10.0):
        """Sends a call and waits for its answer; what else arrives is kept in `messages`."""
        serial = self.send(m)
        end = time.monotonic() + limit
        while (left := end - time.monotonic()) > 0:
            if not select.select([self], [], [], left)[0]:
                break
            answer = None
            for got in self.read():
                if int(got.get_message_type()) in (2, 3) and got.get_reply_serial() == serial:
                    answer = got
                else:
                    self.messages.append(got)
            if answer:
                return answer
        raise Late(f'no answer to {m.get_member()} within {limit} s')

    def close(self):
        self.socket.close()
