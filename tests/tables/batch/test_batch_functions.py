"""Functions asked about many claims: each claim, or once for what is alike."""

from __future__ import annotations

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
)
from recovery_core.errors import (
    ContractError,
    CurrencyMismatchError,
    InvalidValueError,
    PolicyError,
)
from recovery_core.policy import (
    only_if,
)
from recovery_core.tables import (
    Rule,
    bands,
    column,
    decide,
    half_of,
    policy_reading,
)
from recovery_core.tables.batch import Route
from recovery_core.tables.batch.mixed_radix import Digit
from recovery_core.tables.batch.per_combination import CombinationMemo
from tests.support.batch_policies import (
    DATA,
    DAY,
    GIVEN,
    HALF,
    eur,
    plain,
)
from tests.support.tables import (
    FARE,
    LATE,
)


def test_plain_functions_are_asked_about_every_claim() -> None:
    """Any policy can be asked, once it is said what it reads."""
    with pytest.raises(InvalidValueError, match=r"give reads=\[columns\]"):
        decide(plain, DATA)
    with pytest.raises(InvalidValueError, match="reads cannot hold 'late'"):
        decide(plain, DATA, reads=["late"])  # type: ignore[list-item]
    found = decide(plain, DATA, reads=[LATE], verify=3)
    assert found.route is Route.ROWS
    assert found.codes().tolist() == ["nothing", "late", "late"]
    assert found.minor.tolist() == [0, 500, 500]
    assert found.policy == "plain"
    assert (
        len(
            decide(
                only_if(lambda _: True, HALF, because="so"), DATA, reads=[LATE, FARE]
            )
        )
        == 3
    )


def test_claims_of_rows_leave_out_what_is_missing() -> None:
    """A masked value is no fact; a day and what was given stand where they belong."""
    stay = column.minutes("stay").optional()
    seen: list[Claim] = []

    def keep(claim: Claim) -> Award:
        seen.append(claim)
        return Award()

    data = {**DATA, "stay": np.ma.MaskedArray([1, 2, 3], [True, False, False])}
    decide(keep, data, reads=[stay, DAY, GIVEN])
    assert "stay" not in seen[0].failure.facts
    assert seen[1].failure.facts["stay"] == 2
    assert seen[0].failure_day == date(2024, 6, 1)
    assert seen[0].earlier == ()
    assert seen[1].already_given == {"EUR": eur("5.00")}
    assert seen[2].case_id == "row 2"


def test_a_function_that_breaks_its_contract_is_named_with_the_row() -> None:
    """An answer that is no award stops the whole, and says where."""

    def none(_: Claim) -> Award:
        return None  # type: ignore[return-value]

    with pytest.raises(ContractError, match="row 0"):
        decide(none, DATA, reads=[LATE])


def test_one_policy_gives_one_currency() -> None:
    """Two currencies cannot be added up."""

    def either(claim: Claim) -> Award:
        code = "EUR" if claim.failure.facts["late"] == 60 else "USD"
        return Award(amends=(Remedy(RemedyKind.CASH, Money("1.00", code)),))

    with pytest.raises(CurrencyMismatchError, match="gives USD and EUR"):
        decide(either, DATA, reads=[LATE])

    @policy_reading(LATE)
    def again(read: Any) -> Award:
        code = "EUR" if read["late"] == 60 else "USD"
        return Award(amends=(Remedy(RemedyKind.CASH, Money("1.00", code)),))

    with pytest.raises(CurrencyMismatchError, match="gives USD and EUR"):
        decide(again, DATA)


def test_an_award_without_reasons_is_an_award() -> None:
    """What gives no reason is told apart from nothing all the same."""

    def silent(claim: Claim) -> Award:
        cash = Remedy(RemedyKind.CASH, eur("1.00"))
        return Award(amends=(cash,)) if claim.failure.facts["late"] else Award()

    found = decide(silent, DATA, reads=[LATE])
    assert found.codes().tolist() == ["nothing", "an award", "an award"]


# ------------------------------------------------------ asked once for what is alike


def test_a_declared_function_is_asked_once_for_each_combination() -> None:
    """A million claims in three bands are three questions."""
    asked: list[int] = []

    @policy_reading(bands(LATE, 30, 60))
    def late(read: Any) -> Rule | Award:
        asked.append(read["late"])
        if read["late"] >= 60:
            return Rule("half", amends=half_of(FARE))
        if read["late"] >= 30:
            return Award(because=(Reason("sorry", "half an hour late"),))
        return Award.nothing()

    data = {"late": [0, 29, 30, 59, 60, 3_000] * 9, "fare": [1_001] * 54}
    found = decide(late, data, chunk=5)
    assert found.route is Route.DISTINCT
    assert sorted(asked) == [-30, 30, 60]
    assert found.codes().tolist()[:6] == ["nothing"] * 2 + ["sorry"] * 2 + ["half"] * 2
    assert found.minor.tolist()[:6] == [0, 0, 0, 0, 501, 501]
    assert found.currency == "EUR"
    assert found.policy_hash == late.hash
    checked = decide(late, data, verify=54)
    assert checked.verified == 54
    assert len(decide(late, {"late": [], "fare": []})) == 0


def test_verifying_finds_a_function_that_reads_within_a_band() -> None:
    """What depends on more than it declares is caught, with the claim."""

    @policy_reading(bands(LATE, 60))
    def lies(read: Any) -> Rule:
        return Rule("odd" if read["late"] % 2 else "even")

    assert len(decide(lies, DATA)) == 3
    with pytest.raises(PolicyError, match=r"lies answers 'odd' for .*'late': 61"):
        decide(lies, DATA, verify=3)


def test_verifying_finds_a_function_of_moods() -> None:
    """What answers the same question in two ways is caught."""
    moods = iter(range(10**6))

    @policy_reading(LATE)
    def moody(read: Any) -> Rule:
        return Rule(f"r{next(moods) // 3}")

    with pytest.raises(PolicyError, match="moody"):
        decide(moody, DATA, verify=3)


def test_rules_of_one_code_may_pay_in_two_ways() -> None:
    """Outcomes go by code; what they cost goes by the rule that was answered."""

    @policy_reading(LATE, column.flag("told"))
    def two(read: Any) -> Rule:
        return Rule("late", amends=FARE if read["late"] > 60 else half_of(FARE))

    found = decide(two, {**DATA, "told": [True] * 3}, verify=3)
    assert found.outcomes == ("late",)
    assert found.minor.tolist() == [500, 1_000, 30_001]


def test_computed_columns_can_be_declared_too() -> None:
    """What is computed is computed, then asked about."""

    @column.choices("size", "small", "large").computed_from(FARE)
    def size(fare: int) -> str:
        return "small" if fare < 5_000 else "large"

    @policy_reading(size)
    def sized(read: Any) -> Rule:
        return Rule(read["size"], amends=FARE if read["size"] == "small" else ())

    found = decide(sized, {"fare": [1_000, 5_000]}, verify=2)
    assert found.codes().tolist() == ["small", "large"]
    assert found.minor.tolist() == [1_000, 0]


@settings(max_examples=40)
@given(
    st.integers(1, 6),
    st.integers(1, 30),
    st.integers(0, 2**32),
)
def test_dense_and_sparse_memories_answer_alike(
    size: int, rows: int, seed: int
) -> None:
    """However many combinations there could be, each is asked about once."""
    chance = np.random.default_rng(seed)
    columns = [column.integer(f"c{n}", 0, 2**40 if n % 2 else 9) for n in range(size)]
    codes = [
        chance.integers(0, one.domain.most + 1, rows) % chance.integers(1, 2**41)
        for one in columns
    ]
    asked: list[tuple[int, ...]] = []

    def ask(key: tuple[int, ...]) -> int:
        asked.append(key)
        return len(asked) - 1

    memo = CombinationMemo([Digit.with_a_piece_per_value(one) for one in columns], ask)
    for _ in range(2):
        answers = memo.answers_for_rows(codes, rows)
        found = [asked[answer] for answer in answers.tolist()]
        expected = list(zip(*(code.tolist() for code in codes), strict=True))
        assert found == expected
    assert len(asked) == len(set(asked))


def test_combinations_beyond_64_bits_are_kept_apart() -> None:
    """No two combinations share a number, however many there could be."""
    columns = [column.integer("a", 0, 2**33), column.integer("b", 0, 2**31 - 1)]
    memo = CombinationMemo(
        [Digit.with_a_piece_per_value(one) for one in columns],
        lambda key: int(key[0] > 0),
    )
    codes = [np.array([0, 2**33]), np.array([5, 5])]
    assert memo.answers_for_rows(codes, 2).tolist() == [0, 1]
