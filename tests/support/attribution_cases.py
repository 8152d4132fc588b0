"""Strategies for causes and rules of attribution, and claims about them."""

from datetime import UTC, datetime
from fractions import Fraction
from multiprocessing import Pipe

from hypothesis import strategies as st

from recovery_core._domain.attribution import (
    Attribution,
    Cause,
    Controllability,
    Party,
    Stability,
)
from recovery_core._domain.claim import Claim
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.reason import Fact, Reason
from recovery_core.attribution import (
    AssertedBy,
    AttributionRule,
    ByEvidence,
    ByWeight,
    FirstMatch,
    Match,
    ToRoots,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
STORM = Reason("storm", "a storm closed the line")
STRIKE = Reason("strike", "the tower was on strike")

parties = st.sampled_from([*Party, "handler"])
# Few denominators, so that shares tie and confidence meets the standard often.
weights = st.integers(0, 4) | st.fractions(0, 4, max_denominator=6)
confidences = st.sampled_from([Fraction(n, 4) for n in range(5)])
# Few names, so that chains, namesakes, cycles and missing parents are common.
names = st.sampled_from("abcdef")
any_causes = st.lists(
    st.builds(
        Cause,
        names,
        parties,
        weight=weights,
        confidence=confidences,
        controllability=st.sampled_from(Controllability),
        stability=st.sampled_from(Stability),
        is_safety=st.booleans(),
        asserted_by=st.sampled_from(["company", "customer"]),
        parent=st.none() | names,
    ),
    max_size=8,
).map(tuple)
standards = st.sampled_from([Fraction(n, 4) for n in range(4)])
by_evidence = st.builds(ByEvidence, standards, parties)
by_weight = st.just(ByWeight())
plain_rules: st.SearchStrategy[AttributionRule] = by_weight | by_evidence
resolving_rules = plain_rules.map(ToRoots)
reading_rules: st.SearchStrategy[AttributionRule] = (
    plain_rules
    | resolving_rules
    | st.builds(AssertedBy, st.just("customer"), plain_rules | resolving_rules)
)
first_matches = st.lists(
    st.builds(
        Match,
        st.sampled_from([lambda _: True, lambda _: False]),
        parties,
        st.just(STORM),
    ),
    max_size=3,
).flatmap(lambda cases: st.builds(FirstMatch, st.just(tuple(cases)), parties))
every_rule: st.SearchStrategy[AttributionRule] = (
    reading_rules | first_matches | st.builds(ToRoots, first_matches)
)
attributions = any_causes.map(Attribution.by_weight)


def claim_of(*causes: Cause, **facts: Fact) -> Claim:
    """Build a claim about a failure with these causes and facts."""
    return Claim(ServiceFailure("late", causes=causes, facts=facts), NOON)


def codes(attribution: Attribution) -> list[str]:
    """List the codes of the reasons given."""
    return [reason.code for reason in attribution.because]


def percent(share: Fraction) -> Fraction:
    """Round to the two decimals of a published table."""
    return round(share * 100, 2)


def sent_to_a_worker(value: object) -> object:
    """Pickle a value as worker processes exchange it."""
    near, far = Pipe()
    with near, far:
        near.send(value)
        return far.recv()
