"""Policies in plain Python that say what they read: asked once for what is alike."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

import attrs

from .._domain import checks
from .._domain.claim import Claim
from .._domain.descriptions import describe
from .._domain.hashing import content_hash
from .._domain.reason import Fact
from .._domain.remedy import Award
from ..errors import InvalidValueError, PolicyError
from .column import Column
from .decision import award_of, inputs_of, plain_of
from .domains import Choices, Flags, Plain
from .pickling import reduce_by_name
from .rules import Rule

__all__ = ["Bands", "Decided", "Read", "bands", "decides_on"]


@attrs.frozen
class Bands:
    """A column of which only bands matter; made by `bands`.

    Args:
        column: The column.
        starts: The first code of every band, the least of the column first.
    """

    column: Column
    starts: tuple[int, ...]

    def lowest(self, code: int) -> int:
        """Return the first code of the band that a code lies in."""
        return self.starts[bisect_right(self.starts, code) - 1]


def bands(column: Column, *cuts: Fact) -> Bands:
    """Declare that a policy tells a column's values apart at some of them only.

    Args:
        column: A column of numbers, money, days or ordered choices.
        cuts: The first value of every band but the lowest, in rising order.

    Returns:
        What `decides_on` takes in the place of the column. Missing is a band of its
        own.

    Raises:
        InvalidValueError: There is no cut, they do not rise, or one is outside.

    Example:
        >>> from recovery_core.tables.column import minutes
        >>> bands(minutes("late", most=600), 30, 60).starts
        (0, 30, 60)
    """
    given: object = column
    if not isinstance(given, Column) or _has_no_order(given):
        raise InvalidValueError(
            f"{given!r:.60} has no bands: give a column of numbers, money, days or "
            "ordered choices"
        )
    given_cuts: tuple[object, ...] = cuts
    codes = [column.code(column.plain(c)) for c in given_cuts if c is not None]
    starts = [column.domain.least, *codes]
    if len(codes) < max(len(cuts), 1) or starts != sorted(set(starts)):
        raise InvalidValueError(
            f"{column.name!r} cannot be cut at {cuts!r:.80}: give the first value of "
            "every band but the lowest, in rising order"
        )
    if column.is_optional:
        starts.append(column.missing)
    return Bands(column, tuple(starts))


def _has_no_order(column: Column) -> bool:
    domain = column.domain
    return isinstance(domain, Flags) or (
        isinstance(domain, Choices) and not domain.is_ordered
    )


class Read(Mapping[str, Plain]):
    """Show a policy what it declared, by column name, and nothing else.

    Values are plain: ints of minor units and minutes, texts, bools, dates, and None
    where one is missing. Of a column cut into bands it shows the lowest value of the
    band.
    """

    __slots__ = ("_policy", "_values")

    def __init__(self, policy: str, values: Mapping[str, Plain]) -> None:
        """Keep what may be read."""
        self._policy = policy
        self._values = values

    def __getitem__(self, name: str) -> Plain:
        """Return a value.

        Raises:
            PolicyError: The policy did not declare that it reads it.
        """
        try:
            return self._values[name]
        except KeyError:
            raise PolicyError(
                f"{self._policy} reads {name!r} and declares only "
                f"{', '.join(map(repr, self._values))}: name the column in decides_on"
            ) from None

    def __iter__(self) -> Iterator[str]:
        """Walk the names."""
        return iter(self._values)

    def __len__(self) -> int:
        """Count the columns."""
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        """Refuse to tell what is undeclared: a policy would decide by it."""
        return isinstance(name, str) and (self[name], True)[1]


Function: TypeAlias = Callable[[Read], Rule | Award]
"""A plain policy: from what it reads to a rule without a condition, or an award."""


@attrs.frozen(repr=False)
class Decided:
    """Decide by a plain function of declared columns; made by `decides_on`.

    It is a compensation policy like any other; call it with a claim.

    Args:
        function: What decides.
        bands: The columns it reads, each with its bands; all values of a column are
            bands of their own where none were said.
        name: What it is called in awards and reports.
    """

    function: Function = attrs.field(validator=checks.function)
    bands: tuple[Bands | Column, ...]
    name: str = attrs.field(converter=checks.plain_text, validator=checks.text)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns it reads, in order."""
        return tuple(b.column if isinstance(b, Bands) else b for b in self.bands)

    @cached_property
    def hash(self) -> str:
        """The content hash: that of an edited function is another."""
        return content_hash(self)

    def answer(self, codes: tuple[int, ...]) -> Rule | Award:
        """Ask the function about one value of each column, by code.

        Raises:
            PolicyError: It read what it does not declare, or answered neither a rule
                without a condition nor an award.
        """
        values = {
            column.name: column.of(code)
            for column, code in zip(self.columns, codes, strict=True)
        }
        answer: object = self.function(Read(self.name, values))
        if type(answer) is Award or (isinstance(answer, Rule) and answer.when is None):
            return answer
        raise PolicyError(
            f"{self.name} answered {describe(answer):.80}: give a Rule without a "
            "condition, or an Award"
        )

    def lowest(self, codes: tuple[int, ...]) -> tuple[int, ...]:
        """Return the lowest code of each band that codes lie in."""
        return tuple(
            band.lowest(code) if isinstance(band, Bands) else code
            for band, code in zip(self.bands, codes, strict=True)
        )

    def codes(self, given: Claim | Mapping[str, Fact | None]) -> tuple[int, ...]:
        """Read the code of every column.

        Raises:
            MissingFactError: A fact is not recorded, and may not be missing.
            InvalidValueError: A value is outside its domain; says what fits.
        """
        row = _row(self.columns, given)
        return tuple(column.code(row[column.name]) for column in self.columns)

    def award(
        self, answer: Rule | Award, given: Claim | Mapping[str, Fact | None]
    ) -> Award:
        """Make the award of an answer: work its amounts out, and say what was read."""
        if isinstance(answer, Award):
            return answer
        columns = tuple(dict.fromkeys((*self.columns, *answer.columns)))
        row = _row(columns, given)
        told: dict[str, Fact] = dict(inputs_of(columns, row))
        told["policy"] = f"{self.name} {self.hash}"
        return award_of([answer], row, told, is_statutory=False)

    def __call__(self, claim: Claim, /) -> Award:
        """Return what the function says of the bands that the claim lies in."""
        return self.award(self.answer(self.lowest(self.codes(claim))), claim)

    def __reduce__(self) -> tuple[object, ...]:
        return reduce_by_name(self)

    def __repr__(self) -> str:
        """Name it with what it reads."""
        return f"{self.name}({', '.join(column.name for column in self.columns)})"


def _row(
    columns: tuple[Column, ...], given: Claim | Mapping[str, Fact | None]
) -> dict[str, Plain]:
    """Read columns as plain values, computing those that are computed."""
    row: dict[str, Plain] = {}
    for column in columns:
        if column.function is None:
            row[column.name] = plain_of(column, given)
        else:
            known = (plain_of(source, given) for source in column.inputs)
            row[column.name] = column.compute(*known)
    return row


def decides_on(
    *columns: Column | Bands, name: str | None = None
) -> Callable[[Function], Decided]:
    """Make a policy of a plain function that says what it reads; a decorator.

    Many claims are decided by asking the function once for each distinct combination
    of what it reads. So it must answer the same for the same values, and of a column
    cut into bands it is shown the lowest value of the band. Amounts that go by a
    claim's own figures are formulas in the rule it answers with.

    Args:
        columns: What it reads: columns, or `bands` of them.
        name: What it is called in awards; the function's name if not said.

    Raises:
        InvalidValueError: No column is named, one twice, or something is none.

    Example:
        >>> from recovery_core.tables import Rule, column, halved
        >>> late = column.minutes("late")
        >>> fare = column.money("fare", "EUR")
        >>> @decides_on(bands(late, 30))
        ... def half(read):
        ...     if read["late"] < 30:
        ...         return Rule("on-time")
        ...     return Rule("half", amends=halved(fare))
        >>> half
        half(late)
    """
    given: tuple[object, ...] = columns
    for column in given:
        if not isinstance(column, Column | Bands):
            raise InvalidValueError(
                f"a policy cannot decide on {column!r:.60}: give columns, or bands of "
                "them"
            )
    names = [c.column.name if isinstance(c, Bands) else c.name for c in columns]
    if not names or len(set(names)) < len(names):
        raise InvalidValueError(
            f"a policy cannot decide on {names!r:.80}: name at least one column, each "
            "of them once"
        )

    def decided(function: Function) -> Decided:
        called = name if name is not None else getattr(function, "__name__", "policy")
        return Decided(function, columns, called)

    return decided
