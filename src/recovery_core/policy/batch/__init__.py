"""Decide many claims at once: the reader of tables for arrays.

Needs the extra: ``pip install 'recovery-core[batch]'``.
"""

from .decisions import Decisions, Total, Totals
from .plans import Route
from .run import decide, decide_chunks

__all__ = ["Decisions", "Route", "Total", "Totals", "decide", "decide_chunks"]
