"""The laboratory: which recovery keeps which customers, at what cost.

Needs the extra: ``pip install 'recovery-core[batch]'``.
"""

from .._importing import require_extra

require_extra("batch", "the laboratory")

from . import plots, reactions
from .calibration.calibration import calibrate
from .calibration.fit import Target, goodness_of_fit
from .calibration.tarp import tarp
from .company import ClaimMemory, Company, Delay, Learning, Team
from .files.experiment import Experiment
from .files.loading import load_experiment
from .results.estimates import Estimate
from .runs.compare import Comparison, compare
from .runs.executors import RayExecutor
from .runs.paradox import paradox
from .runs.run import Result, simulate
from .runs.trace import trace
from .sweeps.frontier import frontier
from .sweeps.manifest import Manifest
from .sweeps.sensitivity import sensitivity, sobol
from .sweeps.sweep import sweep
from .sweeps.swept import Sweep
from .world.distribution import Spread
from .world.mind import Gossip, Loyalty, Memory, Persistence
from .world.world import FailureMode, Population, Tier, World
from .world.worlds import shop

__all__ = [
    "ClaimMemory",
    "Company",
    "Comparison",
    "Delay",
    "Estimate",
    "Experiment",
    "FailureMode",
    "Gossip",
    "Learning",
    "Loyalty",
    "Manifest",
    "Memory",
    "Persistence",
    "Population",
    "RayExecutor",
    "Result",
    "Spread",
    "Sweep",
    "Target",
    "Team",
    "Tier",
    "World",
    "calibrate",
    "compare",
    "frontier",
    "goodness_of_fit",
    "load_experiment",
    "paradox",
    "plots",
    "reactions",
    "sensitivity",
    "shop",
    "simulate",
    "sobol",
    "sweep",
    "tarp",
    "trace",
]
