"""Decision tables: compensation policies as rules over declared columns.

A table is data: a gap, an overlap or a rule that never decides is an error when it is
built, with a claim that shows it. The language (columns, conditions, formulas, rules,
`Table`) stands below; its readers (many claims at once, proofs, differences, pictures,
storage) stand on it and load when they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .._importing import has_extra
from . import column
from .amounts import Amount
from .column_type import Column
from .conditions import When
from .decision import Decision, RuleOutcome
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
from .rules import Hit, Pay, Rule, pay
from .table import Table

__all__ = [
    "Amount",
    "Column",
    "Decision",
    "Hit",
    "Pay",
    "Read",
    "Rule",
    "RuleOutcome",
    "Table",
    "When",
    "backtest",
    "bands",
    "beyond",
    "column",
    "decide",
    "decide_chunks",
    "decides_on",
    "diff",
    "fingerprint",
    "greater",
    "halved",
    "indexed",
    "interest",
    "lesser",
    "pay",
    "per_completed",
    "per_started",
    "percent_of",
    "plus",
    "prove",
    "sheet",
]

_READERS = {
    "backtest": "batch.backtesting",
    "decide": "batch.run",
    "decide_chunks": "batch.run",
    "diff": "differences.diff",
    "fingerprint": "plots.picture",
    "sheet": "rule_sheet",
}
"""What deciding one claim does without, and where it is."""

if TYPE_CHECKING:
    from . import prove
    from .batch.backtesting import backtest
    from .batch.run import decide, decide_chunks
    from .differences.diff import diff
    from .plots.picture import fingerprint
    from .rule_sheet import sheet
else:

    def _within_reach(names: list[str]) -> list[str]:
        """Leave out of `import *` what needs an extra that is not installed.

        Asked for by name, it still says which extra it comes with.
        """
        if has_extra("batch"):
            return names
        return [n for n in names if not _READERS.get(n, "").startswith("batch")]

    __all__ = _within_reach(__all__)  # noqa: PLE0605 - it is a list

    # Hidden from type checkers, to which any name would now be one.
    def __getattr__(name: str) -> object:
        """Load a reader, and the package it needs, when it is first asked for."""
        if name == "prove":
            return import_module(".prove", __name__)
        if name in _READERS:
            return getattr(import_module(f".{_READERS[name]}", __name__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        """List what can be had, loaded or not.

        Completion asks for every name listed, and one that raises ends it for all.
        """
        return sorted({*__all__, *(name for name in globals() if name[:2] == "__")})
