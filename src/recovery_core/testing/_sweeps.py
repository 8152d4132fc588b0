"""Walk what a plain function is asked besides: its columns whole, and other people.

Nobody can see where a function changes its mind. So what is short enough is walked from
end to end, and at its ends the claim is made by each sort of customer it may know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

import attrs

from .._domain.claim import Claim
from .._domain.customer import Customer
from .._domain.failure import ServiceFailure
from .._domain.money import Money
from .._domain.remedy import Remedy, RemedyKind
from ..tables import Column
from ..tables.conditions import When
from ._edges import BoundaryField, facts_by_column_name, spans_by_column_name
from ._wording import NOON
from .boundaries import OWED, corner_codes

__all__ = ["iter_claims_along_short_columns", "iter_claims_by_kind_of_customer"]

_WHOLE: Final = 2000
"""Columns of so many values are walked from end to end."""
_CORNERS: Final = 4
_TEXTS: Final = 24
_SOME: Final = 10**6


def iter_claims_along_short_columns(
    fields: Sequence[BoundaryField],
    conditions: Sequence[When],
    moved_columns: Iterable[Column],
) -> Iterator[Claim]:
    """Walk every value of each column that has few, while the others stand still.

    Args:
        fields: The columns with their boundaries.
        conditions: When each rule holds.
        moved_columns: The columns that something is promised of as they grow: these are
            walked at both ends of the others.
    """
    read_fields = [field for field in fields if field.is_read_by_name]
    names = {column.name for column in moved_columns}
    for index, field in enumerate(read_fields):
        low, high = field.column.span
        if not len(field.codes) <= high - low <= _WHOLE:
            continue  # it is all walked already, or too long
        ends = (0, -1) if field.column.name in names else (0,)
        for codes in _iter_first_corners(read_fields, conditions, ends):
            for code in range(low, high + 1):
                yield _build_claim_of_codes(
                    read_fields, (*codes[:index], code, *codes[index + 1 :])
                )


def iter_claims_by_kind_of_customer(
    fields: Sequence[BoundaryField],
    conditions: Sequence[When],
    tier_names: Iterable[str],
    currency: str | None,
) -> Iterator[Claim]:
    """Walk claims by all sorts of customers, and of cases that come back.

    Args:
        fields: The columns with their boundaries.
        conditions: When each rule holds.
        tier_names: What a tier may be called.
        currency: Of what is lost, asked for or was given; nothing is, if not given.
    """
    read_fields = [field for field in fields if field.is_read_by_name]
    tiers = [text for text in dict.fromkeys(tier_names) if text.strip()]
    tier_customers = [Customer("somebody", tier=tier) for tier in tiers[:_TEXTS]]
    customers = [
        Customer("somebody"),
        Customer("somebody", is_leaving=True),
        *tier_customers,
    ]
    for codes in _iter_first_corners(read_fields, conditions, (0, -1)):
        claim = _build_claim_of_codes(read_fields, codes)
        for customer in customers:
            yield attrs.evolve(claim, customer=customer)
        for later in (2, 3):
            yield attrs.evolve(claim, cycle=later)
            yield attrs.evolve(claim, round=later)
        for share in OWED[1:]:
            yield attrs.evolve(claim, owed=share)
        if currency is not None:
            some_money = Money.from_minor(_SOME, currency)
            failure = attrs.evolve(claim.failure, loss=some_money)
            yield attrs.evolve(claim, failure=failure)
            gift = Remedy(RemedyKind.CASH, some_money)
            yield attrs.evolve(claim, asked_for=gift)
            yield attrs.evolve(claim, earlier=(gift,), cycle=2)


def _iter_first_corners(
    fields: Sequence[BoundaryField],
    conditions: Sequence[When],
    end_indexes: Iterable[int],
) -> Iterator[tuple[int, ...]]:
    """List the corners to stand in: of all there is first, then of each rule."""
    accepted_spans = (spans_by_column_name(when) for when in (None, *conditions))
    corners = (
        corner_codes(fields, spans, end)
        for spans in accepted_spans
        for end in end_indexes
    )
    return islice(dict.fromkeys(corners), _CORNERS)


def _build_claim_of_codes(
    fields: Sequence[BoundaryField], codes: Sequence[int]
) -> Claim:
    return Claim(
        ServiceFailure("failed", facts=facts_by_column_name(fields, codes)), NOON
    )
