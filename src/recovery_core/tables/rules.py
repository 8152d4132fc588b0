"""The rows of a table: when a rule holds, and what it gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeAlias, assert_never

import attrs

from .._domain import checks
from .._domain.money import Money
from .._domain.remedy import Remedy, RemedyKind
from .._readable import readable
from ..errors import CurrencyMismatchError, InvalidValueError
from ..policy.adjustments import check_monetary_kind
from .amounts import AmountLike, Fixed, Formula, Greater, Sum, to_formula
from .column import Column
from .conditions import When, to_condition

__all__ = ["Gift", "Hit", "Pay", "Rule", "pay"]


class Hit(StrEnum):
    """Which rules of a table decide where several hold."""

    UNIQUE = "unique"  # no two ever hold; the table is refused if they could
    FIRST = "first"  # the first one that holds
    SUM = "sum"  # all that hold, together
    MAX = "max"  # of all that hold, the one that is worth most

    @property
    def is_collecting(self) -> bool:
        """Whether all rules that hold are looked at, and not the first alone."""
        match self:
            case Hit.UNIQUE | Hit.FIRST:
                return False
            case Hit.SUM | Hit.MAX:
                return True
            case never:
                assert_never(never)


def to_hit(value: Hit | str) -> Hit:
    """Convert a hit policy, or the name of one, to a hit policy.

    Raises:
        InvalidValueError: There is none of that name.
    """
    for hit in Hit:
        # By its text: what a class derived from str makes of == is never asked.
        if checks.plain_text(value) == hit.value:
            return hit
    raise InvalidValueError(f"hit cannot be {value!r:.60}: give {', '.join(Hit)}")


def _to_formula_unless_none(value: AmountLike | None) -> Formula | None:
    return None if value is None else to_formula(value)


@attrs.frozen
class Pay:
    """An amount of money as one remedy; made by `pay`."""

    amount: Formula = attrs.field(converter=to_formula)
    kind: RemedyKind = attrs.field(
        default=RemedyKind.CASH, validator=check_monetary_kind, kw_only=True
    )
    what: str | None = attrs.field(
        default=None,
        converter=checks.maybe_plain_text,
        validator=checks.maybe_text,
        kw_only=True,
    )
    discretion: Formula | None = attrs.field(
        default=None, converter=_to_formula_unless_none, kw_only=True
    )
    is_statutory: bool = attrs.field(
        default=False, validator=checks.of_type(bool), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        """Refuse a range in two currencies."""
        if self.discretion is not None:
            _ = Sum((self.amount, self.discretion))  # refuses two currencies

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column that is read to work it out."""
        limit_columns = self.discretion.columns if self.discretion is not None else ()
        return tuple(dict.fromkeys(self.amount.columns + limit_columns))

    def remedy_unless_zero(self, minor_units: int) -> Remedy | None:
        """Build the remedy of an amount in minor units; None for nothing."""
        if not minor_units:
            return None
        value = Money.from_minor(minor_units, self.amount.currency)
        return Remedy(self.kind, value, what=self.what, is_statutory=self.is_statutory)

    def __str__(self) -> str:
        more = f", up to {self.discretion} at discretion" if self.discretion else ""
        what = f" ({self.what})" if self.what else ""
        return readable(f"{self.kind} {self.amount}{more}{what}")


Gift: TypeAlias = Pay | Remedy
"""What a rule gives: an amount by formula, or a remedy as it stands."""

GiftLike: TypeAlias = Gift | AmountLike
"""A gift, or an amount that is given in cash."""


def pay(
    amount: AmountLike,
    *,
    kind: RemedyKind = RemedyKind.CASH,
    what: str | None = None,
    discretion: AmountLike | None = None,
    is_statutory: bool = False,
) -> Pay:
    """Return an amount of money in a way that is said, not just in cash.

    Args:
        amount: Money, a money column, or a formula; where it comes to nothing, nothing
            is given.
        kind: Cash, refund or credit.
        what: What it is for.
        discretion: The most an agent may give instead, by their own judgement.
        is_statutory: Whether the law grants it, so that no verdict and no cap may
            touch it.

    Raises:
        InvalidValueError: The kind is no money, or an amount is none.
        CurrencyMismatchError: The two amounts are in two currencies.
    """
    return Pay(
        to_formula(amount),
        kind=kind,
        what=what,
        discretion=discretion,
        is_statutory=is_statutory,
    )


def _to_gifts(value: GiftLike | Iterable[GiftLike]) -> tuple[Gift, ...]:
    members = value if isinstance(value, Iterable) else (value,)
    return tuple(map(_to_gift, members))


def _to_gift(value: GiftLike) -> Gift:
    """Return a gift as it is, and convert an amount to cash."""
    if isinstance(value, Pay) or type(value) is Remedy:
        return value
    if isinstance(value, Remedy):
        name = type(value).__name__
        raise InvalidValueError(
            f"{name} cannot be given: give a plain Remedy; what {name} adds to it is "
            "not kept"
        )
    return Pay(value)


def _to_condition_unless_none(value: When | Column | None) -> When | None:
    return None if value is None else to_condition(value)


@attrs.frozen
class Rule:
    """One row of a table: a name, a condition, and what is given.

    Args:
        code: Short name of the rule; stands in every award it makes.
        when: The condition; None for always.
        alternatives: Ways to meet the original need; the customer chooses one.
        amends: What is given in addition, for the harm.
        because: The reason in a sentence; the condition in words if not said.

    Raises:
        InvalidValueError: The condition is none, or a gift is none.
        CurrencyMismatchError: Two gifts are in two currencies.

    Example:
        >>> from recovery_core.tables import column, percent_of
        >>> fare = column.money("fare", "EUR")
        >>> late = column.minutes("arrival_delay")
        >>> Rule("half", when=late.between(30, 60), amends=percent_of(fare, 50)).code
        'half'
    """

    code: str = attrs.field(converter=checks.plain_text, validator=checks.text)
    when: When | None = attrs.field(
        default=None, converter=_to_condition_unless_none, kw_only=True
    )
    alternatives: tuple[Gift, ...] = attrs.field(
        default=(), converter=_to_gifts, kw_only=True
    )
    amends: tuple[Gift, ...] = attrs.field(
        default=(), converter=_to_gifts, kw_only=True
    )
    because: str | None = attrs.field(
        default=None,
        converter=checks.maybe_plain_text,
        validator=checks.maybe_text,
        kw_only=True,
    )

    def __attrs_post_init__(self) -> None:
        """Refuse gifts in two currencies."""
        codes = {amount.currency for amount in self.amounts}
        if len(codes) > 1:
            raise CurrencyMismatchError(
                f"rule {self.code!r} gives {' and '.join(sorted(codes))}: a rule gives "
                "one currency"
            )

    @property
    def gifts(self) -> tuple[Gift, ...]:
        """Everything it gives, alternatives first."""
        return self.alternatives + self.amends

    @property
    def amounts(self) -> tuple[Formula, ...]:
        """Everything it gives that has a value."""
        return tuple(_iter_values(self.gifts))

    @property
    def discretions(self) -> tuple[Formula, ...]:
        """The most an agent may give for each amount that is left to judgement."""
        pays = (gift for gift in self.gifts if isinstance(gift, Pay))
        return tuple(pay.discretion for pay in pays if pay.discretion is not None)

    @property
    def worth(self) -> Formula | None:
        """The most it can cost: the dearest alternative and all amends."""
        addends = [*_iter_values(self.amends)]
        if choices := [*_iter_values(self.alternatives)]:
            # The customer chooses one, and may choose the dearest.
            dearest = choices[0] if len(choices) == 1 else Greater(tuple(choices))
            addends.insert(0, dearest)
        if not addends:
            return None
        return addends[0] if len(addends) == 1 else Sum(tuple(addends))

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column it reads: those of the condition, then those of the amounts."""
        tested = (
            [cell.column for cell in self.when.cells] if self.when is not None else []
        )
        return tuple(dict.fromkeys((*tested, *self.amount_columns)))

    @property
    def amount_columns(self) -> tuple[Column, ...]:
        """Every column that an amount reads."""
        pays = (gift for gift in self.gifts if isinstance(gift, Pay))
        return tuple(dict.fromkeys(c for gift in pays for c in gift.columns))


def _iter_values(gifts: Iterable[Gift]) -> Iterable[Formula]:
    """Walk the amounts of gifts; what has no value in money is passed over."""
    for gift in gifts:
        if isinstance(gift, Pay):
            yield gift.amount
        elif gift.value is not None:
            yield Fixed(gift.value)


def to_rules(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Convert an iterable of rules to a tuple.

    Raises:
        InvalidValueError: It is no sequence, or a member is no rule.
    """
    iterable: object = rules
    if not isinstance(iterable, Iterable):
        raise InvalidValueError(
            f"rules cannot be {iterable!r:.80}: give a list of them"
        )
    # Once: an iterator could not be walked again.
    listed = tuple(rules)
    members: tuple[object, ...] = listed
    for rule in members:
        if not isinstance(rule, Rule):
            raise InvalidValueError(
                f"a rule cannot be {rule!r:.80}: write Rule('code', when=..., "
                "amends=...)"
            )
    return listed


def pooled_worth(rules: Sequence[Rule]) -> Formula | None:
    """Return the most that rules cost together: of all alternatives, one is chosen.

    None where nothing that they give has a value.
    """
    alternatives = [gift for rule in rules for gift in rule.alternatives]
    amends = [gift for rule in rules for gift in rule.amends]
    return Rule("together", alternatives=alternatives, amends=amends).worth
