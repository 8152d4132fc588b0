"""Make a claim smaller, a part at a time, as long as it breaks the same promise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from .._domain.claim import Claim
from .._domain.failure import ServiceFailure
from .._domain.money import Money
from ._edges import BoundaryField
from ._wording import NOON, PLAIN
from .boundaries import with_facts_replaced

__all__ = ["shrink_claim"]

_Breaks = Callable[[Claim], bool]


def shrink_claim(
    claim: Claim, fields: Iterable[BoundaryField], breaks_promise: _Breaks
) -> Claim:
    """Make a claim as small as it gets: what is not needed goes, and money sinks.

    Args:
        claim: A claim that breaks a promise.
        fields: The columns that are read, with their boundaries.
        breaks_promise: Tells whether another one does.
    """
    day, facts = claim.failure.occurred_on, claim.failure.facts
    for on in (None, day):
        failure = ServiceFailure(PLAIN, occurred_on=on, facts=facts)
        bare = Claim(failure, NOON, owed=claim.owed)
        if bare != claim and breaks_promise(bare):
            claim = bare
            break
    else:
        claim = _without_needless_parts(claim, breaks_promise)
    for field in fields:
        claim = _with_smallest_fact(claim, field, breaks_promise)
    return _shrink_money(claim, breaks_promise)


def _without_needless_parts(claim: Claim, breaks_promise: _Breaks) -> Claim:
    """Drop each part of a claim without which it still breaks the promise."""
    for part in _iter_plainer_changes(claim):
        other = attrs.evolve(claim, **part)
        if other != claim and breaks_promise(other):
            claim = other
    failure = claim.failure
    plain = ServiceFailure(PLAIN, facts=failure.facts)
    for field in attrs.fields(ServiceFailure):
        least = {str(field.alias): getattr(plain, field.name)}
        less = attrs.evolve(claim.failure, **least)
        other = attrs.evolve(claim, failure=less)
        if other != claim and breaks_promise(other):
            claim = other
    return claim


def _iter_plainer_changes(claim: Claim) -> Iterator[dict[str, Any]]:
    bare = Claim(claim.failure, claim.as_of)
    yield {"as_of": NOON, "opened_at": NOON}
    for field in attrs.fields(Claim):
        if field.name not in {"failure", "as_of", "opened_at"}:
            yield {str(field.alias): getattr(bare, field.name)}


def _with_smallest_fact(
    claim: Claim, field: BoundaryField, breaks_promise: _Breaks
) -> Claim:
    """Bring one fact of a claim down as far as it breaks the same promise."""
    column = field.column
    if not field.is_read_by_name:
        return claim

    def with_value_of(code: int) -> Claim:
        facts = {**claim.failure.facts}
        facts.pop(column.name, None)
        return with_facts_replaced(claim, {**facts, **field.fact_by_name(code)})

    code = column.code(column.to_plain(claim.failure.facts.get(column.name)))
    return with_value_of(
        field.smallest_breaking_code(
            code, lambda other: breaks_promise(with_value_of(other))
        )
    )


def _shrink_money(claim: Claim, breaks_promise: _Breaks) -> Claim:
    """Bring down what was lost, is asked for and was given before."""
    loss = claim.failure.loss
    if loss is not None:

        def with_loss(value: Money) -> Claim:
            return attrs.evolve(claim, failure=attrs.evolve(claim.failure, loss=value))

        claim = with_loss(_least_breaking_money(loss, with_loss, breaks_promise))
    if claim.asked_for is not None and claim.asked_for.value is not None:
        wish = claim.asked_for

        def with_wish(value: Money) -> Claim:
            return attrs.evolve(claim, asked_for=attrs.evolve(wish, value=value))

        claim = with_wish(
            _least_breaking_money(claim.asked_for.value, with_wish, breaks_promise)
        )
    for gift in claim.earlier:
        remaining_gifts = [*claim.earlier]
        remaining_gifts.remove(gift)
        fewer = attrs.evolve(claim, earlier=tuple(remaining_gifts))
        claim = fewer if breaks_promise(fewer) else claim
    for gift_index, gift in enumerate(claim.earlier):
        if gift.value is not None:
            claim = _with_least_gift(claim, gift_index, gift.value, breaks_promise)
    return claim


def _with_least_gift(
    claim: Claim, gift_index: int, value: Money, breaks_promise: _Breaks
) -> Claim:
    def with_value(gift_value: Money) -> Claim:
        gifts = [*claim.earlier]
        gifts[gift_index] = attrs.evolve(gifts[gift_index], value=gift_value)
        return attrs.evolve(claim, earlier=tuple(gifts))

    return with_value(_least_breaking_money(value, with_value, breaks_promise))


def _least_breaking_money(
    value: Money, with_value_of: Callable[[Money], Claim], breaks_promise: _Breaks
) -> Money:
    """Find the least money that breaks what more of it breaks."""
    passed, code = 0, value.minor
    while code - passed > 1:
        middle = (code + passed) // 2
        other = Money.from_minor(middle, value.currency)
        code, passed = (
            (middle, passed) if breaks_promise(with_value_of(other)) else (code, middle)
        )
    return Money.from_minor(code, value.currency)
