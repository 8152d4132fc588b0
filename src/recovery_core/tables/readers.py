"""The one way from the language up to what reads it.

A table can be asked for its stored form, and what reads and writes that stands above
tables. It is loaded by name when it is first asked for, here and nowhere else, so that
no module of the language imports one above it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from .table_parts import TableParts

__all__ = ["Storage", "load_storage"]


class Storage(Protocol):
    """What writes tables as text and reads them back."""

    def to_json(self, table: TableParts, /) -> str:
        """Write a table as JSON text."""
        ...

    def from_json(
        self,
        text: str | bytes,
        /,
        *,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> TableParts:
        """Read a table from JSON text."""
        ...


def load_storage() -> Storage:
    """Return the module that writes tables as text and reads them back."""
    return cast("Storage", import_module(".storage.table", __package__))
