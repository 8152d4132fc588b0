"""What of the rules of two tables still matters, while their columns are walked."""

from __future__ import annotations

from collections.abc import Sequence

from ..rule_sets import Mask, members_of_mask
from ..table import Table
from .levels import Level
from .paired_columns import TablePair

__all__ = ["RulesInPlay"]


class RulesInPlay:
    """Leave out rules that cannot decide any more, since one before them will.

    So that sets of rules which decide alike become one, and two tables are walked
    that have more sets than anybody could list.

    Args:
        tables: The two tables.
        levels: What can be told apart, column by column.
    """

    def __init__(self, tables: TablePair, levels: Sequence[Level]) -> None:
        """Note which rules no later column bears on."""
        size = len(tables.old.rows)
        self._tables_and_shifts = (tables.old, 0), (tables.new, size)
        # Built from the last level back: a rule that no later level can rule out holds
        # for certain once it has held so far.
        self._certain_rules = [tables.all_rules_mask]
        for level in reversed(levels):
            tested = 0
            for _, mask in level:
                tested |= tables.all_rules_mask & ~mask
            self._certain_rules.append(self._certain_rules[-1] & ~tested)
        self._certain_rules.reverse()

    def without_rules_that_cannot_decide(self, level_count: int, rules: Mask) -> Mask:
        """Return a set of rules without those behind one that is certain to decide.

        Args:
            level_count: How many levels were walked.
            rules: The rules of both tables that may still hold.
        """
        certain_rules = self._certain_rules[level_count]
        remaining = 0
        for table, shift in self._tables_and_shifts:
            table_rules = (1 << len(table.rows)) - 1
            own = rules >> shift & table_rules
            certain = certain_rules >> shift & own
            remaining |= _rules_up_to_first_certain(table, own, certain) << shift
        return remaining


def _rules_up_to_first_certain(table: Table, rules: Mask, certain_rules: Mask) -> Mask:
    """Return the rules of one table up to the first that surely ends the matter."""
    ending = (1 << len(table.rows)) - 1
    # Where a table collects, only exclusions, its first rows, end the matter.
    if table.hit.is_collecting:
        ending = (1 << len(table.exclusions)) - 1
    for first in members_of_mask(certain_rules & ending):
        return rules & ((2 << first) - 1)
    return rules
