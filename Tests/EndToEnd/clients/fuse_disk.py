"""A file system whose files are elsewhere, and which sleeps or hangs: `fuse_disk.py PLACE FILES ORDER`.

The file ORDER says what is wrong at the moment: `sleep SECONDS` at each write, or `hang`.
"""
import os
import sys
import time

import fuse

fuse.fuse_python_api = (0, 2)
PLACE, FILES, ORDER = sys.argv[1:]


def obey(writes=True):
    while True:
        with open(ORDER) as f:
            words = f.read().split()
        if words == ['hang']:
            time.sleep(0.02)
            continue
        if words and writes:
            time.sleep(float(words[1]))
        return


class File:
    def __init__(self, path, flags, *mode):
        obey()
        self.descriptor = os.open(FILES + path, flags, *mode)

    def read(self, length, offset):
        obey(False)
        return os.pread(self.descriptor, length, offset)

    def write(self, data, offset):
        obey()
        return os.pwrite(self.descriptor, data, offset)

    def ftruncate(self, length):
        obey()
        os.ftruncate(self.descriptor, length)

    def fsync(self, _):
        obey()
        os.fsync(self.descriptor)

    def fgetattr(self):
        obey(False)
        return os.fstat(self.descriptor)

    def release(self, _):
        os.close(self.descriptor)


class Disk(fuse.Fuse):
    file_class = File

    def getattr(self, path):
        obey(False)
        return os.lstat(FILES + path)

    def readdir(self, path, _):
        for name in ['.', '..', *os.listdir(FILES + path)]:
            yield fuse.Direntry(name)

    def truncate(self, path, length):
        obey()
        os.truncate(FILES + path, length)

    def unlink(self, path):
        os.unlink(FILES + path)

    def rename(self, old, new):
        os.rename(FILES + old, FILES + new)

    def mkdir(self, path, mode):
        os.mkdir(FILES + path, mode)

    def chmod(self, path, mode):
        os.chmod(FILES + path, mode)


disk = Disk()
disk.multithreaded = False
disk.parse(['-f', PLACE])
disk.main()
