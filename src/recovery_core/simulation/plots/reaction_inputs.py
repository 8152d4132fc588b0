"""What can be varied in front of a reaction model, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, IntEnum
from functools import reduce
from typing import Any, Final, TypeAlias, TypeGuard, cast

import attrs

from ..._domain.remedy import RemedyKind
from ...errors import InvalidValueError
from ..reactions import Encounter, Felt, Justice, ReactionModel
from . import findings

__all__ = [
    "PARTS",
    "Models",
    "Scene",
    "VariedInput",
    "fields_of",
    "format_value",
    "models_of",
    "read_part",
    "varied_input",
]

Models: TypeAlias = ReactionModel | Iterable[ReactionModel]

PARTS: Final = (
    "loss",
    "justice.distributive",
    "justice.procedural",
    "justice.interactional",
    "anger",
    "betrayal",
    "transaction",
    "lasting",
)
"""What is felt, part by part."""

_CURVE_POINTS: Final = 201
_FEW_VALUES: Final = 8
_HOURS: Final = (0, 168)
_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "worth": (0, 2),
    "response_hours": _HOURS,
    "resolution_hours": _HOURS,
    "contacts": (1, 5),
    "rounds": (1, 5),
    "cycle": (1, 3),
    "earlier_failures": (0, 2),
    "transaction": (-1, 1),
    "lasting": (-1, 1),
}
"""Where no range is given: what else there is runs from 0 to 1."""

_AXIS_WORDS: Final[Mapping[str, str]] = {
    "worth": "worth, as a share of the loss (1 makes whole)",
    "response_hours": "hours until the company answered",
    "resolution_hours": "hours until the case was settled",
    "contacts": "contacts it took",
    "rounds": "offers it took",
    "cycle": "cycle (1, and 1 more for every recovery that failed)",
    "kinds": "what was given",
    "justice": "justice, all three sides (0 to 1)",
}


def _is_model(value: object) -> TypeGuard[ReactionModel]:
    return callable(value)


def models_of(models: Models) -> tuple[ReactionModel, ...]:
    """Return one model or several as a tuple, in the order they are applied.

    Raises:
        InvalidValueError: One is no model.
    """
    listed: Any = (models,) if _is_model(models) else models
    if not isinstance(listed, Iterable):
        raise InvalidValueError(
            f"{models!r:.60} is no reaction model: give one, or several in their order"
        )
    checked = tuple(cast("Iterable[ReactionModel]", listed))
    if not checked or not all(map(callable, checked)):
        raise InvalidValueError(
            "a reaction is drawn of models, functions of Encounter and Felt: give one, "
            "or several in their order"
        )
    return checked


@attrs.frozen
class Scene:
    """Everything that a reaction depends on.

    Args:
        models: Who speaks, in this order.
        encounter: What happened.
        felt: What was felt before they speak.
    """

    models: tuple[ReactionModel, ...]
    encounter: Encounter
    felt: Felt

    def apply_all(self) -> Felt:
        """Apply the models and return what is felt in the end."""
        return reduce(
            lambda felt, model: model(self.encounter, felt), self.models, self.felt
        )

    def with_value(self, name: str, value: Any) -> Scene:
        """Return the scene with a value replaced; see `varied_input`."""
        names = name.split(".")
        home = _find_home(self, names)
        if isinstance(home, str):
            return cast("Scene", _replace_path(self, [home, *names], value))
        changed = _replace_path(home, names[1:], value)
        models = tuple(changed if model is home else model for model in self.models)
        return attrs.evolve(self, models=models)


def read_part(felt: Felt, name: str) -> float:
    """Return one part of what is felt."""
    return float(_read_path(felt, name.split(".")))


def _read_path(owner: Any, names: Sequence[str]) -> Any:
    """Return what a path of fields leads to."""
    return reduce(getattr, names, owner)


def _replace_path(owner: Any, names: Sequence[str], value: Any) -> Any:
    """Return a frozen value with one field replaced, however deep it lies."""
    first, *rest = names
    inner = getattr(owner, first)
    if rest:
        value = _replace_path(inner, rest, value)
    elif isinstance(inner, Justice):
        value = Justice(value, value, value)
    return attrs.evolve(owner, **{first: value})


@attrs.frozen
class VariedInput:
    """What is varied from left to right, or from curve to curve.

    Args:
        name: Its path, such as ``"worth"`` or ``"MoneyOrWords.words"``.
        values: The values it takes.
        is_scale: Whether the values have an order and stand on a scale.
    """

    name: str
    values: tuple[Any, ...]
    is_scale: bool

    @property
    def words(self) -> str:
        """The name as one says it."""
        return findings.spell_out(self.name.rpartition(".")[2])

    @property
    def title(self) -> str:
        """The name beside an axis."""
        return _AXIS_WORDS.get(self.name, self.words)

    @property
    def is_number(self) -> bool:
        """Whether the values stand where they belong on an axis."""
        return _is_amount(self.values[0])

    def value_text(self, place: int) -> str:
        """Return one of the values as text."""
        return format_value(self.values[place])

    def thinned(self, chosen: tuple[Any, ...] | None) -> VariedInput:
        """Return as many values as can be told apart as curves: ends and middle."""
        last = len(self.values) - 1
        ends_and_middle = tuple(self.values[index] for index in (0, last // 2, last))
        values = (
            chosen
            if chosen is not None
            else self.values
            if last < _FEW_VALUES
            else ends_and_middle
        )
        return attrs.evolve(self, values=values)


def format_value(value: Any) -> str:
    """Return a value as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        name = value.name if isinstance(value, IntEnum) else value.value
        return findings.spell_out(str(name)).lower()
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(format_value, cast("Iterable[Any]", value))))
    return f"{value:.3g}"


def varied_input(
    scene: Scene, name: str, within: tuple[float, float] | None = None
) -> VariedInput:
    """Return what is to be varied, with the values it takes.

    Args:
        scene: Where it is looked for.
        name: A field of the encounter or of what is felt before, or a parameter of a
            model after the name of its class.
        within: The first and the last value, of a number.

    Raises:
        InvalidValueError: There is none of that name, or it has no such range.
    """
    names = name.split(".")
    home = _find_home(scene, names)
    if home is None:
        raise InvalidValueError(
            f"{name!r} cannot be varied: give a field of Encounter, such as 'worth'; "
            "of Felt, such as 'loss' or 'justice.distributive'; or a parameter of a "
            "model, such as 'Overcompensation.peak'"
        )
    is_model = not isinstance(home, str)
    current = (
        _read_path(home, names[1:]) if is_model else _read_path(scene, [home, *names])
    )
    if within is not None and not _has_range(current, within):
        raise InvalidValueError(
            f"within cannot be {within!r} for {name!r}: give the first and the last, "
            "and only where numbers are varied"
        )
    first, last = within or _RANGES.get(name, (0, 1))
    return VariedInput(name, *_values_to_try(current, first, last))


def _find_home(scene: Scene, names: list[str]) -> Any:
    """Return where a path leads: the part of the scene, a model, or None."""
    for part in ("encounter", "felt"):
        if _is_path_of(getattr(scene, part), names):
            return part
    model = _find_model(scene, names)
    return model if _is_path_of(model, names[1:]) else None


def _find_model(scene: Scene, names: list[str]) -> Any:
    """Return the model that is meant by its class, if there is one."""
    matches = [model for model in scene.models if type(model).__name__ == names[0]]
    return matches[0] if matches else None


def fields_of(value: Any) -> list[str]:
    """List the fields of a value; what is not made by attrs has none."""
    fields: Any = getattr(value, "__attrs_attrs__", ())
    return [field.name for field in fields]


def _is_path_of(owner: Any, names: Sequence[str]) -> bool:
    """Return whether a path of fields leads anywhere."""
    for name in names:
        if name not in fields_of(owner):
            return False
        owner = getattr(owner, name)
    return bool(names)


def _is_amount(value: object) -> bool:
    """Return whether a value can lie anywhere between two others."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool | Enum)
    return is_number or isinstance(value, Justice)


def _has_range(current: object, within: object) -> bool:
    """Return whether a value can be varied from the first to the last."""
    match within:
        case (int() | float() as first, int() | float() as last):
            return _is_amount(current) and first < last
        case _:
            return False


def _values_to_try(
    current: Any, first: float, last: float
) -> tuple[tuple[Any, ...], bool]:
    """Return the values that something of this kind takes, and if they are ordered."""
    # A bool is an int and an IntEnum too, so the narrower kinds are asked first.
    if isinstance(current, bool):
        return (False, True), False
    if isinstance(current, Enum):
        return tuple(type(current)), isinstance(current, int)
    if isinstance(current, frozenset):
        return tuple(frozenset({kind}) for kind in RemedyKind), False
    if not _is_amount(current):
        raise InvalidValueError(
            f"{current!r:.60} has no values to go through: vary a part of it, such as "
            "'kind.aspect'"
        )
    if isinstance(current, int):
        return tuple(range(int(first), int(last) + 1)), True
    step = (last - first) / (_CURVE_POINTS - 1)
    return tuple(first + step * index for index in range(_CURVE_POINTS)), True
