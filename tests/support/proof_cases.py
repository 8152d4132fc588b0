"""Tables that proofs are tried on, and short words for what they read."""

from datetime import UTC, datetime
from typing import Any

from recovery_core import (
    Award,
    Claim,
    Money,
    ServiceFailure,
)
from recovery_core.tables import (
    Rule,
    Table,
    column,
    half_of,
    percent_of,
    prove,
)

late = column.minutes("arrival_delay")
fare = column.money("fare", "EUR")


def eur(amount: str) -> Money:
    """Make a sum in euros."""
    return Money(amount, "EUR")


def repay(start: int = 60, percent: int = 100, *, name: str = "Delay Repay") -> Table:
    """Pay half of the fare from 30 minutes on, and a percentage from a later one."""
    return Table(
        name,
        [
            Rule("half", when=late.between(30, start), amends=half_of(fare)),
            Rule("full", when=late >= start, amends=percent_of(fare, percent)),
        ],
        otherwise="less than 30 minutes late",
    )


IN_DOLLARS = Table(
    "Dollars", [Rule("d", when=late >= 20, amends=Money("1", "USD"))], otherwise="no"
)
MOST = Money.from_minor(2**53 - 1, "EUR")
ALL_THERE_IS = Table("All", [Rule("all", when=late >= 60, amends=MOST)], otherwise="no")


def claim(**facts: Any) -> Claim:
    """Make a claim of facts."""
    return Claim(ServiceFailure("late", facts=facts), datetime(2026, 1, 1, tzinfo=UTC))


NOTHING = Table("N", [], otherwise="nothing is due")


def nothing(claim: Claim) -> Award:
    """Give nothing, in a function."""
    return Award.nothing()


def shown(proof: prove.Proof) -> dict[str, object] | None:
    """Give the counterexample as a plain mapping."""
    found = proof.counterexample
    return None if found is None else dict(found)
