"""A real browser with a page and its service worker, driven by JSON lines: start, visit, evaluate,
events.

    browser.py chromium|firefox FOLDER [FLAG ...]

The page comes from a loopback address, which browsers take for a secure origin; it is allowed to
notify as if the user had said so. What becomes of its notifications, page and worker tell the same
server. With the helper the whole browser ends.
"""
import ctypes
import fcntl
import http.server
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib

PAGE = b"""<!doctype html><meta charset="utf-8"><title>page</title><script>
const report = (what) => fetch('/event', {method: 'POST', body: JSON.stringify(what)});
window.shown = {};
function watch(name, notification) {
  shown[name] = notification;
  for (const type of ['show', 'click', 'close', 'error'])
    notification.addEventListener(type, () => report({from: 'page', type, name}));
}
</script>"""
WORKER = b"""
for (const type of ['notificationclick', 'notificationclose'])
  self.addEventListener(type, (event) => event.waitUntil(fetch('/event', {
    method: 'POST',
    body: JSON.stringify({from: 'worker', type, name: event.notification.title,
                          action: event.action ?? null, data: event.notification.data}),
  })));
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
"""
LIMIT = 40

events = []


def png(size, colour):
    def chunk(kind, data):
        return (struct.pack('>I', len(data)) + kind + data
                + struct.pack('>I', zlib.crc32(kind + data)))
    head = struct.pack('>IIBBBBB', size, size, 8, 2, 0, 0, 0)
    rows = (b'\0' + bytes(colour) * size) * size
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(rows))
            + chunk(b'IEND', b''))


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, body = {
            '/': ('text/html', PAGE), '/worker.js': ('text/javascript', WORKER),
            '/red.png': ('image/png', png(32, (255, 0, 0))),
        }.get(self.path, (None, b''))
        self.send_response(200 if kind else 404)
        self.send_header('Content-Type', kind or 'text/plain')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        events.append(json.loads(self.rfile.read(int(self.headers['Content-Length']))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *words):
        pass


def other_name(origin):
    """The same server as another site."""
    return origin.replace('127.0.0.1', 'localhost')


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as file:
        file.write(text)


class Browser:
    process = None

    def start(self, command, **more):
        # A group of its own, so that all of it can be ended; and it does not outlive this program
        # in any case.
        self.process = subprocess.Popen(
            ['setpriv', '--pdeathsig', 'KILL', '--'] + command, stdin=subprocess.DEVNULL,
            stdout=sys.stderr, process_group=0, **more)

    def end(self):
        """Ends it and all that it started: orphans are this program's children."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        try:
            while True:
                # Its crash handler has a group of its own.
                for child in open(f'/proc/self/task/{os.getpid()}/children').read().split():
                    os.kill(int(child), signal.SIGKILL)
                os.waitpid(-1, 0)
        except ChildProcessError:
            pass

    def check(self):
        if (code := self.process.poll()) is not None:
            raise RuntimeError(f'the browser ended with {code}')


class Chromium(Browser):
    """Over the DevTools protocol: messages with a NUL after each, on descriptors 3 and 4."""

    def open(self, folder, flags, origin):
        write(folder + '/Default/Preferences', json.dumps({'profile': {'content_settings': {
            'exceptions': {'notifications': {site + ',*': {'setting': 1}
                                             for site in (origin, other_name(origin))}}}}}))
        # 3 and 4 may be in use here, so that a shell gives the browser's ends these numbers. Not
        # sh: dash takes numbers of one digit only.
        read, self.output = os.pipe()
        self.input, written = os.pipe()
        theirs = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (read, written)]
        self.start(
            ['bash', '-c', f'exec "$@" 3<&{theirs[0]} 4>&{theirs[1]}', 'bash', 'chromium',
             '--remote-debugging-pipe', f'--user-data-dir={folder}', '--no-sandbox',
             '--no-first-run', '--no-default-browser-check', '--disable-gpu',
             '--disable-dev-shm-usage', '--disable-background-networking', '--disable-sync',
             '--disable-component-update', '--disable-extensions', '--password-store=basic',
             '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
             '--window-position=0,200', '--window-size=600,500', *flags, 'about:blank'],
            pass_fds=theirs)
        for descriptor in [read, written] + theirs:
            os.close(descriptor)
        self.unread = b''
        self.number = 0
        self.session = None
        end = time.monotonic() + LIMIT
        while not (pages := [t for t in self.ask('Target.getTargets')['targetInfos']
                             if t['type'] == 'page']):
            if time.monotonic() > end:
                raise RuntimeError('the browser opens no page')
            time.sleep(0.05)
        self.session = self.ask(
            'Target.attachToTarget', targetId=pages[0]['targetId'], flatten=True)['sessionId']
        self.ask('Page.enable')
        self.visit(origin)

    def visit(self, origin):
        end = time.monotonic() + LIMIT
        self.ask('Page.navigate', url=origin + '/')
        while not self.is_at(origin + '/'):
            if time.monotonic() > end:
                raise RuntimeError('the page does not load')
            time.sleep(0.05)

    def is_at(self, address):
        self.check()
        try:
            return self.evaluate('return document.readyState + location.href') \
                == 'complete' + address
        except RuntimeError:
            # It went with the page that was there before.
            return False

    def ask(self, method, **parameters):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': parameters}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.output, json.dumps(message).encode() + b'\0')
        end = time.monotonic() + LIMIT
        while True:
            while b'\0' not in self.unread:
                self.check()
                ready, _, _ = select.select([self.input], [], [], 0.5)
                if ready:
                    part = os.read(self.input, 1 << 16)
                    if not part:
                        raise RuntimeError('the browser has hung up')
                    self.unread += part
                elif time.monotonic() > end:
                    raise RuntimeError(f'no answer to {method}')
            line, self.unread = self.unread.split(b'\0', 1)
            answer = json.loads(line)
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError(f'{method}: {answer["error"]}')
                return answer['result']

    def evaluate(self, script):
        answer = self.ask('Runtime.evaluate', expression=f'(async () => {{ {script} }})()',
                          awaitPromise=True, returnByValue=True, userGesture=True)
        if 'exceptionDetails' in answer:
            raise RuntimeError(json.dumps(answer['exceptionDetails'])[:600])
        return answer['result'].get('value')


class Firefox(Browser):
    """Over Marionette: JSON with its length in front."""

    PREFERENCES = {
        'permissions.default.desktop-notification': 1,
        'marionette.port': 0,
        'app.update.enabled': False,
        'app.normandy.enabled': False,
        'browser.aboutwelcome.enabled': False,
        'browser.shell.checkDefaultBrowser': False,
        'browser.startup.homepage_override.mstone': 'ignore',
        'browser.startup.page': 0,
        'datareporting.policy.dataSubmissionEnabled': False,
        'network.captive-portal-service.enabled': False,
        'network.connectivity-service.enabled': False,
        'network.dns.disabled': True,
        'services.settings.server': 'data:,',
        'toolkit.telemetry.enabled': False,
    }

    def open(self, folder, flags, origin):
        write(folder + '/user.js', ''.join(
            f'user_pref({json.dumps(key)}, {json.dumps(value)});\n'
            for key, value in self.PREFERENCES.items()))
        self.start(['firefox-esr', '--marionette', '--no-remote', '--profile', folder,
                    '--width', '600', '--height', '500', *flags, 'about:blank'])
        end = time.monotonic() + LIMIT
        port = folder + '/MarionetteActivePort'
        while not (os.path.exists(port) and open(port).read().strip()):
            self.check()
            if time.monotonic() > end:
                raise RuntimeError('the browser opens no port')
            time.sleep(0.05)
        self.socket = socket.create_connection(('127.0.0.1', int(open(port).read())), LIMIT)
        self.unread = self.socket.makefile('rb')
        self.number = 0
        self.read()
        self.ask('WebDriver:NewSession', {'capabilities': {'alwaysMatch': {}}})
        self.ask('WebDriver:SetTimeouts', {'script': LIMIT * 1000})
        self.ask('WebDriver:Navigate', {'url': origin + '/'})

    def read(self):
        length = b''
        while (c := self.unread.read(1)) != b':':
            if not c:
                raise RuntimeError('the browser has hung up')
            length += c
        return json.loads(self.unread.read(int(length)))

    def ask(self, method, parameters):
        self.number += 1
        message = json.dumps([0, self.number, method, parameters]).encode()
        self.socket.sendall(b'%d:%s' % (len(message), message))
        while True:
            kind, number, error, result = self.read()
            if kind == 1 and number == self.number:
                if error:
                    raise RuntimeError(f'{method}: {json.dumps(error)[:600]}')
                return result

    def evaluate(self, script):
        return self.ask('WebDriver:ExecuteScript', {
            'script': f'return (async () => {{ {script} }})()', 'args': [],
            'sandbox': None})['value']


def main():
    kind, folder, *flags = sys.argv[1:]
    become_subreaper = 36, 1, 0, 0, 0
    ctypes.CDLL(None).prctl(*become_subreaper)
    site = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Site)
    site.daemon_threads = True
    threading.Thread(target=site.serve_forever, daemon=True).start()
    origin = f'http://127.0.0.1:{site.server_port}'
    browser = None

    def start(request):
        nonlocal browser
        browser = {'chromium': Chromium, 'firefox': Firefox}[kind]()
        browser.open(folder, flags, origin)
        return {'origin': origin}

    def visit(request):
        browser.visit(request['origin'])
        return {}

    def evaluate(request):
        return {'value': browser.evaluate(request['script'])}

    def heard(request):
        return {'events': events}

    def leave(*_):
        if browser and browser.process:
            browser.end()
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {'start': start, 'visit': visit, 'evaluate': evaluate, 'events': heard}[request['do']](request)
        except Exception as e:
            answer = {'failure': f'{type(e).__name__}: {e}'}
        print(json.dumps(answer), flush=True)
    leave()


main()
