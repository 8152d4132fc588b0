"""Whatever way many claims are decided, it is the same rule and the same cent."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import (
    Award,
    Claim,
    Money,
    Reason,
    Remedy,
    RemedyKind,
    Rounding,
)
from recovery_core.errors import (
    InvalidValueError,
    WrongFactError,
)
from recovery_core.policy import (
    CompensationPolicy,
    best_of,
    capped,
    dated,
    first,
    floored,
    only_if,
    owed,
    scaled,
    set_off,
    sum_of,
)
from recovery_core.tables import (
    Hit,
    Rule,
    Table,
    backtest,
    column,
    decide,
    half_of,
    pay,
    policy_reading,
)
from recovery_core.tables.batch import Route
from recovery_core.tables.batch.routes import choose_plan
from recovery_core.tables.batch.rows import RowsPlan
from recovery_core.tables.batch.run import decide_by_plan
from tests.support.batch_policies import (
    CARE,
    DATA,
    GIVEN,
    GOODWILL,
    HALF,
    READS,
    eur,
    plain,
)
from tests.support.tables import (
    FARE,
    LATE,
    NIGHTS,
    amounts,
    conditions,
    fitted,
)


def columns_of(count: int, seed: int = 1) -> dict[str, Any]:
    """Draw claims that a composition may read, whatever it does."""
    chance = np.random.default_rng(seed)
    return {
        "fare": chance.integers(0, 90_001, count),
        "loss": chance.integers(0, 5_001, count),
        "late": chance.integers(-30, 3_001, count),
        "nights": chance.integers(0, 41, count),
        "index": chance.integers(900, 1_501, count),
        "failure_day": chance.integers(
            date(2024, 1, 1).toordinal(), date(2026, 12, 31).toordinal() + 1, count
        ),
        "already_given": chance.integers(0, 30_001, count),
        "owed_bp": chance.integers(0, 10_001, count),
    }


@st.composite
def money_tables(draw: st.DrawFn, *, name: str = "drawn") -> Table:
    """Draw tables that give sums of money and nothing to choose."""
    size = draw(st.integers(1, 3))
    gifts = st.lists(amounts() | amounts().map(pay), max_size=2)
    rules = [
        Rule(f"r{n}", when=draw(conditions((LATE, NIGHTS))), amends=draw(gifts))
        for n in range(size)
    ]
    rest = Rule("rest", amends=draw(gifts))
    parts = {"rules": rules, "exclusions": [], "otherwise": rest}
    return fitted(parts, draw(st.sampled_from([Hit.FIRST, Hit.SUM, Hit.MAX])))


def _several(
    make: Callable[..., CompensationPolicy],
) -> Callable[[st.SearchStrategy[Any]], st.SearchStrategy[CompensationPolicy]]:
    return lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda members: make(*members)
    )


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    sums = st.integers(0, 60_000).map(lambda minor: Money.from_minor(minor, "EUR"))
    days = st.dates(date(2023, 6, 1), date(2026, 6, 1))
    return st.one_of(
        _several(first)(inner),
        _several(best_of)(inner),
        _several(sum_of)(inner),
        st.dictionaries(days, inner, min_size=1, max_size=3).map(dated),
        st.builds(capped, inner, at=sums),
        st.builds(floored, inner, at=sums),
        st.builds(
            scaled,
            inner,
            st.sampled_from(["0", "1/2", "1/3", "1", "1.5"]),
            rounding=st.sampled_from(Rounding),
        ),
        st.builds(set_off, inner),
        st.builds(owed, inner, rounding=st.sampled_from(Rounding)),
    )


COMPOSITIONS = st.recursive(money_tables(), _grown, max_leaves=4)


@settings(max_examples=60)
@given(COMPOSITIONS, st.integers(0, 99))
def test_compositions_keep_their_arithmetic(
    policy: CompensationPolicy, seed: int
) -> None:
    """Combined tables cost the same on arrays as their awards are worth."""
    data = columns_of(12, seed)
    rows = decide_by_plan(RowsPlan(policy, READS), data)
    found = decide(policy, data, verify=12)
    assert found.minor.tolist() == rows.minor.tolist()
    assert found.codes().tolist() == rows.codes().tolist()
    assert found.route in {Route.COMPOSED, Route.GRID, Route.ROWS}


# --------------------------------------------------------------- which way it was made


@pytest.mark.parametrize(
    ("policy", "route"),
    [
        (HALF, Route.GRID),
        (first(HALF, GOODWILL), Route.COMPOSED),
        (capped(sum_of(HALF, GOODWILL), at=eur("20.00")), Route.COMPOSED),
        (set_off(HALF), Route.COMPOSED),
        (dated({date(2025, 1, 1): HALF}), Route.COMPOSED),
        (CARE, Route.GRID),
        (first(CARE, GOODWILL), Route.ROWS),
        (capped(HALF, at=Money("1.00", "USD")), Route.ROWS),
        (floored(HALF, at=Money("1.00", "USD")), Route.ROWS),
        (scaled(HALF, 10**12, rounding=Rounding.HALF_UP), Route.ROWS),
        (scaled(HALF, f"1/{10**19}", rounding=Rounding.UP), Route.ROWS),
        (sum_of(*[HALF] * 20), Route.ROWS),
        (first(Table("no", rules=[], otherwise="never")), Route.ROWS),
        (dated({date(2025, 1, 1): CARE}), Route.ROWS),
        (set_off(CARE), Route.ROWS),
    ],
)
def test_the_way_is_chosen_where_it_is_exact(
    policy: CompensationPolicy, route: Route
) -> None:
    """What arrays cannot work out exactly is decided claim by claim, and says so."""
    assert choose_plan(policy, None).route is route


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (capped(sum_of(HALF, GOODWILL), at=eur("7.00")), [500, 700, 700]),
        (floored(HALF, at=eur("12.00")), [0, 1_200, 15_001]),
        (floored(HALF, at=eur("10.00")), [0, 1_000, 15_001]),
        (scaled(HALF, "1/2", rounding=Rounding.HALF_EVEN), [0, 500, 7_500]),
        (scaled(HALF, "0", rounding=Rounding.UP), [0, 0, 0]),
        (set_off(sum_of(HALF, GOODWILL)), [500, 1_000, 0]),
        (
            scaled(set_off(sum_of(HALF, GOODWILL)), "1/3", rounding=Rounding.DOWN),
            [166, 333, 0],
        ),
        (best_of(HALF, GOODWILL), [500, 1_000, 15_001]),
        (set_off(capped(HALF, at=eur("9.00"))), [0, 400, 0]),
        (capped(first(GOODWILL, HALF), at=eur("0.00")), [0, 0, 0]),
    ],
)
def test_each_combinator_does_its_own_sum(
    policy: CompensationPolicy, expected: list[int]
) -> None:
    """Caps cut, floors raise, shares are rounded, what was given is taken off."""
    found = decide(policy, DATA, verify=3)
    assert found.route is Route.COMPOSED
    assert found.minor.tolist() == expected


def test_a_cap_leaves_what_the_law_grants_to_the_slow_way() -> None:
    """No cap touches a statutory sum, so the arithmetic of caps does not hold."""
    by_law = Table("law", rules=HALF.rules, otherwise="in time", is_statutory=True)
    gift = pay(FARE, is_statutory=True)
    by_rule = Table("rule", rules=[], otherwise=Rule("all", amends=gift))
    for policy in (by_law, by_rule):
        assert choose_plan(capped(policy, at=eur("1.00")), None).route is Route.ROWS
        assert (
            choose_plan(floored(policy, at=eur("1.00")), None).route is Route.COMPOSED
        )
        found = decide(capped(policy, at=eur("1.00")), DATA, verify=3)
        assert found.minor.tolist() == decide(policy, DATA).minor.tolist()


class Published:
    """Stand for a policy under another name, as a published schedule does."""

    def __init__(self, policy: CompensationPolicy) -> None:
        """Keep it."""
        self.policy = policy

    @property
    def __wrapped__(self) -> CompensationPolicy:
        """Say what decides."""
        return self.policy

    def __call__(self, claim: Claim, /) -> Award:
        """Ask it."""
        return self.policy(claim)


def test_what_stands_for_a_policy_is_decided_as_that_policy() -> None:
    """A class may say what its policies are made of; a function's name does not."""
    assert choose_plan(Published(HALF), None).route is Route.GRID
    inner = sum_of(Published(HALF), Published(Published(GOODWILL)))
    found = decide(Published(inner), DATA, verify=3)
    assert found.route is Route.COMPOSED
    assert found.minor.tolist() == decide(sum_of(HALF, GOODWILL), DATA).minor.tolist()
    assert choose_plan(Published(sum_of(HALF, CARE)), None).route is Route.ROWS

    @functools.wraps(HALF)
    def doubled(claim: Claim) -> Award:
        return sum_of(HALF, HALF)(claim)

    with pytest.raises(InvalidValueError, match="nobody says what"):
        decide(doubled, DATA)
    assert decide(doubled, DATA, reads=HALF.inputs).minor.tolist() == [0, 2_000, 30_002]


def test_what_the_company_owes_is_a_column() -> None:
    """The share is given in basis points, and rounded as the policy says."""
    data = {**DATA, "owed_bp": [10_000, 3_333, 0]}
    found = decide(owed(HALF, rounding=Rounding.UP), data, verify=3)
    assert found.route is Route.COMPOSED
    assert found.minor.tolist() == [0, 334, 0]
    assert found.codes().tolist() == ["otherwise", "late", "late"]
    with pytest.raises(InvalidValueError, match="'owed_bp' is not in the data"):
        decide(owed(HALF, rounding=Rounding.UP), DATA)
    for odd in (column.integer("owed_bp", 0, 10_001), column.flag("owed_bp")):
        plan = choose_plan(owed(HALF, rounding=Rounding.UP), [odd])
        assert plan.route is Route.ROWS


def test_declared_functions_are_combined_claim_by_claim() -> None:
    """What it reads is known; what its amounts read is said if it is not declared."""

    @policy_reading(LATE)
    def late(read: Any) -> Rule | Award:
        if read["late"] < 60:
            return Award.nothing(Reason("early", "in time"))
        return Rule("half", amends=half_of(FARE))

    policy = capped(late, at=eur("9.00"))
    with pytest.raises(WrongFactError, match=r"late pays by 'fare'.*reads=.fare."):
        decide(policy, DATA)
    found = decide(policy, DATA, reads=[FARE], verify=3)
    assert found.route is Route.ROWS
    assert found.minor.tolist() == [0, 900, 900]
    assert found.codes().tolist() == ["early", "half", "half"]
    with pytest.raises(InvalidValueError, match=r"set_off takes off .* reads="):
        decide(set_off(late), DATA, reads=[FARE])
    off = decide(set_off(late), DATA, reads=[FARE, GIVEN], verify=3)
    assert off.minor.tolist() == [0, 500, 0]
    both = decide(sum_of(late, plain), DATA, reads=[FARE, GIVEN], verify=3)
    assert both.codes().tolist() == ["nothing", "half + late", "half + late"]


def test_who_is_not_known_is_named() -> None:
    """The message names the part that keeps the rest from being read."""
    guarded = only_if(lambda _: True, HALF, because="so")
    with pytest.raises(InvalidValueError, match=r"what only_if.*, in sum_of\("):
        decide(sum_of(HALF, guarded), DATA)
    with pytest.raises(InvalidValueError, match=r"what plain reads: it is no table"):
        decide(plain, DATA)


def test_things_without_a_value_change_no_sum() -> None:
    """They count where it matters that anything is given at all."""
    meals = Remedy(RemedyKind.CARE, what="meals")
    rule = Rule("fed", when=LATE >= 60, amends=[meals], alternatives=[meals])
    care = Table("care", rules=[rule], otherwise="in time")
    for policy, route in (
        (dated({date(2024, 1, 1): set_off(sum_of(HALF, care))}), Route.COMPOSED),
        (
            capped(scaled(sum_of(HALF, care), 2, rounding=Rounding.UP), at=eur("9")),
            Route.COMPOSED,
        ),
        (first(care, HALF), Route.ROWS),
        (best_of(sum_of(care, HALF), GOODWILL), Route.ROWS),
        (sum_of(floored(care, at=eur("2.00")), HALF), Route.ROWS),
    ):
        found = decide(policy, DATA, verify=3)
        assert found.route is route
        asked = decide_by_plan(
            RowsPlan(policy, READS[:3] + READS[5:7]), {**DATA, "loss": [0] * 3}
        )
        assert found.minor.tolist() == asked.minor.tolist()
        assert found.codes().tolist() == asked.codes().tolist()
    fed = decide(set_off(sum_of(HALF, care)), DATA)
    assert fed.codes().tolist() == ["nothing", "late + fed", "late + fed"]


def test_of_the_first_that_gives_no_other_is_named() -> None:
    """Not even one that was asked elsewhere in the same composition."""
    policy = sum_of(GOODWILL, first(CARE, GOODWILL))
    found = decide(policy, DATA, verify=3)
    assert found.route is Route.ROWS
    twice = "goodwill: all"  # it stands in two places
    assert found.codes()[0] == f"{twice} + {twice}"
    assert found.codes()[1] == f"{twice} + late"


def test_a_cap_moves_no_claim_to_another_rule() -> None:
    """A backtest against a capped version tells who loses, not that all moved."""
    tried = backtest(HALF, capped(HALF, at=eur("9.00")), data=DATA)
    assert (tried.comparisons[0].moved, tried.comparisons[0].lost) == (0, 2)
    by_law = Table("law", rules=HALF.rules, otherwise="in time", is_statutory=True)
    slow = dated({date(2024, 1, 1): capped(by_law, at=eur("9.00"))})
    assert backtest(by_law, slow, data=DATA).comparisons[0].moved == 0


def test_things_and_choices_take_the_slow_way() -> None:
    """What is no sum cannot be cut, so it is asked claim by claim."""
    thing = Remedy(RemedyKind.REPLACEMENT, eur("30.00"))
    points = Remedy(RemedyKind.POINTS, points=5)
    cash = Remedy(RemedyKind.CASH, eur("3.00"))
    for gift, route in (
        (thing, Route.ROWS),
        (points, Route.ROWS),
        (cash, Route.COMPOSED),
    ):
        given_ = Table("gift", rules=[], otherwise=Rule("all", amends=gift))
        policy = first(given_, HALF)
        assert choose_plan(policy, None).route is route
        assert len(decide(policy, DATA, verify=3)) == 3
    most = [Rule(f"r{n}", amends=[FARE, eur("1.00")]) for n in range(2)]
    collected = Table("most", rules=most, hit=Hit.MAX)
    assert choose_plan(first(collected), None).route is Route.ROWS


def test_of_several_rules_the_dearest_is_one_sum() -> None:
    """A table that gives the most of several can be combined; so can one of none."""
    rules = [
        Rule("half", when=LATE >= 60, amends=half_of(FARE)),
        Rule("fixed", when=LATE >= 61, amends=eur("9.00")),
        Rule("sorry", when=LATE >= 0),
        Rule("again", when=LATE >= 0),
    ]
    policy = capped(Table("most", rules=rules, hit="max", otherwise="no"), at=eur("99"))
    found = decide(policy, DATA, verify=3)
    assert found.route is Route.COMPOSED
    assert found.minor.tolist() == [0, 1_000, 9_900]


def test_outcomes_of_compositions_name_their_tables() -> None:
    """Which rule of which table spoke is kept through the combinators."""
    found = decide(first(HALF, GOODWILL), DATA, verify=3)
    assert found.codes().tolist() == ["all", "late", "late"]
    assert found.minor.tolist() == [500, 1_000, 15_001]
    assert found.policy == "first(half, goodwill)"
    both = decide(sum_of(HALF, GOODWILL), DATA)
    assert both.codes().tolist() == ["all", "late + all", "late + all"]
    again = Table("again", rules=HALF.rules, otherwise="in time")
    alike = decide(sum_of(HALF, again), DATA, verify=3)
    assert alike.codes()[1] == "half: late + again: late"
    assert alike.codes()[0] == "nothing"
    never = decide(first(HALF), DATA)
    assert never.codes().tolist() == ["nothing", "late", "late"]


def test_versions_and_what_was_given_come_from_columns_of_those_names() -> None:
    """A day called failure_day picks the version, already_given is taken off."""
    policy = dated({date(2024, 6, 2): GOODWILL, date(2025, 1, 1): HALF})
    found = decide(policy, DATA, verify=3)
    assert found.codes().tolist() == ["not in force", "late", "all"]
    assert found.minor.tolist() == [0, 1_000, 500]
    off = decide(set_off(HALF), DATA, verify=3)
    assert off.minor.tolist() == [0, 500, 0]


def test_columns_of_those_names_must_be_what_they_say() -> None:
    """A table's own column of that name is used; one of another sort is not."""
    day = column.flag("failure_day")
    odd = Table("odd", rules=[Rule("a", when=day, amends=FARE)], otherwise="no")
    assert choose_plan(dated({date(2025, 1, 1): odd}), None).route is Route.ROWS
    given_ = column.integer("already_given", 0, 9)
    other = Table(
        "odd", rules=[Rule("a", when=given_ > 1, amends=FARE)], otherwise="no"
    )
    assert choose_plan(set_off(other), None).route is Route.ROWS
