"""Decide many claims at once: the reader of tables for arrays.

Needs the extra: ``pip install 'recovery-core[batch]'``.

There is a plan for each kind of policy, since none does for all. A table is a lookup
in a grid of its cells (`grid`), as long as the grid fits into memory; beyond that its
rules are tried in turn on all claims; and one that collects from more sets of rules
than could be listed is added up rule by rule (`collecting`). Tables under combinators
are arithmetic on sums where that is exact (`composed`). A declared function is asked
once for each combination of what it reads (`distinct`), and whatever else there is
claim by claim (`rows`), which is also what all others are verified against. `routes`
chooses the fastest that is exact; nobody has to know which it was.
"""

from ..._importing import require_extra

require_extra("batch", "deciding many claims at once")

from .arrays import Array
from .decisions import Decisions, OutcomeTotals, Total
from .plans import Route

__all__ = ["Array", "Decisions", "OutcomeTotals", "Route", "Total"]
