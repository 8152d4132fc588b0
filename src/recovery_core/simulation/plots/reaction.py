"""The curve of a reaction model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ...errors import InvalidValueError
from ..reactions import Encounter, Felt
from . import figure_style, findings, line_labels
from .curves import Curves, curves_of, is_named, split_curves, varied_by
from .figure_style import Panel
from .reaction_inputs import (
    PARTS,
    Models,
    VariedInput,
    fields_of,
    format_value,
    read_part,
    varied_input,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_reaction"]

_DOTS: Final = 12  # so many values, and each has its dot
_DOT_SPACING: Final = 0.5
_NAMES_IN_TITLE: Final = 3
_NAME_WIDTH: Final = 26  # characters of a name
_PANELS_IN_TITLE: Final = 2  # of so many, the title tells all
_LEVEL_LETTERS: Final = 50  # of so many, what stands side by side is turned upright
_TOLERANCE: Final = 1e-12
_STAYS: Final = "stays the same"
_PLURAL: Final = {"rises": "rise", "falls": "fall", _STAYS: "stay the same"}
_CHANGE: Final = "(part of the scale; dotted: none)"
_PART_WORDS: Final[Mapping[str, tuple[str, str, float | None]]] = {
    "loss": ("loss", "(0 to 1)", None),
    "justice.distributive": ("distributive justice", "(0 to 1; dotted: neutral)", 0.5),
    "justice.procedural": ("procedural justice", "(0 to 1; dotted: neutral)", 0.5),
    "justice.interactional": (
        *("interactional justice", "(0 to 1; dotted: neutral)"),
        0.5,
    ),
    "anger": ("anger", "(0 to 1)", None),
    "betrayal": ("betrayal", "(0 to 1)", None),
    "transaction": ("change of satisfaction at once", _CHANGE, 0.0),
    "lasting": ("change of lasting satisfaction", _CHANGE, 0.0),
}

_Heights: TypeAlias = dict[str, list[float]]


def plot_reaction(
    models: Models | Mapping[str, Models],
    x: str = "worth",
    *,
    of: str | Iterable[str] | None = None,
    by: str | Mapping[str, Iterable[object]] | None = None,
    encounter: Encounter | Mapping[str, Encounter] | None = None,
    felt: Felt | None = None,
    within: tuple[float, float] | None = None,
    path: str | Path | None = None,
) -> Figure:
    """Draw what a reaction model makes of whatever is varied.

    Args:
        models: A model; several, which speak one after the other; or either of them
            by name, for a curve each.
        x: What is varied to the right: a field of the `Encounter`, such as
            ``"worth"`` or ``"kind.aspect"``; of what is `Felt` before, such as
            ``"loss"``, or ``"justice"`` for all three sides alike; or a parameter of
            a model after its class, such as ``"MoneyOrWords.words"``.
        of: What is drawn, a panel each: ``"justice.distributive"``,
            ``"transaction"``, ``"lasting"`` and so on; unless given, all that changes.
        by: What is varied from curve to curve, like `x`; of a number, its ends and
            its middle. Or a mapping of it to the values it takes.
        encounter: What happened; or several of it by name, for a curve each.
        felt: What was felt before the models speak.
        within: The first and the last value of `x`, where it is a number.
        path: Where to write it, as PNG or SVG by its suffix.

    Returns:
        The figure, to be shown or changed.

    Raises:
        InvalidValueError: Something cannot be varied or drawn, nothing changes, or
            there is no such folder or format.

    Units: parts of scales from 0 to 1.

    Example:
        >>> from recovery_core.simulation.reactions import Overcompensation
        >>> figure = plot_reaction(Overcompensation())
        >>> figure.get_suptitle()
        'Overcompensation: distributive justice falls with worth'
    """
    target = figure_style.parse_picture_path(path)
    curves = curves_of(models, encounter, felt or Felt())
    for name, values in varied_by(by).items():
        curves = split_curves(curves, name, values)
    varied, *_ = [varied_input(scene, x, within) for scene in curves.values()]
    panel_curves = _evaluate_curves(curves, varied, _check_parts(of))
    names = list(models) if is_named(models) else [_phrase_models(curves)]
    finding = f"{findings.join_names(names)}: {_phrase_finding(varied, panel_curves)}"
    figure = _draw_panels(panel_curves, varied, finding, _phrase_note(curves, varied))
    return figure_style.save_figure(figure, target)


def _draw_panels(
    panel_curves: dict[str, _Heights], varied: VariedInput, finding: str, note: str
) -> Figure:
    """Draw a panel for each part that changes, and name the curves if several."""
    count = len(panel_curves)
    figure = figure_style.new_figure(7.4, 1.4 + (3.4 if count == 1 else 2.6 * count))
    panels = figure_style.add_panels(figure, count)
    for axes, (part, heights) in zip(panels, panel_curves.items(), strict=True):
        _draw_panel(axes, part, heights, varied)
    _label_axis(panels[-1], varied)
    # The title comes before the labels: it moves the panels that they are measured by.
    figure_style.write_title(figure, finding, note)
    if any(len(heights) > 1 for heights in panel_curves.values()):
        labels = [_line_labels(heights, varied) for heights in panel_curves.values()]
        line_labels.label_ends(figure, list(zip(panels, labels, strict=True)))
    return figure


def _check_parts(of: str | Iterable[str] | None) -> tuple[str, ...] | None:
    """Return the parts that are to be drawn; None for all that change."""
    if of is None:
        return None
    wanted = (of,) if isinstance(of, str) else tuple(of)
    if not wanted or not set(wanted) <= set(PARTS):
        raise InvalidValueError(
            f"of cannot be {of!r}: give one or several of {', '.join(PARTS)}"
        )
    return wanted


def _evaluate_curves(
    curves: Curves, varied: VariedInput, wanted: tuple[str, ...] | None
) -> dict[str, _Heights]:
    """Apply the models: by part and curve, what is felt at each value."""
    by_part: dict[str, _Heights] = {}
    scenes = {
        name: [scene.with_value(varied.name, value) for value in varied.values]
        for name, scene in curves.items()
    }
    reactions = {
        name: [reaction.apply_all() for reaction in reaction_row]
        for name, reaction_row in scenes.items()
    }
    before = [
        reaction.felt for reaction_row in scenes.values() for reaction in reaction_row
    ]
    for part in wanted or PARTS:
        heights = {
            name: [read_part(reaction, part) for reaction in reaction_row]
            for name, reaction_row in reactions.items()
        }
        all_heights = [
            height for reaction_row in heights.values() for height in reaction_row
        ]
        # What is only handed on, as it was felt before, is nothing the models say.
        is_changed = all_heights != [read_part(reaction, part) for reaction in before]
        if wanted or (is_changed and max(all_heights) - min(all_heights) > _TOLERANCE):
            by_part[part] = heights
    if not by_part:
        raise InvalidValueError(
            f"nothing that is felt changes with {varied.name!r}: give another x, "
            "another encounter or felt, or say with of= what is to be drawn all the "
            "same"
        )
    return by_part


def _draw_panel(axes: Panel, part: str, heights: _Heights, varied: VariedInput) -> None:
    """Draw the curves of one part; dots where values are few or have no order."""
    part_name, scale, neutral = _PART_WORDS[part]
    axes.set_ylabel(f"{part_name}\n{scale}", fontsize=10)
    if neutral is not None:
        axes.axhline(neutral, color=figure_style.MUTED, lw=1, ls=":")
    positions = _axis_positions(varied)
    is_dotted = not varied.is_scale or len(positions) <= _DOTS
    for number, heights_drawn in enumerate(heights.values()):
        colour, style = figure_style.line_style(number)
        axes.plot(
            *(
                [
                    position + _dot_offset(number, len(heights), varied)
                    for position in positions
                ],
                heights_drawn,
            ),
            color=colour,
            ls=style if varied.is_scale else "",
            marker="o" if is_dotted else "",
            lw=1.8,
        )
    axes.margins(y=0.1)


def _dot_offset(number: int, count: int, varied: VariedInput) -> float:
    """Return how far a dot stands beside its place, so that none covers another."""
    return 0.0 if varied.is_scale else (number - (count - 1) / 2) * _DOT_SPACING / count


def _axis_positions(varied: VariedInput) -> list[float]:
    """Return where the values stand; what is no number stands side by side."""
    if varied.is_number:
        return [float(value) for value in varied.values]
    return [float(index) for index in range(len(varied.values))]


def _label_axis(axes: Panel, varied: VariedInput) -> None:
    """Name the lowest axis and, where they are few or no numbers, its values."""
    axes.set_xlabel(varied.title, fontsize=10)
    positions = _axis_positions(varied)
    if not varied.is_number:
        names = [varied.value_text(index) for index in range(len(positions))]
        rotation = 90 if sum(map(len, names)) > _LEVEL_LETTERS else 0
        axes.set_xticks(positions, names, rotation=rotation, fontsize=9)
        axes.margins(x=0.3 / len(positions))
    elif len(positions) <= _DOTS:
        axes.set_xticks(positions)


def _line_labels(heights: _Heights, varied: VariedInput) -> list[line_labels.LineLabel]:
    """Return a label for the end of each curve."""
    last = _axis_positions(varied)[-1]
    return [
        line_labels.LineLabel(
            last + _dot_offset(number, len(heights), varied),
            row[-1],
            fill(name, _NAME_WIDTH),
            figure_style.line_style(number)[0],
        )
        for number, (name, row) in enumerate(heights.items())
    ]


def _phrase_finding(varied: VariedInput, panel_curves: dict[str, _Heights]) -> str:
    """Return in words what changes, and which way if all curves agree."""
    if len(panel_curves) > _PANELS_IN_TITLE:
        return f"what changes with {varied.words}"
    parts = findings.join_names([_PART_WORDS[part][0] for part in panel_curves])
    names = [varied.value_text(index) for index in range(len(varied.values))]
    rows = [row for heights in panel_curves.values() for row in heights.values()]
    courses = list(dict.fromkeys(findings.describe_course(row, names) for row in rows))
    if len(courses) > 1:
        courses = [course for course in courses if course != _STAYS]
    course = courses[0] if varied.is_scale and len(courses) == 1 else ""
    if len(panel_curves) > 1:
        course = _PLURAL.get(course, "")
    if not course:
        return f"{parts} by {varied.words}"
    verb, comma, then = course.partition(", ")
    return f"{parts} {verb} with {varied.words}{comma}{then}"


def _phrase_models(curves: Curves) -> str:
    """Return the names of the models, or how many there are."""
    models = next(iter(curves.values())).models
    names = [getattr(model, "__name__", type(model).__name__) for model in models]
    return (
        findings.join_names(names)
        if len(names) <= _NAMES_IN_TITLE
        else f"{len(names)} models"
    )


def _phrase_note(curves: Curves, varied: VariedInput) -> str:
    """Return what is the same for all curves, where it differs from the default."""
    held_fields = [
        *_phrase_held_fields(
            [scene.encounter for scene in curves.values()], Encounter(), varied
        ),
        *_phrase_held_fields([scene.felt for scene in curves.values()], Felt(), varied),
    ]
    if not held_fields:
        return ""
    return f"Where {findings.join_names(held_fields)}."


def _phrase_held_fields(
    values: list[Any], default: Any, varied: VariedInput, prefix: str = ""
) -> list[str]:
    """List fields that all values have in common and that differ from the default."""
    phrases: list[str] = []
    for field in fields_of(default):
        path, default_value = f"{prefix}{field}", getattr(default, field)
        field_values = [getattr(value, field) for value in values]
        if varied.name == path:
            continue
        if fields_of(default_value):
            phrases += _phrase_held_fields(
                field_values, default_value, varied, f"{path}."
            )
        elif field_values[0] != default_value and all(
            value == field_values[0] for value in field_values
        ):
            words = (
                _PART_WORDS[path][0]
                if path in _PART_WORDS
                else findings.spell_out(field)
            )
            phrases.append(f"{words} = {format_value(field_values[0])}")
    return phrases
