"""The axes of a picture: what of a column is drawn, and which values are marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, cast

import attrs

from ..._domain.money import Money
from ..._domain.reason import Fact
from ..._readable import readable
from ...errors import InvalidValueError
from ..breakpoints import iter_crossings, iter_function_breakpoints, iter_period_ends
from ..column import Column
from ..domains import Choices, Days, Flags, Integers, Plain, Sums
from ..rule_sets import split_by_conditions
from ..table import Table

__all__ = ["Axis", "Mark", "Of", "axes_of", "held_at"]

Of = Literal["rule", "worth"]

_HUNDRED: Final = 100
_MARGIN: Final = 4  # an open end is drawn this part of the cuts further, 1/4
_MONTH: Final = 30  # days, minutes, cents: where one boundary alone says no scale
_BAND: Final = 0.09  # so wide is "missing", as a part of what is known
_GAP: Final = 0.015
_NAMED: Final = 3
_TRIED: Final = 8


@attrs.frozen
class Mark:
    """Name a place on an axis.

    Args:
        place: Where the label stands.
        label: What it says.
        others: Places that share the label, for each is marked.
    """

    place: float
    label: str
    others: tuple[float, ...] = ()


@attrs.frozen
class Axis:
    """One column as an axis.

    Args:
        column: The column.
        edges: The first code of every strip that is known, and the end of the last.
        cuts: Where a rule or an amount turns, of what is drawn.

    Units: places in major units of money.
    """

    column: Column
    edges: tuple[int, ...]
    cuts: tuple[int, ...]

    @property
    def is_named(self) -> bool:
        """Whether it holds names, which have no length."""
        return isinstance(self.column.domain, Choices | Flags)

    @property
    def title(self) -> str:
        """The name of the column, with its unit."""
        name, domain = self.column.name, self.column.domain
        unit = domain.unit if isinstance(domain, Integers) else None
        unit = domain.currency if isinstance(domain, Sums) else unit
        return readable(name if unit is None or unit == name else f"{name} ({unit})")

    @property
    def has_band(self) -> bool:
        """Whether what is missing stands apart, behind the last value."""
        return self.column.is_optional and not self.is_named

    @property
    def ends(self) -> tuple[float, float]:
        """The first and the last place of what is known."""
        return self.edges[0] / self._unit, self.edges[-1] / self._unit

    @property
    def _unit(self) -> int:
        domain = self.column.domain
        if isinstance(domain, Sums):
            return int(10 ** Money.zero(domain.currency).exponent)
        return 1

    def places(self) -> list[float]:
        """Return where every strip begins, and where the last one ends."""
        known = [edge / self._unit for edge in self.edges]
        if not self.has_band:
            return known
        length = known[-1] - known[0]
        start = known[-1] + _GAP * length
        return [*known, start, start + _BAND * length]

    def codes(self) -> list[int | None]:
        """Return the code of every strip; None for the gap before what is missing."""
        known: list[int | None] = [*self.edges[:-1]]
        return [*known, None, self.column.missing] if self.has_band else known

    # ----------------------------------------------------------------------- marks

    def marks(self, room: float, scale: Sequence[float] = ()) -> list[Mark]:
        """Name what is to be read off: names, or every cut and the beginning.

        Args:
            room: The part of the axis that one label takes.
            scale: Round values to mark where nothing is cut.
        """
        if self.is_named:
            return [Mark(code + 0.5, self._name(code)) for code in self.edges[:-1]]
        places = self.places()
        apart = room * (places[-1] - places[0])
        if self.cuts or isinstance(self.column.domain, Days):
            marks = [*self._gathered(apart)]
        else:
            marks = [Mark(place, f"{place:,.10g}") for place in scale]
        if self.has_band:
            marks.append(Mark((places[-2] + places[-1]) / 2, "missing"))
        return marks

    def _name(self, code: int) -> str:
        """Name a choice; all of them in quotes where one is called missing."""
        shown, domain = self.column.text_of(code), self.column.domain
        is_unclear = isinstance(domain, Choices) and "missing" in domain.values
        return f'"{shown}"' if is_unclear and code <= domain.most else shown

    def _gathered(self, apart: float) -> Iterator[Mark]:
        """Group the cuts whose labels would be written over each other."""
        groups: list[list[int]] = []
        for code in self.cuts:
            if groups and (code - groups[-1][0]) / self._unit < apart:
                groups[-1].append(code)
            else:
                groups.append([code])
        low = self.edges[0]
        if not groups or (groups[0][0] - low) / self._unit >= apart:
            groups.insert(0, [low])
        for group in groups:
            first, *others = (code / self._unit for code in group)
            yield Mark(first, self._label(group), tuple(others))

    def _label(self, group: Sequence[int]) -> str:
        if len(group) > _NAMED:
            first, last = self._code_text(group[0]), self._code_text(group[-1])
            return f"{first} to {last}: {len(group)}"
        return ", ".join(map(self._code_text, group))

    def _code_text(self, code: int) -> str:
        domain = self.column.domain
        if isinstance(domain, Sums):
            sum_ = Money.from_minor(code, domain.currency)
            return str(sum_).removeprefix(domain.currency).strip()
        return domain.text_of(code) if isinstance(domain, Days) else str(code)


# ---------------------------------------------------------------------- what is drawn


def axes_of(
    policy: Table,
    given: tuple[Column | str, Column | str],
    at: Mapping[str, Fact | None],
    of: Of,
    within: Mapping[str, Any],
    points: int,
) -> tuple[Axis, Axis]:
    """Choose what is drawn of two columns of a table.

    Args:
        policy: The table.
        given: The columns, or their names.
        at: What the other columns are held at, if that is said.
        of: What is to be seen; a worth turns where no rule does.
        within: The first and the last value to draw, by column.
        points: How many strips there are at the least, where they matter.

    Raises:
        InvalidValueError: It is no two columns that the table reads, or a window is
            not one.
    """
    right, up = (_column(policy, each) for each in given)
    if right.name == up.name:
        raise InvalidValueError(f"{right.name!r} cannot be both axes: give two columns")
    if unknown := [name for name in within if name not in {right.name, up.name}]:
        raise InvalidValueError(
            f"{unknown[0]!r:.60} has no window: it is no axis of this picture "
            f"({right.name}, {up.name})"
        )
    held = held_at(policy, (right, up), at)
    return (
        _axis(policy, right, _marks(policy, right, up, held, of), of, within, points),
        _axis(policy, up, _marks(policy, up, right, held, of), of, within, points),
    )


def _column(policy: Table, given: Column | str) -> Column:
    name = given.name if isinstance(given, Column) else given
    inputs = {column.name: column for column in policy.inputs}
    if name not in inputs:
        raise InvalidValueError(
            f"{name!r:.60} cannot be an axis: give a column that table "
            f"{policy.name!r} reads ({', '.join(inputs)})"
        )
    return inputs[name]


def _axis(
    policy: Table,
    column: Column,
    marks: Sequence[int],
    of: Of,
    within: Mapping[str, Any],
    points: int,
) -> Axis:
    if isinstance(column.domain, Choices | Flags):
        if column.name in within:
            raise InvalidValueError(
                f"{column.name!r} has no window: names are drawn all of them"
            )
        low, high = column.span
        return Axis(column, tuple(range(low, high + 2)), ())
    low, high = _ends(column, marks, within)
    inside = tuple(code for code in marks if low < code <= high)
    edges = {low, high + 1, *inside}
    sources = {source.name for each in policy.columns for source in each.inputs}
    if of == "worth" or column.name in sources:
        edges.update(low + (high + 1 - low) * step // points for step in range(points))
    return Axis(column, tuple(sorted(edges)), inside)


def _ends(
    column: Column, marks: Sequence[int], within: Mapping[str, Any]
) -> tuple[int, int]:
    """Choose what to draw: a little more than what the rules tell apart."""
    domain = column.domain
    if column.name in within:
        return _window(column, within[column.name])
    if not marks:
        unit = _HUNDRED * _HUNDRED if isinstance(domain, Sums) else _HUNDRED
        return domain.least, min(domain.most, domain.least + 2 * unit)
    is_near = not isinstance(domain, Days) and -domain.least <= marks[-1]
    first = domain.least if is_near else marks[0]
    more = max((marks[-1] - first) // _MARGIN, _MONTH)
    # Who may be early is late from 0 on: no picture needs to begin at -15.
    least = 0 if domain.least <= 0 < first else domain.least
    return max(least, first - more), min(domain.most, marks[-1] + more)


def _window(column: Column, given: object) -> tuple[int, int]:
    pair = cast("tuple[object, ...]", given if isinstance(given, tuple | list) else ())
    if len(pair) != 2:  # noqa: PLR2004
        raise InvalidValueError(
            f"{column.name!r} cannot lie within {given!r:.60}: give the first and the "
            "last value to draw"
        )
    known = attrs.evolve(column, is_optional=False)
    low, high = (known.code(known.plain(end)) for end in pair)
    if low >= high:
        raise InvalidValueError(
            f"nothing of {column.name!r} lies within {given!r:.60}: give the lower "
            "bound first"
        )
    return low, high


def _marks(
    policy: Table, column: Column, other: Column, held: Mapping[str, Plain], of: Of
) -> list[int]:
    """Find where anything turns: a rule, a function, and where it shows an amount."""
    whens = [rule.when for rule in policy.rows]
    found = {first for (first, _), _ in split_by_conditions(column, whens)}
    for computed in policy.columns:
        found |= {
            c
            for source, c in iter_function_breakpoints(computed, whens)
            if source == column
        }
    if of == "worth":
        # Where a limit begins may depend on the other axis, so that is tried, too.
        tried = [first for (first, _), _ in split_by_conditions(other, whens)][-_TRIED:]
        rows = [{**held, other.name: other.of(code)} for code in tried]
        rows.append(
            {**held, other.name: _usual(attrs.evolve(other, is_optional=False))}
        )
        for amount in dict.fromkeys(way.worth for way in policy.outcomes):
            if amount is None:
                continue
            found |= {
                code for counted, code in iter_period_ends(amount) if counted == column
            }
            for row in rows:
                found.update(iter_crossings(amount, column, row))
    domain = column.domain
    return sorted(code for code in found if domain.least < code <= domain.most)


# ----------------------------------------------------------------------- what is held


def held_at(
    policy: Table, axes: Sequence[Column], at: Mapping[str, Fact | None]
) -> dict[str, Plain]:
    """Return what every column is held at that is no axis.

    Args:
        policy: The table.
        axes: The columns that are drawn.
        at: What is said of the others.

    Raises:
        InvalidValueError: Something is an axis or not read, or outside its domain.
    """
    inputs = {column.name: column for column in policy.inputs}
    names = [column.name for column in axes]
    if unknown := [name for name in at if name not in inputs or name in names]:
        raise InvalidValueError(
            f"{unknown[0]!r:.60} cannot be held: it is an axis, or not read by table "
            f"{policy.name!r}"
        )
    return {
        name: column.plain(at[name]) if name in at else _usual(column)
        for name, column in inputs.items()
        if name not in names
    }


def _usual(column: Column) -> Plain:
    domain = column.domain
    if column.is_optional:
        return None
    if isinstance(domain, Sums):
        hundred = int(_HUNDRED * 10 ** Money.zero(domain.currency).exponent)
        return min(max(hundred, domain.least), domain.most)
    return domain.of(domain.least)
