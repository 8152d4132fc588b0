"""The laboratory: which recovery keeps which customers, at what cost.

Needs the extra: ``pip install 'recovery-core[batch]'``.
"""

from .._importing import demand_extra

demand_extra("batch", "the laboratory")

from . import plots, reactions
from .calibration.calibration import calibrate
from .calibration.fit import Fit, FitCell, Target, fit_of
from .calibration.tarp import TARP, tarp, tarp_changes, tarp_company
from .company import Company, Delay, Learning, Records, Team
from .engine.draws import draw
from .engine.reference_state import Episode
from .engine.situations import Ending
from .files.experiment import Experiment
from .files.loading import load_experiment
from .results.estimates import Estimate
from .results.outcomes import OUTCOMES, Outcome
from .runs.blocks import Progress
from .runs.compare import Comparison, Sway, compare
from .runs.executors import RayExecutor
from .runs.paradox import Gap, Paradox, paradox
from .runs.run import Result, simulate
from .runs.trace import Trace, trace
from .sweeps.frontier import Contender, Domination, Frontier, frontier
from .sweeps.manifest import Manifest
from .sweeps.sensitivity import Effect, Sensitivity, sensitivity, sobol
from .sweeps.sweep import sweep
from .sweeps.swept import Sweep
from .world.distribution import Spread
from .world.mind import Gossip, Loyalty, Memory, Persistence
from .world.world import FailureMode, Population, Tier, World
from .world.worlds import shop

__all__ = [
    "OUTCOMES",
    "TARP",
    "Company",
    "Comparison",
    "Contender",
    "Delay",
    "Domination",
    "Effect",
    "Ending",
    "Episode",
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
    "Progress",
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
