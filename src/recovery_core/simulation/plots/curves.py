"""The curves of a picture of reactions: what stands before the models in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeGuard, cast

from ...errors import InvalidValueError
from ..reactions import Encounter, Felt
from .reaction_inputs import Models, Scene, models_of, varied_input

__all__ = ["Curves", "curves_of", "is_named", "split_curves", "varied_by"]

Curves: TypeAlias = dict[str, Scene]
"""By the name of each curve, what the models speak about."""


def is_named(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Return whether these are several values, each with its name."""
    return isinstance(value, Mapping)


def curves_of(
    models: Models | Mapping[str, Models],
    encounter: Encounter | Mapping[str, Encounter] | None,
    felt: Felt,
) -> Curves:
    """Build a scene for every curve, by its name."""
    models_by_name = models if is_named(models) else {"": cast("Models", models)}
    encounters = _encounters_by_name(encounter)
    curves: Curves = {}
    for model_name, models_drawn in models_by_name.items():
        applied = models_of(models_drawn)
        for encounter_name, encounter_drawn in encounters.items():
            name = ", ".join(part for part in (model_name, encounter_name) if part)
            curves[name] = Scene(applied, encounter_drawn, felt)
    if not curves:
        raise InvalidValueError("there is no curve to draw: give a model and an event")
    return curves


def _encounters_by_name(
    encounters: Encounter | Mapping[str, Encounter] | None,
) -> Mapping[str, Encounter]:
    """Return encounters by name; a single one has an empty name."""
    if isinstance(encounters, Encounter) or encounters is None:
        return {"": encounters or Encounter()}
    return encounters


def varied_by(
    by: str | Mapping[str, Iterable[Any]] | None,
) -> Mapping[str, Iterable[Any] | None]:
    """Return what is varied from curve to curve, with its values if they are given."""
    if by is None:
        return {}
    return {by: None} if isinstance(by, str) else by


def split_curves(curves: Curves, by: str, values: Iterable[Any] | None) -> Curves:
    """Build a curve for every value of what is varied from curve to curve."""
    split_up: Curves = {}
    chosen = None if values is None else tuple(values)
    for name, scene in curves.items():
        varied = varied_input(scene, by).thinned(chosen)
        for index, value in enumerate(varied.values):
            value_name = f"{varied.words} = {varied.value_text(index)}"
            split_up[f"{name}, {value_name}" if name else value_name] = (
                scene.with_value(by, value)
            )
    if not split_up:
        raise InvalidValueError(f"{by!r} has no values: give at least one in by=")
    return split_up
