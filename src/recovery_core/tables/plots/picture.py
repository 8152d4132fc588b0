"""A picture of a table: what it decides over two of its columns, in colours.

Matplotlib draws; what it cannot know is worked out here and in the modules beside:
where a table turns (`axes`), where one decision has room for a word (`areas`), and how
large a figure must be so that no word is cut off or written over another one. Its
locators choose round values, and a boundary at 181 minutes must be marked at 181; its
layout shrinks the panel where labels are long, and here the figure grows. That is most
of the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil, nan
from pathlib import Path
from textwrap import fill, wrap
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from ..._domain.money import Money
from ..._domain.reason import Fact
from ..._readable import readable, readable_lines
from ...errors import InvalidValueError, PolicyError
from .. import wording
from ..column import Column
from ..decision import evaluate_in_minor_units
from ..domains import Plain
from ..table import Table
from .areas import Area, Grid, iter_areas
from .axes import Axis, Mark, build_axes, held_values_by_column
from .figures import build_empty_figure, parse_picture_path

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_table"]

# Okabe and Ito's colours, told apart by everyone; grey is left for what comes last.
_COLOURS: Final = (
    *("#56B4E9", "#E69F00", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"),
    *("#88CCEE", "#AA4499", "#44AA99", "#DDCC77", "#332288", "#882255", "#117733"),
)
_LAST: Final = "#D9D9D9"
_TINTS: Final = (0.0, 0.5, 0.75)  # how much white is mixed in, at each time round
_MANY: Final = 10  # above it colours alone are too hard to tell apart

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
_DPI: Final = 160

_RowGrid: TypeAlias = list[list[dict[str, Any] | None]]


def plot_table(
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
    _check_arguments(policy, of, points)
    picture_path = parse_picture_path(path)
    figure: Any = _draw_figure(policy, (x, y), at or {}, of, within or {}, points)
    if picture_path is not None:
        figure.savefig(picture_path, dpi=_DPI)
    drawn_figure: Figure = figure
    return drawn_figure


def _draw_figure(
    policy: Table,
    axis_columns: tuple[Column | str, Column | str],
    held_facts: Mapping[str, Fact | None],
    colour_by: Literal["rule", "worth"],
    windows: Mapping[str, tuple[Fact, Fact]],
    point_count: int,
) -> Figure:
    """Build a figure with panel, labels and key, as large as its words need."""
    x_axis, y_axis = build_axes(
        policy, axis_columns, held_facts, colour_by, windows, point_count
    )
    held_values = held_values_by_column(
        policy, (x_axis.column, y_axis.column), held_facts
    )
    figure: Any = build_empty_figure()
    panel = figure.add_subplot()
    rows = _build_row_grid(policy, x_axis, y_axis, held_values)
    draw = _draw_rules if colour_by == "rule" else _draw_worth
    width_beside, least_height = draw(figure, panel, policy, rows, x_axis, y_axis)
    title = _format_title(policy, held_values)
    panel.set_title(title, fontsize=10)
    height_below = _draw_x_ticks(panel, x_axis)
    width_left, panel_height = _draw_y_ticks(panel, y_axis)
    # Matplotlib's constrained layout would shrink the panel to fit the words into a
    # figure of a given size; here the panel keeps its size, and the figure grows.
    title_height = (len(title.splitlines()) + 2) * _LINE
    figure.set_size_inches(
        width_left + _WIDE + width_beside,
        max(panel_height + height_below + title_height, least_height),
    )
    drawn_figure: Figure = figure
    return drawn_figure


def _check_arguments(policy: object, of: object, points: object) -> None:
    """Refuse what is no table, nothing to colour by, and a worth where none is paid."""
    if not isinstance(policy, Table):
        raise PolicyError(
            f"{policy!r:.60} cannot be drawn: plot_table draws a Table; of a "
            "schedule give schedule.table(on), of a composition (capped, best_of, "
            "dated) one of the tables in it"
        )
    if of not in {"rule", "worth"}:
        raise InvalidValueError(f"of= is 'rule' or 'worth', not {of!r:.40}")
    if of == "worth" and policy.currency is None:
        raise InvalidValueError(
            f"table {policy.name!r} gives nothing of value: draw of='rule'"
        )
    if type(points) is not int or points < 1:
        raise InvalidValueError(f"points cannot be {points!r:.40}: give 1 or more")


# ------------------------------------------------------------------------------ cells


def _build_row_grid(
    policy: Table, x_axis: Axis, y_axis: Axis, held_values: Mapping[str, Plain]
) -> _RowGrid:
    """Return a row of plain values for every cell, lowest line first; None in gaps."""
    computed = [column for column in policy.columns if column.function is not None]

    def build_row(x_code: int | None, y_code: int | None) -> dict[str, Any] | None:
        if x_code is None or y_code is None:
            return None
        row = {
            **held_values,
            x_axis.column.name: x_axis.column.of(x_code),
            y_axis.column.name: y_axis.column.of(y_code),
        }
        for column in computed:
            inputs = (row[source.name] for source in column.inputs)
            row[column.name] = column.compute(*inputs)
        return row

    return [
        [build_row(x_code, y_code) for x_code in x_axis.strip_codes()]
        for y_code in y_axis.strip_codes()
    ]


def _draw_mesh(
    panel: Any, x_axis: Axis, y_axis: Axis, value_grid: Any, **mesh_options: Any
) -> Any:
    """Colour the cells by their values, and return matplotlib's mesh."""
    # pcolormesh leaves nan blank; None it refuses.
    cells = [[nan if cell is None else cell for cell in line] for line in value_grid]
    return panel.pcolormesh(
        x_axis.strip_places(), y_axis.strip_places(), cells, **mesh_options
    )


def _draw_rules(
    figure: Any, panel: Any, policy: Table, rows: _RowGrid, x_axis: Axis, y_axis: Axis
) -> tuple[float, float]:
    """Colour by rule; return the legend's width and the least height of the figure."""
    from matplotlib.colors import ListedColormap  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    choose = policy.decider.deciding_places_finder
    ways = [[None if row is None else choose(row) for row in line] for line in rows]
    drawn_ways = sorted({way for line in ways for way in line if way is not None})
    colours = [*_iter_colours(policy, drawn_ways)]
    numbers = [
        [None if way is None else drawn_ways.index(way) for way in line]
        for line in ways
    ]
    limits = {"vmin": -0.5, "vmax": len(drawn_ways) - 0.5}
    _draw_mesh(panel, x_axis, y_axis, numbers, cmap=ListedColormap(colours), **limits)
    labels = [readable_lines(_format_rule_label(policy, way)) for way in drawn_ways]
    if len(drawn_ways) > _MANY:
        labels = [f"{number}  {label}" for number, label in enumerate(labels, 1)]
        _draw_words(panel, _iter_rule_numbers(numbers, x_axis, y_axis))
    patches = [
        Patch(facecolor=colour, edgecolor="#555555", label=label)
        for colour, label in zip(colours, labels, strict=True)
    ]
    lines = [line for label in labels for line in label.splitlines()]
    column_count = ceil(len(lines) / _TALLEST)
    legend_options = {"title": "rule", "loc": "outside right upper", "fontsize": 9}
    figure.legend(handles=patches, ncols=column_count, **legend_options)
    width = column_count * (max(map(len, lines)) * _CHARACTER + _LEGEND)
    return width, (ceil(len(lines) / column_count) + 2) * _ENTRY


def _format_rule_label(policy: Table, rule_places: tuple[int, ...]) -> str:
    """Name an outcome, in lines that the legend is wide enough for."""
    return fill(policy.decider.outcome_builder(rule_places).label, _RULE)


def _iter_colours(policy: Table, ways: Sequence[tuple[int, ...]]) -> Iterator[str]:
    """Yield a hex colour for each way: grey for `otherwise`, tints after a round."""
    for number, rule_places in enumerate(ways):
        if policy.decider.outcome_builder(rule_places).rules == (policy.otherwise,):
            yield _LAST
            continue
        round_number, colour_number = divmod(number, len(_COLOURS))
        white = _TINTS[round_number % len(_TINTS)]
        colour = _COLOURS[colour_number]
        channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
        mixed = (round(channel + (255 - channel) * white) for channel in channels)
        yield "#" + "".join(f"{channel:02X}" for channel in mixed)


def _draw_worth(
    figure: Any, panel: Any, policy: Table, rows: _RowGrid, x_axis: Axis, y_axis: Axis
) -> tuple[float, float]:
    """Colour by worth; return the colour bar's width and the least height, 0."""
    currency = str(policy.currency)
    unit = 10 ** Money.zero(currency).exponent
    minor_sums = [
        [None if row is None else _worth_in_minor_units(policy, row) for row in line]
        for line in rows
    ]
    sums = [[None if s is None else s / unit for s in line] for line in minor_sums]
    mesh = _draw_mesh(panel, x_axis, y_axis, sums, cmap="cividis", vmin=0)
    figure.colorbar(mesh, ax=panel, label=f"worth ({currency})")
    _draw_words(panel, _iter_sum_words(minor_sums, x_axis, y_axis, currency))
    return _BAR, 0


def _worth_in_minor_units(policy: Table, row: Mapping[str, Plain]) -> int:
    return evaluate_in_minor_units(policy.decider.outcome_of_row(row).worth, row)


def _iter_rule_numbers(
    number_grid: Grid, x_axis: Axis, y_axis: Axis
) -> Iterator[tuple[Area, str]]:
    """Yield each area with room and its number from 1; of each rule the largest."""
    numbered: set[int] = set()
    # Largest first, so that the first area met of a rule is its largest.
    largest_first = sorted(
        iter_areas(number_grid, x_axis.strip_places(), y_axis.strip_places()),
        key=lambda area: -area.width * area.height,
    )
    for area in largest_first:
        if area.value not in numbered or _has_room_for(area, "00"):
            numbered.add(area.value)
            yield area, str(area.value + 1)


def _iter_sum_words(
    minor_sum_grid: Grid, x_axis: Axis, y_axis: Axis, currency: str
) -> Iterator[tuple[Area, str]]:
    """Yield each area of one worth with the sum as text, where that has room."""
    for area in iter_areas(
        minor_sum_grid, x_axis.strip_places(), y_axis.strip_places()
    ):
        with_currency = str(Money.from_minor(area.value, currency))
        text = with_currency.removeprefix(currency).strip()
        if _has_room_for(area, text):
            yield area, text


def _has_room_for(area: Area, text: str) -> bool:
    width, height = area.width * _WIDE, area.height * _HIGH
    return width > (len(text) + 1) * _CHARACTER and height > 1.2 * _LINE


def _draw_words(panel: Any, words_in_areas: Iterator[tuple[Area, str]]) -> None:
    """Write each word on white paper in the middle of its area."""
    paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.2}
    for area, text in words_in_areas:
        options = {"ha": "center", "va": "center", "fontsize": 8, "bbox": paper}
        panel.text(*area.middle, text, transform=panel.transAxes, **options)


# ----------------------------------------------------------------------------- labels


def _format_title(policy: Table, held_values: Mapping[str, Plain]) -> str:
    """Name the table and what is held, in lines that the panel is wide enough for."""
    columns = {column.name: column for column in policy.inputs}
    equations = [
        f"{name} = {wording.format_value(columns[name], columns[name].code(value))}"
        for name, value in held_values.items()
        if value is not None
    ]
    missing_names = [name for name, value in held_values.items() if value is None]
    lines = wrap(policy.name, _TITLE)
    if equations:
        lines += wrap(f"where {', '.join(equations)}", _TITLE)
    if missing_names:
        lines += wrap(f"missing: {', '.join(missing_names)}", _TITLE)
    return "\n".join(map(readable, lines))


def _draw_x_ticks(panel: Any, x_axis: Axis) -> float:
    """Label the axis to the right, upright where words would meet; return inches."""
    marks = x_axis.list_marks(_LINE / _WIDE, _round_tick_values(x_axis))
    places = x_axis.strip_places()
    inch = _WIDE / (places[-1] - places[0])
    do_words_meet = any(
        (after.place - before.place) * inch
        < ((len(before.label) + len(after.label)) / 2 + 1) * _CHARACTER
        for before, after in pairwise(marks)
    )
    _set_ticks(panel.xaxis, x_axis, marks)
    if not do_words_meet:
        return 3 * _LINE
    panel.xaxis.set_tick_params(labelrotation=90)
    return max(len(mark.label) for mark in marks) * _CHARACTER + 2 * _LINE


def _draw_y_ticks(panel: Any, y_axis: Axis) -> tuple[float, float]:
    """Label the axis upwards; return the labels' width and the panel's height."""
    marks = y_axis.list_marks(_LINE / _HIGH, _round_tick_values(y_axis))
    _set_ticks(panel.yaxis, y_axis, marks)
    width = max(len(mark.label) for mark in marks) * _CHARACTER + 2 * _LINE
    return width, max(_HIGH, len(marks) * 1.2 * _LINE if y_axis.is_named else 0)


def _round_tick_values(axis: Axis) -> list[float]:
    """Return about six round values between the ends of an axis, to mark there."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    low, high = axis.ends
    # The locator goes a step beyond both ends.
    tick_values = MaxNLocator(6).tick_values(low, high)
    return [float(value) for value in tick_values if low <= value <= high]


def _set_ticks(matplotlib_axis: Any, axis: Axis, marks: Sequence[Mark]) -> None:
    """Set title, labels and small ticks of an axis on that of matplotlib."""
    matplotlib_axis.set_label_text(axis.title)
    matplotlib_axis.set_ticks(
        [mark.place for mark in marks], [mark.label for mark in marks], fontsize=9
    )
    # A mark that stands for several cuts has a small tick for each of the others.
    matplotlib_axis.set_ticks(
        [place for mark in marks for place in mark.others], minor=True
    )
