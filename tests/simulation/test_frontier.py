"""A frontier: who is outdone, by whom, and whether it is more than chance."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from math import inf
from typing import Any

import pytest

from recovery_core import Award, Claim, Money
from recovery_core.engine import RecoveryEngine
from recovery_core.errors import InvalidValueError
from recovery_core.policy import Reimbursement, capped
from recovery_core.simulation import (
    Company,
    Delay,
    Estimate,
    compare,
    frontier,
    shop,
    simulate,
)
from recovery_core.simulation.sweeps.frontier import Dominance, Frontier

RUN: dict[str, Any] = {"customers": 1_000, "months": 3}


def up_to(euros: int) -> Any:
    """Cap what is paid back."""
    return capped(Reimbursement(), at=Money(f"{euros}.00", "EUR"))


def give_nothing(claim: Claim) -> Award:
    """Turn everybody down."""
    return Award.nothing()


def answering(median: float) -> Company:
    """Pay everything back, sooner or later."""
    engine = RecoveryEngine(policy=Reimbursement())
    return Company(engine=engine, response=Delay(median=median), name=f"{median} hours")


CAPS: dict[str, Any] = {
    "all": Reimbursement(),
    "5": up_to(5),
    "20": up_to(20),
    "again": Reimbursement(),
}


@pytest.fixture(scope="module")
def caps() -> Frontier:
    """Look at what money buys: it costs more, and pleases more."""
    return frontier(CAPS, y="at_once", **RUN)


@pytest.fixture(scope="module")
def gifts() -> Frontier:
    """Look at what is the same for all, and what pleases."""
    return frontier(CAPS, x="claims", y="at_once", **RUN)


@pytest.fixture(scope="module")
def delays() -> Frontier:
    """Look at who is slow; it neither costs nor pleases less."""
    return frontier([answering(h) for h in (48, 4)], x="response", y="at_once", **RUN)


def test_each_figure_is_that_of_a_run_alone(caps: Frontier) -> None:
    """Nobody's figures depend on who else is in the family."""
    for name, policy in CAPS.items():
        alone = simulate(policy, **RUN)
        assert caps[name].result.totals == alone.totals
        assert (caps[name].x, caps[name].y) == (alone["cost"], alone["at_once"])


def test_who_gives_more_for_more_is_not_outdone(caps: Frontier) -> None:
    """Efficient members are listed from the cheapest up; equals do not outdo."""
    assert [each.name for each in caps.efficient] == ["5", "20", "all", "again"]
    assert all(each.is_clear for each in caps.members)
    assert caps["all"].dominated_by == ()


def test_who_pleases_less_at_the_same_is_outdone(gifts: Frontier) -> None:
    """Each is told by whom; what is alike to the unit is no matter of chance."""
    assert [each.name for each in gifts.efficient] == ["all", "again"]
    assert [each.by for each in gifts["5"].dominated_by] == ["all", "20", "again"]
    by = gifts["20"].dominated_by[0]
    assert by.x.value == by.x.error == 0
    assert by.is_clear
    assert gifts["20"].is_clear
    assert gifts["20"].verdict == "dominated by all"


def test_differences_are_those_of_the_same_customers(delays: Frontier) -> None:
    """They are what `compare` finds, in the direction of the outcome."""
    by = delays["48 hours"].dominated_by[0]
    assert by.by == "4 hours"
    paired = compare(answering(48), answering(4), **RUN)
    for mine, theirs in ((by.x, paired["response"]), (by.y, paired["at_once"])):
        assert mine.value == pytest.approx(theirs.value)
        assert mine.error == pytest.approx(theirs.error)
    assert by.x.value < 0 < by.y.value


def test_a_share_of_nothing_has_no_place() -> None:
    """Who gives nothing has no leakage: it outdoes nobody, and nobody outdoes it."""
    family = {"none": give_nothing, **CAPS}
    found = frontier(family, x="leakage", y="retention", **RUN)
    none, others = found["none"], frontier(CAPS, x="leakage", y="retention", **RUN)
    assert not none.x.is_known
    assert (none.is_known, none.is_efficient, none.is_clear) == (False, False, False)
    assert none.verdict == "not known"
    assert none.dominated_by == ()
    assert repr(found.efficient) == repr(others.efficient)
    for each in others.members:
        assert found[each.name].verdict == each.verdict
    row = json.loads(json.dumps(found.to_rows(), allow_nan=False))[0]
    assert row["leakage"] is row["leakage_low"] is row["dominated_by"] is None
    assert repr(found).splitlines()[-1].startswith("  none ")


def test_money_is_counted_in_major_units(caps: Frontier) -> None:
    """A difference of cost is in the unit of the cost."""
    turned = frontier([up_to(5)], x="at_once", y="cost", **RUN)
    assert turned.members[0].y == caps["5"].x
    slow = {"slow": answering(96), "quick": answering(4)}
    found = frontier(slow, x="response", y="value", **RUN)
    (by,) = found["slow"].dominated_by
    gap = compare(slow["slow"], slow["quick"], **RUN)["value"]
    assert by.y.value == pytest.approx(gap.value)


def test_what_may_be_chance_is_said_to_be() -> None:
    """Leakage of a handful of false claims settles nothing."""
    found = frontier(CAPS, x="leakage", y="retention", **RUN)
    assert found["5"].dominated_by
    assert not found["5"].is_clear
    assert found["5"].verdict == "dominated by all, but not clearly"
    assert found["all"].verdict == "efficient, but not clearly"


@pytest.mark.parametrize(
    ("x", "y", "is_clear"),
    [
        (Estimate(1.0, 0.1, 99), Estimate(-1.0, 0.1, 99), True),
        (Estimate(1.0, 0.1, 99), Estimate(0.0, 0.0, 99), True),
        (Estimate(1.0, 0.1, 99), Estimate(0.0, 0.1, 99), False),
        (Estimate(1.0, 1.0, 99), Estimate(1.0, 0.1, 99), False),
        (Estimate(1.0, inf, 0), Estimate(1.0, inf, 0), False),
    ],
)
def test_a_domination_is_clear_where_both_sides_are(
    x: Estimate, y: Estimate, *, is_clear: bool
) -> None:
    """An interval that holds zero leaves it open, unless nothing differs at all."""
    assert Dominance("other", x, y).is_clear is is_clear


def test_executors_and_blocks_change_nothing(caps: Frontier) -> None:
    """Whoever does the work, all members meet the same customers."""
    told: list[tuple[str, int, int]] = []
    with ThreadPoolExecutor(2) as pool:
        found = frontier(
            {"all": Reimbursement(), "5": up_to(5)},
            shop(),
            y="at_once",
            executor=pool,
            progress=lambda stage, done, total: told.append((stage, done, total)),
            **RUN,
        )
    assert found["5"].result.totals == caps["5"].result.totals
    assert told == [("simulating", 1_000, 1_000)]


def test_rows_are_for_frames(gifts: Frontier) -> None:
    """One row a member, in the order they were given."""
    rows = gifts.to_rows()
    assert [row["name"] for row in rows] == ["all", "5", "20", "again"]
    assert [row["dominated_by"] for row in rows] == [None, "all", "all", None]
    assert rows[1] == {
        "name": "5",
        "claims": gifts["5"].x.value,
        "claims_low": gifts["5"].x.low,
        "claims_high": gifts["5"].x.high,
        "at_once": gifts["5"].y.value,
        "at_once_low": gifts["5"].y.low,
        "at_once_high": gifts["5"].y.high,
        "is_efficient": False,
        "dominated_by": "all",
        "is_clear": True,
    }


def test_it_shows_a_table(caps: Frontier, delays: Frontier) -> None:
    """Stars mark those who are not outdone."""
    lines = repr(delays).splitlines()
    assert lines[0] == "at_once against response: 1,000 customers, 3 months, seed 0"
    assert lines[1].split() == ["response", "(hours)", "at_once", "(0", "to", "1)"]
    assert lines[2].startswith("* 4 hours ")
    assert lines[2].endswith("  efficient")
    assert lines[3].startswith("  48 hours ")
    assert "dominated by 4 hours" in lines[3]
    assert "cost (EUR)" in repr(caps)
    assert repr(caps["5"]) == f"5: {caps['5'].x} and {caps['5'].y}, efficient"


def test_what_cannot_be_is_refused(caps: Frontier) -> None:
    """The error says what to give."""
    with pytest.raises(InvalidValueError, match="give one of all, 5, 20, again"):
        caps["6"]
    with pytest.raises(InvalidValueError, match="x and y are both 'cost'"):
        frontier(CAPS, y="cost")
    with pytest.raises(InvalidValueError, match="there is no outcome 'price'"):
        frontier(CAPS, x="price")
    with pytest.raises(InvalidValueError, match="give a mapping of name to company"):
        frontier([up_to(5), up_to(6)])
    nobody: list[Any] = [[], {}]
    for family in nobody:
        with pytest.raises(InvalidValueError, match="there is nobody"):
            frontier(family)
    with pytest.raises(InvalidValueError, match="customers cannot be 0"):
        frontier(CAPS, customers=0)
    with pytest.raises(InvalidValueError, match="months cannot be 0"):
        frontier(CAPS, months=0)
