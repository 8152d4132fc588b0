"""The frozen snapshot that every plug point reads."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import attrs

from . import checks
from .attribution import Attribution
from .customer import Customer
from .failure import ServiceFailure
from .money import Money
from .remedy import Remedy, total
from .verdict import Verdict

NOBODY_KNOWS: Final = Attribution.unknown()
NO_SUSPICION: Final = Verdict()


def _convert_to_utc_if_possible(at: datetime) -> datetime:
    """Return the same moment in UTC, so that equal claims are of one day."""
    moment: object = at
    if type(moment) is datetime and moment.tzinfo is UTC:
        return at
    if isinstance(moment, datetime) and moment.utcoffset() is not None:
        with suppress(OverflowError):  # the calendar's first and last hours have no UTC
            return moment.astimezone(UTC)
    return at


@attrs.frozen
class Claim:
    """All that a plug point may read of a case, at one moment.

    Attribution rules, detectors and policies get the same value, each with what
    was decided before it. How a customer behaves is left out on purpose: no rule
    can put a price on anger.

    Args:
        failure: What went wrong.
        as_of: The moment of asking; aware.
        customer: Who was failed, if known.
        attribution: The company's finding; unknown until a rule has spoken.
        perception: Whose doing the customer takes it to be.
        owed: Share of the redress the company owes, by the liability rule.
        verdict: What the abuse detector said; clear until it has.
        cycle: 1, and one more for every time the recovery itself failed.
        round: Number of the offer that is being made, from 1 in each cycle.
        asked_for: The remedy the customer named.
        earlier: What was already given on this case.
        evidence: What the customer submitted.
        contacts: How often the customer had to make contact.
        opened_at: When the case was opened; `as_of` if not said.
        case_id: The case it belongs to.

    Example:
        >>> from datetime import UTC
        >>> claim = Claim(ServiceFailure("late"), datetime(2026, 5, 1, tzinfo=UTC))
        >>> claim.failure_day.isoformat(), claim.owed
        ('2026-05-01', Fraction(1, 1))
    """

    failure: ServiceFailure = attrs.field(validator=checks.of_type(ServiceFailure))
    as_of: datetime = attrs.field(
        converter=_convert_to_utc_if_possible, validator=checks.moment
    )
    customer: Customer | None = attrs.field(default=None, kw_only=True)
    attribution: Attribution = attrs.field(default=NOBODY_KNOWS, kw_only=True)
    perception: Attribution | None = attrs.field(default=None, kw_only=True)
    owed: Fraction = attrs.field(
        default=Fraction(1), validator=checks.unit_share, kw_only=True
    )
    verdict: Verdict = attrs.field(default=NO_SUSPICION, kw_only=True)
    cycle: int = attrs.field(default=1, kw_only=True)
    round: int = attrs.field(default=1, kw_only=True)
    asked_for: Remedy | None = attrs.field(default=None, kw_only=True)
    earlier: tuple[Remedy, ...] = attrs.field(default=(), kw_only=True)
    evidence: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    contacts: int = attrs.field(default=0, kw_only=True)
    opened_at: datetime = attrs.field(
        default=attrs.Factory(lambda claim: claim.as_of, takes_self=True),
        converter=_convert_to_utc_if_possible,
        validator=checks.moment,
        kw_only=True,
    )
    case_id: str = attrs.field(default="claim", kw_only=True)

    def with_findings(
        self,
        *,
        attribution: Attribution | None = None,
        owed: Fraction | None = None,
        verdict: Verdict | None = None,
    ) -> Claim:
        """Return the claim with what was decided since it was taken.

        Args:
            attribution: What the attribution rule found.
            owed: What the liability rule made of it.
            verdict: What the abuse detector said.
        """
        return Claim(
            self.failure,
            self.as_of,
            customer=self.customer,
            attribution=attribution or self.attribution,
            perception=self.perception,
            owed=self.owed if owed is None else owed,
            verdict=verdict or self.verdict,
            cycle=self.cycle,
            round=self.round,
            asked_for=self.asked_for,
            earlier=self.earlier,
            evidence=self.evidence,
            contacts=self.contacts,
            opened_at=self.opened_at,
            case_id=self.case_id,
        )

    @property
    def failure_day(self) -> date:
        """The day that picks the version of a dated policy.

        The day of the failure; where nobody told it, the day in UTC on which the
        case was opened.
        """
        return self.failure.occurred_on or self.opened_at.date()

    @property
    def already_given(self) -> Mapping[str, Money]:
        """Add up what was given earlier on this case, by currency; care aside.

        Care is owed besides, and pays for nothing else.
        """
        counted = [r for r in self.earlier if r.kind.is_set_off]
        values = [r.value for r in counted if r.value is not None]
        codes = {value.currency for value in values}
        sums = {c: total(v for v in values if v.currency == c) for c in sorted(codes)}
        return MappingProxyType({c: s for c, s in sums.items() if s is not None})
