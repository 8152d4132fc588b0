"""How the periods of a duration are counted: those begun, or those completed."""

from __future__ import annotations

import attrs

from .._domain import checks
from .._readable import readable
from ..errors import InvalidValueError
from .column import Column
from .domains import Integers
from .spans import Span

__all__ = ["Periods"]


@attrs.frozen
class Periods:
    """The number of periods of a duration, those begun or those completed.

    Args:
        column: The duration.
        length: Length of one period, in the unit of the column.
        after: Length that does not count, at the beginning.
        is_started: Whether a period counts once it has begun.
        at_most: The most periods that count.
    """

    column: Column = attrs.field(validator=checks.of_type(Column, or_derived=True))
    length: int = attrs.field(validator=checks.at_least(1))
    after: int = attrs.field(validator=checks.at_least(0))
    is_started: bool = attrs.field(validator=checks.of_type(bool))
    at_most: int | None = attrs.field(default=None, validator=checks.maybe_at_least(1))

    def __attrs_post_init__(self) -> None:
        """Refuse what is no duration."""
        if not isinstance(self.column.domain, Integers):
            raise InvalidValueError(
                f"{self.column.name!r} cannot be counted in periods: give a column of "
                "minutes, days or another whole number"
            )

    def count_in(self, duration: int) -> int:
        """Count the periods of one duration, given in the unit of the column."""
        counted = max(duration - self.after, 0)
        # Python rounds down: negated before and after, it rounds up.
        count = (
            -(-counted // self.length) if self.is_started else counted // self.length
        )
        return count if self.at_most is None else min(count, self.at_most)

    @property
    def bounds(self) -> Span:
        """The least and the most periods there can be."""
        domain = self.column.domain
        return self.count_in(domain.least), self.count_in(domain.most)

    @property
    def largest_intermediate(self) -> int:
        """The largest number that appears while they are counted."""
        domain = self.column.domain
        # Both ends: a duration may be far below 0, and is subtracted from as it stands.
        duration = max(abs(domain.least), domain.most) + self.after + self.length
        return max(duration, self.at_most or 0)

    def __str__(self) -> str:
        text_of = self.column.domain.text_of
        sort = "started" if self.is_started else "completed"
        beyond = f" beyond {text_of(self.after)}" if self.after else ""
        most = f", at most {self.at_most}" if self.at_most is not None else ""
        return readable(
            f"{sort} {text_of(self.length)} of {self.column.name}{beyond}{most}"
        )
