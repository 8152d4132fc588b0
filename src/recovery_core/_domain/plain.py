"""JSON text and its plain values: all or nothing, and no guessing."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import nsmallest
from typing import Any, Final, TypeGuard, cast

import attrs

from ..errors import StoredFormatError

# What is stored may be forged: this bounds the time it takes to find out.
_LONGEST: Final = 20_000_000  # characters; a case of a thousand events has 500,000

_NAMED: Final = 5  # keys: enough to find the place

_HALF: Final = re.compile("[\ud800-\udfff]")
_TORN: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def format_json(body: Mapping[str, object], *, is_for_people: bool = False) -> str:
    """Write JSON in the one way there is.

    Args:
        body: Plain values: objects, lists, text, int, bool and None.
        is_for_people: Whether to keep the order of the keys and to indent.

    Raises:
        ValueError: It could not be read back.
    """
    text = json.dumps(
        body,
        sort_keys=not is_for_people,
        separators=(",", ": " if is_for_people else ":"),
        indent=2 if is_for_people else None,
        ensure_ascii=False,
    )
    if _TORN.search(text):
        raise StoredFormatError(
            "a text holds the two halves of one character as two; decode it from "
            "UTF-16 first"
        )
    check_length(len(text))
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


@attrs.frozen
class _DuplicateKeyMarker:
    """An object with one key twice: nothing takes it for a value."""

    key: str

    def __repr__(self) -> str:
        return f"an object with {self.key!r:.30} twice"


def _build_dict_or_duplicate_marker(pairs: list[tuple[str, object]]) -> object:
    # The parser keeps the last of two values, where another program keeps the first.
    json_object = dict(pairs)
    if len(json_object) == len(pairs):
        return json_object
    ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
    return _DuplicateKeyMarker(key)


def parse_json(text: object) -> object:
    """Read JSON; an object with a key twice becomes something nothing takes."""
    plain = decode_json(text)
    check_length(len(plain))
    try:
        return json.loads(plain, object_pairs_hook=_build_dict_or_duplicate_marker)
    except RecursionError as error:
        raise StoredFormatError("not readable as JSON: nested too deep") from error
    except ValueError as error:
        raise StoredFormatError(f"not readable as JSON: {error}") from error


def decode_json(text: object) -> str:
    """Return the value of JSON given as text, or as UTF-8."""
    if isinstance(text, str):
        return text
    if not isinstance(text, bytes):
        raise format_error("JSON as str or bytes", text)
    # Left to itself, the parser would take UTF-16 and broken UTF-8 too.
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise StoredFormatError(f"not readable as JSON: {error}") from error


def check_length(length: int) -> None:
    """Refuse so many characters that reading them would take too long."""
    if length > _LONGEST:
        raise StoredFormatError(
            f"longer than {_LONGEST} characters: keep elsewhere what takes so much, "
            "and put on record where"
        )


def is_dict(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether it is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Return whether it is a list."""
    return isinstance(value, list)


def as_dict(value: object, where: str = "") -> dict[str, Any]:
    """Return it as an object."""
    if not is_dict(value):
        raise format_error("an object", value, where)
    return value


def as_list(value: object, where: str = "") -> list[object]:
    """Return it as a list."""
    if not is_list(value):
        raise format_error("a list", value, where)
    return value


def as_text(value: object, where: str = "") -> str:
    """Return it as a text."""
    if not isinstance(value, str):
        raise format_error("str", value, where)
    return value


def as_object(value: object, where: str, *keys: str) -> dict[str, Any]:
    """Return it as an object with these keys and no others."""
    fields = as_dict(value, where)
    if missing := set(keys) - set(fields):
        raise StoredFormatError(f"{where}missing: {format_first_names(missing)}")
    if unknown := set(fields) - set(keys):
        raise StoredFormatError(f"{where}unknown: {format_first_names(unknown)}")
    return fields


def format_error(expected: str, value: object, where: str = "") -> StoredFormatError:
    """Return an error with what was expected, and what was found."""
    return StoredFormatError(f"{where}expected {expected}, got {describe_json(value)}")


def describe_json(value: object) -> str:
    """Return what was found in few characters, however long it is and however deep."""
    if isinstance(value, list):
        return f"a list of {len(cast('list[object]', value))}"
    if isinstance(value, dict):
        keys = format_first_names(cast("dict[str, object]", value))
        return f"an object with {keys or 'nothing'}"
    return f"{value!r:.60}"


def format_first_names(keys: Iterable[str]) -> str:
    """Format the first few names, in their order."""
    return ", ".join(f"{key!r:.60}" for key in nsmallest(_NAMED, keys))
