"""What is owed after an acceptance, and what became of it outside."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import attrs

from . import checks
from .money import MAX_MINOR, Money, check_money_not_negative_or_none
from .reason import Fact, Reason
from .remedy import Remedy


class Fate(StrEnum):
    """The fate of what is owed: what became of it, as far as anybody knows."""

    APPROVED = "approved"
    EXECUTING = "executing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    REVERSED = "reversed"
    CANCELLED = "cancelled"


NEWS_FATES: Final = frozenset(Fate) - {Fate.APPROVED, Fate.CANCELLED}
"""What news from outside can tell; the other two are the company's own to say."""

UNDER_WAY: Final = frozenset({Fate.EXECUTING, Fate.UNKNOWN})
"""Fates in which the money may arrive yet: no answer is not a no."""

RETRIABLE: Final = frozenset({Fate.FAILED, Fate.REVERSED})
"""Fates after which it is certain that something did not reach the customer."""

_COMMITTED: Final = UNDER_WAY | {Fate.APPROVED}
_ARRIVED: Final = frozenset({Fate.SUCCEEDED, Fate.REVERSED})


@attrs.frozen
class Attempt:
    """One attempt to give what is owed.

    Args:
        fate: What the news of it that counts says; approved before any.
        amount: What it is to give: the rest of what is owed; None for all of it.
        settled: How much of the sum it has given so far; None where nobody said, or
            where the remedy is no sum.
        returned: How much of that came back.
        reference: Proof of it, in the words of whoever carried it out.
        is_assumed: Whether nobody told its fate: it is read so from an old log.
    """

    fate: Fate = attrs.field(default=Fate.APPROVED, validator=checks.of_type(Fate))
    amount: Money | None = attrs.field(
        default=None, validator=check_money_not_negative_or_none
    )
    settled: Money | None = attrs.field(
        default=None, validator=check_money_not_negative_or_none
    )
    returned: Money | None = attrs.field(
        default=None, validator=check_money_not_negative_or_none
    )
    reference: str | None = attrs.field(default=None, validator=checks.maybe_text)
    is_assumed: bool = attrs.field(default=False, validator=checks.of_type(bool))

    @property
    def net_minor(self) -> int:
        """What of the sum the customer has by it, in the smallest units."""
        settled = self.settled.minor if self.settled else 0
        returned = self.returned.minor if self.returned else 0
        return max(0, settled - returned)


_FIRST: Final = (Attempt(),)


@attrs.frozen
class Due:
    """One remedy that is owed to the customer, with every attempt to give it.

    Args:
        id: The case and a number over all its cycles, such as ``"C-1/2"``.
        remedy: What is owed.
        cycle: The cycle in which the company committed itself.
        attempts: Every attempt, oldest first; the last one is the current one.
        is_cancelled: Whether it is owed no more.
        replaced_by: Ids of what was accepted in its place.
    """

    id: str = attrs.field(validator=checks.text)
    remedy: Remedy = attrs.field(validator=checks.of_type(Remedy))
    cycle: int = attrs.field(default=1, validator=checks.at_least(1))
    attempts: tuple[Attempt, ...] = attrs.field(
        default=_FIRST,
        validator=[checks.tuple_of(Attempt), attrs.validators.min_len(1)],
    )
    is_cancelled: bool = attrs.field(default=False, validator=checks.of_type(bool))
    replaced_by: tuple[str, ...] = attrs.field(
        default=(), validator=checks.tuple_of(str)
    )

    @property
    def amount(self) -> Money | None:
        """The sum that is owed; None for what is given whole or not at all."""
        return self.remedy.value if self.remedy.is_divisible else None

    @property
    def attempt(self) -> int:
        """Number of the current attempt, from 1."""
        return len(self.attempts)

    @property
    def reference(self) -> str | None:
        """Proof of the newest attempt that has any."""
        known = (a.reference for a in reversed(self.attempts) if a.reference)
        return next(known, None)

    @property
    def settled(self) -> Money | None:
        """What of its sum the customer has, over all attempts; None without a sum."""
        value = self.amount
        if value is None:
            return None
        # Two attempts that both paid may come to more than money can hold.
        minor = min(sum(a.net_minor for a in self.attempts), MAX_MINOR)
        return Money.from_minor(minor, value.currency)

    @property
    def outstanding(self) -> Money | None:
        """What of its sum has not reached the customer; None without a sum."""
        value, settled = self.amount, self.settled
        if value is None or settled is None:
            return None
        return Money.from_minor(max(0, value.minor - settled.minor), value.currency)

    @property
    def fate(self) -> Fate:
        """What became of it; what is under way goes before what arrived."""
        for attempt in reversed(self.attempts):
            if attempt.fate in UNDER_WAY:
                return attempt.fate
        if self._has_arrived:
            return Fate.SUCCEEDED
        if self.is_cancelled:
            return Fate.CANCELLED
        fate = self.attempts[-1].fate
        # What an older attempt gave came back since, so that a part is missing.
        return Fate.REVERSED if fate is Fate.SUCCEEDED else fate

    @property
    def is_owed(self) -> bool:
        """Whether the customer still waits for it: neither settled nor cancelled."""
        return self.fate not in {Fate.SUCCEEDED, Fate.CANCELLED}

    @property
    def given(self) -> Remedy | None:
        """What of it counts as given; None for nothing.

        All of it while it may arrive yet, for what is on its way must not be given
        again; otherwise what the customer has, in part where it is a sum.
        """
        fate, settled = self.fate, self.settled
        if fate in _COMMITTED:
            return self.remedy
        if settled is None:
            return self.remedy if fate is Fate.SUCCEEDED else None
        if settled == self.amount:
            return self.remedy
        return attrs.evolve(self.remedy, value=settled) if settled else None

    @property
    def _has_arrived(self) -> bool:
        outstanding = self.outstanding
        if outstanding is not None:
            return not outstanding
        return any(attempt.fate is Fate.SUCCEEDED for attempt in self.attempts)

    def __str__(self) -> str:
        """Return its id, what it is, and what became of it."""
        return f"{self.id}: {self.remedy}, {self.fate}"


@attrs.frozen
class Contradiction:
    """News that cannot be true beside what was known, until a person settles it.

    Args:
        number: Its place among the contradictions of the case, from 1.
        due: Id of what is owed.
        reason: What contradicts what.
    """

    number: int = attrs.field(validator=checks.at_least(1))
    due: str = attrs.field(validator=checks.text)
    reason: Reason = attrs.field(validator=checks.of_type(Reason))


def with_news(
    due: Due,
    number: int,
    fate: Fate,
    amount: Money | None,
    reference: str | None,
) -> tuple[Due, Reason | None]:
    """Return what is owed after news of an attempt, and what the news contradicts.

    Args:
        due: What is owed.
        number: Number of the attempt.
        fate: What became of the attempt.
        amount: What it has settled so far, or what came back of it.
        reference: Proof.
    """
    contradiction = _contradicted_by_number(due, number, fate)
    attempts = [*due.attempts]
    if number > len(attempts):
        # Of an attempt that nobody made, or made long after, one is known: the next.
        number = len(attempts) + 1
        attempts.append(_build_next_attempt(due))
    attempt = attempts[number - 1]
    value = due.amount if attempt.amount is None else attempt.amount
    news = _News(
        attempt=attempt,
        fate=fate,
        told=None if amount is None else amount.minor,
        reference=reference,
        whole=None if value is None else value.minor,
        currency="" if value is None else value.currency,
    )
    attempts[number - 1], found = news.build_attempt()
    changed = attrs.evolve(due, attempts=tuple(attempts))
    return changed, contradiction or found or _contradicted_by_change(due, changed)


def with_retry(due: Due) -> Due:
    """Return what is owed with another attempt, for what has not arrived."""
    return attrs.evolve(due, attempts=(*due.attempts, _build_next_attempt(due)))


def _build_next_attempt(due: Due) -> Attempt:
    """Return an attempt for what has not arrived; for all where everything has.

    Who pays although nothing is missing pays all of it once more.
    """
    return Attempt(amount=due.outstanding or None)


def _contradicted_by_number(due: Due, number: int, fate: Fate) -> Reason | None:
    """Return what speaks against there being news of an attempt at all."""
    known = len(due.attempts)
    may_be_next = number == known + 1 and due.fate in RETRIABLE
    if number <= known or may_be_next:
        return None
    text = "nobody has made this attempt"
    values: dict[str, Fact] = {"attempt": number, "attempts": known, "fate": str(fate)}
    return Reason("unknown-attempt", text, values)


def _contradicted_by_change(before: Due, after: Due) -> Reason | None:
    """Return whether something was given that was owed no more, or more than owed."""
    if before.fate is Fate.CANCELLED is not after.fate:
        text = "it goes on although it was cancelled"
        return Reason("cancelled-before", text, {"fate": str(after.fate)})
    value, old, new = after.amount, before.settled, after.settled
    if value is None or old is None or new is None or new <= max(value, old):
        return None
    text = "more was paid than is owed"
    return Reason("paid-too-much", text, {"owed": value, "settled": new})


@attrs.frozen(kw_only=True)
class _News:
    """News of one attempt, beside what was known of it; sums in smallest units.

    News may come late and in any order. So sums only grow, and a fate that is final
    gives way to nothing but the news that it came back.
    """

    attempt: Attempt
    fate: Fate
    told: int | None
    reference: str | None
    whole: int | None
    currency: str

    def build_attempt(self) -> tuple[Attempt, Reason | None]:
        """Return the attempt after the news, and what the news contradicts."""
        if self.attempt.is_assumed:
            # What an old log leaves open is what the first news of it says.
            first = Attempt(reference=self.attempt.reference)
            return attrs.evolve(self, attempt=first).build_attempt()
        if self.fate is Fate.REVERSED:
            return self._build_returned_attempt()
        if self.attempt.fate in _ARRIVED:
            return self._build_arrived_attempt()
        return self._build_open_attempt()

    def _build_returned_attempt(self) -> tuple[Attempt, Reason | None]:
        """Return the attempt of which something, or all, came back."""
        was = self.attempt.fate
        settled = self._known_settled or self.whole or 0
        returned = settled if self.told is None else self.told
        returned = max(
            returned, self.attempt.returned.minor if self.attempt.returned else 0
        )
        after = attrs.evolve(
            self._with_settled(settled),
            fate=Fate.REVERSED,
            returned=self._money(returned),
        )
        if was is Fate.FAILED and not self._known_settled:
            return after, self._reason(
                "return-after-failure", "it came back after it had failed"
            )
        if self.whole is not None and returned > settled:
            values = {"settled": after.settled, "returned": after.returned}
            read = {name: money for name, money in values.items() if money is not None}
            text = "more came back than was paid"
            return after, Reason("returned-too-much", text, read)
        return after, None

    def _build_arrived_attempt(self) -> tuple[Attempt, Reason | None]:
        """Return the attempt that had given all it should, after more news of it."""
        known, was = self.attempt, self.attempt.fate
        references = {known.reference, self.reference} - {None}
        if self.fate is Fate.SUCCEEDED and len(references) > 1:
            again = self.whole if self.told is None else self.told
            settled = min(MAX_MINOR, self._known_settled + (again or 0))
            after = attrs.evolve(self._with_settled(settled), fate=self.fate)
            values = {"known": str(known.reference), "reference": str(self.reference)}
            text = "it was paid once more, by another reference"
            return after, Reason("paid-twice", text, values)
        if self.fate is Fate.FAILED and was is Fate.SUCCEEDED:
            return known, self._reason(
                "failure-after-success", "it failed after it had succeeded"
            )
        return attrs.evolve(self._with_settled(self.told or 0), fate=was), None

    def _build_open_attempt(self) -> tuple[Attempt, Reason | None]:
        """Return the attempt that had not given all it should, after news of it."""
        was = self.attempt.fate
        settled = max(self._known_settled, self.told or 0)
        if self.fate is Fate.SUCCEEDED and self.told is None:
            settled = max(settled, self.whole or 0)
        is_part = self.whole is not None and settled < self.whole
        is_success = self.fate is Fate.SUCCEEDED and not is_part
        fate = self.fate
        if self.fate is Fate.SUCCEEDED and is_part:
            fate = Fate.EXECUTING
        if was is Fate.FAILED and not is_success:
            fate = was
        after = attrs.evolve(self._with_settled(settled), fate=fate)
        if was is Fate.FAILED and (is_success or settled > self._known_settled):
            return after, self._reason(
                "success-after-failure", "it was paid after it had failed"
            )
        if fate is Fate.FAILED and self.whole and not is_part:
            return after, self._reason(
                "failure-after-success", "it failed, and all of it was paid"
            )
        return after, None

    @property
    def _known_settled(self) -> int:
        return self.attempt.settled.minor if self.attempt.settled else 0

    def _with_settled(self, minor: int) -> Attempt:
        """Return the attempt with at least so much settled, and the newest proof."""
        return attrs.evolve(
            self.attempt,
            settled=self._money(max(minor, self._known_settled)),
            reference=self.reference or self.attempt.reference,
        )

    def _money(self, minor: int) -> Money | None:
        return None if self.whole is None else Money.from_minor(minor, self.currency)

    def _reason(self, code: str, text: str) -> Reason:
        values = {"before": str(self.attempt.fate), "fate": str(self.fate)}
        return Reason(code, text, values)
