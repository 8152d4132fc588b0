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

__all__ = ["Axis", "Mark", "Of", "build_axes", "held_values_by_column"]

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

    def strip_places(self) -> list[float]:
        """Return where every strip begins, and where the last one ends."""
        known = [edge / self._unit for edge in self.edges]
        if not self.has_band:
            return known
        length = known[-1] - known[0]
        start = known[-1] + _GAP * length
        return [*known, start, start + _BAND * length]

    def strip_codes(self) -> list[int | None]:
        """Return the code of every strip; None for the gap before what is missing."""
        known: list[int | None] = [*self.edges[:-1]]
        return [*known, None, self.column.missing] if self.has_band else known

    # ----------------------------------------------------------------------- marks

    def list_marks(
        self, label_share: float, round_values: Sequence[float] = ()
    ) -> list[Mark]:
        """List the labelled marks: of names all, else the cuts and the beginning.

        Args:
            label_share: The part of the axis that one label takes.
            round_values: What to mark where nothing is cut.
        """
        if self.is_named:
            return [
                Mark(code + 0.5, self._format_choice(code)) for code in self.edges[:-1]
            ]
        places = self.strip_places()
        least_distance = label_share * (places[-1] - places[0])
        if self.cuts or isinstance(self.column.domain, Days):
            marks = [*self._iter_cut_marks(least_distance)]
        else:
            marks = [Mark(place, f"{place:,.10g}") for place in round_values]
        if self.has_band:
            marks.append(Mark((places[-2] + places[-1]) / 2, "missing"))
        return marks

    def _format_choice(self, code: int) -> str:
        """Name a choice; all of them in quotes where one is called missing."""
        text, domain = self.column.text_of(code), self.column.domain
        is_unclear = isinstance(domain, Choices) and "missing" in domain.values
        return f'"{text}"' if is_unclear and code <= domain.most else text

    def _iter_cut_marks(self, least_distance: float) -> Iterator[Mark]:
        """Yield a mark for each group of cuts whose labels would cover each other."""
        groups: list[list[int]] = []
        for code in self.cuts:
            if groups and (code - groups[-1][0]) / self._unit < least_distance:
                groups[-1].append(code)
            else:
                groups.append([code])
        low = self.edges[0]
        if not groups or (groups[0][0] - low) / self._unit >= least_distance:
            groups.insert(0, [low])
        for group in groups:
            first, *others = (code / self._unit for code in group)
            yield Mark(first, self._format_group(group), tuple(others))

    def _format_group(self, group: Sequence[int]) -> str:
        """Name up to three cuts one by one, and more by their ends and number."""
        if len(group) > _NAMED:
            first, last = self._format_code(group[0]), self._format_code(group[-1])
            return f"{first} to {last}: {len(group)}"
        return ", ".join(map(self._format_code, group))

    def _format_code(self, code: int) -> str:
        """Format a code without its currency: it stands in the title of the axis."""
        domain = self.column.domain
        if isinstance(domain, Sums):
            with_currency = str(Money.from_minor(code, domain.currency))
            return with_currency.removeprefix(domain.currency).strip()
        return domain.text_of(code) if isinstance(domain, Days) else str(code)


# ---------------------------------------------------------------------- what is drawn


def build_axes(
    policy: Table,
    axis_columns: tuple[Column | str, Column | str],
    held_facts: Mapping[str, Fact | None],
    colour_by: Of,
    windows: Mapping[str, Any],
    point_count: int,
) -> tuple[Axis, Axis]:
    """Choose what is drawn of two columns of a table: to the right, and upwards.

    Args:
        policy: The table.
        axis_columns: The columns, or their names.
        held_facts: What the other columns are held at, if that is said.
        colour_by: What is to be seen; a worth turns where no rule does.
        windows: The first and the last value to draw, by column.
        point_count: How many strips there are at the least, where they matter.

    Raises:
        InvalidValueError: It is no two columns that the table reads, or a window is
            not one.
    """
    x_column, y_column = (_require_input(policy, column) for column in axis_columns)
    names = {x_column.name, y_column.name}
    if len(names) == 1:
        raise InvalidValueError(
            f"{x_column.name!r} cannot be both axes: give two columns"
        )
    if unknown := [name for name in windows if name not in names]:
        raise InvalidValueError(
            f"{unknown[0]!r:.60} has no window: it is no axis of this picture "
            f"({x_column.name}, {y_column.name})"
        )
    held_values = held_values_by_column(policy, (x_column, y_column), held_facts)

    def build_axis(column: Column, other_column: Column) -> Axis:
        cuts = _find_cuts(policy, column, other_column, held_values, colour_by)
        return _build_axis(policy, column, cuts, colour_by, windows, point_count)

    return build_axis(x_column, y_column), build_axis(y_column, x_column)


def _require_input(policy: Table, column: Column | str) -> Column:
    """Return the column of this name that a table reads, or refuse."""
    name = column.name if isinstance(column, Column) else column
    inputs = {column.name: column for column in policy.inputs}
    if name not in inputs:
        raise InvalidValueError(
            f"{name!r:.60} cannot be an axis: give a column that table "
            f"{policy.name!r} reads ({', '.join(inputs)})"
        )
    return inputs[name]


def _build_axis(
    policy: Table,
    column: Column,
    cuts: Sequence[int],
    colour_by: Of,
    windows: Mapping[str, Any],
    point_count: int,
) -> Axis:
    """Cut a column into strips, evenly as well where something may turn between cuts.

    Raises:
        InvalidValueError: A window is none, or the column holds names.
    """
    if isinstance(column.domain, Choices | Flags):
        if column.name in windows:
            raise InvalidValueError(
                f"{column.name!r} has no window: names are drawn all of them"
            )
        low, high = column.span
        return Axis(column, tuple(range(low, high + 2)), ())
    low, high = _first_and_last_code(column, cuts, windows)
    drawn_cuts = tuple(code for code in cuts if low < code <= high)
    edges = {low, high + 1, *drawn_cuts}
    sources = {source.name for computed in policy.columns for source in computed.inputs}
    if colour_by == "worth" or column.name in sources:
        width = high + 1 - low
        edges.update(low + width * step // point_count for step in range(point_count))
    return Axis(column, tuple(sorted(edges)), drawn_cuts)


def _first_and_last_code(
    column: Column, cuts: Sequence[int], windows: Mapping[str, Any]
) -> tuple[int, int]:
    """Choose what to draw: the window, or a little more than what rules tell apart."""
    domain = column.domain
    if column.name in windows:
        return _parse_window(column, windows[column.name])
    if not cuts:
        unit = _HUNDRED * _HUNDRED if isinstance(domain, Sums) else _HUNDRED
        return domain.least, min(domain.most, domain.least + 2 * unit)
    is_near = not isinstance(domain, Days) and -domain.least <= cuts[-1]
    first = domain.least if is_near else cuts[0]
    margin = max((cuts[-1] - first) // _MARGIN, _MONTH)
    # Who may be early is late from 0 on: no picture needs to begin at -15.
    least = 0 if domain.least <= 0 < first else domain.least
    return max(least, first - margin), min(domain.most, cuts[-1] + margin)


def _parse_window(column: Column, window: object) -> tuple[int, int]:
    """Convert a pair of values to the first and the last code to draw.

    Raises:
        InvalidValueError: It is no pair, out of order or outside the domain.
    """
    pair = cast(
        "tuple[object, ...]", window if isinstance(window, tuple | list) else ()
    )
    if len(pair) != 2:  # noqa: PLR2004
        raise InvalidValueError(
            f"{column.name!r} cannot lie within {window!r:.60}: give the first and the "
            "last value to draw"
        )
    # What is missing has a band of its own, and cannot be the end of a window.
    required_column = attrs.evolve(column, is_optional=False)
    low, high = (required_column.code(required_column.to_plain(end)) for end in pair)
    if low >= high:
        raise InvalidValueError(
            f"nothing of {column.name!r} lies within {window!r:.60}: give the lower "
            "bound first"
        )
    return low, high


def _find_cuts(
    policy: Table,
    column: Column,
    other_axis: Column,
    held_values: Mapping[str, Plain],
    colour_by: Of,
) -> list[int]:
    """List the codes where anything turns: a rule, a function, an amount if shown."""
    whens = [rule.when for rule in policy.rows]
    cuts = {first for (first, _), _ in split_by_conditions(column, whens)}
    for computed in policy.columns:
        cuts |= {
            code
            for source, code in iter_function_breakpoints(computed, whens)
            if source == column
        }
    if colour_by == "worth":
        cuts |= _collect_worth_cuts(policy, column, other_axis, held_values)
    domain = column.domain
    return sorted(code for code in cuts if domain.least < code <= domain.most)


def _collect_worth_cuts(
    policy: Table, column: Column, other_axis: Column, held_values: Mapping[str, Plain]
) -> set[int]:
    """Collect the codes where a period ends or a limit begins to bind."""
    # Where a limit begins may depend on the other axis, so that is tried, too: the
    # last few of its cuts, for a picture need not mark all.
    whens = [rule.when for rule in policy.rows]
    pieces = split_by_conditions(other_axis, whens)
    other_codes = [first for (first, _), _ in pieces][-_TRIED:]
    name = other_axis.name
    rows = [{**held_values, name: other_axis.of(code)} for code in other_codes]
    usual = _usual_value(attrs.evolve(other_axis, is_optional=False))
    rows.append({**held_values, name: usual})
    cuts: set[int] = set()
    for amount in dict.fromkeys(outcome.worth for outcome in policy.outcomes):
        if amount is None:
            continue
        ends = iter_period_ends(amount)
        cuts |= {code for counted, code in ends if counted == column}
        for row in rows:
            cuts.update(iter_crossings(amount, column, row))
    return cuts


# ----------------------------------------------------------------------- what is held


def held_values_by_column(
    policy: Table, axes: Sequence[Column], held_facts: Mapping[str, Fact | None]
) -> dict[str, Plain]:
    """Return the value at which every column is held that is no axis, by name.

    Args:
        policy: The table.
        axes: The columns that are drawn.
        held_facts: What is said of the others.

    Raises:
        InvalidValueError: Something is an axis or not read, or outside its domain.
    """
    inputs = {column.name: column for column in policy.inputs}
    names = [column.name for column in axes]
    if unknown := [name for name in held_facts if name not in inputs or name in names]:
        raise InvalidValueError(
            f"{unknown[0]!r:.60} cannot be held: it is an axis, or not read by table "
            f"{policy.name!r}"
        )
    return {
        name: column.to_plain(held_facts[name])
        if name in held_facts
        else _usual_value(column)
        for name, column in inputs.items()
        if name not in names
    }


def _usual_value(column: Column) -> Plain:
    """Return None where a value may be missing, a hundred of money, else the least."""
    domain = column.domain
    if column.is_optional:
        return None
    if isinstance(domain, Sums):
        hundred = int(_HUNDRED * 10 ** Money.zero(domain.currency).exponent)
        return min(max(hundred, domain.least), domain.most)
    return domain.of(domain.least)
