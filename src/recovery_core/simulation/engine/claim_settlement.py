"""From a month's claims to their endings: what is known, and who answers what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from ..company import Company
from ..world.world import World
from .branches import Branches
from .chances import AGES, FOND
from .interning import Ints
from .month_batch import MonthBatch
from .people import STATE, People, cell
from .situation_tables import OPENING, YEARS, Tables
from .situations import Move

__all__ = ["MARKS", "Settling"]

MARKS: Final = 30
"""Bits in which the months with earlier claims are kept, two for each."""

_OF_SOMEBODY: Final = ("tier", "is_detected", "has_proof", "years")
_GONE: Final = MARKS // 2 + 1  # months after which nothing is on record
_UNCONFIRMED: Final = 0x15555555
_CONFIRMED: Final = 0x2AAAAAAA


class Settling:
    """Take claims to their end, by what the tables know.

    Args:
        tables: What the company does and what customers feel.
        people: The customers.
        branches: What they share.
    """

    t: Tables
    people: People
    branches: Branches
    company: Company
    world: World
    recalls: bool

    def __init__(self, tables: Tables, people: People, branches: Branches) -> None:
        """Begin with nothing on record."""
        self.t, self.people, self.branches = tables, people, branches
        self.company, self.world = tables.company, tables.world
        self.awards: dict[int, tuple[tuple[int, int], ...]] = {}
        persistence, loud = self.world.persistence, people.c.insatiable > 0
        self.recalls = tables.tells["recent_failures"] or tables.tells["last_recovery"]
        self._may_contest = persistence.contests > 0 or loud
        self._may_reopen = persistence.reopens > 0 or loud

    def settle(self, month: int, batch: MonthBatch) -> None:
        """Take every case of a month to its end."""
        who, claims = batch.customer, batch.is_claim
        self._relate(month, batch)
        self.branches.answer(month, batch)
        batch.is_over = np.zeros(who.size, np.int64)
        opening = batch.columns(OPENING)
        for name in _OF_SOMEBODY:  # of silence nobody knows whose it was
            opening[name] = opening[name] * claims
        # A plug that is seen to read one more input tells apart cases that counted as
        # one until now. So the month is settled anew until nothing new was read: a
        # fix-point, reached soon, for the sorts of inputs are few and only grow.
        inputs_known = -1
        while inputs_known < self.t.seen:
            inputs_known = self.t.seen
            history = self._histories(month, batch)
            case = self.t.opened(opening, history, who.size)
            if self.company.budget is None:
                batch.case = self._argued(month, batch, case, np.flatnonzero(claims))
            else:
                batch.case = self._within_budget(month, batch, opening, history, case)

    def _relate(self, month: int, batch: MonthBatch) -> None:
        """Tell what lies between customer and company, as far as anybody asks."""
        rows, nothing = batch.rows.T, np.zeros(batch.customer.size, np.int64)
        tenure, failed = (
            rows[STATE["tenure"]] + month,
            rows[STATE["last_failure_month"]],
        )
        batch.recent_failures = batch.last_recovery = nothing
        batch.relation = batch.years = nothing
        if self.recalls:
            is_recent = (failed >= 0) & (month - failed <= self.world.memory.forgets)
            batch.recent_failures = (
                np.minimum(rows[STATE["recent_failures"]], 2) * is_recent
            )
            batch.last_recovery = rows[STATE["last_recovery"]] * is_recent
        if self.t.tells["relation"]:
            age = sum(((tenure >= months) for months in AGES), nothing)
            batch.relation = np.maximum(0, age - (batch.satisfaction_before < FOND))
        if self.company.records.tenure:
            batch.years = np.minimum(tenure // 12, YEARS) + 1

    # ------------------------------------------------------------------ earlier claims

    def _histories(self, month: int, batch: MonthBatch) -> Ints:
        """Give numbers to what is remembered of earlier claims."""
        numbers = np.zeros(batch.customer.size, np.int64)
        if not self.t.reads_history:
            return numbers
        mine, records = np.flatnonzero(batch.is_claim), self.company.records
        window = (1 << 2 * records.months) - 1
        bits = _aged(month, batch.rows.T, mine) >> 2 & window
        if not records.dates:
            unconfirmed = np.bitwise_count(bits & _UNCONFIRMED).astype(np.int64)
            confirmed = np.bitwise_count(bits & _CONFIRMED)
            bits = cell(self.people.a.undated, unconfirmed, confirmed)
        if self.company.keeps_amounts:
            who = batch.customer[mine]
            numbers[mine] = self._with_awards(month - records.months, who, bits)
        else:
            numbers[mine] = self.t.histories(bits)
        return numbers

    def _with_awards(self, first: int, who: Ints, bits: Ints) -> list[int]:
        numbers: list[int] = []
        for customer, shown in zip(who.tolist(), bits.tolist(), strict=True):
            known = self.awards.get(customer, ())
            awards = tuple(minor for at, minor in known if at >= first)
            numbers.append(self.t.history(shown, awards))
        return numbers

    def remember(self, month: int, batch: MonthBatch) -> None:
        """Put claims on record, in the rows of the event."""
        mine, rows = np.flatnonzero(batch.is_claim), batch.rows.T
        kept = _aged(month, rows, mine) & ((1 << MARKS) - 1)
        rows[STATE["claim_marks"]][mine] = kept | (1 + batch.is_confirmed[mine])
        rows[STATE["last_claim_month"]][mine] = month
        if self.company.keeps_amounts:
            who, paid = batch.customer[mine], batch.paid[mine]
            for customer, minor in zip(who.tolist(), paid.tolist(), strict=True):
                known = self.awards.get(customer, ())
                self.awards[customer] = (*known[1 - MARKS // 2 :], (month, minor))

    # --------------------------------------------------------------------- the answers

    def _argued(self, month: int, batch: MonthBatch, case: Ints, place: Ints) -> Ints:
        """Play the customers' moves until the cases at some places are closed."""
        turn = 0
        while place.size:
            here = case[place]
            move = self.t.ending["is_open"][here] * np.int64(Move.ACCEPT)
            if self._may_reopen or self._may_contest:
                who = batch.customer[place]
                halves = self.people.halves(f"answer {turn}", month, who)
                felt = self.felt(batch, here, place)
                self._moved(move, here, felt, halves)
            goes_on = np.flatnonzero(move)
            place, move = place[goes_on], move[goes_on]
            case[place] = self.t.moved(here[goes_on], move)
            turn += 1
            if not self._may_reopen:
                place = place[self.t.ending["is_open"][case[place]] > 0]
        return case

    def _moved(self, move: Ints, case: Ints, felt: Ints, halves: Ints) -> None:
        """Change moves by chance: contest an offer, or reopen a case."""
        is_open, reaction = move > 0, self.t.reaction
        move[is_open & (halves < reaction["contests"][felt])] = Move.CONTEST
        is_first = self.t.ending["is_first_cycle"][case] > 0
        comes_back = is_first & (halves < reaction["reopens"][felt])
        move[~is_open & comes_back] = Move.REOPEN

    def felt(self, batch: MonthBatch, case: Ints, place: Any = slice(None)) -> Ints:
        """Look up what is felt about cases, wherever they stand."""
        return self.t.felt(case, batch.columns(self.t.asks, place))

    def _within_budget(
        self,
        month: int,
        batch: MonthBatch,
        opening: Mapping[str, Ints],
        history: Ints,
        case: Ints,
    ) -> Ints:
        """Settle the cases of a branch one after the other, until the money is gone."""
        budget, who = self.company.budget, batch.customer
        limit = 0 if budget is None else budget.minor
        place = np.flatnonzero(batch.is_claim)
        _, order = self.branches.arrivals(month, who[place])
        offered, spent = self.t.ending["offered"][case], dict[int, int]()
        for one in place[order].tolist():
            here = slice(one, one + 1)
            branch = int(who[one]) // self.world.branch_size
            gone = spent.get(branch, 0)
            if gone + int(offered[one]) > limit:
                exhausted: dict[str, Any] = {
                    name: column[here] for name, column in opening.items()
                }
                exhausted["is_over"] = 1
                case[here] = self.t.opened(exhausted, history[here], 1)
            self._argued(month, batch, case, np.array([one]))
            spent[branch] = gone + int(self.t.ending["paid"][case[one]])
        return case


def _aged(month: int, rows: Ints, mine: Ints) -> Ints:
    """Give the record of earlier claims, its marks moved on to where they are now."""
    claimed, history = (
        rows[STATE["last_claim_month"]][mine],
        rows[STATE["claim_marks"]][mine],
    )
    months: Ints = month - claimed.astype(np.int64)
    aged: Ints = history << 2 * np.minimum(months, _GONE)
    return aged
