"""Columns and policies that decorators made, at the top of a module as users write."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from recovery_core import Claim, Money
from recovery_core.tables import (
    Column,
    Hit,
    Rule,
    Table,
    column,
    half_of,
    policy_reading,
)
from tests.support.tables import LATE, READ, amounts, conditions, fitted

KM: Final = column.integer("km", 0, 20_000)
FARE: Final = column.money("fare", "EUR", most=Money("900.00", "EUR"))
TOLD: Final = column.flag("told")


@column.choices("band", "short", "long").computed_from(KM)
def band(km: int) -> str:
    """Sort by distance."""
    return "short" if km <= 1500 else "long"


def _steps(minutes: Any, told: Any) -> Any:
    return np.minimum(minutes // 60, 3) * (told == 0) * (minutes > 0)


@column.integer("steps", 0, 3).computed_from(LATE, TOLD, vector=_steps)
def steps(minutes: int, told: bool) -> int:  # noqa: FBT001
    """Count begun hours of which nobody was told; the same on arrays."""
    return 0 if told or minutes < 0 else min(minutes // 60, 3)


@column.flag("odd").computed_from(KM)
@cache
def odd(km: int) -> bool:
    """Ask a function that another decorator wrapped."""
    return km % 2 == 1


@column.choices("tier", "silver", "gold").optional().read_from
def tier(claim: Claim) -> str | None:
    """Read the tier of the customer."""
    return claim.customer.tier if claim.customer else None


class Columns:
    """A class may hold columns, too."""

    @column.integer("rounds", 1, 9).read_from
    def rounds(claim: Claim) -> int:  # noqa: N805
        """Read how often an offer was made."""
        return min(claim.round, 9)


def _far(km: int) -> bool:
    return km > 9_000


far: Final = column.flag("far").computed_from(KM)(_far)
MADE: Final[tuple[Column, ...]] = (
    *(band, steps, odd, tier, far, Columns.rounds),
    *(band.optional(), Columns.rounds.optional()),
)


@policy_reading(KM, band)
def half_beyond(read: Any) -> Rule:
    """Decide in plain Python by declared columns."""
    if read["band"] == "long":
        return Rule("half", amends=half_of(FARE))
    return Rule("near")


def look_at(value: Any) -> tuple[Any, Any]:
    """Answer from a worker: the value, and its content hash there."""
    return value, getattr(value, "hash", None)


TABLE: Final = Table(
    "Flights",
    [
        Rule("long", when=(band == "long") & (steps >= 2), amends=half_of(FARE)),
        Rule(
            "gold", when=(band == "short") & (tier == "gold"), amends=Money("5", "EUR")
        ),
    ],
    otherwise="near, or soon",
)


@st.composite
def computed_tables(draw: DrawFn) -> Table:
    """Draw tables of every hit policy over columns that decorators made."""
    # One of each name: the optional one is another column.
    names = {made.name: made for made in draw(st.permutations(MADE))}
    columns = (*names.values(), *READ[:2])
    rules = [
        Rule(f"r{place}", when=draw(conditions(columns)), amends=draw(amounts()))
        for place in range(draw(st.integers(1, 4)))
    ]
    parts = {"exclusions": [], "rules": rules, "otherwise": Rule("rest")}
    return fitted(parts, draw(st.sampled_from(Hit)))
