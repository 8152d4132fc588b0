"""What every part of an amount must be: never negative, and not too deep to read."""

from __future__ import annotations

from typing import Final, Protocol

from .._domain import checks
from .._domain.money import Money
from ..errors import InvalidValueError
from .column import Column

__all__ = [
    "check_depth_and_size",
    "check_nonnegative_column",
    "check_nonnegative_money",
]

_MOST_NESTED: Final = 32
_MOST_PARTS: Final = 1_000


class Nested(Protocol):
    """What is made of others like it, as formulas are."""

    @property
    def parts(self) -> tuple[Nested, ...]:
        """Those it is made of."""
        ...


def check_nonnegative_money(
    instance: object, attribute: checks.FieldOfClass, value: Money
) -> None:
    """Refuse a sum below nothing in a field of a formula."""
    if value.minor < 0:
        checks.refuse(instance, attribute, value, "give 0 or more")


def check_nonnegative_column(
    value: object, domain_class: type, domain_words: str
) -> None:
    """Refuse what is no column of a class of domains, or may be negative."""
    column = value if isinstance(value, Column) else None
    if column is None or not isinstance(column.domain, domain_class):
        named = value if column is None else column.name
        raise InvalidValueError(f"{named!r:.60} is no column of {domain_words}")
    if column.domain.least < 0:
        raise InvalidValueError(
            f"{column.name!r} may be below 0, and no amount is: declare it from 0 up"
        )


def check_depth_and_size(formula: Nested) -> None:
    """Refuse what some reader could not follow: too many parts, or too deep.

    Every level is a few calls inside one another, and Python has an end to those.
    """
    # With a list of its own, for a call for each level is what cannot be afforded.
    part_count, waiting = 0, [(formula, 1)]
    while waiting:
        part, depth = waiting.pop()
        part_count += 1
        if depth > _MOST_NESTED or part_count > _MOST_PARTS:
            raise InvalidValueError(
                f"an amount cannot have more than {_MOST_NESTED} formulas inside one "
                f"another, or {_MOST_PARTS:,} in all: give sum_of_amounts(), "
                "least_of() and greatest_of() many amounts at once, or split it into "
                "several gifts"
            )
        waiting += [(inner, depth + 1) for inner in part.parts]
