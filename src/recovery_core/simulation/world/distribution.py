"""Chances and levels, and chance spread over a few values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any, Final, Generic, SupportsIndex, TypeGuard, TypeVar, cast

import attrs

from ..._domain import checks

__all__ = [
    "Spread",
    "as_pairs",
    "as_spread",
    "as_tuple",
    "certain",
    "chance",
    "every",
    "is_number",
    "is_weighted",
    "level",
    "months_of",
    "numbers_of",
    "parts",
    "plain",
    "plainly",
    "several",
    "spread_of",
    "weights_of",
]

_T = TypeVar("_T")


def chance(instance: Any, attribute: Any, value: Any) -> None:
    """Check that a field is a chance or a share from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        checks.refuse(instance, attribute, value, "give a number from 0 to 1")
    if not 0 <= value <= 1:
        checks.refuse(instance, attribute, value, "give a number from 0 to 1")


def level(instance: Any, attribute: Any, value: Any) -> None:
    """Check that a field is a number from 0 up."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        checks.refuse(instance, attribute, value, "give a number from 0 up")
    if not 0 <= value < inf:
        checks.refuse(instance, attribute, value, "give a number from 0 up")


def plain(given: Any) -> Any:
    """Convert a number of NumPy, or of what is like it; all else stays as it is."""
    return given.item() if getattr(given, "shape", None) == () else given


def plainly(_: type, fields: list[Any]) -> list[Any]:
    """Convert all numbers of a class from NumPy; attrs asks it for the fields."""
    return [f if f.converter else f.evolve(converter=_taking(f.type)) for f in fields]


def _taking(kind: Any) -> Callable[[Any], Any]:
    """Build `plain` for a field, so that the parameter shows the field's type."""

    def take(given: Any) -> Any:
        return plain(given)

    take.__annotations__ = {"given": kind, "return": kind}
    return take


def as_tuple(given: Any) -> Any:
    """Return several things as a tuple; a text is one thing."""
    some: object = given
    is_many = isinstance(some, Iterable) and not isinstance(some, str | Mapping)
    return tuple(map(plain, given)) if is_many else given


def several(kind: type, given: Any) -> Any:
    """Return several things of a sort as a tuple, or one alone."""
    return (given,) if isinstance(given, kind) else as_tuple(given)


def as_pairs(given: Any) -> Any:
    """Return a mapping as pairs."""
    if isinstance(given, Mapping):
        pairs = cast("Any", given).items()
        return tuple((plain(one), plain(other)) for one, other in pairs)
    return given


# What is handed over is checked by the fields' validators, so each of these passes
# whatever else it gets; the types are what a caller is told.


def weights_of(
    given: Mapping[Any, float] | Iterable[tuple[Any, float]],
) -> tuple[tuple[Any, float], ...]:
    """Return the weight of each value, from a mapping or pairs."""
    return cast("tuple[tuple[Any, float], ...]", as_pairs(given))


def numbers_of(
    given: float | Mapping[float, float] | Spread[float],
) -> Spread[float]:
    """Return the weights of numbers, or of one that is certain."""
    return as_spread(given)


def months_of(given: SupportsIndex | Mapping[Any, float] | Spread[int]) -> Spread[int]:
    """Return the weights of whole numbers, or of one that is certain."""
    return as_spread(given)


def is_weighted(pair: Any) -> bool:
    """Return whether something is a pair of a value and its weight."""
    match pair:
        case (_, int() | float() as weight) if not isinstance(weight, bool):
            return 0 <= weight < inf
        case _:
            return False


def _weights(instance: Any, attribute: Any, value: Any) -> None:
    given: object = value
    pairs: list[Any] = [*value] if isinstance(given, tuple) else []
    if not all(map(is_weighted, pairs)) or not sum(pair[1] for pair in pairs) > 0:
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
        converter=weights_of, validator=_weights
    )

    @property
    def values(self) -> tuple[_T, ...]:
        """List the values, in the order they were given."""
        return tuple(value for value, _ in self.weights)

    @property
    def shares(self) -> tuple[float, ...]:
        """List the share of each value; they sum to one."""
        total = sum(weight for _, weight in self.weights)
        return tuple(weight / total for _, weight in self.weights)


def _is_spread(given: object) -> TypeGuard[Spread[Any]]:
    return isinstance(given, Spread)


def as_spread(given: Any) -> Spread[Any]:
    """Return a spread from a as_spread, a mapping of weights, or one certain value."""
    if _is_spread(given):
        return given
    is_several = isinstance(given, Mapping)
    return spread_of(as_pairs(given) if is_several else ((plain(given), 1),))


def spread_of(weights: Any) -> Spread[Any]:
    """Spread chance over pairs of whatever sort."""
    return Spread(weights)


def certain(value: object) -> Any:
    """Make a default of one value that is certain."""
    return attrs.Factory(lambda: spread_of(((value, 1.0),)))


def every(test: Callable[[Any], bool], mend: str) -> checks.Validator:
    """Demand a spread over values that pass a test."""

    def check(instance: Any, attribute: Any, value: Any) -> None:
        if not all(map(test, value.values)):
            checks.refuse(instance, attribute, value, mend)

    return check


def is_number(value: Any, most: float) -> bool:
    """Return whether something is a number from 0 to a bound."""
    return is_weighted((None, value)) and value <= most


parts: Final = every(lambda v: is_number(v, 1), "give numbers from 0 to 1")
"""Demand a spread over numbers from 0 to 1."""
