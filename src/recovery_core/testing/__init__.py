"""The testers' kit: draw any value, walk any process, check any plug.

Every ``check_*`` is an ordinary function: call it from pytest, from unittest or from
a script. It returns a `CheckReport` that says of each promise whether it is proved or
how often it was tried, or raises an `errors.BrokenPromiseError` with the smallest
counterexample. `strategies` draws every value of the library, `walks` the paths
through a process, and `boundary_rows`, `boundary_facts` and `boundary_claims` what lies
at and beside the boundaries of a table.

`build_engine` builds an engine whose time and names are known beforehand; in pytest it
is the fixture `recovery_engine`, beside `recovery_clock`. Both are there without an
import, and so are the strategies where Hypothesis goes by types:
``st.from_type(ServiceFailure)``.

Needs the extra: ``pip install 'recovery-core[testing]'``.
"""

from .._importing import load_package

load_package("hypothesis", "the testers' kit")

from . import strategies, walks
from .abuse import check_detector
from .attribution import check_attribution_rule
from .boundaries import boundary_claims, boundary_facts, boundary_rows
from .engines import FixedClock, build_engine
from .liability import check_liability_rule
from .policies import check_policy
from .process import check_process
from .report import CheckReport, PropertyResult

__all__ = [
    "CheckReport",
    "FixedClock",
    "PropertyResult",
    "boundary_claims",
    "boundary_facts",
    "boundary_rows",
    "build_engine",
    "check_attribution_rule",
    "check_detector",
    "check_liability_rule",
    "check_policy",
    "check_process",
    "strategies",
    "walks",
]
