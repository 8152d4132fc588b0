"""Why a rule decided, and why the others did not; with every figure on the way."""

import json
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core import Claim, Fact, Money, Remedy, RemedyKind, ServiceFailure
from recovery_core.errors import MissingFactError
from recovery_core.tables import (
    Hit,
    Rule,
    Table,
    column,
    excess_of,
    indexed,
    least_of,
    pay,
    per_started,
    percent_of,
    sum_of_amounts,
)
from recovery_core.tables.amounts import Formula, Periods, Scaled, to_formula
from recovery_core.tables.explanation import iter_amount_steps
from tests.support.tables import rows, tables

LATE = column.minutes("late", most=1000)
FARE = column.money("fare", "EUR")
TIER = column.choices("tier", "silver", "gold").optional()
INDEX = column.integer("index", 900, 2000)
TOLD = column.flag("told")
FACTS: dict[str, Fact] = {"late": 75, "fare": Money("42.00", "EUR"), "told": False}


def euros(amount: str) -> Money:
    """Give euros."""
    return Money(amount, "EUR")


def table(hit: str = "unique") -> Table:
    """Make a table with two rules and an exclusion."""
    return Table(
        "Late trains",
        rules=[
            Rule("half", when=LATE.between(30, 60), amends=percent_of(FARE, 50)),
            Rule(
                "full",
                when=(LATE >= 60) & ~TIER.is_missing,
                amends=[FARE, Remedy(RemedyKind.CARE, what="tea")],
                because="an hour late",
            ),
        ],
        exclusions=[Rule("told", when=TOLD, because="it was told before")],
        otherwise="too little",
        hit=hit,
    )


def test_it_tells_who_decided_and_why_no_other() -> None:
    """Every rule has its say: what was asked, what was read, what failed."""
    told = table().explain({**FACTS, "tier": "gold"})

    assert told.rule == "full"
    assert told.worth == euros("42.00")
    assert [rule.code for rule in told.speaking] == ["full"]
    assert [rule.code for rule in told.silent] == ["told", "half", "otherwise"]
    assert str(told) == (
        f"Late trains ({table().hash})\n"
        "read: told = no, late = 75, fare = EUR 42.00, tier = gold\n"
        "decided by full, worth EUR 42.00\n"
        "  full: an hour late\n"
        "    late was 75 min, as asked: >= 60 min\n"
        "    tier was gold, as asked: known\n"
        "    gives cash fare\n"
        "      fare = EUR 42.00\n"
        "    gives care (tea)\n"
        "not told: its condition is not met\n"
        "    told was no, but asked was yes\n"
        "not half: its condition is not met\n"
        "    late was 75 min, but asked was >= 30 min and <= 59 min\n"
        "not otherwise: another rule holds"
    )


def test_what_is_missing_is_told_too() -> None:
    """A condition that failed for want of a value says so."""
    told = table().explain({**FACTS, "tier": None})
    full = next(rule for rule in told.rules if rule.code == "full")

    assert told.rule == "otherwise"
    assert told.worth is None
    assert "tier" not in told.inputs
    assert [str(c) for c in full.failed] == ["tier was missing, but asked was known"]
    assert not full.holds
    assert "decided by otherwise\n  otherwise: too little" in str(told)


def test_an_exclusion_ends_the_matter() -> None:
    """What would have held is told, and what came before it."""
    told = table().explain({**FACTS, "told": True, "tier": "gold"})
    full = next(rule for rule in told.rules if rule.code == "full")

    assert (told.rule, told.rules[0].part) == ("told", "exclusion")
    assert full.holds
    assert full.why == "it holds, but exclusion told comes first and ends the matter"


def test_of_two_exclusions_the_second_is_told_as_well() -> None:
    """Exclusions that hold besides the first are seen."""
    rules = [Rule("r", when=~TOLD & (LATE < 60), amends=FARE)]
    before = [Rule("told", when=TOLD), Rule("late", when=LATE >= 60)]
    both = Table("t", rules, exclusions=before)
    told = both.explain({**FACTS, "told": True})

    assert told.rules[1].holds
    assert not told.rules[1].speaks
    assert "exclusion told comes first" in told.rules[1].why


@pytest.mark.parametrize(
    ("hit", "label", "speaks", "why"),
    [
        ("first", "small", ["small"], "it holds, but small comes first"),
        ("sum", "small + large", ["small", "large"], None),
        (
            "max",
            "small or large",
            ["large"],
            "it holds, but large is worth more, or as much and first",
        ),
    ],
)
def test_where_several_hold_the_hit_policy_is_told(
    hit: str, label: str, speaks: list[str], why: str | None
) -> None:
    """First, all, or the one that is worth most."""
    rules = [
        Rule("small", when=LATE >= 30, amends=euros("5.00")),
        Rule("large", when=LATE < 90, amends=FARE),
    ]
    told = Table("t", rules, hit=hit).explain({"late": 60, "fare": euros("42.00")})

    assert told.rule == label
    assert [rule.code for rule in told.speaking] == speaks
    assert [rule.why for rule in told.silent] == ([] if why is None else [why])


ROW = {"late": 200, "fare": 4235, "index": 1077}


@pytest.mark.parametrize(
    ("amount", "steps"),
    [
        (to_formula(euros("5.00")), []),
        (to_formula(FARE), ["fare = EUR 42.35"]),
        (
            percent_of(FARE, 50),
            [
                "fare = EUR 42.35",
                "50 % of fare (half up) = 50 % of EUR 42.35 (half up) = EUR 21.18",
            ],
        ),
        (
            per_started(euros("5.00"), 60, LATE, after=30),
            [
                "late = 200 min",
                "started 60 min of late beyond 30 min = 3",
                (
                    "EUR 5.00 per started 60 min of late beyond 30 min = EUR 5.00 x 3"
                    " = EUR 15.00"
                ),
            ],
        ),
        (
            indexed(FARE, INDEX, 1000, nearest=euros("0.05")),
            [
                "fare = EUR 42.35",
                "index = 1077",
                (
                    "fare x index x 1/1000, to the nearest EUR 0.05 (half up)"
                    " = EUR 42.35 x 1077 x 1/1000, rounded = EUR 45.60"
                ),
            ],
        ),
        (
            excess_of(
                sum_of_amounts(FARE, euros("1.00")), least_of(FARE, euros("10.00"))
            ),
            [
                "fare = EUR 42.35",
                "fare + EUR 1.00 = EUR 42.35 + EUR 1.00 = EUR 43.35",
                (
                    "the lesser of fare and EUR 10.00"
                    " = the lesser of EUR 42.35 and EUR 10.00 = EUR 10.00"
                ),
                (
                    "(fare + EUR 1.00) less (the lesser of fare and EUR 10.00), "
                    "not below 0 = EUR 43.35 less EUR 10.00, not below 0 = EUR 33.35"
                ),
            ],
        ),
    ],
)
def test_an_amount_is_worked_out_step_by_step(
    amount: Formula, steps: list[str]
) -> None:
    """From the inside out: the formula, the same with figures, what it comes to."""
    assert [str(step) for step in iter_amount_steps(amount, ROW)] == steps


def test_a_share_of_periods_shows_its_ratio() -> None:
    """What is counted and then divided shows both."""
    count = Periods(LATE, 60, 0, is_started=False)
    amount = Scaled(to_formula(FARE), 1, 3, count)
    *_, last = iter_amount_steps(amount, ROW)

    assert last.figures == "EUR 42.35 x 3 x 1/3, rounded"
    assert last.result == "EUR 42.35"


def test_what_an_agent_may_give_instead_is_worked_out_too() -> None:
    """Both ends of a range that is left to judgement are shown."""
    free = pay(percent_of(FARE, 10), discretion=percent_of(FARE, 20))
    told = Table("t", [Rule("r", amends=free)]).explain({"fare": euros("10.00")})
    ((gift, steps),) = told.rules[0].gives

    assert gift.endswith("up to 20 % of fare (half up) at discretion")
    assert [step.result for step in steps] == ["EUR 10.00", "EUR 1.00", "EUR 2.00"]


def test_it_becomes_plain_values() -> None:
    """A dashboard or an audit file takes it as JSON."""
    told = table().explain({**FACTS, "tier": "gold"})
    body = json.loads(json.dumps(told.to_dict()))

    assert body["rule"] == "full"
    assert body["worth"] == "EUR 42.00"
    assert body["inputs"] == {
        "told": False,
        "late": 75,
        "fare": "EUR 42.00",
        "tier": "gold",
    }
    assert body["rules"][2]["gives"][0]["steps"][0]["result"] == "EUR 42.00"
    assert body["rules"][1]["conditions"] == [
        {
            "column": "late",
            "asked": ">= 30 min and <= 59 min",
            "read": "75 min",
            "is_met": False,
        }
    ]
    nothing = table().explain({**FACTS, "late": 3, "tier": None}).to_dict()
    assert nothing["worth"] is None


def test_a_claim_is_explained_like_facts() -> None:
    """What the engine decided can be asked again."""
    failure = ServiceFailure("late", facts={**FACTS, "tier": "gold"})
    claim = Claim(failure, datetime(2026, 5, 1, tzinfo=UTC), owed=Fraction(1))

    assert table().explain(claim) == table().explain({**FACTS, "tier": "gold"})


def test_what_is_not_known_is_asked_for() -> None:
    """An explanation needs what the decision needs."""
    with pytest.raises(MissingFactError):
        table().explain({"late": 3})


def test_days_are_read_as_people_write_them() -> None:
    """A date shows as ISO 8601 does."""
    day = column.day("bought")
    told = Table("t", [Rule("r", when=day >= date(2024, 1, 1))], otherwise="no")
    shown = str(told.explain({"bought": date(2023, 12, 31)}))

    assert "bought was 2023-12-31, but asked was >= 2024-01-01" in shown


@settings(max_examples=80)
@given(tables(), st.data())
def test_it_never_contradicts_the_decision(table: Table, data: st.DataObject) -> None:
    """The rule, the worth and what was read are those of the decision itself."""
    for row in data.draw(rows(table, most=3)):
        told, decided = table.explain(row), table.decision(row)
        assert told.rule == decided.rule
        assert told.policy_hash == decided.policy_hash
        assert told.inputs == decided.inputs
        assert [r.code for r in told.speaking] == [
            reason.code for reason in decided.award.because
        ]
        minor = 0 if told.worth is None else told.worth.minor
        assert minor == table.compiled(table.row(row))[1]
        for rule in told.rules:
            assert rule.holds == (not rule.failed)
            assert rule.holds or not rule.speaks
        assert table.hit is not Hit.UNIQUE or sum(r.speaks for r in told.rules) == 1
        json.dumps(told.to_dict())
        assert str(told)
