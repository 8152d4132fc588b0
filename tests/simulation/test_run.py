"""Runs and comparisons: what they take, and what they say."""

from __future__ import annotations

import json
from typing import Any, Final

import attrs
import pytest

from recovery_core._domain.money import Money
from recovery_core.errors import InvalidValueError
from recovery_core.policy import Reimbursement
from recovery_core.simulation import compare, shop, simulate
from recovery_core.simulation.company import Learning, company_of
from recovery_core.simulation.results.outcomes import OUTCOMES
from recovery_core.simulation.runs.arguments import check_whole_number
from recovery_core.simulation.runs.blocks import CompanyInWorld
from recovery_core.simulation.runs.compare import Comparison, WinnersLosers
from recovery_core.simulation.runs.run import Result, outcome_of
from tests.support.worlds import (
    TIERS,
    by_severity,
    company,
    euro,
    everything,
    world,
)

LEARNS: Final = {"learning": Learning(after=3)}


@pytest.fixture(scope="module")
def result() -> Result:
    """Run a shop for a while."""
    return simulate(Reimbursement(), customers=3_000, months=6, seed=3)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """Let two companies meet the same customers."""
    mean, kind = company(by_severity), company(everything)
    return compare(mean, kind, world(), customers=1_000, months=6, seed=3)


def test_a_result_tells_every_outcome(result: Result) -> None:
    """Outcomes are read by name, all at once, in rows, as JSON, and in plain lines."""
    assert set(result.estimates) == set(OUTCOMES)
    assert result["retention"] == result.estimates["retention"]
    rows = result.to_rows()
    assert [row["outcome"] for row in rows] == [*OUTCOMES]
    assert rows[0]["value"] == result["retention"].value
    told = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert told["outcomes"]["cost"]["value"] == result["cost"].value
    assert (told["company"], told["currency"]) == ("Reimbursement", "EUR")
    assert told["company_hash"] == company_of(Reimbursement()).hash
    assert (told["customers"], told["months"], told["seed"]) == (3_000, 6, 3)
    lines = repr(result).splitlines()
    assert lines[0] == "Reimbursement: 3,000 customers, 6 months, seed 3"
    assert len(lines) == 1 + len(OUTCOMES)
    assert lines[1].split()[0] == "retention"
    assert lines[7].endswith("EUR")


def test_money_is_told_in_major_units() -> None:
    """Where the currency has no minor unit, the figures are not divided."""
    yen = attrs.evolve(
        TIERS[0],
        price=Money("5000", "JPY"),
        annual_sales=Money("60000", "JPY"),
        annual_margin=Money("15000", "JPY"),
    )
    here = world({"tiers": (yen,)})
    found = simulate(Reimbursement(), here, customers=200, months=3)
    assert found.unit == 1.0
    assert found["sales"].value > 5_000
    assert "JPY" in repr(found)
    assert simulate(Reimbursement(), customers=200, months=3).unit == 100.0


def test_the_grid_of_a_result_tells_who_comes_back(result: Result) -> None:
    """Who comes back is told by severity and by what became of the failure."""
    found = result.repurchase_grid()
    assert {severity for severity, _ in found} == {"minor", "moderate", "major"}
    assert all(0 <= share.value <= 1 for share in found.values())


def test_the_same_run_comes_to_the_same(result: Result) -> None:
    """A run is named by its arguments; another seed is another run."""
    again = simulate(
        company_of(Reimbursement()), shop(), customers=3_000, months=6, seed=3
    )
    assert again.totals == result.totals
    other = simulate(Reimbursement(), customers=3_000, months=6, seed=4)
    assert other.totals != result.totals


def test_a_run_can_be_followed() -> None:
    """With paths, satisfaction is known month by month."""
    found = simulate(by_severity, world(), customers=300, months=4, paths=True)
    assert found.totals.months["satisfaction"].size == 4
    plain = simulate(by_severity, world(), customers=300, months=4)
    assert "satisfaction" not in plain.totals.months


@pytest.mark.parametrize("name", ["customers", "months", "block"])
@pytest.mark.parametrize("wrong", [0, -1, 1.0, "7", [7], True])
def test_a_run_counts_in_whole_numbers(name: str, wrong: Any) -> None:
    """Customers, months and blocks are whole numbers from 1 up."""
    arguments = {"customers": 10, "months": 2, name: wrong}
    with pytest.raises(InvalidValueError, match=f"{name} cannot be .* whole number"):
        simulate(Reimbursement(), **arguments)
    if name != "block":
        with pytest.raises(InvalidValueError, match=f"{name} cannot be"):
            compare(Reimbursement(), Reimbursement(), **arguments)


@pytest.mark.parametrize("run", [simulate, lambda *a, **k: compare(a[0], *a, **k)])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None,), "give a policy"),
        ((Reimbursement(), "a world"), "world cannot be 'a world': give a World"),
    ],
)
def test_what_cannot_be_run_is_refused(
    run: Any, arguments: tuple[Any, ...], message: str
) -> None:
    """No policy, no world, no run."""
    with pytest.raises(InvalidValueError, match=message):
        run(*arguments, customers=10, months=2)


@pytest.mark.parametrize("seed", [1.5, "x", None])
def test_a_run_has_a_whole_seed(seed: Any) -> None:
    """A seed that is no whole number is refused."""
    with pytest.raises(InvalidValueError, match="give a whole number"):
        simulate(Reimbursement(), customers=10, months=2, seed=seed)


@pytest.mark.parametrize("currency", ["USD"])
@pytest.mark.parametrize("habit", ["budget", "acquisition_cost"])
def test_a_company_counts_in_the_currency_of_its_world(
    habit: str, currency: str
) -> None:
    """Budget and acquisition in another currency than the world's are refused."""
    some = company(habits={habit: Money("5.00", currency)})
    with pytest.raises(InvalidValueError, match=r"counts on USD 5.00.* in EUR"):
        simulate(some, world(), customers=10, months=2)


def test_there_are_only_the_outcomes_there_are(result: Result) -> None:
    """An unknown outcome is refused, and all that are known are named."""
    with pytest.raises(InvalidValueError, match="no outcome 'profit': give one of ret"):
        _ = result["profit"]
    assert outcome_of("cost") is OUTCOMES["cost"]
    assert check_whole_number("customers", 5) == 5
    assert check_whole_number("customer", 0, least=0) == 0


# Comparisons


def test_a_comparison_tells_what_changes(comparison: Comparison) -> None:
    """Each difference is the second less the first, with its own interval."""
    for name, found in comparison.differences.items():
        one, two = comparison.first[name], comparison.second[name]
        assert found == comparison[name]
        assert found.value == pytest.approx(two.value - one.value)
    alone = simulate(company(by_severity), world(), customers=1_000, months=6, seed=3)
    assert alone.totals == comparison.first.totals
    rows = comparison.to_rows()
    assert [row["outcome"] for row in rows] == [*OUTCOMES]
    told = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert told["first"] == json.loads(json.dumps(comparison.first.to_dict()))
    assert told["by_tier"]["gold"]["same"] > 0
    lines = repr(comparison).splitlines()
    assert lines[0].startswith("everything less by_severity: 1,000 customers")
    assert len(lines) == 2 + len(OUTCOMES)
    assert any(line.endswith("*") for line in lines)
    assert "customers are better off" in lines[-1]


def test_everybody_wins_loses_or_stays_the_same(comparison: Comparison) -> None:
    """Winners, losers and the others of all tiers are all customers."""
    winners_losers = comparison.winners_losers
    assert winners_losers.winners + winners_losers.losers + winners_losers.same == 1_000
    assert winners_losers.winners > 0
    assert winners_losers.losers > 0
    assert set(comparison.by_tier) == {"basic", "gold"}
    assert WinnersLosers(1, 2, 3) + WinnersLosers(4, 5, 6) == WinnersLosers(5, 7, 9)


@pytest.mark.parametrize("policy", [Reimbursement(), by_severity, everything])
def test_a_company_makes_no_difference_to_itself(policy: Any) -> None:
    """A company against itself, or against its copy, differs in nothing at all."""
    some = company(policy, habits=LEARNS)
    for twin in (some, attrs.evolve(some), company(policy, habits=LEARNS)):
        found = compare(some, twin, world(), customers=500, months=5)
        assert found.first.totals == found.second.totals
        assert {(e.value, e.error) for e in found.differences.values()} == {(0.0, 0.0)}
        assert found.winners_losers == WinnersLosers(same=500)
        assert found.programme_return is None


def test_swapping_the_companies_turns_the_signs(comparison: Comparison) -> None:
    """What one gains over the other, the other loses against the one."""
    turned = compare(
        everything, by_severity, world(), customers=1_000, months=6, seed=3
    )
    for name, found in turned.differences.items():
        assert found.value == pytest.approx(-comparison[name].value)
    there, back = comparison.winners_losers, turned.winners_losers
    assert (there.winners, there.losers) == (back.losers, back.winners)


def test_the_return_of_a_programme_counts_what_is_kept(
    comparison: Comparison,
) -> None:
    """The margin kept, and the customers that need not be won, for what is spent."""
    first, second = comparison.first.totals, comparison.second.totals
    spent = second["paid"] - first["paid"]
    margin = (second["margin"] - first["margin"]) / 12
    dearer = spent > 0
    assert (comparison.programme_return is not None) is dearer
    paid = company(by_severity, habits={"acquisition_cost": euro("100.00")})
    found = compare(nothing_given, paid, world(), customers=1_000, months=6, seed=3)
    first, second = found.first.totals, found.second.totals
    spent, kept = second["paid"], second["stayed"] - first["stayed"]
    margin = (second["margin"] - first["margin"]) / 12
    assert found.programme_return == pytest.approx((margin + kept * 10_000) / spent)


def nothing_given(claim: Any) -> Any:
    """Give nothing."""
    from tests.support.worlds import NOTHING

    return NOTHING


def test_the_same_customers_can_live_in_two_worlds() -> None:
    """A second world changes what happens, to customers of the same tiers."""
    calm = world().without_failures()
    found = compare(
        by_severity, by_severity, world(), second_world=calm, customers=500, months=5
    )
    assert found["failures"].value < 0
    assert found["cost"].value < 0


@pytest.mark.parametrize(
    ("people", "parts", "message"),
    [
        ({"tiers": TIERS[:1]}, {}, "other tiers or another currency"),
        ({}, {"branch_size": 75}, "give both worlds the same branch_size"),
    ],
)
def test_worlds_of_other_customers_cannot_be_compared(
    people: dict[str, Any], parts: dict[str, Any], message: str
) -> None:
    """Tiers and branches have to be the same in both worlds."""
    with pytest.raises(InvalidValueError, match=message):
        compare(
            by_severity,
            by_severity,
            world(),
            second_world=world(people, **parts),
            customers=500,
            months=2,
        )


@pytest.mark.parametrize("width", [0, -1, True, "narrow", None])
def test_an_interval_has_a_width(width: Any) -> None:
    """What an interval should be narrowed to is a number above 0."""
    with pytest.raises(InvalidValueError, match="half the width"):
        compare(Reimbursement(), Reimbursement(), until={"retention": width})
    with pytest.raises(InvalidValueError, match="there is no outcome"):
        compare(Reimbursement(), Reimbursement(), until={"luck": 1})


@pytest.mark.parametrize("branch", [100, 3_000])
def test_looking_at_times_changes_no_figure(branch: int) -> None:
    """A run that looks whether it may stop comes to what one comes to that does not."""
    modes = [attrs.evolve(mode, rate=0.01) for mode in world().modes]
    calm = world(branch_size=branch, modes=modes)
    arguments: dict[str, Any] = {"customers": 25_000, "months": 1, "seed": 5}
    whole = compare(nothing_given, by_severity, calm, **arguments)
    tight = {"retention": 1e-9}
    looking = compare(nothing_given, by_severity, calm, until=tight, **arguments)
    assert looking.first.customers == 25_000
    assert looking.first.totals == whole.first.totals
    assert looking.second.totals == whole.second.totals


def test_stopping_early_changes_no_figure() -> None:
    """What was reached when it stopped is what a run of so many comes to."""
    arguments: dict[str, Any] = {"months": 1, "seed": 5}
    loose = {"retention": 1.0, "cost": 100.0}
    policies = nothing_given, by_severity
    short = compare(*policies, world(), customers=10**9, until=loose, **arguments)
    reached = short.first.customers
    assert reached == 10_000
    alone = compare(*policies, world(), customers=reached, **arguments)
    assert alone.first.totals == short.first.totals


def test_what_was_not_seen_to_differ_stops_nothing() -> None:
    """Whoever is alike so far may differ yet: an interval 0 wide is not believed."""
    arguments: dict[str, Any] = {"customers": 20_000, "months": 1, "seed": 5}
    same = compare(by_severity, by_severity, world(), until={"cost": 1.0}, **arguments)
    assert same.first.customers == 20_000
    assert same["cost"].half_width == 0


def test_few_groups_stop_nothing() -> None:
    """An interval of a few groups is not believed enough to stop by."""
    big = world(
        branch_size=5_000, modes=[attrs.evolve(m, rate=0.002) for m in world().modes]
    )
    found = compare(
        nothing_given,
        by_severity,
        big,
        customers=30_000,
        months=1,
        until={"retention": 1.0},
    )
    assert found.first.customers == 30_000


def test_sides_are_a_company_and_a_world() -> None:
    """A side of a comparison names a company in a world."""
    some = company()
    assert CompanyInWorld(some, world()).company is some
