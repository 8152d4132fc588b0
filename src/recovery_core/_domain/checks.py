"""The few questions every value asks of its fields when it is built."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import partial
from types import FunctionType, MethodType
from typing import Any, Final, TypeAlias, TypeGuard, cast

import attrs

from ..errors import InvalidValueError
from .descriptions import describe

FieldOfClass: TypeAlias = "attrs.Attribute[Any]"
"""What attrs tells a check of the field: its name above all."""
Validator: TypeAlias = Callable[[object, FieldOfClass, object], None]

# The flags of coroutine functions and asynchronous generators, as `inspect` has them.
_ASYNCHRONOUS: Final = 0x80 | 0x200

_OPEN: Final = (str, date, datetime, timedelta)

# No exponents: "1e999999999" is a short text and a number that fills the memory.
_PLAIN: Final = re.compile(r"-?[0-9]+(?:[./][0-9]+)?")


def refuse(instance: object, attribute: FieldOfClass, value: object, mend: str) -> None:
    """Refuse a field's value, naming class, field, value and mend."""
    where = f"{type(instance).__name__}.{attribute.name}"
    raise InvalidValueError(f"{where} cannot be {describe(value)}: {mend}")


def plain_text(value: str) -> str:
    """Reduce a text of any class to a plain str; the converter before `text`.

    A StrEnum, a numpy.str_ and whatever else is derived from str goes by its
    characters: how it shows itself, compares or hashes is never asked. What is no
    text passes, for the validator to refuse.
    """
    # By type, for an object may claim any __class__.
    kind = type(value)
    return value if kind is str or not issubclass(kind, str) else str.__str__(value)


def maybe_plain_text(value: str | None) -> str | None:
    """Reduce a text as `plain_text` does, and let None pass."""
    return None if value is None else plain_text(value)


def text(instance: object, attribute: FieldOfClass, value: object) -> None:
    """Refuse anything but text with something in it."""
    is_text = issubclass(type(value), str)
    if not is_text or not value or cast("str", value).isspace():
        refuse(instance, attribute, value, "give a text that is not empty")


def or_none(check: Validator) -> Validator:
    """Return the check of a field that may be None as well."""

    def check_unless_none(
        instance: object, attribute: FieldOfClass, value: object
    ) -> None:
        if value is not None:
            check(instance, attribute, value)

    return check_unless_none


maybe_text: Final = or_none(text)
"""Refuse anything but text with something in it, or None."""


def is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    """Return whether it is a tuple, of whatever members."""
    return isinstance(value, tuple)


def of_type(*kinds: type, or_derived: bool = False) -> Validator:
    """Return a check for a value of exactly one of the types.

    A class derived from one of ours could say one thing and be stored as another. Text,
    days and times may be derived: they go by what they say.

    Args:
        kinds: The types.
        or_derived: Whether every class derived from them will do as well.
    """
    exactly, open_kinds = (
        frozenset(kinds),
        kinds if or_derived else _derivable_types_among(kinds),
    )
    mend = f"give {_type_names(kinds)}"

    def check(instance: object, attribute: FieldOfClass, value: object) -> None:
        held: object = value
        kind = type(held)
        if kind not in exactly and not issubclass(kind, open_kinds):
            refuse(
                instance,
                attribute,
                value,
                _find_mend_for_derived_class(value, kinds) or mend,
            )

    return check


def _type_names(kinds: tuple[type, ...]) -> str:
    """Return the names of types, for a mend."""
    return " or ".join(kind.__name__ for kind in kinds).replace("NoneType", "None")


def _derivable_types_among(kinds: tuple[type, ...]) -> tuple[type, ...]:
    """Choose the types that a value may be derived from."""
    return tuple(kind for kind in kinds if kind in _OPEN)


def _find_mend_for_derived_class(value: object, kinds: tuple[type, ...]) -> str | None:
    """Return the mend for a value of a derived class; None if it is none."""
    above = [kind for kind in kinds if kind in type(value).__mro__]
    if not above or type(value) is bool:
        return None
    name = above[0].__name__
    return f"give a plain {name}: what {type(value).__name__} adds to it is not kept"


def maybe(*kinds: type, or_derived: bool = False) -> Validator:
    """Return a check for what `of_type` accepts, or None."""
    return of_type(*kinds, type(None), or_derived=or_derived)


def tuple_of(*kinds: type, or_derived: bool = False) -> Validator:
    """Return a check for a tuple whose every member `of_type` accepts."""
    exactly, open_kinds = (
        frozenset(kinds),
        kinds if or_derived else _derivable_types_among(kinds),
    )
    mend = f"give a tuple of {_type_names(kinds)}, such as (x,)"

    def check(instance: object, attribute: FieldOfClass, value: object) -> None:
        # By exact type: a named tuple would be stored as another value than it is.
        held: object = value
        if type(held) is not tuple:
            refuse(instance, attribute, value, mend)
        for member in cast("tuple[object, ...]", value):
            kind = type(member)
            if kind not in exactly and not issubclass(kind, open_kinds):
                derived_mend = _find_mend_for_derived_class(member, kinds)
                refuse(instance, attribute, value, derived_mend or mend)

    return check


def at_least(least: int) -> Validator:
    """Return a check for an int not below the bound."""

    def check(instance: object, attribute: FieldOfClass, value: object) -> None:
        if type(value) is not int or value < least:
            refuse(instance, attribute, value, f"give an int of at least {least}")

    return check


def maybe_at_least(least: int) -> Validator:
    """Return a check for an int not below the bound, or None."""
    return or_none(at_least(least))


def moment(instance: object, attribute: FieldOfClass, value: object) -> None:
    """Refuse anything but a datetime that knows its offset from UTC."""
    if type(value) is datetime and value.tzinfo is UTC:
        return
    if not isinstance(value, datetime) or value.utcoffset() is None:
        refuse(instance, attribute, value, "give an aware datetime (tzinfo=UTC)")


aware: Final = or_none(moment)
"""Refuse anything but a datetime that knows its offset from UTC, or None."""


def day(instance: object, attribute: FieldOfClass, value: object) -> None:
    """Refuse anything but a date without time of day."""
    if not isinstance(value, date) or isinstance(value, datetime):
        refuse(instance, attribute, value, "give a date, with no time of day")


maybe_day: Final = or_none(day)
"""Refuse anything but a date without time of day, or None."""


def unit_share(instance: object, attribute: FieldOfClass, value: object) -> None:
    """Refuse anything but an exact share from 0 to 1."""
    # As ints: comparing fractions would multiply them out.
    if type(value) is not Fraction or not 0 <= value.numerator <= value.denominator:
        refuse(instance, attribute, value, "give an exact share from 0 to 1")


def function(instance: object, attribute: FieldOfClass, value: object) -> None:
    """Refuse what cannot be asked; a class can be called, but would only be built."""
    if isinstance(value, type):
        mend = f"build one with its parameters, such as {value.__name__}(...)"
        refuse(instance, attribute, value, mend)
    if not callable(value):
        mend = "give a function, or what is called like one"
        refuse(instance, attribute, value, mend)
    if _answers_later(value):
        mend = "give a plain function: nobody here awaits its answer, ask before"
        refuse(instance, attribute, value, mend)


def _answers_later(value: object) -> bool:
    """Return whether a call gives a coroutine or an asynchronous generator."""
    while isinstance(value, partial):
        value = cast("partial[object]", value).func
    # By type: an object may answer anything, or raise, when asked for an attribute.
    if not isinstance(value, FunctionType | MethodType):
        value = getattr(type(value), "__call__", None)  # noqa: B004 - to read its code
    if isinstance(value, MethodType):
        value = value.__func__
    return isinstance(value, FunctionType) and bool(
        value.__code__.co_flags & _ASYNCHRONOUS
    )


maybe_function: Final = or_none(function)
"""Refuse anything but something that can be called, or None."""


def exact(value: Fraction | int | str) -> Fraction:
    """Return an int, a Fraction or a text such as ``"0.9"`` or ``"1/3"`` as a share.

    Raises:
        InvalidValueError: It is anything else, a float above all.
    """
    if type(value) is Fraction:
        return value
    given: object = value
    if isinstance(given, str) and _PLAIN.fullmatch(given):
        with suppress(ValueError, ZeroDivisionError):
            return Fraction(given)
    elif isinstance(given, int | Fraction) and type(given) is not bool:
        return Fraction(given)
    raise InvalidValueError(
        f"{given!r:.60} is not exact: give an int, a Fraction, or a text such as '0.9' "
        "or '1/3'"
    )
