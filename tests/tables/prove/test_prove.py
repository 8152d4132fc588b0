"""Proofs on tables as people write them: words, boundaries, what cannot be known."""

import pickle
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import attrs
import pytest

from recovery_core import (
    Award,
    Claim,
    Money,
    Remedy,
    RemedyKind,
    Rounding,
    ServiceFailure,
    schedules,
)
from recovery_core.errors import (
    ContractError,
    CurrencyMismatchError,
    InvalidValueError,
    MissingPackageError,
    PolicyError,
)
from recovery_core.policy import (
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
    Rule,
    Table,
    column,
    greatest_of,
    half_of,
    indexed,
    interest,
    least_of,
    pay,
    per_started,
    percent_of,
    prove,
    sum_of_amounts,
)
from recovery_core.tables.conditions import When
from recovery_core.tables.prove import _query, _search, _watch
from recovery_core.tables.prove.ways import Way

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


class TestCompositions:
    @pytest.fixture
    def both(self) -> tuple[Table, Table]:
        """Two tables that pay differently."""
        return repay(), repay(61, 150, name="Generous")

    def test_a_cap_holds(self, both: tuple[Table, Table]) -> None:
        """Nothing passes it, and below it nothing changes."""
        policy = capped(sum_of(*both), at=eur("10"))
        assert prove.never_above(policy, eur("10"))
        assert not prove.never_above(policy, eur("9.99"))
        assert prove.equal_to(capped(policy, at=eur("10.01")), policy)

    def test_a_floor_lifts_only_what_is_given(self, both: tuple[Table, Table]) -> None:
        """Where nothing is given, nothing is given."""
        policy = floored(both[0], at=eur("5"))
        assert prove.never_pays_when(policy, late < 30)
        assert prove.never_less_than(policy, both[0])
        proof = prove.never_less_than(both[0], policy)
        assert shown(proof) == {"arrival_delay": 30, "fare": eur("0.01")}
        assert "floored(Delay Repay) pays EUR 5.00 by rule 'half'" in str(proof)

    def test_the_first_and_the_best(self, both: tuple[Table, Table]) -> None:
        """The best is never less than the first."""
        assert prove.never_less_than(best_of(*both), first(*both))
        assert prove.equal_to(first(both[0], both[0]), both[0])
        assert not prove.equal_to(first(*both), best_of(*both))

    def test_a_share_is_rounded_sum_by_sum(self) -> None:
        """Two halves of a cent are two cents, not one."""
        two = Table("T", [], otherwise=Rule("r", amends=[fare, fare]))
        half = scaled(two, "1/2", rounding=Rounding.UP)
        proof = prove.never_above(half, fare)
        assert shown(proof) == {"fare": eur("0.01")}
        assert proof.paid == eur("0.02")

    def test_of_equal_rules_the_earlier_speaks(self) -> None:
        """Which one speaks matters to the cent once a share is taken of each sum."""
        table = Table(
            "T",
            [
                Rule("one", when=late > 5, amends=percent_of(fare, 200)),
                Rule("two", when=late > 5, amends=[fare, fare]),
            ],
            otherwise="no",
            hit="max",
        )
        half = scaled(table, "1/2", rounding=Rounding.UP)
        assert prove.never_pays_when(table, late <= 5)
        proof = prove.never_above(half, fare)
        assert proof, str(proof)

    def test_the_first_passes_on_what_comes_to_nothing(self) -> None:
        """A rule that holds and pays nothing leaves the matter to the next policy."""
        slight = Table("S", [], otherwise=Rule("slight", amends=percent_of(fare, 1)))
        cent = Table("C", [], otherwise=Rule("cent", amends=eur("0.01")))
        assert prove.never_less_than(first(slight, cent), cent)
        assert not prove.never_less_than(slight, cent)

    def test_a_cap_cuts_the_last_first(self) -> None:
        """What is cut is then scaled: the order of sums matters to the cent."""
        three = Table("T", [], otherwise=Rule("r", amends=[eur("0.01")] * 3))
        cut = scaled(capped(three, at=eur("0.02")), "1/2", rounding=Rounding.UP)
        assert prove.never_above(cut, eur("0.02"))
        assert not prove.never_above(cut, eur("0.01"))

    @pytest.mark.parametrize(
        ("policy", "why"),
        [
            (nothing, "nothing cannot be proved, for nobody can look into a function"),
            (first(repay(), nothing), "nothing cannot be proved, for nobody can"),
            (
                only_if(lambda _: True, repay(), because="always"),
                "cannot be proved, for only_if asks a function of the claim, and",
            ),
            ("no policy", "'no policy' cannot be proved"),
        ],
    )
    def test_what_is_opaque_is_refused(self, policy: Any, why: str) -> None:
        """It says why, what can be proved, and what searches instead."""
        with pytest.raises(PolicyError, match=why) as refused:
            prove.never_above(policy, eur("1"))
        assert (
            "give a table, a schedule, or what best_of, capped, dated, first, flo"
            in (str(refused.value))
        )
        assert "recovery_core.testing.check_policy searches" in str(refused.value)
        with pytest.raises(PolicyError, match="cannot be proved"):
            prove.rises_with(policy, late)
        with pytest.raises(PolicyError, match="cannot be proved"):
            prove.equal_to(repay(), policy)


class TestWhatIsReadOfTheClaim:
    """The day, what was given before and what is owed go by a name, as in rows."""

    def test_a_version_goes_by_the_day_of_the_failure(self) -> None:
        """Each from its first day on, and nothing before; the day is in the claim."""
        old, new = repay(60), repay(61, name="New")
        policy = dated({date(2020, 1, 1): old, date(2021, 1, 1): new})
        assert prove.never_above(policy, fare)
        proof = prove.equal_to(policy, old)
        assert shown(proof) == {
            "arrival_delay": 30,
            "fare": eur("0.01"),
            "failure_day": date.min,
        }
        assert "failure_day=0001-01-01 pays EUR 0.00 by rule 'not in force'" in str(
            proof
        )
        proof = prove.equal_to(policy, first(policy, old))
        assert proof.counterexample is not None
        assert proof.counterexample["failure_day"] == date.min
        proof = prove.equal_to(dated({date(2020, 1, 1): old}), policy)
        assert shown(proof) == {
            "arrival_delay": 60,
            "fare": eur("0.02"),
            "failure_day": date(2021, 1, 1),
        }
        assert str(proof.promise) == "equal to dated(Delay Repay, New)"

    def test_what_was_given_before_is_taken_off(self) -> None:
        """The last first; a thing only whole, and care not at all."""
        assert prove.never_above(set_off(repay()), fare)
        assert prove.never_less_than(repay(), set_off(repay()))
        given = column.money("already_given", "EUR", most=MOST)
        assert prove.falls_with(set_off(repay()), given)
        proof = prove.equal_to(set_off(repay()), repay())
        assert shown(proof) == {
            "arrival_delay": 30,
            "fare": eur("0.01"),
            "already_given": eur("0.01"),
        }
        meal = Remedy(RemedyKind.CARE, eur("3"))
        phone = Remedy(RemedyKind.REPLACEMENT, eur("2"))
        table = Table("T", [], otherwise=Rule("r", amends=[meal, phone]))
        assert prove.never_less_than(
            set_off(table), Table("C", [], otherwise=Rule("m", amends=meal))
        )
        proof = prove.never_less_than(set_off(table), table)
        assert shown(proof) == {"already_given": eur("2")}
        assert proof.paid == eur("3")
        assert prove.equal_to(set_off(NOTHING), NOTHING)

    def test_the_share_that_is_owed_is_a_column(self) -> None:
        """In basis points."""
        fixed = Table("F", [Rule("r", when=late > 5, amends=eur("10"))], otherwise="-")
        policy = owed(fixed, rounding=Rounding.DOWN)
        assert prove.never_above(policy, eur("10"))
        assert prove.rises_with(policy, column.integer("owed_bp", 0, 10_000))
        proof = prove.never_less_than(policy, fixed)
        assert shown(proof) == {"arrival_delay": 6, "owed_bp": 0}

    def test_whole_schedules_are_proved(self) -> None:
        """With all that is around their tables."""
        uk = schedules.uk261
        price = column.money("fare", "GBP").optional()
        most = sum_of_amounts(Money("520.00", "GBP"), price)
        proof = prove.never_above(uk, most)
        assert proof, str(proof)
        assert str(prove.equal_to(uk.table(), uk).promise) == f"equal to {uk}"
        proof = prove.never_above(schedules.eu_sea, Money("1000", "EUR"))
        assert proof.counterexample is not None
        assert proof.counterexample["failure_day"] == date(2012, 12, 18)

    def test_a_column_of_the_same_name_is_taken_for_it(self) -> None:
        """As in arrays; unless it holds something else."""
        day = column.day("failure_day", first=date(2020, 1, 1), last=date(2030, 1, 1))
        table = Table(
            "T", [Rule("r", when=day >= date(2025, 1, 1), amends=fare)], otherwise="-"
        )
        policy = dated({date(2019, 1, 1): NOTHING, date(2025, 1, 1): table})
        assert prove.equal_to(policy, table)
        assert prove.equal_to(dated({date(2031, 1, 1): table}), NOTHING)
        flag = column.flag("failure_day").as_when()
        for when in (flag, day.optional() >= date(2025, 1, 1)):
            rule = Rule("r", when=when, amends=fare)
            policy = dated({date(2020, 1, 1): Table("T", [rule], otherwise="-")})
            with pytest.raises(PolicyError, match="'failure_day' is what a combinator"):
                prove.never_above(policy, fare)


class TestWhatNoCapMayTouch:
    """Law, care and things: a cap, a floor and a share bend as their functions do."""

    def test_a_cap_leaves_what_the_law_grants(self) -> None:
        """So a capped statutory table is the table, whatever the cap."""
        law = attrs.evolve(repay(), is_statutory=True)
        for cap in ("0", "5", "1000"):
            assert prove.equal_to(capped(law, at=eur(cap)), law)
            assert prove.never_less_than(capped(law, at=eur(cap)), law)
        assert not prove.equal_to(capped(repay(), at=eur("5")), repay())

    def test_goodwill_beside_the_law_is_cut_to_what_the_law_leaves(self) -> None:
        """The law's part is paid in full, the rest up to the cap."""
        law = attrs.evolve(repay(), is_statutory=True)
        policy = capped(sum_of(law, repay(name="Goodwill")), at=eur("100"))
        assert prove.never_less_than(policy, law)
        assert prove.never_above(policy, greatest_of(fare, eur("100")))
        proof = prove.never_above(policy, eur("100"))
        assert shown(proof) == {"arrival_delay": 30, "fare": eur("200.01")}
        assert proof.paid == eur("100.01"), "half of the fare, which the law grants"

    @pytest.mark.parametrize("name", ["eu261", "uk261", "eu_rail", "eu_sea"])
    def test_a_capped_schedule_pays_what_the_schedule_pays(self, name: str) -> None:
        """Of all versions there are."""
        schedule = schedules.catalogue()[name]
        for _, table in schedule.versions:
            cap = Money("1", table.currency or "")
            assert prove.equal_to(capped(table, at=cap), table)
            assert prove.never_less_than(floored(table, at=cap), table)

    def test_a_floor_lifts_the_law_and_a_share_takes_of_it(self) -> None:
        """A floor adds to what the law grants; a share is taken of all sums."""
        law = attrs.evolve(repay(), is_statutory=True)
        assert prove.never_less_than(floored(law, at=eur("5")), law)
        half = scaled(law, "1/2", rounding=Rounding.DOWN)
        assert prove.never_less_than(law, half)
        assert prove.equal_to(half, scaled(repay(), "1/2", rounding=Rounding.DOWN))

    def test_a_thing_that_does_not_fit_is_left_out_whole(self) -> None:
        """A choice or a gift that cannot be cut goes, and makes room for the next."""
        phone = Remedy(RemedyKind.REPLACEMENT, eur("9"))
        table = Table(
            "T",
            [
                Rule(
                    "r", when=late > 5, alternatives=[phone, fare], amends=[phone, fare]
                )
            ],
            otherwise="no",
        )
        policy = capped(table, at=eur("8"))
        assert prove.never_above(policy, eur("8"))
        assert not prove.never_above(policy, eur("7.99"))
        assert prove.never_above(capped(table, at=eur("18")), eur("18"))

    def test_a_meal_is_something(self) -> None:
        """What has no value counts where it matters whether anything is given."""
        meal = Remedy(RemedyKind.CARE, what="a meal")
        care = Table("C", [Rule("meal", when=late > 9, amends=[meal])], otherwise="no")
        assert prove.never_pays_when(first(care, repay()), late > 9)
        assert shown(prove.never_above(floored(care, at=eur("3")), eur("2"))) == {
            "arrival_delay": 10
        }
        little = Table("L", [], otherwise=Rule("r", amends=percent_of(fare, 1)))
        best = floored(best_of(little, care), at=eur("3"))
        assert shown(prove.never_less_than(floored(little, at=eur("3")), best)) == {
            "fare": eur("0.00"),
            "arrival_delay": 10,
        }

    def test_the_cheapest_choice_is_measured_among_those_that_are_given(self) -> None:
        """A choice that comes to nothing is none."""
        choices = Rule("r", alternatives=[fare, eur("4")])
        table = Table("T", [], otherwise=choices)
        policy = floored(table, at=eur("3"))
        proof = prove.never_above(policy, greatest_of(fare, eur("4")))
        assert shown(proof) == {"fare": eur("0.01")}
        assert proof.paid == eur("6.99")


class TestComputedColumns:
    def test_a_short_function_is_asked_for_everything(self) -> None:
        """Then a proof is as exact as without it."""
        km = column.integer("km", 0, 60_000)

        @column.choices("band", "near", "far").computed_from(km)
        def band(km: int) -> str:
            return "near" if km < 1500 else "far"

        table = Table(
            "T", [Rule("far", when=band == "far", amends=eur("4"))], otherwise="near"
        )
        assert prove.never_pays_when(table, km < 1500)
        proof = prove.never_pays_when(table, km <= 1500)
        assert shown(proof) == {"km": 1500}
        assert proof.is_smallest
        assert prove.rises_with(table, km)

    def test_a_long_function_is_free_and_a_proof_still_holds(self) -> None:
        """What holds for any value of it holds for the right one."""
        table = self.by_euros()
        assert prove.never_above(table, eur("4"))

    def test_a_counterexample_is_looked_for(self) -> None:
        """It is real; whether it is the smallest is not known, and said."""
        table = self.by_euros()
        proof = prove.never_above(table, eur("3"))
        assert proof.holds is False
        assert not proof.is_smallest
        assert str(proof).endswith("(there may be a smaller one)")
        assert proof.paid == eur("4")
        assert prove.rises_with(table, fare).holds is None, "free on both claims"

    def test_what_no_claim_was_found_for_is_not_known(self) -> None:
        """It is neither proved nor refuted."""

        @column.flag("odd").computed_from(fare)
        def odd(fare: int) -> bool:
            return fare == 123_457

        table = Table("T", [Rule("odd", when=odd, amends=eur("4"))], otherwise="no")
        proof = prove.never_above(table, eur("3"))
        assert proof.holds is None
        assert not proof
        assert proof.counterexample is None
        assert "not known: it fails for some value of 'odd'" in str(proof)

    def test_the_cuts_of_a_condition_are_asked_too(self) -> None:
        """Where a rule cuts an input, the function is asked on either side."""

        @column.flag("odd").computed_from(fare)
        def odd(fare: int) -> bool:
            return fare == 123_457

        when = odd & (fare >= eur("1234.57"))
        table = Table("T", [Rule("odd", when=when, amends=eur("4"))], otherwise="no")
        proof = prove.never_above(table, eur("3"))
        assert shown(proof) == {"fare": eur("1234.57")}

    def test_many_answers_are_too_many_to_keep(self) -> None:
        """A function that jumps about is sampled like a long one."""
        n = column.integer("n", 0, 60_000)

        @column.integer("hash", 0, 6).computed_from(n)
        def scattered(n: int) -> int:
            return n * 5 % 7

        table = Table("T", [Rule("r", when=scattered > 3, amends=fare)], otherwise="no")
        assert prove.never_above(table, fare)
        proof = prove.never_above(table, half_of(fare))
        assert proof.holds is False
        assert not proof.is_smallest

    def test_it_cannot_grow_alone(self) -> None:
        """What it is computed from can."""
        table = self.by_euros()
        with pytest.raises(InvalidValueError, match=r"cannot grow alone here.*fare"):
            prove.rises_with(table, table.columns[0])

    def by_euros(self) -> Table:
        """Pay by whole euros, which are computed from cents."""

        @column.integer("euros", 0, 10**7).computed_from(fare)
        def euros(fare: int) -> int:
            return fare // 100

        return Table(
            "T", [Rule("dear", when=euros >= 500, amends=eur("4"))], otherwise="cheap"
        )


class TestWhatIsRefused:
    def test_currencies_do_not_mix(self) -> None:
        """A limit and a second policy pay in the currency of the first."""
        dollars = Table("D", [], otherwise=Rule("r", amends=Money("1", "USD")))
        with pytest.raises(CurrencyMismatchError, match=r"EUR .* USD"):
            prove.never_above(repay(), Money("1", "USD"))
        with pytest.raises(CurrencyMismatchError, match=r"USD .* EUR"):
            prove.equal_to(dollars, repay())

    @pytest.mark.parametrize(
        "policy",
        [
            first(repay(), IN_DOLLARS),
            best_of(repay(), IN_DOLLARS),
            sum_of(repay(), IN_DOLLARS),
            capped(repay(), at=Money("1", "USD")),
            floored(repay(), at=Money("1", "USD")),
            scaled(first(repay(), IN_DOLLARS), "1/2", rounding=Rounding.UP),
            capped(floored(repay(), at=Money("1", "USD")), at=eur("5")),
            sum_of(repay(), first(IN_DOLLARS, repay())),
        ],
    )
    def test_a_composition_of_two_currencies_is_never_proved(self, policy: Any) -> None:
        """Cents are no pence: whatever is asked, it is refused at the door."""
        asked: list[Callable[[], prove.Proof]] = [
            lambda: prove.never_above(policy, eur("9999999")),
            lambda: prove.never_above(policy, Money("9999999", "USD")),
            lambda: prove.never_pays_when(policy, late < 5),
            lambda: prove.rises_with(policy, late),
            lambda: prove.falls_with(policy, late),
            lambda: prove.equal_to(policy, policy),
            lambda: prove.equal_to(repay(), policy),
            lambda: prove.never_less_than(policy, repay()),
            lambda: prove.never_less_than(repay(), policy),
        ]
        for ask in asked:
            with pytest.raises(PolicyError, match=r"EUR \(.*\).* in one currency"):
                ask()

    @pytest.mark.parametrize(
        "policy",
        [
            sum_of(ALL_THERE_IS, ALL_THERE_IS),
            capped(sum_of(ALL_THERE_IS, ALL_THERE_IS), at=eur("1")),
            best_of(ALL_THERE_IS, ALL_THERE_IS),
            scaled(ALL_THERE_IS, 2, rounding=Rounding.UP),
            first(sum_of(ALL_THERE_IS, ALL_THERE_IS), repay()),
        ],
    )
    def test_what_may_leave_money_is_never_proved(self, policy: Any) -> None:
        """There the policy would raise, and pays neither more nor less."""
        with pytest.raises((ContractError, InvalidValueError)):
            policy(claim(arrival_delay=99, fare=eur("0")))
        asked: list[Callable[[], prove.Proof]] = [
            lambda: prove.rises_with(policy, late),
            lambda: prove.never_above(policy, MOST),
            lambda: prove.never_pays_when(policy, late < 5),
            lambda: prove.equal_to(repay(), policy),
        ]
        for ask in asked:
            with pytest.raises(PolicyError, match="more than Money can hold"):
                ask()

    def test_what_just_stays_within_money_is_proved(self) -> None:
        """The bound itself can be paid."""
        cent = Table("C", [Rule("c", when=late < 5, amends=eur("0.01"))], otherwise="-")
        assert prove.never_above(sum_of(ALL_THERE_IS, cent), MOST)
        assert prove.never_above(capped(ALL_THERE_IS, at=MOST), MOST)

    def test_columns_of_one_name_are_the_same(self) -> None:
        """Otherwise it is not known what would be compared."""
        other = column.minutes("arrival_delay", most=99)
        table = Table("T", [Rule("r", when=other > 3, amends=fare)], otherwise="no")
        with pytest.raises(InvalidValueError, match="two columns are called"):
            prove.equal_to(repay(), table)
        with pytest.raises(InvalidValueError, match="two columns are called"):
            prove.never_pays_when(repay(), other > 3)
        with pytest.raises(InvalidValueError, match="two columns are called"):
            prove.rises_with(repay(), other)

    def test_what_grows_is_read_and_has_an_order(self) -> None:
        """The message lists what could have been meant."""
        kind = column.choices("kind", "a", "b")
        table = Table("T", [Rule("r", when=kind == "a", amends=fare)], otherwise="no")
        with pytest.raises(InvalidValueError, match="have no order"):
            prove.rises_with(table, kind)
        with pytest.raises(InvalidValueError, match=r"'arrival_delay'.*: kind, fare"):
            prove.falls_with(table, late)
        given: Any = "kind"
        with pytest.raises(InvalidValueError, match="is no column"):
            prove.rises_with(table, given)
        with pytest.raises(InvalidValueError, match="it reads none"):
            prove.rises_with(Table("T", [], otherwise="no"), late)

    def test_limits_conditions_and_times_are_checked(self) -> None:
        """As wherever they are written."""
        wrong: Any = 0.5
        with pytest.raises(InvalidValueError, match="an amount cannot be"):
            prove.never_above(repay(), wrong)
        with pytest.raises(InvalidValueError, match="a condition cannot be"):
            prove.never_pays_when(repay(), "late")
        for timeout in (0, -1, "soon"):
            with pytest.raises(InvalidValueError, match="a timeout cannot be"):
                prove.never_above(repay(), fare, timeout=timeout)  # type: ignore[arg-type]

    def test_without_the_solver_it_says_how_to_get_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The extra is named."""
        monkeypatch.setitem(sys.modules, "z3", None)
        mend = r"pip install 'recovery-core\[proofs\]'"
        with pytest.raises(MissingPackageError, match=mend):
            prove.never_above(repay(), fare)


class TestWhatIsNotKnown:
    def test_out_of_time_is_never_a_proof(self) -> None:
        """A question that was not answered is neither yes nor no."""
        proof = prove.never_above(repay(), fare, timeout=1e-9)
        assert proof.holds is None
        assert not proof
        assert str(proof) == (
            "never above fare: not known: no answer within 1e-09 s; give more with "
            "timeout="
        )

    def test_a_composition_too_large_for_the_time_is_not_known(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Time is looked at while its ways are listed, and not only by the solver."""
        seconds = iter(range(10**6))
        monkeypatch.setattr(_watch, "monotonic", lambda: next(seconds))
        policy = best_of(*[repay(name=f"{n}") for n in range(9)])
        for proof in (
            prove.rises_with(policy, late, timeout=40),
            prove.never_above(policy, fare, timeout=40),
            prove.never_pays_when(policy, late < 30, timeout=40),
            prove.equal_to(repay(), policy, timeout=40),
        ):
            assert proof.holds is None
            assert "no answer within 40 s" in str(proof)
            assert proof.seconds < 60, "by the clock of this test, each look a second"

    def test_one_case_unanswered_leaves_the_others_to_be_asked(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What is too hard for the solver may stand beside what is plainly wrong."""
        ask = _search.Search._is_satisfiable
        asked: list[object] = []

        def after_the_first(search: Any, *more: Any) -> bool:
            asked.append(search)
            if len(asked) == 1:
                raise _watch.OutOfTime
            return ask(search, *more)

        monkeypatch.setattr(_search.Search, "_is_satisfiable", after_the_first)
        proof = prove.never_above(repay(percent=150), fare)
        assert proof.holds is False
        assert not proof.is_smallest

    def test_products_of_two_columns_are_proved_or_not_known(self) -> None:
        """Money times days leaves what z3 decides for sure; it says so."""
        days = column.days("days")
        table = Table("T", [], otherwise=Rule("r", amends=interest(fare, 8, days)))
        for proof in (
            prove.rises_with(table, days, timeout=1),
            prove.rises_with(table, fare, timeout=1),
        ):
            assert proof.holds is not False
        assert prove.never_above(table, fare, timeout=5).holds is not True

    def test_a_question_too_hard_for_the_time_is_not_known(self) -> None:
        """Three columns multiplied and rounded twice are beyond a moment."""
        days = column.days("days")
        index = column.integer("index", 1, 10**6)
        amount = indexed(interest(fare, 8, days), index, 999)
        table = Table("T", [], otherwise=Rule("r", amends=amount))
        assert prove.rises_with(table, days, timeout=0.05).holds is None

    def test_few_periods_times_money_stay_linear(self) -> None:
        """A count of up to some dozens is told apart value by value."""
        hours = column.minutes("hours", most=24 * 60)
        each = per_started(fare, 60, hours, after=30, at_most=20)
        table = Table("T", [], otherwise=Rule("r", amends=each))
        assert prove.rises_with(table, hours)
        assert prove.rises_with(table, fare)
        proof = prove.never_above(table, half_of(fare))
        assert shown(proof) == {"fare": eur("0.01"), "hours": 91}

    def test_a_counterexample_may_be_found_before_the_smallest(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is shown with the remark that there may be a smaller one."""
        answers: list[bool] = []
        ask = _search.Search._is_satisfiable

        def once(search: Any, *more: Any) -> bool:
            if any(answers):
                raise _watch.OutOfTime
            answers.append(ask(search, *more))
            return answers[-1]

        monkeypatch.setattr(_search.Search, "_is_satisfiable", once)
        proof = prove.never_above(repay(percent=150), fare)
        assert proof.holds is False
        assert not proof.is_smallest
        assert str(proof).endswith("(there may be a smaller one)")

    def test_a_wrong_translation_cannot_pass_as_a_counterexample(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every claim is paid again by the one-claim reader before it is shown."""

        def wrong(*_: Any, **__: Any) -> tuple[Way, ...]:
            return (Way("half", {}, (), (percent_of(fare, 200),)),)

        monkeypatch.setattr(_query, "collect_ways", wrong)
        with pytest.raises(PolicyError, match="disagree on arrival_delay=0 min"):
            prove.never_above(repay(), fare)
