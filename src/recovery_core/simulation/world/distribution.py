"""Discrete distributions, and the converters and checks of fields that hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Generic, SupportsIndex, TypeGuard, TypeVar, cast

import attrs

from ..._domain import checks
from ..._domain.number_checks import is_number_from_0_up

__all__ = [
    "Spread",
    "build_spread",
    "check_spread_of_shares",
    "convert_fields_from_numpy",
    "default_of_one_certain_value",
    "from_numpy",
    "is_number_from_0_to",
    "is_pair_with_weight",
    "spread_values_checker",
    "to_month_spread",
    "to_number_spread",
    "to_pairs_if_mapping",
    "to_spread",
    "to_tuple_if_iterable",
    "to_tuple_of_one_or_several",
]

_T = TypeVar("_T")


def from_numpy(value: Any) -> Any:
    """Convert a number of NumPy, or of what is like it; all else stays as it is."""
    # Asked by shape rather than by class: the world does not import NumPy, and other
    # libraries of arrays have such numbers as well.
    return value.item() if getattr(value, "shape", None) == () else value


def convert_fields_from_numpy(
    _attrs_class: type, fields: list[attrs.Attribute[Any]]
) -> list[attrs.Attribute[Any]]:
    """Return fields that convert numbers of NumPy, but for those with a converter.

    It is for ``attrs.define(field_transformer=...)``, which calls it with all fields.
    """
    return [
        field
        if field.converter
        else field.evolve(converter=_numpy_converter(field.type))
        for field in cast("list[Any]", fields)
    ]


def _numpy_converter(field_type: Any) -> Callable[[Any], Any]:
    """Build `from_numpy` for a field, so that the parameter shows the field's type."""

    def convert(value: Any) -> Any:
        return from_numpy(value)

    # attrs writes the converter's annotation into the signature of `__init__`.
    convert.__annotations__ = {"value": field_type, "return": field_type}
    return convert


def to_tuple_if_iterable(values: Any) -> Any:
    """Convert several things to a tuple, without NumPy; a text or mapping stays."""
    held: object = values
    is_several = isinstance(held, Iterable) and not isinstance(held, str | Mapping)
    return tuple(map(from_numpy, values)) if is_several else values


def to_tuple_of_one_or_several(member_class: type, members: Any) -> Any:
    """Convert one member, or several, to a tuple; what is neither stays."""
    if isinstance(members, member_class):
        return (members,)
    return to_tuple_if_iterable(members)


def to_pairs_if_mapping(weights: Any) -> Any:
    """Convert a mapping to a tuple of pairs, without NumPy; all else stays."""
    if isinstance(weights, Mapping):
        items = cast("Any", weights).items()
        return tuple((from_numpy(key), from_numpy(value)) for key, value in items)
    return weights


# What is handed over is checked by the fields' validators, which know the field's name
# and so can say the mend. So each of these passes whatever else it gets; the types are
# what a caller is told.


def _to_weight_pairs(
    weights: Mapping[Any, float] | Iterable[tuple[Any, float]],
) -> tuple[tuple[Any, float], ...]:
    return cast("tuple[tuple[Any, float], ...]", to_pairs_if_mapping(weights))


def to_number_spread(
    value_or_weights: float | Mapping[float, float] | Spread[float],
) -> Spread[float]:
    """Convert one certain number, or a weight by number, to a spread."""
    return to_spread(value_or_weights)


def to_month_spread(
    value_or_weights: SupportsIndex | Mapping[Any, float] | Spread[int],
) -> Spread[int]:
    """Convert one certain number of months, or a weight by months, to a spread."""
    return to_spread(value_or_weights)


def is_pair_with_weight(pair: object) -> TypeGuard[tuple[Any, float]]:
    """Return whether something is a pair of a value and a weight from 0 up."""
    candidate: Any = pair
    match candidate:
        case (_, weight):
            return is_number_from_0_up(weight)
        case _:
            return False


def _check_weight_pairs(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse anything but pairs of a value and its weight, not all weights 0."""
    pairs = value if checks.is_tuple(value) else ()
    weights = [pair[1] for pair in pairs if is_pair_with_weight(pair)]
    if len(weights) < len(pairs) or not sum(weights) > 0:
        mend = 'give the weight of each value, such as {"a": 3, "b": 1}'
        checks.refuse(instance, attribute, value, mend)


@attrs.frozen
class Spread(Generic[_T]):
    """A discrete distribution: chance spread over a few values.

    Args:
        weights: The weight of each value, from 0 up, as a mapping; they need not sum
            to one.

    Raises:
        InvalidValueError: There is no value, or a weight is no number from 0 up.

    Example:
        >>> Spread({30: 3, 90: 1}).shares
        (0.75, 0.25)
    """

    weights: tuple[tuple[_T, float], ...] = attrs.field(
        converter=_to_weight_pairs, validator=_check_weight_pairs
    )

    @property
    def values(self) -> tuple[_T, ...]:
        """The values, in the order they were given."""
        return tuple(value for value, _ in self.weights)

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of each value; they sum to one."""
        total = sum(weight for _, weight in self.weights)
        return tuple(weight / total for _, weight in self.weights)


def _is_spread(value: object) -> TypeGuard[Spread[Any]]:
    return isinstance(value, Spread)


def to_spread(spread_weights_or_value: Any) -> Spread[Any]:
    """Convert a mapping of weights, or one certain value, to a spread."""
    if _is_spread(spread_weights_or_value):
        return spread_weights_or_value
    if isinstance(spread_weights_or_value, Mapping):
        return build_spread(to_pairs_if_mapping(spread_weights_or_value))
    return build_spread(((from_numpy(spread_weights_or_value), 1),))


# Outside of generic code `Spread(...)` would ask a type checker for the sort of values;
# where it is known from nothing but the field, these two leave it open.
def build_spread(weights: Any) -> Spread[Any]:
    """Build a spread from pairs or a mapping, whatever sort its values are of."""
    return Spread(weights)


def default_of_one_certain_value(value: object) -> Any:
    """Return an attrs default: a spread with one value, which is certain."""
    return attrs.Factory(lambda: build_spread(((value, 1.0),)))


def spread_values_checker(
    is_allowed: Callable[[Any], bool], mend: str
) -> checks.Validator:
    """Return a validator for a spread of which every value is allowed."""

    def check_spread_values(
        instance: object, attribute: checks.FieldOfClass, value: Any
    ) -> None:
        if not all(map(is_allowed, value.values)):
            checks.refuse(instance, attribute, value, mend)

    return check_spread_values


def is_number_from_0_to(most: float, value: object) -> TypeGuard[float]:
    """Return whether something is a finite number from 0 to a bound."""
    return is_number_from_0_up(value) and value <= most


check_spread_of_shares: Final = spread_values_checker(
    lambda value: is_number_from_0_to(1, value), "give numbers from 0 to 1"
)
"""Refuse a spread over anything but numbers from 0 to 1."""
