"""Why a step may not be taken: every reason, with the values it read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from .._domain.case import Case
from .._domain.currency import withdrawal
from .._domain.events import Offer
from .._domain.reason import Reason
from .._domain.remedy import Award
from ..process.plan import Process
from ..process.walk import iter_reasons_out_of_order


def list_reasons_against_step(
    process: Process, case: Case, trigger: str, at: datetime
) -> tuple[Reason, ...]:
    """List every reason why a case may not take a step now; empty if it may.

    Args:
        process: The process the engine runs.
        case: The case that is asked.
        trigger: The step that is asked for.
        at: The moment of asking.
    """
    return (
        *iter_reasons_out_of_order(process, case, trigger),
        *_iter_reasons_of_missing_offer(process, case, trigger, at),
        *_iter_reasons_of_missing_acceptance(process, case, trigger),
    )


def _iter_reasons_of_missing_offer(
    process: Process, case: Case, trigger: str, at: datetime
) -> Iterator[Reason]:
    if trigger not in process.triggers or trigger not in {"accept", "lapse"}:
        return
    offer = case.offer
    if offer is None:
        yield Reason("no-offer", "there is no offer in this cycle to answer")
    elif trigger == "accept":
        yield from iter_reasons_of_expiry(offer, at)
    elif not offer.is_expired(at):
        until = offer.expires_at
        text = "the offer still stands" if until else "the offer never expires"
        values = {"now": at, "expires_at": until} if until else {"now": at}
        yield Reason("not-expired", text, values)


def iter_reasons_of_expiry(offer: Offer, at: datetime) -> Iterator[Reason]:
    """Yield the reason that an offer has run out, if it has."""
    until = offer.expires_at
    if until is not None and offer.is_expired(at):
        yield Reason(
            "offer-expired",
            "the offer ran out; let it lapse and make a new one",
            {"expired_at": until, "now": at},
        )


def _iter_reasons_of_missing_acceptance(
    process: Process, case: Case, trigger: str
) -> Iterator[Reason]:
    if trigger != "make_amends" or trigger not in process.triggers:
        return
    if case.acceptance is None:
        yield Reason("nothing-accepted", "the customer has accepted no offer")
    elif case.amends and not case.is_promised:
        yield Reason("already-given", "what was accepted was given already")
    elif not case.is_promised:
        is_latest = case.acceptance.round == case.round
        text = (
            "what was accepted was declined or withdrawn since"
            if is_latest
            else "the customer accepted another offer than the latest"
        )
        values = {"accepted": case.acceptance.round, "offered": case.round}
        yield Reason("nothing-accepted", text, values)


def iter_reasons_of_withdrawn_currency(award: Award, at: datetime) -> Iterator[Reason]:
    """Yield a reason for each currency of an award that was withdrawn by then."""
    values = (remedy.value for remedy in award.remedies)
    for currency in sorted({value.currency for value in values if value is not None}):
        gone = withdrawal(currency, at)
        if gone is not None:
            since, today = gone
            text = f"{currency} was withdrawn: offer {today or 'a currency in force'}"
            read = {"currency": currency, "since": since}
            yield Reason("currency-withdrawn", text, read)


def iter_reasons_against_choice(
    offer: Offer, alternative: int | None
) -> Iterator[Reason]:
    """Yield what is wrong with the alternative that was chosen, if anything is."""
    known = len(offer.award.alternatives)
    if alternative is None and known:
        yield Reason(
            "no-choice",
            f"the customer chooses one of {known} alternatives; give alternative=",
            {"alternatives": known},
        )
    elif type(alternative) is int and not 0 <= alternative < known:
        yield Reason(
            "no-such-alternative",
            "alternatives are counted from 0 in the order of the award",
            {"alternative": alternative, "alternatives": known},
        )
