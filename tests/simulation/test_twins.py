"""Twins without a failure, and one customer's cases."""

import json
from math import isnan

import pytest

from recovery_core import Severity
from recovery_core.errors import InvalidValueError
from recovery_core.policy import Reimbursement
from recovery_core.simulation import paradox, shop, trace
from recovery_core.simulation.company import company_of
from tests.support.worlds import run

CUSTOMERS = 2_000


def test_a_paradox_is_weak_or_strong() -> None:
    """Another kind of paradox is refused, and so is another sort of failure."""
    found = paradox(Reimbursement(), customers=CUSTOMERS, months=6, seed=3)
    gap = found.gap()
    assert gap is not None
    assert gap.holds("weak", margin=1.0)
    assert not gap.holds()
    with pytest.raises(InvalidValueError, match="'weak' or 'strong'"):
        gap.holds("middling")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="one or several of first, later"):
        found.gap(nth="second")


def test_a_single_failure_proves_nothing() -> None:
    """Neither its interval nor its deviation is known, and it is no paradox."""
    found = paradox(Reimbursement(), customers=20, months=1)
    gap = found.gap()
    assert gap is not None
    assert gap.episodes == 1
    assert gap.at_once.value > 0
    assert not gap.at_once.has_interval
    assert isnan(gap.effect)
    assert not gap.holds("strong")
    assert not gap.holds("weak", margin=0.9)
    told = "0.029, interval not known  d not known  above the twin 100.0%"
    assert told in repr(found)
    row = json.loads(json.dumps(found.to_dict(), allow_nan=False))["gaps"][0]
    assert row["low"] is row["high"] is row["effect"] is None


def test_gaps_and_shares_keep_within_what_they_can_be() -> None:
    """Satisfaction differs by 1 at most; of few that are all alike, some may differ."""
    found = paradox(Reimbursement(), customers=CUSTOMERS, months=6, seed=3)
    gap = found.gap(severity="major")
    assert gap is not None
    assert gap.at_once.within == gap.lasting.within == (-1.0, 1.0)
    assert gap.strong.value == gap.strong.low == 0
    assert 3 / gap.episodes <= gap.strong.high < 3.2 / gap.episodes
    assert found.retention.within == (-1.0, 1.0)


def test_a_severity_goes_by_its_value_or_its_name() -> None:
    """`Severity.MINOR` and ``"minor"`` are one sort; both, given twice, too."""
    found = paradox(Reimbursement(), customers=CUSTOMERS, months=6, seed=3)
    by_name = found.gap(severity="minor")
    assert by_name is not None
    assert found.gap(severity=Severity.MINOR) == by_name
    assert found.gap(severity=[Severity.MINOR, "minor"]) == by_name


def test_twins_of_those_who_are_never_failed_lose_nothing() -> None:
    """Where nothing fails there is no gap, and nobody to keep."""
    world = shop().without_failures()
    found = paradox(Reimbursement(), world, customers=500, months=3)
    assert found.gap() is None
    assert found.to_rows() == []
    assert found.to_dict()["gaps"] == []


def test_a_trace_tells_what_the_run_came_to() -> None:
    """The customer under the glass ends as in the run it is taken from."""
    company, world = company_of(Reimbursement()), shop()
    block = run(company, world, span=(0, 60), months=12, seed=5).block
    for customer in range(0, 60, 7):
        found = trace(company, customer=customer, customers=60, months=12, seed=5)
        assert found.months == block.left[customer] - block.begun[customer]
        assert found.stays == bool(block.stays[customer])
        paid = sum(episode.ending.paid for episode in found.episodes)
        assert paid == block.paid[customer]
        assert repr(found) == found.explain()


def test_nobody_stands_behind_the_last_customer() -> None:
    """Customers count from 0."""
    with pytest.raises(InvalidValueError, match="they count from 0"):
        trace(Reimbursement(), customer=60, customers=60)
