"""A judgement on one claim; never on a person."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from fractions import Fraction

import attrs

from ..errors import InvalidValueError
from . import checks
from .money import Money
from .reason import Reason


class Action(IntEnum):
    """Grade what a verdict asks for, from nothing to refusal."""

    CLEAR = 0
    NOTE = 1
    ASK_EVIDENCE = 2
    IN_KIND = 3
    WARN = 4
    REVIEW = 5
    CAP = 6
    REFUSE = 7


class Conduct(StrEnum):
    """The behaviour of a customer. Anger is no fraud: no claim carries this."""

    CALM = "calm"
    UPSET = "upset"
    AGGRESSIVE = "aggressive"


@attrs.frozen(kw_only=True)
class Verdict:
    """Judge one claim: how suspicious, why, and what should follow.

    Args:
        action: What should follow; see `Action`.
        score: How suspicious, from 0 to 1, exact (``"0.9"`` or a Fraction).
        reasons: Why; demanded of everything but CLEAR.
        cap: The most that may be given at the company's discretion; demanded of
            CAP and of nothing else.
        expires_at: When suspicion cools off; None for never.

    Raises:
        InvalidValueError: A field cannot be, or the action lacks its reasons or cap.
    """

    action: Action = attrs.field(default=Action.CLEAR, validator=checks.of_type(Action))
    score: Fraction = attrs.field(
        default=Fraction(), converter=checks.exact, validator=checks.unit_share
    )
    reasons: tuple[Reason, ...] = attrs.field(
        default=(), validator=checks.tuple_of(Reason)
    )
    cap: Money | None = attrs.field(default=None, validator=checks.maybe(Money))
    expires_at: datetime | None = attrs.field(default=None, validator=checks.aware)

    def __attrs_post_init__(self) -> None:
        """Refuse fields that the action cannot have, or has to have and has not."""
        if self.action is not Action.CLEAR and not self.reasons:
            raise InvalidValueError(
                f"{self.action.name} needs a reason: nobody is suspected without one"
            )
        if (self.action is Action.CAP) is not (self.cap is not None):
            raise InvalidValueError("a cap belongs to CAP, and CAP needs one")
        if self.cap is not None and self.cap.minor < 0:
            raise InvalidValueError(f"a cap cannot be {self.cap}: give 0 or more")

    def is_standing(self, at: datetime) -> bool:
        """Return whether the verdict still counts at a moment."""
        return self.expires_at is None or at < self.expires_at
