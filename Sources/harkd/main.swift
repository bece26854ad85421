import CLibc
import Daemon

exit(Daemon.run())
