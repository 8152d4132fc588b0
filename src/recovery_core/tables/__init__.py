"""Decision tables: compensation policies as rules over declared columns.

A table is data: a gap, an overlap or a rule that never decides is an error when it is
built, with a claim that shows it. The language (columns, conditions, formulas, rules,
`Table`) stands below; its readers (many claims at once, proofs, differences, pictures,
storage) stand on it and load when they are first asked for.
"""

from typing import TYPE_CHECKING

from .._importing import has_extra
from .._lazy import lazy_face
from . import column
from .amounts import Amount
from .column_type import Column
from .conditions import When
from .decision import Decision, RuleOutcome
from .declared_policy import DeclaredInputs, bands, policy_reading
from .formulas import (
    excess_of,
    greatest_of,
    half_of,
    indexed,
    interest,
    least_of,
    per_completed,
    per_started,
    percent_of,
    sum_of_amounts,
)
from .rules import Hit, Pay, Rule, pay
from .table import Table

__all__ = [
    "Amount",
    "Column",
    "Decision",
    "DeclaredInputs",
    "Hit",
    "Pay",
    "Rule",
    "RuleOutcome",
    "Table",
    "When",
    "backtest",
    "bands",
    "column",
    "decide",
    "decide_chunks",
    "diff",
    "excess_of",
    "greatest_of",
    "half_of",
    "indexed",
    "interest",
    "least_of",
    "pay",
    "per_completed",
    "per_started",
    "percent_of",
    "plot_table",
    "policy_reading",
    "prove",
    "sheet",
    "sum_of_amounts",
]

_READERS = {
    "batch.backtesting": ("backtest",),
    "batch.run": ("decide", "decide_chunks"),
    "differences.diff": ("diff",),
    "plots.picture": ("plot_table",),
    "rule_sheet": ("sheet",),
}
"""What deciding one claim does without, by where it is."""

if TYPE_CHECKING:
    from . import prove
    from .batch.backtesting import backtest
    from .batch.run import decide, decide_chunks
    from .differences.diff import diff
    from .plots.picture import plot_table
    from .rule_sheet import sheet
else:

    def _within_reach(names: list[str]) -> list[str]:
        """Leave out of `import *` what needs an extra that is not installed.

        Asked for by name, it still says which extra it comes with.
        """
        if has_extra("batch"):
            return names
        far = {
            n for home in _READERS if home.startswith("batch") for n in _READERS[home]
        }
        return [name for name in names if name not in far]

    __all__ = _within_reach(__all__)  # noqa: PLE0605 - it is a list

    __getattr__, __dir__ = lazy_face(__name__, _READERS, rooms=("prove",))
