"""What a table's rules give: ways to choose from, amends, discretion."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

import recovery_core as rc
from recovery_core import Remedy, RemedyKind
from recovery_core.errors import (
    CurrencyMismatchError,
    PolicyError,
)
from recovery_core.tables import (
    Hit,
    Rule,
    Table,
    column,
    half_of,
    pay,
)
from tests.support.table_cases import (
    FARE,
    LATE,
    claim_of,
    eur,
    two_step,
)


def test_an_award_says_rule_policy_and_what_was_read() -> None:
    """The reason carries the code, the words, the values and the content hash."""
    table = two_step()
    award = table(claim_of(late=45, fare=eur("42.00"), weather="snow"))
    assert award.amends == (Remedy(RemedyKind.CASH, eur("21.00")),)
    values: dict[str, Any] = {"late": 45, "fare": eur("42.00")}
    values["policy"] = f"Delay Repay 30 {table.hash}"
    text = "30 min <= late <= 59 min"
    assert award.because == (rc.Reason("half", text, values),)
    none = table(claim_of(late=29, fare=eur("42.00")))
    assert none.is_empty
    assert none.because[0].text == "less than 30 minutes late"
    told = attrs.evolve(table, otherwise=Rule("no", because="too early"))
    assert told(claim_of(late=1, fare=eur("1"))).because[0].text == "too early"


def test_a_statutory_table_shields_all_it_gives() -> None:
    """Law stands on every remedy, those that stand as they are included."""
    redo = Remedy(RemedyKind.REDO, what="next train")
    rule = Rule(
        "r", alternatives=[redo, pay(FARE, kind=RemedyKind.REFUND)], amends=eur("1")
    )
    for is_law in (True, False):
        award = Table("law", [rule], is_statutory=is_law)(claim_of(fare=eur("9.00")))
        assert [r.is_statutory for r in award.remedies] == [is_law] * 3
    one = Table("T", [Rule("r", amends=[pay(FARE, is_statutory=True), eur("1.00")])])
    flags = [r.is_statutory for r in one(claim_of(fare=eur("9.00"))).amends]
    assert flags == [True, False]


def test_alternatives_are_a_choice_and_amends_come_in_addition() -> None:
    """The worth is the dearest alternative and all amends; nothing is no remedy."""
    redo = Remedy(RemedyKind.REDO, eur("30.00"))
    rule = Rule(
        "r",
        alternatives=[pay(FARE, kind=RemedyKind.CREDIT, what="voucher"), redo],
        amends=[half_of(FARE), Remedy(RemedyKind.POINTS, points=500)],
    )
    table = Table("T", [rule])
    for fare, worth in ((0, 3000), (1, 3001), (2999, 4500), (4000, 6000)):
        award = table.decision({"fare": fare}).award
        assert award.worth == rc.Money.from_minor(worth, "EUR")
        assert table.compiled({"fare": fare}) == ("r", worth)
        assert len(award.alternatives) == (2 if fare else 1)
    assert award.alternatives[0].what == "voucher"
    free = Table("T", [Rule("r", amends=Remedy(RemedyKind.CARE))])
    assert free.outcomes[0].worth is None
    assert free.compiled({}) == ("r", 0)


@pytest.mark.parametrize("hit", [Hit.SUM, Hit.MAX])
def test_what_rules_offer_together_is_one_choice(hit: Hit) -> None:
    """Of all alternatives the customer takes one: the worth counts the dearest."""
    table = Table(
        "T",
        [
            Rule("a", alternatives=eur("10.00"), amends=eur("1.00")),
            Rule("b", when=LATE >= 60, alternatives=[eur("20.00"), eur("10.00")]),
            Rule("c", when=LATE >= 60, amends=Remedy(RemedyKind.CARE)),
        ],
        hit=hit,
    )
    label, worth = table.compiled({"late": 60})
    award = table.decision({"late": 60}).award
    assert award.worth == rc.Money.from_minor(worth, "EUR")
    assert worth == (2100 if hit is Hit.SUM else 2000)
    assert len(award.alternatives) == 2
    assert label.replace(" or ", " + ") == "a + b + c"


def test_an_agent_chooses_within_the_bounds() -> None:
    """From what the rule gives up to the discretion, both inside, and it is told."""
    low = column.money("low", "EUR")
    table = Table(
        "goodwill",
        [
            Rule(
                "sorry",
                when=LATE >= 60,
                amends=[pay(low, discretion=eur("50.00")), FARE],
            ),
            Rule(
                "both",
                when=LATE.between(30, 60),
                amends=[pay(low, discretion=FARE), pay(FARE, discretion=low)],
            ),
        ],
        otherwise="on time",
    )
    facts: dict[str, Any] = {"late": 90, "low": eur("10.00"), "fare": eur("3.00")}
    assert table.decision(facts).at_discretion == eur("50.00")
    assert table.decision(facts).award.worth == eur("13.00")
    for text in ("10.00", "33.33", "50.00"):
        award = table.at_discretion(facts, eur(text))
        assert award.amends[0].value == eur(text)
        assert award.amends[1].value == eur("3.00")
        assert award.because[0].values["chosen"] == eur(text)
    for wrong in (eur("9.99"), eur("50.01"), 2000, None, 20.0):
        with pytest.raises(PolicyError, match=r"leaves EUR 10.00 to EUR 50.00 to judg"):
            table.at_discretion(facts, wrong)  # type: ignore[arg-type]
    with pytest.raises(CurrencyMismatchError):
        table.at_discretion(facts, rc.Money("20.00", "USD"))
    dear = {**facts, "low": eur("60.00")}
    assert table.decision(dear).at_discretion == eur("60.00")
    assert table.at_discretion(dear, eur("60.00")).worth == eur("63.00")
    for late, count in ((30, 2), (29, 0)):
        none = {**facts, "late": late}
        assert table.decision(none).at_discretion is None
        with pytest.raises(PolicyError, match=f"leaves {count} amounts to judgement"):
            table.at_discretion(none, eur("20.00"))
    free = Table("T", [Rule("r", amends=pay(eur("0"), discretion=eur("5.00")))])
    assert free.at_discretion({}, eur("0.00")).is_empty
