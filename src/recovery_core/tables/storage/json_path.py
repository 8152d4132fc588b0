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

    def unexpected_value_error(self, expected: str) -> StoredFormatError:
        """Build the error of what should be here, and what is."""
        return self.format_error(
            f"expected {expected}, got {describe_json(self.value)}"
        )

    def build_or_refuse(
        self, function: Callable[..., _T], *arguments: Any, **named_arguments: Any
    ) -> _T:
        """Return what a function makes of arguments; where it refuses, name this place.

        Raises:
            StoredFormatError: It cannot be built; says why.
        """
        try:
            return function(*arguments, **named_arguments)
        except StoredFormatError:  # it names a place further inside
            raise
        except InvalidValueError as error:
            raise self.format_error(error) from error

    def _path_of_key(self, key: str) -> str:
        """Return the path to a key, in brackets where it is no plain name."""
        if not key.isidentifier():
            return f"{self.path}[{key!r:.60}]"
        return f"{self.path}.{key}" if self.path else key

    def read_object(self) -> dict[str, JsonPath]:
        """Read an object with any keys."""
        members = as_dict(self.value, f"{self.path or 'the stored table'}: ")
        return {
            key: JsonPath(value, self._path_of_key(key))
            for key, value in members.items()
        }

    def read_object_with_keys(
        self, *needed_keys: str, maybe: tuple[str, ...] = ()
    ) -> dict[str, JsonPath]:
        """Read an object with these keys, and others that may be left out."""
        parts = self.read_object()
        if missing := set(needed_keys) - set(parts):
            raise self.format_error(f"missing: {format_first_names(missing)}")
        if unknown := set(parts) - {*needed_keys, *maybe}:
            raise self.format_error(
                f"unknown: {format_first_names(unknown)} "
                f"(known: {format_first_names({*needed_keys, *maybe})})"
            )
        return parts

    def read_only_key(self, readers: Mapping[str, Callable[[JsonPath], _T]]) -> _T:
        """Read an object with one key, and what it holds by the reader of that key."""
        parts = self.read_object()
        tag = next(iter(parts), "")
        if len(parts) != 1 or tag not in readers:
            raise self.unexpected_value_error(
                f"an object with one of {', '.join(readers)}"
            )
        return readers[tag](parts[tag])

    def read_list(self) -> list[JsonPath]:
        """Read a list, each member with its own path."""
        members = as_list(self.value, f"{self.path}: ")
        return [JsonPath(value, f"{self.path}[{i}]") for i, value in enumerate(members)]

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

    def read_choice(self, values_by_name: Mapping[str, _T], description: str) -> _T:
        """Read a text as the name of a value, and return that value."""
        name = self.read_text()
        if name not in values_by_name:
            raise self.unexpected_value_error(
                f"{description}, one of {', '.join(values_by_name) or 'none'}"
            )
        return values_by_name[name]
