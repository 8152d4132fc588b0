"""The curves of a picture of reactions: what stands before the models in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeGuard, cast

from ...errors import InvalidValueError
from ..reactions import Encounter, Felt
from .reaction_inputs import Models, Scene, models_of, varied_input

__all__ = ["Curves", "curves_of", "is_named", "split", "splits"]

Curves: TypeAlias = dict[str, Scene]
"""By the name of each curve, what the models speak about."""


def is_named(given: object) -> TypeGuard[Mapping[str, Any]]:
    """Tell whether there are several, each with its name."""
    return isinstance(given, Mapping)


def curves_of(
    models: Models | Mapping[str, Models],
    encounter: Encounter | Mapping[str, Encounter] | None,
    felt: Felt,
) -> Curves:
    """Set up a scene for every curve, by its name."""
    rows = models if is_named(models) else {"": cast("Models", models)}
    events = _events(encounter)
    curves: Curves = {}
    for row, many in rows.items():
        speaking = models_of(many)
        for event, what in events.items():
            name = ", ".join(part for part in (row, event) if part)
            curves[name] = Scene(speaking, what, felt)
    if not curves:
        raise InvalidValueError("there is no curve to draw: give a model and an event")
    return curves


def _events(
    given: Encounter | Mapping[str, Encounter] | None,
) -> Mapping[str, Encounter]:
    if isinstance(given, Encounter) or given is None:
        return {"": given or Encounter()}
    return given


def splits(
    by: str | Mapping[str, Iterable[Any]] | None,
) -> Mapping[str, Iterable[Any] | None]:
    """Say what is varied from curve to curve, and by which values if they are given."""
    if by is None:
        return {}
    return {by: None} if isinstance(by, str) else by


def split(curves: Curves, by: str, values: Iterable[Any] | None) -> Curves:
    """Make a curve for every value of what is varied from curve to curve."""
    found: Curves = {}
    given = None if values is None else tuple(values)
    for name, scene in curves.items():
        side = varied_input(scene, by).few(given)
        for place, value in enumerate(side.values):
            text = f"{side.words} = {side.label(place)}"
            found[f"{name}, {text}" if name else text] = scene.put(by, value)
    if not found:
        raise InvalidValueError(f"{by!r} has no values: give at least one in by=")
    return found
