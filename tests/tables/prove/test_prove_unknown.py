"""What a proof asks functions for, refuses, and leaves unknown."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from recovery_core import (
    Money,
    Rounding,
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
    first,
    floored,
    scaled,
    sum_of,
)
from recovery_core.tables import (
    Rule,
    Table,
    column,
    half_of,
    indexed,
    interest,
    per_started,
    percent_of,
    prove,
)
from recovery_core.tables.prove import _query, _search, _watch
from recovery_core.tables.prove.ways import Way
from tests.support.proof_cases import (
    ALL_THERE_IS,
    IN_DOLLARS,
    MOST,
    claim,
    eur,
    fare,
    late,
    repay,
    shown,
)


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
