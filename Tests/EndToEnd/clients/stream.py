"""Sends Notify without pause, to the name and to one unique name, until its input says enough.

    stream.py UNIQUE_NAME

It tells how many have been sent, one number a line; at the end what became of each, as JSON.
"""
import json
import os
import select
import sys
import time

from gi.repository import GLib

import bus

old = sys.argv[1]
connection = bus.Connection()
sent = {}
answers = {}
most = 900


def hints(count):
    """Now and then something that is hard to pass on: pixels, or variants within each other."""
    if count % 7 == 0:
        picture = GLib.Variant('(iiibiiay)', (64, 64, 256, True, 8, 4, bytes(64 * 256)))
        return GLib.Variant('a{sv}', {'image-data': picture})
    value = GLib.Variant('i', 1)
    for _ in range(50 if count % 11 == 0 else 0):
        value = GLib.Variant('v', value)
    return GLib.Variant('a{sv}', {'x-some': value})


def send(destination, kind):
    count = len(sent)
    title = f'{kind} {count}'
    silent = count % 13 == 0
    m = bus.message('Notify', bus.notify_body(summary=title, timeout=0, hints=hints(count)),
                    destination=destination, big_endian=count % 5 == 0,
                    flags=bus.NO_REPLY if silent else 0)
    serial = connection.send(m, [0] if count % 17 == 0 else [])
    sent[serial] = title
    if silent:
        answers[serial] = 'none'


def take(seconds=0):
    if not select.select([connection], [], [], seconds)[0]:
        return
    for m in connection.read():
        kind = bus.KINDS.get(int(m.get_message_type()))
        if kind == 'reply':
            answers[m.get_reply_serial()] = m.get_body().unpack()[0]
        elif kind == 'error':
            answers[m.get_reply_serial()] = m.get_error_name()


enough = False
while not enough or len(sent) < 100:
    if len(sent) < most:
        send(bus.NAME, 'name')
        if len(sent) % 3 == 0:
            send(old, 'unique')
    take()
    if len(sent) % 100 < 2:
        print(len(sent), flush=True)
    enough = enough or bool(select.select([sys.stdin], [], [], 0.0006)[0])
end = time.monotonic() + 10
while len(answers) < len(sent) and time.monotonic() < end:
    take(0.1)
print(json.dumps([{'title': t, 'answer': answers.get(s)} for s, t in sent.items()]), flush=True)
# What it owns stays with a sender that is there.
sys.stdin.read()
