"""Proofs against counting everything: the same answers, the same smallest claim."""

from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_core.policy import sum_of
from recovery_core.tables import Rule, Table, pay, prove
from recovery_core.tables.amounts import Amount
from recovery_core.tables.conditions import When
from tests.support.small import (
    AMOUNTS,
    COLUMNS,
    MORE,
    cells,
    cents,
    meets,
    paid,
    policies,
    policies_of_claims,
    read_by,
    smallest,
    smallest_pair,
    tables,
)

PATIENCE = 120  # seconds; the machine that counts may have other things to do


def agree(proof: prove.Proof, expected: Any) -> None:
    """Hold a proof to what counting found."""
    assert proof.holds is (expected is None), str(proof)
    assert bool(proof) is (expected is None)
    assert proof.counterexample == expected
    assert proof.is_smallest is (expected is not None)


few = settings(max_examples=30, deadline=None)
fewer = settings(max_examples=15, deadline=None)


class TestAgainstCounting:
    @few
    @given(policies(), AMOUNTS)
    def test_never_above(self, policy: Any, limit: Amount) -> None:
        """A limit is never passed, or the smallest claim that passes it is shown."""
        columns = read_by(policy, *limit.columns)
        ceiling = Table("limit", [], otherwise=Rule("limit", amends=limit))
        expected = smallest(
            columns, lambda known: paid(policy, known) > paid(ceiling, known)
        )
        proof = prove.never_above(policy, limit, timeout=PATIENCE)
        agree(proof, expected)
        if expected is not None:
            assert proof.paid == cents(paid(policy, expected))
            assert proof.limit == cents(paid(ceiling, expected))

    @few
    @given(tables(gifts=AMOUNTS), st.data(), AMOUNTS)
    def test_never_above_at_discretion(
        self, table: Table, data: st.DataObject, limit: Amount
    ) -> None:
        """The most that an agent may give passes no limit, or the claim is shown."""

        def freed(gifts: tuple[Any, ...]) -> list[Any]:
            sums = st.none() | st.integers(0, 9).map(cents)
            return [pay(gift.amount, discretion=data.draw(sums)) for gift in gifts]

        def free(rule: Rule) -> Rule:
            return attrs.evolve(
                rule, alternatives=freed(rule.alternatives), amends=freed(rule.amends)
            )

        table = attrs.evolve(
            table,
            rules=[*map(free, table.rules)],
            exclusions=[*map(free, table.exclusions)],
        )

        def given_most(known: dict[str, Any]) -> int:
            decision = table.decision(known)
            worth = decision.award.worth
            if decision.at_discretion is not None:
                worth = table.at_discretion(known, decision.at_discretion).worth
            return 0 if worth is None else worth.minor

        columns = read_by(table, *limit.columns)
        ceiling = Table("limit", [], otherwise=Rule("limit", amends=limit))
        expected = smallest(
            columns, lambda known: given_most(known) > paid(ceiling, known)
        )
        proof = prove.never_above(table, limit, at_discretion=True, timeout=PATIENCE)
        agree(proof, expected)
        if expected is not None:
            assert proof.paid == cents(given_most(expected))

    @few
    @given(policies(), st.sampled_from(MORE).flatmap(cells))
    def test_never_pays_when(self, policy: Any, condition: When) -> None:
        """Nothing is paid where a condition holds, or the smallest claim is shown."""
        of = condition.cells[0].column
        columns = read_by(policy, of)
        expected = smallest(
            columns, lambda known: meets(condition, known) and paid(policy, known) > 0
        )
        agree(prove.never_pays_when(policy, condition, timeout=PATIENCE), expected)

    @few
    @given(policies(), policies(), st.booleans())
    def test_two_policies(self, policy: Any, other: Any, is_equal: bool) -> None:  # noqa: FBT001
        """Two policies pay alike, or never less, or the smallest claim is shown."""
        columns = read_by(sum_of(policy, other))
        expected = smallest(
            columns,
            lambda known: (
                paid(policy, known) != paid(other, known)
                if is_equal
                else paid(policy, known) < paid(other, known)
            ),
        )
        ask = prove.equal_to if is_equal else prove.never_less_than
        agree(ask(policy, other, timeout=PATIENCE), expected)

    @few
    @given(policies(), st.data(), st.booleans())
    def test_one_column_grows(
        self,
        policy: Any,
        data: st.DataObject,
        rises: bool,  # noqa: FBT001
    ) -> None:
        """More of a column never pays less, or more; or the smallest pair is shown."""
        columns = read_by(policy)
        if not columns:
            return
        grown = data.draw(st.sampled_from(columns))
        expected = smallest_pair(policy, columns, grown, rises=rises)
        ask = prove.rises_with if rises else prove.falls_with
        proof = ask(policy, grown, timeout=PATIENCE)
        agree(proof, expected and expected[1])
        assert proof.compared == (expected and expected[0])


def agree_in_part(proof: prove.Proof, found: Any) -> None:
    """Hold a proof to what some of all claims showed; each refutation is asked itself.

    A proof may be out of time where a share is multiplied with an amount.
    """
    assert (found is None) or proof.holds is not True, str(proof)
    assert proof.counterexample is not None or proof.holds is not False


class TestAgainstSomeClaims:
    """What goes by the day, by what was given before, and by what is owed."""

    @fewer
    @given(policies_of_claims(), AMOUNTS, st.sampled_from(COLUMNS).flatmap(cells))
    def test_one_policy(self, policy: Any, limit: Amount, condition: When) -> None:
        """A limit, and a condition under which nothing is paid."""
        columns = read_by(policy, *limit.columns, condition.cells[0].column)
        ceiling = Table("limit", [], otherwise=Rule("limit", amends=limit))
        above = smallest(columns, lambda at: paid(policy, at) > paid(ceiling, at))
        agree_in_part(prove.never_above(policy, limit), above)
        pays = smallest(
            columns, lambda at: meets(condition, at) and paid(policy, at) > 0
        )
        agree_in_part(prove.never_pays_when(policy, condition), pays)

    @fewer
    @given(policies_of_claims(), policies_of_claims() | policies())
    def test_two_policies(self, policy: Any, other: Any) -> None:
        """They pay alike, or never less, on the same claim."""
        columns = read_by(sum_of(policy, other))
        unlike = smallest(columns, lambda at: paid(policy, at) != paid(other, at))
        agree_in_part(prove.equal_to(policy, other), unlike)
        less = smallest(columns, lambda at: paid(policy, at) < paid(other, at))
        agree_in_part(prove.never_less_than(policy, other), less)

    @fewer
    @given(policies_of_claims(), st.data(), st.booleans())
    def test_one_column_grows(
        self,
        policy: Any,
        data: st.DataObject,
        rises: bool,  # noqa: FBT001
    ) -> None:
        """One column alone, and of what combinators read as well."""
        columns = read_by(policy)
        if not columns:
            return
        grown = data.draw(st.sampled_from(columns))
        pair = smallest_pair(policy, columns, grown, rises=rises)
        ask = prove.rises_with if rises else prove.falls_with
        agree_in_part(ask(policy, grown), pair)
