"""What can be given: single remedies, and the award that bundles them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import attrs

from .._readable import readable
from ..errors import InvalidValueError
from . import checks
from .money import Money
from .reason import Reason


class RemedyKind(StrEnum):
    """Name what is given. An apology is a step of the process, not a remedy."""

    CASH = "cash"
    REFUND = "refund"
    CREDIT = "credit"
    REPLACEMENT = "replacement"
    REDO = "redo"
    REPAIR = "repair"
    DISCOUNT = "discount"
    POINTS = "points"
    CARE = "care"
    EXPLANATION = "explanation"

    @property
    def is_monetary(self) -> bool:
        """Tell whether it is money, or as good as."""
        return self in _MONETARY

    @property
    def is_tangible(self) -> bool:
        """Tell whether it mends or repays; kind words and tokens do not."""
        return self in _TANGIBLE


_HUMANE: Final = frozenset({RemedyKind.CARE, RemedyKind.EXPLANATION})
_MONETARY: Final = frozenset({RemedyKind.CASH, RemedyKind.REFUND, RemedyKind.CREDIT})
_TANGIBLE: Final = _MONETARY | {
    RemedyKind.REPLACEMENT,
    RemedyKind.REDO,
    RemedyKind.REPAIR,
    RemedyKind.DISCOUNT,
}
_WHOLE: Final = 10_000  # basis points


@attrs.frozen
class Remedy:
    """Give one thing.

    Args:
        kind: What sort of thing.
        value: What it is worth; demanded of cash, refund and credit.
        what: One line on what exactly.
        basis_points: Rate of a standing discount: 2000 is 20 %.
        points: Number of loyalty points.
        is_statutory: Whether the law grants it, so that no verdict may touch it.

    Units: value in `Money`; rate in basis points (1/10000).

    Raises:
        InvalidValueError: A monetary kind without a positive value, a discount
            without rate or value, points without a number, or a rate or number
            on a kind that has none.
    """

    kind: RemedyKind = attrs.field(validator=checks.of_type(RemedyKind))
    value: Money | None = attrs.field(default=None, validator=checks.maybe(Money))
    what: str | None = attrs.field(
        default=None,
        converter=checks.maybe_plain_text,
        validator=checks.maybe_text,
        kw_only=True,
    )
    basis_points: int | None = attrs.field(
        default=None, validator=checks.maybe(int), kw_only=True
    )
    points: int | None = attrs.field(
        default=None, validator=checks.maybe(int), kw_only=True
    )
    is_statutory: bool = attrs.field(
        default=False, validator=checks.of_type(bool), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        """Hold the fields to what the kind demands."""
        kind, value = self.kind, self.value
        if value is not None and value.minor <= 0:
            raise InvalidValueError(
                f"a remedy cannot be worth {value}: give more than nothing, or leave "
                "the remedy out"
            )
        if kind in _MONETARY and value is None:
            raise InvalidValueError(f"a {kind} needs a value: give Money")
        if kind is RemedyKind.DISCOUNT and value is None and self.basis_points is None:
            raise InvalidValueError("a discount needs basis_points or a value")
        if kind is RemedyKind.POINTS and self.points is None:
            raise InvalidValueError("points need a number: give points=")
        if self.points is not None and (
            kind is not RemedyKind.POINTS or self.points < 1
        ):
            raise InvalidValueError(
                f"a {kind} cannot have {self.points} points: give points= from 1 up, "
                "and to RemedyKind.POINTS alone"
            )
        rate = self.basis_points
        if rate is not None and (
            kind is not RemedyKind.DISCOUNT or not 1 <= rate <= _WHOLE
        ):
            raise InvalidValueError(
                f"a {kind} cannot have {rate} basis points: give basis_points= from 1 "
                "to 10000, and to RemedyKind.DISCOUNT alone"
            )

    @property
    def is_shielded(self) -> bool:
        """Tell whether no verdict and no cap may touch it: law, care, explanation."""
        return self.is_statutory or self.kind in _HUMANE

    def __str__(self) -> str:
        """Name it with what it is worth."""
        size = {
            RemedyKind.POINTS: f"{self.points} points",
            RemedyKind.DISCOUNT: f"{(self.basis_points or 0) / 100:g} %",
        }.get(self.kind, "")
        shown = self.value if self.value is not None else size
        what = self.what and f"({readable(self.what)})"
        return " ".join(str(p) for p in (self.kind, shown, what) if p)


@attrs.frozen
class Award:
    """Say what a policy gives: alternatives to choose from, amends in addition.

    Args:
        alternatives: Ways to meet the original need; the customer chooses one.
        amends: Given in addition, for the harm.
        because: Why, rule by rule.
        valid_for: How long the offer stands once made; None for the engine's
            own default.

    Raises:
        InvalidValueError: The remedies are worth money in two currencies, or more
            than `Money` can hold.
    """

    alternatives: tuple[Remedy, ...] = attrs.field(
        default=(), validator=checks.each(Remedy)
    )
    amends: tuple[Remedy, ...] = attrs.field(default=(), validator=checks.each(Remedy))
    because: tuple[Reason, ...] = attrs.field(default=(), validator=checks.each(Reason))
    valid_for: timedelta | None = attrs.field(
        default=None, validator=checks.maybe(timedelta)
    )

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be added up."""
        values = [r.value for r in self.remedies if r.value is not None]
        if len(values) > 1:
            if len({value.currency for value in values}) > 1:
                raise InvalidValueError(
                    "an award in two currencies has no worth: convert before awarding"
                )
            _ = self.worth
        if self.valid_for is not None and self.valid_for <= timedelta():
            raise InvalidValueError(
                f"Award.valid_for cannot be {self.valid_for!r}: give more than no "
                "time, or None"
            )

    @classmethod
    def nothing(cls, *because: Reason) -> Award:
        """Give nothing, and say why."""
        return cls(because=because)

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """List every remedy in it, alternatives first."""
        return self.alternatives + self.amends

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing in it."""
        return not self.alternatives and not self.amends

    @property
    def worth(self) -> Money | None:
        """Add up the most it can cost, the dearest alternative and all amends.

        None where nothing in it has a value.
        """
        choices = [r.value for r in self.alternatives if r.value is not None]
        parts = [r.value for r in self.amends if r.value is not None]
        if choices:
            parts.append(max(choices))
        return total(parts)

    def has_choice(self, alternative: int | None) -> bool:
        """Tell whether an alternative can be chosen (by position; None for none)."""
        known = len(self.alternatives)
        if alternative is None:
            return not known
        return type(alternative) is int and 0 <= alternative < known

    def delivered(self, alternative: int | None) -> tuple[Remedy, ...]:
        """List what the customer gets who chooses one alternative (by position).

        Raises:
            InvalidValueError: There is no alternative at that position.
        """
        if alternative is None:
            return self.amends
        if not self.has_choice(alternative):
            raise InvalidValueError(
                f"there is no alternative {alternative!r} among "
                f"{len(self.alternatives)}: count from 0, or give None"
            )
        return (self.alternatives[alternative], *self.amends)


def total(values: Iterable[Money]) -> Money | None:
    """Add money up; None for no money at all."""
    result: Money | None = None
    for value in values:
        result = value if result is None else result + value
    return result


class Fate(StrEnum):
    """Tell what became of one remedy after the customer accepted it."""

    APPROVED = "approved"
    EXECUTING = "executing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    REVERSED = "reversed"


FATES: Final[Mapping[Fate, frozenset[Fate]]] = MappingProxyType(
    {
        Fate.APPROVED: frozenset({Fate.EXECUTING, Fate.SUCCEEDED, Fate.FAILED}),
        Fate.EXECUTING: frozenset({Fate.SUCCEEDED, Fate.FAILED, Fate.UNKNOWN}),
        Fate.UNKNOWN: frozenset({Fate.SUCCEEDED, Fate.FAILED}),
        Fate.FAILED: frozenset({Fate.EXECUTING}),
        Fate.SUCCEEDED: frozenset({Fate.REVERSED}),
        Fate.REVERSED: frozenset(),
    }
)
"""What may follow what: no answer is not a no, and only a failure is tried again."""
