"""Decide many claims at once: the reader of tables for arrays.

Needs the extra: ``pip install 'recovery-core[batch]'``.
"""

from ..._importing import require_extra

require_extra("batch", "deciding many claims at once")

from .arrays import Array
from .decisions import Decisions, OutcomeTotals, Total
from .plans import Route

__all__ = ["Array", "Decisions", "OutcomeTotals", "Route", "Total"]
