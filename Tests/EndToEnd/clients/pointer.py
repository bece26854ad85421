"""A virtual pointer (wlr-virtual-pointer), driven by JSON lines: move, click."""
import json
import sys
import time

from pywayland.client import Display
from protocols.wayland import WlSeat
from protocols.wlr_virtual_pointer_unstable_v1 import ZwlrVirtualPointerManagerV1

BUTTONS = {1: 0x110, 2: 0x112, 3: 0x111}
WIDTH, HEIGHT = int(sys.argv[1]), int(sys.argv[2])

found = {}


def announced(registry, name, interface, version):
    for known, upto in ((ZwlrVirtualPointerManagerV1, 2), (WlSeat, 1)):
        if interface == known.name:
            found[interface] = registry.bind(name, known, min(upto, version))


display = Display()
display.connect()
registry = display.get_registry()
registry.dispatcher['global'] = announced
display.roundtrip()
pointer = found[ZwlrVirtualPointerManagerV1.name].create_virtual_pointer(found[WlSeat.name])
display.roundtrip()


def now():
    return int(time.monotonic() * 1000) & 0xffffffff


def move(request):
    # Twice: a surface that appeared under a resting pointer gets its enter only with a motion.
    for step in (1, 0):
        pointer.motion_absolute(now(), request['x'] + step, request['y'], WIDTH, HEIGHT)
        pointer.frame()
        display.roundtrip()


def click(request):
    for _ in range(request['times']):
        for state in (1, 0):
            pointer.button(now(), BUTTONS[request['button']], state)
            pointer.frame()
            display.roundtrip()
            time.sleep(0.02)


for line in sys.stdin:
    request = json.loads(line)
    try:
        {'move': move, 'click': click}[request['do']](request)
        answer = {}
    except Exception as e:
        answer = {'failure': f'{type(e).__name__}: {e}'}
    print(json.dumps(answer), flush=True)
