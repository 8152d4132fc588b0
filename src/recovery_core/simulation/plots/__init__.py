"""Pictures of the laboratory: each in one call, and each says what it found.

Every function returns a figure of matplotlib, to be shown or changed, and writes it
where `path` says. Names stand where the eye is: there is no legend to look things up
in. Intervals are drawn wherever they are known.

Needs the extra: ``pip install 'recovery-core[batch,plots]'``. Importing this loads
no matplotlib; drawing does.
"""

from .comparison import plot_comparison
from .frontier import plot_frontier
from .paradox import plot_paradox
from .paths import plot_paths
from .reaction import plot_reaction
from .sweep import plot_sweep

__all__ = [
    "plot_comparison",
    "plot_frontier",
    "plot_paradox",
    "plot_paths",
    "plot_reaction",
    "plot_sweep",
]
