"""Kills the daemon again and again, and compares what it was answered with what the next one has:
`torture.py DAEMON DISK KILLS SEED`.

DISK is the library of disk.c, by which a kill hits one write of a commit, of upkeep or of opening;
other kills come at any moment. Each kill begins with a seed of its own, from SEED and its number.
Prints one line of JSON; what was found is in its `faults`, and `kept` names the files.
"""
import collections
import json
import os
import random
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from gi.repository import GLib

import bus

DAEMON, DISK, KILLS, SEED = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
HOME = os.environ['XDG_STATE_HOME']
STATE, COPY, ORDER, LOG = (f'{HOME}/{name}' for name in ('hark', 'copy', 'order', 'log'))
KILLS_OF_AN_EPOCH = 40
HARK = 'org.hark.Daemon'
EXPIRED, DISMISSED, REVOKED = 1, 2, 3
chance = random.Random()


class Fault(Exception):
    pass


def expect(holds, words):
    if not holds:
        raise Fault(words)


def of_bus(member, *names):
    return bus.message(
        member, GLib.Variant('(s)', names), destination='org.freedesktop.DBus',
        path='/org/freedesktop/DBus', interface='org.freedesktop.DBus')


def of_center(member, body):
    return bus.message(
        member, body, destination=HARK, path='/org/hark/Daemon', interface='org.hark.Center1')


class Life:
    """One id: what it may be now. A state is a title and the reason of its end, 0 while live."""

    def __init__(self, owner, title, expires=False):
        self.owner, self.expires, self.is_told = owner, expires, False
        self.states = {(title, 0)}
        self.story = [f'"{title}"']
        self.let_expire()

    def let_expire(self):
        if self.expires:
            self.states |= {(title, EXPIRED) for title, reason in self.states if reason == 0}

    def replace(self, title, is_sure):
        """Of what is not answered, both may be."""
        self.story.append(f'replaced by "{title}"' + '?' * (not is_sure))
        now = {(title, 0)} if any(reason == 0 for _, reason in self.states) else set()
        self.states = now if is_sure else self.states | now

    def close(self, why, is_sure):
        self.story.append(f'closed by {why}' + '?' * (not is_sure))
        now = {(title, reason or why) for title, reason in self.states}
        self.states = now if is_sure else self.states | now

    def narrow(self, holds, words):
        now = {state for state in self.states if holds(*state)}
        expect(now, f'{words}; it may be {sorted(self.states)}: {", ".join(self.story)}')
        if now != self.states:
            self.story.append(words)
        self.states = now

    def may_be_live(self):
        return any(reason == 0 for _, reason in self.states)


class Client:
    """A sender that knows what it has sent and what of it was answered."""

    def __init__(self):
        self.connection = bus.Connection()
        self.calls = {}
        self.answers = {}
        self.signals = []
        self.order = []

    def add(self, message, what, *more):
        message.set_serial(serial := self.connection.next_serial())
        self.calls[serial] = (what, *more)
        self.order.append(serial)
        return bytes(message.to_blob(0))

    def read(self):
        arrived = self.connection.messages[:]
        if select.select([self.connection], [], [], 0)[0]:
            arrived += self.connection.read()
        for m in arrived:
            if int(m.get_message_type()) == 4:
                if m.get_member() == 'NotificationClosed':
                    self.signals.append(m.get_body().unpack())
            else:
                self.answers[m.get_reply_serial()] = m
        self.connection.messages.clear()

    def wait(self, seconds=10):
        """Until each call has its answer: of a daemon that is gone, the bus gives one."""
        end = time.monotonic() + seconds
        while len(self.answers) < len(self.calls):
            left = end - time.monotonic()
            expect(left > 0, f'{len(self.calls) - len(self.answers)} calls have no answer')
            if select.select([self.connection], [], [], left)[0]:
                self.read()

    def take(self):
        """Each call with its answer, None where there was nobody to give one."""
        self.read()
        for serial in self.order:
            m = self.answers.get(serial)
            name = m.get_error_name() if m else None
            is_unanswered = m is None or name in (
                'org.freedesktop.DBus.Error.NoReply',
                'org.freedesktop.DBus.Error.ServiceUnknown',
                'org.freedesktop.DBus.Error.NameHasNoOwner')
            yield self.calls[serial], None if is_unanswered else m
        self.calls, self.answers, self.order = {}, {}, []


class Epoch:
    """A state directory from its first daemon to its last."""

    def __init__(self, tally):
        self.tally = tally
        self.lives, self.orphans, self.stray = {}, {}, {}
        self.count = self.replacing = 0
        self.clients = [Client() for _ in range(3)]
        self.hand = Client()
        self.daemon = None
        for place in (STATE, COPY):
            shutil.rmtree(place, ignore_errors=True)

    # The daemon.

    def start(self):
        self.order('')
        self.log = open(LOG, 'wb')
        self.daemon = subprocess.Popen(
            [DAEMON], stdout=self.log, stderr=self.log, env=os.environ | {
                'LD_PRELOAD': DISK, 'DISK_FOLDER': STATE, 'DISK_ORDER': ORDER})

    def order(self, text):
        with open(ORDER + '.new', 'w') as f:
            f.write(text)
        os.rename(ORDER + '.new', ORDER)

    def order_kill(self, operations):
        if os.path.exists(ORDER + '.done'):
            os.unlink(ORDER + '.done')
        self.order(f'kill {operations} {chance.randrange(3)}')

    def await_names(self):
        """False when it was killed meanwhile."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            if self.daemon.poll() is not None:
                return False
            if int(self.hand.connection.call(of_bus('GetNameOwner', HARK)).get_message_type()) == 2:
                return True
            time.sleep(0.002)
        raise Fault('the daemon does not take its name')

    def is_killed(self):
        """Within a moment, by its own disk."""
        end = time.monotonic() + 0.05
        while time.monotonic() < end and self.daemon.poll() is None:
            time.sleep(0.001)
        return self.daemon.poll() is not None

    def kill(self, kind):
        if self.daemon.poll() is None:
            self.daemon.send_signal(signal.SIGKILL)
        status = self.daemon.wait()
        self.log.close()
        expect(status == -signal.SIGKILL, f'the daemon ended by itself: {status}')
        self.tally['kills'] += 1
        self.tally[f'kill {kind}'] += 1
        if os.path.exists(ORDER + '.done'):
            self.tally[open(ORDER + '.done').read().strip() or 'while ending'] += 1
            os.unlink(ORDER + '.done')

    def is_excused(self):
        """The store has said that what is answered is not there yet."""
        with open(LOG, errors='replace') as f:
            lines = f.read().splitlines()
        for line in lines:
            expect(re.search('damaged|atal', line) is None, line)
        for line in lines:
            if 'kept later' in line or 'in memory' in line:
                self.tally['excused: ' + re.sub(r'/\S+', '', line)] += 1
                return True
        return False

    # Load.

    def title(self, client):
        self.count += 1
        return f'{client} {self.count}'

    def load(self):
        """What each client sends, as bytes, in one go."""
        busy = set()
        alive = [i for i, life in self.lives.items() if life.may_be_live()]
        chance.shuffle(alive)
        wanted = 1 + int(chance.expovariate(0.12))
        batches = []
        for place, client in enumerate(self.clients):
            data = b''
            for _ in range(chance.randint(0, min(wanted, 40))):
                mine = [i for i in alive if self.lives[i].owner is client and (
                    i not in busy or chance.random() < 0.3) and not self.lives[i].expires]
                kind = chance.random()
                if kind < 0.3 + 0.004 * len(alive) and mine:
                    busy.add(i := mine[0])
                    body = GLib.Variant('(u)', (i,))
                    data += client.add(bus.message('CloseNotification', body), 'close', i)
                    alive.remove(i)
                elif kind < 0.5 and mine:
                    busy.add(i := mine[-1])
                    data += self.notify(client, place, replaces=i)
                else:
                    data += self.notify(client, place)
            batches.append((client, data))
        data = b''
        for i in [i for i in alive if i not in busy][:chance.randint(0, 6)]:
            body = GLib.Variant('(au)', ([i],))
            data += self.hand.add(of_center('Dismiss', body), 'dismiss', i)
        if chance.random() < 0.1:
            data += self.hand.add(
                of_center('History', GLib.Variant('(a{sv})', ({},))), 'history')
        batches.append((self.hand, data))
        chance.shuffle(batches)
        return batches

    def notify(self, client, place, replaces=0):
        title = self.title(place)
        expires = replaces == 0 and chance.random() < 0.1
        m = bus.message('Notify', bus.notify_body(
            app_name='torture', replaces_id=replaces, summary=title,
            body='word ' * chance.choice([0, 0, 5, 5, 40, 800, 9000]),
            timeout=chance.randint(1, 60) if expires else 0,
            hints=GLib.Variant('a{sv}', {'urgency': GLib.Variant('y', 0 if expires else 1)})))
        return client.add(m, 'notify', replaces, title, expires)

    def send(self, batches):
        for client, data in batches:
            if data:
                client.connection.send_bytes(data)

    def wait(self):
        for client in [*self.clients, self.hand]:
            client.wait()

    # What was answered.

    def learn(self):
        for client in [*self.clients, self.hand]:
            for call, answer in client.take():
                getattr(self, 'learn_' + call[0])(client, answer, *call[1:])
        for client in self.clients:
            for i, reason in client.signals:
                self.learn_end(client, i, reason)
            client.signals.clear()
        expect(not self.hand.signals, 'a signal for who has sent nothing')

    def learn_notify(self, client, answer, replaces, title, expires):
        self.tally['answered' if answer else 'unanswered'] += 1
        life = self.lives.get(replaces)
        if answer is None:
            self.orphans[title] = (client, expires)
            if life:
                life.replace(title, False)
            return
        expect(int(answer.get_message_type()) == 2, f'Notify: {answer.get_error_name()}')
        i = answer.get_body().unpack()[0]
        if life and i == replaces:
            expect(life.may_be_live(), f'{i} was closed, and is replaced')
            return life.replace(title, True)
        if life:
            life.narrow(lambda _, reason: reason != 0, f'{replaces} was there to be replaced')
        expect(i not in self.lives, f'{i} is given twice')
        self.lives[i] = Life(client, title, expires)

    def learn_close(self, _, answer, i):
        self.lives[i].close(REVOKED, answer is not None)

    def learn_dismiss(self, _, answer, i):
        self.lives[i].close(DISMISSED, answer is not None)

    def learn_history(self, *_):
        pass

    def learn_end(self, client, i, reason):
        self.tally['signals'] += 1
        life = self.lives.get(i)
        if life is None:
            came = reason == EXPIRED and (client, True) in [
                *self.orphans.values(), *self.stray.values()]
            return expect(came, f'NotificationClosed of {i}, which nobody has')
        expect(life.owner is client, f'NotificationClosed of {i} is told to another')
        life.story.append(f'told {reason}')
        expect(not life.is_told, f'the end of {i} is told twice: {", ".join(life.story)}')
        life.is_told = True
        life.narrow(lambda _, why: why == reason, f'{i} is told to be closed by {reason}')

    # What is there.

    def check_live(self):
        seen, titles = set(), set()
        for entry in self.ask('List'):
            i, title = entry['id'], entry['title']
            if entry['principal'] == 'app:hark':
                continue
            expect(i not in seen and title not in titles, f'{i} "{title}" is there twice')
            seen.add(i)
            titles.add(title)
            if i not in self.lives:
                expect(title in self.orphans, f'nobody sent {i} "{title}", or it had ended')
                client, expires = self.orphans.pop(title)
                self.lives[i] = Life(client, title, expires)
            life = self.lives[i]
            life.narrow(lambda *state: state == (title, 0), f'{i} "{title}" is there')
            life.let_expire()
        for i, life in self.lives.items():
            if i not in seen:
                life.narrow(lambda _, reason: reason != 0, f'{i} is lost')
        # One may have come and expired.
        self.stray |= {title: sent for title, sent in self.orphans.items() if sent[1]}
        self.orphans.clear()
        self.tally['compared'] += len(self.lives)

    def check_history(self):
        """Each end with its reason, once."""
        rows, before = {}, 0
        while True:
            query = {'limit': GLib.Variant('u', 500)}
            if before:
                query['before'] = GLib.Variant('t', before)
            page = self.ask('History', query)
            if not page:
                break
            for entry in page:
                before, i = entry['row'], entry['id']
                if entry['principal'] == 'app:hark':
                    continue
                expect(i not in rows, f'{i} is past twice')
                rows[i] = (entry['title'], entry['reason'])
        for i, row in rows.items():
            if i in self.lives:
                self.lives[i].narrow(lambda *state: state == row, f'{i} is past: {row}')
            else:
                expect(row[0] in self.stray and row[1] == EXPIRED, f'nobody sent {i}: {row}')
        for i, life in self.lives.items():
            if i not in rows:
                life.narrow(lambda _, why: why in (0, REVOKED), f'{i} has no place in the past')
                life.let_expire()
        self.tally['rows of history'] += len(rows)

    def ask(self, member, query={}):
        answer = self.hand.connection.call(of_center(member, GLib.Variant('(a{sv})', (query,))))
        expect(int(answer.get_message_type()) == 2, f'{member}: {answer.get_error_name()}')
        return answer.get_body().unpack()[0]

    def check_file(self):
        """As the kill left it."""
        if not os.path.exists(f'{STATE}/hark.db'):
            return
        shutil.rmtree(COPY, ignore_errors=True)
        shutil.copytree(STATE, COPY)
        words = [name for name in os.listdir(COPY) if 'damaged' in name]
        expect(not words, f'it was put aside: {words}')
        with sqlite3.connect(f'{COPY}/hark.db') as file:
            words = file.execute('PRAGMA integrity_check').fetchall()
            expect(words == [('ok',)], f'integrity_check: {words}')
            if file.execute("SELECT 1 FROM sqlite_master WHERE name = 'past_text'").fetchall():
                file.execute("INSERT INTO past_text(past_text) VALUES ('integrity-check')")
        file.close()

    # One kill after the other.

    def round(self, is_long):
        kinds = {'at a moment': 50, 'in a write': 30, 'in history': 8, 'in deletion': 12,
                 'in upkeep': 3 if is_long else 0}
        kind = chance.choices(list(kinds), kinds.values())[0]
        batches = self.load()
        if kind == 'at a moment':
            end = time.monotonic() + chance.expovariate(200)
            self.send(batches)
            time.sleep(max(0, end - time.monotonic()))
        elif kind == 'in a write':
            self.order_kill(chance.randint(1, 12))
            self.send(batches)
            self.is_killed()
        elif kind == 'in history':
            self.send(batches)
            self.wait()
            self.order_kill(int(2 ** chance.uniform(0, 6)))
            self.send([(self.hand, self.hand.add(
                of_center('History', GLib.Variant('(a{sv})', ({},))), 'history'))])
            self.is_killed()
        elif kind == 'in deletion':
            self.send(batches)
            self.wait()
            self.learn()
            batches = self.load()
            self.order_kill(int(2 ** chance.uniform(0, 6)))
            # Of nothing: it empties the journal all the same, while more comes.
            query = {'text': GLib.Variant('s', 'nobody')}
            self.send([(self.hand, self.hand.add(
                of_center('DeleteHistory', GLib.Variant('(a{sv})', (query,))), 'history'))])
            self.send(batches)
            self.is_killed()
        else:
            self.send(batches)
            self.wait()
            time.sleep(9.8)
            if chance.random() < 0.7:
                self.order_kill(int(2 ** chance.uniform(0, 7)))
                end = time.monotonic() + 1
                while self.daemon.poll() is None and time.monotonic() < end:
                    time.sleep(0.01)
            else:
                time.sleep(chance.uniform(0.18, 0.25))
        self.kill(kind)
        for life in self.lives.values():
            life.story.append(f'kill {self.tally["kills"]} {kind}')
        self.wait()
        self.learn()
        self.check_file()

    def leave(self):
        """Some go, and what they have sent stays."""
        for place, client in enumerate(self.clients):
            if chance.random() < 0.05:
                client.connection.close()
                self.clients[place] = Client()

    def run(self, kills, is_long):
        self.start()
        self.await_names()
        while kills > 0:
            kills -= 1
            chance.seed(f'{SEED}/{self.tally["kills"]}')
            self.round(is_long)
            if self.is_excused():
                return kills
            self.leave()
            self.start()
            while kills > 0 and chance.random() < 0.2:
                kills -= 1
                if chance.random() < 0.7:
                    self.order_kill(int(2 ** chance.uniform(0, 5)))
                    self.await_names()
                else:
                    time.sleep(chance.uniform(0, 0.02))
                self.kill('while starting')
                if self.is_excused():
                    return kills
                self.check_file()
                self.start()
            self.await_names()
            self.check_live()
            if chance.random() < 0.15:
                self.check_history()
        self.finish()
        return 0

    def finish(self):
        """All that is left ends, and whoever is there hears of it."""
        self.learn()
        ids = [i for i, life in self.lives.items() if life.may_be_live()]
        body = GLib.Variant('(au)', (ids,))
        self.send([(self.hand, self.hand.add(of_center('Dismiss', body), 'history'))])
        self.wait()
        for i in ids:
            self.lives[i].close(DISMISSED, True)
        for client in self.clients:
            client.connection.call(of_bus('GetNameOwner', HARK))
        time.sleep(0.1)
        self.learn()
        for i in ids:
            life = self.lives[i]
            expect(life.is_told or life.owner not in self.clients, f'the end of {i} is not told')
        self.check_history()

    def close(self):
        if self.daemon and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        for client in [*self.clients, self.hand]:
            client.connection.close()


def main():
    tally, faults, kept = collections.Counter(), [], ''
    left = KILLS
    os.makedirs(HOME, exist_ok=True)
    while left > 0 and not faults:
        epoch = Epoch(tally)
        kills = min(left, KILLS_OF_AN_EPOCH)
        try:
            left -= kills - epoch.run(kills, is_long=KILLS >= 100)
        except (Fault, AssertionError, bus.Gone, bus.Late, GLib.Error, sqlite3.Error) as e:
            faults.append(f'kill {tally["kills"]} of {SEED}: {type(e).__name__}: {e}')
            kept = f'/tmp/hark-torture-{SEED}'
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(HOME, kept)
        finally:
            epoch.close()
    print(json.dumps({'kills': tally.pop('kills', 0), 'seed': SEED, 'faults': faults, 'kept': kept,
                      **dict(sorted(tally.items()))}))


main()
