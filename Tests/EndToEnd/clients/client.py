"""Many bus clients in one process, driven by JSON lines: one request in, one answer out.

Everything that arrives is logged with its place in the order of arrival and CLOCK_MONOTONIC.
"""
import json
import os
import select
import sys
import time
import xml.etree.ElementTree

from gi.repository import Gio, GLib

import bus


def picture(spec):
    """(iiibiiay) with one colour, or any bytes: each field can be given a wrong value."""
    width, height, alpha = spec['width'], spec['height'], spec.get('alpha', True)
    channels = spec.get('channels', 4 if alpha else 3)
    rowstride = spec.get('rowstride', max(width, 0) * channels)
    if 'data' in spec:
        data = bytes(spec['data'])
    else:
        pixel = bytes(spec.get('colour', [255, 0, 0, 255])[:channels])
        length = spec.get('length', max(0, rowstride * max(height, 0)))
        bytes_of_row = min(max(rowstride, 0), length)
        row = (pixel * (bytes_of_row // max(len(pixel), 1) + 1))[:bytes_of_row]
        data = (row * (length // max(len(row), 1) + 1))[:length]
    # The bytes go in as one block: packed one by one, 60 MiB would take a minute.
    data = GLib.Variant.new_from_bytes(GLib.VariantType('ay'), GLib.Bytes.new(data), True)
    return GLib.Variant.new_tuple(
        GLib.Variant('i', width), GLib.Variant('i', height), GLib.Variant('i', rowstride),
        GLib.Variant('b', alpha), GLib.Variant('i', spec.get('bits', 8)),
        GLib.Variant('i', channels), data)


def hints_of(request):
    """The hints' text, with pictures, numbered hints and deep nesting added."""
    entries = []
    if text := request.get('hints'):
        given = bus.parsed('a{sv}', text)
        entries += [given.get_child_value(i) for i in range(given.n_children())]
    def add(key, value):
        entries.append(GLib.Variant.new_dict_entry(
            GLib.Variant('s', key), GLib.Variant.new_variant(value)))
    for key, spec in request.get('pictures', {}).items():
        add(key, picture(spec))
    for i in range(request.get('many', 0)):
        add(f'x-many-{i}', GLib.Variant('i', i))
    if depth := request.get('deep'):
        value = GLib.Variant('i', 2)
        for _ in range(depth):
            value = GLib.Variant.new_variant(value)
        add(request.get('deep_key', 'x-deep'), value)
    builder = GLib.VariantBuilder.new(GLib.VariantType('a{sv}'))
    for entry in entries:
        builder.add_value(entry)
    return builder.end()


def body_of(request):
    if request.get('notify'):
        given = request['notify']
        return bus.notify_body(
            app_name=given.get('app_name', 'test'), replaces_id=given.get('replaces_id', 0),
            icon=given.get('icon', ''), summary=given.get('summary', ''),
            body=given.get('body', ''), actions=given.get('actions', []),
            hints=hints_of(given), timeout=given.get('timeout', -1))
    if signature := request.get('signature'):
        return bus.parsed(f'({signature})', request['arguments'])
    return None


def plain(value):
    """What JSON can hold."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


class Clients:
    def __init__(self):
        self.connections = {}
        self.log = []
        self.stalled = set()

    def record(self, label, m):
        kind = bus.KINDS.get(int(m.get_message_type()), 'other')
        body = m.get_body()
        entry = {
            'at': len(self.log), 'client': label, 'kind': kind, 'time': time.monotonic_ns(),
            'sender': m.get_sender() or '', 'destination': m.get_destination() or '',
            'serial': m.get_serial(),
            'signature': body.get_type_string()[1:-1] if body else '',
            'values': plain(body.unpack()) if body else []}
        if kind == 'signal':
            entry |= {'path': m.get_path(), 'interface': m.get_interface(),
                      'member': m.get_member()}
        else:
            entry['reply_to'] = m.get_reply_serial()
            entry['error'] = m.get_error_name() or ''
        self.log.append(entry)

    def read(self, label):
        connection = self.connections[label]
        try:
            for m in connection.read():
                self.record(label, m)
        except bus.Gone:
            self.log.append({'at': len(self.log), 'client': label, 'kind': 'gone',
                             'time': time.monotonic_ns()})
            del self.connections[label]

    def pump(self, seconds, others=()):
        """Reads what arrives within `seconds`; returns those of `others` that are readable."""
        listening = {c: label for label, c in self.connections.items()
                     if label not in self.stalled}
        ready = select.select([*listening, *others], [], [], max(0, seconds))[0]
        for c in ready:
            if c in listening:
                self.read(listening[c])
        return [c for c in ready if c not in listening]

    def until(self, seconds, found):
        end = time.monotonic() + seconds
        while (value := found()) is None:
            left = end - time.monotonic()
            if left <= 0:
                return None
            self.pump(left)
        return value

    # Requests.

    def connect(self, r):
        c = bus.Connection()
        self.connections[r['client']] = c
        for m in c.messages:
            self.record(r['client'], m)
        return {'name': c.name}

    def disconnect(self, r):
        self.connections.pop(r['client']).close()
        return {}

    def stall(self, r):
        self.stalled.add(r['client'])
        return {}

    def resume(self, r):
        self.stalled.discard(r['client'])
        return {}

    def send(self, r):
        """Sends without waiting; answers the serial."""
        m = bus.message(
            r['member'], body_of(r), destination=r.get('destination', bus.NAME),
            path=r.get('path', bus.PATH), interface=r.get('interface', bus.NAME) or None,
            flags=r.get('flags', 0), big_endian=r.get('big_endian', False))
        descriptors = [os.open('/dev/null', os.O_RDONLY) for _ in range(r.get('descriptors', 0))]
        try:
            serial = self.connections[r['client']].send(m, descriptors)
        finally:
            for d in descriptors:
                os.close(d)
        return {'serial': serial}

    def call(self, r):
        """Sends and waits for the answer."""
        serial = self.send(r)['serial']
        begun = len(self.log)
        def found():
            return next((e for e in self.log[begun:] if e['client'] == r['client'] and (
                e['kind'] == 'gone' or e.get('reply_to') == serial)), None)
        answer = self.until(r.get('limit', 10), found)
        return answer or {'kind': 'none'}

    def raw(self, r):
        """Sends a call after a change of its bytes: `replace` is a pair of hexadecimal strings."""
        m = bus.message(r['member'], body_of(r), flags=r.get('flags', 0))
        c = self.connections[r['client']]
        m.set_serial(c.next_serial())
        data = bytes(m.to_blob(Gio.DBusCapabilityFlags.NONE))
        old, new = (bytes.fromhex(text) for text in r['replace'])
        if len(old) != len(new) or old not in data:
            raise ValueError('the bytes to replace are not in the message')
        c.send_bytes(data.replace(old, new))
        return {'serial': m.get_serial()}

    def introspect(self, r):
        """Introspection data as a tree, read by two parsers."""
        answer = self.call(r | {'member': 'Introspect', 'signature': '', 'notify': None,
                                'interface': 'org.freedesktop.DBus.Introspectable'})
        if answer['kind'] != 'reply':
            return answer
        text = answer['values'][0]
        Gio.DBusNodeInfo.new_for_xml(text)
        def arguments(member):
            return [{k: a.get(k, '') for k in ('name', 'type', 'direction')}
                    for a in member.findall('arg')]
        root = xml.etree.ElementTree.fromstring(text)
        return {'children': [n.get('name') for n in root.findall('node')], 'interfaces': {
            i.get('name'): {
                'methods': {m.get('name'): arguments(m) for m in i.findall('method')},
                'signals': {m.get('name'): arguments(m) for m in i.findall('signal')},
                'properties': {m.get('name'): m.get('access') for m in i.findall('property')}}
            for i in root.findall('interface')}}

    def pipelined(self, r):
        """Sends several requests in one go; answers their serials."""
        return {'serials': [self.send({'client': r['client'], **one})['serial']
                            for one in r['requests']]}

    def listen(self, r):
        """Adds a match rule."""
        return self.call({'client': r['client'], 'member': 'AddMatch', 'signature': 's',
                          'arguments': f'({json.dumps(r["rule"])},)',
                          'destination': 'org.freedesktop.DBus', 'path': '/org/freedesktop/DBus',
                          'interface': 'org.freedesktop.DBus'})

    def wait(self, r):
        """Waits for a record from place `from` that has all the values of `like`."""
        def found():
            for e in self.log[r.get('from', 0):]:
                if all(e.get(k) == v for k, v in r['like'].items()) and (
                        'id' not in r or e.get('values', [None])[:1] == [r['id']]):
                    return e
            return None
        return {'found': self.until(r.get('limit', 5), found)}

    def count(self, r):
        """How many records have all the values of `like`."""
        self.pump(0)
        return {'count': sum(all(e.get(k) == v for k, v in r['like'].items()) for e in self.log)}

    def records(self, r):
        self.pump(0)
        return {'log': self.log[r.get('from', 0):]}


def main():
    clients = Clients()
    line = bytearray()
    stdin = sys.stdin.fileno()
    while True:
        if not clients.pump(60, [stdin]):
            continue
        data = os.read(stdin, 1 << 20)
        if not data:
            return
        line += data
        while b'\n' in line:
            text, _, rest = line.partition(b'\n')
            line = bytearray(rest)
            request = json.loads(text)
            try:
                answer = getattr(clients, request['do'])(request)
            except Exception as e:
                answer = {'failure': f'{type(e).__name__}: {e}'}
            sys.stdout.write(json.dumps(answer) + '\n')
            sys.stdout.flush()


main()
