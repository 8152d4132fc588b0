"""Check a rule of attribution: sound, steady, and blind to who somebody is."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis.strategies import SearchStrategy

from .._domain.attribution import Attribution
from .._domain.claim import Claim
from ..attribution import AttributionRule
from ._contract import Contract, find_value_flaw
from ._invariance import Ignored, build_invariance_promises
from ._search import Trial
from .report import CheckReport
from .strategies import claims as any_claims

__all__ = ["check_attribution_rule"]


def check_attribution_rule(
    rule: AttributionRule,
    *,
    claims: SearchStrategy[Claim] | None = None,
    ignores: Ignored = (),
    reads: Iterable[str] = (),
    max_examples: int | None = None,
) -> CheckReport:
    """Check a rule of attribution against what such rules promise.

    It answers every claim with an attribution whose exact shares sum to one, and
    never raises; it gives equal claims equal answers, reads nothing but the claim,
    and changes nothing in it; and equal cases are treated equally: neither the name
    of the case nor that of the customer moves a share. All of this is searched for
    counterexamples, which are made as small as they get; none of it is proved.

    Args:
        rule: The rule.
        claims: What it will be asked; any claim if not given. A rule that relies on
            facts is asked about claims that hold them: see `strategies.claims`.
        ignores: What else must not move a share, as paths such as
            ``"customer.tier"``, ``"failure.touchpoint"`` or ``"facts.gender"``; or a
            mapping from path to the values that could stand there.
        reads: Which of ``"case_id"`` and ``"customer.id"`` may move one after all.
        max_examples: How many claims to draw; as the active Hypothesis profile says
            if not given.

    Returns:
        What was promised, and on how many examples it was tried.

    Raises:
        BrokenPromiseError: A promise is broken; with the smallest claim.
        InvalidValueError: The rule cannot be asked, a path leads nowhere, or no claim
            had what is to be ignored.

    Example:
        >>> from recovery_core.attribution import ByWeight
        >>> report = check_attribution_rule(ByWeight(), ignores=["customer.tier"])
        >>> report.is_proved, [result.examples > 0 for result in report.results][-1]
        (False, True)
    """
    __tracebackhide__ = True
    contract = Contract(
        plug=rule,
        noun="claim",
        want=Attribution,
        find_flaw=find_value_flaw,
        mend="where it cannot tell, give a share to Party.UNKNOWN; where it relies on "
        "what a claim may lack, pass claims= that have it",
    )
    promises = build_invariance_promises(contract, _shares, ignores, reads, claims)
    trial = Trial(contract, promises)
    trial.check_drawn(any_claims() if claims is None else claims, max_examples)
    return trial.report_if_all_tested()


def _shares(answer: Attribution) -> object:
    return answer.shares
