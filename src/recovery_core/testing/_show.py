"""Show values as short as they can be typed in: defaults are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, cast

import attrs

from .._domain.attribution import Attribution
from .._domain.money import Money

_MOST = 2000  # characters: a failure is read on a screen


def format_value(value: object) -> str:
    """Show a value by the shortest call that makes it.

    Args:
        value: Anything.
    """
    text = _format_untruncated(value)
    return text if len(text) <= _MOST else f"{text[:_MOST]}..."


def _format_untruncated(value: Any) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, datetime) and value.tzinfo is UTC:
        return repr(value).replace("datetime.timezone.utc", "UTC")
    if isinstance(value, Mapping):
        return _format_mapping(cast("Mapping[object, object]", value))
    if isinstance(value, tuple):
        return _format_tuple(cast("tuple[object, ...]", value))
    kind: type[Any] = value.__class__
    return (
        _format_constructor_call(value)
        if attrs.has(kind) and kind is not Money
        else repr(value)
    )


def _format_mapping(value: Mapping[object, object]) -> str:
    pairs = (
        f"{_format_untruncated(key)}: {_format_untruncated(held)}"
        for key, held in value.items()
    )
    return f"{{{', '.join(pairs)}}}"


def _format_tuple(value: tuple[object, ...]) -> str:
    members = [_format_untruncated(each) for each in value]
    return f"({', '.join(members)}{',' * (len(members) == 1)})"


def _format_constructor_call(value: Any) -> str:
    try:
        return (
            f"{type(value).__qualname__}({', '.join(_iter_formatted_arguments(value))})"
        )
    except Exception:  # noqa: BLE001 - a value forged around its own checks
        return object.__repr__(value)


def _iter_formatted_arguments(value: Any) -> Iterator[str]:
    kind: type[Any] = value.__class__
    for field in attrs.fields(kind):
        given = getattr(value, field.name)
        if not field.init or given == _default_of_field(field, value):
            continue
        if isinstance(value, Attribution) and field.name == "shares":
            given = {party: str(share) for party, share in value.shares}
        is_plain = field.default is attrs.NOTHING and not field.kw_only
        yield (
            _format_untruncated(given)
            if is_plain
            else f"{field.alias}={_format_untruncated(given)}"
        )


def _default_of_field(field: Any, value: object) -> object:
    make = field.default
    if not hasattr(make, "takes_self"):
        return make
    return make.factory(value) if make.takes_self else make.factory()
