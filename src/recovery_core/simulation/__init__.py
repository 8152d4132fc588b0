"""The laboratory: which recovery keeps which customers, at what cost.

Needs the extra: ``pip install 'recovery-core[batch]'``.
"""

from . import plots, reactions
from .calibration import calibrate
from .company import Company, Delay, Learning, Records, Team
from .compare import Comparison, Sway, compare
from .draws import draw
from .estimates import Estimate
from .executors import RayExecutor
from .experiment import Experiment
from .fit import Fit, FitCell, Target, fit_of
from .frontier import Contender, Domination, Frontier, frontier
from .loading import load_experiment
from .manifest import Manifest
from .mind import Gossip, Loyalty, Memory, Persistence
from .outcomes import OUTCOMES, Outcome
from .paradox import Gap, Paradox, paradox
from .run import Result, simulate
from .sensitivity import Effect, Sensitivity, sensitivity, sobol
from .sweep import sweep
from .swept import Sweep
from .tarp import TARP, tarp, tarp_changes, tarp_company
from .trace import Trace, trace
from .world import FailureMode, Population, Spread, Tier, World
from .worlds import shop

__all__ = [
    "OUTCOMES",
    "TARP",
    "Company",
    "Comparison",
    "Contender",
    "Delay",
    "Domination",
    "Effect",
    "Estimate",
    "Experiment",
    "FailureMode",
    "Fit",
    "FitCell",
    "Frontier",
    "Gap",
    "Gossip",
    "Learning",
    "Loyalty",
    "Manifest",
    "Memory",
    "Outcome",
    "Paradox",
    "Persistence",
    "Population",
    "RayExecutor",
    "Records",
    "Result",
    "Sensitivity",
    "Spread",
    "Sway",
    "Sweep",
    "Target",
    "Team",
    "Tier",
    "Trace",
    "World",
    "calibrate",
    "compare",
    "draw",
    "fit_of",
    "frontier",
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
    "tarp_changes",
    "tarp_company",
    "trace",
]
