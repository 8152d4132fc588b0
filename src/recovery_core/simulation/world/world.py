"""The world a company works in: customers, failures, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import fsum, inf
from typing import Any, Final, cast

import attrs

from ..._domain import checks
from ..._domain.failure import Severity
from ..._domain.hashing import formerly
from ..._domain.money import Money
from ...errors import InvalidValueError
from ..reactions import ReactionModel, Temptation, default_models
from ..reactions.parameters import severity_from_name
from .distribution import (
    Spread,
    as_pairs,
    as_tuple,
    certain,
    chance,
    every,
    is_number,
    is_weighted,
    level,
    months_of,
    numbers_of,
    parts,
    plain,
    plainly,
    several,
    spread_of,
)
from .failures import FailureMode
from .mind import Gossip, Loyalty, Memory, Persistence

__all__ = ["FailureMode", "Population", "Tier", "World"]


def _usual_sales(tier: Tier) -> Any:
    # What the price and the encounters cannot be is refused once all is set.
    price: object = tier.price
    is_fine = isinstance(price, Money) and type(tier.encounters) is int
    return tier.price * (12 * tier.encounters) if is_fine else price


def _usual_margin(tier: Tier) -> Any:
    sales: object = tier.annual_sales
    if not isinstance(sales, Money):
        return sales
    return Money.from_minor(sales.minor // 4, sales.currency)


def _price(instance: Any, attribute: Any, value: Any) -> None:
    if not isinstance(value, Money) or value.minor < 0:
        checks.refuse(instance, attribute, value, "give Money of 0 or more")


def _in_its_currency(tier: Tier, attribute: Any, value: Any) -> None:
    checks.of_type(Money)(tier, attribute, value)
    if value.currency != tier.price.currency:
        mend = f"give Money in {tier.price.currency}, as the price"
        checks.refuse(tier, attribute, value, mend)


@attrs.frozen(kw_only=True, field_transformer=plainly)
class Tier:
    """The customers of one tier.

    Args:
        name: As the policies know it.
        share: How many of the customers, as a weight.
        price: What one encounter costs the customer.
        annual_sales: What such a customer spends in a year; twelve times the price
            for each encounter unless given.
        annual_margin: What of it is left to the company; a quarter unless given.
        encounters: How often a month the service is used.

    Units: money in one currency all over a world; encounters a month.
    """

    name: str = attrs.field(validator=checks.text)
    share: float = attrs.field(default=1.0, validator=level)
    price: Money = attrs.field(validator=_price)
    encounters: int = attrs.field(default=1, validator=checks.at_least(1))
    annual_sales: Money = attrs.field(
        default=attrs.Factory(_usual_sales, takes_self=True),
        validator=_in_its_currency,
    )
    annual_margin: Money = attrs.field(
        default=attrs.Factory(_usual_margin, takes_self=True),
        validator=_in_its_currency,
    )


_LONGEST: Final = 12_000  # months; the rows of customers hold a little more
_COMPLAIN: Final = {
    Severity.MINOR: 0.35,
    Severity.MODERATE: 0.55,
    Severity.MAJOR: 0.75,
    Severity.CRITICAL: 0.9,
}


_SEVERITIES: Final = sorted(Severity, key=repr)


def _usual_complaints() -> Any:
    return _COMPLAIN


def _complains(
    given: float | Mapping[Any, float] | tuple[tuple[Severity, float], ...],
) -> tuple[tuple[Severity, float], ...]:
    """Convert the chance of a complaint: one for all, or by severity."""
    if isinstance(given, Mapping):
        return tuple((severity_from_name(each), c) for each, c in as_pairs(given))
    if is_number(plain(given), 1):
        return tuple((severity, plain(given)) for severity in Severity)
    return cast("tuple[tuple[Severity, float], ...]", given)


def _complaints(instance: Any, attribute: Any, value: Any) -> None:
    given: object = value
    pairs: list[Any] = [*value] if isinstance(given, tuple) else []
    are_weighted = all(map(is_weighted, pairs))
    known = [pair[0] for pair in pairs if are_weighted and pair[1] <= 1]
    if len(known) == len(pairs) and sorted(known, key=repr) == _SEVERITIES:
        return
    mend = "give a chance from 0 to 1 for each Severity, or one for all"
    spoken = [pair[0] for pair in pairs] if are_weighted else list(Severity)
    missing = [each.name.lower() for each in Severity if each not in spoken]
    if pairs and missing:
        mend = f"it says nothing of {', '.join(missing)}; {mend}"
    checks.refuse(instance, attribute, value, mend)


_factors: Final = every(lambda v: is_number(v, inf), "give factors from 0 up")
_whole_months: Final = every(
    lambda v: type(v) is int and abs(v) <= _LONGEST,
    f"give whole months, {_LONGEST} at most",
)


def _tiers(given: Tier | Iterable[Tier]) -> tuple[Tier, ...]:
    """Return one tier or several as a tuple."""
    return cast("tuple[Tier, ...]", several(Tier, given))


def _one_currency(instance: Any, attribute: Any, value: Any) -> None:
    checks.tuple_of(Tier)(instance, attribute, value)
    if len({tier.price.currency for tier in value}) != 1:
        checks.refuse(instance, attribute, value, "give tiers, all in one currency")
    if not sum(tier.share for tier in value) > 0:
        checks.refuse(instance, attribute, value, "give a tier with a share above 0")
    if len({tier.name for tier in value}) < len(value):
        checks.refuse(instance, attribute, value, "give every tier another name")


def _usual_tenure() -> Any:
    return spread_of({6: 30, 24: 40, 72: 30})


@attrs.frozen(kw_only=True, field_transformer=plainly)
class Population:
    """The customers of a world: tiers, temper and expectations.

    Args:
        tiers: The tiers, each with its share.
        complains: Chance that a failure of each severity is complained about, by
            `Severity` or its name; or one chance for all.
        voice: How readily customers speak up: factors on that chance, with weights.
        expectation: What customers expect of a recovery, from 0 to 1, with weights;
            1/2 is usual.
        tenure: Months the relationship has lasted when the run begins, with weights;
            one who joins in the third month has -3.
        tempted: Share of those who may claim falsely once they feel wronged.
        opportunists: Share of those who work the system.
        insatiable: Share of those who are never satisfied.
        aggressive: Share of those who turn on the staff.
        blames_firm: Chance that a customer lays to the firm what others caused.

    Source: morality and Machiavellianism set who is tempted (Wirtz & Kum 2004); that
        customers perceive blame otherwise than it was found is attribution theory
        (Folkes 1984). The shares are for you to calibrate.
    """

    tiers: tuple[Tier, ...] = attrs.field(converter=_tiers, validator=_one_currency)
    complains: tuple[tuple[Severity, float], ...] = attrs.field(
        factory=_usual_complaints, converter=_complains, validator=_complaints
    )
    voice: Spread[float] = attrs.field(
        default=certain(1.0), converter=numbers_of, validator=_factors
    )
    expectation: Spread[float] = attrs.field(
        default=certain(0.5), converter=numbers_of, validator=parts
    )
    tenure: Spread[int] = attrs.field(
        factory=_usual_tenure, converter=months_of, validator=_whole_months
    )
    tempted: float = attrs.field(default=0.0, validator=chance)
    opportunists: float = attrs.field(default=0.0, validator=chance)
    insatiable: float = attrs.field(default=0.0, validator=chance)
    aggressive: float = attrs.field(default=0.0, validator=chance)
    blames_firm: float = attrs.field(default=0.0, validator=chance)

    def __attrs_post_init__(self) -> None:
        """Refuse shares of more than all."""
        if self.tempted + self.opportunists > 1:
            raise InvalidValueError(
                f"{self.tempted:g} tempted and {self.opportunists:g} opportunists are "
                "more than everybody: give shares that sum to 1 at most"
            )

    @property
    def currency(self) -> str:
        """Name the currency of all money in this world."""
        return self.tiers[0].price.currency


def _modes(given: FailureMode | Iterable[FailureMode]) -> tuple[FailureMode, ...]:
    """Return one way to fail or several as a tuple."""
    return cast("tuple[FailureMode, ...]", several(FailureMode, given))


def _models_of(given: Iterable[ReactionModel]) -> tuple[ReactionModel, ...]:
    """Return models as a tuple, in their order."""
    return cast("tuple[ReactionModel, ...]", as_tuple(given))


def _pair_of(given: Iterable[float]) -> tuple[float, float]:
    """Return two chances as a pair."""
    return cast("tuple[float, float]", as_tuple(given))


def _some_modes(instance: Any, attribute: Any, value: Any) -> None:
    checks.tuple_of(FailureMode)(instance, attribute, value)
    if not value:
        checks.refuse(instance, attribute, value, "give at least one FailureMode")


def _models(instance: Any, attribute: Any, value: Any) -> None:
    given: object = value
    members: list[Any] = [*value] if isinstance(given, tuple) else [None]
    if not all(map(callable, members)):
        mend = (
            "give a list of models from recovery_core.simulation.reactions, such as "
            "default_models(), or of functions like them"
        )
        checks.refuse(instance, attribute, value, mend)
    for member in members:
        checks.function(instance, attribute, member)


def _two(instance: Any, attribute: Any, value: Any) -> None:
    match value:
        case (_, _):
            chance(instance, attribute, value[0])
            chance(instance, attribute, value[1])
        case _:
            mend = "give two chances, for genuine claims and for false ones"
            checks.refuse(instance, attribute, value, mend)


@attrs.frozen(kw_only=True, field_transformer=plainly)
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
        converter=_modes, validator=_some_modes
    )
    reactions: tuple[ReactionModel, ...] = attrs.field(
        factory=default_models, converter=_models_of, validator=_models
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
        converter=_pair_of,
        validator=_two,
        metadata=formerly("proof"),
    )
    confirmation_rate: float = attrs.field(
        default=0.0, validator=chance, metadata=formerly("confirmed")
    )
    satisfaction_noise: float = attrs.field(
        default=0.0, validator=level, metadata=formerly("noise")
    )
    quick_hours: float = attrs.field(
        default=24.0, validator=level, metadata=formerly("quick")
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
