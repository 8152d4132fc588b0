"""Run the command line as ``python -m recovery_core``."""

import sys

from ._user_modules import leave_current_folder

leave_current_folder()

from .cli import main  # noqa: E402 - not to be found in the folder one stands in

sys.exit(main())
