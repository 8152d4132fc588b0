"""Where a table's values are from, what it refuses, and how it joins others."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, Final

import attrs
import pytest

import recovery_core as rc
from recovery_core import Remedy, RemedyKind
from recovery_core._domain.money import MAX_MINOR
from recovery_core.errors import (
    CurrencyMismatchError,
    InvalidValueError,
    MissingFactError,
    WrongFactError,
)
from recovery_core.policy import capped, dated, first, floored, owed, set_off, sum_of
from recovery_core.tables import (
    Hit,
    Rule,
    Table,
    column,
    half_of,
    pay,
    percent_of,
    sum_of_amounts,
)
from tests.support.table_cases import (
    FARE,
    LATE,
    NOON,
    STRANDED,
    band,
    bands,
    claim_of,
    eur,
    two_step,
)

TIER: Final = column.choices("tier", "silver", "gold")


def read_tier(claim: rc.Claim) -> str | None:
    """Read the tier of the customer, if known."""
    return None if claim.customer is None else claim.customer.tier


def read_and_computed() -> Table:
    """Make a table that reads the customer and computes a band."""
    member = TIER.optional().read_from(read_tier)
    return Table(
        "T",
        [
            Rule("gold", when=member == "gold", amends=eur("9.00")),
            Rule(
                "near", when=(member != "gold") & (band == "short"), amends=eur("1.00")
            ),
            Rule("guest", when=member.is_missing & (band == "short")),
        ],
        otherwise="far",
    )


def test_a_column_reads_from_the_claim() -> None:
    """A reader sees the whole claim; in rows the value goes by the column's name."""
    table = read_and_computed()
    failure = rc.ServiceFailure("late", facts={"km": 1500})
    told = []
    for customer in (None, rc.Customer("c"), rc.Customer("c", tier="gold")):
        decided = table.decision(rc.Claim(failure, NOON, customer=customer))
        told.append((decided.rule, decided.inputs.get("tier")))
    assert told == [("guest", None), ("guest", None), ("gold", "gold")]
    assert table.compiled({"tier": "silver", "km": 1500}) == ("near", 100)
    assert table.compiled({"tier": None, "km": 1501}) == ("otherwise", 0)
    strange = rc.Claim(failure, NOON, customer=rc.Customer("c", tier="iron"))
    with pytest.raises(InvalidValueError, match="column 'tier' cannot be 'iron'"):
        table(strange)
    strict = Table(
        "T", [Rule("r", when=TIER.read_from(read_tier) == "gold")], otherwise="n"
    )
    with pytest.raises(InvalidValueError, match=r"declare it with .optional\(\)"):
        strict(rc.Claim(failure, NOON))


def test_what_is_computed_is_told_with_what_it_was_computed_from() -> None:
    """An auditor sees the band and the kilometres."""
    decided = read_and_computed().decision({"tier": None, "km": 900})
    assert decided.inputs == {"band": "short", "km": 900}
    assert decided.award.because[0].values["km"] == 900


def test_a_function_may_answer_with_facts() -> None:
    """Members of an Enum and Money are turned into plain values for every reader."""
    km = column.integer("km", 0, 9)
    worth = column.money("worth", "EUR", most=eur("9.00"))
    severity = column.choices("felt", rc.Severity).computed_from(km)(
        lambda n: rc.Severity.MAJOR if n > 4 else rc.Severity.MINOR
    )
    price = worth.computed_from(km)(lambda n: rc.Money(n, "EUR"))
    table = Table(
        "T",
        [Rule("major", when=severity == "MAJOR", amends=price)],
        otherwise=Rule("minor", amends=[price, price]),
    )
    for n, answer in ((4, ("minor", 800)), (5, ("major", 500))):
        assert table.compiled({"km": n}) == answer
        decided = table.decision({"km": n})
        assert (decided.rule, decided.award.worth) == (
            answer[0],
            rc.Money.from_minor(answer[1], "EUR"),
        )
    wrong = column.flag("far").computed_from(km)(lambda n: n)
    broken = Table("T", [Rule("far", when=wrong)], otherwise="near")
    for ask in (broken.compiled, broken.choose, broken.decision):
        with pytest.raises(
            InvalidValueError, match=r"cannot be 3: .*computed from km=3"
        ):
            ask({"km": 3})


def test_a_computed_amount_is_asked_for_only_where_it_is_paid() -> None:
    """The function of a column that one rule alone pays by is asked there alone."""
    asked: list[int] = []
    km = column.integer("km", 0, 9)

    @column.money("price", "EUR", most=eur("9.00")).computed_from(km)
    def price(n: int) -> int:
        asked.append(n)
        return n

    table = Table("T", [Rule("a", when=km < 3), Rule("b", when=km >= 3, amends=price)])
    assert table.compiled({"km": 2}) == ("a", 0)
    assert asked == []
    assert table.compiled({"km": 4}) == ("b", 4)


def test_a_fact_that_is_not_recorded_is_named() -> None:
    """A claim without it, or with None, is refused with the facts there are."""
    table = two_step()
    for facts in ({"late": 45}, {"late": 45, "fare": None}):
        with pytest.raises(MissingFactError) as refusal:
            table.decision(facts)
        assert refusal.value.name == "fare"
    with pytest.raises(
        MissingFactError, match=r"no fact 'late' was recorded \(known: x"
    ):
        table(claim_of(x=1))
    for wrong in (None, 5, "late", ["late"], rc.ServiceFailure("late")):
        with pytest.raises(InvalidValueError, match="a table cannot decide"):
            table.decision(wrong)  # type: ignore[arg-type]
    for row in (
        {"late": 45, "fare": 1.5},
        {"late": -1, "fare": 1},
        {"late": True, "fare": 1},
    ):
        with pytest.raises(InvalidValueError, match=r"column '(late|fare)' cannot be"):
            table.decision(row)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="give Money, lest units be taken"):
        table(claim_of(late=45, fare=42))
    assert table.decision({"late": 45, "fare": 42}).award.worth == eur("0.21")


def by_line(make: Any) -> str:
    """Name a case that is a function by the line it stands on."""
    return f"line {make.__code__.co_firstlineno}"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Table("", [Rule("a")]),
        lambda: Table(None, [Rule("a")]),  # type: ignore[arg-type]
        lambda: Table("T", Rule("a")),  # type: ignore[arg-type]
        lambda: Table("T", None),  # type: ignore[arg-type]
        lambda: Table("T", "abc"),  # type: ignore[arg-type]
        lambda: Table("T", [Rule("a"), None]),  # type: ignore[list-item]
        lambda: Table("T", ["a"]),  # type: ignore[list-item]
        lambda: Table("T", [Rule("a")], exclusions=Rule("x")),  # type: ignore[arg-type]
        lambda: Table("T", [Rule("a")], exclusions=[5]),  # type: ignore[list-item]
        lambda: Table("T", [], otherwise=5),  # type: ignore[arg-type]
        lambda: Table("T", [], otherwise=""),
        lambda: Table("T", [], otherwise=" "),
        lambda: Table("T", [], otherwise=Rule("o", when=LATE >= 3)),
        lambda: Table("T", [], otherwise=eur("1.00")),  # type: ignore[arg-type]
        lambda: Table("T", [Rule("a")], is_statutory=1),  # type: ignore[arg-type]
        lambda: Table("T", [Rule("a")], source=""),
        lambda: Table("T", [Rule("a", when=LATE < 3), Rule("a", when=LATE >= 3)]),
        lambda: Table("T", [Rule("otherwise", when=LATE < 3)], otherwise="x"),
        lambda: Table("T", [Rule("a", when=column.flag("policy"))], otherwise="x"),
        lambda: Table("T", [Rule("a", when=column.flag("chosen"))], otherwise="x"),
        lambda: Rule(""),
        lambda: Rule(None),  # type: ignore[arg-type]
        lambda: Rule("a", when=True),  # type: ignore[arg-type]
        lambda: Rule("a", when="late >= 30"),  # type: ignore[arg-type]
        lambda: Rule("a", when=[LATE >= 30]),  # type: ignore[arg-type]
        lambda: Rule("a", when=lambda claim: True),  # type: ignore[arg-type]
        lambda: Rule("a", amends=None),  # type: ignore[arg-type]
        lambda: Rule("a", amends="x"),  # type: ignore[arg-type]
        lambda: Rule("a", amends=5),  # type: ignore[arg-type]
        lambda: Rule("a", amends=5.0),  # type: ignore[arg-type]
        lambda: Rule("a", amends=LATE),
        lambda: Rule("a", amends=[None]),  # type: ignore[list-item]
        lambda: Rule("a", amends=eur("-1.00")),
        lambda: Rule("a", amends=rc.Award()),  # type: ignore[arg-type]
        lambda: Rule("a", alternatives=True),  # type: ignore[arg-type]
        lambda: Rule("a", because=""),
        lambda: Rule("a", because=5),  # type: ignore[arg-type]
        lambda: pay(5),  # type: ignore[arg-type]
        lambda: pay(FARE, kind=RemedyKind.CARE),
        lambda: pay(FARE, kind="cash"),  # type: ignore[arg-type]
        lambda: pay(FARE, what=""),
        lambda: pay(FARE, discretion=5),  # type: ignore[arg-type]
        lambda: pay(FARE, is_statutory=1),  # type: ignore[arg-type]
    ],
    ids=by_line,
)
def test_parts_that_cannot_be_are_refused(make: Callable[[], object]) -> None:
    """Whatever is passed for a rule, a condition or a gift: a typed error."""
    with pytest.raises(InvalidValueError):
        make()


def test_parts_that_do_not_fit_together_are_refused() -> None:
    """One name is one column, and one table is one currency."""
    other = column.minutes("late", most=90)
    with pytest.raises(InvalidValueError, match="two columns are called 'late'"):
        Table("T", [Rule("a", when=LATE < 3), Rule("b", when=other >= 3)])
    far = column.flag("far").computed_from(other)(lambda late: True)
    with pytest.raises(InvalidValueError, match="two columns are called 'late'"):
        Table("T", [Rule("a", when=far & (LATE < 3))], otherwise="x")
    usd = rc.Money("1.00", "USD")
    with pytest.raises(CurrencyMismatchError, match="a rule gives one currency"):
        Rule("a", amends=[FARE, usd])
    with pytest.raises(CurrencyMismatchError, match="EUR and USD"):
        pay(FARE, discretion=usd)
    with pytest.raises(CurrencyMismatchError, match="make one table for each currency"):
        Table(
            "T",
            [Rule("a", when=LATE < 3, amends=usd)],
            otherwise=Rule("b", amends=FARE),
        )


def test_no_sum_of_rules_outgrows_money() -> None:
    """What rules pay together, or an agent may, is bounded when the table is built."""
    wide = column.money("wide", "EUR", most=rc.Money.from_minor(MAX_MINOR, "EUR"))
    rules = [Rule("a", amends=wide), Rule("b", amends=eur("0.01"))]
    with pytest.raises(InvalidValueError, match=r"adds up, a \+ b, could pay more"):
        Table("T", rules, hit="sum")
    most = Table("T", rules, hit="max")
    assert most.compiled({"wide": MAX_MINOR}) == ("a or b", MAX_MINOR)
    with pytest.raises(InvalidValueError, match="rule 'a' of table 'T' could pay more"):
        Table(
            "T",
            [Rule("a", amends=pay(eur("1"), discretion=sum_of_amounts(wide, wide)))],
        )


def test_a_rule_knows_what_it_reads() -> None:
    """Condition first, then amounts, then discretion, each column once."""
    low = column.money("low", "EUR")
    rule = Rule(
        "r",
        when=(LATE >= 3) & STRANDED,
        alternatives=pay(FARE, discretion=low),
        amends=[half_of(FARE), Remedy(RemedyKind.CARE)],
    )
    assert [one.name for one in rule.columns] == ["late", "stranded", "fare", "low"]
    assert [one.name for one in rule.amount_columns] == ["fare", "low"]
    assert len(rule.gifts) == 3
    assert [str(gift) for gift in rule.gifts] == [
        "cash fare, up to low at discretion",
        "cash 50 % of fare (half up)",
        "care",
    ]
    assert str(pay(FARE, kind=RemedyKind.REFUND, what="taxi")) == "refund fare (taxi)"
    assert rule.discretions[0].columns == (low,)


def test_a_table_is_a_policy_like_any_other() -> None:
    """Caps, floors, shares, set-off, sums and versions take a table as it is."""
    table = two_step()
    claim = claim_of(late=90, fare=eur("42.00"))
    worth = {
        "capped": capped(table, at=eur("20.00")),
        "floored": floored(table, at=eur("50.00")),
        "sum": sum_of(table, table),
        "first": first(Table("none", [], otherwise="no"), table),
        "dated": dated({date(2026, 1, 1): table}),
        "owed": owed(table, rounding=rc.Rounding.DOWN),
        "set off": set_off(table),
    }
    given_ = rc.Remedy(RemedyKind.CASH, eur("2.00"))
    claim = attrs.evolve(claim, owed=Fraction(1, 2), earlier=(given_,))
    found = {name: str(policy(claim).worth) for name, policy in worth.items()}
    assert found == {
        "capped": "EUR 20.00",
        "floored": "EUR 50.00",
        "sum": "EUR 84.00",
        "first": "EUR 42.00",
        "dated": "EUR 42.00",
        "owed": "EUR 21.00",
        "set off": "EUR 40.00",
    }
    for policy in worth.values():
        assert "full" in [reason.code for reason in policy(claim).because]


def test_a_table_takes_a_case_through_all_five_steps() -> None:
    """The offer of a case says which rule of which table gave it, and from what."""
    table = two_step()
    engine = rc.RecoveryEngine(policy=table, clock=lambda: NOON)
    failure = rc.ServiceFailure("late", facts={"late": 75, "fare": eur("42.00")})
    case = engine.apologize(
        engine.acknowledge(engine.open(failure), by="ana"), by="ana"
    )
    case = engine.offer(case)
    assert case.offer is not None
    reasons = {reason.code: reason for reason in case.offer.award.because}
    assert reasons["full"].values["policy"] == f"Delay Repay 30 {table.hash}"
    assert reasons["full"].values["late"] == 75
    case = engine.make_amends(engine.accept(case))
    assert [str(remedy.value) for remedy in case.given] == ["EUR 42.00"]
    case = engine.feed_back(case, lesson="points failure at km 12")
    assert case.state == "closed"
    assert rc.from_json(rc.to_json(case)) == case


def test_a_table_without_a_fact_breaks_no_promise_in_silence() -> None:
    """The engine tells which fact the table missed."""
    engine = rc.RecoveryEngine(policy=two_step(), clock=lambda: NOON)
    case = engine.open(rc.ServiceFailure("late", facts={"late": 75}))
    case = engine.apologize(engine.acknowledge(case))
    with pytest.raises(rc.RecoveryError, match="fare"):
        engine.offer(case)


def test_a_used_table_pickles() -> None:
    """Compiled functions stay at home; readers and functions of modules go along."""
    for table in (two_step(), read_and_computed(), bands("sum", "1.00", "2.00")):
        row = {"late": 75, "fare": 42, "tier": "gold", "km": 3, "stranded": False}
        answer = table.compiled(row)
        assert table.choose(row) >= 0
        assert table.outcomes
        if table.name != "T" or table.hit is Hit.SUM:
            twin = pickle.loads(pickle.dumps(table))  # noqa: S301
            assert twin == table
            assert twin.hash == table.hash
            assert twin.compiled(row) == answer


PROGRAM: Final = """
from tests.support.table_cases import bands, two_step
from tests.tables.test_table_inputs import read_and_computed
print([two_step().hash, read_and_computed().hash, bands("max", "1.00", "2.00").hash])
"""


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_a_hash_is_the_same_in_another_process(seed: str) -> None:
    """Whatever PYTHONHASHSEED is, equal tables have one name."""
    mine = [
        two_step().hash,
        read_and_computed().hash,
        bands("max", "1.00", "2.00").hash,
    ]
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == str(mine)
    assert len({*mine}) == 3
    assert str(two_step()) == f"Delay Repay 30 ({mine[0]})"


def test_a_hash_moves_with_every_figure() -> None:
    """A boundary, a rate, a rounding, an order, a word: each is another table."""
    rules = two_step().rules
    changed = [
        two_step(),
        two_step(is_statutory=True),
        two_step(source="a law"),
        two_step(hit="first"),
        attrs.evolve(two_step(), rules=rules[::-1]),
        attrs.evolve(two_step(), otherwise="early"),
        attrs.evolve(two_step(), exclusions=[Rule("x", when=STRANDED)]),
        attrs.evolve(
            two_step(),
            rules=[attrs.evolve(rules[0], amends=percent_of(FARE, "50.01")), rules[1]],
        ),
        attrs.evolve(
            two_step(),
            rules=[
                attrs.evolve(rules[0], when=LATE.between(30, 59)),
                attrs.evolve(rules[1], when=LATE >= 59),
            ],
        ),
    ]
    assert len({table.hash for table in changed}) == len(changed)
    assert two_step().hash == two_step().hash


@pytest.mark.parametrize(
    "wrong", ["alternate_latr", "alternate_late", "alternatelater"]
)
def test_what_is_recorded_under_another_spelling_is_not_missing(wrong: str) -> None:
    """A misspelt fact is refused: taken for missing, it would pay in silence."""
    alternate = column.minutes("alternate_later").optional()
    table = Table(
        "bumped",
        [Rule("none", when=alternate.is_missing, amends=rc.Money("100.00", "EUR"))],
        otherwise="there was an alternate",
    )
    assert table.compiled({"alternate_later": None}) == ("none", 10_000)
    with pytest.raises(WrongFactError, match="write 'alternate_later'"):
        table.decision({wrong: 90})
    failure = rc.ServiceFailure("bumped", facts={wrong: 90})
    with pytest.raises(WrongFactError, match=wrong):
        table(rc.Claim(failure, NOON))


def test_another_fact_beside_one_that_is_missing_is_no_misspelling() -> None:
    """Facts that no rule reads are nobody's business."""
    arrival = column.minutes("arrival_delay").optional()
    table = Table(
        "late",
        [Rule("late", when=arrival >= 60, amends=rc.Money("5.00", "EUR"))],
        otherwise="in time",
    )
    facts: dict[str, rc.Fact | None] = {"departure_delay": 90, "carrier": "XX"}
    assert table.decision(facts).rule == "otherwise"
