"""A systemd user manager of the test's own: it says when it is ready, and ends with its input.

    user_manager.py RUNTIME_FOLDER

It has control groups of its own, so that it moves nobody else's processes, and sees a /run of its
own, which tells it that systemd is the init system. That takes root. Its groups are called as those
of a session's manager, so that what looks for units finds them.
"""
import json
import os
import signal
import subprocess
import sys
import time

HIERARCHIES = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup']
runtime = sys.argv[1]
slice_name = f'harktest{os.getpid()}.slice'
groups = [f'{h}/{slice_name}' for h in HIERARCHIES if os.path.exists(h + '/cgroup.procs')]


def enter(group):
    with open(group + '/cgroup.procs', 'w') as file:
        file.write(str(os.getpid()))


def prepare():
    for group in groups:
        enter(group + '/user@0.service')


def leave(manager):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # At once: whoever ends this program does not wait for long.
    if manager:
        manager.kill()
        manager.wait()
    for group in groups:
        end = time.monotonic() + 2
        while os.path.exists(group) and time.monotonic() < end:
            for folder, _, _ in os.walk(group, topdown=False):
                try:
                    for pid in open(folder + '/cgroup.procs').read().split():
                        os.kill(int(pid), signal.SIGKILL)
                    os.rmdir(folder)
                except OSError:
                    time.sleep(0.02)


manager = None
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
try:
    for group in groups:
        os.makedirs(group + '/user@0.service')
    os.makedirs(runtime, mode=0o700)
    environment = {k: v for k, v in os.environ.items() if k != 'DBUS_SESSION_BUS_ADDRESS'}
    manager = subprocess.Popen(
        ['unshare', '--mount', 'sh', '-c',
         'mount -t tmpfs none /run && mkdir -p /run/systemd/system && exec "$@"', 'sh',
         '/usr/lib/systemd/systemd', '--user', '--unit=basic.target', '--log-target=console'],
        env=environment | {'XDG_RUNTIME_DIR': runtime}, preexec_fn=prepare,
        stdin=subprocess.DEVNULL, stdout=sys.stderr)
    end = time.monotonic() + 15
    while not os.path.exists(runtime + '/systemd/private'):
        if manager.poll() is not None or time.monotonic() > end:
            raise RuntimeError('the manager did not start')
        time.sleep(0.02)
    print(json.dumps({'ready': True}), flush=True)
    for _ in sys.stdin:
        pass
except Exception as e:
    print(json.dumps({'failure': f'{type(e).__name__}: {e}'}), flush=True)
finally:
    leave(manager)
