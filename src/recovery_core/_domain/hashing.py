"""One short name for a value's content: equal content, equal name, on any machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from functools import singledispatch
from hashlib import sha256
from types import CellType, CodeType, FunctionType, MethodType
from typing import Any, Final

import attrs

__all__ = ["FORMER_NAME", "content_hash", "formerly"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOUSE: Final = __name__.partition(".")[0]
FORMER_NAME: Final = "recovery_core.former_name"
"""Key in the metadata of a field: the name that it had in an earlier release."""


def formerly(name: str) -> dict[str, str]:
    """Return the metadata of a field that had another name in an earlier release.

    Args:
        name: The name it had; hashes go on using it, so that stored ones still hold.
    """
    return {FORMER_NAME: name}


def content_hash(value: object) -> str:
    """Return a digest of a value that depends on its content alone.

    What compares equal gets one name: a `StrEnum` member and its text, a whole
    `Fraction` and the int, one instant in two time zones. Only True and 1 are kept
    apart. Frozen values go by class name and compared fields, wherever the class
    stands, or by what their ``__content__()`` says; functions by module, name, code,
    defaults and closure, so that an edited rule is another rule. A callable object of
    the caller's own adds the code of its ``__call__``. What a function calls or reads
    by a global name is not followed.

    Anything else goes by what it would be pickled from, and what cannot be pickled
    by its ``repr``: that may hold an address, and then stands for one process only.
    The code of functions differs from one Python release to the next.

    Args:
        value: Any value, or any callable.

    Returns:
        16 hex digits; the same in every process, whatever PYTHONHASHSEED is.

    Example:
        >>> content_hash((1, "a")) == content_hash((Fraction(1), "a"))
        True
        >>> content_hash(("a", 1)) == content_hash((1, "a"))
        False
    """
    return sha256(_write_nested(value, ()).encode("ascii")).hexdigest()[:16]


def _write_nested(value: Any, above: tuple[Any, ...]) -> str:
    """Write a value down, given the values it stands in, outermost first."""
    for distance, holder in enumerate(reversed(above), 1):
        if holder is value:  # a function that calls itself, say
            return f"above({distance})"
    return _write_value(value, above)


def _write_tagged(tag: str, values: Iterable[Any], above: tuple[Any, ...]) -> str:
    """Write values down behind a tag that keeps sorts apart: a list is no tuple."""
    return f"{tag}({','.join(_write_nested(value, above) for value in values)})"


@singledispatch
def _write_value(value: Any, above: tuple[Any, ...]) -> str:
    """Write down what has no case of its own below."""
    here = (*above, value)
    kind: type[Any] = value.__class__
    if (content := getattr(kind, "__content__", None)) is not None:
        return _write_tagged("content", [_tag_of(kind), content(value)], here)
    if attrs.has(kind):
        # What was renamed goes by its former name: stored hashes are promised to hold.
        parts: list[Any] = [
            [field.metadata.get(FORMER_NAME, field.name), getattr(value, field.name)]
            for field in attrs.fields(kind)
            if field.eq
        ]
        return _write_tagged(
            "value", [_tag_of(kind), *parts, *_code_of_rule(kind)], here
        )
    made_of: str | tuple[Any, ...] | None = None
    with suppress(Exception):  # whatever it says, it shows no content
        made_of = value.__reduce_ex__(4)
    if not isinstance(made_of, tuple):
        home = getattr(value, "__module__", None)
        return _write_tagged("shown", [kind, home, made_of or repr(value)], here)
    return _write_tagged(
        "made", [*map(_list_items, made_of), *_code_of_rule(kind)], here
    )


def _tag_of(kind: type[Any]) -> str:
    """Return what a class is called in hashes: by its own `__tag__`, or by its name.

    A tag that is inherited stands for another class.
    """
    tag: str = vars(kind).get("__tag__", kind.__qualname__)
    return tag


def _list_items(part: Any) -> Any:
    """Return the items of list-like and dict-like objects from their iterators."""
    return [*part] if isinstance(part, Iterator) else part


def _home_module(value: Any) -> str | None:
    """Return the module of a function or class; a script has one name in all processes.

    A worker process that was spawned runs the script again as ``__mp_main__``.
    """
    module: str | None = value.__module__
    return "__main__" if module == "__mp_main__" else module


def _code_of_rule(kind: type[Any]) -> list[CodeType]:
    """Return the code that makes a class of the caller's own a rule, if it is one.

    Ours is left out: a stamp stored last year is not to change because a line of
    the library did.
    """
    calls = [
        vars(base)["__call__"] for base in kind.__mro__ if "__call__" in vars(base)
    ]
    return [
        call.__code__
        for call in calls[:1]
        if isinstance(call, FunctionType)
        and call.__module__.partition(".")[0] != _HOUSE
    ]


@_write_value.register(type(None))
@_write_value.register(bool)
@_write_value.register(float)
@_write_value.register(complex)
@_write_value.register(bytes)
@_write_value.register(type(...))
def _(value: object, _above: tuple[Any, ...]) -> str:
    return ascii(value)


@_write_value.register
def _(value: str, _above: tuple[Any, ...]) -> str:
    return ascii(str.__str__(value))


@_write_value.register
def _(value: int | Fraction, _above: tuple[Any, ...]) -> str:
    return f"{value.numerator}/{value.denominator}"


@_write_value.register
def _(value: Enum, _above: tuple[Any, ...]) -> str:
    return _write_tagged("member", [type(value).__qualname__, value.name], ())


@_write_value.register
def _(value: datetime, _above: tuple[Any, ...]) -> str:
    if value.utcoffset() is None:
        return f"naive({value.isoformat()})"
    # As a distance: the first and last days of the calendar have no UTC of their own.
    return f"instant({value - _EPOCH!r})"


@_write_value.register
def _(value: date, _above: tuple[Any, ...]) -> str:
    return f"day({value.isoformat()})"


@_write_value.register
def _(value: timedelta, _above: tuple[Any, ...]) -> str:
    return f"span({value.days},{value.seconds},{value.microseconds})"


@_write_value.register(tuple)
def _(value: tuple[Any, ...], above: tuple[Any, ...]) -> str:
    return _write_tagged("tuple", value, (*above, value))


@_write_value.register(list)
def _(value: list[Any], above: tuple[Any, ...]) -> str:
    return _write_tagged("list", value, (*above, value))


@_write_value.register(AbstractSet)
def _(value: AbstractSet[Any], above: tuple[Any, ...]) -> str:
    written = sorted(_write_nested(member, (*above, value)) for member in value)
    return f"set({','.join(written)})"


@_write_value.register(Mapping)
def _(value: Mapping[Any, Any], above: tuple[Any, ...]) -> str:
    here = (*above, value)
    pairs = [
        f"{_write_nested(key, here)}:{_write_nested(value[key], here)}" for key in value
    ]
    return f"mapping({','.join(sorted(pairs))})"


@_write_value.register
def _(value: type, _above: tuple[Any, ...]) -> str:
    return _write_tagged("class", [_home_module(value), value.__qualname__], ())


@_write_value.register
def _(value: FunctionType, above: tuple[Any, ...]) -> str:
    parts = [
        _home_module(value),
        value.__qualname__,
        value.__code__,
        value.__defaults__,
        value.__kwdefaults__,
        [*(value.__closure__ or ())],
    ]
    return _write_tagged("function", parts, (*above, value))


@_write_value.register
def _(value: MethodType, above: tuple[Any, ...]) -> str:
    return _write_tagged("method", [value.__self__, value.__func__], (*above, value))


@_write_value.register
def _(value: CellType, above: tuple[Any, ...]) -> str:
    with suppress(ValueError):  # not filled yet
        return _write_tagged("cell", [value.cell_contents], (*above, value))
    return "cell()"


@_write_value.register
def _(value: CodeType, above: tuple[Any, ...]) -> str:
    # No line numbers and no file name: moving a rule is not editing it.
    parts = [
        value.co_code,
        value.co_exceptiontable,
        value.co_flags,
        value.co_consts,
        value.co_names,
        value.co_varnames,
        value.co_argcount,
        value.co_posonlyargcount,
        value.co_kwonlyargcount,
    ]
    return _write_tagged("code", parts, (*above, value))
