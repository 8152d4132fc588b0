"""Detectors made of detectors: the worst of several, on trial, and for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import chain
from typing import ClassVar

import attrs

from .._domain import checks
from .._domain.claim import NO_SUSPICION, Claim
from .._domain.money import Money
from .._domain.reason import Fact, Reason
from .._domain.verdict import Action, Verdict
from ..errors import ContractError
from . import parameters
from .hook import AbuseDetector, judge
from .window import find_later_moment


def worst_of(*detectors: AbuseDetector) -> AbuseDetector:
    """Ask several detectors and follow the gravest.

    The action is the highest, with the reasons of all, each once, and the highest
    score. Among the verdicts with that action, the earliest expiry and the lowest
    cap hold. Caps in two currencies cannot be compared: then the one whose code
    comes first stands, and an offer in another currency waits (see `must_hold`). A
    verdict that has expired when it is given counts for nothing.

    Args:
        detectors: Who is asked, in this order; at least one.

    Raises:
        InvalidValueError: There is none, or one of them is no detector.

    Source: ours.
    """
    return WorstOf(detectors)


def shadow(detector: AbuseDetector) -> AbuseDetector:
    """Try a detector out on live claims without changing what anybody is paid.

    It answers CLEAR where the detector does, and else NOTE with what would have
    followed. So does it where the detector breaks its contract: what is on trial
    cannot stop a case. The score stays 0, for whoever acts on scores; the one that
    was found stands in the reason.

    Args:
        detector: Who is on trial.

    Raises:
        InvalidValueError: It is no detector.

    Source: ours, after the shadow deployments of fraud desks.
    """
    return Shadow(detector)


def expiring(detector: AbuseDetector, after: timedelta) -> AbuseDetector:
    """Return a detector whose suspicion cools off after a while, if not earlier.

    Args:
        detector: Who judges.
        after: How long its suspicion lasts at most.

    Raises:
        InvalidValueError: It is no detector, or the span is not above zero.

    Source: ours. Bans that return desks impose end too, as a rule after a year.
    """
    return Expiring(detector, after)


@attrs.frozen(repr=False)
class WorstOf:
    """Follow the gravest of several detectors; built by `worst_of`.

    Args:
        detectors: Who is asked.

    Source: ours.
    """

    __tag__: ClassVar[str] = "WorstOf"

    detectors: tuple[AbuseDetector, ...] = attrs.field(
        validator=parameters.check_detectors
    )

    def __call__(self, claim: Claim, /) -> Verdict:
        """Ask them all."""
        verdicts = [judge(detector, claim) for detector in self.detectors]
        return _merge_into_gravest_verdict(
            [v for v in verdicts if v.is_standing(claim.as_of)]
        )

    def __repr__(self) -> str:
        return f"worst_of({', '.join(map(repr, self.detectors))})"


def _merge_into_gravest_verdict(verdicts: Sequence[Verdict]) -> Verdict:
    """Return one verdict of the highest action, with the reasons of all."""
    action = max((v.action for v in verdicts), default=Action.CLEAR)
    gravest = [v for v in verdicts if v.action is action]
    ends = [v.expires_at for v in gravest if v.expires_at is not None]
    caps = [v.cap for v in gravest if v.cap is not None]
    return Verdict(
        action=action,
        score=max((v.score for v in verdicts), default=NO_SUSPICION.score),
        reasons=tuple(dict.fromkeys(chain.from_iterable(v.reasons for v in verdicts))),
        cap=min(caps, key=_cap_sort_key, default=None),
        expires_at=min(ends, default=None),
    )


def _cap_sort_key(cap: Money) -> tuple[str, int]:
    return cap.currency, cap.minor


@attrs.frozen(repr=False)
class Shadow:
    """A detector that is only put on record; built by `shadow`.

    Args:
        detector: Who is on trial.

    Source: ours.
    """

    __tag__: ClassVar[str] = "Shadow"

    detector: AbuseDetector = attrs.field(validator=checks.function)

    def __call__(self, claim: Claim, /) -> Verdict:
        """Ask it, and note the answer."""
        try:
            verdict = judge(self.detector, claim)
        except ContractError as broken:
            return _build_note_verdict(Reason("shadow-broken", str(broken)))
        if verdict.action is Action.CLEAR:
            return NO_SUSPICION
        return _build_note_verdict(_build_shadow_reason(verdict), *verdict.reasons)

    def __repr__(self) -> str:
        return f"shadow({self.detector!r})"


def _build_note_verdict(*reasons: Reason) -> Verdict:
    return Verdict(action=Action.NOTE, reasons=reasons)


def _build_shadow_reason(verdict: Verdict) -> Reason:
    """Build the reason that says what a detector on trial would have done."""
    action = verdict.action.name
    read: dict[str, Fact | None] = {
        "action": action,
        "score": verdict.score,
        "cap": verdict.cap,
        "expires_at": verdict.expires_at,
    }
    known = {name: value for name, value in read.items() if value is not None}
    return Reason("shadow", f"on trial: would have said {action}", known)


@attrs.frozen(repr=False)
class Expiring:
    """A detector whose suspicion cools off; built by `expiring`.

    Args:
        detector: Who judges.
        after: How long its suspicion lasts at most.

    Source: ours.
    """

    __tag__: ClassVar[str] = "Expiring"

    detector: AbuseDetector = attrs.field(validator=checks.function)
    after: timedelta = attrs.field(validator=parameters.check_positive_span)

    def __call__(self, claim: Claim, /) -> Verdict:
        """Ask it, and bound how long the answer stands."""
        verdict = judge(self.detector, claim)
        if verdict.action is Action.CLEAR:
            return verdict
        ends = (verdict.expires_at, find_later_moment(claim.as_of, self.after))
        first = min((end for end in ends if end is not None), default=None)
        return attrs.evolve(verdict, expires_at=first)

    def __repr__(self) -> str:
        return f"expiring({self.detector!r}, {self.after!r})"
