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
    "label",
    "models_of",
    "part_of",
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

_POINTS: Final = 201
_FEW: Final = 8
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

_WORDS: Final[Mapping[str, str]] = {
    "worth": "worth, as a share of the loss (1 makes whole)",
    "response_hours": "hours until the company answered",
    "resolution_hours": "hours until the case was settled",
    "contacts": "contacts it took",
    "rounds": "offers it took",
    "cycle": "cycle (1, and 1 more for every recovery that failed)",
    "kinds": "what was given",
    "justice": "justice, all three sides (0 to 1)",
}


def _is_model(given: object) -> TypeGuard[ReactionModel]:
    return callable(given)


def models_of(given: Models) -> tuple[ReactionModel, ...]:
    """Take one model, or several that speak one after the other.

    Raises:
        InvalidValueError: One is no model.
    """
    many: Any = (given,) if _is_model(given) else given
    if not isinstance(many, Iterable):
        raise InvalidValueError(
            f"{given!r:.60} is no reaction model: give one, or several in their order"
        )
    models = tuple(cast("Iterable[ReactionModel]", many))
    if not models or not all(map(callable, models)):
        raise InvalidValueError(
            "a reaction is drawn of models, functions of Encounter and Felt: give one, "
            "or several in their order"
        )
    return models


@attrs.frozen
class Scene:
    """Hold everything that a reaction depends on.

    Args:
        models: Who speaks, in this order.
        encounter: What happened.
        felt: What was felt before they speak.
    """

    models: tuple[ReactionModel, ...]
    encounter: Encounter
    felt: Felt

    def reaction(self) -> Felt:
        """Let the models speak."""
        return reduce(
            lambda felt, model: model(self.encounter, felt), self.models, self.felt
        )

    def put(self, name: str, value: Any) -> Scene:
        """Put a value in its place; see `varied_input`."""
        names = name.split(".")
        place = _place(self, names)
        if isinstance(place, str):
            return cast("Scene", _with(self, [place, *names], value))
        changed = _with(place, names[1:], value)
        models = tuple(changed if each is place else each for each in self.models)
        return attrs.evolve(self, models=models)


def part_of(felt: Felt, name: str) -> float:
    """Give one part of what is felt."""
    return float(_got(felt, name.split(".")))


def _got(held: Any, names: Sequence[str]) -> Any:
    return reduce(getattr, names, held)


def _with(held: Any, names: Sequence[str], value: Any) -> Any:
    """Put a value into the depth of frozen values."""
    first, *rest = names
    inner = getattr(held, first)
    if rest:
        value = _with(inner, rest, value)
    elif isinstance(inner, Justice):
        value = Justice(value, value, value)
    return attrs.evolve(held, **{first: value})


@attrs.frozen
class VariedInput:
    """Say what is varied.

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
        """Name it as one says it."""
        return findings.spoken(self.name.rpartition(".")[2])

    @property
    def title(self) -> str:
        """Name it beside an axis."""
        return _WORDS.get(self.name, self.words)

    @property
    def is_number(self) -> bool:
        """Tell whether its values stand where they belong on an axis."""
        return _is_amount(self.values[0])

    def label(self, place: int) -> str:
        """Name one of its values."""
        return label(self.values[place])

    def few(self, given: tuple[Any, ...] | None) -> VariedInput:
        """Keep what can be told apart as curves: of a scale, ends and middle."""
        last = len(self.values) - 1
        some = tuple(self.values[place] for place in (0, last // 2, last))
        values = given if given is not None else self.values if last < _FEW else some
        return attrs.evolve(self, values=values)


def label(value: Any) -> str:
    """Name a value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        name = value.name if isinstance(value, IntEnum) else value.value
        return findings.spoken(str(name)).lower()
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(label, cast("Iterable[Any]", value))))
    return f"{value:.3g}"


def varied_input(
    scene: Scene, name: str, within: tuple[float, float] | None = None
) -> VariedInput:
    """Find what is to be varied.

    Args:
        scene: Where it is looked for.
        name: A field of the encounter or of what is felt before, or a parameter of a
            model after the name of its class.
        within: The first and the last value, of a number.

    Raises:
        InvalidValueError: There is none of that name, or it has no such range.
    """
    names = name.split(".")
    place = _place(scene, names)
    if place is None:
        raise InvalidValueError(
            f"{name!r} cannot be varied: give a field of Encounter, such as 'worth'; "
            "of Felt, such as 'loss' or 'justice.distributive'; or a parameter of a "
            "model, such as 'Overcompensation.peak'"
        )
    is_model = not isinstance(place, str)
    now = _got(place, names[1:]) if is_model else _got(scene, [place, *names])
    if within is not None and not _has_range(now, within):
        raise InvalidValueError(
            f"within cannot be {within!r} for {name!r}: give the first and the last, "
            "and only where numbers are varied"
        )
    first, last = within or _RANGES.get(name, (0, 1))
    return VariedInput(name, *_values(now, first, last))


def _place(scene: Scene, names: list[str]) -> Any:
    """Find where a name leads: into what happened, what was felt, or a model."""
    for part in ("encounter", "felt"):
        if _leads(getattr(scene, part), names):
            return part
    model = _model(scene, names)
    return model if _leads(model, names[1:]) else None


def _model(scene: Scene, names: list[str]) -> Any:
    """Find the model that is meant by its class, if there is one."""
    found = [each for each in scene.models if type(each).__name__ == names[0]]
    return found[0] if found else None


def fields_of(value: Any) -> list[str]:
    """List the fields of a value; what is not made by attrs has none."""
    fields: Any = getattr(value, "__attrs_attrs__", ())
    return [field.name for field in fields]


def _leads(held: Any, names: Sequence[str]) -> bool:
    """Tell whether a path of fields leads anywhere."""
    for name in names:
        if name not in fields_of(held):
            return False
        held = getattr(held, name)
    return bool(names)


def _is_amount(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool | Enum)
    return is_number or isinstance(value, Justice)


def _has_range(now: object, within: object) -> bool:
    match within:
        case (int() | float() as first, int() | float() as last):
            return _is_amount(now) and first < last
        case _:
            return False


def _values(now: Any, first: float, last: float) -> tuple[tuple[Any, ...], bool]:
    """List the values that something of this sort takes, and whether it is a scale."""
    if isinstance(now, bool):
        return (False, True), False
    if isinstance(now, Enum):
        return tuple(type(now)), isinstance(now, int)
    if isinstance(now, frozenset):
        return tuple(frozenset({kind}) for kind in RemedyKind), False
    if not _is_amount(now):
        raise InvalidValueError(
            f"{now!r:.60} has no values to go through: vary a part of it, such as "
            "'kind.aspect'"
        )
    if isinstance(now, int):
        return tuple(range(int(first), int(last) + 1)), True
    step = (last - first) / (_POINTS - 1)
    return tuple(first + step * place for place in range(_POINTS)), True
