from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.customer import Customer, PastClaim
from recovery_core._domain.money import Money
from recovery_core.testing.strategies import customers, days
from recovery_core.testing.strategies.claims import past_claims
from tests.support.laws import (
    DAY,
    FLAG,
    FROM_NOTHING_UP,
    MAYBE_DAY,
    MAYBE_TEXT,
    TEXT,
    check_refusal,
    check_value,
    maybe,
    maybe_at_least,
    refusals,
    tuple_of,
)

MAY_DAY = date(2026, 5, 1)
# Close enough together that the ends of a window are hit.
near = st.integers(-5, 5).map(lambda n: MAY_DAY + timedelta(days=n))
busy = st.builds(
    Customer,
    st.just("ana"),
    claims=st.lists(st.builds(PastClaim, near), max_size=8).map(tuple),
)


@given(customers())
def test_a_customer_is_a_value(customer: Customer) -> None:
    """A customer is frozen, compared by content, and survives every copy."""
    check_value(customer)


@given(past_claims())
def test_a_past_claim_is_a_value(claim: PastClaim) -> None:
    """A past claim is frozen, compared by content, and survives every copy."""
    check_value(claim)


def test_a_customer_needs_an_identity() -> None:
    """Nothing is held for or against somebody of whom only the name is known."""
    ana = Customer("ana")
    assert (ana.since, ana.tier, ana.annual_sales, ana.annual_margin) == (None,) * 4
    assert (ana.encounters, ana.claims, ana.is_leaving) == (None, (), False)
    assert not PastClaim(MAY_DAY).was_confirmed


def test_counted_none_is_not_uncounted() -> None:
    """No encounter is a count; None says that nobody counted."""
    assert Customer("ana", encounters=0) != Customer("ana", encounters=None)
    assert Customer("ana", encounters=0).encounters == 0


@given(busy, st.integers(-2, 12), near)
def test_a_window_holds_the_days_that_end_on_its_last(
    customer: Customer, length: int, until: date
) -> None:
    """A window of n days holds its last day and the n - 1 before it, in order."""
    window = {until - timedelta(days=age) for age in range(length)}
    inside = customer.claims_within(timedelta(days=length), until)
    assert [*inside] == [claim for claim in customer.claims if claim.on in window]


@given(busy, st.integers(0, 12), st.integers(1, 23), near)
def test_a_day_that_has_begun_counts(
    customer: Customer, length: int, hours: int, until: date
) -> None:
    """A window with some hours more than whole days holds one day more."""
    longer = customer.claims_within(timedelta(days=length, hours=hours), until)
    assert [*longer] == [*customer.claims_within(timedelta(days=length + 1), until)]


@given(customers(), days())
def test_a_window_may_be_longer_than_the_calendar(
    customer: Customer, until: date
) -> None:
    """The longest window there is holds every claim up to its last day."""
    ever = customer.claims_within(timedelta.max, until)
    assert [*ever] == [claim for claim in customer.claims if claim.on <= until]


def test_a_claim_as_old_as_the_window_is_outside() -> None:
    """Of claims a year old, the one made a full year ago has cooled off."""
    year, day = timedelta(days=365), timedelta(days=1)
    old, young = PastClaim(MAY_DAY - year), PastClaim(MAY_DAY - year + day)
    ana = Customer("ana", claims=(young, old))
    assert [*ana.claims_within(year, MAY_DAY)] == [young]


@pytest.mark.parametrize(
    ("valid", "field", "wrong", "mend"),
    [
        *refusals(
            PastClaim(MAY_DAY),
            on=DAY,
            awarded=FROM_NOTHING_UP,
            was_confirmed=FLAG,
            what=MAYBE_TEXT,
        ),
        *refusals(
            Customer("ana"),
            id=TEXT,
            since=MAYBE_DAY,
            tier=MAYBE_TEXT,
            encounters=maybe_at_least(0),
            claims=tuple_of(PastClaim, PastClaim(MAY_DAY)),
            annual_sales=maybe(Money),
            annual_margin=maybe(Money),
            is_leaving=FLAG,
        ),
    ],
)
def test_what_cannot_be_is_refused(
    valid: Any, field: str, wrong: object, mend: str
) -> None:
    """A field that cannot be is refused with class, field, value and mend."""
    check_refusal(valid, field, wrong, mend)
