"""What detectors may be built with: the questions asked of their parameters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .._domain import checks
from .._domain.money import Money
from .._domain.verdict import Action

_A_DAY = timedelta(days=1)
_PAIR = 2  # claims, and encounters without one


def check_detectors(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse an empty tuple, and members that are no detectors."""
    if not value:
        checks.refuse(instance, attribute, value, "give at least one detector")
    for each in value:
        checks.function(instance, attribute, each)


def check_graver_than_clear(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse what is no action, and CLEAR."""
    checks.of_type(Action)(instance, attribute, value)
    if value is Action.CLEAR:
        mend = "give NOTE to put it on record, or try a graver one with shadow(...)"
        checks.refuse(instance, attribute, value, mend)


def check_cap_fits_action(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse a cap without the action CAP, CAP without a cap, and one below 0."""
    checks.maybe(Money)(instance, attribute, value)
    if (instance.action is Action.CAP) is not (value is not None):
        mend = "give cap= together with action=Action.CAP, or neither"
        checks.refuse(instance, attribute, value, mend)
    if value is not None and value.minor < 0:
        checks.refuse(instance, attribute, value, "give 0 or more")


def check_whole_days(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse what is no span of whole days: claims are dated by the day."""
    if not isinstance(value, timedelta) or value < _A_DAY or value % _A_DAY:
        mend = "give whole days, such as timedelta(days=90)"
        checks.refuse(instance, attribute, value, mend)


def check_positive_span(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse what is no span of time above zero."""
    if not isinstance(value, timedelta) or value <= timedelta():
        checks.refuse(instance, attribute, value, "give a timedelta above zero")


def check_between_0_and_1(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse a share that is not above 0 and below 1."""
    if not 0 < value < 1:
        mend = "give an exact share above 0 and below 1, such as '1/20'"
        checks.refuse(instance, attribute, value, mend)


def check_prior(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse what is no pair of whole numbers from 1 up."""
    checks.tuple_of(int)(instance, attribute, value)
    if len(value) != _PAIR or min(value) < 1:
        mend = "give claims and encounters without one, from 1 up, such as (1, 19)"
        checks.refuse(instance, attribute, value, mend)


def check_factor_is_1_or_more(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse a factor below 1."""
    if value < 1:
        mend = "give 1 or more: else who is tolerated may cost more than he brings"
        checks.refuse(instance, attribute, value, mend)
