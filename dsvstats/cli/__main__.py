"""python -m dsvstats.cli: the command, where it is not on the path."""

import sys

from dsvstats.cli import main

sys.exit(main())
