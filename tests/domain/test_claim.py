from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_core._domain.attribution import Attribution
from recovery_core._domain.claim import NO_SUSPICION, NOBODY_KNOWS, Claim
from recovery_core._domain.failure import ServiceFailure
from recovery_core._domain.hashing import content_hash
from recovery_core._domain.money import Money
from recovery_core._domain.remedy import Remedy, RemedyKind
from recovery_core._domain.verdict import Verdict
from recovery_core.errors import InvalidValueError
from recovery_core.testing.strategies import (
    attributions,
    claims,
    days,
    moments,
    remedies,
    shares,
    verdicts,
)
from tests.support.laws import MAYBE_MOMENT, UNIT_SHARE, a, check_refusal, check_value

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATE = ServiceFailure("train late")
INEXACT = (0, 1, 0.5, True, None, "1/2", Decimal(1))


@given(claims())
def test_a_claim_is_a_value(claim: Claim) -> None:
    """A claim is frozen, compared by content, and survives every copy."""
    check_value(claim)


def test_a_bare_claim_is_owed_in_full_and_suspects_nobody() -> None:
    """Until a rule has spoken nobody knows whose doing it was, and all is owed."""
    claim = Claim(LATE, NOON)
    assert claim.attribution == NOBODY_KNOWS == Attribution.unknown()
    assert claim.verdict == NO_SUSPICION == Verdict()
    assert claim.owed == 1
    assert (claim.cycle, claim.round, claim.contacts) == (1, 1, 0)
    assert (claim.customer, claim.perception, claim.asked_for) == (None,) * 3
    assert (claim.earlier, claim.evidence) == ((), ())
    assert claim.opened_at == NOON


@pytest.mark.parametrize(
    ("field", "wrong", "mend"),
    [
        *(("failure", wrong, "give ServiceFailure") for wrong in a(ServiceFailure)[0]),
        *(("as_of", wrong, MAYBE_MOMENT[1]) for wrong in (*MAYBE_MOMENT[0], None)),
        *(("opened_at", w, MAYBE_MOMENT[1]) for w in (*MAYBE_MOMENT[0], None)),
        *(("owed", wrong, UNIT_SHARE[1]) for wrong in (*UNIT_SHARE[0], *INEXACT)),
    ],
)
def test_a_claim_is_about_a_failure_at_a_moment(
    field: str, wrong: object, mend: str
) -> None:
    """What failed, when, and an exact share are demanded, whoever makes the claim."""
    check_refusal(Claim(LATE, NOON), field, wrong, mend)


def test_a_claim_carries_no_conduct() -> None:
    """No rule can put a price on anger."""
    names = {field.name for field in attrs.fields(Claim)}
    assert "conduct" not in names
    assert names >= {"failure", "customer", "attribution", "verdict", "cycle", "as_of"}


@given(days(), moments())
def test_the_day_of_the_failure_picks_the_policy(day: date, opened: datetime) -> None:
    """It is the day that was stated; unstated, the day the case was opened."""
    stated = ServiceFailure("late", occurred_on=day)
    assert Claim(stated, NOON, opened_at=opened).failure_day == day
    on = opened.astimezone(UTC).date()
    assert Claim(LATE, NOON, opened_at=opened).failure_day == on


@given(moments(), st.integers(-14 * 60, 14 * 60))
def test_one_moment_makes_one_claim(moment: datetime, minutes: int) -> None:
    """Claims of one moment are equal, hold it in UTC, and fall on one day."""
    there = moment.astimezone(timezone(timedelta(minutes=minutes)))
    here, moved = Claim(LATE, moment), Claim(LATE, there, opened_at=there)
    assert moved == here
    assert content_hash(moved) == content_hash(here)
    assert {moved.as_of.tzinfo, moved.opened_at.tzinfo} == {UTC}
    assert moved.failure_day == here.failure_day == moved.as_of.date()


def test_a_moment_just_before_midnight_is_of_the_next_day_elsewhere() -> None:
    """The day is the one in UTC, to the microsecond, in the east and in the west."""
    midnight = datetime(2026, 5, 2, tzinfo=UTC)
    for hours in (-12, 14):
        there = midnight.astimezone(timezone(timedelta(hours=hours)))
        assert Claim(LATE, there).failure_day == date(2026, 5, 2)
        before = there - timedelta(microseconds=1)
        assert Claim(LATE, before).failure_day == date(2026, 5, 1)


class Nowhere(tzinfo):
    """Name no offset, as a time zone may."""

    def utcoffset(self, at: datetime | None, /) -> None:
        """Know none."""

    def dst(self, at: datetime | None, /) -> None:
        """Know of no summer."""

    def tzname(self, at: datetime | None, /) -> None:
        """Have no name."""


def test_a_moment_that_has_no_utc_is_taken_or_refused_as_any_other() -> None:
    """The ends of the calendar stay as they are; what names no offset is no moment."""
    west, east = (timezone(timedelta(hours=hours)) for hours in (-9, 9))
    for end in (datetime.max.replace(tzinfo=west), datetime.min.replace(tzinfo=east)):
        assert Claim(LATE, end).as_of is end
    with pytest.raises(InvalidValueError, match="give an aware datetime"):
        Claim(LATE, NOON.replace(tzinfo=Nowhere()))


@pytest.mark.parametrize("owed", [Fraction(0), Fraction(1, 3), Fraction(1)])
def test_a_share_from_nothing_to_all_is_owed(owed: Fraction) -> None:
    """Both ends of the range are shares."""
    assert Claim(LATE, NOON, owed=owed).owed == owed


@given(st.lists(remedies("EUR") | remedies("JPY") | remedies(), max_size=5))
def test_what_was_given_is_added_up_by_currency(earlier: list[Remedy]) -> None:
    """Each currency has its own sum, in the order of their codes, care aside."""
    claim = Claim(LATE, NOON, earlier=tuple(earlier))
    sums: dict[str, int] = {}
    for remedy in claim.earlier:
        if remedy.value is not None and remedy.kind != RemedyKind.CARE:
            code = remedy.value.currency
            sums[code] = sums.get(code, 0) + remedy.value.minor
    assert {c: m.minor for c, m in claim.already_given.items()} == sums
    assert all(m.currency == c for c, m in claim.already_given.items())
    assert [*claim.already_given] == sorted(sums)


def test_two_currencies_stay_apart() -> None:
    """Euros and yen given earlier are two sums; care is in none, whatever it cost."""
    earlier = (
        Remedy(RemedyKind.CASH, Money("5.00", "EUR")),
        Remedy(RemedyKind.CASH, Money("500", "JPY")),
        Remedy(RemedyKind.REFUND, Money("1.50", "EUR")),
        Remedy(RemedyKind.CARE),
        Remedy(RemedyKind.CARE, Money("9.00", "EUR"), is_statutory=True),
        Remedy(RemedyKind.CARE, Money("9.00", "USD")),
    )
    sums: Any = Claim(LATE, NOON, earlier=earlier).already_given
    assert sums == {"EUR": Money("6.50", "EUR"), "JPY": Money("500", "JPY")}
    with pytest.raises(TypeError):
        sums["EUR"] = Money("0", "EUR")


@given(
    claims(), st.none() | attributions(), st.none() | shares(), st.none() | verdicts()
)
def test_a_claim_is_told_what_was_decided_since(
    claim: Claim,
    attribution: Attribution | None,
    owed: Fraction | None,
    verdict: Verdict | None,
) -> None:
    """What was decided replaces what was thought before; all else stays."""
    told = claim.with_findings(attribution=attribution, owed=owed, verdict=verdict)
    decided = {"attribution": attribution, "owed": owed, "verdict": verdict}
    for field in attrs.fields(Claim):
        expected = decided.get(field.name)
        if expected is None:
            expected = getattr(claim, field.name)
        assert getattr(told, field.name) == expected


def test_nothing_owed_is_told_too() -> None:
    """A share of nothing is a decision, not a silence."""
    assert Claim(LATE, NOON).with_findings(owed=Fraction()).owed == 0


@given(moments(), moments())
def test_a_claim_begins_when_asked_unless_said(
    as_of: datetime, opened: datetime
) -> None:
    """Where nobody said when the case was opened, it is opened by asking."""
    assert Claim(LATE, as_of).opened_at == as_of
    assert Claim(LATE, as_of, opened_at=opened).opened_at == opened
