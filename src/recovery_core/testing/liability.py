"""Check a rule of liability: on every split in twelfths, and beyond."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any, Final

from hypothesis.strategies import SearchStrategy

from .._domain.attribution import Attribution, Party
from ..attribution import LiabilityRule
from . import strategies
from ._contract import Contract
from ._search import Promise, Trial
from ._show import format_value
from .report import CheckReport

__all__ = ["check_liability_rule"]

_PARTIES: Final[tuple[str, ...]] = (
    Party.FIRM,
    Party.CUSTOMER,
    Party.NATURE,
    Party.UNKNOWN,
)
_PARTS: Final = 12
_STEPS: Final = (Fraction(1, _PARTS), Fraction(1, 2), Fraction(1))


def check_liability_rule(
    rule: LiabilityRule,
    *,
    attributions: SearchStrategy[Attribution] | None = None,
    falls_with: str | None = None,
    owes_all_when_blameless: bool = False,
    max_examples: int | None = None,
) -> CheckReport:
    """Check a rule of liability against what such rules promise.

    It answers every attribution with an exact share from 0 to 1, and never raises; it
    gives equal attributions equal answers, reads nothing else, and changes nothing.
    It is asked about every split in twelfths between firm, customer, nature and
    nobody known, then about attributions drawn from all there are.

    Args:
        rule: The rule.
        attributions: What it will be asked; any attribution if not given, and the
            splits in twelfths.
        falls_with: The party whose larger share must never make the company owe more,
            such as ``Party.CUSTOMER``, or the one a defence names.
        owes_all_when_blameless: Whether all is owed where the customer has no share.
        max_examples: How many attributions to draw besides the splits; as the active
            Hypothesis profile says if not given.

    Returns:
        What was promised, and on how many examples it was tried.

    Raises:
        BrokenPromiseError: A promise is broken; with the smallest attribution.
        InvalidValueError: The rule cannot be asked, or no attribution had what is
            promised about.

    Example:
        >>> from recovery_core.attribution import PureComparative
        >>> report = check_liability_rule(PureComparative(), falls_with="customer")
        >>> report.results[-1].promise
        'the company owes no more as the share of customer grows'
    """
    __tracebackhide__ = True
    contract = Contract(
        plug=rule,
        noun="attribution",
        want=Fraction,
        find_flaw=_find_share_flaw,
        mend="answer with a share from 0 to 1 on any attribution, whoever it names",
    )
    promises: list[Promise[Attribution, Fraction]] = []
    if owes_all_when_blameless:
        promises.append(_build_owes_all_promise(contract))
    if falls_with is not None:
        promises.append(_build_owes_no_more_promise(contract, str(falls_with)))
    trial = Trial(contract, tuple(promises))
    if attributions is None:
        for split in _iter_splits_in_twelfths():
            trial.check_question(split)
        attributions = strategies.attributions()
    trial.check_drawn(attributions, max_examples)
    return trial.report_if_all_tested()


def _find_share_flaw(owed_share: Fraction) -> str | None:
    if not 0 <= owed_share <= 1:
        return "that is no share from 0 to 1"
    return None


def _iter_splits_in_twelfths() -> Iterator[Attribution]:
    """Walk every split in twelfths; those with few parties and large parts first."""
    drawn = combinations_with_replacement(_PARTIES, _PARTS)
    splits = [_shares_by_party(each) for each in drawn]
    splits.sort(key=_split_complexity)
    return (Attribution(split) for split in splits)


def _shares_by_party(party_per_twelfth: tuple[str, ...]) -> dict[str, Fraction]:
    return {
        party: Fraction(party_per_twelfth.count(party), _PARTS)
        for party in party_per_twelfth
    }


def _split_complexity(shares_by_party: dict[str, Fraction]) -> tuple[int, int]:
    return len(shares_by_party), max(
        share.denominator for share in shares_by_party.values()
    )


def _build_owes_all_promise(
    contract: Contract[Attribution, Fraction],
) -> Promise[Attribution, Fraction]:
    text = "all is owed where the customer has no share"

    def check_and_say_if_tested(
        attribution: Attribution, owed: Fraction, _: Any
    ) -> bool:
        if attribution.share(Party.CUSTOMER):
            return False
        if owed != 1:
            raise contract.broken_promise_error(
                text, attribution, f"it answered: {owed}"
            )
        return True

    mend = "every attribution had a share for the customer; pass attributions= without"
    return Promise(
        text=text, check_and_say_if_tested=check_and_say_if_tested, mend=mend
    )


def _build_owes_no_more_promise(
    contract: Contract[Attribution, Fraction], party: str
) -> Promise[Attribution, Fraction]:
    text = f"the company owes no more as the share of {party} grows"

    def check_and_say_if_tested(
        attribution: Attribution, owed: Fraction, step: Fraction
    ) -> bool:
        larger_share = _with_share_moved_to_party(attribution, party, step)
        if larger_share == attribution:
            return False
        owed_after = contract.require_sound_answer(larger_share)
        if owed_after > owed:
            raise contract.broken_promise_error(
                text,
                attribution,
                f"it answered: {owed}",
                f"asked: {format_value(larger_share)}",
                f"it answered: {owed_after}",
            )
        return True

    return Promise(
        text=text,
        check_and_say_if_tested=check_and_say_if_tested,
        beside=strategies.shares(),
        usual=_STEPS,
        mend=f"every attribution was {party}'s alone; pass attributions= that are not",
    )


def _with_share_moved_to_party(
    attribution: Attribution, party: str, moved_part: Fraction
) -> Attribution:
    """Move a part of what is not yet a party's to that party, from all alike."""
    split = {name: share * (1 - moved_part) for name, share in attribution.shares}
    present_share = attribution.share(party)
    return Attribution(
        {**split, party: present_share + (1 - present_share) * moved_part},
        attribution.causes,
    )
