"""What events say of dues: how they begin, news of them, and what is decided."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import attrs

from ..errors import InvalidValueError
from . import checks
from .due import NEWS_FATES, Fate
from .money import Money, check_money_not_negative_or_none
from .remedy import Remedy


@attrs.frozen
class Amends:
    """The company committed itself to what was accepted: each remedy becomes a due.

    Args:
        remedies: What is owed.
        receipts: For each remedy the proof that it was given at once, or None; empty
            where none was.
        was_given_before: Whether it was recorded after it was given, as releases
            before dues taught: nothing of it is owed unless news says so.

    Raises:
        InvalidValueError: There are receipts, and not as many as remedies.
    """

    remedies: tuple[Remedy, ...] = attrs.field(validator=checks.tuple_of(Remedy))
    receipts: tuple[str | None, ...] = attrs.field(
        default=(), validator=checks.tuple_of(str, type(None))
    )
    was_given_before: bool = attrs.field(default=False, validator=checks.of_type(bool))

    def __attrs_post_init__(self) -> None:
        """Refuse receipts that prove nothing, or cannot be told apart."""
        if "" in self.receipts:
            raise InvalidValueError(
                "a receipt cannot be empty: give None where there is none"
            )
        if self.receipts and len(self.receipts) != len(self.remedies):
            raise InvalidValueError(
                f"Amends.receipts are {len(self.receipts)}, of {len(self.remedies)} "
                "remedies: give one for each, None where there is none, or leave all "
                "out"
            )


def _check_news_fate(
    instance: object, attribute: checks.FieldOfClass, value: object
) -> None:
    """Refuse a fate that is the company's own to say, or none."""
    checks.of_type(Fate)(instance, attribute, value)
    if value not in NEWS_FATES:
        fates = ", ".join(fate for fate in Fate if fate in NEWS_FATES)
        raise InvalidValueError(f"Delivery.fate cannot be {value}: give one of {fates}")


@attrs.frozen
class Delivery:
    """News came of something that is owed.

    Args:
        due: Its id.
        fate: What became of it.
        amount: How much the attempt has settled so far; of a reversal, how much of
            it came back. None for all of it.
        reference: Proof of it, in the words of whoever carried it out.
        attempt: Which attempt, from 1.
        happened_at: When it happened, which may be long before it was told.
    """

    due: str = attrs.field(validator=checks.text)
    fate: Fate = attrs.field(validator=_check_news_fate)
    amount: Money | None = attrs.field(
        default=None, validator=check_money_not_negative_or_none
    )
    reference: str | None = attrs.field(default=None, validator=checks.maybe_text)
    attempt: int = attrs.field(default=1, validator=checks.at_least(1))
    happened_at: datetime | None = attrs.field(default=None, validator=checks.aware)


@attrs.frozen
class Retry:
    """The company tries once more to give what failed or came back."""

    due: str = attrs.field(validator=checks.text)


@attrs.frozen
class Cancellation:
    """Something is owed no more."""

    due: str = attrs.field(validator=checks.text)
    why: str = attrs.field(validator=checks.text)


@attrs.frozen
class Clarification:
    """A person found out what was true of news that contradicted what was known.

    Args:
        contradiction: Its number on the case, from 1.
        why: What is true.
    """

    contradiction: int = attrs.field(validator=checks.at_least(1))
    why: str = attrs.field(validator=checks.text)


DueDetail: TypeAlias = Delivery | Retry | Cancellation | Clarification
"""What tells of single dues: the ledger of dues reads it, and nobody else."""
