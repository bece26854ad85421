"""Valid D-Bus messages with random bodies, and some that are not valid: `fuzz.py SECONDS SEED`.

Every so often the daemon must answer a ping. Prints one line of JSON; when the daemon does not
answer, the messages of the last round are in the file named by FUZZ_LOG, one a line.
"""
import json
import os
import random
import sys
import time

from gi.repository import GLib

import bus

SECONDS, SEED = float(sys.argv[1]), int(sys.argv[2])
chance = random.Random(SEED)

PIECES = [
    '<b>', '</b>', '<i>', '<u>', '<a href="', 'https://e.org/', '">', '</a>', '<img src="', 'alt=',
    '<!--', '-->', '<![CDATA[', ']]>', '<?x', '?>', '&amp;', '&lt;', '&#', '&#x1F600;', '&#0;', ';',
    '&', '<', '>', '"', "'", '/', '\n', '\t', '\x01', '\x7f', '\u0085', '\u202e', '\u2066', '\ufeff',
    '\ufffe', 'é', 'e\u0301', '\U0001f468\u200d\U0001f469\u200d\U0001f467', 'שלום', 'مرحبا', '漢字',
    ' ', 'word', '%s%n', '\\n', '\u0300' * 50, 'x' * 3000]
HINTS = [
    'urgency', 'category', 'desktop-entry', 'image-data', 'image_data', 'icon_data', 'image-path',
    'image_path', 'resident', 'transient', 'sound-file', 'sound-name', 'suppress-sound', 'x', 'y',
    'value', 'sender-pid', 'action-icons', 'x-canonical-private-synchronous', 'synchronous',
    'x-canonical-append', 'x-dunst-stack-tag', 'x-hark-tag', 'x-hark-private', '', 'x-unknown']
BASIC = 'ybnqiuxtdsog'
RANGES = {'y': (0, 255), 'n': (-2**15, 2**15 - 1), 'q': (0, 2**16 - 1), 'i': (-2**31, 2**31 - 1),
          'u': (0, 2**32 - 1), 'x': (-2**63, 2**63 - 1), 't': (0, 2**64 - 1)}
MEMBERS = {
    (bus.PATH, 'org.freedesktop.Notifications'): [
        'Notify', 'CloseNotification', 'GetCapabilities', 'GetServerInformation', 'Nonsense'],
    (bus.PATH, 'org.freedesktop.DBus.Properties'): ['Get', 'GetAll', 'Set'],
    (bus.PATH, 'org.freedesktop.DBus.Introspectable'): ['Introspect'],
    ('/org/hark/Daemon', 'org.hark.Center1'): [
        'List', 'Dismiss', 'DismissAll', 'Invoke', 'Inspect', 'Watch', 'Unwatch'],
    ('/', 'org.freedesktop.DBus.Peer'): ['Ping', 'GetMachineId']}


def text():
    return ''.join(chance.choice(PIECES) for _ in range(int(chance.expovariate(0.25))))


def whole(kind):
    low, high = RANGES[kind]
    return chance.choice([low, high, 0, 1, 2, 3, chance.randint(low, high), high - 1])


def signature(depth=0):
    kind = chance.choice(BASIC + 'v' + ('a({' if depth < 5 else ''))
    if kind == 'a':
        if chance.random() < 0.3:
            return 'a{' + chance.choice('ysiu') + signature(depth + 1) + '}'
        return 'a' + signature(depth + 1)
    if kind in '({':
        return '(' + ''.join(signature(depth + 1) for _ in range(chance.randint(1, 4))) + ')'
    return kind


def complete(kinds):
    """The first complete type."""
    if kinds[0] == 'a':
        return 'a' + complete(kinds[1:])
    depth = 0
    for i, c in enumerate(kinds):
        depth += (c in '({') - (c in ')}')
        if depth == 0:
            return kinds[:i + 1]


def value(kind, depth=0):
    """A random GVariant of one complete type."""
    head = kind[0]
    if head == 'b':
        return GLib.Variant('b', chance.random() < 0.5)
    if head == 'd':
        return GLib.Variant('d', chance.choice([0.0, -1.0, 1e300, float('inf'), 0.5, 42.0]))
    if head == 's':
        return GLib.Variant('s', text())
    if head == 'o':
        return GLib.Variant('o', chance.choice(['/', '/a/b', bus.PATH]))
    if head == 'g':
        return GLib.Variant('g', chance.choice(['', 's', 'a{sv}', '(iiibiiay)']))
    if head == 'v':
        return GLib.Variant.new_variant(value(signature(depth + 1), depth + 1))
    if head == 'a':
        if kind == 'ay':
            data = chance.randbytes(chance.choice([0, 1, 7, 64, 5000]))
            return GLib.Variant.new_from_bytes(GLib.VariantType('ay'), GLib.Bytes.new(data), True)
        builder = GLib.VariantBuilder.new(GLib.VariantType(kind))
        for _ in range(chance.choice([0, 1, 2, 5])):
            builder.add_value(value(kind[1:], depth + 1))
        return builder.end()
    if head in '({':
        parts, rest = [], kind[1:-1]
        while rest:
            first = complete(rest)
            parts.append(value(first, depth + 1))
            rest = rest[len(first):]
        return (GLib.Variant.new_tuple(*parts) if head == '('
                else GLib.Variant.new_dict_entry(*parts))
    return GLib.Variant(head, whole(head))


def picture():
    """A raw picture that may be right, nearly right, or wrong all over."""
    side = chance.choice([-1, 0, 1, 2, 16, 64, 4096, 4097, 46341, 2**31 - 1])
    width, height = side, chance.choice([side, 1, 2, 300, -2**31])
    channels = chance.choice([3, 4, 4, 4, 0, -1, 2**31 - 1])
    stride = chance.choice([width * channels, width * channels + 3, 0, -4, 2**31 - 1])
    stride = max(-2**31, min(2**31 - 1, stride))
    length = max(0, min(stride * height, 300_000)) - chance.choice([0, 0, 1, -7])
    data = GLib.Variant.new_from_bytes(
        GLib.VariantType('ay'), GLib.Bytes.new(chance.randbytes(max(0, length))), True)
    fields = [GLib.Variant('i', width), GLib.Variant('i', height), GLib.Variant('i', stride),
              GLib.Variant('b', channels == 4 or chance.random() < 0.5),
              GLib.Variant('i', chance.choice([8, 8, 8, 16, 0])), GLib.Variant('i', channels), data]
    return GLib.Variant.new_tuple(*fields[:chance.choice([7, 7, 7, 4, 6])])


def hints():
    builder = GLib.VariantBuilder.new(GLib.VariantType('a{sv}'))
    for _ in range(chance.choice([0, 1, 2, 4, 40])):
        name = chance.choice(HINTS)
        is_picture = 'data' in name and chance.random() < 0.7
        builder.add_value(GLib.Variant.new_dict_entry(
            GLib.Variant('s', name),
            GLib.Variant.new_variant(picture() if is_picture else value(signature()))))
    return builder.end()


def message():
    if chance.random() < 0.6:
        body = bus.notify_body(
            app_name=text()[:200], replaces_id=chance.choice([0, 0, 1, 5, 77, 2**32 - 1]),
            icon=text(), summary=text(), body=text(),
            actions=[text() for _ in range(chance.choice([0, 1, 2, 3, 8, 50]))],
            hints=hints(), timeout=chance.choice([-1, 0, 1, 50, 2**31 - 1, -2**31, -2]))
        return bus.message('Notify', body, big_endian=chance.random() < 0.2)
    (path, interface), members = chance.choice(list(MEMBERS.items()))
    parts = [value(signature()) for _ in range(chance.choice([0, 1, 1, 2, 8]))]
    return bus.message(
        chance.choice(members), GLib.Variant.new_tuple(*parts) if parts else None,
        path=chance.choice([path, path, '/nowhere']), big_endian=chance.random() < 0.2,
        interface=chance.choice([interface, interface, interface, None, 'org.example.None']),
        flags=chance.choice([0, 0, 1]))


def broken(data):
    """A few bytes changed: nearly always the bus refuses it, sometimes it is another valid one."""
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        data[chance.randrange(len(data))] = chance.choice([0, 1, 0xff, chance.randrange(256)])
    return bytes(data)


def main():
    end = time.monotonic() + SECONDS
    sent = dropped = rounds = 0
    connection = bus.Connection()
    # Each round begins with a seed of its own, from which it can be made again.
    while time.monotonic() < end:
        rounds += 1
        chance.seed(f'{SEED}/{rounds}')
        last = []
        try:
            for _ in range(50):
                m = message()
                m.set_serial(connection.next_serial())
                data = bytes(m.to_blob(0))
                if chance.random() < 0.003:
                    data = broken(data)
                last.append(data.hex())
                connection.send_bytes(data)
                sent += 1
        except bus.Gone:
            pass
        try:
            connection.raw()
            connection.call(bus.message('Ping', interface='org.freedesktop.DBus.Peer'), 5)
        except (bus.Gone, bus.Late):
            # A broken message may have cost the connection, or left it half way through one.
            connection.close()
            connection = bus.Connection()
            dropped += 1
            try:
                connection.call(bus.message('Ping', interface='org.freedesktop.DBus.Peer'), 10)
            except (bus.Gone, bus.Late) as e:
                with open(os.environ.get('FUZZ_LOG', '/dev/null'), 'w') as f:
                    f.write('\n'.join(last))
                print(json.dumps({'alive': False, 'why': str(e), 'seed': SEED, 'round': rounds,
                                  'sent': sent, 'dropped': dropped}))
                return
        connection.messages.clear()
    print(json.dumps({'alive': True, 'seed': SEED, 'round': rounds, 'sent': sent,
                      'dropped': dropped}))


main()
