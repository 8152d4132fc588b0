"""From causes to whose doing a failure was, by each rule."""

from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.attribution import (
    Attribution,
    Cause,
    Controllability,
    Party,
    Stability,
)
from recovery_core._domain.claim import Claim
from recovery_core._domain.reason import Reason
from recovery_core.attribution import (
    AssertedBy,
    AttributionRule,
    ByEvidence,
    ByWeight,
    FirstMatch,
    Match,
    ToRoots,
    disagreement,
)
from recovery_core.errors import InvalidValueError, MissingFactError
from tests.support.attribution_cases import (
    STORM,
    STRIKE,
    any_causes,
    attributions,
    by_evidence,
    claim_of,
    codes,
    every_rule,
    parties,
    percent,
    plain_rules,
    reading_rules,
    resolving_rules,
    sent_to_a_worker,
    standards,
)

# What holds for every rule


@given(every_rule, any_causes)
def test_every_rule_lays_out_the_whole_failure(
    rule: AttributionRule, causes: tuple[Cause, ...]
) -> None:
    """Whatever the causes, the shares are exact and sum to one."""
    shares = rule(claim_of(*causes)).shares
    assert all(type(share) is Fraction and share > 0 for _, share in shares)
    assert sum(share for _, share in shares) == 1


@given(reading_rules, any_causes, st.randoms())
def test_the_order_of_causes_does_not_matter(
    rule: AttributionRule, causes: tuple[Cause, ...], chance: Any
) -> None:
    """Who is written down first bears no more for it."""
    shuffled = list(causes)
    chance.shuffle(shuffled)
    there, back = rule(claim_of(*causes)), rule(claim_of(*shuffled))
    assert dict(there.shares) == dict(back.shares)


@given(reading_rules, any_causes, st.fractions("1/9", 9, max_denominator=9))
def test_the_unit_of_weight_does_not_matter(
    rule: AttributionRule, causes: tuple[Cause, ...], factor: Fraction
) -> None:
    """Minutes or hours: scaling every weight changes no share."""
    scaled = [attrs.evolve(cause, weight=cause.weight * factor) for cause in causes]
    assert rule(claim_of(*scaled)).shares == rule(claim_of(*causes)).shares


@given(plain_rules | resolving_rules, any_causes)
def test_the_causes_kept_explain_the_shares(
    rule: AttributionRule, causes: tuple[Cause, ...]
) -> None:
    """What an attribution keeps as its causes adds up to its shares."""
    found = rule(claim_of(*causes))
    assert [c.name for c in found.causes] == [c.name for c in causes]
    assert [c.weight for c in found.causes] == [c.weight for c in causes]
    if any(cause.weight for cause in causes):
        assert found.shares == Attribution.by_weight(found.causes).shares


@given(plain_rules | resolving_rules, any_causes)
def test_what_was_found_once_is_found_again(
    rule: AttributionRule, causes: tuple[Cause, ...]
) -> None:
    """A rule applied to the causes it kept keeps them and finds the same shares."""
    once = rule(claim_of(*causes))
    twice = rule(claim_of(*once.causes))
    assert (twice.shares, twice.causes) == (once.shares, once.causes)


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (ByWeight(), "ByWeight()"),
        (
            ByEvidence("0.75", "customer"),
            "ByEvidence(standard=Fraction(3, 4), burden='customer')",
        ),
        (ToRoots(), "ToRoots(rule=ByWeight())"),
        (AssertedBy("customer"), "AssertedBy(by='customer', rule=ByWeight())"),
        (FirstMatch((), "firm"), "FirstMatch(cases=(), otherwise='firm')"),
    ],
)
def test_a_rule_is_a_value(rule: AttributionRule, shown: str) -> None:
    """A rule shows its parameters, compares by them, hashes and pickles."""
    assert repr(rule) == shown
    assert sent_to_a_worker(rule) == rule
    assert len({rule, sent_to_a_worker(rule)}) == 1


# By weight


def test_nothing_known_is_all_unknown() -> None:
    """Where no cause has a weight, nobody is blamed."""
    weightless = Cause("fog", "nature", weight=0)
    for causes in ((), (weightless,)):
        found = ByWeight()(claim_of(*causes))
        assert found.shares == (("unknown", Fraction(1)),)
        assert found.causes == causes
        assert codes(found) == ["nothing-known"]


def test_the_weights_that_were_read_are_given() -> None:
    """An attribution by weight says how many causes of what weight it read."""
    claim = claim_of(Cause("fog", "nature", weight="0.5"), Cause("crew", "firm"))
    (why,) = ByWeight()(claim).because
    assert why.code == "shared-by-weight"
    assert dict(why.values) == {"causes": 2, "weight": Fraction(3, 2)}


BTS_JUNE_2014 = (
    Cause("air carrier", "carrier", weight=2_174_769),
    Cause("extreme weather", "nature", weight=379_880),
    Cause("national aviation system", "authority", weight=1_788_826),
    Cause("security", "security", weight=6_428),
    Cause("late aircraft", "reactionary", weight=3_405_382),
)


def test_bts_shares_of_june_2014() -> None:
    """Minutes of delay give the shares that BTS published, to the last digit."""
    assert sum(cause.weight for cause in BTS_JUNE_2014) == 7_755_285
    found = ByWeight()(claim_of(*BTS_JUNE_2014))
    published = ["28.04", "4.90", "23.07", "0.08", "43.91"]
    shares = [percent(found.share(cause.party)) for cause in BTS_JUNE_2014]
    assert shares == [Fraction(figure) for figure in published]


@pytest.mark.parametrize(
    ("parent", "bears", "share"),
    [
        ("air carrier", "carrier", "71.95"),
        ("extreme weather", "nature", "48.81"),
        ("an earlier flight", "unknown", "43.91"),
    ],
)
def test_bts_late_aircraft_is_no_root_cause(
    parent: str, bears: str, share: str
) -> None:
    """The largest BTS share points at an earlier flight; its minutes go to the root."""
    pointer = attrs.evolve(BTS_JUNE_2014[-1], parent=parent)
    found = ToRoots()(claim_of(*BTS_JUNE_2014[:-1], pointer))
    assert found.share("reactionary") == 0
    assert percent(found.share(bears)) == Fraction(share)


IATA_FAMILIES = {"3": "handler", "6": "firm", "7": "nature", "8": "authority"}


def iata_causes(message: str) -> tuple[Cause, ...]:
    """Read a delay message: two codes, then the minutes of each as HHMM."""
    first, second, *clock = message.removeprefix("DL").split("/")
    minutes = [int(text[:2]) * 60 + int(text[2:]) for text in clock]
    return tuple(
        Cause(f"code {code}", IATA_FAMILIES[code[0]], weight=weight)
        for code, weight in zip((first, second), minutes, strict=True)
    )


def test_an_iata_message_shares_its_minutes() -> None:
    """DL31/62/0005/0015 is 25 % ramp handling and 75 % operations."""
    found = ByWeight()(claim_of(*iata_causes("DL31/62/0005/0015")))
    assert found.shares == (("firm", Fraction(3, 4)), ("handler", Fraction(1, 4)))


# The first match


def windy(claim: Claim) -> bool:
    """Tell whether the wind was above the limit."""
    return claim.failure.facts["wind"] == "storm"


def struck(claim: Claim) -> bool:
    """Tell whether there was a strike."""
    return claim.failure.facts.get("strike") is True


SORTED = FirstMatch(
    (Match(windy, Party.NATURE, STORM), Match(struck, "authority", STRIKE)), "firm"
)


def test_the_first_case_that_holds_decides_alone() -> None:
    """A later case is not asked once one holds."""
    both = SORTED(claim_of(wind="storm", strike=True))
    assert both == Attribution.to("nature", STORM)
    assert SORTED(claim_of(wind="calm", strike=True)) == Attribution.to(
        "authority", STRIKE
    )


def test_a_reason_can_hold_what_it_read() -> None:
    """A reason that is a function is asked about the very claim that matched."""

    def why(claim: Claim) -> Reason:
        return Reason("storm", "it stormed", {"wind": claim.failure.facts["wind"]})

    found = FirstMatch((Match(windy, Party.NATURE, why),))(claim_of(wind="storm"))
    assert found.because[0].values == {"wind": "storm"}


def test_where_no_case_holds_the_rule_says_so() -> None:
    """What matches nothing is laid to the party named for it, unknown if none is."""
    found = SORTED(claim_of(wind="calm"))
    assert found.shares == (("firm", Fraction(1)),)
    assert found.because == (
        Reason("no-case-held", "none of the cases held", {"cases": 2}),
    )
    assert FirstMatch(())(claim_of()).shares == (("unknown", Fraction(1)),)


def test_a_case_that_reads_a_missing_fact_says_which() -> None:
    """A fact nobody recorded is the author's slip, and no reason to blame anyone."""
    with pytest.raises(MissingFactError, match="wind"):
        SORTED(claim_of())


# Evidence and the burden of proof


def storm(confidence: str, party: str = "nature") -> Cause:
    """Assert a storm, as surely as the evidence makes it."""
    return Cause("storm", party, confidence=confidence)


@pytest.mark.parametrize(
    ("confidence", "standard", "bears"),
    [
        ("0.51", "1/2", "nature"),
        ("1/2", "1/2", "firm"),
        ("0.49", "1/2", "firm"),
        ("3/4", "3/4", "firm"),
        ("0.76", "3/4", "nature"),
        ("0", "0", "firm"),
        ("0.01", "0", "nature"),
        ("1", "0.99", "nature"),
    ],
)
def test_proof_must_exceed_the_standard(
    confidence: str, standard: str, bears: str
) -> None:
    """Evenly balanced evidence proves nothing: the burden holder bears it."""
    found = ByEvidence(standard)(claim_of(storm(confidence)))
    assert found.shares == ((bears, Fraction(1)),)


def test_the_reason_says_which_cause_failed_which_standard() -> None:
    """A reason names cause, party, confidence, standard and burden as read."""
    found = ByEvidence()(claim_of(storm("1/4"), Cause("fog", "nature", weight=3)))
    assert found.shares == (("nature", Fraction(3, 4)), ("firm", Fraction(1, 4)))
    (why,) = found.because
    assert why.code == "cause-unproved"
    assert dict(why.values) == {
        "cause": "storm",
        "party": "nature",
        "confidence": Fraction(1, 4),
        "standard": Fraction(1, 2),
        "burden": "firm",
    }


def test_nobody_proves_what_lies_with_them_already() -> None:
    """A cause that lies with the burden holder counts without proof."""
    claim = claim_of(storm("0", "firm"))
    assert ByEvidence()(claim) == Attribution.by_weight(claim.failure.causes)


def test_the_unknown_is_the_loss_of_who_must_prove() -> None:
    """However sure we are that nobody knows, that proves nothing."""
    found = ByEvidence()(claim_of(storm("1", "unknown")))
    assert found.shares == (("firm", Fraction(1)),)
    assert codes(found) == ["party-unknown"]


def test_where_nothing_is_asserted_nothing_is_proved() -> None:
    """A defendant who says nothing loses; a claimant with the burden does too."""
    for burden in ("firm", "customer", "unknown"):
        found = ByEvidence(burden=burden)(claim_of(Cause("fog", "nature", weight=0)))
        assert found.shares == ((burden, Fraction(1)),)
        assert codes(found) == ["nothing-proved"]
        assert ByEvidence(burden=burden)(claim_of()).shares == found.shares


def test_a_weightless_cause_that_fails_is_still_answered() -> None:
    """Every objection stays on record, even where nothing hangs on it."""
    weightless = Cause("fog", "nature", weight=0, confidence=0)
    found = ByEvidence()(claim_of(weightless))
    assert codes(found) == ["cause-unproved", "nothing-proved"]


def test_what_is_unproved_takes_nothing_of_the_old_side_along() -> None:
    """A cause that falls to the firm is no longer external, nor beyond control."""
    cause = Cause(
        "storm",
        "nature",
        confidence=0,
        controllability=Controllability.UNCONTROLLABLE,
        stability=Stability.UNSTABLE,
        is_safety=True,
    )
    assert ByEvidence()(claim_of(cause)).causes == (
        Cause("storm", "firm", confidence=0),
    )


@given(by_evidence, any_causes)
def test_nothing_is_laid_to_another_without_proof(
    rule: ByEvidence, causes: tuple[Cause, ...]
) -> None:
    """Whoever does not hold the burden bears only what is proved."""
    for cause in rule(claim_of(*causes)).causes:
        assert cause.party == rule.burden or cause.confidence > rule.standard


@given(standards, standards, parties, any_causes)
def test_a_higher_standard_never_helps_who_must_prove(
    low: Fraction, high: Fraction, burden: str, causes: tuple[Cause, ...]
) -> None:
    """The share of the burden holder rises with the standard of proof."""
    low, high = sorted([low, high])
    lenient, strict = (
        ByEvidence(standard, burden)(claim_of(*causes)) for standard in (low, high)
    )
    assert lenient.share(burden) <= strict.share(burden)


# Finding and perception


def test_one_claim_yields_both_views() -> None:
    """Company and customer may disagree, and neither view overwrites the other."""
    claim = claim_of(
        Cause("storm", "nature"),
        Cause("no staff", "firm", weight=3, asserted_by="customer"),
        Cause("rain", "nature", asserted_by="customer"),
    )
    finding, perception = AssertedBy("company")(claim), AssertedBy("customer")(claim)
    assert finding.shares == (("nature", Fraction(1)),)
    assert perception.shares == (("firm", Fraction(3, 4)), ("nature", Fraction(1, 4)))
    assert [cause.name for cause in perception.causes] == ["no staff", "rain"]
    assert disagreement(finding, perception) == Fraction(3, 4)


def test_one_side_does_not_borrow_the_others_root() -> None:
    """A parent that only the other side asserts is one that nobody named."""
    claim = claim_of(
        Cause("late", "firm", asserted_by="customer", parent="fog"),
        Cause("fog", "nature"),
    )
    assert AssertedBy("customer", ToRoots())(claim).main_party == "unknown"


@given(attributions, attributions, attributions)
def test_disagreement_is_a_distance(
    a: Attribution, b: Attribution, c: Attribution
) -> None:
    """It is nothing only between equal views, is mutual, and takes no detour."""
    assert 0 <= disagreement(a, b) <= 1
    assert disagreement(a, b) == disagreement(b, a)
    assert (disagreement(a, b) == 0) == (dict(a.shares) == dict(b.shares))
    assert disagreement(a, c) <= disagreement(a, b) + disagreement(b, c)


# Wrong inputs


@pytest.mark.parametrize(
    ("kind", "given", "mend"),
    [
        (ByEvidence, ("1",), "not including, 1"),
        (ByEvidence, ("-1/2",), "balance of probabilities"),
        (ByEvidence, (0.5,), "0.5 is not exact"),
        (ByEvidence, ("1/2", ""), "ByEvidence.burden"),
        (ToRoots, (ByWeight,), "such as ByWeight(...)"),
        (ToRoots, ("by weight",), "ToRoots.rule"),
        (AssertedBy, (" ",), "AssertedBy.by"),
        (AssertedBy, ("customer", 7), "AssertedBy.rule"),
        (Match, (True, "firm", STORM), "Match.when"),
        (Match, (windy, "", STORM), "Match.party"),
        (Match, (windy, "firm", "storm"), "Match.reason"),
        (FirstMatch, ([],), "give a tuple of Match"),
        (FirstMatch, ((), ""), "FirstMatch.otherwise"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_mend(
    kind: Any, given: tuple[Any, ...], mend: str
) -> None:
    """A wrong parameter fails where the rule is built, and the message names it."""
    with pytest.raises(InvalidValueError) as refused:
        kind(*given)
    assert mend in str(refused.value)
