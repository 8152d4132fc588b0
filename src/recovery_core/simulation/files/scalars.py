"""Single values in an experiment file, read without a guess."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import Enum, IntEnum
from fractions import Fraction
from typing import Any, Final, Literal, get_args

from ..._domain import checks
from ..._domain.literals import day_of
from ..._domain.money import Money
from ...errors import InvalidValueError, RecoveryError
from .places import FilePlace, is_table, near

__all__ = ["SCALARS", "Reader", "fact", "is_weight", "member", "number"]

Reader = Callable[[Any, Any, FilePlace], Any]
"""Reads a value of a type from what TOML holds at a place."""

_LARGEST: Final = 1e300


def _flag(_: Any, given: object, place: FilePlace) -> bool:
    if not isinstance(given, bool):
        raise place.cannot(given, "give true or false")
    return given


def _whole(_: Any, given: object, place: FilePlace) -> int:
    if not isinstance(given, int) or isinstance(given, bool):
        raise place.cannot(given, "give a whole number")
    return given


def number(_: Any, given: Any, place: FilePlace) -> float:
    """Demand a number, and no text or flag."""
    if not is_weight(given) or not -_LARGEST < given < _LARGEST:
        raise place.cannot(given, "give a number")
    return float(given)


def _text(_: Any, given: object, place: FilePlace) -> str:
    if not isinstance(given, str):
        raise place.cannot(given, "give a text in quotes")
    return given


def _money(_: Any, given: object, place: FilePlace) -> Money:
    if isinstance(given, str):
        try:
            return Money.parse(given)
        except RecoveryError as error:
            raise place.error(error) from error
    mend = 'give a text with the currency, such as "EUR 500.00"'
    raise place.cannot(given, mend)


def _exact(_: Any, given: object, place: FilePlace) -> Fraction:
    if isinstance(given, float):
        mend = f'write it as a text, "{given}" or a fraction such as "1/3"'
        raise place.cannot(given, mend)
    try:
        return checks.exact(given)  # type: ignore[arg-type]
    except RecoveryError as error:
        raise place.error(error) from error


def _day(_: Any, given: object, place: FilePlace) -> date:
    if type(given) is date:
        return given
    try:
        return day_of(_text(str, given, place))
    except InvalidValueError as error:
        raise place.cannot(given, "give a day, such as 2026-01-05") from error


def _span(_: Any, given: object, place: FilePlace) -> timedelta:
    mend = "give whole days, hours or minutes, such as { days = 90 }"
    if not is_table(given) or not given:
        raise place.cannot(given, mend)
    place.check_keys(given, ("days", "hours", "minutes"))
    units = {key: _whole(int, each, place / key) for key, each in given.items()}
    try:
        return timedelta(**units)
    except OverflowError as error:
        raise place.cannot(given, "give less") from error


def _choice(hint: Any, given: object, place: FilePlace) -> Any:
    known = get_args(hint)
    if given not in known:
        raise place.cannot(given, f"give {' or '.join(map(str, known))}")
    return given


def member(kind: type[Enum], given: object, place: FilePlace) -> Enum:
    """Read one of an enumeration, by the name it has in text."""
    by_name = issubclass(kind, IntEnum)
    known = {m.name.lower() if by_name else str(m.value): m for m in kind}
    if not isinstance(given, str) or given not in known:
        words = near(given, known) if isinstance(given, str) else near("", known)
        raise place.cannot(given, words)
    return known[given]


def fact(_: Any, given: object, place: FilePlace) -> Any:
    """Read a fact: what TOML holds, or money and shares under their names."""
    if isinstance(given, bool | int | str | date):
        return given
    if is_table(given) and len(given) == 1:
        ((key, each),) = given.items()
        if key in _TAGGED and not is_weight(each):
            return _TAGGED[key](None, each, place / key)
    raise place.cannot(
        given,
        'give true, false, a whole number, a text, a day, { money = "EUR 5.00" } or '
        '{ share = "1/2" }',
    )


_TAGGED: Final[Mapping[str, Reader]] = {"money": _money, "share": _exact}


def is_weight(given: object) -> bool:
    """Tell whether it can be a weight."""
    return isinstance(given, int | float) and not isinstance(given, bool)


SCALARS: Final[Mapping[Any, Reader]] = {
    Any: lambda _hint, given, _place: given,
    bool: _flag,
    int: _whole,
    float: number,
    str: _text,
    Money: _money,
    Fraction: _exact,
    date: _day,
    timedelta: _span,
    Literal: _choice,
}
