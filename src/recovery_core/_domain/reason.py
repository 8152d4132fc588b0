"""Facts, and the reasons that are given for a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TypeAlias, TypeVar, cast

import attrs

from .._readable import readable
from ..errors import InvalidValueError, MissingFactError, WrongFactError
from . import checks
from .descriptions import describe
from .money import Money
from .reduction import reduce_value

Fact: TypeAlias = bool | int | str | Fraction | Money | date | datetime | timedelta

_F = TypeVar("_F")

# Kept as they are; a datetime is looked at first, for its offset.
_EXACTLY = frozenset({bool, int, str, Fraction, Money, date, timedelta})
_KINDS = _EXACTLY | {datetime}


def _check_fact_name(name: object) -> None:
    """Refuse what is no text that names a fact."""
    if type(name) is not str or not name.strip():
        raise InvalidValueError(
            f"a fact cannot be called {describe(name)}: give a text"
        )


def _convert_to_plain_fact(name: str, value: object) -> Fact:
    """Reduce a fact to a plain value, and refuse what is none."""
    if type(value) not in _EXACTLY:
        value = reduce_value(value)
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise InvalidValueError(
            f"fact {name!r:.60} cannot be {value!r}: give an aware datetime "
            "(tzinfo=UTC)"
        )
    if type(value) not in _KINDS:
        raise InvalidValueError(
            f"fact {name!r:.60} cannot be {describe(value)}: give whole units (an "
            "int), Money, a Fraction, a text, a bool or a date; leave out what is not "
            "known"
        )
    return cast("Fact", value)


def _is_mapping(items: object) -> bool:
    # By exact type first: an abstract class answers slowly.
    return type(items) is dict or isinstance(items, Mapping)


class Facts(Mapping[str, Fact]):
    """What is known of a failure by name: an immutable, hashable mapping.

    A rule reads a fact with ``facts["arrival_delay"]``; one that nobody recorded
    raises `MissingFactError` with the names there are. Floats are refused: what
    decides about money is counted in whole units. A value of a derived class, such as
    a StrEnum, is kept as the plain text, number or time it stands for.

    Raises:
        InvalidValueError: A name is no text, or a value no fact.
    """

    _items: dict[str, Fact]
    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Fact] | None = None) -> None:
        """Copy the mapping, checking every name and value."""
        if items is None:
            items = {}
        elif not _is_mapping(items):
            raise InvalidValueError(
                f"facts cannot be {describe(items)}: give a mapping"
            )
        facts: dict[str, Fact] = {}
        for name, value in items.items():
            plain = checks.plain_text(name)
            _check_fact_name(plain)
            facts[plain] = _convert_to_plain_fact(plain, value)
        object.__setattr__(self, "_items", facts)

    def __getitem__(self, name: str) -> Fact:
        """Return one fact, or say which ones there are."""
        try:
            return self._items[name]
        except KeyError:
            raise MissingFactError(name, tuple(sorted(self._items))) from None

    def read(self, name: str, kind: type[_F]) -> _F:
        """Return one fact of a kind, so that a rule need not ask twice.

        Args:
            name: Which fact.
            kind: What it must be, such as ``int`` or ``Money``; a bool is no int.

        Raises:
            MissingFactError: Nobody recorded it.
            WrongFactError: It is of another kind.

        Example:
            >>> Facts({"minutes_late": 75}).read("minutes_late", int)
            75
        """
        value = self[name]
        if isinstance(value, kind) and (type(value) is not bool or kind is bool):
            return value
        raise WrongFactError(
            f"fact {name!r} cannot be {value!r}: record {kind.__name__}"
        )

    def __iter__(self) -> Iterator[str]:
        """Walk the names in the order they were given."""
        return iter(self._items)

    def __len__(self) -> int:
        """Count the facts."""
        return len(self._items)

    def __hash__(self) -> int:
        """Hash by content, so that whatever holds facts hashes too."""
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        """Return the mapping as it can be typed in."""
        return f"Facts({self._items!r})"

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: facts do not change."""
        raise AttributeError("facts are frozen; build a new mapping")

    def __delattr__(self, name: str) -> None:
        """Refuse: facts do not change."""
        raise AttributeError("facts are frozen; build a new mapping")

    def __reduce__(self) -> tuple[type[Facts], tuple[dict[str, Fact]]]:
        """Pickle by content."""
        return Facts, (self._items,)


def convert_to_facts(value: Mapping[str, Fact]) -> Facts:
    """Return a mapping as `Facts`, copied once."""
    return value if type(value) is Facts else Facts(value)


def format_fact(fact: Fact) -> str:
    """Write a fact for people; whole days without the hours they do not have."""
    return str(fact).removesuffix(", 0:00:00") if type(fact) is timedelta else str(fact)


@attrs.frozen
class Reason:
    """One reason: a code a program can compare, a sentence a person can read.

    The same shape serves refusals, awards, verdicts and attributions, so that
    whoever audits a case reads one language.

    Args:
        code: Stable name of the rule or condition, such as ``"offer-expired"``.
        text: The reason in a sentence.
        values: What was read, by name.
    """

    code: str = attrs.field(converter=checks.plain_text, validator=checks.text)
    text: str = attrs.field(converter=checks.plain_text, validator=checks.text)
    values: Facts = attrs.field(factory=Facts, converter=convert_to_facts)

    def __str__(self) -> str:
        """Return code, sentence and the values that were read."""
        values = ", ".join(
            f"{name}={format_fact(value)}" for name, value in self.values.items()
        )
        shown = f" [{values}]" if values else ""
        return readable(f"{self.code}: {self.text}{shown}")
