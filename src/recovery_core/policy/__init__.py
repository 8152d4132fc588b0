"""Compensation policies: from a claim to an award, alone or combined.

The good way to write one is a `Table`: rules over declared columns, checked when they
are built. Any other function from a claim to an award is a policy as well.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .._importing import has_extra
from . import column
from .amounts import Amount
from .base import CompensationPolicy
from .cells import When
from .classics import (
    Reimbursement,
    ReplacementNotRepair,
    SpendingLimit,
    StandingDiscount,
    TangibleForArchitecture,
    check_not_token,
)
from .column import Column
from .combinators import best_of, dated, first, only_if, sum_of
from .decision import Decision, Outcome
from .declared import Read, bands, decides_on
from .formulas import (
    beyond,
    greater,
    halved,
    indexed,
    interest,
    lesser,
    per_completed,
    per_started,
    percent_of,
    plus,
)
from .limits import capped, floored, owed, scaled, set_off
from .rules import Hit, Pay, Rule, pay
from .table import Table

__all__ = [
    "Amount",
    "Backtest",
    "Column",
    "CompensationPolicy",
    "Decision",
    "Decisions",
    "Diff",
    "Explanation",
    "Hit",
    "Outcome",
    "Pay",
    "Read",
    "Reimbursement",
    "ReplacementNotRepair",
    "Rule",
    "Sheet",
    "SpendingLimit",
    "StandingDiscount",
    "Table",
    "TangibleForArchitecture",
    "Totals",
    "When",
    "backtest",
    "bands",
    "best_of",
    "beyond",
    "capped",
    "check_not_token",
    "column",
    "dated",
    "decide",
    "decide_chunks",
    "decides_on",
    "diff",
    "fingerprint",
    "first",
    "floored",
    "greater",
    "halved",
    "indexed",
    "interest",
    "lesser",
    "only_if",
    "owed",
    "pay",
    "per_completed",
    "per_started",
    "percent_of",
    "plus",
    "prove",
    "scaled",
    "set_off",
    "sheet",
    "sum_of",
]

_LATER = {
    "Backtest": "batch.backtesting",
    "Decisions": "batch",
    "Diff": "text.differences",
    "Explanation": "text.explanation",
    "Sheet": "text.sheet",
    "Totals": "batch",
    "backtest": "batch.backtesting",
    "decide": "batch",
    "decide_chunks": "batch",
    "diff": "text.differences",
    "fingerprint": "text.picture",
    "sheet": "text.sheet",
}
"""What deciding one claim does without, and where it is."""

if TYPE_CHECKING:
    from . import prove
    from .batch import Decisions, Totals, decide, decide_chunks
    from .batch.backtesting import Backtest, backtest
    from .text.differences import Diff, diff
    from .text.explanation import Explanation
    from .text.picture import fingerprint
    from .text.sheet import Sheet, sheet
else:

    def _within_reach(names: list[str]) -> list[str]:
        """Leave out of `import *` what needs an extra that is not installed.

        Asked for by name, it still says which extra it comes with.
        """
        if has_extra("batch"):
            return names
        return [n for n in names if not _LATER.get(n, "").startswith("batch")]

    __all__ = _within_reach(__all__)  # noqa: PLE0605 - it is a list

    # Hidden from type checkers, to which any name would now be one.
    def __getattr__(name: str) -> object:
        """Load a reader, and the package it needs, when it is first asked for."""
        if name == "prove":
            return import_module(".prove", __name__)
        if name in _LATER:
            return getattr(import_module(f".{_LATER[name]}", __name__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        """List what can be had, loaded or not.

        Completion asks for every name listed, and one that raises ends it for all.
        """
        return sorted({*__all__, *(name for name in globals() if name[:2] == "__")})
