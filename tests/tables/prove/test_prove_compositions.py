"""Proofs about what combinators make of tables."""

from datetime import date
from typing import Any

import attrs
import pytest

from recovery_core import (
    Money,
    Remedy,
    RemedyKind,
    Rounding,
    schedules,
)
from recovery_core.errors import (
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
    percent_of,
    prove,
    sum_of_amounts,
)
from tests.support.proof_cases import (
    MOST,
    NOTHING,
    eur,
    fare,
    late,
    nothing,
    repay,
    shown,
)


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
