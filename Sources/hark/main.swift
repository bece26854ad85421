import CLibc
import Control

exit(Control.run())
