"""What of the rules of two tables still matters, while their columns are walked."""

from __future__ import annotations

from collections.abc import Sequence

from ..rule_sets import Mask, members_of_mask
from ..table import Table
from .paired_columns import Joint, Level

__all__ = ["RulesInPlay"]


class RulesInPlay:
    """Leave out rules that cannot decide any more, since one before them will.

    So that sets of rules which decide alike become one, and two tables are walked
    that have more sets than anybody could list.

    Args:
        joint: The two tables.
        levels: What can be told apart, column by column.
    """

    def __init__(self, joint: Joint, levels: Sequence[Level]) -> None:
        """Note which rules no later column bears on."""
        size = len(joint.old.rows)
        self._tables = (joint.old, 0), (joint.new, size)
        # After so many levels, what meets each rule is known.
        self._sure = [joint.every]
        for level in reversed(levels):
            tested = 0
            for _, mask in level:
                tested |= joint.every & ~mask
            self._sure.append(self._sure[-1] & ~tested)
        self._sure.reverse()

    def settled(self, depth: int, mask: Mask) -> Mask:
        """Keep of a set of rules what may still decide.

        Args:
            depth: How many levels were walked.
            mask: The rules of both tables that may still hold.
        """
        sure = self._sure[depth]
        kept = 0
        for table, above in self._tables:
            every = (1 << len(table.rows)) - 1
            own = mask >> above & every
            kept |= _deciding(table, own, sure >> above & own) << above
        return kept


def _deciding(table: Table, held: Mask, sure: Mask) -> Mask:
    """Keep the rules of one table up to the first that surely ends the matter."""
    ending = (1 << len(table.rows)) - 1
    if table.hit.is_collecting:
        ending = (1 << len(table.exclusions)) - 1
    for first in members_of_mask(sure & ending):
        return held & ((2 << first) - 1)
    return held
