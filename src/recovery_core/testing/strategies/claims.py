"""Failures, customers, verdicts, and the claims that hold them together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..._domain.claim import Claim
from ..._domain.customer import Customer, PastClaim
from ..._domain.failure import (
    Act,
    Aspect,
    Detection,
    FailureKind,
    Origin,
    Resource,
    ServiceFailure,
    Severity,
)
from ..._domain.reason import Facts
from ..._domain.verdict import Action, Verdict
from ._build import cached_strategy, optional, short_tuples
from .blame import attributions, cause_chains
from .plain import days, durations, moments, shares, texts, whole_numbers
from .reasons import AFFORDABLE, currencies, facts, monies, reasons
from .remedies import remedies

_MAY_DAY: Final = date(2026, 5, 1)
_SPANS: Final = st.sampled_from([4, 31, 91, 366, 800])


@cached_strategy
def failure_kinds() -> SearchStrategy[FailureKind]:
    """Draw every way to sort a failure.

    Returns:
        A strategy for `FailureKind`.
    """
    return st.builds(
        FailureKind,
        aspect=st.sampled_from(Aspect),
        act=st.sampled_from(Act),
        origin=st.sampled_from(Origin),
        resource=st.sampled_from(Resource),
    )


@cached_strategy
def failures(
    known: SearchStrategy[Facts] | None = None,
) -> SearchStrategy[ServiceFailure]:
    """Draw service failures, bare ones as often as those with all details.

    Args:
        known: What is known of each; any few facts if not given.

    Returns:
        A strategy for `ServiceFailure`.
    """
    told = facts() if known is None else known
    bare = st.builds(ServiceFailure, texts(), facts=told)
    full = st.builds(
        ServiceFailure,
        texts(),
        kind=failure_kinds(),
        severity=st.sampled_from(Severity),
        loss=optional(monies(min_minor=0, max_minor=AFFORDABLE)),
        occurred_on=optional(days()),
        detection=st.sampled_from(Detection),
        touchpoint=optional(texts()),
        complainant=optional(texts()),
        affected=short_tuples(texts()),
        causes=cause_chains(),
        facts=told,
    )
    return bare | full


@cached_strategy
def past_claims(
    currency: str | None = None, *, was_confirmed: bool | None = None
) -> SearchStrategy[PastClaim]:
    """Draw earlier claims, confirmed and not.

    Args:
        currency: The only currency to draw; any if not given.
        was_confirmed: Whether all were found to be real; drawn if not given.

    Returns:
        A strategy for `PastClaim`.
    """
    return st.builds(
        PastClaim,
        days(),
        awarded=optional(monies(currency, min_minor=0, max_minor=AFFORDABLE)),
        was_confirmed=st.booleans()
        if was_confirmed is None
        else st.just(was_confirmed),
        what=optional(texts()),
    )


@cached_strategy
def customers() -> SearchStrategy[Customer]:
    """Draw customers, new ones without a history included.

    Their money is of one currency as often as of several; what they claimed before
    was all real, all unconfirmed, or mixed.

    Returns:
        A strategy for `Customer`.
    """
    return _draw_customer()


@st.composite
def _draw_customer(draw: DrawFn) -> Customer:
    code = draw(optional(currencies()))
    past = past_claims(code, was_confirmed=draw(st.sampled_from([None, False, True])))
    monthly = monies(code, min_minor=-AFFORDABLE, max_minor=AFFORDABLE)
    return Customer(
        draw(texts()),
        since=draw(optional(days())),
        tier=draw(optional(st.sampled_from(["gold", "silver"]) | texts())),
        encounters=draw(optional(whole_numbers(0, 1000))),
        claims=draw(short_tuples(past, most=8)),
        annual_sales=draw(optional(monthly)),
        annual_margin=draw(optional(monthly)),
        is_leaving=draw(st.booleans()),
    )


@cached_strategy
def verdicts() -> SearchStrategy[Verdict]:
    """Draw verdicts with every action.

    Returns:
        A strategy for `Verdict`.
    """
    return _draw_verdict()


@st.composite
def _draw_verdict(draw: DrawFn) -> Verdict:
    action = draw(st.sampled_from(Action))
    caps = monies(min_minor=0, max_minor=AFFORDABLE)
    return Verdict(
        action=action,
        score=draw(shares()),
        reasons=draw(short_tuples(reasons(), least=int(action is not Action.CLEAR))),
        cap=draw(caps) if action is Action.CAP else None,
        expires_at=draw(optional(moments())),
    )


@cached_strategy
def claims(
    of: SearchStrategy[ServiceFailure] | None = None,
    by: SearchStrategy[Customer | None] | None = None,
) -> SearchStrategy[Claim]:
    """Draw claims, fresh ones as often as those of a long case.

    What the customers claimed before lies mostly within two years of the claim, where
    windows end.

    Args:
        of: What went wrong; anything if not given.
        by: Who was failed; anybody or nobody if not given.

    Returns:
        A strategy for `Claim`.

    Example:
        >>> late = facts({"minutes_late": st.integers(0, 600)})
        >>> of_trains = claims(of=failures(late))
    """
    failed = failures() if of is None else of
    whose = optional(customers()) if by is None else by

    # In here, so that Hypothesis does not spell out both strategies on a failure.
    @st.composite
    def claim(draw: DrawFn) -> Claim:
        failure, as_of, span = draw(failed), draw(moments()), draw(_SPANS)
        customer = draw(whose)
        if customer is not None:
            customer = _with_claims_dated_within(customer, as_of.date(), span)
        fresh = Claim(failure, as_of, customer=customer)
        return _with_drawn_case_history(draw, fresh) if draw(st.booleans()) else fresh

    return claim()


def _with_drawn_case_history(draw: DrawFn, claim: Claim) -> Claim:
    return attrs.evolve(
        claim,
        attribution=draw(attributions()),
        perception=draw(optional(attributions())),
        owed=draw(shares()),
        verdict=draw(verdicts()),
        cycle=draw(st.integers(1, 3)),
        round=draw(st.integers(1, 4)),
        asked_for=draw(optional(remedies())),
        earlier=draw(short_tuples(remedies(), most=3)),
        evidence=draw(short_tuples(texts())),
        contacts=draw(st.integers(0, 5)),
        opened_at=claim.as_of - draw(durations()),
        case_id=draw(texts()),
    )


def _with_claims_dated_within(
    customer: Customer, today: date, span_days: int
) -> Customer:
    """Date earlier claims anew, each within a span of days that ends today."""
    claims = tuple(
        attrs.evolve(
            past, on=today - timedelta(days=(_MAY_DAY - past.on).days % span_days)
        )
        for past in customer.claims
    )
    return attrs.evolve(customer, claims=claims)
