"""Windows under Wayland, driven by JSON lines: `open` one, `activate` one with a token.

Each is filled with one colour and has a title, by which the compositor can be asked about it.
"""
import json
import os
import select
import sys

from pywayland.client import Display
from protocols.wayland import WlCompositor, WlShm
from protocols.xdg_activation_v1 import XdgActivationV1
from protocols.xdg_shell import XdgWmBase

WIDTH, HEIGHT = 200, 100
found, windows = {}, {}


def announced(registry, name, interface, version):
    for known in (WlCompositor, WlShm, XdgActivationV1, XdgWmBase):
        if interface == known.name:
            found[known] = registry.bind(name, known, 1)


display = Display()
display.connect()
registry = display.get_registry()
registry.dispatcher['global'] = announced
display.roundtrip()
found[XdgWmBase].dispatcher['ping'] = lambda base, serial: base.pong(serial)


def buffer():
    size = WIDTH * HEIGHT * 4
    descriptor = os.memfd_create('window')
    os.write(descriptor, b'\x30\x60\x30\xff' * (WIDTH * HEIGHT))
    pool = found[WlShm].create_pool(descriptor, size)
    made = pool.create_buffer(0, WIDTH, HEIGHT, WIDTH * 4, WlShm.format.xrgb8888.value)
    pool.destroy()
    os.close(descriptor)
    return made


def open_window(request):
    surface = found[WlCompositor].create_surface()
    shell = found[XdgWmBase].get_xdg_surface(surface)
    top = shell.get_toplevel()
    top.set_title(request['title'])

    def configured(shell, serial):
        shell.ack_configure(serial)
        content = buffer()
        surface.attach(content, 0, 0)
        surface.commit()
        windows[request['title']] = (surface, shell, top, content)

    shell.dispatcher['configure'] = configured
    surface.commit()
    while request['title'] not in windows:
        display.roundtrip()
    display.roundtrip()


def activate(request):
    found[XdgActivationV1].activate(request['token'], windows[request['title']][0])
    display.roundtrip()


pending = b''
while True:
    display.flush()
    ready = select.select([sys.stdin.fileno(), display.get_fd()], [], [])[0]
    if display.get_fd() in ready:
        display.dispatch(block=True)
    if sys.stdin.fileno() not in ready:
        continue
    data = os.read(sys.stdin.fileno(), 65536)
    if not data:
        break
    pending += data
    while b'\n' in pending:
        line, _, pending = pending.partition(b'\n')
        request = json.loads(line)
        try:
            {'open': open_window, 'activate': activate}[request['do']](request)
            answer = {}
        except Exception as e:
            answer = {'failure': f'{type(e).__name__}: {e}'}
        print(json.dumps(answer), flush=True)
