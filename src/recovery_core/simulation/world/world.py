"""The world a company works in: customers, failures, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import fsum
from typing import Any, cast

import attrs

from ..._domain import checks
from ..._domain.hashing import formerly
from ..._domain.number_checks import check_number_from_0_up, check_share_from_0_to_1
from ...errors import InvalidValueError
from ..reactions import ReactionModel, Temptation, default_models
from .distribution import (
    convert_fields_from_numpy,
    to_tuple_if_iterable,
    to_tuple_of_one_or_several,
)
from .failures import FailureMode
from .mind import Gossip, Loyalty, Memory, Persistence
from .population import Population, Tier

__all__ = ["FailureMode", "Population", "Tier", "World"]


def _to_mode_tuple(
    mode_or_modes: FailureMode | Iterable[FailureMode],
) -> tuple[FailureMode, ...]:
    """Convert one failure mode or several to a tuple."""
    modes = to_tuple_of_one_or_several(FailureMode, mode_or_modes)
    return cast("tuple[FailureMode, ...]", modes)


def _to_model_tuple(models: Iterable[ReactionModel]) -> tuple[ReactionModel, ...]:
    """Convert models to a tuple, in their order."""
    return cast("tuple[ReactionModel, ...]", to_tuple_if_iterable(models))


def _to_pair_of_chances(chances: Iterable[float]) -> tuple[float, float]:
    """Convert two chances to a pair; more or fewer are for the validator to refuse."""
    return cast("tuple[float, float]", to_tuple_if_iterable(chances))


def _check_at_least_one_mode(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse anything but a tuple of failure modes that is not empty."""
    checks.tuple_of(FailureMode)(instance, attribute, value)
    if not value:
        checks.refuse(instance, attribute, value, "give at least one FailureMode")


def _check_reaction_functions(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse anything but a tuple of functions; a class could only be built."""
    members = value if checks.is_tuple(value) else (None,)
    if not all(map(callable, members)):
        mend = (
            "give a list of models from recovery_core.simulation.reactions, such as "
            "default_models(), or of functions like them"
        )
        checks.refuse(instance, attribute, value, mend)
    for member in members:
        checks.function(instance, attribute, member)


def _check_pair_of_chances(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse anything but two chances, each from 0 to 1."""
    chances: Any = value
    match chances:
        case (genuine, false):
            check_share_from_0_to_1(instance, attribute, genuine)
            check_share_from_0_to_1(instance, attribute, false)
        case _:
            mend = "give two chances, for genuine claims and for false ones"
            checks.refuse(instance, attribute, value, mend)


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class World:
    """Everything that is not for the company to choose.

    Args:
        population: The customers.
        modes: The ways in which the service fails.
        reactions: What customers feel about it, model after model.
        memory: How satisfaction is remembered.
        loyalty: Who leaves.
        gossip: Who hears of it.
        persistence: Who contests an offer, and who comes back.
        temptation: Who claims falsely.
        proof_rates: Chance that a genuine claim comes with proof, and that a false one
            does.
        confirmation_rate: Chance that a genuine claim is found to be real, and goes on
            record as such.
        satisfaction_noise: Standard deviation of what is felt beyond all this.
        quick_hours: Hours within which a resolved case counts as resolved quickly.
        branch_size: How many customers share a branch: its team, its budget, its
            lessons and its gossip. Nothing crosses from one branch to another.
        start_date: The day on which every claim is made: it picks the version of a
            dated policy. What lies between claims is kept.

    Raises:
        InvalidValueError: A part cannot be.
    """

    population: Population = attrs.field(validator=checks.of_type(Population))
    modes: tuple[FailureMode, ...] = attrs.field(
        converter=_to_mode_tuple, validator=_check_at_least_one_mode
    )
    reactions: tuple[ReactionModel, ...] = attrs.field(
        factory=default_models,
        converter=_to_model_tuple,
        validator=_check_reaction_functions,
    )
    memory: Memory = attrs.field(factory=Memory, validator=checks.of_type(Memory))
    loyalty: Loyalty = attrs.field(factory=Loyalty, validator=checks.of_type(Loyalty))
    gossip: Gossip = attrs.field(factory=Gossip, validator=checks.of_type(Gossip))
    persistence: Persistence = attrs.field(
        factory=Persistence, validator=checks.of_type(Persistence)
    )
    temptation: Temptation = attrs.field(
        factory=Temptation, validator=checks.of_type(Temptation)
    )
    proof_rates: tuple[float, float] = attrs.field(
        default=(1.0, 0.0),
        converter=_to_pair_of_chances,
        validator=_check_pair_of_chances,
        metadata=formerly("proof"),
    )
    confirmation_rate: float = attrs.field(
        default=0.0, validator=check_share_from_0_to_1, metadata=formerly("confirmed")
    )
    satisfaction_noise: float = attrs.field(
        default=0.0, validator=check_number_from_0_up, metadata=formerly("noise")
    )
    quick_hours: float = attrs.field(
        default=24.0, validator=check_number_from_0_up, metadata=formerly("quick")
    )
    branch_size: int = attrs.field(
        default=1_000, validator=checks.at_least(1), metadata=formerly("branch")
    )
    start_date: date = attrs.field(
        default=date(2026, 1, 5), validator=checks.day, metadata=formerly("on")
    )

    def __attrs_post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        total = fsum(mode.rate for mode in self.modes)
        if total > 1:
            raise InvalidValueError(
                f"the rates of all failure modes come to {total:g}: give rates that "
                "sum to 1 at most"
            )

    @property
    def risks(self) -> tuple[tuple[int, int], ...]:
        """List every cause of every failure mode: the place of the mode, and its own.

        A risk is numbered by where it stands here.
        """
        return tuple(
            (number, cause)
            for number, mode in enumerate(self.modes)
            for cause in range(len(mode.causes))
        )

    def without_failures(self) -> World:
        """Return the same world, in which nothing ever fails."""
        modes = tuple(attrs.evolve(mode, rate=0.0) for mode in self.modes)
        return attrs.evolve(self, modes=modes)
