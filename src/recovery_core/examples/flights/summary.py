"""What a year of cases comes to, read off their event logs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs

from recovery_core import Case, Money, RemedyKind
from recovery_core.errors import InvalidValueError

from .rules import Blame, blame

__all__ = ["Summary", "Tally", "summarize"]

Tally: TypeAlias = tuple[int, int]
"""How many flights, and how many cents."""


def _freeze_tallies(tallies: Mapping[str, Tally]) -> Mapping[str, Tally]:
    return MappingProxyType(dict(tallies))


@attrs.frozen(kw_only=True)
class Summary:
    """The totals of a year.

    Args:
        rows: How many flights there were.
        cancelled: How many never left.
        unknown: How many left, and nobody knows when they arrived; never paid.
        disrupted: How many were cancelled or three hours late: one case each.
        paid_flights: For how many something was paid.
        paid_cents: How much.
        waived_flights: For how many the sum was waived.
        waived_cents: How much.
        by_blame: Flights and cents by whose doing it was; waived sums stand under
            the party that got the company off.
        by_carrier: Flights that were paid for, and cents, by two-letter carrier.

    Units: cents of EUR.
    """

    rows: int
    cancelled: int
    unknown: int
    disrupted: int
    paid_flights: int
    paid_cents: int
    waived_flights: int
    waived_cents: int
    by_blame: Mapping[str, Tally] = attrs.field(converter=_freeze_tallies)
    by_carrier: Mapping[str, Tally] = attrs.field(converter=_freeze_tallies)

    def as_json(self) -> dict[str, Any]:
        """Return the same figures in the types that JSON has."""
        figures = {f.name: getattr(self, f.name) for f in attrs.fields(type(self))}
        for name in ("by_blame", "by_carrier"):
            figures[name] = {key: [*tally] for key, tally in figures[name].items()}
        return figures


@attrs.frozen
class _Outcome:
    """What the log of one case shows."""

    blame: str
    carrier: str
    was_cancelled: bool
    paid: int
    waived: int


def _read_outcome(case: Case) -> _Outcome:
    """Read a closed case: the report, the finding, the offer, the amends."""
    if case.is_open:
        raise InvalidValueError(f"case {case.id} is open: work it through first")
    facts = case.failure.facts
    cash = [r.value for r in case.amends if r.kind is RemedyKind.CASH]
    because = case.offer.award.because if case.offer else ()
    waived = [r.values["waived"] for r in because if r.code == "owed"]
    return _Outcome(
        blame=blame(case),
        carrier=str(facts["carrier"]),
        was_cancelled=facts["cancelled"] is True,
        paid=_sum_cents(cash),
        waived=_sum_cents(waived),
    )


def _sum_cents(values: Iterable[object]) -> int:
    return sum(value.minor for value in values if isinstance(value, Money))


def summarize(cases: Iterable[Case], *, rows: int, unknown: int) -> Summary:
    """Fold closed cases into the totals of their year.

    Args:
        cases: The cases; each is read once and let go.
        rows: How many flights there were in all.
        unknown: How many of them nobody knows the end of.

    Raises:
        InvalidValueError: A case was never worked through.
    """
    outcomes = [_read_outcome(case) for case in cases]
    paid = [o for o in outcomes if o.paid]
    waived = [o for o in outcomes if o.waived]
    blamed = [(o.blame, o.paid + o.waived) for o in outcomes]
    carried = [(o.carrier, o.paid) for o in paid]
    return Summary(
        rows=rows,
        cancelled=sum(o.was_cancelled for o in outcomes),
        unknown=unknown,
        disrupted=len(outcomes),
        paid_flights=len(paid),
        paid_cents=sum(o.paid for o in paid),
        waived_flights=len(waived),
        waived_cents=sum(o.waived for o in waived),
        by_blame={str(party): _sum_tally(blamed, party) for party in Blame},
        by_carrier={name: _sum_tally(carried, name) for name in sorted(dict(carried))},
    )


def _sum_tally(booked: Iterable[tuple[str, int]], under: str) -> Tally:
    """Count and add up what was booked under one name."""
    sums = [cents for name, cents in booked if name == under]
    return len(sums), sum(sums)
