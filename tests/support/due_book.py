"""Books of what is owed, kept by hand, to hold the library's own ledger against."""

from __future__ import annotations

from typing import Any, Final

import attrs

from recovery_core import Due, Fate, Money, Remedy, RemedyKind, events

# What becomes of an attempt, written down from the specification: (fate that was, news)
# to the fate that follows; what is not listed takes the news.
STAYS: Final = {
    *((Fate.SUCCEEDED, news) for news in (Fate.EXECUTING, Fate.UNKNOWN, Fate.FAILED)),
    *((Fate.REVERSED, news) for news in (Fate.EXECUTING, Fate.UNKNOWN, Fate.FAILED)),
    *((Fate.FAILED, news) for news in (Fate.EXECUTING, Fate.UNKNOWN)),
}
ALL_OF_IT: Final = "all of it"


@attrs.define
class Try:
    """One attempt: what it is for, what it paid and what came back, in cents."""

    wanted: int
    fate: Fate = Fate.APPROVED
    paid: int = 0
    back: int = 0
    reference: str | None = None
    assumed: bool = False

    @property
    def kept(self) -> int:
        """What the customer has of it."""
        return max(0, self.paid - self.back)


@attrs.define
class Page:
    """One page of the book: one remedy, and every attempt to give it."""

    remedy: Remedy
    tries: list[Try] = attrs.Factory(list)
    is_struck: bool = False

    @classmethod
    def open(cls, remedy: Remedy, receipt: str | None, *, before: bool = False) -> Page:
        """Begin a page; with a receipt, with words, or from before: as settled."""
        page = cls(remedy)
        first = Try(page.owed)
        if receipt is not None or before or remedy.kind is RemedyKind.EXPLANATION:
            first.fate, first.paid, first.reference = Fate.SUCCEEDED, page.owed, receipt
            first.assumed = before
        page.tries.append(first)
        return page

    @property
    def is_sum(self) -> bool:
        """Whether a part of it can be given."""
        return self.remedy.is_divisible

    @property
    def owed(self) -> int:
        """What is owed, in cents."""
        value = self.remedy.value
        return value.minor if self.is_sum and value is not None else 0

    @property
    def kept(self) -> int:
        """What the customer has, in cents."""
        return sum(each.kept for each in self.tries)

    @property
    def fate(self) -> Fate:
        """What became of it."""
        fates = [each.fate for each in self.tries]
        waiting = [f for f in fates if f in {Fate.EXECUTING, Fate.UNKNOWN}]
        if waiting:
            return waiting[-1]
        arrived = self.kept >= self.owed if self.is_sum else Fate.SUCCEEDED in fates
        if arrived:
            return Fate.SUCCEEDED
        if self.is_struck:
            return Fate.CANCELLED
        return Fate.REVERSED if fates[-1] is Fate.SUCCEEDED else fates[-1]

    @property
    def is_open(self) -> bool:
        """Whether the customer waits for it."""
        return self.fate not in {Fate.SUCCEEDED, Fate.CANCELLED}

    @property
    def given(self) -> list[Remedy]:
        """What counts as given: one remedy, or none."""
        if self.fate in {Fate.APPROVED, Fate.EXECUTING, Fate.UNKNOWN}:
            return [self.remedy]
        if not self.is_sum:
            return [self.remedy] if self.fate is Fate.SUCCEEDED else []
        if not self.kept or self.remedy.value is None:
            return []
        value = Money.from_minor(self.kept, self.remedy.value.currency)
        return [attrs.evolve(self.remedy, value=value)]

    def again(self) -> None:
        """Try once more, for the rest."""
        rest = max(0, self.owed - self.kept)
        self.tries.append(Try(rest or self.owed))

    def hear(self, news: Any) -> str | None:
        """Enter news, and return the code of what it contradicts."""
        fate, kept = self.fate, self.kept
        retried = {Fate.FAILED, Fate.REVERSED}
        is_next = news.attempt == len(self.tries) + 1 and fate in retried
        code = None
        if news.attempt > len(self.tries) and not is_next:
            code = "unknown-attempt"
        number = min(news.attempt, len(self.tries) + 1)
        if number > len(self.tries):
            self.again()
        found = self.enter(self.tries[number - 1], news)
        code = code or found
        if fate is Fate.CANCELLED is not self.fate:
            return code or "cancelled-before"
        if self.is_sum and self.kept > max(kept, self.owed):
            return code or "paid-too-much"
        return code

    def enter(self, entry: Try, news: Any) -> str | None:  # noqa: PLR0911 - a line for each rule
        """Enter news into one attempt."""
        if entry.assumed:
            entry.assumed, entry.fate, entry.paid = False, Fate.APPROVED, 0
        told = ALL_OF_IT if news.amount is None else news.amount.minor
        was, paid, proof = entry.fate, entry.paid, entry.reference
        if news.fate is Fate.REVERSED:
            return self.take_back(entry, told, news.reference)
        is_other = None not in {proof, news.reference} and proof != news.reference
        arrived = was in {Fate.SUCCEEDED, Fate.REVERSED}
        if arrived and news.fate is Fate.SUCCEEDED and is_other:
            more = entry.wanted if told == ALL_OF_IT else int(told)
            entry.fate, entry.paid = Fate.SUCCEEDED, paid + more * self.is_sum
            entry.reference = news.reference
            return "paid-twice"
        if was is Fate.SUCCEEDED and news.fate is Fate.FAILED:
            return "failure-after-success"
        if told != ALL_OF_IT:
            entry.paid = max(paid, int(told)) * self.is_sum
        elif news.fate is Fate.SUCCEEDED and not arrived:
            entry.paid = max(paid, entry.wanted)
        entry.reference = news.reference or proof
        is_part = self.is_sum and entry.paid < entry.wanted
        if arrived:
            return None
        if news.fate is Fate.SUCCEEDED and is_part:
            entry.fate = was if was is Fate.FAILED else Fate.EXECUTING
        elif (was, news.fate) not in STAYS:
            entry.fate = news.fate
        if was is Fate.FAILED and (entry.fate is not was or entry.paid > paid):
            return "success-after-failure"
        if entry.fate is Fate.FAILED and self.is_sum and entry.wanted and not is_part:
            return "failure-after-success"
        return None

    def take_back(self, entry: Try, told: int | str, proof: str | None) -> str | None:
        """Enter that something came back."""
        was, paid = entry.fate, entry.paid
        entry.fate, entry.reference = Fate.REVERSED, proof or entry.reference
        if self.is_sum:
            entry.paid = paid or entry.wanted
            entry.back = max(entry.back, entry.paid if told == ALL_OF_IT else int(told))
        if was is Fate.FAILED and not paid:
            return "return-after-failure"
        return "returned-too-much" if entry.back > entry.paid else None


@attrs.define
class DueBook:
    """Everything that one case owes, entered event by event."""

    case_id: str = ""
    pages: dict[str, Page] = attrs.Factory(dict)
    others: dict[str, Page] = attrs.Factory(dict)
    elsewhere: list[Remedy] = attrs.Factory(list)
    contradictions: list[tuple[str, str]] = attrs.Factory(list)
    clarified: set[int] = attrs.Factory(set)
    offer: Any = None
    promised: list[Remedy] | None = None

    def find(self, due: str) -> Page | None:
        """Look a page up, own ones first."""
        return self.pages.get(due) or self.others.get(due)

    @property
    def given(self) -> list[Remedy]:
        """List all that counts as given."""
        pages = [*self.pages.values(), *self.others.values()]
        return [r for page in pages for r in page.given] + self.elsewhere

    @property
    def open_numbers(self) -> list[int]:
        """Number the contradictions that nobody has settled."""
        numbers = range(1, len(self.contradictions) + 1)
        return [number for number in numbers if number not in self.clarified]

    def commit(
        self, remedies: Any, receipts: Any = (), *, before: bool = False
    ) -> None:
        """Open a page for each remedy."""
        for place, remedy in enumerate(remedies):
            receipt = receipts[place] if receipts else None
            page = Page.open(remedy, receipt, before=before)
            self.pages[f"{self.case_id}/{len(self.pages) + 1}"] = page
        self.promised = None

    def may_enter(self, detail: Any) -> bool:
        """Tell whether a record of a due could come now."""
        if isinstance(detail, events.Clarification):
            return detail.contradiction in self.open_numbers
        page = self.find(detail.due)
        if page is None:
            return False
        if isinstance(detail, events.Delivery):
            value, amount = page.remedy.value, detail.amount
            if amount is None:
                return True
            return page.is_sum and (value and value.currency) == amount.currency
        if isinstance(detail, events.Retry):
            return page.fate in {Fate.FAILED, Fate.REVERSED}
        return page.fate in {Fate.APPROVED, Fate.FAILED, Fate.REVERSED}

    def enter(self, detail: Any, *, begins_cycle: bool = False) -> None:
        """Enter one event."""
        if begins_cycle:
            self.offer = self.promised = None
        match detail:
            case events.Report():
                self.case_id = detail.case_id
            case events.Offer():
                self.offer, self.promised = detail, None
            case events.Acceptance():
                self.accept(detail.alternative)
            case events.Amends():
                was_before = detail.was_given_before
                self.commit(detail.remedies, detail.receipts, before=was_before)
            case events.Merge() if self.promised is not None:
                self.commit(self.promised)
            case events.Refusal():
                self.promised = None
            case events.Absorption():
                self.elsewhere += detail.given
                self.others |= {due.id: page_of(due) for due in detail.dues}
            case events.Clarification():
                self.clarified.add(detail.contradiction)
            case events.Delivery() | events.Retry() | events.Cancellation():
                self.enter_due(detail)
            case _:
                pass

    def accept(self, chosen: int | None) -> None:
        """Strike what failed, for what was accepted takes its place."""
        award = self.offer.award if self.offer else None
        parts = [] if award is None else [*award.alternatives]
        is_offered = chosen is not None and 0 <= chosen < len(parts)
        self.promised = []
        if award is not None and (is_offered or (chosen is None and not parts)):
            self.promised = [*parts[chosen or 0 : (chosen or 0) + 1], *award.amends]
        for page in (*self.pages.values(), *self.others.values()):
            if page.fate in {Fate.FAILED, Fate.REVERSED}:
                page.is_struck = True

    def enter_due(self, detail: Any) -> None:
        """Enter news of a page, or what the company decided about it."""
        page = self.find(detail.due)
        if page is None:
            return
        if isinstance(detail, events.Retry):
            page.again()
        elif isinstance(detail, events.Cancellation):
            page.is_struck = True
        elif code := page.hear(detail):
            self.contradictions.append((detail.due, code))


def page_of(due: Due) -> Page:
    """Copy what another case says of a due onto a page."""
    page = Page(due.remedy, is_struck=due.is_cancelled)
    for attempt in due.attempts:
        wanted = page.owed if attempt.amount is None else attempt.amount.minor
        paid, back = (
            0 if money is None else money.minor
            for money in (attempt.settled, attempt.returned)
        )
        entry = Try(wanted, attempt.fate, paid, back, attempt.reference)
        entry.assumed = attempt.is_assumed
        page.tries.append(entry)
    return page
