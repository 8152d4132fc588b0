"""What is wrong with what was read, and where."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final, cast

from cattrs.errors import (
    AttributeValidationNote,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)

from .._domain.plain import describe_json, format_first_names
from ..errors import RecoveryError, StoredFormatError

_NAMED: Final = 5  # faults, keys: enough to find the place


def stored_format_error(error: Exception, where: str) -> StoredFormatError:
    """Return which fields an error of the reader is about, and what is wrong there."""
    return StoredFormatError("; ".join(islice(_iter_fault_texts(error, where), _NAMED)))


def _iter_fault_texts(error: BaseException, where: str) -> Iterator[str]:
    """Follow an error to the fields behind it, and say what is wrong with each."""
    # Notes are put on from the inside to the outside.
    where += "".join(
        map(_describe_path_step, reversed(getattr(error, "__notes__", [])))
    )
    if isinstance(error, BaseExceptionGroup):
        for inner in cast("BaseExceptionGroup[BaseException]", error).exceptions:
            yield from _iter_fault_texts(inner, where)
    elif isinstance(error, ForbiddenExtraKeysError):
        yield f"{where}: unknown: {format_first_names(error.extra_fields)}"
    elif isinstance(error, RecoveryError):
        yield f"{where}: {error!s:.200}"
    elif isinstance(error, KeyError):
        yield f"{where} is missing"
    else:
        yield f"{where}: {type(error).__name__}: {error!s:.200}"


def _describe_path_step(note: str) -> str:
    if isinstance(note, AttributeValidationNote):
        return f".{note.name}"
    if isinstance(note, IterableValidationNote):
        return f"[{describe_json(note.index)}]"
    return ""
