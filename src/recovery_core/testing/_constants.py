"""Find the constants that a plug compares with, so that they are drawn.

Hypothesis collects constants by itself, and that does not make this module needless. It
reads the literals in the source of every module of the project, tests and installed
packages left out, keeps integers, floats, bytes and texts in one pool, and tries one
now and then. What is collected here belongs to one plug, wherever it is defined: what
was handed to it as a parameter or stands in its closure or its fields, and days,
durations, decimals and money too. It is placed on the column that reads it and
walked in order before anything is drawn, so that a threshold is met every time.
"""

from __future__ import annotations

import dis
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Final, cast

import attrs

from .._domain.money import Money
from ..tables import Column, Table
from ..tables.domains import Integers, Sums

__all__ = [
    "collect_codes_of_values",
    "collect_plain_values",
    "collect_texts_and_integers",
]

_DEPTH: Final = 7
_MOST: Final = 400
"""So many values are followed; what is nearest to the plug comes first."""
_MARKS: Final = 48
_PARTS: Final = ("func", "args", "keywords", "__func__", "__self__", "__wrapped__")
_OF_FUNCTIONS: Final = ("__code__", "__defaults__", "__kwdefaults__")
_FOREIGN: Final = frozenset({"recovery_core", "hypothesis", *sys.stdlib_module_names})
"""Where nobody writes a rule of his own: code from there is not followed."""
_PLAIN: Final = (str, int, float, date, timedelta, Decimal, Fraction, Money)
_HOUR: Final = 60
_LONG: Final = 100
"""Fewer hours than these may be written in code where a column counts minutes."""
_DIGITS: Final = re.compile(r"[+-]?[0-9]{1,12}([.][0-9]{1,6})?")
_WIDE: Final = 18
"""Decimals of more digits before the point are let be, or they would fill memory."""


def collect_texts_and_integers(plug: object) -> tuple[Any, ...]:
    """List texts and whole numbers that a plug is written with.

    Args:
        plug: A function, or an object that is called like one.

    Returns:
        Each once, those nearest to it first.
    """
    return tuple(c for c in collect_plain_values(plug) if isinstance(c, str | int))


def collect_plain_values(plug: object) -> tuple[Any, ...]:
    """List texts, numbers, days, durations and money that a plug is written with.

    They stand in its code, its parameters and its closure; in the module constants it
    reads, the attributes of the object it is, and the classes of that; in whatever
    tuple, list, set or mapping any of these is; and in the functions it calls, unless
    they are of the standard library or of this one.

    Args:
        plug: A function, or an object that is called like one.

    Returns:
        Each once, those nearest to it first.
    """
    plain_values: dict[tuple[type, Any], Any] = {}
    visited: dict[int, object] = {}
    current_values: list[object] = [plug]
    for _ in range(_DEPTH):
        next_values: list[object] = []
        for value in current_values:
            if value is None or id(value) in visited or len(visited) > _MOST:
                continue
            visited[id(value)] = value  # kept, or its id would be another's
            if isinstance(value, _PLAIN):
                plain_values.setdefault((type(value), value), value)
            else:
                next_values += islice(_iter_parts(value), _MOST)
        current_values = next_values
    return tuple(plain_values.values())


def _iter_parts(value: Any) -> Iterator[object]:
    """Walk what something is made of, and what it reads by name."""
    if isinstance(value, Mapping):
        for pair in cast("Mapping[object, object]", value).items():
            yield from pair
    elif isinstance(value, set | frozenset):
        yield from sorted(cast("Iterable[object]", value), key=repr)
    elif isinstance(value, tuple | list):
        yield from cast("Iterable[object]", value)
    elif isinstance(value, CodeType):
        yield from _iter_constants_of_code(value)
    elif isinstance(value, FunctionType):
        yield from _iter_values_read_by_function(value)
    elif not isinstance(value, type | Table | Column | ModuleType):
        yield from _iter_values_of_object(value)


def _iter_constants_of_code(code: CodeType) -> Iterator[object]:
    """Walk the constants of code, the functions inside it among them."""
    # From Python 3.14 on, integers up to 255 stand in the instructions.
    steps = dis.get_instructions(code)
    yield from (step.argval for step in steps if step.opname == "LOAD_SMALL_INT")
    yield from code.co_consts


def _iter_values_read_by_function(function: Any) -> Iterator[object]:
    for part in _OF_FUNCTIONS:
        yield getattr(function, part)
    for cell in function.__closure__ or ():
        with suppress(ValueError):  # a name that is not bound yet
            yield cell.cell_contents
    yield getattr(function, "__wrapped__", None)
    if _is_from_user_code(function):
        yield from _iter_values_of_names(
            function.__globals__, _collect_names_read(function.__code__)
        )


def _iter_values_of_object(value: Any) -> Iterator[object]:
    """Walk the fields of an object, and of its classes what is read when it is called.

    A class of this library is followed by its fields alone, for its code is no rule.
    """
    for part in _PARTS:
        yield getattr(value, part, None)
    if isinstance(value, MethodType):
        holder: Any = value.__self__
        holder = holder if isinstance(holder, type) else type(holder)
        yield from _iter_members_read_by_method(holder, value.__name__)
    kind: type[Any] = value.__class__
    for field in attrs.fields(kind) if attrs.has(kind) else ():
        yield getattr(value, field.name, None)
    if not _is_from_user_code(kind):
        for base in kind.__mro__:
            yield getattr(vars(base).get("__call__"), "__code__", None)
        return
    slots = (vars(base).get("__slots__", ()) for base in kind.__mro__)
    for name in (name for several in slots for name in _wrap_single_text(several)):
        yield getattr(value, name, None)
    yield from getattr(value, "__dict__", {}).values()
    yield from _iter_members_read_by_method(kind, "__call__")


def _wrap_single_text(names: str | Iterable[str]) -> Iterable[str]:
    return (names,) if isinstance(names, str) else names


def _iter_members_read_by_method(
    owner_class: type[Any], method_name: str
) -> Iterator[object]:
    """Walk one method, and each attribute that it, or a method it calls, reads."""
    followed, waiting = set[str](), [method_name]
    while waiting:
        name = waiting.pop(0)
        followed.add(name)
        for base in filter(_is_from_user_code, owner_class.__mro__):
            member: Any = vars(base).get(name)
            member = getattr(member, "__func__", getattr(member, "fget", member))
            yield member
            if isinstance(member, FunctionType):
                waiting += [
                    n for n in _collect_names_read(member.__code__) if n not in followed
                ]


def _iter_values_of_names(
    namespace: Mapping[str, object], names: tuple[str, ...]
) -> Iterator[object]:
    """Walk what some names stand for in a module, and in what it imports."""
    for name in names:
        value = namespace.get(name)
        if isinstance(value, ModuleType) and _is_from_user_code(value):
            inside = (vars(value).get(attribute_name) for attribute_name in names)
            yield from (
                attribute_name
                for attribute_name in inside
                if not isinstance(attribute_name, ModuleType)
            )
        elif isinstance(value, type) and _is_from_user_code(value):
            yield from (vars(value).get(attribute_name) for attribute_name in names)
        else:
            yield value


def _is_from_user_code(definition: Any) -> bool:
    """Return whether a function, a class or a module may hold somebody's own rule."""
    is_module = isinstance(definition, ModuleType)
    home = str(
        definition.__name__ if is_module else getattr(definition, "__module__", None)
    )
    return home.partition(".")[0] not in _FOREIGN or home == "__main__"


def _collect_names_read(code: CodeType) -> tuple[str, ...]:
    """List the names that code reads, the functions inside it included."""
    found = dict.fromkeys(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= dict.fromkeys(_collect_names_read(constant))
    return tuple(found)


# -------------------------------------------------------------------- as codes


def collect_codes_of_values(
    column: Column, plain_values: Iterable[object]
) -> tuple[int, ...]:
    """Return the codes of a column that a plug may compare it with.

    Args:
        column: The column.
        plain_values: What the plug is written with.

    Returns:
        Codes within the domain, each once; those that stand there as they are first,
        then those that are written in another unit.
    """
    domain, comparable_values = (
        column.domain,
        [q for q in plain_values if not isinstance(q, bool)],
    )
    find_code = _find_money_code if isinstance(domain, Sums) else _find_day_code
    find_code = _find_integer_code if isinstance(domain, Integers) else find_code
    candidate_codes = (
        find_code(domain, plain_value, in_other_unit=o)
        for o in (False, True)
        for plain_value in comparable_values
    )
    low, high = domain.least, domain.most
    inside = (
        code for code in candidate_codes if code is not None and low - 1 <= code <= high
    )
    return tuple(islice(dict.fromkeys(inside), _MARKS))


def _find_integer_code(
    domain: Any, value: object, *, in_other_unit: bool
) -> int | None:
    if in_other_unit:
        hours = isinstance(value, int) and domain.unit == "min" and abs(value) < _LONG
        return value * _HOUR if hours and isinstance(value, int) else None
    if isinstance(value, timedelta):
        units = {"s": "seconds", "h": "hours", "d": "days"}
        return value // timedelta(**{units.get(domain.unit or "", "minutes"): 1})
    return _floor_or_none(value)


def _find_money_code(domain: Any, value: object, *, in_other_unit: bool) -> int | None:
    exponent = Money.zero(domain.currency).exponent
    if isinstance(value, Money):
        return value.minor if value.currency == domain.currency else None
    if in_other_unit:
        number = _parse_number_or_none(value)
        return None if number is None else int(number * 10**exponent // 1)
    return _floor_or_none(value)


def _find_day_code(_: Any, value: object, *, in_other_unit: bool) -> int | None:
    if isinstance(value, str):
        with suppress(ValueError):
            value = date.fromisoformat(value)
    if in_other_unit or not isinstance(value, date):
        return None
    day = value.date() if isinstance(value, datetime) else value
    return day.toordinal()


def _floor_or_none(value: object) -> int | None:
    number = None if isinstance(value, str) else _parse_number_or_none(value)
    return None if number is None else int(number // 1)


def _parse_number_or_none(value: object) -> Fraction | None:
    """Read a number, or a text that is one, such as ``"400.00"``."""
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        return None
    if isinstance(value, Decimal) and abs(value.adjusted()) > _WIDE:
        return None
    if isinstance(value, str | int | float | Decimal | Fraction):
        with suppress(ValueError, OverflowError):
            return Fraction(value)
    return None
