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
from typing import Any, Final, cast

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
    return sha256(_format_nested_value(value, ()).encode("ascii")).hexdigest()[:16]


def _format_nested_value(value: object, above: tuple[object, ...]) -> str:
    """Write a value down, given the values it stands in, outermost first."""
    for distance, holder in enumerate(reversed(above), 1):
        if holder is value:  # a function that calls itself, say
            return f"above({distance})"
    return _format_value(value, above)


def _format_tagged_values(
    tag: str, values: Iterable[object], above: tuple[object, ...]
) -> str:
    """Write values down behind a tag that keeps sorts apart: a list is no tuple."""
    return f"{tag}({','.join(_format_nested_value(value, above) for value in values)})"


@singledispatch
def _format_value(value: Any, above: tuple[object, ...]) -> str:
    """Write down what has no case of its own below."""
    path = (*above, value)
    kind: type[object] = value.__class__
    if (content := getattr(kind, "__content__", None)) is not None:
        return _format_tagged_values(
            "content", [_hash_tag_of_class(kind), content(value)], path
        )
    if attrs.has(kind):
        # What was renamed goes by its former name: stored hashes are promised to hold.
        parts: list[object] = [
            [field.metadata.get(FORMER_NAME, field.name), getattr(value, field.name)]
            for field in attrs.fields(kind)
            if field.eq
        ]
        return _format_tagged_values(
            "value",
            [_hash_tag_of_class(kind), *parts, *_list_call_code_of_foreign_class(kind)],
            path,
        )
    made_of: str | tuple[object, ...] | None = None
    with suppress(Exception):  # whatever it says, it shows no content
        made_of = value.__reduce_ex__(4)
    if not isinstance(made_of, tuple):
        home = getattr(value, "__module__", None)
        return _format_tagged_values(
            "shown", [kind, home, made_of or repr(value)], path
        )
    return _format_tagged_values(
        "made",
        [
            *map(_list_iterator_items_or_pass, made_of),
            *_list_call_code_of_foreign_class(kind),
        ],
        path,
    )


def _hash_tag_of_class(kind: type[object]) -> str:
    """Return what a class is called in hashes: by its own `__tag__`, or by its name.

    A tag that is inherited stands for another class.
    """
    tag: str = vars(kind).get("__tag__", kind.__qualname__)
    return tag


def _list_iterator_items_or_pass(part: object) -> object:
    """Return the items of list-like and dict-like objects from their iterators."""
    return [*cast("Iterator[object]", part)] if isinstance(part, Iterator) else part


def _module_name_across_processes(value: Any) -> str | None:
    """Return the module of a function or class; a script has one name in all processes.

    A worker process that was spawned runs the script again as ``__mp_main__``.
    """
    module: str | None = value.__module__
    return "__main__" if module == "__mp_main__" else module


def _list_call_code_of_foreign_class(kind: type[object]) -> list[CodeType]:
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


@_format_value.register(type(None))
@_format_value.register(bool)
@_format_value.register(float)
@_format_value.register(complex)
@_format_value.register(bytes)
@_format_value.register(type(...))
def _(value: object, _above: tuple[object, ...]) -> str:
    return ascii(value)


@_format_value.register
def _(value: str, _above: tuple[object, ...]) -> str:
    return ascii(str.__str__(value))


@_format_value.register
def _(value: int | Fraction, _above: tuple[object, ...]) -> str:
    return f"{value.numerator}/{value.denominator}"


@_format_value.register
def _(value: Enum, _above: tuple[object, ...]) -> str:
    return _format_tagged_values("member", [type(value).__qualname__, value.name], ())


@_format_value.register
def _(value: datetime, _above: tuple[object, ...]) -> str:
    if value.utcoffset() is None:
        return f"naive({value.isoformat()})"
    # As a distance: the first and last days of the calendar have no UTC of their own.
    return f"instant({value - _EPOCH!r})"


@_format_value.register
def _(value: date, _above: tuple[object, ...]) -> str:
    return f"day({value.isoformat()})"


@_format_value.register
def _(value: timedelta, _above: tuple[object, ...]) -> str:
    return f"span({value.days},{value.seconds},{value.microseconds})"


@_format_value.register(tuple)
def _(value: tuple[object, ...], above: tuple[object, ...]) -> str:
    return _format_tagged_values("tuple", value, (*above, value))


@_format_value.register(list)
def _(value: list[object], above: tuple[object, ...]) -> str:
    return _format_tagged_values("list", value, (*above, value))


@_format_value.register(AbstractSet)
def _(value: AbstractSet[object], above: tuple[object, ...]) -> str:
    written = sorted(_format_nested_value(member, (*above, value)) for member in value)
    return f"set({','.join(written)})"


@_format_value.register(Mapping)
def _(value: Mapping[object, object], above: tuple[object, ...]) -> str:
    here = (*above, value)
    pairs = [
        f"{_format_nested_value(key, here)}:{_format_nested_value(value[key], here)}"
        for key in value
    ]
    return f"mapping({','.join(sorted(pairs))})"


@_format_value.register
def _(value: type, _above: tuple[object, ...]) -> str:
    return _format_tagged_values(
        "class", [_module_name_across_processes(value), value.__qualname__], ()
    )


@_format_value.register
def _(value: FunctionType, above: tuple[object, ...]) -> str:
    parts = [
        _module_name_across_processes(value),
        value.__qualname__,
        value.__code__,
        value.__defaults__,
        value.__kwdefaults__,
        [*(value.__closure__ or ())],
    ]
    return _format_tagged_values("function", parts, (*above, value))


@_format_value.register
def _(value: MethodType, above: tuple[object, ...]) -> str:
    return _format_tagged_values(
        "method", [value.__self__, value.__func__], (*above, value)
    )


@_format_value.register
def _(value: CellType, above: tuple[object, ...]) -> str:
    with suppress(ValueError):  # not filled yet
        return _format_tagged_values("cell", [value.cell_contents], (*above, value))
    return "cell()"


@_format_value.register
def _(value: CodeType, above: tuple[object, ...]) -> str:
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
    return _format_tagged_values("code", parts, (*above, value))
