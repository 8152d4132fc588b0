"""The company under study: the engine that runs in production, and who works it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar, Final, Literal, TypeAlias, cast

import attrs

from .._domain import checks
from .._domain.hashing import content_hash, formerly
from .._domain.money import Money, check_money_not_negative_or_none
from .._domain.number_checks import check_number_from_0_up, check_share_from_0_to_1
from ..abuse.amounts import may_weigh_amounts
from ..authority import Authority
from ..engine import RecoveryEngine
from ..errors import InvalidValueError
from ..policy import CompensationPolicy
from ..policy.combinators import Combinator
from ..process import FIVE_STEPS
from .world.distribution import (
    Spread,
    check_spread_of_shares,
    convert_fields_from_numpy,
    default_of_one_certain_value,
    to_number_spread,
    to_tuple_if_iterable,
)
from .world.world import Population, World

__all__ = [
    "RESPONSE_HOURS_GRID",
    "ClaimMemory",
    "Company",
    "Delay",
    "Learning",
    "Team",
    "company_of",
]

RESPONSE_HOURS_GRID: Final = (0, 1, 4, 8, 12, 24, 36, 48, 72, 96, 120, 168, 336, 720)
"""Hours at which the clock of a case may stand when the company answers."""

_LONGEST: Final = 15  # months: two bits each, in half a word
_WIDEST: Final = 10  # of a logarithm: the longest delays are 10**16 times the median
_NOBODY: Final = ("company", "customer")


def _ascending(instance: Any, attribute: Any, value: Any) -> None:
    given: object = value
    hours: list[Any] = [*value] if isinstance(given, tuple) else []
    is_fine = hours[:1] == [0] and all(type(hour) is int for hour in hours)
    if not is_fine or any(a >= b for a, b in pairwise(hours)):
        mend = "give whole hours that rise, the first of them 0"
        checks.refuse(instance, attribute, value, mend)


def _sigma(instance: Any, attribute: Any, value: Any) -> None:
    check_number_from_0_up(instance, attribute, value)
    if value > _WIDEST:
        checks.refuse(instance, attribute, value, f"give {_WIDEST} at most")


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class Delay:
    """A response after a log-normally distributed delay, whoever is at work.

    Args:
        median: Half of the customers wait longer.
        sigma: Standard deviation of the logarithm, 10 at most; 0 for always the
            median.

    Units: hours.
    """

    median: float = attrs.field(default=24.0, validator=check_number_from_0_up)
    sigma: float = attrs.field(default=1.0, validator=_sigma)


def _some(instance: Any, attribute: Any, value: Any) -> None:
    check_number_from_0_up(instance, attribute, value)
    if not value:
        checks.refuse(instance, attribute, value, "give a number above 0")


def _exponential() -> Literal["exponential", "fixed"]:
    return "exponential"


def _firm() -> Literal["always", "never", "firm"]:
    return "firm"


def _one_of(*names: str) -> checks.Validator:
    def check(instance: Any, attribute: Any, value: Any) -> None:
        if value not in names:
            checks.refuse(instance, attribute, value, f"give {' or '.join(names)}")

    return check


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class Team:
    """A team of agents in each branch: first come, first served (M/M/c).

    Args:
        agents: How many work in each branch.
        handling: Mean time an agent spends on a claim.
        varies: How that time varies: exponentially, or not at all.
        aggression: Factor on that time where a customer is aggressive.
        personality: How well the agents get on with people, from 0 to 1, with
            weights; it stays as it is.
        skill: How well they are trained when the run begins, from 0 to 1.
        training: What each month of training adds to the skill.

    Units: minutes, around the clock.

    Source: hire for personality, train for skill: the one can be taught and the other
        cannot. Waiting follows Erlang's model of c servers.
    """

    agents: int = attrs.field(validator=checks.at_least(1))
    handling: float = attrs.field(validator=_some)
    varies: Literal["exponential", "fixed"] = attrs.field(
        factory=_exponential, validator=_one_of("exponential", "fixed")
    )
    aggression: float = attrs.field(default=1.5, validator=check_number_from_0_up)
    personality: Spread[float] = attrs.field(
        default=default_of_one_certain_value(0.5),
        converter=to_number_spread,
        validator=check_spread_of_shares,
    )
    skill: float = attrs.field(default=0.5, validator=check_share_from_0_to_1)
    training: float = attrs.field(default=0.0, validator=check_share_from_0_to_1)


def _months(instance: Any, attribute: Any, value: Any) -> None:
    checks.at_least(0)(instance, attribute, value)
    if value > _LONGEST:
        mend = f"give {_LONGEST} months at most"
        checks.refuse(instance, attribute, value, mend)


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class ClaimMemory:
    """What the company remembers of a customer's earlier claims.

    Args:
        months: How far back.
        dates: Whether with the month of each; else only their number is known, and
            they are shown as one a month, the last one a month ago.
        amounts: Whether with what was awarded; None for where a detector is asked
            that may weigh amounts. Runs are faster without.
        tenure: Whether it is known since when somebody is a customer, in whole years.
    """

    months: int = attrs.field(default=6, validator=_months)
    dates: bool = attrs.field(default=True, validator=checks.of_type(bool))
    amounts: bool | None = attrs.field(default=None, validator=checks.maybe(bool))
    tenure: bool = attrs.field(default=False, validator=checks.of_type(bool))
    __tag__: ClassVar[str] = "Records"  # stored hashes hold it


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class Learning:
    """Preventive measures, taken once a root cause was fed back often enough.

    Args:
        after: So many cases of one cause, fed back in a branch, lead to a measure.
        effect: Share of the failures of that cause that each measure prevents.
        most: How many measures a cause can be met with.

    Source: preventive measures lower the frequency of failures over time; what is not
        fed back happens again. The sizes are ours.
    """

    after: int = attrs.field(default=20, validator=checks.at_least(1))
    effect: float = attrs.field(default=0.3, validator=check_share_from_0_to_1)
    most: int = attrs.field(default=3, validator=checks.at_least(0))


def _hours(instance: Any, attribute: Any, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        checks.refuse(instance, attribute, value, "give whole hours from 0 up")


def _somebody(instance: Any, attribute: Any, value: Any) -> None:
    checks.text(instance, attribute, value)
    if value != value.strip() or value.casefold() in _NOBODY:
        mend = "name a person, with no blanks around"
        checks.refuse(instance, attribute, value, mend)


def _point(given: Fraction | int | str) -> Fraction:
    """Convert an exact price; what is none is refused where the field is known."""
    with suppress(InvalidValueError):
        return checks.exact(given)
    return cast("Fraction", given)


def _hours_of(given: Iterable[int]) -> tuple[int, ...]:
    """Sort hours."""
    return cast("tuple[int, ...]", to_tuple_if_iterable(given))


def _price(instance: Any, attribute: Any, value: Any) -> None:
    if not isinstance(value, Fraction) or value < 0:
        mend = (
            "give minor units, 0 or more, as an int, a Fraction or a text such as '1/2'"
        )
        checks.refuse(instance, attribute, value, mend)


Plugged: TypeAlias = RecoveryEngine | CompensationPolicy | Callable[..., Any]
"""An engine, or the policy of one that is usual in all else."""

_WAYS: Final = frozenset((e.trigger, e.source, e.target) for e in FIVE_STEPS.edges)


def _engine(given: Plugged) -> RecoveryEngine:
    if isinstance(given, RecoveryEngine):
        return given
    if callable(given):
        return RecoveryEngine(policy=given)
    raise InvalidValueError(
        f"Company.engine cannot be {given!r:.80}: give a RecoveryEngine, or a policy"
    )


def _goes_on(instance: Any, attribute: Any, value: RecoveryEngine) -> None:
    """Demand a process with all that a simulated case may go through."""
    process = value.process
    ways = {(e.trigger, e.source, e.target) for e in process.edges}
    if process.initial != FIVE_STEPS.initial or not ways >= _WAYS:
        raise InvalidValueError(
            f"Company.engine runs the process {process.name!r}, and simulated cases go "
            "through the five steps: give an engine with those, or with more than those"
        )


def _usual_name(company: Company) -> str:
    policy: Any = company.engine.policy
    name = getattr(policy, "name", None) or getattr(policy, "__qualname__", None)
    if isinstance(policy, Combinator):
        return policy.maker.replace("_", "")
    return str(name or type(policy).__qualname__)


@attrs.frozen(kw_only=True, field_transformer=convert_fields_from_numpy)
class Company:
    """How a company recovers: its engine, its people and its habits.

    Args:
        engine: What runs in production: policy, attribution, liability, abuse
            detector, authority and process are asked as they are there. A mere policy
            is put into an engine that is usual in all else.
        name: What it is called in tables and pictures.
        agent: Who makes offers.
        approver: Who is asked where the agent may not.
        response: How long customers wait: a `Delay`, or a `Team` with a queue.
        apology_owns: When the apology owns responsibility: ``"always"``,
            ``"never"``, or ``"firm"`` where the cause lies with the firm.
        rounds: How many offers are made before an impasse is conceded.
        decision_hours: Hours a customer thinks about an offer.
        approval_hours: Hours it takes to ask the approver.
        records: What is remembered of earlier claims.
        learning: Whether lessons lead to preventive measures.
        budget: What a branch may give in a month beyond what the law grants.
        acquisition_cost: What it costs to win a customer.
        point_cost: What a loyalty point costs.
        response_hours_grid: Hours at which the clock of a case may stand. Add those at
            which your policy draws a line.

    Raises:
        InvalidValueError: A part cannot be.
    """

    engine: RecoveryEngine = attrs.field(converter=_engine, validator=_goes_on)
    name: str = attrs.field(
        default=attrs.Factory(_usual_name, takes_self=True), validator=checks.text
    )
    agent: str = attrs.field(default="agent", validator=_somebody)
    approver: str = attrs.field(default="lead", validator=_somebody)
    response: Delay | Team = attrs.field(
        factory=Delay,
        validator=checks.of_type(Delay, Team),
        metadata=formerly("answers"),
    )
    apology_owns: Literal["always", "never", "firm"] = attrs.field(
        factory=_firm,
        validator=_one_of("always", "never", "firm"),
        metadata=formerly("owns"),
    )
    rounds: int = attrs.field(default=2, validator=checks.at_least(1))
    decision_hours: int = attrs.field(
        default=0, validator=_hours, metadata=formerly("thinks")
    )
    approval_hours: int = attrs.field(
        default=24, validator=_hours, metadata=formerly("asks")
    )
    records: ClaimMemory = attrs.field(
        factory=ClaimMemory, validator=checks.of_type(ClaimMemory)
    )
    learning: Learning | None = attrs.field(
        default=None, validator=checks.maybe(Learning)
    )
    budget: Money | None = attrs.field(
        default=None, validator=check_money_not_negative_or_none
    )
    acquisition_cost: Money | None = attrs.field(
        default=None,
        validator=check_money_not_negative_or_none,
        metadata=formerly("acquisition"),
    )
    point_cost: Fraction = attrs.field(
        default=Fraction(1),
        converter=_point,
        validator=_price,
        metadata=formerly("point"),
    )
    response_hours_grid: tuple[int, ...] = attrs.field(
        default=RESPONSE_HOURS_GRID,
        converter=_hours_of,
        validator=_ascending,
        metadata=formerly("ladder"),
    )

    def __attrs_post_init__(self) -> None:
        """Refuse an approver who would approve what he asked for himself."""
        if self.agent.casefold() == self.approver.casefold():
            raise InvalidValueError(
                f"agent and approver are both {self.approver!r}: give two people, for "
                "nobody approves what he asks for"
            )
        authority = self.engine.authority
        if isinstance(authority, Authority) and authority.roles:
            people = [person for person, _ in authority.roles]
            if self.agent not in people and self.approver not in people:
                raise InvalidValueError(
                    f"neither {self.agent!r} nor {self.approver!r} has a role in the "
                    f"engine's authority, so nothing could ever be given: name two of "
                    f"{', '.join(people)} as Company(agent=..., approver=...)"
                )

    @property
    def keeps_amounts(self) -> bool:
        """Whether it is on record what was awarded for earlier claims."""
        amounts = self.records.amounts
        return may_weigh_amounts(self.engine.abuse) if amounts is None else amounts

    @property
    def hash(self) -> str:
        """Name the company by its content; the engine by what it was set up with."""
        engine = self.engine
        plugs = (
            engine.policy_hash,
            engine.process.hash,
            engine.attribution,
            engine.liability,
            engine.abuse,
            engine.authority,
            engine.offer_valid_for,
            engine.on_hook_error,
        )
        habits = [
            getattr(self, field.name)
            for field in attrs.fields(Company)
            if field.name != "engine"
        ]
        return content_hash((plugs, habits))


Recoverer: TypeAlias = Company | Plugged
"""A company, or the engine or the policy of one that is usual in all else."""


def company_of(given: Recoverer) -> Company:
    """Return a company from a company, an engine, or a mere policy.

    Raises:
        InvalidValueError: It is none of them.
    """
    asked: object = given
    if isinstance(asked, World | Population):
        raise InvalidValueError(
            f"no company can be made of a {type(asked).__name__}: give the company, an "
            "engine or a policy first, and the World behind it"
        )
    if isinstance(given, Company):
        return given
    if isinstance(given, RecoveryEngine) or callable(given):
        return Company(engine=given)
    raise InvalidValueError(
        f"no company can be made of {given!r:.80}: give a policy, a RecoveryEngine or "
        "a Company"
    )
