"""Policies in plain Python that say what they read: asked once for what is alike."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import ClassVar, TypeAlias

import attrs

from .._domain import checks
from .._domain.claim import Claim
from .._domain.descriptions import describe
from .._domain.hashing import content_hash
from .._domain.reason import Fact
from .._domain.remedy import Award
from ..errors import InvalidValueError, PolicyError
from .column import Column
from .decision import ClaimOrFacts, build_award, facts_of_row, read_plain_value
from .domains import Choices, Flags, Plain
from .pickling import reduce_for_pickle
from .rules import Rule

__all__ = ["Bands", "DeclaredInputs", "DeclaredPolicy", "bands", "policy_reading"]


@attrs.frozen
class Bands:
    """A column of which only bands matter; made by `bands`.

    Args:
        column: The column.
        starts: The first code of every band, the least of the column first.
    """

    column: Column
    starts: tuple[int, ...]

    def first_code_of_band(self, code: int) -> int:
        """Return the first code of the band that a code lies in."""
        return self.starts[bisect_right(self.starts, code) - 1]


def bands(column: Column, *cuts: Fact) -> Bands:
    """Declare that a policy tells a column's values apart at some of them only.

    Args:
        column: A column of numbers, money, days or ordered choices.
        cuts: The first value of every band but the lowest, in rising order.

    Returns:
        What `policy_reading` takes in the place of the column. Missing is a band of its
        own.

    Raises:
        InvalidValueError: There is no cut, they do not rise, or one is outside.

    Example:
        >>> from recovery_core.tables.column import minutes
        >>> bands(minutes("late", most=600), 30, 60).starts
        (0, 30, 60)
    """
    checked: object = column
    if not isinstance(checked, Column) or _is_unordered(checked):
        raise InvalidValueError(
            f"{checked!r:.60} has no bands: give a column of numbers, money, days or "
            "ordered choices"
        )
    # None has a code where the column is optional, and would pass for a cut.
    first_values: tuple[object, ...] = cuts
    codes = [column.code(column.to_plain(v)) for v in first_values if v is not None]
    starts = [column.domain.least, *codes]
    if len(codes) < max(len(cuts), 1) or starts != sorted(set(starts)):
        raise InvalidValueError(
            f"{column.name!r} cannot be cut at {cuts!r:.80}: give the first value of "
            "every band but the lowest, in rising order"
        )
    if column.is_optional:
        # A missing value has the code above all others: the last band is its own.
        starts.append(column.missing)
    return Bands(column, tuple(starts))


def _is_unordered(column: Column) -> bool:
    """Return whether values cannot rise: flags, and choices without an order."""
    domain = column.domain
    return isinstance(domain, Flags) or (
        isinstance(domain, Choices) and not domain.is_ordered
    )


class DeclaredInputs(Mapping[str, Plain]):
    """The values that a policy declared, by column name, and nothing else.

    Values are plain: ints of minor units and minutes, texts, bools, dates, and None
    where one is missing. Of a column cut into bands the lowest value of the band
    stands here.
    """

    __slots__ = ("_policy", "_values")

    def __init__(self, policy_name: str, values: Mapping[str, Plain]) -> None:
        """Keep what may be read."""
        self._policy = policy_name
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
                f"{', '.join(map(repr, self._values))}: name the column in "
                "policy_reading"
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


Function: TypeAlias = Callable[[DeclaredInputs], Rule | Award]
"""A plain policy: from what it reads to a rule without a condition, or an award."""


@attrs.frozen(repr=False)
class DeclaredPolicy:
    """A policy in plain Python over declared columns; made by `policy_reading`.

    It is a compensation policy like any other; call it with a claim.

    Args:
        function: What decides.
        bands: The columns it reads, each with its bands; all values of a column are
            bands of their own where none were said.
        name: What it is called in awards and reports.
    """

    __tag__: ClassVar[str] = (
        "Decided"  # its name in hashes, from before it had this one
    )

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

    def answer_for_codes(self, codes: tuple[int, ...]) -> Rule | Award:
        """Ask the function about one value of each column, by code.

        Raises:
            PolicyError: It read what it does not declare, or answered neither a rule
                without a condition nor an award.
        """
        values = {
            column.name: column.of(code)
            for column, code in zip(self.columns, codes, strict=True)
        }
        answer: object = self.function(DeclaredInputs(self.name, values))
        if type(answer) is Award or (isinstance(answer, Rule) and answer.when is None):
            return answer
        raise PolicyError(
            f"{self.name} answered {describe(answer):.80}: give a Rule without a "
            "condition, or an Award"
        )

    def first_codes_of_bands(self, codes: tuple[int, ...]) -> tuple[int, ...]:
        """Return the lowest code of each band that codes lie in."""
        return tuple(
            band.first_code_of_band(code) if isinstance(band, Bands) else code
            for band, code in zip(self.bands, codes, strict=True)
        )

    def read_codes(self, claim_or_facts: ClaimOrFacts) -> tuple[int, ...]:
        """Read the code of every column.

        Raises:
            MissingFactError: A fact is not recorded, and may not be missing.
            InvalidValueError: A value is outside its domain; says what fits.
        """
        row = _read_row(self.columns, claim_or_facts)
        return tuple(column.code(row[column.name]) for column in self.columns)

    def award_for_answer(
        self, answer: Rule | Award, claim_or_facts: ClaimOrFacts
    ) -> Award:
        """Make the award of an answer: work its amounts out, and say what was read."""
        if isinstance(answer, Award):
            return answer
        columns = tuple(dict.fromkeys((*self.columns, *answer.columns)))
        row = _read_row(columns, claim_or_facts)
        record: dict[str, Fact] = dict(facts_of_row(columns, row))
        record["policy"] = f"{self.name} {self.hash}"
        return build_award([answer], row, record, is_statutory=False)

    def __call__(self, claim: Claim, /) -> Award:
        """Return what the function says of the bands that the claim lies in."""
        codes = self.first_codes_of_bands(self.read_codes(claim))
        return self.award_for_answer(self.answer_for_codes(codes), claim)

    def __reduce__(self) -> tuple[object, ...]:
        return reduce_for_pickle(self)

    def __repr__(self) -> str:
        """Name it with what it reads."""
        return f"{self.name}({', '.join(column.name for column in self.columns)})"


def _read_row(
    columns: tuple[Column, ...], claim_or_facts: ClaimOrFacts
) -> dict[str, Plain]:
    """Read columns as plain values, computing those that are computed."""
    row: dict[str, Plain] = {}
    for column in columns:
        if column.function is None:
            row[column.name] = read_plain_value(column, claim_or_facts)
        else:
            inputs = (
                read_plain_value(source, claim_or_facts) for source in column.inputs
            )
            row[column.name] = column.compute(*inputs)
    return row


def policy_reading(
    *columns: Column | Bands, name: str | None = None
) -> Callable[[Function], DeclaredPolicy]:
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
        >>> from recovery_core.tables import Rule, column, half_of
        >>> late = column.minutes("late")
        >>> fare = column.money("fare", "EUR")
        >>> @policy_reading(bands(late, 30))
        ... def half(read):
        ...     if read["late"] < 30:
        ...         return Rule("on-time")
        ...     return Rule("half", amends=half_of(fare))
        >>> half
        half(late)
    """
    members: tuple[object, ...] = columns
    for column in members:
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

    def declare(function: Function) -> DeclaredPolicy:
        called = name if name is not None else getattr(function, "__name__", "policy")
        return DeclaredPolicy(function, columns, called)

    return declare
