"""What can be given: single remedies, and the award that bundles them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Self

import attrs

from .._readable import readable
from ..errors import InvalidValueError
from . import checks
from .basis_points import BASIS_POINTS
from .failure import Resource
from .money import Money
from .reason import Reason


@attrs.frozen(kw_only=True)
class _KindTraits:
    """All that the library asks of a kind of remedy; a new kind answers it here."""

    repays: Resource | None = None
    is_monetary: bool = False
    is_paid_out: bool = False
    restores_service: bool = False
    is_tangible: bool = False
    is_humane: bool = False
    is_set_off: bool = True
    has_rate: bool = False
    has_number: bool = False
    is_given_by_saying: bool = False


class RemedyKind(StrEnum):
    """What sort of thing is given. An apology is a step of the process, not a remedy.

    Each kind carries its own properties, so that no other module lists kinds.
    """

    CASH = (
        "cash",
        _KindTraits(
            repays=Resource.MONEY, is_monetary=True, is_paid_out=True, is_tangible=True
        ),
    )
    REFUND = (
        "refund",
        _KindTraits(
            repays=Resource.MONEY, is_monetary=True, is_paid_out=True, is_tangible=True
        ),
    )
    CREDIT = "credit", _KindTraits(is_monetary=True, is_tangible=True)
    REPLACEMENT = (
        "replacement",
        _KindTraits(repays=Resource.PRODUCT, restores_service=True, is_tangible=True),
    )
    REDO = (
        "redo",
        _KindTraits(repays=Resource.SERVICE, restores_service=True, is_tangible=True),
    )
    REPAIR = (
        "repair",
        _KindTraits(repays=Resource.PRODUCT, restores_service=True, is_tangible=True),
    )
    DISCOUNT = "discount", _KindTraits(is_tangible=True, has_rate=True)
    POINTS = "points", _KindTraits(has_number=True)
    # Whoever waits is fed besides whatever else is owed: care pays for nothing.
    CARE = (
        "care",
        _KindTraits(repays=Resource.ATTENTION, is_humane=True, is_set_off=False),
    )
    EXPLANATION = (
        "explanation",
        _KindTraits(repays=Resource.ATTENTION, is_humane=True, is_given_by_saying=True),
    )

    _value_: str
    _traits: _KindTraits

    def __new__(cls, value: str, traits: _KindTraits = _KindTraits()) -> Self:
        """Return a member that is its text, and carries its properties."""
        member = str.__new__(cls, value)
        member._value_ = value
        member._traits = traits  # noqa: SLF001 - a class of itself
        return member

    @property
    def repays(self) -> Resource | None:
        """What was lost that it repays in kind; None for a token."""
        return self._traits.repays

    @property
    def is_monetary(self) -> bool:
        """Whether it is money, or as good as, and so needs a value."""
        return self._traits.is_monetary

    @property
    def is_paid_out(self) -> bool:
        """Whether the customer has money in hand; credit stays with the company."""
        return self._traits.is_paid_out

    @property
    def restores_service(self) -> bool:
        """Whether the customer has what was promised after all."""
        return self._traits.restores_service

    @property
    def is_tangible(self) -> bool:
        """Whether it mends or repays; kind words and tokens do not."""
        return self._traits.is_tangible

    @property
    def is_humane(self) -> bool:
        """Whether it is care or explanation, which no verdict and no cap may touch."""
        return self._traits.is_humane

    @property
    def is_set_off(self) -> bool:
        """Whether what was given of it counts against what is owed later."""
        return self._traits.is_set_off

    @property
    def has_rate(self) -> bool:
        """Whether it may be given as a rate, in basis points."""
        return self._traits.has_rate

    @property
    def has_number(self) -> bool:
        """Whether it is counted in points."""
        return self._traits.has_number

    @property
    def is_given_by_saying(self) -> bool:
        """Whether the customer has it as soon as the company commits itself."""
        return self._traits.is_given_by_saying


@attrs.frozen
class Remedy:
    """One thing given to the customer: cash, a refund, a replacement, ...

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
        """Refuse fields that the kind cannot have, or has to have and has not."""
        kind, value = self.kind, self.value
        if value is not None and value.minor <= 0:
            raise InvalidValueError(
                f"a remedy cannot be worth {value}: give more than nothing, or leave "
                "the remedy out"
            )
        if kind.is_monetary and value is None:
            raise InvalidValueError(f"a {kind} needs a value: give Money")
        if kind.has_rate and value is None and self.basis_points is None:
            raise InvalidValueError("a discount needs basis_points or a value")
        if kind.has_number and self.points is None:
            raise InvalidValueError("points need a number: give points=")
        if self.points is not None and (not kind.has_number or self.points < 1):
            raise InvalidValueError(
                f"a {kind} cannot have {self.points} points: give points= from 1 up, "
                "and to RemedyKind.POINTS alone"
            )
        rate = self.basis_points
        if rate is not None and (not kind.has_rate or not 1 <= rate <= BASIS_POINTS):
            raise InvalidValueError(
                f"a {kind} cannot have {rate} basis points: give basis_points= from 1 "
                "to 10000, and to RemedyKind.DISCOUNT alone"
            )

    @property
    def is_shielded(self) -> bool:
        """Whether no verdict and no cap may touch it: law, care, explanation."""
        return self.is_statutory or self.kind.is_humane

    @property
    def is_divisible(self) -> bool:
        """Whether a part of it can be given: money, or a discount of a sum."""
        is_sum_off = self.kind.has_rate and self.basis_points is None
        return self.value is not None and (self.kind.is_monetary or is_sum_off)

    def __str__(self) -> str:
        """Return its kind, what it is worth, and what it is."""
        size: Money | str = ""
        if self.value is not None:
            size = self.value
        elif self.kind.has_number:
            size = f"{self.points} points"
        elif self.kind.has_rate:
            size = f"{(self.basis_points or 0) / 100:g} %"
        what = self.what and f"({readable(self.what)})"
        return " ".join(str(part) for part in (self.kind, size, what) if part)


@attrs.frozen
class Award:
    """What a policy gives: alternatives to choose from, amends in addition.

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
        default=(), validator=checks.tuple_of(Remedy)
    )
    amends: tuple[Remedy, ...] = attrs.field(
        default=(), validator=checks.tuple_of(Remedy)
    )
    because: tuple[Reason, ...] = attrs.field(
        default=(), validator=checks.tuple_of(Reason)
    )
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
        """Return an award of nothing, with the reasons."""
        return cls(because=because)

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """Every remedy in it, alternatives first."""
        return self.alternatives + self.amends

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.alternatives and not self.amends

    @property
    def worth(self) -> Money | None:
        """The most it can cost: the dearest alternative and all amends.

        None where nothing in it has a value.
        """
        choices = [r.value for r in self.alternatives if r.value is not None]
        parts = [r.value for r in self.amends if r.value is not None]
        if choices:
            parts.append(max(choices))
        return total(parts)

    def has_choice(self, alternative: int | None) -> bool:
        """Return whether an alternative can be chosen (by position; None for none)."""
        count = len(self.alternatives)
        if alternative is None:
            return not count
        return type(alternative) is int and 0 <= alternative < count

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
    """Return the sum of some money; None for no money at all."""
    result: Money | None = None
    for value in values:
        result = value if result is None else result + value
    return result
