"""One of two daemons of which one follows the other (FD-005), and that behaves as the test wants.

    succession.py successor [hang|lock]  asks for HandOver, then takes the names when its input says so,
                                     and tells each Replay; or takes them, and the database, at once,
                                     and does nothing any more; or takes the database alone
    succession.py predecessor [early]  owns the name, hands over, and sends what its input says; or
                                     stops the other one until its own time has passed
"""
import json
import os
import select
import signal
import sqlite3
import sys
import time

from gi.repository import GLib

import bus

HARK = {'path': '/org/hark/Daemon', 'interface': 'org.hark.Center1'}
BUS = {'destination': 'org.freedesktop.DBus', 'path': '/org/freedesktop/DBus',
       'interface': 'org.freedesktop.DBus'}
connection = bus.Connection()


def tell(value):
    print(json.dumps(value), flush=True)


def take(name, flags):
    connection.call(bus.message('RequestName', GLib.Variant('(su)', (name, flags)), **BUS))


def messages(also=()):
    """What arrives, and None whenever the input has something."""
    while True:
        yield from [m for m in connection.messages]
        connection.messages = []
        ready = select.select([connection, *also], [], [])[0]
        if connection in ready:
            connection.messages += connection.read()
        elif ready:
            yield None


def reply(m, body):
    answer = m.new_method_reply()
    answer.set_body(body)
    connection.send(answer)


def successor(hangs, locks):
    answer = connection.call(bus.message('HandOver', **HARK))
    names = answer.get_body().unpack()[0]
    tell(names)
    if hangs or locks:
        path = os.environ['XDG_STATE_HOME'] + '/hark/hark.db'
        database = sqlite3.connect(path, isolation_level=None)
        database.execute('BEGIN EXCLUSIVE')
    if locks:
        time.sleep(1000)
    if not hangs:
        sys.stdin.readline()
    for name in names:
        take(name, 3)
    if hangs:
        time.sleep(1000)
    for m in messages():
        if m.get_member() == 'Replay':
            tell(m.get_body().unpack())
            reply(m, GLib.Variant('(v)', (GLib.Variant('b', True),)))


def process(name):
    return connection.call(bus.message('GetConnectionUnixProcessID', GLib.Variant('(s)', (name,)),
                                       **BUS)).get_body().unpack()[0]


def predecessor(is_early):
    take(bus.NAME, 1)
    tell('ready')
    heir = None
    for m in messages([sys.stdin]):
        if m is None:
            # Replay's arguments, as GLib's text form has them.
            line = sys.stdin.readline()
            if not line:
                return
            answer = connection.call(bus.message('Replay', bus.parsed('(ssv)', line),
                                                 destination=heir, **HARK))
            tell(answer.get_error_name() or 'taken')
        elif m.get_member() == 'HandOver':
            heir = m.get_sender()
            if is_early:
                os.kill(process(heir), signal.SIGSTOP)
            until = time.monotonic_ns() + 2_000_000_000
            reply(m, GLib.Variant('(asx)', (['org.hark.Daemon', bus.NAME], until)))
            if is_early:
                time.sleep(2)
                os.kill(process(heir), signal.SIGCONT)
                tell('goes on')


if sys.argv[1] == 'successor':
    successor('hang' in sys.argv, 'lock' in sys.argv)
else:
    predecessor('early' in sys.argv)
