"""The ways in which a service fails: how often, how badly, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any, SupportsIndex, TypeGuard, cast

import attrs

from ..._domain import checks
from ..._domain.attribution import Cause
from ..._domain.failure import FailureKind, Severity
from ..._domain.number_checks import check_share_from_0_to_1
from ..._domain.reason import Fact, Facts
from ...errors import InvalidValueError
from ..reactions.parameters import to_severity_if_name
from .distribution import (
    Spread,
    build_spread,
    convert_fields_from_numpy,
    default_of_one_certain_value,
    to_spread,
    to_tuple_of_one_or_several,
)

__all__ = ["FailureMode"]


def _to_cause_tuple(cause_or_causes: Cause | Iterable[Cause]) -> tuple[Cause, ...]:
    """Convert one cause or several to a tuple."""
    return cast("tuple[Cause, ...]", to_tuple_of_one_or_several(Cause, cause_or_causes))


def _to_exact_share_if_possible(share: Fraction | int | str) -> Fraction:
    """Convert an exact share; what is none stays, for the validator to refuse."""
    # The validator knows the name of the field, and says the mend for it.
    with suppress(InvalidValueError):
        return checks.exact(share)
    return cast("Fraction", share)


def _check_exact_share_of_price(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse anything but a Fraction from 0 to 1."""
    if not isinstance(value, Fraction) or not 0 <= value <= 1:
        mend = (
            "give the share of the price that is lost, from 0 to 1, as an int, a "
            "Fraction or a text such as '1/2'"
        )
        checks.refuse(instance, attribute, value, mend)


def _to_named_fact_spreads(
    facts: Mapping[str, Fact | SupportsIndex | Mapping[Any, float] | Spread[Any]]
    | tuple[tuple[str, Spread[Fact]], ...],
) -> tuple[tuple[str, Spread[Fact]], ...]:
    """Convert facts by name, each a value or the weight of each, to named spreads."""
    if not isinstance(facts, Mapping):
        return facts
    return tuple((name, to_spread(value)) for name, value in facts.items())


def _is_fact_spread(value: object) -> TypeGuard[Spread[Fact]]:
    """Return whether it is a spread, of what may be facts."""
    return isinstance(value, Spread)


def _check_named_fact_spreads(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse anything but pairs of a name and a spread over what can be a fact."""
    pairs: Any = value if checks.is_tuple(value) else (None,)
    for pair in pairs:
        match pair:
            case (str() as name, spread) if name.strip() and _is_fact_spread(spread):
                for fact in spread.values:
                    Facts({name: fact})  # refuses what is no fact
            case _:
                mend = 'give facts by name, such as {"delay": 90}'
                checks.refuse(instance, attribute, value, mend)


def _check_causes_not_all_weight_0(
    instance: object, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Refuse anything but a tuple of causes that has one with a weight above 0."""
    checks.tuple_of(Cause)(instance, attribute, value)
    if not sum(cause.weight for cause in value) > 0:
        checks.refuse(instance, attribute, value, "give a Cause with a weight above 0")


def _to_severity_spread(
    severity_or_weights: Severity | int | str | Mapping[Any, float] | Spread[Severity],
) -> Spread[Severity]:
    """Convert a severity or its name, or the weight of each, to a spread."""
    spread = to_spread(severity_or_weights)
    return build_spread(
        tuple(
            (to_severity_if_name(severity), weight)
            for severity, weight in spread.weights
        )
    )


def _check_spread_of_distinct_severities(
    instance: object, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Refuse a spread over anything but severities, each given once."""
    severities = value.values
    are_severities = all(isinstance(severity, Severity) for severity in severities)
    # A name and its Severity are one: two weights for it would say two things.
    if not are_severities or len(set(severities)) < len(severities):
        mend = (
            'give a Severity or its name, such as "minor", or the weight of each of '
            "several"
        )
        checks.refuse(instance, attribute, value, mend)


def _default_facts() -> tuple[tuple[str, Spread[Fact]], ...]:
    return ()


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
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
    rate: float = attrs.field(validator=check_share_from_0_to_1)
    kind: FailureKind = attrs.field(
        factory=FailureKind, validator=checks.of_type(FailureKind)
    )
    touchpoint: str | None = attrs.field(default=None, validator=checks.maybe_text)
    severity: Spread[Severity] = attrs.field(
        default=default_of_one_certain_value(Severity.MODERATE),
        converter=_to_severity_spread,
        validator=_check_spread_of_distinct_severities,
    )
    causes: tuple[Cause, ...] = attrs.field(
        default=(Cause("unknown", "unknown"),),
        converter=_to_cause_tuple,
        validator=_check_causes_not_all_weight_0,
    )
    loss: Fraction = attrs.field(
        default=Fraction(1),
        converter=_to_exact_share_if_possible,
        validator=_check_exact_share_of_price,
    )
    facts: tuple[tuple[str, Spread[Fact]], ...] = attrs.field(
        factory=_default_facts,
        converter=_to_named_fact_spreads,
        validator=_check_named_fact_spreads,
    )
    detected: float = attrs.field(default=0.0, validator=check_share_from_0_to_1)
    compound: float = attrs.field(default=0.0, validator=check_share_from_0_to_1)
    was_rejected: bool = attrs.field(default=True, validator=checks.of_type(bool))
    is_shared: bool = attrs.field(default=False, validator=checks.of_type(bool))
