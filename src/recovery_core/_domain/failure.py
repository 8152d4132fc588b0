"""What went wrong, and for whom."""

from __future__ import annotations

from datetime import date
from enum import IntEnum, StrEnum

import attrs

from . import checks
from .attribution import Cause
from .money import Money, check_money_not_negative_or_none
from .reason import Facts, convert_to_facts


class Aspect(StrEnum):
    """What was missing: the promised thing, or the way it was delivered."""

    OUTCOME = "outcome"
    PROCESS = "process"


class Act(StrEnum):
    """Whether something was done wrongly or not done at all."""

    COMMISSION = "commission"
    OMISSION = "omission"


class Origin(StrEnum):
    """Whether a person slipped or the service was built that way."""

    HUMAN = "human"
    ARCHITECTURE = "architecture"
    UNKNOWN = "unknown"


class Resource(StrEnum):
    """What the customer lost, so that amends can match it in kind."""

    MONEY = "money"
    PRODUCT = "product"
    SERVICE = "service"
    ATTENTION = "attention"


class Severity(IntEnum):
    """Order failures by the felt size of the loss."""

    MINOR = 1
    MODERATE = 2
    MAJOR = 3
    CRITICAL = 4


class Detection(StrEnum):
    """Who raised it: the customer, or the company before anyone complained."""

    COMPLAINT = "complaint"
    COMPANY = "company"


@attrs.frozen(kw_only=True)
class FailureKind:
    """Sort a failure along the lines the literature draws.

    Args:
        aspect: Outcome or process.
        act: Commission or omission.
        origin: A person's slip, or the architecture of the service.
        resource: What the customer lost.

    Source: Bitner, Booms & Tetreault (1990); Smith, Bolton & Wagner (1999);
        Roschk & Gelbrich (2014) for the resources.
    """

    aspect: Aspect = attrs.field(
        default=Aspect.OUTCOME, validator=checks.of_type(Aspect)
    )
    act: Act = attrs.field(default=Act.OMISSION, validator=checks.of_type(Act))
    origin: Origin = attrs.field(
        default=Origin.UNKNOWN, validator=checks.of_type(Origin)
    )
    resource: Resource = attrs.field(
        default=Resource.SERVICE, validator=checks.of_type(Resource)
    )


@attrs.frozen
class ServiceFailure:
    """A promise that was not kept, as it was reported.

    Args:
        what: One line in the reporter's words.
        kind: How the literature would sort it.
        severity: Felt size of the loss.
        loss: The stated price of what was promised and not had.
        occurred_on: The day of the failure; picks the version of a dated policy.
        detection: A complaint, or noticed by the company first.
        touchpoint: Where in the service it happened.
        complainant: Who complained, where that is not the customer.
        affected: Who was affected, where that is not the customer alone.
        causes: Causes asserted so far.
        facts: What else is known, by name; see `Facts`.

    Example:
        >>> late = ServiceFailure("train late", facts={"arrival_delay": 75})
        >>> late.facts["arrival_delay"]
        75
    """

    what: str = attrs.field(validator=checks.text)
    kind: FailureKind = attrs.field(
        factory=FailureKind, validator=checks.of_type(FailureKind), kw_only=True
    )
    severity: Severity = attrs.field(
        default=Severity.MODERATE, validator=checks.of_type(Severity), kw_only=True
    )
    loss: Money | None = attrs.field(
        default=None, validator=check_money_not_negative_or_none, kw_only=True
    )
    occurred_on: date | None = attrs.field(
        default=None, validator=checks.maybe_day, kw_only=True
    )
    detection: Detection = attrs.field(
        default=Detection.COMPLAINT, validator=checks.of_type(Detection), kw_only=True
    )
    touchpoint: str | None = attrs.field(
        default=None, validator=checks.maybe_text, kw_only=True
    )
    complainant: str | None = attrs.field(
        default=None, validator=checks.maybe_text, kw_only=True
    )
    affected: tuple[str, ...] = attrs.field(
        default=(), validator=checks.tuple_of(str), kw_only=True
    )
    causes: tuple[Cause, ...] = attrs.field(
        default=(), validator=checks.tuple_of(Cause), kw_only=True
    )
    facts: Facts = attrs.field(factory=Facts, converter=convert_to_facts, kw_only=True)
