"""What can happen to a case: one frozen value for each sort of event.

The first group moves the case along its process; the second puts something on
record and leaves the case where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs

from . import checks
from .attribution import Attribution
from .customer import Customer
from .due import Due
from .due_events import (
    Amends,
    Cancellation,
    Clarification,
    Delivery,
    DueDetail,
    Retry,
)
from .failure import ServiceFailure
from .reason import Facts, Reason, convert_to_facts
from .remedy import Award, Remedy
from .verdict import Conduct, Verdict


@attrs.frozen
class Report:
    """A failure was reported, and a case opened."""

    case_id: str = attrs.field(validator=checks.text)
    failure: ServiceFailure = attrs.field(validator=checks.of_type(ServiceFailure))
    customer: Customer | None = attrs.field(
        default=None, validator=checks.maybe(Customer)
    )
    channel: str | None = attrs.field(default=None, validator=checks.maybe_text)

    @property
    def customers(self) -> frozenset[str]:
        """Everybody who stood on the customer's side when it was reported."""
        customer_id = self.customer.id if self.customer else None
        names = {customer_id, self.failure.complainant, *self.failure.affected}
        return frozenset(name for name in {"customer", *names} if name)


@attrs.frozen
class Acknowledgement:
    """The company let the customer know that it knows."""

    channel: str | None = attrs.field(default=None, validator=checks.maybe_text)


@attrs.frozen
class Apology:
    """The company apologized; owning responsibility is said, never implied."""

    owns_responsibility: bool = attrs.field(
        default=False, validator=checks.of_type(bool)
    )
    words: str | None = attrs.field(default=None, validator=checks.maybe_text)


@attrs.frozen
class Offer:
    """The company made an offer.

    Args:
        award: What is offered.
        round: Its number in the cycle, from 1.
        expires_at: When it lapses; None for never.
        policy: Content hash of the policy that decided.
        by_verdict: What a verdict changed in the award, and why.
    """

    award: Award = attrs.field(validator=checks.of_type(Award))
    round: int = attrs.field(default=1, validator=checks.at_least(1))
    expires_at: datetime | None = attrs.field(default=None, validator=checks.aware)
    policy: str | None = attrs.field(default=None, validator=checks.maybe_text)
    by_verdict: tuple[Reason, ...] = attrs.field(
        default=(), validator=checks.tuple_of(Reason)
    )

    def is_expired(self, at: datetime) -> bool:
        """Return whether the offer has run out at a moment; at `expires_at` it has."""
        return self.expires_at is not None and at >= self.expires_at


@attrs.frozen
class Acceptance:
    """The customer took the offer, and chose one alternative if there were any."""

    round: int = attrs.field(validator=checks.at_least(1))
    alternative: int | None = attrs.field(
        default=None, validator=checks.maybe_at_least(0)
    )


@attrs.frozen
class Contest:
    """The customer refused the offer, and may have named another remedy."""

    why: str = attrs.field(validator=checks.text)
    asks_for: Remedy | None = attrs.field(default=None, validator=checks.maybe(Remedy))


@attrs.frozen
class Lapse:
    """The offer ran out before the customer answered."""

    round: int = attrs.field(validator=checks.at_least(1))


@attrs.frozen
class Refusal:
    """The company declined, conceded an impasse, or the customer withdrew."""

    why: str = attrs.field(validator=checks.text)


@attrs.frozen
class Feedback:
    """What was learned went back to where the failure came from.

    Args:
        lesson: What was learned.
        root_cause: What the failure came from, in the end.
        prevention: What will keep it from happening again.
    """

    lesson: str = attrs.field(validator=checks.text)
    root_cause: str | None = attrs.field(default=None, validator=checks.maybe_text)
    prevention: str | None = attrs.field(default=None, validator=checks.maybe_text)


@attrs.frozen
class Reopening:
    """The recovery failed too: a double deviation."""

    why: str = attrs.field(validator=checks.text)


@attrs.frozen
class Escalation:
    """The case went to another tier or to a specialist."""

    to: str = attrs.field(validator=checks.text)
    why: str | None = attrs.field(default=None, validator=checks.maybe_text)


@attrs.frozen
class Merge:
    """The case was folded into another one, which goes on for both."""

    into: str = attrs.field(validator=checks.text)


@attrs.frozen
class OwnStep:
    """A step of a process of the user's own."""

    note: str | None = attrs.field(default=None, validator=checks.maybe_text)
    facts: Facts = attrs.field(factory=Facts, converter=convert_to_facts)


@attrs.frozen
class Absorption:
    """Another case was folded into this one, with all that counts on.

    Args:
        case_id: Which case.
        absorbed: The cases that had been folded into it.
        given: What the customer has of it where no dues are known, as of cases that
            releases before dues had stored.
        evidence: What the customer had submitted there.
        contacts: How often the customer had to make contact there.
        dues: What it and the cases folded into it owed, as it stood.
        customers: Who stood on the customer's side there.
    """

    case_id: str = attrs.field(validator=checks.text)
    absorbed: tuple[str, ...] = attrs.field(default=(), validator=checks.tuple_of(str))
    given: tuple[Remedy, ...] = attrs.field(
        default=(), validator=checks.tuple_of(Remedy)
    )
    evidence: tuple[str, ...] = attrs.field(default=(), validator=checks.tuple_of(str))
    contacts: int = attrs.field(default=0, validator=checks.at_least(0))
    dues: tuple[Due, ...] = attrs.field(default=(), validator=checks.tuple_of(Due))
    customers: tuple[str, ...] = attrs.field(default=(), validator=checks.tuple_of(str))


@attrs.frozen
class Finding:
    """The company found whose doing it was."""

    attribution: Attribution = attrs.field(validator=checks.of_type(Attribution))
    rule: str | None = attrs.field(default=None, validator=checks.maybe_text)


@attrs.frozen
class Perception:
    """The customer told whose doing she takes it to be."""

    attribution: Attribution = attrs.field(validator=checks.of_type(Attribution))


@attrs.frozen
class Judgement:
    """A detector, or a person on appeal, judged the claim."""

    verdict: Verdict = attrs.field(validator=checks.of_type(Verdict))
    detector: str = attrs.field(validator=checks.text)
    is_appeal: bool = attrs.field(default=False, validator=checks.of_type(bool))


@attrs.frozen
class Appeal:
    """The customer appealed against the verdict."""

    why: str = attrs.field(validator=checks.text)


@attrs.frozen
class HookFailure:
    """The abuse hook raised, or answered nonsense.

    Args:
        hook: The detector, as it calls itself.
        error: What happened.
        held: Whether the claim was held for review; if not, it went on as clear.
    """

    hook: str = attrs.field(validator=checks.text)
    error: str = attrs.field(validator=checks.text)
    held: bool = attrs.field(validator=checks.of_type(bool))


@attrs.frozen
class Submission:
    """The customer submitted evidence."""

    evidence: str = attrs.field(validator=checks.text)


@attrs.frozen
class ApprovalRequest:
    """An award went above somebody's authority and waits for another person.

    Args:
        award: What was to be offered.
        fingerprint: Content hash of the award and all it was decided on.
        reasons: Why it cannot be given without asking.
        policy: Content hash of the policy that decided; None where a person did.
    """

    award: Award = attrs.field(validator=checks.of_type(Award))
    fingerprint: str = attrs.field(validator=checks.text)
    reasons: tuple[Reason, ...] = attrs.field(validator=checks.tuple_of(Reason))
    policy: str | None = attrs.field(default=None, validator=checks.maybe_text)


@attrs.frozen
class Approval:
    """Another person approved exactly what the fingerprint names."""

    fingerprint: str = attrs.field(validator=checks.text)


@attrs.frozen
class Denial:
    """Another person refused to approve."""

    fingerprint: str = attrs.field(validator=checks.text)
    why: str = attrs.field(validator=checks.text)


@attrs.frozen
class Contact:
    """The customer had to make contact once more."""

    channel: str | None = attrs.field(default=None, validator=checks.maybe_text)


@attrs.frozen
class ConductNote:
    """Somebody noted how the customer behaves; nothing about the claim follows."""

    conduct: Conduct = attrs.field(validator=checks.of_type(Conduct))


NotedDetail: TypeAlias = (
    Acknowledgement
    | Apology
    | Feedback
    | Reopening
    | Escalation
    | OwnStep
    | Finding
    | Perception
    | HookFailure
    | Submission
    | Contact
    | ConductNote
)
"""What no later event is held against: a new kind belongs here, or each reader that
ends in `assert_never` has to say what it makes of it."""

Detail: TypeAlias = (
    NotedDetail
    | Report
    | Offer
    | Acceptance
    | Contest
    | Lapse
    | Amends
    | Refusal
    | Merge
    | Absorption
    | Judgement
    | Appeal
    | ApprovalRequest
    | Approval
    | Denial
    | DueDetail
)

TAGS: Final[Mapping[str, type[Detail]]] = MappingProxyType(
    {
        "report": Report,
        "acknowledgement": Acknowledgement,
        "apology": Apology,
        "offer": Offer,
        "acceptance": Acceptance,
        "contest": Contest,
        "lapse": Lapse,
        "amends": Amends,
        "refusal": Refusal,
        "feedback": Feedback,
        "reopening": Reopening,
        "escalation": Escalation,
        "merge": Merge,
        "step": OwnStep,
        "absorption": Absorption,
        "finding": Finding,
        "perception": Perception,
        "judgement": Judgement,
        "appeal": Appeal,
        "hook-failure": HookFailure,
        "submission": Submission,
        "approval-request": ApprovalRequest,
        "approval": Approval,
        "denial": Denial,
        "contact": Contact,
        "conduct": ConductNote,
        "delivery": Delivery,
        "retry": Retry,
        "cancellation": Cancellation,
        "clarification": Clarification,
    }
)
"""The stable name of each sort of event; what is stored carries it, never a class."""

MOVES: Final[Mapping[str, type[Detail]]] = MappingProxyType(
    {
        "report": Report,
        "acknowledge": Acknowledgement,
        "apologize": Apology,
        "offer": Offer,
        "accept": Acceptance,
        "contest": Contest,
        "lapse": Lapse,
        "make_amends": Amends,
        "decline": Refusal,
        "concede": Refusal,
        "withdraw": Refusal,
        "feed_back": Feedback,
        "reopen": Reopening,
        "escalate": Escalation,
        "merge": Merge,
    }
)
"""What each known trigger carries; one of the user's own carries `OwnStep`."""

RECORDS: Final = frozenset(TAGS.values()) - frozenset(MOVES.values()) - {OwnStep}
"""What goes on record and leaves the case where it stands."""
