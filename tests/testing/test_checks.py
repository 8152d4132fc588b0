"""The checks: they pass what is right, and catch what is wrong on a small claim."""

import gc
import logging
import pickle
import random
import sys
import time
import unittest
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recovery_core import (
    Action,
    Attribution,
    Claim,
    Customer,
    Money,
    Party,
    PastClaim,
    Reason,
    ServiceFailure,
    Verdict,
)
from recovery_core._domain.plugs import name_of
from recovery_core.abuse import (
    AbuseDetector,
    ClaimRate,
    ClaimVelocity,
    Tolerant,
    ValueConcentration,
    expiring,
    shadow,
    worst_of,
)
from recovery_core.attribution import (
    AssertedBy,
    AttributionRule,
    BarredAboveHalf,
    BarredAtHalf,
    BlameBlind,
    ByEvidence,
    ByWeight,
    CappedCustomerShare,
    Contributory,
    Defence,
    FirstMatch,
    LiabilityRule,
    Match,
    PureComparative,
    ToRoots,
)
from recovery_core.errors import (
    BrokenPromiseError,
    InvalidProcessError,
    InvalidValueError,
    RecoveryError,
)
from recovery_core.process import (
    FIVE_STEP_PROPERTIES,
    FIVE_STEPS,
    AtMost,
    NeedsFirst,
    Process,
    Step,
    define,
)
from recovery_core.process.step import Edge
from recovery_core.testing import (
    CheckReport,
    PropertyResult,
    check_attribution_rule,
    check_detector,
    check_liability_rule,
    check_process,
    strategies,
)
from recovery_core.testing._constants import collect_texts_and_integers
from recovery_core.testing._paths import ABSENT, ClaimPath
from recovery_core.testing._search import _find_smallest_question_and_breach
from recovery_core.testing._show import format_value
from recovery_core.testing._side_effects import (
    OutsideReadRecorder,
    answer_and_outside_reads,
)

FIRM, CUSTOMER = Attribution.to("firm"), Attribution.to("customer")
OFTEN = (Reason("often", "too often"),)
SUSPECT = Verdict(action=Action.WARN, reasons=OFTEN)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PLAIN = "Claim(ServiceFailure('late'), datetime.datetime(2026, 5, 1, 12, 0, tzinfo=UTC)"
QUARTER = timedelta(days=90)


def if_(condition: object) -> Attribution:
    """Blame the customer on a condition, and the firm without."""
    return CUSTOMER if condition else FIRM


# ------------------------------------------------------------------ what is right

ATTRIBUTION_RULES: list[AttributionRule] = [
    ByWeight(),
    ByEvidence("3/4"),
    ToRoots(ByEvidence()),
    AssertedBy("customer", ToRoots()),
    FirstMatch(
        (Match(lambda c: bool(c.evidence), Party.FIRM, Reason("seen", "it is seen")),)
    ),
]


@pytest.mark.parametrize("rule", ATTRIBUTION_RULES, ids=name_of)
def test_our_rules_of_attribution_keep_their_promises(rule: AttributionRule) -> None:
    """Every ready-made rule passes, and none of them reads a tier or a fact."""
    report = check_attribution_rule(
        rule, ignores=["customer.tier", "facts.gender"], max_examples=40
    )
    assert [result.promise for result in report.results] == [
        "it never raises on a claim",
        "it answers with a sound Attribution",
        "it reads the claim, and no clock, no chance and no file",
        "it leaves the claim as it was",
        "it gives equal claims equal answers, whenever it is asked",
        "case_id does not move its answer",
        "customer.id does not move its answer",
        "customer.tier does not move its answer",
        "facts.gender does not move its answer",
    ]
    assert report.results[0].examples == 40
    assert all(result.examples for result in report.results)
    assert not report.is_proved


LIABILITY_RULES: list[tuple[LiabilityRule, str, bool]] = [
    (BlameBlind(), Party.CUSTOMER, True),
    (PureComparative(), Party.CUSTOMER, True),
    (BarredAtHalf(), Party.CUSTOMER, True),
    (BarredAboveHalf(), Party.CUSTOMER, True),
    (Contributory(), Party.CUSTOMER, True),
    (CappedCustomerShare("1/5"), Party.CUSTOMER, True),
    (Defence(), Party.NATURE, False),
    (Defence(above="1/2"), Party.AUTHORITY, False),
    (Defence(is_two_stage=True), Party.NATURE, False),
]


@pytest.mark.parametrize(("rule", "party", "all_when_blameless"), LIABILITY_RULES)
def test_our_rules_of_liability_keep_their_promises(
    rule: LiabilityRule, party: str, *, all_when_blameless: bool
) -> None:
    """Every ready-made rule passes on all 455 splits in twelfths, and beyond."""
    report = check_liability_rule(
        rule,
        falls_with=party,
        owes_all_when_blameless=all_when_blameless,
        max_examples=50,
    )
    assert [result.examples for result in report.results[:5]] == [505] * 5
    falls = f"the company owes no more as the share of {party} grows"
    assert report.results[-1].promise == falls
    assert report.results[-1].examples > 1000


DETECTORS: list[AbuseDetector] = [
    ClaimVelocity(1, QUARTER),
    ClaimRate(),
    ValueConcentration(),
    Tolerant(ClaimVelocity(0, QUARTER)),
    worst_of(ClaimVelocity(2, QUARTER), ClaimRate("1/2", "1/2")),
    shadow(ClaimVelocity(0, QUARTER)),
    expiring(ClaimVelocity(0, QUARTER), timedelta(days=1)),
    lambda _: Verdict(),
]


@pytest.mark.parametrize("detector", DETECTORS, ids=name_of)
def test_our_detectors_keep_their_promises(detector: AbuseDetector) -> None:
    """Every ready-made detector passes, and spares those who are often failed."""
    report = check_detector(detector, ignores=["customer.tier"], max_examples=40)
    spared = "one more claim that was found to be real never makes its verdict graver"
    assert {result.promise: result.examples > 0 for result in report.results}[spared]


@given(strategies.detectors(), strategies.attribution_rules())
@settings(max_examples=5, suppress_health_check=[HealthCheck.nested_given])
def test_whatever_is_ready_made_keeps_its_promises(
    detector: AbuseDetector, rule: AttributionRule
) -> None:
    """What the strategies draw passes too; a check can be called within a test."""
    check_detector(detector, max_examples=5)
    check_attribution_rule(rule, max_examples=5)


def test_suspicion_is_put_to_the_test() -> None:
    """Drawn histories are long and recent enough to be suspected."""
    report = check_detector(ClaimVelocity(1, QUARTER), max_examples=200)
    voiced = "no suspicion has expired when it is voiced"
    assert {result.promise: result.examples for result in report.results}[voiced]


def test_a_process_is_proved() -> None:
    """What holds of the five steps is proved, not searched, and told as such."""
    report = check_process(FIVE_STEPS, *FIVE_STEP_PROPERTIES)
    assert report.is_proved
    assert len(report.results) == 1 + len(FIVE_STEP_PROPERTIES)
    assert str(report).splitlines()[1].startswith("  proved: every state is reached")


def test_a_check_works_in_any_test_framework() -> None:
    """A check is a plain function: unittest runs it, and counts its failures."""

    class Checks(unittest.TestCase):
        def test_right(self) -> None:
            check_attribution_rule(ByWeight(), max_examples=5)

        def test_wrong(self) -> None:
            check_liability_rule(lambda _: Fraction(2))

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Checks).run(result)
    assert (result.testsRun, len(result.failures), result.errors) == (2, 1, [])


# --------------------------------------------------- rules of attribution gone wrong


class Calls:
    """Count calls, as module state would."""

    def __init__(self) -> None:
        self.made = 0
        self.seen: set[str] = set()

    def count(self, claim: Claim) -> Attribution:
        """Blame in turns."""
        self.made += 1
        return if_(self.made % 2)

    def tire(self, claim: Claim) -> Attribution:
        """Change its mind for good, long after it was asked first."""
        self.made += 1
        return if_(self.made > 150)

    def remember(self, claim: Claim) -> Attribution:
        """Blame whoever comes twice."""
        known = claim.case_id in self.seen
        self.seen.add(claim.case_id)
        return if_(known)


def forged(**fields: object) -> Attribution:
    """Build an attribution around its own checks."""
    made = Attribution.to("firm")
    for name, value in fields.items():
        object.__setattr__(made, name, value)
    return made


def first_cause(claim: Claim) -> Attribution:
    """Forget that a failure may have no cause."""
    return Attribution.to(claim.failure.causes[0].party)


def any_tier(claim: Claim) -> Attribution:
    """Forget that the customer may be unknown."""
    return if_(claim.customer.tier)  # type: ignore[union-attr]


async def later(claim: Claim) -> Attribution:
    """Promise an answer."""
    return FIRM


def piecemeal(claim: Claim) -> Iterator[Attribution]:
    """Answer bit by bit."""
    yield FIRM


def file_reader(claim: Claim) -> Attribution:
    """Ask a file."""
    with open(__file__, encoding="utf-8") as file:  # noqa: PTH123
        return if_(not file.readable())


def stamped(claim: Claim) -> Attribution:
    """Put the time of day into a reason."""
    now = datetime.now(UTC)
    return Attribution.to("firm", Reason("seen", "looked at", {"at": now}))


def slow(claim: Claim) -> Attribution:
    """Ask how long it takes."""
    return if_(time.perf_counter() < 0)


def named_by_lot(claim: Claim) -> Attribution:
    """Make up a name."""
    return if_(uuid.uuid4().int < 0)


def by_identity(claim: Claim) -> Attribution:
    """Tell objects apart rather than claims."""
    return Attribution.to(f"party {id(claim)}")


def scribble(claim: Claim) -> Attribution:
    """Write on the claim."""
    object.__setattr__(claim, "contacts", claim.contacts + 1)
    return FIRM


def scribble_deep(claim: Claim) -> Attribution:
    """Write into the facts."""
    claim.failure.facts._items["was_here"] = True
    return FIRM


def favours_the_boss(claim: Claim) -> Attribution:
    """Know somebody by name."""
    return if_(claim.customer is None or claim.customer.id != "the boss")


def by_case_id(claim: Claim) -> Attribution:
    """Draw lots by the name of the case."""
    return if_(len(claim.case_id) % 2)


UNSTEADY = "it gives equal claims equal answers, whenever it is asked"
UNSOUND = "it answers with a sound Attribution"
READS = "it reads the claim, and no clock, no chance and no file"
RAISES = "it never raises on a claim"
WRONG_ATTRIBUTIONS: dict[str, tuple[Callable[[], Any], str, str]] = {
    "raises without causes": (lambda: first_cause, RAISES, "IndexError"),
    "raises without customer": (lambda: any_tier, RAISES, "AttributeError"),
    "raises for want of a fact": (
        lambda: lambda c: if_(c.failure.facts["late"]),
        RAISES,
        "MissingFactError: no fact 'late'",
    ),
    "answers a mapping": (
        lambda: lambda _: {"firm": 1},
        UNSOUND,
        "that is a dict, no Attribution",
    ),
    "answers nothing": (lambda: lambda _: None, UNSOUND, "NoneType"),
    "answers a class": (lambda: lambda _: Attribution, UNSOUND, "that is a type"),
    "is a coroutine": (lambda: later, UNSOUND, "it is a coroutine"),
    "is a generator": (lambda: piecemeal, UNSOUND, "that is a generator"),
    "forges shares above one": (
        lambda: lambda _: forged(shares=(("firm", Fraction(2)),)),
        UNSOUND,
        "shares sum to 2, not to 1",
    ),
    "forges what does not hash": (
        lambda: lambda _: forged(causes=[]),
        UNSOUND,
        "unhashable",
    ),
    "forges the order of shares": (
        lambda: (
            lambda _: forged(
                shares=(("a", Fraction(1, 3)), ("b", Fraction(2, 3))),
            )
        ),
        UNSOUND,
        "built as it says, it would be: Attribution({'b': '2/3', 'a': '1/3'})",
    ),
    "flips a coin": (
        lambda: lambda _: if_(random.random() < 0.5),
        READS,
        "it called random.random",
    ),
    "makes up a name": (lambda: named_by_lot, READS, "urandom"),
    "reads the day": (
        lambda: lambda _: if_(date.today().year < 2000),  # noqa: DTZ011
        READS,
        "it called date.today",
    ),
    "reads the time": (lambda: stamped, READS, "it called datetime.now"),
    "takes the time": (lambda: slow, READS, "it called time.perf_counter"),
    "reads a file": (lambda: file_reader, READS, "open"),
    "counts its calls": (lambda: Calls().count, UNSTEADY, "asked again"),
    "changes its mind later": (lambda: Calls().tire, UNSTEADY, "asked again later"),
    "remembers cases": (lambda: Calls().remember, UNSTEADY, "asked again"),
    "goes by identity": (lambda: by_identity, UNSTEADY, "asked again"),
    "writes on the claim": (
        lambda: scribble,
        "it leaves the claim as it was",
        "contacts=1",
    ),
    "writes into the facts": (
        lambda: scribble_deep,
        "it leaves the claim as it was",
        "facts={'was_here': True}",
    ),
    "knows somebody by name": (
        lambda: favours_the_boss,
        "customer.id does not move its answer",
        "with customer.id = 'the boss'",
    ),
    "draws lots by the case": (
        lambda: by_case_id,
        "case_id does not move its answer",
        "with case_id = ",
    ),
}


@pytest.mark.parametrize("name", WRONG_ATTRIBUTIONS)
def test_a_wrong_rule_of_attribution_is_caught(name: str) -> None:
    """Each wrong rule is caught on a small claim, with what it did and promised."""
    make, promise, evidence = WRONG_ATTRIBUTIONS[name]
    with pytest.raises(BrokenPromiseError) as caught:
        check_attribution_rule(make(), max_examples=200)
    assert caught.value.promise == promise
    assert evidence in str(caught.value)
    assert str(caught.value).splitlines()[1].startswith(f"  asked: {PLAIN}")
    assert isinstance(caught.value.asked, Claim)


def by_tier(claim: Claim) -> Attribution:
    """Blame whoever has no status."""
    return if_(claim.customer and claim.customer.tier != "platinum")


def by_gender(claim: Claim) -> Attribution:
    """Blame by gender."""
    return if_(claim.failure.facts.get("gender") == "female")


def by_presence(claim: Claim) -> Attribution:
    """Blame whoever told an age."""
    return if_("age" in claim.failure.facts)


def by_place(claim: Claim) -> Attribution:
    """Blame by the place where it happened."""
    return if_(claim.failure.touchpoint == "branch 7")


def by_words(claim: Claim) -> Attribution:
    """Blame by how it is told."""
    return if_(len(claim.failure.what) > 4)


IGNORED: list[tuple[AttributionRule, str, str]] = [
    (by_tier, "customer.tier", "with customer.tier = 'platinum'"),
    (by_gender, "facts.gender", "with facts.gender = 'female'"),
    (by_presence, "facts.age", "with facts.age"),
    (by_place, "failure.touchpoint", "with failure.touchpoint = 'branch 7'"),
    (by_words, "failure.what", "with failure.what = "),
    (lambda c: if_(c.contacts > 2), "contacts", "with contacts = "),
    (lambda c: if_(c.customer), "customer", "with customer = "),
]


@pytest.mark.parametrize(("rule", "path", "evidence"), IGNORED)
def test_what_must_not_count_is_told_by_its_path(
    rule: AttributionRule, path: str, evidence: str
) -> None:
    """A rule that reads what it must not is caught with two values that differ."""
    with pytest.raises(BrokenPromiseError) as caught:
        check_attribution_rule(rule, ignores=[path], max_examples=300)
    assert caught.value.promise == f"{path} does not move its answer"
    assert evidence in str(caught.value)


def test_the_message_shows_claim_answers_and_promise() -> None:
    """A failure reads as one story: who, what was promised, asked and answered."""
    with pytest.raises(BrokenPromiseError) as caught:
        check_attribution_rule(by_tier, ignores="customer.tier", max_examples=500)
    customer = "customer=Customer('late')"
    assert str(caught.value) == (
        "by_tier breaks a promise: customer.tier does not move its answer\n"
        f"  asked: {PLAIN}, {customer})\n"
        "  it answered: Attribution({'customer': '1'})\n"
        "  with customer.tier = 'platinum': Attribution({'firm': '1'})"
    )
    asked = Claim(ServiceFailure("late"), NOON, customer=Customer("late"))
    assert caught.value.asked == asked
    assert isinstance(caught.value, RecoveryError)
    assert isinstance(caught.value, AssertionError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(  # noqa: S301
        caught.value
    )


def test_what_the_rule_raised_stays_the_cause() -> None:
    """The rule's own error is chained, so that its line is found."""
    with pytest.raises(BrokenPromiseError) as caught:
        check_attribution_rule(first_cause)
    assert isinstance(caught.value.__cause__, IndexError)
    assert caught.value.evidence[-1].startswith("mend: where it cannot tell, give")


def test_values_to_try_can_be_given() -> None:
    """Where a path is given with values, those are tried and no others."""
    found = {"facts.age": (17, 70)}
    rule = partial(
        lambda least, c: if_(c.failure.facts.get("age", 0) >= least), 50 + 18
    )
    with pytest.raises(BrokenPromiseError, match=r"with facts.age = 70"):
        check_attribution_rule(rule, ignores=found, max_examples=50)
    check_attribution_rule(rule, ignores={"facts.age": (17, 40)}, max_examples=30)


def test_claims_that_hold_what_a_rule_needs_can_be_given() -> None:
    """A rule that relies on a fact is asked about claims that have it."""
    late = strategies.facts({"minutes_late": st.integers(0, 100)})
    own = strategies.claims(strategies.failures(late), st.none())

    def rule(claim: Claim) -> Attribution:
        return if_(claim.failure.facts.read("minutes_late", int) < 30)

    report = check_attribution_rule(rule, claims=own, max_examples=50)
    assert str(report.results[6]) == "never tried: customer.id does not move its answer"
    with pytest.raises(BrokenPromiseError, match=r"facts.minutes_late = "):
        check_attribution_rule(rule, claims=own, ignores=["facts.minutes_late"])


def test_what_was_never_tried_is_no_pass() -> None:
    """A promise that no claim could try is refused with the mend, not reported."""
    strangers = strategies.claims(by=st.none())
    with pytest.raises(InvalidValueError, match=r"never put to the test: no claim had"):
        check_attribution_rule(
            ByWeight(), claims=strangers, ignores=["customer.tier"], max_examples=10
        )


def test_who_somebody_is_may_be_declared_to_count() -> None:
    """A rule that is meant to read the case's name says so, and passes."""
    report = check_attribution_rule(by_case_id, reads="case_id", max_examples=50)
    assert "case_id does not move" not in str(report)
    check_attribution_rule(favours_the_boss, reads=["customer.id"], max_examples=30)
    with pytest.raises(InvalidValueError, match=r"'case_id', 'customer\.id'; all else"):
        check_attribution_rule(ByWeight(), reads=["customer.tier"])


def test_what_cannot_stand_there_is_not_tried() -> None:
    """A constant that the value refuses leaves the claim as it is."""
    claim = Claim(ServiceFailure("late"), NOON, customer=Customer("c"))
    assert ClaimPath("customer.encounters").with_value_or_none(claim, -1) is None
    assert ClaimPath("customer.encounters").with_value_or_none(claim, ABSENT) is None
    put = ClaimPath("customer.encounters").with_value_or_none(claim, 1)
    assert put is not None
    assert put.customer == Customer("c", encounters=1)


@pytest.mark.parametrize("least", [0, 7, 40])
def test_what_is_made_smaller_breaks_the_same_promise(least: int) -> None:
    """Of two broken promises, the one found first is told, on its smallest question."""

    def probe(number: int, broken: str | None) -> None:
        if number >= least:
            parity = "odd" if number % 2 else "even"
            raise BrokenPromiseError("plug", parity, number, ())

    last, found = _find_smallest_question_and_breach(st.integers(0, 200), probe, None)
    assert found is not None
    assert last == found.asked
    assert last in {least, least + 1}
    assert found.promise == ("odd" if last % 2 else "even")


@pytest.mark.parametrize("path", ["", "customer.", "facts.", "mood", "verdict.score"])
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    """A misspelt path is an error that shows right ones."""
    with pytest.raises(InvalidValueError, match="no part of a claim: give a path such"):
        check_attribution_rule(ByWeight(), ignores=[path])


def test_an_empty_list_of_values_is_refused() -> None:
    """To ignore a path by no values at all tries nothing."""
    with pytest.raises(InvalidValueError, match="give at least one"):
        check_attribution_rule(ByWeight(), ignores={"facts.age": ()})


@pytest.mark.parametrize("plug", [ByWeight, 7, None])
def test_what_cannot_be_asked_is_refused(plug: Any) -> None:
    """A class that was not built, or no function at all, is the tester's slip."""
    with pytest.raises(InvalidValueError, match="a plug cannot be"):
        check_attribution_rule(plug)


def test_an_error_of_the_testers_own_is_theirs() -> None:
    """What goes wrong in drawing claims is not blamed on the rule."""
    broken = strategies.claims().map(lambda claim: claim.nonsense)  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="nonsense"):
        check_attribution_rule(ByWeight(), claims=broken)


# ----------------------------------------------------- rules of liability gone wrong

SPLIT = "it answers with a sound Fraction"
WRONG_LIABILITIES: dict[str, tuple[Any, dict[str, Any], str, str]] = {
    "answers a float": (lambda _: 0.5, {}, SPLIT, "that is a float"),
    "answers an int": (lambda _: 1, {}, SPLIT, "that is a int, no Fraction"),
    "answers a Decimal": (lambda _: Decimal(1), {}, SPLIT, "that is a Decimal"),
    "owes more than all": (
        lambda a: 1 + a.share("firm") / 2,
        {},
        SPLIT,
        "that is no share from 0 to 1",
    ),
    "owes less than nothing": (
        lambda a: a.share("firm") - a.share("nature"),
        {},
        SPLIT,
        "asked: Attribution({'nature': '1'})",
    ),
    "raises on whom it does not know": (
        lambda a: Fraction({"firm": 1, "customer": 0}[a.main_party]),
        {},
        "it never raises on an attribution",
        "it raised KeyError: ",
    ),
    "reads the clock": (
        lambda _: Fraction(time.time() > 0),
        {},
        "it reads the attribution, and no clock, no chance and no file",
        "it called time.time",
    ),
    "owes more as the customer's share grows": (
        lambda a: a.share("customer"),
        {"falls_with": "customer"},
        "the company owes no more as the share of customer grows",
        "it answered: 1/12",
    ),
    "owes more beyond a bar": (
        lambda a: Fraction(a.share("customer") > Fraction(3, 5)),
        {"falls_with": Party.CUSTOMER},
        "the company owes no more as the share of customer grows",
        "it answered: 1",
    ),
    "owes nothing in a storm": (
        Defence(),
        {"owes_all_when_blameless": True},
        "all is owed where the customer has no share",
        "asked: Attribution({'nature': '1'})\n  it answered: 0",
    ),
}


@pytest.mark.parametrize("name", WRONG_LIABILITIES)
def test_a_wrong_rule_of_liability_is_caught(name: str) -> None:
    """Each wrong rule is caught on a split that can be read."""
    rule, promised, promise, evidence = WRONG_LIABILITIES[name]
    with pytest.raises(BrokenPromiseError) as caught:
        check_liability_rule(rule, **promised)
    assert caught.value.promise == promise
    assert evidence in str(caught.value)
    assert isinstance(caught.value.asked, Attribution)


def test_own_attributions_replace_the_splits() -> None:
    """Given attributions are asked about, and no others."""
    ours = st.sampled_from([FIRM, Attribution.to("unit")])
    report = check_liability_rule(
        lambda a: Fraction(a.main_party in {"firm", "unit"}),
        attributions=ours,
        owes_all_when_blameless=True,
        max_examples=20,
    )
    assert report.results[0].examples == 2


@pytest.mark.parametrize(
    ("only", "promised"),
    [(CUSTOMER, {"owes_all_when_blameless": True}), (FIRM, {"falls_with": "firm"})],
)
def test_attributions_that_try_nothing_are_no_pass(
    only: Attribution, promised: dict[str, Any]
) -> None:
    """A promise about a share that never varies is refused with the mend."""
    with pytest.raises(InvalidValueError, match="pass attributions="):
        check_liability_rule(BlameBlind(), attributions=st.just(only), **promised)


# --------------------------------------------------------------- detectors gone wrong


def past(claim: Claim) -> int:
    """Count earlier claims, whoever was at fault."""
    return len(claim.customer.claims) if claim.customer else 0


def suspect(condition: object) -> Verdict:
    """Suspect on a condition."""
    return SUSPECT if condition else Verdict()


WRONG_DETECTORS: dict[str, tuple[Any, str, str]] = {
    "answers a score": (
        lambda _: Fraction(1),
        "it answers with a sound Verdict",
        "no V",
    ),
    "scores above one": (
        lambda _: Verdict(score=Fraction(3, 2)),
        RAISES,
        "it raised InvalidValueError",
    ),
    "suspects without a reason": (
        lambda _: Verdict(action=Action.NOTE),
        RAISES,
        "NOTE needs a reason",
    ),
    "counts victims": (
        lambda c: suspect(past(c) > 1),
        "one more claim that was found to be real never makes its verdict graver",
        "was_confirmed=True",
    ),
    "suspects regular customers": (
        lambda c: suspect(c.customer and (c.customer.encounters or 0) > 50),
        "more encounters with the same claims never make its verdict graver",
        "encounters=",
    ),
    "suspects too late": (
        lambda c: attrs.evolve(SUSPECT, expires_at=c.as_of),
        "no suspicion has expired when it is voiced",
        "expires_at=",
    ),
    "suspects by name": (
        lambda c: suspect(c.customer and c.customer.id == "usual suspect"),
        "customer.id does not move its answer",
        "with customer.id = 'usual suspect'",
    ),
    "reads the day": (
        lambda _: suspect(datetime.now(UTC).weekday() > 6),
        READS,
        "it called datetime.now",
    ),
}


@pytest.mark.parametrize("name", WRONG_DETECTORS)
def test_a_wrong_detector_is_caught(name: str) -> None:
    """Each wrong detector is caught on a small claim."""
    detector, promise, evidence = WRONG_DETECTORS[name]
    with pytest.raises(BrokenPromiseError) as caught:
        check_detector(detector, max_examples=300)
    assert caught.value.promise == promise
    assert evidence in str(caught.value)


def test_a_detector_must_not_read_what_is_protected() -> None:
    """A verdict that a postcode moves is caught."""

    def by_postcode(claim: Claim) -> Verdict:
        return suspect(claim.failure.facts.get("postcode") == "10967")

    with pytest.raises(BrokenPromiseError, match=r"facts.postcode = '10967'"):
        check_detector(by_postcode, ignores=["facts.postcode"], max_examples=300)


def test_a_detector_may_decline_to_spare_victims() -> None:
    """What is not promised is not checked."""
    detector = WRONG_DETECTORS["counts victims"][0]
    report = check_detector(detector, spares_victims=False, max_examples=50)
    assert "graver" not in str(report)


def test_claims_for_a_detector_can_be_given() -> None:
    """A detector is asked about the claims it will meet."""
    known = Customer("c-1", claims=(PastClaim(date(2026, 4, 30)),))
    claim = Claim(ServiceFailure("late"), NOON, customer=known)
    detector = ClaimVelocity(0, QUARTER)
    report = check_detector(detector, claims=st.just(claim), max_examples=20)
    assert all(result.examples for result in report.results[:6])


# --------------------------------------------------------------- processes gone wrong


def raw(*edges: tuple[str, str, str], states: str = "abc") -> Process:
    """Build a process that nobody has proved anything of."""
    return Process(
        name="raw",
        states=tuple(states),
        initial="a",
        final={"c"},
        edges=[Edge(trigger=t, source=s, target=d) for t, s, d in edges],
    )


def test_a_process_that_gets_stuck_is_caught_with_the_path() -> None:
    """A dead end is shown by the shortest way into it."""
    process = raw(("end", "a", "c"), ("stray", "a", "b"))
    with pytest.raises(BrokenPromiseError, match="raw breaks a promise") as caught:
        check_process(process)
    assert caught.value.asked == ("stray",)
    assert caught.value.evidence[-1] == "path: stray"


def test_a_state_that_is_never_reached_is_caught() -> None:
    """A state no step leads to is a slip."""
    with pytest.raises(BrokenPromiseError, match="no case ever reaches 'b'"):
        check_process(raw(("end", "a", "c")))


def test_a_broken_property_is_caught_with_the_path() -> None:
    """What does not hold on every path is shown by the shortest that breaks it."""
    hasty = define(
        "hasty",
        initial="told",
        final="done",
        steps=[Step("pay", ("told", "sorry"), "done"), Step("regret", "told", "sorry")],
    )
    assert check_process(hasty, AtMost("pay")).is_proved
    with pytest.raises(BrokenPromiseError) as caught:
        check_process(hasty, AtMost("pay"), NeedsFirst("pay", "regret"))
    assert str(caught.value) == (
        "hasty breaks a promise: no pay before regret\n  path: pay"
    )
    with pytest.raises(InvalidProcessError, match="which the process does not have"):
        check_process(hasty, AtMost("refund"))


# ----------------------------------------------------------------------- the parts


def test_a_report_reads_well() -> None:
    """A report says of each promise how it is known."""
    report = CheckReport(
        "half",
        (
            PropertyResult("it halves", is_proved=True),
            PropertyResult("it rounds", 9),
            PropertyResult("it waits"),
        ),
    )
    assert str(report) == (
        "half keeps its promises\n"
        "  proved: it halves\n"
        "  searched 9 examples: it rounds\n"
        "  never tried: it waits"
    )
    assert not report.is_proved


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Party.FIRM, "Party.FIRM"),
        (Money("1.00", "EUR"), "Money('1.00', 'EUR')"),
        (("x",), "('x',)"),
        ((1, 2), "(1, 2)"),
        (
            ServiceFailure("late", facts={"a": Fraction(1, 2)}),
            "ServiceFailure('late', facts={'a': Fraction(1, 2)})",
        ),
        (Reason("a", "b"), "Reason('a', 'b')"),
        ("x" * 3000, "'" + "x" * 1999 + "..."),
    ],
)
def test_values_are_shown_as_they_are_typed_in(value: object, text: str) -> None:
    """What is left out stands at its default."""
    assert format_value(value) == text


def test_what_was_half_built_is_shown_all_the_same() -> None:
    """A forged value without all its fields does not break the message about it."""
    assert format_value(Attribution.__new__(Attribution)).startswith("<recovery_core")


def test_constants_are_found_where_a_plug_keeps_them() -> None:
    """Texts and numbers are found in code, closures, defaults, partials and fields."""
    held = "in a closure"

    def plug(claim: Claim, mark: str = "in a default") -> bool:
        return claim.case_id in {"in a set", held, mark} or claim.contacts > 41

    found = set(collect_texts_and_integers(partial(plug, mark="not positional")))
    assert {"in a closure", "in a default", "in a set", 41} <= found
    assert "nature" in collect_texts_and_integers(Defence())
    assert "tire" not in collect_texts_and_integers(Calls().count)
    assert collect_texts_and_integers(partial(isinstance, "first", bool)) == ("first",)
    nested: Any = "too deep"
    for _ in range(9):
        nested = SimpleNamespace(func=nested, args=[])
    assert collect_texts_and_integers(nested) == ()


def test_a_plug_may_log() -> None:
    """The time on a log record is nobody's input."""

    def talkative(claim: Claim) -> Attribution:
        logging.getLogger("test").debug("asked about %s", claim.case_id)
        logging.makeLogRecord({"msg": claim.case_id})
        return FIRM

    check_attribution_rule(talkative, max_examples=5)


def test_a_generator_of_its_own_is_no_chance() -> None:
    """What a plug seeds from the claim follows from the claim."""

    def seeded(claim: Claim) -> Attribution:
        return if_(random.Random(claim.failure.what).random() < 0.5)

    check_attribution_rule(seeded, max_examples=20)


@pytest.mark.parametrize("is_on", [True, False])
def test_a_collection_of_garbage_is_not_blamed_on_a_plug(*, is_on: bool) -> None:
    """While a plug is ask_and_record nothing is collected; after, all is as it was."""
    seen: list[bool] = []

    def plug(claim: Claim) -> Attribution:
        seen.append(gc.isenabled())
        return FIRM

    before = gc.isenabled()
    (gc.enable if is_on else gc.disable)()
    try:
        answer_and_outside_reads(lambda: plug(Claim(ServiceFailure("late"), NOON)))
        assert (seen, gc.isenabled()) == ([False], is_on)
    finally:
        (gc.enable if before else gc.disable)()


def test_under_a_profiler_nothing_is_watched_and_told_so() -> None:
    """Whoever profiles a test run is not disturbed, and not told what was not done."""
    sys.setprofile(lambda *_: None)
    try:
        report = check_attribution_rule(ByWeight(), max_examples=5)
    finally:
        sys.setprofile(None)
    told = "a profiler is at work already, and there can be but one"
    assert str(report.results[2]) == f"never tried: {READS} ({told})"


def test_the_watch_sees_built_in_functions_only() -> None:
    """Whatever is called, only what reads more than its arguments is noted."""
    frame = sys._getframe()
    watch = OutsideReadRecorder()
    calls: list[Any] = [time.time, date.today, random.random, random.Random(1).random]
    for called in [*calls, len, str.join, "x".join, int.from_bytes, datetime.now]:
        watch.record_if_outside_read(frame, "c_call", called)
    watch.record_if_outside_read(frame, "call", None)
    assert list(watch.seen) == [
        "time.time",
        "date.today",
        "random.random",
        "datetime.now",
    ]
