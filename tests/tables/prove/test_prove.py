"""Proofs on tables as people write them: words, boundaries and amounts."""

import pickle
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from recovery_core import (
    Money,
    Remedy,
    RemedyKind,
    Rounding,
)
from recovery_core.errors import (
    PolicyError,
)
from recovery_core.policy import (
    capped,
    first,
)
from recovery_core.tables import (
    Rule,
    Table,
    column,
    greatest_of,
    half_of,
    least_of,
    pay,
    percent_of,
    prove,
)
from recovery_core.tables.conditions import When
from tests.support.proof_cases import (
    MOST,
    eur,
    fare,
    late,
    repay,
    shown,
)


class TestPromises:
    def test_what_holds_is_proved_for_all_claims(self) -> None:
        """A proof says for how many claims it speaks."""
        proof = prove.never_above(repay(), fare)
        assert proof
        assert proof.holds is True
        assert proof.inputs == (366 * 24 * 60 + 1) * (10**9 + 1)
        assert (proof.counterexample, proof.compared, proof.rule) == (None, None, None)
        assert (proof.paid, proof.limit) == (None, None)
        assert proof.seconds > 0
        assert str(proof) == (
            "never above fare: proved for all claims (2 columns, 5.3e14 inputs)"
        )

    def test_few_inputs_are_counted_out(self) -> None:
        """A small number of inputs is written in full."""
        vip = column.flag("vip")
        table = Table("V", [Rule("vip", when=vip, amends=eur("1"))], otherwise="no")
        assert str(prove.rises_with(table, vip)) == (
            "rises with vip: proved for all claims (1 column, 2 inputs)"
        )

    def test_what_does_not_hold_shows_the_smallest_claim(self) -> None:
        """The claim can be given to the table as it is."""
        table = repay(percent=150)
        proof = prove.never_above(table, fare)
        assert not proof
        assert proof.holds is False
        assert proof.is_smallest
        assert shown(proof) == {"arrival_delay": 60, "fare": eur("0.01")}
        assert proof.counterexample is not None
        decision = table.decision(proof.counterexample)
        assert decision.rule == proof.rule == "full"
        assert decision.award.worth == proof.paid == eur("0.02")
        assert proof.limit == eur("0.01")
        assert str(proof) == (
            "never above fare: does not hold: arrival_delay=60 min, fare=EUR 0.01 pays "
            "EUR 0.02 by rule 'full'; promised at most EUR 0.01"
        )

    @pytest.mark.parametrize("limit", [eur("50"), half_of(least_of(fare, eur("100")))])
    def test_a_limit_may_be_a_sum_or_a_formula(self, limit: Any) -> None:
        """Whatever can be paid can be a limit."""
        table = Table("T", [], otherwise=Rule("r", amends=least_of(fare, eur("100"))))
        assert not prove.never_above(table, limit)
        assert prove.never_above(table, eur("100"))

    def test_a_limit_may_be_a_column_that_the_table_does_not_read(self) -> None:
        """Then it is part of the claim."""
        table = Table("T", [], otherwise=Rule("r", amends=eur("2")))
        proof = prove.never_above(table, fare)
        assert shown(proof) == {"fare": eur("0.00")}
        assert table.decision(proof.counterexample or {}).award.worth == eur("2")

    def test_a_limit_that_is_missing_is_set_aside(self) -> None:
        """What nobody knows limits nothing."""
        loss = column.money("loss", "EUR", least=eur("5")).optional()
        table = Table("T", [], otherwise=Rule("r", amends=eur("5")))
        assert prove.never_above(table, loss)

    def test_a_proof_that_something_is_excluded(self) -> None:
        """The edge itself is told apart from what lies one below."""
        assert prove.never_pays_when(repay(), late < 30)
        proof = prove.never_pays_when(repay(), late <= 30)
        assert str(proof) == (
            "never pays when arrival_delay <= 30 min: does not hold: "
            "arrival_delay=30 min, fare=EUR 0.01 pays EUR 0.01 by rule 'half'; "
            "promised nothing"
        )

    def test_a_flag_is_a_condition(self) -> None:
        """As it is everywhere else."""
        vip = column.flag("vip")
        assert shown(prove.never_pays_when(repay(), vip)) == {
            "arrival_delay": 30,
            "fare": eur("0.01"),
            "vip": True,
        }

    def test_a_wider_band_pays_later(self) -> None:
        """Of two versions, the claim that they treat differently is shown."""
        proof = prove.equal_to(repay(60), repay(61, name="New"))
        assert str(proof) == (
            "equal to New: does not hold: arrival_delay=60 min, fare=EUR 0.02 pays "
            "EUR 0.02 by rule 'full'; New pays EUR 0.01 by rule 'half'"
        )
        assert prove.equal_to(repay(60), repay(60))
        assert prove.never_less_than(repay(60), repay(61))
        assert not prove.never_less_than(repay(61), repay(60))

    def test_two_rules_are_compared_where_both_decide(self) -> None:
        """What other rules pay does not matter then."""
        old, new = repay(60), repay(61, 150)
        assert prove.pay_alike(old, new, rules=("half", "half"))
        assert shown(prove.pay_alike(old, new, rules=("full", "full"))) == {
            "arrival_delay": 61,
            "fare": eur("0.01"),
        }

    def test_what_falls_shows_both_claims(self) -> None:
        """The counterexample is the claim that has grown; the other is beside it."""
        table = repay(percent=40)
        proof = prove.rises_with(table, late)
        assert dict(proof.compared or {}) == {"arrival_delay": 30, "fare": eur("0.01")}
        assert shown(proof) == {"arrival_delay": 60, "fare": eur("0.01")}
        assert (proof.paid, proof.limit) == (eur("0"), eur("0.01"))
        assert str(proof) == (
            "rises with arrival_delay: does not hold: arrival_delay=60 min, "
            "fare=EUR 0.01 pays EUR 0.00 by rule 'full'; with arrival_delay=30 min it "
            "pays EUR 0.01 by rule 'half'"
        )
        assert prove.rises_with(table, fare)
        assert not prove.falls_with(table, fare)
        assert prove.falls_with(
            Table("T", [Rule("r", when=late < 5, amends=fare)], otherwise="late"), late
        )

    def test_a_table_that_pays_nothing_keeps_every_promise_to_pay_little(self) -> None:
        """It has no currency, and needs none."""
        nothing = Table("N", [Rule("a", when=late > 5)], otherwise="no")
        assert prove.never_above(nothing, eur("0"))
        assert prove.rises_with(nothing, late)
        assert prove.falls_with(nothing, late)
        assert prove.never_pays_when(nothing, late > 3)
        assert prove.equal_to(nothing, nothing)
        proof = prove.never_less_than(nothing, repay())
        assert (proof.paid, proof.limit) == (eur("0"), eur("0.01"))

    def test_a_table_that_reads_nothing(self) -> None:
        """There is one claim then."""
        table = Table("T", [], otherwise=Rule("all", amends=eur("2")))
        assert str(prove.never_above(table, eur("1"))) == (
            "never above EUR 1.00: does not hold: every claim pays EUR 2.00 by rule "
            "'all'; promised at most EUR 1.00"
        )
        assert str(prove.never_above(table, eur("2"))).endswith(
            "proved for all claims (0 columns, 1 inputs)"
        )

    def test_things_without_a_value_do_not_count(self) -> None:
        """A proof is about money."""
        care = Remedy(RemedyKind.CARE, what="a meal")
        table = Table("T", [Rule("meal", when=late > 9, amends=[care])], otherwise="no")
        assert prove.never_pays_when(table, late > 9)

    def test_the_dearest_alternative_counts(self) -> None:
        """Whichever the customer chooses."""
        table = Table(
            "T", [], otherwise=Rule("r", alternatives=[eur("1"), eur("3")], amends=fare)
        )
        proof = prove.never_above(table, eur("2.99"))
        assert shown(proof) == {"fare": eur("0.00")}
        assert proof.paid == eur("3")

    def test_missing_values_stand_last_and_are_left_out(self) -> None:
        """A claim is smaller where something is known."""
        nights = column.integer("nights", 0, 9).optional()
        table = Table(
            "T",
            [
                Rule("none", when=nights.is_missing, amends=eur("2")),
                Rule("many", when=nights >= 3, amends=eur("1")),
            ],
            otherwise="few",
        )
        two = prove.never_above(table, eur("1"))
        assert shown(two) == {}
        assert "nights=missing pays EUR 2.00" in str(two)
        assert shown(prove.never_above(table, eur("0"))) == {"nights": 3}
        assert prove.rises_with(table, nights), "missing is no more than anything"

    def test_days_and_ordered_choices_have_an_order(self) -> None:
        """They can grow."""
        day = column.day("day")
        tier = column.choices("tier", "tin", "gold", ordered=True)
        table = Table(
            "T",
            [
                Rule(
                    "new",
                    when=(day >= date(2026, 1, 1)) & (tier == "gold"),
                    amends=fare,
                )
            ],
            otherwise="old",
        )
        assert prove.rises_with(table, day)
        assert prove.rises_with(table, tier)
        assert shown(prove.falls_with(table, day)) == {
            "day": date(2026, 1, 1),
            "tier": "gold",
            "fare": eur("0.01"),
        }

    def test_the_same_question_has_the_same_answer(self) -> None:
        """A proof is a value: equal, hashable, and it pickles."""
        ask = [prove.never_above(repay(percent=150), fare) for _ in range(3)]
        assert ask[0] == ask[1] == ask[2]
        assert len(set(ask)) == 1
        assert pickle.loads(pickle.dumps(ask[0])) == ask[0]  # noqa: S301

    def test_what_an_agent_may_add_is_not_counted_and_said(self) -> None:
        """What is paid is what the table gives by itself."""
        free = Table(
            "F",
            [Rule("r", when=late > 5, amends=pay(eur("1"), discretion=eur("5")))],
            otherwise="no",
        )
        note = "; what an agent may give at discretion is not counted"
        assert str(prove.never_above(free, eur("1"))).endswith(f"inputs){note}")
        assert str(prove.rises_with(free, late)).endswith(note)
        assert str(prove.never_less_than(repay(), free)).count(note) == 0
        assert str(prove.never_pays_when(repay(), late < 5)).count(note) == 0
        assert str(prove.equal_to(capped(free, at=eur("2")), free)).endswith(note)

    def test_the_most_that_an_agent_may_give_is_counted_when_asked(self) -> None:
        """It is the most of the range, and what is given beside it."""
        free = Table(
            "F",
            [
                Rule(
                    "r",
                    when=late > 5,
                    alternatives=[eur("2"), eur("1")],
                    amends=[pay(fare, discretion=eur("5")), eur("3")],
                )
            ],
            otherwise="no",
        )
        assert prove.never_above(free, greatest_of(fare, eur("5")) + eur("5"))
        limit = greatest_of(fare, eur("5")) + eur("5")
        proof = prove.never_above(free, limit, at_discretion=True)
        assert proof
        assert "not counted" not in str(proof)
        proof = prove.never_above(free, eur("9.99"), at_discretion=True)
        assert shown(proof) == {"arrival_delay": 6, "fare": eur("0.00")}
        assert proof.paid == eur("10")
        assert str(proof).startswith(
            "never above EUR 9.99 at discretion: does not hold"
        )
        assert proof.counterexample is not None
        assert free.at_discretion(proof.counterexample, eur("5")).worth == proof.paid

    def test_of_two_amounts_left_to_judgement_none_can_be_chosen(self) -> None:
        """An agent then gives what the table gives, as `at_discretion` has it."""
        free = pay(eur("1"), discretion=eur("5"))
        two = Table("T", [Rule("r", when=late > 5, amends=[free, free])], otherwise="-")
        assert prove.never_above(two, eur("2"), at_discretion=True)
        assert prove.never_above(repay(), fare, at_discretion=True)

    def test_which_rule_speaks_is_settled_before_an_agent_chooses(self) -> None:
        """The rule that is worth more by itself, though the other leaves more."""
        free = pay(eur("2"), discretion=eur("3"))
        table = Table(
            "T",
            [
                Rule("free", when=late > 5, amends=free),
                Rule("more", when=late > 9, amends=fare),
            ],
            otherwise="no",
            hit="max",
        )
        assert prove.never_above(table, greatest_of(fare, eur("3")), at_discretion=True)
        proof = prove.never_above(table, eur("2.99"), at_discretion=True)
        assert shown(proof) == {"arrival_delay": 6, "fare": eur("0.00")}
        assert proof.paid == eur("3")

    def test_no_agent_chooses_by_a_composition(self) -> None:
        """Only a table alone leaves a choice; and never one beyond money."""
        with pytest.raises(PolicyError, match="leaves no agent a choice"):
            prove.never_above(first(repay()), fare, at_discretion=True)
        row = Rule("r", when=late > 5, amends=[pay(fare, discretion=MOST), eur("1")])
        table = Table("T", [row], otherwise="no")
        with pytest.raises(PolicyError, match="more than Money can hold"):
            prove.never_above(table, MOST, at_discretion=True)


class TestAmounts:
    @pytest.mark.parametrize("rounding", Rounding)
    @pytest.mark.parametrize("percent", [25, 30, 50, 75])
    def test_every_rounding_is_proved_equal_to_a_list_of_results(
        self, percent: int, rounding: Rounding
    ) -> None:
        """What `Money.times` gives for each fare is what the formula gives."""
        few = column.money("few", "EUR", most=eur("0.13"))
        share = Fraction(percent, 100)
        listed = [
            Rule(
                f"{cents}",
                when=few == (sum_ := Money.from_minor(cents, "EUR")),
                amends=sum_.times(share, rounding=rounding),
            )
            for cents in range(14)
        ]
        formula = percent_of(few, percent, rounding=rounding)
        table = Table("formula", [], otherwise=Rule("r", amends=formula))
        proof = prove.equal_to(table, Table("list", listed))
        assert proof, str(proof)

    def test_a_signed_range_is_smallest_near_nothing(self) -> None:
        """Zero, then one, then one below; what is missing comes last."""
        early = column.minutes("early", least=-5, most=9).optional()

        def refuted(condition: When) -> object:
            table = Table("T", [Rule("r", when=condition, amends=fare)], otherwise="-")
            return (shown(prove.never_pays_when(table, condition)) or {}).get("early")

        assert refuted(early < 7) == 0
        assert refuted((early < 0) | (early > 1)) == -1
        assert refuted((early < 0) | (early == 1)) == 1
        assert refuted(early.is_missing) is None
        assert refuted(column.minutes("early", least=-5) != 0) == 1
