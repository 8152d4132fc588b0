"""The laboratory: which recovery keeps which customers, at what cost.

Needs the extra: ``pip install 'recovery-core[batch]'``.
"""

from . import reactions
from .company import Company, Delay, Learning, Records, Team
from .compare import Comparison, Sway, compare
from .draws import draw
from .estimates import Estimate
from .executors import RayExecutor
from .mind import Gossip, Loyalty, Memory, Persistence
from .outcomes import OUTCOMES, Outcome
from .paradox import Gap, Paradox, paradox
from .run import Result, simulate
from .trace import Trace, trace
from .world import FailureMode, Population, Spread, Tier, World
from .worlds import shop

__all__ = [
    "OUTCOMES",
    "Company",
    "Comparison",
    "Delay",
    "Estimate",
    "FailureMode",
    "Gap",
    "Gossip",
    "Learning",
    "Loyalty",
    "Memory",
    "Outcome",
    "Paradox",
    "Persistence",
    "Population",
    "RayExecutor",
    "Records",
    "Result",
    "Spread",
    "Sway",
    "Team",
    "Tier",
    "Trace",
    "World",
    "compare",
    "draw",
    "paradox",
    "reactions",
    "shop",
    "simulate",
    "trace",
]
