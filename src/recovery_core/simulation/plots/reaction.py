"""The curve of a reaction model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ...errors import InvalidValueError
from ..reactions import Encounter, Felt
from . import figure_style, findings, line_labels
from .curves import Curves, curves_of, is_named, split, splits
from .reaction_inputs import (
    PARTS,
    Models,
    VariedInput,
    fields_of,
    label,
    part_of,
    varied_input,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_reaction"]

_DOTS: Final = 12  # so many values, and each has its dot
_APART: Final = 0.5
_NAMED: Final = 3
_WIDE: Final = 26  # characters of a name
_PANELS: Final = 2  # of so many, the title tells all
_LETTERS: Final = 50  # of so many, what stands side by side is turned upright
_TOLERANCE: Final = 1e-12
_STAYS: Final = "stays the same"
_PLURAL: Final = {"rises": "rise", "falls": "fall", _STAYS: "stay the same"}
_CHANGE: Final = "(part of the scale; dotted: none)"
_WORDS: Final[Mapping[str, tuple[str, str, float | None]]] = {
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
    target = figure_style.target_of(path)
    curves = curves_of(models, encounter, felt or Felt())
    for name, values in splits(by).items():
        curves = split(curves, name, values)
    side, *_ = [varied_input(scene, x, within) for scene in curves.values()]
    drawn = _drawn(curves, side, _wanted(of))
    figure = figure_style.sheet(
        7.4, 1.4 + (3.4 if len(drawn) == 1 else 2.6 * len(drawn))
    )
    panels = figure_style.blank(figure, len(drawn))
    for axes, (part, heights) in zip(panels, drawn.items(), strict=True):
        _draw(axes, part, heights, side)
    _mark(panels[-1], side)
    who = list(models) if is_named(models) else [_name(curves)]
    finding = f"{findings.listing(who)}: {_finding(side, drawn)}"
    figure_style.title(figure, finding, _note(curves, side))
    if len(curves) > 1:
        rows = [_line_labels(heights, side) for heights in drawn.values()]
        line_labels.label_ends(figure, list(zip(panels, rows, strict=True)))
    return figure_style.saved(figure, target)


def _wanted(of: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if of is None:
        return None
    wanted = (of,) if isinstance(of, str) else tuple(of)
    if not wanted or not set(wanted) <= set(PARTS):
        raise InvalidValueError(
            f"of cannot be {of!r}: give one or several of {', '.join(PARTS)}"
        )
    return wanted


def _drawn(
    curves: Curves, side: VariedInput, wanted: tuple[str, ...] | None
) -> dict[str, _Heights]:
    """Let the models speak: by part and curve, what is felt at each value."""
    found: dict[str, _Heights] = {}
    scenes = {
        name: [scene.put(side.name, value) for value in side.values]
        for name, scene in curves.items()
    }
    felt = {name: [one.reaction() for one in row] for name, row in scenes.items()}
    before = [one.felt for row in scenes.values() for one in row]
    for part in wanted or PARTS:
        heights = {
            name: [part_of(one, part) for one in row] for name, row in felt.items()
        }
        every = [height for row in heights.values() for height in row]
        # What is only handed on, as it was felt before, is nothing the models say.
        is_said = every != [part_of(one, part) for one in before]
        if wanted or (is_said and max(every) - min(every) > _TOLERANCE):
            found[part] = heights
    if not found:
        raise InvalidValueError(
            f"nothing that is felt changes with {side.name!r}: give another x, another "
            "encounter or felt, or say with of= what is to be drawn all the same"
        )
    return found


def _draw(axes: Any, part: str, heights: _Heights, side: VariedInput) -> None:
    words, scale, middle = _WORDS[part]
    axes.set_ylabel(f"{words}\n{scale}", fontsize=10)
    if middle is not None:
        axes.axhline(middle, color=figure_style.MUTED, lw=1, ls=":")
    places = _places(side)
    is_dotted = not side.is_scale or len(places) <= _DOTS
    for number, row in enumerate(heights.values()):
        colour, style = figure_style.line(number)
        axes.plot(
            *([place + _aside(number, len(heights), side) for place in places], row),
            color=colour,
            ls=style if side.is_scale else "",
            marker="o" if is_dotted else "",
            lw=1.8,
        )
    axes.margins(y=0.1)


def _aside(number: int, count: int, side: VariedInput) -> float:
    """Say how far dots of the same place stand apart."""
    return 0.0 if side.is_scale else (number - (count - 1) / 2) * _APART / count


def _places(side: VariedInput) -> list[float]:
    """Say where the values stand; what is no number stands side by side."""
    if side.is_number:
        return [float(value) for value in side.values]
    return [float(place) for place in range(len(side.values))]


def _mark(axes: Any, side: VariedInput) -> None:
    axes.set_xlabel(side.title, fontsize=10)
    places = _places(side)
    if not side.is_number:
        names = [side.label(place) for place in range(len(places))]
        turned = 90 if sum(map(len, names)) > _LETTERS else 0
        axes.set_xticks(places, names, rotation=turned, fontsize=9)
        axes.margins(x=0.3 / len(places))
    elif len(places) <= _DOTS:
        axes.set_xticks(places)


def _line_labels(heights: _Heights, side: VariedInput) -> list[line_labels.LineLabel]:
    last = _places(side)[-1]
    return [
        line_labels.LineLabel(
            last + _aside(number, len(heights), side),
            row[-1],
            fill(name, _WIDE),
            figure_style.line(number)[0],
        )
        for number, (name, row) in enumerate(heights.items())
    ]


def _finding(side: VariedInput, drawn: dict[str, _Heights]) -> str:
    if len(drawn) > _PANELS:
        return f"what changes with {side.words}"
    parts = findings.listing([_WORDS[part][0] for part in drawn])
    names = [side.label(place) for place in range(len(side.values))]
    rows = [row for heights in drawn.values() for row in heights.values()]
    ways = list(dict.fromkeys(findings.moves(row, names) for row in rows))
    if len(ways) > 1:
        ways = [way for way in ways if way != _STAYS]
    way = ways[0] if side.is_scale and len(ways) == 1 else ""
    if len(drawn) > 1:
        way = _PLURAL.get(way, "")
    if not way:
        return f"{parts} by {side.words}"
    verb, comma, then = way.partition(", ")
    return f"{parts} {verb} with {side.words}{comma}{then}"


def _name(curves: Curves) -> str:
    models = next(iter(curves.values())).models
    names = [getattr(m, "__name__", type(m).__name__) for m in models]
    return findings.listing(names) if len(names) <= _NAMED else f"{len(names)} models"


def _note(curves: Curves, side: VariedInput) -> str:
    """Say what is the same for all curves, as far as it is not as usual."""
    held = [
        *_held([each.encounter for each in curves.values()], Encounter(), side),
        *_held([each.felt for each in curves.values()], Felt(), side),
    ]
    if not held:
        return ""
    return f"Where {findings.listing(held)}."


def _held(
    values: list[Any], usual: Any, side: VariedInput, above: str = ""
) -> list[str]:
    """List the fields that all values have in common, and that are not as usual."""
    found: list[str] = []
    for field in fields_of(usual):
        path, here = f"{above}{field}", getattr(usual, field)
        inner = [getattr(value, field) for value in values]
        if side.name == path:
            continue
        if fields_of(here):
            found += _held(inner, here, side, f"{path}.")
        elif inner[0] != here and all(value == inner[0] for value in inner):
            words = _WORDS[path][0] if path in _WORDS else findings.spoken(field)
            found.append(f"{words} = {label(inner[0])}")
    return found
