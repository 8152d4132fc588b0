"""What a role was granted, and what of an award a grant can measure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, ClassVar, cast

import attrs

from .._domain import checks
from .._domain.descriptions import describe
from .._domain.money import Money
from .._domain.remedy import Remedy, RemedyKind, total
from ..errors import InvalidValueError

__all__ = ["Grant"]


def _convert_to_kind_set(
    kinds: Iterable[RemedyKind] | None,
) -> frozenset[RemedyKind] | None:
    """Convert several kinds to a set; anything else passes on to the validator."""
    # A lone kind is text to Python, and text is made of letters.
    given = cast("Any", kinds)
    if isinstance(kinds, Iterable) and not isinstance(kinds, str):
        given = frozenset(kinds)
    return cast("frozenset[RemedyKind] | None", given)


def _check_kinds_or_none(
    instance: object, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Refuse what is no frozenset of kinds of remedy; None passes."""
    if value is None:
        return
    kinds = cast("object", value)
    members = cast("Any", kinds) if isinstance(kinds, frozenset) else {None}
    if not all(isinstance(member, RemedyKind) for member in members):
        raise InvalidValueError(
            f"Grant.kinds cannot be {describe(value)}: give a set such as "
            "{RemedyKind.CASH}, or None for every kind"
        )


def _check_limit_or_none(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse a limit that is no Money of 0 or more; None passes."""
    if value is not None and (type(value) is not Money or value.minor < 0):
        raise InvalidValueError(
            f"Grant.{attribute.name} cannot be {describe(value)}: give Money of 0 or "
            "more, or None for no limit"
        )


@attrs.frozen
class Grant:
    """The right of a role to give some kinds of remedy, up to a limit, without asking.

    A limit counts what is worth money. What has no value cannot be measured by it, so
    a limited grant covers a replacement or points without a value only where it names
    their kind.

    Args:
        role: Who it is granted to.
        kinds: The kinds it covers; None for every kind, empty for none.
        per_incident: The most that one case may be given, counting what it was given
            before; None for no limit.
        per_day: The most that one person may give in a day; None for no limit.

    Raises:
        InvalidValueError: A field cannot be, or the limits are in two currencies.

    Example:
        >>> Grant("gate agent", per_incident=Money("2000", "USD")).currency
        'USD'

    Source: authority ladders as airlines and hotels keep them, such as a limit for
        gate agents and a higher one for their supervisors.
    """

    __tag__: ClassVar[str] = "Grant"

    role: str = attrs.field(validator=checks.text)
    kinds: frozenset[RemedyKind] | None = attrs.field(
        default=None, converter=_convert_to_kind_set, validator=_check_kinds_or_none
    )
    per_incident: Money | None = attrs.field(
        default=None, validator=_check_limit_or_none, kw_only=True
    )
    per_day: Money | None = attrs.field(
        default=None, validator=_check_limit_or_none, kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        """Refuse limits in two currencies."""
        if len({limit.currency for limit in self._limits}) > 1:
            raise InvalidValueError(
                "one grant cannot be limited in two currencies: give two grants"
            )

    @property
    def _limits(self) -> tuple[Money, ...]:
        given = (self.per_incident, self.per_day)
        return tuple(limit for limit in given if limit is not None)

    @property
    def currency(self) -> str | None:
        """The currency of its limits; None for a grant without any."""
        return next((limit.currency for limit in self._limits), None)

    def covers(self, kind: RemedyKind) -> bool:
        """Return whether the grant is about a kind of remedy at all."""
        return self.kinds is None or kind in self.kinds


def can_measure(grant: Grant, remedy: Remedy) -> bool:
    """Return whether the limits of a grant can measure a remedy, by its currency."""
    if remedy.value is None:
        return grant.kinds is not None or grant.currency is None
    return grant.currency in {None, remedy.value.currency}


def greatest_worth(
    alternatives: Iterable[Remedy],
    amends: Iterable[Remedy],
    currency: str,
    kinds: frozenset[RemedyKind] | None,
) -> Money:
    """Add up the most that remedies can cost in one currency and some kinds."""

    def counted(remedies: Iterable[Remedy]) -> list[Money]:
        return [
            remedy.value
            for remedy in remedies
            if remedy.value is not None
            and remedy.value.currency == currency
            and (kinds is None or remedy.kind in kinds)
        ]

    choices, parts = counted(alternatives), counted(amends)
    if choices:
        parts.append(max(choices))
    return total(parts) or Money.zero(currency)


def utc_day(moment: datetime) -> date:
    """Return the day that counts: the one in UTC."""
    return moment.astimezone(UTC).date()
