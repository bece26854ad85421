"""Load on a daemon: `load.py burst N`, `clients C N`, `cycles N`, `neighbour N`, `churn N`.

Prints one line of JSON. Messages are built once by GLib and then only get a new serial, so that the
daemon is what is slow here.
"""
import json
import select
import struct
import sys
import time

from gi.repository import GLib

import bus

LIMIT = 120


def template(member, body):
    m = bus.message(member, body)
    m.set_serial(1)
    return bytearray(m.to_blob(0))


class Loader:
    def __init__(self):
        self.connection = bus.Connection()
        self.ids = []
        self.errors = 0
        self.closed = 0
        self.empty = 0

    def fileno(self):
        return self.connection.fileno()

    def send(self, messages):
        data = bytearray()
        for m in messages:
            m[8:12] = struct.pack('<I', self.connection.next_serial())
            data += m
        self.connection.send_bytes(data)

    def read(self):
        for m in self.connection.raw():
            kind, size = m[1], struct.unpack('<I', m[4:8])[0]
            if kind == 3:
                self.errors += 1
            elif kind == 4:
                self.closed += size == 8 and b'NotificationClosed' in m
            elif size == 4:
                self.ids.append(struct.unpack('<I', m[-4:])[0])
            else:
                self.empty += 1


def until(loaders, done):
    end = time.monotonic() + LIMIT
    while not done():
        left = end - time.monotonic()
        if left <= 0:
            return False
        for loader in select.select(loaders, [], [], left)[0]:
            loader.read()
    return True


def report(loaders, begun, finished, **more):
    ids = [i for loader in loaders for i in loader.ids]
    print(json.dumps({
        'finished': finished, 'seconds': round(time.monotonic() - begun, 3), 'answers': len(ids),
        'different': len(set(ids)), 'zero': ids.count(0),
        'errors': sum(loader.errors for loader in loaders),
        'closed': sum(loader.closed for loader in loaders), **more}))


def notify(i=0, app='load', **more):
    return template('Notify', bus.notify_body(
        app_name=app, summary=f'number {i}', body='some words', **more))


def burst(n):
    loader = Loader()
    begun = time.monotonic()
    loader.send(notify() for _ in range(n))
    report([loader], begun, until([loader], lambda: len(loader.ids) + loader.errors >= n))


def clients(c, n):
    loaders = [Loader() for _ in range(c)]
    begun = time.monotonic()
    for i, loader in enumerate(loaders):
        message = notify(i, app=f'app{i}')
        loader.send(message for _ in range(n))
    report(loaders, begun, until(
        loaders, lambda: sum(len(a.ids) + a.errors for a in loaders) >= c * n))


def cycles(n):
    loader = Loader()
    begun = time.monotonic()
    opening, closing, window, done = notify(), template(
        'CloseNotification', GLib.Variant('(u)', (0,))), 100, True
    for _ in range(n // window):
        loader.ids.clear()
        loader.send(opening for _ in range(window))
        done = done and until([loader], lambda: len(loader.ids) >= window)
        expected = loader.closed + window, loader.empty + window
        def messages():
            for i in loader.ids:
                closing[-4:] = struct.pack('<I', i)
                yield closing
        loader.send(messages())
        done = done and until(
            [loader], lambda: loader.closed >= expected[0] and loader.empty >= expected[1])
        if not done:
            break
    report([loader], begun, done)


def neighbour(n):
    """One client floods; how long does another wait for its answers?"""
    loader, other = Loader(), bus.Connection()
    begun = time.monotonic()
    loader.send(notify() for _ in range(n))
    waits = []
    while len(loader.ids) < n and time.monotonic() < begun + LIMIT:
        sent = time.monotonic()
        other.call(bus.message('Notify', bus.notify_body(
            app_name='neighbour', summary='important', timeout=0,
            hints=GLib.Variant('a{sv}', {'urgency': GLib.Variant('y', 2)}))), 30)
        waits.append(time.monotonic() - sent)
        loader.read()
    report([loader], begun, len(loader.ids) >= n, worst_wait=max(waits), asked=len(waits))


def churn(n):
    """Replaces one notification with a picture again and again."""
    loader = Loader()
    begun = time.monotonic()
    loader.send([notify()])
    done = until([loader], lambda: loader.ids)
    pixels = GLib.Variant.new_from_bytes(
        GLib.VariantType('ay'), GLib.Bytes.new(bytes(range(256)) * 1024), True)
    image = GLib.Variant.new_tuple(
        GLib.Variant('i', 256), GLib.Variant('i', 256), GLib.Variant('i', 1024),
        GLib.Variant('b', True), GLib.Variant('i', 8), GLib.Variant('i', 4), pixels)
    message = notify(replaces_id=loader.ids[0], hints=GLib.Variant('a{sv}', {'image-data': image}))
    for _ in range(n // 20):
        expected = len(loader.ids) + 20
        loader.send(message for _ in range(20))
        done = done and until([loader], lambda: len(loader.ids) >= expected)
    report([loader], begun, done)


globals()[sys.argv[1]](*map(int, sys.argv[2:]))
