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
from .run import Result, simulate
from .world import FailureMode, Population, Spread, Tier, World
from .worlds import shop

__all__ = [
    "OUTCOMES",
    "Company",
    "Comparison",
    "Delay",
    "Estimate",
    "FailureMode",
    "Gossip",
    "Learning",
    "Loyalty",
    "Memory",
    "Outcome",
    "Persistence",
    "Population",
    "RayExecutor",
    "Records",
    "Result",
    "Spread",
    "Sway",
    "Team",
    "Tier",
    "World",
    "compare",
    "draw",
    "reactions",
    "shop",
    "simulate",
]
