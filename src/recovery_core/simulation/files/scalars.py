"""Single values in an experiment file, read without a guess."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import Enum, IntEnum
from fractions import Fraction
from typing import Any, Final, Literal, get_args

from ..._domain import checks
from ..._domain.literals import parse_iso_day
from ..._domain.money import Money
from ...errors import InvalidValueError, RecoveryError
from .places import FilePlace, is_table, suggest_names

__all__ = ["SCALARS", "Reader", "is_weight", "read_fact", "read_member", "read_number"]

Reader = Callable[[Any, Any, FilePlace], Any]
"""Reads a value of a type from what TOML holds at a place."""

_LARGEST: Final = 1e300


def _read_flag(_: Any, value: object, place: FilePlace) -> bool:
    if not isinstance(value, bool):
        raise place.cannot(value, "give true or false")
    return value


def _read_whole_number(_: Any, value: object, place: FilePlace) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise place.cannot(value, "give a whole number")
    return value


def read_number(_: Any, value: Any, place: FilePlace) -> float:
    """Read a number, and no text or flag."""
    if not is_weight(value) or not -_LARGEST < value < _LARGEST:
        raise place.cannot(value, "give a number")
    return float(value)


def _read_text(_: Any, value: object, place: FilePlace) -> str:
    if not isinstance(value, str):
        raise place.cannot(value, "give a text in quotes")
    return value


def _read_money(_: Any, value: object, place: FilePlace) -> Money:
    """Read an amount with its currency."""
    if isinstance(value, str):
        try:
            return Money.parse(value)
        except RecoveryError as error:
            raise place.error(error) from error
    mend = 'give a text with the currency, such as "EUR 500.00"'
    raise place.cannot(value, mend)


def _read_fraction(_: Any, value: object, place: FilePlace) -> Fraction:
    """Read an exact share; a float is refused, for it is not what was written."""
    if isinstance(value, float):
        mend = f'write it as a text, "{value}" or a fraction such as "1/3"'
        raise place.cannot(value, mend)
    try:
        return checks.exact(value)  # type: ignore[arg-type]
    except RecoveryError as error:
        raise place.error(error) from error


def _read_day(_: Any, value: object, place: FilePlace) -> date:
    """Read a day, quoted or not."""
    if type(value) is date:
        return value
    try:
        return parse_iso_day(_read_text(str, value, place))
    except InvalidValueError as error:
        raise place.cannot(value, "give a day, such as 2026-01-05") from error


def _read_duration(_: Any, value: object, place: FilePlace) -> timedelta:
    """Read a duration from whole days, hours and minutes."""
    mend = "give whole days, hours or minutes, such as { days = 90 }"
    if not is_table(value) or not value:
        raise place.cannot(value, mend)
    place.check_keys(value, ("days", "hours", "minutes"))
    units = {
        key: _read_whole_number(int, amount, place / key)
        for key, amount in value.items()
    }
    try:
        return timedelta(**units)
    except OverflowError as error:
        raise place.cannot(value, "give less") from error


def _read_choice(hint: Any, value: object, place: FilePlace) -> Any:
    choices = get_args(hint)
    if value not in choices:
        raise place.cannot(value, f"give {' or '.join(map(str, choices))}")
    return value


def read_member(kind: type[Enum], value: object, place: FilePlace) -> Enum:
    """Read one of an enumeration, by the name it has in text."""
    by_name = issubclass(kind, IntEnum)
    members_by_name = {
        member.name.lower() if by_name else str(member.value): member for member in kind
    }
    if not isinstance(value, str) or value not in members_by_name:
        advice = (
            suggest_names(value, members_by_name)
            if isinstance(value, str)
            else suggest_names("", members_by_name)
        )
        raise place.cannot(value, advice)
    return members_by_name[value]


def read_fact(_: Any, value: object, place: FilePlace) -> Any:
    """Read a fact: what TOML holds, or money and shares under their names."""
    if isinstance(value, bool | int | str | date):
        return value
    if is_table(value) and len(value) == 1:
        ((key, content),) = value.items()
        if key in _TAGGED and not is_weight(content):
            return _TAGGED[key](None, content, place / key)
    raise place.cannot(
        value,
        'give true, false, a whole number, a text, a day, { money = "EUR 5.00" } or '
        '{ share = "1/2" }',
    )


_TAGGED: Final[Mapping[str, Reader]] = {"money": _read_money, "share": _read_fraction}


def is_weight(value: object) -> bool:
    """Return whether a value can be a weight."""
    return isinstance(value, int | float) and not isinstance(value, bool)


SCALARS: Final[Mapping[Any, Reader]] = {
    Any: lambda _hint, given, _place: given,
    bool: _read_flag,
    int: _read_whole_number,
    float: read_number,
    str: _read_text,
    Money: _read_money,
    Fraction: _read_fraction,
    date: _read_day,
    timedelta: _read_duration,
    Literal: _read_choice,
}
