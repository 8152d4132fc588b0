"""The ways in which a service fails: how often, how badly, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any, SupportsIndex, cast

import attrs

from ..._domain import checks
from ..._domain.attribution import Cause
from ..._domain.failure import FailureKind, Severity
from ..._domain.reason import Fact, Facts
from ...errors import InvalidValueError
from ..reactions.parameters import severity_from_name
from .distribution import (
    Spread,
    as_spread,
    certain,
    chance,
    plainly,
    several,
    spread_of,
)

__all__ = ["FailureMode"]


def _causes(given: Cause | Iterable[Cause]) -> tuple[Cause, ...]:
    """Return one cause or several as a tuple."""
    return cast("tuple[Cause, ...]", several(Cause, given))


def _share(given: Fraction | int | str) -> Fraction:
    """Convert an exact share; what is none is refused where the field is known."""
    with suppress(InvalidValueError):
        return checks.exact(given)
    return cast("Fraction", given)


def _lost(instance: Any, attribute: Any, value: Any) -> None:
    if not isinstance(value, Fraction) or not 0 <= value <= 1:
        mend = (
            "give the share of the price that is lost, from 0 to 1, as an int, a "
            "Fraction or a text such as '1/2'"
        )
        checks.refuse(instance, attribute, value, mend)


def _facts(
    given: Mapping[str, Fact | SupportsIndex | Mapping[Any, float] | Spread[Any]]
    | tuple[tuple[str, Spread[Fact]], ...],
) -> tuple[tuple[str, Spread[Fact]], ...]:
    """Convert facts by name: a value, or the weight of each."""
    if not isinstance(given, Mapping):
        return given
    return tuple((name, as_spread(value)) for name, value in given.items())


def _named(instance: Any, attribute: Any, value: Any) -> None:
    given: object = value
    pairs: list[Any] = [*value] if isinstance(given, tuple) else [None]
    for pair in pairs:
        match pair:
            case (str() as name, Spread()) if name.strip():
                for each in cast("Any", pair)[1].values:
                    Facts({name: each})  # refuses what is no fact
            case _:
                mend = 'give facts by name, such as {"delay": 90}'
                checks.refuse(instance, attribute, value, mend)


def _caused(instance: Any, attribute: Any, value: Any) -> None:
    checks.tuple_of(Cause)(instance, attribute, value)
    if not sum(cause.weight for cause in value) > 0:
        checks.refuse(instance, attribute, value, "give a Cause with a weight above 0")


def _severity(
    given: Severity | int | str | Mapping[Any, float] | Spread[Severity],
) -> Spread[Severity]:
    """Convert a severity by name, or the weight of each."""
    found = as_spread(given)
    return spread_of(tuple((severity_from_name(each), w) for each, w in found.weights))


def _severities(instance: Any, attribute: Any, value: Any) -> None:
    values = value.values
    is_each = all(isinstance(each, Severity) for each in values)
    if not is_each or len(set(values)) < len(values):
        mend = (
            'give a Severity or its name, such as "minor", or the weight of each of '
            "several"
        )
        checks.refuse(instance, attribute, value, mend)


def _no_facts() -> tuple[tuple[str, Spread[Fact]], ...]:
    return ()


@attrs.frozen(kw_only=True, field_transformer=plainly)
class FailureMode:
    """One way in which the service fails: how often, how badly, and why.

    Args:
        what: One line, as it would be reported.
        rate: Chance of it in one encounter.
        kind: How the literature would sort it.
        touchpoint: Where in the service it happens.
        severity: How severe it is: a `Severity` or its name, or the weight of each.
        causes: Where it comes from, each with its weight; a customer's mistake is
            a cause as well.
        loss: What is lost, as a share of the price.
        facts: What is on record about it, by name: a value, or the weight of each.
        detected: Chance that the company notices first and opens the case itself.
        compound: Chance that something else fails with it, which makes it worse.
        was_rejected: Whether customers refuse the flawed service; else they consume
            it with its flaw.
        is_shared: Whether it hits a whole group, which is treated alike.
    """

    what: str = attrs.field(validator=checks.text)
    rate: float = attrs.field(validator=chance)
    kind: FailureKind = attrs.field(
        factory=FailureKind, validator=checks.of_type(FailureKind)
    )
    touchpoint: str | None = attrs.field(default=None, validator=checks.maybe_text)
    severity: Spread[Severity] = attrs.field(
        default=certain(Severity.MODERATE), converter=_severity, validator=_severities
    )
    causes: tuple[Cause, ...] = attrs.field(
        default=(Cause("unknown", "unknown"),), converter=_causes, validator=_caused
    )
    loss: Fraction = attrs.field(default=Fraction(1), converter=_share, validator=_lost)
    facts: tuple[tuple[str, Spread[Fact]], ...] = attrs.field(
        factory=_no_facts, converter=_facts, validator=_named
    )
    detected: float = attrs.field(default=0.0, validator=chance)
    compound: float = attrs.field(default=0.0, validator=chance)
    was_rejected: bool = attrs.field(default=True, validator=checks.of_type(bool))
    is_shared: bool = attrs.field(default=False, validator=checks.of_type(bool))
