"""One value of what was read, and the way to it: so that a refusal names its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from ..._domain.plain import as_dict, as_list, describe_json, format_first_names
from ...errors import InvalidValueError, StoredFormatError

__all__ = ["JsonPath"]

_T = TypeVar("_T")


@attrs.frozen
class JsonPath:
    """A plain value and the path to it, such as ``rules[1].when``."""

    value: object
    path: str = ""

    def format_error(self, message: object) -> StoredFormatError:
        """Build the error of what is wrong here."""
        return StoredFormatError(f"{self.path or 'the stored table'}: {message}")

    def unexpected_value_error(self, what: str) -> StoredFormatError:
        """Build the error of what should be here, and what is."""
        return self.format_error(f"expected {what}, got {describe_json(self.value)}")

    def build_or_refuse(self, make: Callable[..., _T], *given: Any, **named: Any) -> _T:
        """Build a value, and name this place where it cannot be.

        Raises:
            StoredFormatError: It cannot be built; says why.
        """
        try:
            return make(*given, **named)
        except StoredFormatError:
            raise
        except InvalidValueError as error:
            raise self.format_error(error) from error

    def _path_of_key(self, key: str) -> str:
        if not key.isidentifier():
            return f"{self.path}[{key!r:.60}]"
        return f"{self.path}.{key}" if self.path else key

    def read_object(self) -> dict[str, JsonPath]:
        """Read an object with any keys."""
        found = as_dict(self.value, f"{self.path or 'the stored table'}: ")
        return {
            key: JsonPath(value, self._path_of_key(key)) for key, value in found.items()
        }

    def read_object_with_keys(
        self, *needed: str, maybe: tuple[str, ...] = ()
    ) -> dict[str, JsonPath]:
        """Read an object with these keys, and others that may be left out."""
        parts = self.read_object()
        if missing := set(needed) - set(parts):
            raise self.format_error(f"missing: {format_first_names(missing)}")
        if unknown := set(parts) - {*needed, *maybe}:
            raise self.format_error(
                f"unknown: {format_first_names(unknown)} "
                f"(known: {format_first_names({*needed, *maybe})})"
            )
        return parts

    def read_only_key(self, readers: Mapping[str, Callable[[JsonPath], _T]]) -> _T:
        """Read an object with one key, which says how to read what it holds."""
        parts = self.read_object()
        tag = next(iter(parts), "")
        if len(parts) != 1 or tag not in readers:
            raise self.unexpected_value_error(
                f"an object with one of {', '.join(readers)}"
            )
        return readers[tag](parts[tag])

    def read_list(self) -> list[JsonPath]:
        """Read a list."""
        given = as_list(self.value, f"{self.path}: ")
        return [JsonPath(value, f"{self.path}[{i}]") for i, value in enumerate(given)]

    def read_text(self) -> str:
        """Read a text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.unexpected_value_error("a text")
        return self.value

    def read_whole_number(self) -> int:
        """Read a whole number: no bool, no text, nothing with a point."""
        if type(self.value) is not int:
            raise self.unexpected_value_error("a whole number")
        return self.value

    def read_flag(self) -> bool:
        """Read true or false."""
        if type(self.value) is not bool:
            raise self.unexpected_value_error("true or false")
        return self.value

    def read_choice(self, known: Mapping[str, _T], what: str) -> _T:
        """Read what a text names."""
        name = self.read_text()
        if name not in known:
            raise self.unexpected_value_error(
                f"{what}, one of {', '.join(known) or 'none'}"
            )
        return known[name]
