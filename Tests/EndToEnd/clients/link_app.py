"""An app that D-Bus starts: `link_app.py ID FILE` adds a line to FILE for each call of `Open`."""
import json
import sys

from gi.repository import Gio

name, path = sys.argv[1:]


class App(Gio.Application):
    token = None

    def do_before_emit(self, data):
        self.token = data.unpack().get('activation-token')

    def do_open(self, files, count, hint):
        with open(path, 'a') as out:
            out.write(json.dumps({'links': [f.get_uri() for f in files], 'token': self.token}) + '\n')

    def do_activate(self):
        pass


App(application_id=name, flags=Gio.ApplicationFlags.HANDLES_OPEN | Gio.ApplicationFlags.IS_SERVICE).run()
