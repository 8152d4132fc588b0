"""A picture of a table: what it decides over two of its columns, in colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil, nan
from pathlib import Path
from textwrap import fill, wrap
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from ..._domain.money import Money
from ..._domain.reason import Fact
from ..._importing import load_package
from ..._readable import readable, readable_lines
from ...errors import InvalidValueError, PolicyError
from .. import wording
from ..column import Column
from ..decision import evaluate_in_minor_units
from ..domains import Plain
from ..table import Table
from .areas import Area, Grid, areas
from .axes import Axis, Mark, axes_of, held_at

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["empty_figure", "fingerprint", "target_of"]

# Okabe and Ito's colours, told apart by everyone; grey is left for what comes last.
_COLOURS: Final = (
    *("#56B4E9", "#E69F00", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"),
    *("#88CCEE", "#AA4499", "#44AA99", "#DDCC77", "#332288", "#882255", "#117733"),
)
_LAST: Final = "#D9D9D9"
_TINTS: Final = (0.0, 0.5, 0.75)  # how much white is mixed in, at each time round
_MANY: Final = 10  # above it colours alone are too hard to tell apart
_SUFFIXES: Final = {".png", ".svg"}

# Inches: how large the panel is, and what a character and a line of text take.
_WIDE: Final = 5.2
_HIGH: Final = 3.8
_CHARACTER: Final = 0.08
_LINE: Final = 0.19
_ENTRY: Final = 0.21
_LEGEND: Final = 0.9
_BAR: Final = 1.0
_TALLEST: Final = 32  # lines of a legend before it goes on beside
_TITLE: Final = 62  # characters
_RULE: Final = 44

_Rows: TypeAlias = list[list[dict[str, Any] | None]]


def fingerprint(
    policy: Table,
    x: Column | str,
    y: Column | str,
    *,
    at: Mapping[str, Fact | None] | None = None,
    of: Literal["rule", "worth"] = "rule",
    within: Mapping[str, tuple[Fact, Fact]] | None = None,
    points: int = 160,
    path: str | Path | None = None,
) -> Figure:
    """Draw what a table decides over two of its columns, the others held.

    Every strip begins where some rule cuts the column, and every cut is marked; cuts
    too close to be written side by side share a label. Between them a worth is drawn
    at evenly spread points, and so is a column that a computed one depends on. What
    may be missing has a band of its own.

    Args:
        policy: The table.
        x: The column that goes to the right, or its name.
        y: The column that goes up, or its name.
        at: What the other columns are held at; where it is not said, money at one
            hundred, what may be missing as missing, and anything else at its least.
        of: Colour by the ``"rule"`` that decides, or by the ``"worth"`` it comes to.
        within: The first and the last value to draw, by column. If not said, a little
            more than what rules tell apart, where the functions of computed columns
            change their answer, and, of a worth, where limits and periods begin.
        points: How many strips there are to an axis at the least, where they matter.
        path: Where to write it, as PNG or SVG by its suffix.

    Returns:
        The figure, to be shown or changed.

    Raises:
        PolicyError: It is no table: a composition has no rules of its own.
        InvalidValueError: A column is not read by the table or is computed, a value
            is outside its domain, or there is no such folder or format.

    Shape: one panel of about 5 by 4 inches; the figure grows with what is beside it.

    Units: worth in major units of the table's currency.
    """
    _check(policy, of, points)
    target = target_of(path)
    right, up = axes_of(policy, (x, y), at or {}, of, within or {}, points)
    held = held_at(policy, (right.column, up.column), at or {})
    figure, axes = _empty()
    rows = _rows(policy, right, up, held)
    draw = _draw_rules if of == "rule" else _draw_worth
    beside, height = draw(figure, axes, policy, rows, right, up)
    title = _title(policy, held)
    axes.set_title(title, fontsize=10)
    below = _along(axes, right)
    left, tall = _upwards(axes, up)
    lines = len(title.splitlines()) + 2
    figure.set_size_inches(
        left + _WIDE + beside, max(tall + below + lines * _LINE, height)
    )
    if target is not None:
        figure.savefig(target, dpi=160)
    drawn: Figure = figure
    return drawn


def _check(policy: object, of: object, points: object) -> None:
    if not isinstance(policy, Table):
        raise PolicyError(
            f"{policy!r:.60} cannot be drawn: a fingerprint is of a Table; of a "
            "schedule give schedule.table(on), of a composition (capped, best_of, "
            "dated) one of the tables in it"
        )
    if of not in {"rule", "worth"}:
        raise InvalidValueError(
            f"a fingerprint is of 'rule' or 'worth', not {of!r:.40}"
        )
    if of == "worth" and policy.currency is None:
        raise InvalidValueError(
            f"table {policy.name!r} gives nothing of value: draw of='rule'"
        )
    if type(points) is not int or points < 1:
        raise InvalidValueError(f"points cannot be {points!r:.40}: give 1 or more")


def target_of(path: str | Path | None) -> Path | None:
    """Check where a picture is to be written, before it is drawn.

    Raises:
        InvalidValueError: There is no such folder or format.
    """
    if path is None:
        return None
    target = Path(path)
    if target.suffix.lower() not in _SUFFIXES:
        raise InvalidValueError(
            f"{target.name!r} is no picture: end its name in .png or .svg"
        )
    if not target.parent.is_dir():
        raise InvalidValueError(
            f"there is no folder {str(target.parent)!r}: make it first"
        )
    return target


def empty_figure(size: tuple[float, float] | None = None) -> Figure:
    """Return a figure with nothing on it, which a notebook shows.

    Args:
        size: Its width and its height; those usual in matplotlib unless given.

    Raises:
        MissingPackageError: There is no matplotlib.

    Units: inches.
    """
    load_package("matplotlib.figure", "a picture")
    from .notebook import NotebookFigure  # noqa: PLC0415 - it stands on matplotlib

    return NotebookFigure(figsize=size, layout="constrained")


def _empty() -> tuple[Any, Any]:
    figure = empty_figure()
    return figure, figure.add_subplot()


# ------------------------------------------------------------------------------ cells


def _rows(policy: Table, right: Axis, up: Axis, held: Mapping[str, Plain]) -> _Rows:
    """Return the row of every cell, from below and from the left; None for no cell."""
    computed = [column for column in policy.columns if column.function is not None]

    def row(along: int | None, high: int | None) -> dict[str, Any] | None:
        if along is None or high is None:
            return None
        known = {
            **held,
            right.column.name: right.column.of(along),
            up.column.name: up.column.of(high),
        }
        for column in computed:
            inputs = (known[source.name] for source in column.inputs)
            known[column.name] = column.compute(*inputs)
        return known

    return [[row(along, high) for along in right.codes()] for high in up.codes()]


def _mesh(axes: Any, right: Axis, up: Axis, grid: Any, **how: Any) -> Any:
    cells = [[nan if cell is None else cell for cell in line] for line in grid]
    return axes.pcolormesh(right.places(), up.places(), cells, **how)


def _draw_rules(
    figure: Any, axes: Any, policy: Table, rows: _Rows, right: Axis, up: Axis
) -> tuple[float, float]:
    """Colour by rule, and give the width beside the panel and the height at least."""
    from matplotlib.colors import ListedColormap  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    choose = policy.decider.find_deciding_places
    chosen = [[None if row is None else choose(row) for row in r] for r in rows]
    shown = sorted({held for line in chosen for held in line if held is not None})
    colours = [*_colours(policy, shown)]
    grid = [[None if p is None else shown.index(p) for p in line] for line in chosen]
    limits = {"vmin": -0.5, "vmax": len(shown) - 0.5}
    _mesh(axes, right, up, grid, cmap=ListedColormap(colours), **limits)
    labels = [readable_lines(_label(policy, held)) for held in shown]
    if len(shown) > _MANY:
        labels = [f"{number}  {label}" for number, label in enumerate(labels, 1)]
        _write(axes, _numbered(grid, right, up))
    patches = [
        Patch(facecolor=colour, edgecolor="#555555", label=label)
        for colour, label in zip(colours, labels, strict=True)
    ]
    lines = [line for label in labels for line in label.splitlines()]
    columns = ceil(len(lines) / _TALLEST)
    how = {"title": "rule", "loc": "outside right upper", "fontsize": 9}
    figure.legend(handles=patches, ncols=columns, **how)
    width = columns * (max(map(len, lines)) * _CHARACTER + _LEGEND)
    return width, (ceil(len(lines) / columns) + 2) * _ENTRY


def _label(policy: Table, held: tuple[int, ...]) -> str:
    """Name an outcome, in lines that the legend is wide enough for."""
    return fill(policy.decider.outcome_of_way(held).label, _RULE)


def _colours(policy: Table, shown: Sequence[tuple[int, ...]]) -> Iterator[str]:
    for number, held in enumerate(shown):
        if policy.decider.outcome_of_way(held).rules == (policy.otherwise,):
            yield _LAST
            continue
        again, which = divmod(number, len(_COLOURS))
        white = _TINTS[again % len(_TINTS)]
        code = _COLOURS[which]
        parts = (int(code[start : start + 2], 16) for start in (1, 3, 5))
        mixed = (round(part + (255 - part) * white) for part in parts)
        yield "#" + "".join(f"{part:02X}" for part in mixed)


def _draw_worth(
    figure: Any, axes: Any, policy: Table, rows: _Rows, right: Axis, up: Axis
) -> tuple[float, float]:
    """Colour by worth, and give the width beside the panel and the height at least."""
    currency = str(policy.currency)
    unit = 10 ** Money.zero(currency).exponent
    sums = [[None if row is None else _worth(policy, row) for row in r] for r in rows]
    grid = [[None if s is None else s / unit for s in line] for line in sums]
    mesh = _mesh(axes, right, up, grid, cmap="cividis", vmin=0)
    figure.colorbar(mesh, ax=axes, label=f"worth ({currency})")
    _write(axes, _priced(sums, right, up, currency))
    return _BAR, 0


def _worth(policy: Table, row: Mapping[str, Plain]) -> int:
    return evaluate_in_minor_units(policy.decider.outcome_of_row(row).worth, row)


def _numbered(grid: Grid, right: Axis, up: Axis) -> Iterator[tuple[Area, str]]:
    """Return each area with room its number, and the largest of a rule in any case."""
    met: set[int] = set()
    for area in sorted(areas(grid, right.places(), up.places()), key=_size):
        if area.value not in met or _fits(area, "00"):
            met.add(area.value)
            yield area, str(area.value + 1)


def _size(area: Area) -> float:
    return -area.width * area.height


def _priced(
    sums: Grid, right: Axis, up: Axis, currency: str
) -> Iterator[tuple[Area, str]]:
    """Write what is given wherever it is the same over an area."""
    for area in areas(sums, right.places(), up.places()):
        sum_ = str(Money.from_minor(area.value, currency))
        text = sum_.removeprefix(currency).strip()
        if _fits(area, text):
            yield area, text


def _fits(area: Area, text: str) -> bool:
    wide, high = area.width * _WIDE, area.height * _HIGH
    return wide > (len(text) + 1) * _CHARACTER and high > 1.2 * _LINE


def _write(axes: Any, words: Iterator[tuple[Area, str]]) -> None:
    paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.2}
    for area, text in words:
        how = {"ha": "center", "va": "center", "fontsize": 8, "bbox": paper}
        axes.text(*area.middle, text, transform=axes.transAxes, **how)


# ----------------------------------------------------------------------------- labels


def _title(policy: Table, held: Mapping[str, Plain]) -> str:
    """Name the table and what is held, in lines that the panel is wide enough for."""
    columns = {column.name: column for column in policy.inputs}
    known = [
        f"{name} = {wording.format_value(columns[name], columns[name].code(value))}"
        for name, value in held.items()
        if value is not None
    ]
    absent = [name for name, value in held.items() if value is None]
    lines = wrap(policy.name, _TITLE)
    if known:
        lines += wrap(f"where {', '.join(known)}", _TITLE)
    if absent:
        lines += wrap(f"missing: {', '.join(absent)}", _TITLE)
    return "\n".join(map(readable, lines))


def _along(axes: Any, along: Axis) -> float:
    """Mark the axis to the right, upright where words would meet; give the height."""
    room = _LINE / _WIDE
    marks = along.marks(room, _scale(along))
    places = along.places()
    inch = _WIDE / (places[-1] - places[0])
    meet = any(
        (after.place - before.place) * inch
        < ((len(before.label) + len(after.label)) / 2 + 1) * _CHARACTER
        for before, after in pairwise(marks)
    )
    _mark(axes.xaxis, along, marks)
    if not meet:
        return 3 * _LINE
    axes.xaxis.set_tick_params(labelrotation=90)
    return max(len(mark.label) for mark in marks) * _CHARACTER + 2 * _LINE


def _upwards(axes: Any, up: Axis) -> tuple[float, float]:
    """Mark the axis upwards; give the width of its words, and the panel's height."""
    marks = up.marks(_LINE / _HIGH, _scale(up))
    _mark(axes.yaxis, up, marks)
    width = max(len(mark.label) for mark in marks) * _CHARACTER + 2 * _LINE
    return width, max(_HIGH, len(marks) * 1.2 * _LINE if up.is_named else 0)


def _scale(along: Axis) -> list[float]:
    """Choose round values between the ends."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    low, high = along.ends
    values = MaxNLocator(6).tick_values(low, high)
    return [float(value) for value in values if low <= value <= high]


def _mark(axis: Any, along: Axis, marks: Sequence[Mark]) -> None:
    axis.set_label_text(along.title)
    axis.set_ticks(
        [mark.place for mark in marks], [mark.label for mark in marks], fontsize=9
    )
    axis.set_ticks([place for mark in marks for place in mark.others], minor=True)
