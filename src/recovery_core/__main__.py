"""Run the command line as ``python -m recovery_core``."""

import sys

from .cli import main

sys.exit(main())
