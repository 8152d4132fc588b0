"""Chains of causes, each followed to its root."""

from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.attribution import (
    Attribution,
    Cause,
    Controllability,
    Locus,
    Stability,
)
from recovery_core._domain.claim import Claim
from recovery_core.attribution import (
    AttributionRule,
    ByEvidence,
    ToRoots,
)
from tests.support.attribution_cases import (
    STORM,
    any_causes,
    claim_of,
    codes,
    plain_rules,
    resolving_rules,
)


@given(st.data())
def test_every_weight_in_a_forest_goes_to_its_root(data: st.DataObject) -> None:
    """In a forest built root first, each party bears exactly the trees it rooted."""
    causes: list[Cause] = []
    roots: list[int] = []
    for number in range(data.draw(st.integers(1, 8))):
        parent = data.draw(
            st.none() | st.integers(0, number - 1) if number else st.none()
        )
        roots.append(number if parent is None else roots[parent])
        name = None if parent is None else str(parent)
        weight = data.draw(st.integers(1, 5))
        causes.append(Cause(str(number), f"p{number}", weight=weight, parent=name))
    found = ToRoots()(claim_of(*data.draw(st.permutations(causes))))
    total = sum(cause.weight for cause in causes)
    for number in range(len(causes)):
        tree = sum(
            cause.weight
            for cause, root in zip(causes, roots, strict=True)
            if root == number
        )
        assert found.share(f"p{number}") == tree / total
    assert {c.name: c.parent or c.name for c in found.causes} == {
        str(number): str(root) for number, root in enumerate(roots)
    }


@given(resolving_rules, any_causes)
def test_resolving_is_done_once(
    rule: AttributionRule, causes: tuple[Cause, ...]
) -> None:
    """Resolving what is resolved changes nothing, and the reasons stay the same."""
    once = ToRoots()(claim_of(*causes))
    assert ToRoots()(claim_of(*once.causes)) == once
    assert rule(claim_of(*once.causes)).shares == rule(claim_of(*causes)).shares


@given(plain_rules, any_causes)
def test_without_parents_there_is_nothing_to_resolve(
    rule: AttributionRule, causes: tuple[Cause, ...]
) -> None:
    """Where no cause points at another, the inner rule speaks alone."""
    rootless = claim_of(*(attrs.evolve(cause, parent=None) for cause in causes))
    assert ToRoots(rule)(rootless) == rule(rootless)


def test_a_reactionary_cause_lies_where_its_root_lies() -> None:
    """Party, locus and the rest follow the root; name, weight and evidence stay."""
    root = Cause(
        "fog",
        "nature",
        weight=10,
        locus=Locus.EXTERNAL,
        stability=Stability.UNSTABLE,
        controllability=Controllability.UNCONTROLLABLE,
        is_safety=True,
        confidence="0.8",
    )
    late = Cause("late aircraft", "firm", weight=30, evidence=("log",), parent="fog")
    knock_on = Cause("late crew", "unit", weight=20, parent="late aircraft")
    found = ToRoots()(claim_of(knock_on, late, root))
    assert found.shares == (("nature", Fraction(1)),)
    assert found.causes == (
        attrs.evolve(root, name="late crew", weight=20, parent="fog"),
        attrs.evolve(
            root, name="late aircraft", weight=30, evidence=("log",), parent="fog"
        ),
        root,
    )
    why = found.because[0]
    assert why.code == "resolved-to-root"
    assert dict(why.values) == {"cause": "late crew", "root": "fog", "party": "nature"}


def test_a_doubtful_link_does_not_ride_on_the_proof_of_its_root() -> None:
    """A chain is no surer than its weakest link, wherever in the chain that is."""
    fog = Cause("fog", "nature", weight=10)
    late = Cause("late aircraft", "firm", weight=30, confidence="1/4", parent="fog")
    crew = Cause("late crew", "firm", weight=60, parent="late aircraft")
    found = ToRoots(ByEvidence())(claim_of(fog, late, crew))
    assert found.shares == (("firm", Fraction(9, 10)), ("nature", Fraction(1, 10)))
    assert codes(found) == ["resolved-to-root"] * 2 + ["cause-unproved"] * 2


@pytest.mark.parametrize(
    ("causes", "code", "parent"),
    [
        ((Cause("late", "firm", parent="flight 7"),), "parent-not-named", "flight 7"),
        ((Cause("late", "firm", parent="late"),), "parent-cycle", "late"),
        (
            (
                Cause("late", "firm", parent="crew"),
                Cause("crew", "unit", parent="late"),
            ),
            "parent-cycle",
            "late",
        ),
        (
            (
                Cause("late", "firm", parent="fog"),
                Cause("fog", "nature", weight=0),
                Cause("fog", "nature", weight=0),
            ),
            "parent-ambiguous",
            "fog",
        ),
    ],
)
def test_a_chain_without_a_root_is_unknown(
    causes: tuple[Cause, ...], code: str, parent: str
) -> None:
    """A broken chain blames nobody, ends, and says where it broke."""
    found = ToRoots()(claim_of(*causes))
    assert found.shares == (("unknown", Fraction(1)),)
    assert found.causes[0].locus is Locus.UNKNOWN
    assert found.because[0].code == code
    assert dict(found.because[0].values) == {"cause": "late", "parent": parent}


def test_a_chain_that_runs_into_a_cycle_names_where_it_came_back() -> None:
    """The reason holds the parent at which the chain broke, not its first link."""
    found = ToRoots()(
        claim_of(
            Cause("tail", "firm", parent="a"),
            Cause("a", "firm", parent="b"),
            Cause("b", "firm", parent="a"),
        )
    )
    assert dict(found.because[0].values) == {"cause": "tail", "parent": "a"}
    assert codes(found)[:3] == ["parent-cycle"] * 3


def test_causes_that_share_a_name_count_each_for_itself() -> None:
    """Namesakes are no error while nobody points at them."""
    found = ToRoots()(claim_of(Cause("fog", "nature"), Cause("fog", "authority")))
    assert dict(found.shares) == {"nature": Fraction(1, 2), "authority": Fraction(1, 2)}


@pytest.mark.parametrize("last", [None, "0"])
def test_a_long_chain_ends(last: str | None) -> None:
    """A thousand links resolve without recursion, and so does a ring of them."""
    first = Cause("999", "nature", parent=last)
    chain = [Cause(str(n), "firm", parent=str(n + 1)) for n in range(999)]
    found = ToRoots()(claim_of(*chain, first))
    assert found.main_party == ("unknown" if last else "nature")
    assert len(found.shares) == 1


def test_a_rule_that_keeps_no_causes_is_given_the_resolved_ones() -> None:
    """Chains stay on record whatever the inner rule makes of them."""

    def by_root(claim: Claim) -> Attribution:
        return Attribution.to(claim.failure.causes[0].party, STORM)

    found = ToRoots(by_root)(
        claim_of(Cause("late", "firm", parent="fog"), Cause("fog", "nature"))
    )
    assert found.shares == (("nature", Fraction(1)),)
    assert [cause.parent for cause in found.causes] == ["fog", None]
    assert codes(found) == ["resolved-to-root", "storm"]
