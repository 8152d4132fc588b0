from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import attrs
import pytest
from hypothesis import given

from recovery_core import (
    Action,
    Attribution,
    Award,
    Claim,
    Reason,
    RecoveryEngine,
    RemedyKind,
    Verdict,
    from_json,
    to_json,
)
from recovery_core.errors import (
    ContractError,
    InvalidValueError,
)
from recovery_core.events import (
    HookFailure,
)
from recovery_core.policy import set_off
from recovery_core.testing import strategies
from tests.support.plug_cases import (
    CARE,
    LATE,
    LAW,
    ODD,
    PLAIN,
    Limited,
    Told,
    apologized,
    carried,
    codes_of,
    engine_of,
    offer_of,
    request_of,
)

# ---------------------------------------------------------------- broken contracts


NONSENSE: dict[str, object] = {
    "none": None,
    "text": "ten euros",
    "true": True,
    "false": False,
    "half": 0.5,
    "list": [],
    "class": Award,
}


ANSWERS: dict[str, tuple[str, object]] = {
    "attribution": ("an Attribution", Attribution.unknown()),
    "liability": ("a Fraction", Fraction(1)),
    "policy": ("an Award", PLAIN),
}


@pytest.mark.parametrize("nonsense", NONSENSE)
@pytest.mark.parametrize("plug", ANSWERS)
def test_a_plug_that_answers_nonsense_is_named(plug: str, nonsense: str) -> None:
    """An answer of the wrong sort is refused with plug, case, answer and demand."""
    told = Told(NONSENSE[nonsense])
    engine = engine_of(PLAIN, **{plug: told})
    case = apologized(engine)
    with pytest.raises(ContractError) as refusal:
        engine.offer(case)
    want = ANSWERS[plug][0]
    error = refusal.value
    assert (error.plug, error.case_id) == ("Told", "c-1")
    assert error.problem == f"it answered {told.answer!r}, not {want}"


@pytest.mark.parametrize("plug", ANSWERS)
def test_a_plug_that_raises_is_named(plug: str) -> None:
    """A plug that raises is named with what it raised, and the cause is kept."""

    def no_luck(_: object) -> Any:
        return 1 // 0

    engine = engine_of(PLAIN, **{plug: no_luck})
    case = apologized(engine)
    with pytest.raises(ContractError, match="it raised ZeroDivisionError") as refusal:
        engine.offer(case)
    assert refusal.value.plug.endswith("no_luck")
    assert refusal.value.case_id == "c-1"
    assert isinstance(refusal.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    "share",
    [Fraction(-1, 10**9), Fraction(10**9 + 1, 10**9), Fraction(-5), Fraction(2)],
)
def test_a_share_outside_its_range_breaks_the_contract(share: Fraction) -> None:
    """No more than all and no less than nothing is owed."""
    engine = engine_of(liability=Told(share))
    with pytest.raises(ContractError, match="not a share from 0 to 1") as refusal:
        engine.offer(apologized(engine))
    assert (refusal.value.plug, refusal.value.case_id) == ("Told", "c-1")


@pytest.mark.parametrize("share", [Fraction(0), Fraction(1, 3), Fraction(1)])
def test_the_share_that_is_owed_reaches_the_policy(share: Fraction) -> None:
    """The policy reads what the rule of liability made of the attribution."""
    policy = Told(PLAIN)
    engine = engine_of(policy=policy, liability=Told(share))
    engine.offer(apologized(engine))
    assert [claim.owed for claim in policy.asked] == [share]


def test_the_culprit_inside_another_plug_is_named() -> None:
    """A policy that breaks its contract is named, and not what wraps it."""

    def culprit(_claim: Claim) -> Award:
        return None  # type: ignore[return-value]

    engine = engine_of(policy=set_off(culprit))
    with pytest.raises(ContractError) as refusal:
        engine.offer(apologized(engine))
    assert refusal.value.plug.endswith("culprit")
    assert refusal.value.problem == "it answered None, not an Award"


def test_the_culprit_that_raises_inside_another_plug_is_named() -> None:
    """Whoever raised is named with the first error, and not what wraps it."""

    def culprit(_claim: Claim) -> Award:
        raise KeyError("fare")

    engine = engine_of(policy=set_off(set_off(culprit)))
    with pytest.raises(ContractError) as refusal:
        engine.offer(apologized(engine))
    assert refusal.value.plug.endswith("culprit")
    assert refusal.value.problem == "it raised KeyError: 'fare'"
    assert isinstance(refusal.value.__cause__, KeyError)


def test_a_long_answer_is_shown_in_part() -> None:
    """However much nonsense a plug answers, the refusal can be read."""
    engine = engine_of(policy=Told("x" * 10_000))
    with pytest.raises(
        ContractError, match=r"it answered 'x+\.\.\., not an Award"
    ) as refusal:
        engine.offer(apologized(engine))
    assert len(refusal.value.problem) < 250


def test_a_plug_that_speaks_of_another_case_is_named_itself() -> None:
    """A contract broken on another case is the fault of whoever passed it on."""
    engine = engine_of(policy=Told(ContractError("else", "c-9", "it slept")))
    with pytest.raises(ContractError, match="else broke its contract") as refusal:
        engine.offer(apologized(engine))
    assert (refusal.value.plug, refusal.value.case_id) == ("Told", "c-1")


@pytest.mark.parametrize(
    "answer", [None, True, "no", ["no"], ("no",), (None,), [ODD], {ODD}, ODD]
)
def test_an_authority_that_answers_nonsense_is_named(answer: object) -> None:
    """An authority answers a tuple of reasons, for who offers and for who approves."""

    def sphinx(_award: Award, /, **_asked: object) -> Any:
        return answer

    engine = engine_of(authority=Limited())
    broken = attrs.evolve(engine, authority=sphinx)
    parked = engine.offer(apologized(engine), by="ana")
    calls: list[Callable[[], object]] = [
        lambda: broken.offer(apologized(engine)),
        lambda: broken.approve(parked, by="bo"),
    ]
    for call in calls:
        with pytest.raises(ContractError) as refusal:
            call()
        assert refusal.value.plug.endswith("sphinx")
        assert refusal.value.case_id == "c-1"


def test_an_authority_that_raises_is_named() -> None:
    """An authority that raises gives nothing away and is named."""

    def asleep(_award: Award, /, **_asked: object) -> tuple[Reason, ...]:
        raise TimeoutError("no answer")

    engine = engine_of(authority=asleep)
    with pytest.raises(ContractError, match="TimeoutError: no answer") as refusal:
        engine.offer(apologized(engine))
    assert refusal.value.plug.endswith("asleep")


@given(strategies.awards(), strategies.attributions(), strategies.verdicts())
def test_whatever_plugs_answer_the_company_can_say_sorry(
    award: Award, attribution: Attribution, verdict: Verdict
) -> None:
    """No award, blame or verdict withholds acknowledgement, apology, law or care."""
    engine = engine_of(award, attribution=Told(attribution), abuse=Told(verdict))
    case = engine.open(LATE, case_id="c-1")
    assert "acknowledge" in engine.allowed(case)
    case = engine.acknowledge(case)
    assert "apologize" in engine.allowed(case)
    case = engine.apologize(case)
    humane = {RemedyKind.CARE, RemedyKind.EXPLANATION}
    shielded = {r for r in award.remedies if r.is_statutory or r.kind in humane}
    if shielded:
        case = engine.offer(case)
        waits = case.pending_approval
        shown = offer_of(case).award if waits is None else waits.award
        assert shielded <= set(shown.remedies)


# ------------------------------------------------------------------ the abuse hook


BROKEN: dict[str, tuple[object, str]] = {
    "raises": (OSError("no model"), "it raised OSError: no model"),
    "none": (None, "it answered None, not a Verdict"),
    "false": (False, "it answered False, not a Verdict"),
    "score": (Fraction(1), "it answered Fraction(1, 1), not a Verdict"),
    "action": (Action.REFUSE, f"it answered {Action.REFUSE!r}, not a Verdict"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_hook_goes_on_as_if_clear(broken: str) -> None:
    """With "open" the claim is paid as if clear, and the failure is an event."""
    answer, problem = BROKEN[broken]
    engine = engine_of(abuse=Told(answer))
    case = engine.offer(apologized(engine))
    assert offer_of(case).award == PLAIN
    [failure] = carried(case, HookFailure)
    assert failure == HookFailure("Told", problem, held=False)
    assert case.verdict is None
    assert from_json(to_json(case)) == case


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_hook_holds_for_another_person(broken: str) -> None:
    """With "hold" nothing is paid by accident; another person lets it go on."""
    answer, problem = BROKEN[broken]
    engine = engine_of(abuse=Told(answer), on_hook_error="hold")
    case = engine.offer(apologized(engine), by="ana")
    [reason] = request_of(case).reasons
    assert reason.code == "hook-failed"
    assert problem in reason.text
    assert carried(case, HookFailure) == [HookFailure("Told", problem, held=True)]
    assert codes_of(engine.approve, case, by="ana") == ["own-request"]
    released = engine.offer(engine.approve(case, by="bo"), by="ana")
    assert offer_of(released).award == PLAIN
    assert engine.make_amends(engine.accept(released)).amends == PLAIN.amends


def test_a_hook_that_works_again_needs_nobody() -> None:
    """What was held because of the hook is offered once the hook says clear."""
    hook = Told(OSError("no model"))
    engine = engine_of(abuse=hook, on_hook_error="hold")
    case = engine.offer(apologized(engine))
    hook.answer = Verdict()
    assert offer_of(engine.offer(case)).award == PLAIN


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_hook_may_stop_the_offer(broken: str) -> None:
    """With "raise" whoever asked is told, and nothing is on record."""
    answer, problem = BROKEN[broken]
    engine = engine_of(abuse=Told(answer), on_hook_error="raise")
    case = apologized(engine)
    for ask in (engine.offer, engine.assess):
        with pytest.raises(ContractError) as refused:
            ask(case)
        assert problem in str(refused.value)


async def _answer_later(_claim: object) -> Any:
    """Answer what nobody waits for."""


class _AnswersLater:
    """Something that is called like a coroutine function."""

    async def __call__(self, _claim: object) -> Any:
        """Answer what nobody waits for."""


async def _answer_in_parts(_claim: object) -> Any:
    """Answer in parts what nobody waits for."""
    yield None


@pytest.mark.parametrize(
    "plug", ["policy", "attribution", "liability", "abuse", "authority", "clock"]
)
@pytest.mark.parametrize(
    "later",
    [
        _answer_later,
        _AnswersLater(),
        _AnswersLater().__call__,
        partial(partial(_answer_later), None),
        _answer_in_parts,
    ],
    ids=["function", "object", "method", "partial", "generator"],
)
def test_a_plug_that_answers_later_is_refused_at_construction(
    plug: str, later: Any
) -> None:
    """Nobody awaits it: an asynchronous detector would only ever fail, and be off."""
    plugs = {"policy": Told(PLAIN), plug: later}
    with pytest.raises(InvalidValueError, match=rf"{plug} cannot be .*: give a plain"):
        RecoveryEngine(**plugs)


def test_a_broken_hook_never_holds_law_or_care() -> None:
    """What no verdict may touch is offered at once, whatever the hook does."""
    award = Award(amends=(LAW, CARE))
    engine = engine_of(award, abuse=Told(None), on_hook_error="hold")
    case = engine.offer(apologized(engine))
    assert offer_of(case).award == award
    assert carried(case, HookFailure)[0].held


def test_a_broken_hook_is_no_verdict_to_appeal_against() -> None:
    """A failure of the hook accuses nobody."""
    engine = engine_of(abuse=Told(None))
    assert codes_of(engine.appeal, engine.offer(apologized(engine)), "no") == [
        "no-verdict"
    ]
