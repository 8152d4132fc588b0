"""A picture of a table: what it decides over two of its columns, in colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import attrs

from ..._domain.money import Money
from ..._domain.reason import Fact
from ...errors import InvalidValueError
from .. import wording
from ..check import cuts
from ..column import Column
from ..decision import minor
from ..domains import Choices, Days, Domain, Flags, Integers, Plain, Sums
from ..table import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["fingerprint"]

# Okabe and Ito's colours, told apart by everyone; grey is left for what comes last.
_COLOURS: Final = (
    *("#56B4E9", "#E69F00", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"),
    *("#88CCEE", "#AA4499", "#44AA99", "#DDCC77", "#332288", "#882255", "#117733"),
)
_LAST: Final = "#D9D9D9"
_HUNDRED: Final = 100
_MARGIN: Final = 4  # an open end is drawn this part of the cuts further, 1/4
_TICKS: Final = 12
_DATES: Final = 5
_MONTH: Final = 30  # days, minutes, cents: where one boundary alone says no scale
_SUFFIXES: Final = {".png", ".svg"}

Row: TypeAlias = dict[str, Any]


@attrs.frozen
class _Axis:
    """One column as an axis: the first code of every strip, and the end of the last."""

    column: Column
    edges: tuple[int, ...]
    cuts: tuple[int, ...]

    @property
    def is_named(self) -> bool:
        return isinstance(self.column.domain, Choices | Flags)

    @property
    def unit(self) -> int:
        domain = self.column.domain
        if isinstance(domain, Sums):
            return int(10 ** Money.zero(domain.currency).exponent)
        return 1

    def places(self) -> list[float]:
        return [edge / self.unit for edge in self.edges]

    def codes(self) -> Sequence[int]:
        return self.edges[:-1]


def fingerprint(
    policy: Table,
    x: Column | str,
    y: Column | str,
    *,
    at: Mapping[str, Fact | None] | None = None,
    of: Literal["rule", "worth"] = "rule",
    within: Mapping[str, tuple[Any, Any]] | None = None,
    points: int = 160,
    path: str | Path | None = None,
) -> Figure:
    """Draw what a table decides over two of its columns, the others held.

    Every strip begins where some rule cuts the column, so that boundaries stand where
    they are; between them a worth is drawn at evenly spread points. A column that a
    computed one depends on is drawn at such points alone.

    Args:
        policy: The table.
        x: The column that goes to the right, or its name.
        y: The column that goes up, or its name.
        at: What the other columns are held at; where it is not said, money at one
            hundred, what may be missing as missing, and anything else at its least.
        of: Colour by the ``"rule"`` that decides, or by the ``"worth"`` it comes to.
        within: The first and the last value to draw, by column; a little more than
            what the rules tell apart if not said.
        points: How many strips there are to an axis at the least, where they matter.
        path: Where to write it, as PNG or SVG by its suffix.

    Returns:
        The figure, to be shown or changed.

    Raises:
        InvalidValueError: A column is not read by the table or is computed, a value
            is outside its domain, or the suffix is another.

    Shape: one panel; 7 by 4.6 inches.

    Units: worth in major units of the table's currency.
    """
    if of not in {"rule", "worth"}:
        raise InvalidValueError(
            f"a fingerprint is of 'rule' or 'worth', not {of!r:.40}"
        )
    if type(points) is not int or points < 1:
        raise InvalidValueError(f"points cannot be {points!r:.40}: give 1 or more")
    target = None if path is None else _target(path)
    right, up = (_axis(policy, name, of, within or {}, points) for name in (x, y))
    if right.column.name == up.column.name:
        raise InvalidValueError(
            f"{right.column.name!r} cannot be both axes: give two columns"
        )
    held = _held(policy, (right.column, up.column), at or {})
    figure, axes = _empty()
    draw = _draw_rules if of == "rule" else _draw_worth
    draw(figure, axes, policy, right, up, held)
    _label(axes, policy, right, up, held)
    if target is not None:
        figure.savefig(target, dpi=160)
    drawn: Figure = figure
    return drawn


def _target(path: str | Path) -> Path:
    target = Path(path)
    if target.suffix.lower() not in _SUFFIXES:
        raise InvalidValueError(
            f"{target.name!r} is no picture: end its name in .png or .svg"
        )
    return target


def _empty() -> tuple[Any, Any]:
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ImportError(
            "a fingerprint is drawn by matplotlib: pip install 'recovery-core[plots]'"
        ) from error
    figure = Figure(figsize=(7, 4.6), layout="constrained")
    return figure, figure.add_subplot()


# ------------------------------------------------------------------------------- axes


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
    given: Column | str,
    of: str,
    within: Mapping[str, tuple[Any, Any]],
    points: int,
) -> _Axis:
    column = _column(policy, given)
    if column.is_optional:
        column = attrs.evolve(column, is_optional=False)
    domain = column.domain
    conditions = [rule.when for rule in policy.rows]
    pieces = [first for (first, _), _ in cuts(_column(policy, given), conditions)]
    marks = [code for code in pieces[1:] if code <= domain.most]
    if isinstance(domain, Choices | Flags):
        codes = range(domain.least, domain.most + 2)
        return _Axis(column, tuple(codes), ())
    low, high = _ends(column, marks, within)
    inside = tuple(code for code in marks if low < code <= high)
    edges = {low, high + 1, *inside}
    if of == "worth" or _is_source(policy, column):
        edges.update(low + (high + 1 - low) * step // points for step in range(points))
    return _Axis(column, tuple(sorted(edges)), inside)


def _is_source(policy: Table, column: Column) -> bool:
    return any(
        source.name == column.name for c in policy.columns for source in c.inputs
    )


def _ends(
    column: Column, marks: Sequence[int], within: Mapping[str, tuple[Any, Any]]
) -> tuple[int, int]:
    """Choose what to draw: a little more than what the rules tell apart."""
    domain = column.domain
    if column.name in within:
        low, high = (column.code(column.plain(end)) for end in within[column.name])
        if low >= high:
            raise InvalidValueError(
                f"nothing of {column.name!r} lies within {within[column.name]!r:.60}: "
                "give the lower bound first"
            )
        return low, high
    if not marks:
        unit = _HUNDRED * _HUNDRED if isinstance(domain, Sums) else _HUNDRED
        return domain.least, min(domain.most, domain.least + 2 * unit)
    is_near = not isinstance(domain, Days) and -domain.least <= marks[-1]
    first = domain.least if is_near else marks[0]
    more = max((marks[-1] - first) // _MARGIN, _MONTH)
    return max(domain.least, first - more), min(domain.most, marks[-1] + more)


def _held(
    policy: Table, axes: Sequence[Column], at: Mapping[str, Fact | None]
) -> dict[str, Plain]:
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
    domain: Domain = column.domain
    if column.is_optional:
        return None
    if isinstance(domain, Sums):
        hundred = Money(_HUNDRED, domain.currency).minor
        return min(max(hundred, domain.least), domain.most)
    return domain.of(domain.least)


# ------------------------------------------------------------------------------ cells


def _rows(policy: Table, right: _Axis, up: _Axis, held: Row) -> Iterator[list[Row]]:
    """Walk the cells of the picture, from below and from the left."""
    computed = [column for column in policy.columns if column.function is not None]
    for high in up.codes():
        line: list[Row] = []
        for along in right.codes():
            row = {
                **held,
                right.column.name: right.column.of(along),
                up.column.name: up.column.of(high),
            }
            for column in computed:
                row[column.name] = column.compute(*(row[c.name] for c in column.inputs))
            line.append(row)
        yield line


def _draw_rules(
    figure: Any, axes: Any, policy: Table, right: _Axis, up: _Axis, held: Row
) -> None:
    from matplotlib.colors import ListedColormap  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    cells = [
        [policy.choose(row) for row in line] for line in _rows(policy, right, up, held)
    ]
    shown = sorted({place for line in cells for place in line})
    colours = [_colour(policy, place, shown) for place in shown]
    numbers = [[shown.index(place) for place in line] for line in cells]
    axes.pcolormesh(
        right.places(),
        up.places(),
        numbers,
        cmap=ListedColormap(colours),
        vmin=-0.5,
        vmax=len(shown) - 0.5,
    )
    labels = [policy.outcomes[place].label for place in shown]
    patches = [
        Patch(facecolor=colour, edgecolor="#555555", label=label)
        for colour, label in zip(colours, labels, strict=True)
    ]
    figure.legend(handles=patches, title="rule", loc="outside right upper")


def _colour(policy: Table, place: int, shown: Sequence[int]) -> str:
    if policy.outcomes[place].rules == (policy.otherwise,):
        return _LAST
    return _COLOURS[shown.index(place) % len(_COLOURS)]


def _draw_worth(
    figure: Any, axes: Any, policy: Table, right: _Axis, up: _Axis, held: Row
) -> None:
    if policy.currency is None:
        raise InvalidValueError(
            f"table {policy.name!r} gives nothing of value: draw of='rule'"
        )
    unit = 10 ** Money.zero(policy.currency).exponent
    worths = [
        [minor(policy.outcomes[policy.choose(row)].worth, row) / unit for row in line]
        for line in _rows(policy, right, up, held)
    ]
    mesh = axes.pcolormesh(right.places(), up.places(), worths, cmap="cividis", vmin=0)
    figure.colorbar(mesh, ax=axes, label=f"worth ({policy.currency})")


# ----------------------------------------------------------------------------- labels


def _label(axes: Any, policy: Table, right: _Axis, up: _Axis, held: Row) -> None:
    _scale(axes.xaxis, right)
    _scale(axes.yaxis, up)
    columns = {column.name: column for column in policy.inputs}
    rest = ", ".join(
        f"{name} = {wording.value(columns[name], columns[name].code(value))}"
        for name, value in held.items()
    )
    axes.set_title(policy.name + (f"\nwhere {rest}" if rest else ""), fontsize=11)


def _scale(axis: Any, along: _Axis) -> None:
    """Mark the values at which some rule begins, and name the column with its unit."""
    column, domain = along.column, along.column.domain
    unit = domain.unit if isinstance(domain, Integers) else None
    unit = domain.currency if isinstance(domain, Sums) else unit
    is_said = unit is None or unit == column.name
    axis.set_label_text(column.name if is_said else f"{column.name} ({unit})")
    if along.is_named:
        codes = along.codes()
        axis.set_ticks(
            [code + 0.5 for code in codes], [wording.value(column, c) for c in codes]
        )
        return
    marks = _apart(along)
    if along.cuts or isinstance(domain, Days):
        axis.set_ticks(
            [m / along.unit for m in marks], [_mark(along, m) for m in marks]
        )


def _apart(along: _Axis) -> list[int]:
    """Choose the marks that can be read side by side: the cuts, and the beginning."""
    low, high = along.edges[0], along.edges[-1]
    ticks = _DATES if isinstance(along.column.domain, Days) else _TICKS
    room, chosen = max((high - low) // ticks, 1), [*along.cuts[:1]]
    for code in (*along.cuts, low):
        if all(abs(code - other) >= room for other in chosen):
            chosen.append(code)
    return sorted(chosen)


def _mark(along: _Axis, code: int) -> str:
    domain = along.column.domain
    if isinstance(domain, Days):
        return domain.shown(code)
    return f"{code / along.unit:g}"
