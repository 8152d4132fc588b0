"""One customer under the glass: the cases, as the production engine wrote them."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ..._domain.case import Case
from ...errors import InvalidValueError
from ..company import Company, Recoverer, company_of
from ..engine.chances import Chances
from ..engine.draws import Draws
from ..engine.reference import Reference
from ..engine.reference_state import Episode
from ..engine.scale import ONE
from ..world.world import World
from .arguments import (
    check_customers,
    check_months,
    check_seed,
    check_whole_number,
    world_or_shop,
)
from .run import MONTHS

__all__ = ["Trace", "trace"]


@attrs.frozen(repr=False)
class Trace:
    """What happened to one customer of a run.

    Args:
        company: Whose recovery.
        world: Whose failures.
        customer: The number of the customer.
        tier: The customer's tier.
        months: How many months the customer was there.
        stays: Whether the customer is there in the end.
        satisfaction: Cumulative satisfaction at the end of each of those months.
        episodes: What happened, in order.

    Units: satisfaction from 0 to 1.
    """

    company: Company
    world: World
    customer: int
    tier: str
    months: int
    stays: bool
    satisfaction: tuple[float, ...]
    episodes: tuple[Episode, ...]

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases: values of the production engine, to be explained or stored."""
        return tuple(e.case for e in self.episodes if e.case is not None)

    def explain(self) -> str:
        """Return it in plain lines, case by case."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        ending = "is still there" if self.stays else "has left"
        yield (
            f"customer {self.customer}, {self.tier}: {ending} after "
            f"{self.months} months"
        )
        for episode in self.episodes:
            yield self._line(episode)
            if episode.case is not None:
                yield "\n".join(f"    {x}" for x in episode.case.explain().splitlines())

    def _line(self, episode: Episode) -> str:
        mode, _ = self.world.risks[episode.risk]
        what = self.world.modes[mode].what
        kind = "" if episode.is_genuine else "made up: "
        return (
            f"  month {episode.month + 1}: {kind}{what}, {episode.ending.handling}; "
            f"satisfaction at once {episode.at_once / ONE:.2f}, then "
            f"{episode.after / ONE:.2f}"
        )

    def __repr__(self) -> str:
        return self.explain()


def trace(
    company: Recoverer,
    world: World | None = None,
    *,
    customer: int,
    customers: int,
    months: int = MONTHS,
    seed: int = 0,
) -> Trace:
    """Run one customer of a run again, with the cases in full.

    Only the customer's branch is lived through again, case by case in the production
    engine; it comes to the same whole numbers as the run it is taken from.

    Args:
        company: The company of that run.
        world: Its world; `shop` unless given.
        customer: The number of the customer, from 0.
        customers: How many customers the run had.
        months: How long it lasted.
        seed: The seed of that run.

    Raises:
        InvalidValueError: There is no such customer.

    Example:
        >>> from recovery_core.policy import Reimbursement
        >>> one = trace(Reimbursement(), customer=12, customers=2_000, seed=7)
        >>> one.customer, len(one.satisfaction) == one.months
        (12, True)
    """
    whose, here = company_of(company), world_or_shop(world)
    months = check_months(months)
    customers = check_customers(customers)
    customer = check_whole_number("customer", customer, least=0)
    if customer >= customers:
        raise InvalidValueError(
            f"there is no customer {customer} among {customers}: they count from 0"
        )
    chances = Chances(whose, here, months)
    first = customer - customer % here.branch_size if chances.is_shared else customer
    stop = (
        min(customers, first + here.branch_size) if chances.is_shared else customer + 1
    )
    reference = Reference(
        whose, here, chances, Draws(check_seed(seed)), months, watched=customer
    )
    reference.run(first, stop)
    who = reference.customers[customer - first]
    return Trace(
        company=whose,
        world=here,
        customer=customer,
        tier=here.population.tiers[who.tier].name,
        months=who.left - who.begun,
        stays=who.is_here,
        satisfaction=tuple(level / ONE for level in reference.path),
        episodes=tuple(e for e in reference.episodes if e.customer == customer),
    )
