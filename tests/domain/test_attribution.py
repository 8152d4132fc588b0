from collections.abc import Callable
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recovery_core._domain.attribution import (
    Attribution,
    Cause,
    Controllability,
    Locus,
    Party,
    Stability,
)
from recovery_core._domain.reason import Reason
from recovery_core.errors import InvalidValueError
from recovery_core.testing.strategies import (
    attributions,
    causes,
    parties,
    reasons,
    shares,
)
from recovery_core.testing.strategies.blame import cause_chains
from tests.support.laws import (
    FLAG,
    MAYBE_TEXT,
    NOT_EXACT,
    TEXT,
    TEXTS,
    UNIT_SHARE,
    a,
    check_refusal,
    check_value,
    refusals,
    tuple_of,
)

HALVES = {"firm": Fraction(1, 2), "customer": Fraction(1, 2)}
FROST = Cause("frost", "nature")
STAFF = Reason("staff", "nobody was at the desk")
weights = st.fractions(0, 100, max_denominator=12)
scales = st.fractions(Fraction(1, 60), 60, max_denominator=60)


@given(cause_chains())
def test_a_cause_is_a_value(found: tuple[Cause, ...]) -> None:
    """A cause is frozen, compared by content, and survives every copy."""
    for cause in found:
        check_value(cause)


@given(attributions())
def test_an_attribution_is_a_value(attribution: Attribution) -> None:
    """An attribution is frozen, compared by content, and survives every copy."""
    check_value(attribution)


# Shares


@given(attributions())
def test_shares_sum_to_one(attribution: Attribution) -> None:
    """Exact shares above nothing, each party once, largest first, sum to one."""
    split = [share for _, share in attribution.shares]
    assert sum(split) == 1
    assert all(0 < share <= 1 for share in split)
    assert split == sorted(split, reverse=True)
    assert len(dict(attribution.shares)) == len(split)


@given(attributions())
def test_every_party_has_its_share(attribution: Attribution) -> None:
    """A named party has the share that was laid to it, any other has none."""
    for party, share in attribution.shares:
        assert attribution.share(party) == share
    assert attribution.share("nobody named") == 0
    main = attribution.share(attribution.main_party)
    assert main == max(share for _, share in attribution.shares)


@given(attributions(), st.randoms(use_true_random=False))
def test_the_order_in_which_shares_are_named_does_not_matter(
    attribution: Attribution, random: Any
) -> None:
    """Shares given in another order are the same attribution."""
    pairs = [*attribution.shares]
    random.shuffle(pairs)
    assert Attribution(dict(pairs)) == Attribution(tuple(pairs))
    assert Attribution(dict(pairs)).shares == attribution.shares


def test_a_tie_goes_by_name() -> None:
    """Where two parties share alike, the name decides which is the main one."""
    assert Attribution(HALVES).main_party == "customer"
    assert Attribution({"customer": "1/2", "firm": "1/2"}).main_party == "customer"
    assert Attribution({"firm": "1/3", "nature": "2/3"}).main_party == "nature"


def test_a_party_and_its_text_are_one() -> None:
    """A well-known party is the same as its name, and is kept as plain text."""
    known = Attribution({Party.FIRM: 1})
    assert known == Attribution({"firm": 1}) == Attribution.to(Party.FIRM)
    assert known.share(Party.FIRM) == known.share("firm") == 1
    assert type(known.main_party) is str


def test_a_share_of_nothing_is_left_out() -> None:
    """A party without a share is not named."""
    assert Attribution({"firm": 1, "nature": 0}).shares == (("firm", Fraction(1)),)


@given(parties(), st.lists(reasons(), max_size=2))
def test_a_failure_can_be_laid_to_one_party(party: str, because: list[Reason]) -> None:
    """All to one party, or to nobody known, with the reasons why."""
    whole = Attribution.to(party, *because)
    assert dict(whole.shares) == {party: 1}
    assert whole.because == tuple(because)
    assert Attribution.unknown(*because) == Attribution.to("unknown", *because)


@given(attributions(), shares())
def test_shares_that_miss_one_are_refused(
    attribution: Attribution, share: Fraction
) -> None:
    """Shares must be all of it: what is missing goes to UNKNOWN by name."""
    party = attribution.main_party
    changed = {**dict(attribution.shares), party: share}
    total = sum(changed.values())
    assume(total != 1)
    with pytest.raises(InvalidValueError) as refusal:
        Attribution(changed)
    assert str(refusal.value) == (
        f"shares sum to {total}, not to 1: give the rest to Party.UNKNOWN"
    )


@pytest.mark.parametrize(
    ("given_shares", "told"),
    [
        ({}, "shares sum to 0, not to 1: give the rest to Party.UNKNOWN"),
        ((), "shares sum to 0, not to 1"),
        ({"firm": 2, "nature": -1}, "go below 0: give shares from 0 to 1"),
        ((("firm", "1/2"), ("firm", "1/2")), "name a party twice: add them up"),
        ((("firm", "1/2"), (Party.FIRM, "1/2")), "name a party twice"),
        ([("firm", 1)], "Attribution.shares cannot be [('firm', 1)]: give share by"),
        (None, "Attribution.shares cannot be None: give share by party, such as {"),
        ("firm", "Attribution.shares cannot be 'firm'"),
        ({"": 1}, "Attribution.shares cannot hold ('', 1): name the party in a text"),
        ({None: 1}, "Attribution.shares cannot hold (None, 1)"),
        ((("firm",),), "Attribution.shares cannot hold ('firm',)"),
        (("ab",), "Attribution.shares cannot hold 'ab'"),
        ((("firm", 1, 1),), "Attribution.shares cannot hold ('firm', 1, 1)"),
    ],
)
def test_loose_shares_are_refused(given_shares: Any, told: str) -> None:
    """Shares that are no share by party are refused with the mend."""
    with pytest.raises(InvalidValueError) as refusal:
        Attribution(given_shares)
    assert told in str(refusal.value)


@pytest.mark.parametrize("share", NOT_EXACT, ids=repr)
def test_a_share_is_exact(share: Any) -> None:
    """No float ever decides who pays how much."""
    refused: list[Callable[[], object]] = [
        lambda: Attribution({"firm": share}),
        lambda: Attribution.by_weight((FROST,), unknown=share),
        lambda: Cause("frost", "nature", weight=share),
        lambda: Cause("frost", "nature", confidence=share),
    ]
    for build in refused:
        with pytest.raises(InvalidValueError) as refusal:
            build()
        assert str(refusal.value).startswith(f"{share!r:.60} is not exact: give ")


# By weight


@given(cause_chains(), weights)
def test_weights_share_out(found: tuple[Cause, ...], unknown: Fraction) -> None:
    """Each party bears its causes' part of all weight; the rest is unknown."""
    attribution = Attribution.by_weight(found, unknown=unknown, because=(STAFF,))
    total = sum(cause.weight for cause in found) + unknown
    named = {cause.party for cause in found} | {"unknown"}
    for party in named:
        own = [cause.weight for cause in found if cause.party == party]
        own += [unknown] if party == "unknown" else []
        share = sum(own) / total if total else Fraction(party == "unknown")
        assert attribution.share(party) == share
    assert named.issuperset(dict(attribution.shares))
    assert attribution.causes == found
    assert attribution.because == (STAFF,)


@given(cause_chains(), weights, scales)
def test_only_the_proportion_of_weights_counts(
    found: tuple[Cause, ...], unknown: Fraction, scale: Fraction
) -> None:
    """Weights in minutes or in hours lay the failure to the same parties."""
    scaled = tuple(attrs.evolve(c, weight=c.weight * scale) for c in found)
    again = Attribution.by_weight(scaled, unknown=unknown * scale)
    assert again.shares == Attribution.by_weight(found, unknown=unknown).shares


@given(cause_chains(), st.randoms(use_true_random=False))
def test_the_order_of_causes_changes_no_share(
    found: tuple[Cause, ...], random: Any
) -> None:
    """Causes told in another order weigh the same."""
    shuffled = [*found]
    random.shuffle(shuffled)
    again = Attribution.by_weight(tuple(shuffled))
    assert dict(again.shares) == dict(Attribution.by_weight(found).shares)


def test_causes_without_weight_explain_nothing() -> None:
    """Where nothing has a weight nobody knows whose doing it was."""
    idle = (Cause("frost", "nature", weight=0),)
    assert Attribution.by_weight(idle).shares == (("unknown", Fraction(1)),)
    assert Attribution.by_weight(()) == Attribution.unknown()


def test_minutes_are_shared_out() -> None:
    """Forty minutes of frost and twenty of a late crew are two thirds and one."""
    late = (
        Cause("frost", Party.NATURE, weight=40),
        Cause("crew late", Party.EMPLOYEE, weight=15),
        Cause("gate closed", Party.EMPLOYEE, weight=5),
    )
    assert Attribution.by_weight(late).shares == (
        ("nature", Fraction(2, 3)),
        ("employee", Fraction(1, 3)),
    )


def test_what_is_not_explained_has_no_negative_weight() -> None:
    """More cannot be explained than there is."""
    with pytest.raises(InvalidValueError) as refusal:
        Attribution.by_weight((FROST,), unknown="-1/2")
    assert str(refusal.value) == ("unknown cannot be -1/2: give a weight from 0 up")


# Causes


@pytest.mark.parametrize(
    ("party", "locus"),
    [
        (Party.FIRM, Locus.FIRM),
        (Party.UNIT, Locus.FIRM),
        (Party.EMPLOYEE, Locus.FIRM),
        (Party.SUPPLIER, Locus.EXTERNAL),
        (Party.CUSTOMER, Locus.CUSTOMER),
        (Party.OTHER_CUSTOMER, Locus.EXTERNAL),
        (Party.NATURE, Locus.EXTERNAL),
        (Party.AUTHORITY, Locus.EXTERNAL),
        (Party.UNKNOWN, Locus.UNKNOWN),
        ("handling agent", Locus.EXTERNAL),
    ],
)
def test_the_side_follows_from_the_party(party: str, locus: Locus) -> None:
    """A cause lies on its party's side, the party named as member or as text."""
    assert Cause("it", party).locus is locus
    assert Cause("it", str(party)).locus is locus
    for said in Locus:
        assert Cause("it", party, locus=said).locus is said


@given(causes())
def test_every_member_of_a_party_has_a_side(cause: Cause) -> None:
    """No party, known or not, leaves a cause without a side."""
    assert isinstance(Cause("it", cause.party).locus, Locus)


def test_a_cause_is_sure_and_the_companys_unless_said() -> None:
    """A cause alone explains one unit, surely, by the company's own word."""
    assert FROST.weight == FROST.confidence == 1
    assert FROST.asserted_by == "company"
    assert (FROST.evidence, FROST.parent, FROST.is_safety) == ((), None, False)
    assert FROST.stability is Stability.UNKNOWN
    assert FROST.controllability is Controllability.UNKNOWN


@pytest.mark.parametrize("weight", [-1, "-1/2", Fraction(-1, 10**9)])
def test_a_weight_is_not_negative(weight: Any) -> None:
    """A cause explains some of the failure or nothing, never less."""
    with pytest.raises(InvalidValueError) as refusal:
        Cause("frost", "nature", weight=weight)
    assert str(refusal.value) == (
        f"Cause.weight cannot be {weight}: give minutes, cost or another quantity "
        "from 0 up"
    )


@pytest.mark.parametrize(
    ("valid", "field", "wrong", "mend"),
    [
        *refusals(
            FROST,
            "weight",
            name=TEXT,
            party=(("", " ", None, 7), "give a text that is not empty"),
            locus=a(Locus),
            stability=a(Stability),
            controllability=a(Controllability),
            is_safety=FLAG,
            confidence=UNIT_SHARE,
            evidence=TEXTS,
            asserted_by=TEXT,
            parent=MAYBE_TEXT,
        ),
        *refusals(
            Attribution.unknown(),
            "shares",
            causes=tuple_of(Cause, FROST),
            because=tuple_of(Reason, STAFF),
        ),
    ],
)
def test_what_cannot_be_is_refused(
    valid: Any, field: str, wrong: object, mend: str
) -> None:
    """A field that cannot be is refused with class, field, value and mend."""
    check_refusal(valid, field, wrong, mend)
