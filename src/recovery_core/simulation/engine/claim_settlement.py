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
from .people import STATE, Event, People, cell
from .situation_tables import YEARS, Tables
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
        self.recalls = tables.tells["earlier"] or tables.tells["last"]
        self._may_contest = persistence.contests > 0 or loud
        self._may_reopen = persistence.reopens > 0 or loud

    def settle(self, month: int, event: Event) -> None:
        """Take every case of a month to its end."""
        who, claims = event["customer"], event["is_claim"]
        self._relate(month, event)
        self.branches.answer(month, event)
        event["is_over"] = np.zeros(who.size, np.int64)
        seen = dict(event)
        for name in _OF_SOMEBODY:  # of silence nobody knows whose it was
            seen[name] = event[name] * claims
        known = -1
        while known < self.t.seen:  # else there is more to tell cases apart by
            known = self.t.seen
            history = self._histories(month, event)
            case = self.t.opened(seen, history, who.size)
            if self.company.budget is None:
                event["case"] = self._argued(month, event, case)
            else:
                event["case"] = self._within_budget(month, event, seen, history, case)

    def _relate(self, month: int, event: Event) -> None:
        """Tell what lies between customer and company, as far as anybody asks."""
        rows, nothing = event["rows"].T, np.zeros(event["customer"].size, np.int64)
        tenure, failed = rows[STATE["tenure"]] + month, rows[STATE["failed"]]
        event["earlier"] = event["last"] = nothing
        event["relation"] = event["years"] = nothing
        if self.recalls:
            is_recent = (failed >= 0) & (month - failed <= self.world.memory.forgets)
            event["earlier"] = np.minimum(rows[STATE["earlier"]], 2) * is_recent
            event["last"] = rows[STATE["last"]] * is_recent
        if self.t.tells["relation"]:
            age = sum(((tenure >= months) for months in AGES), nothing)
            event["relation"] = np.maximum(0, age - (event["before"] < FOND))
        if self.company.records.tenure:
            event["years"] = np.minimum(tenure // 12, YEARS) + 1

    # ------------------------------------------------------------------ earlier claims

    def _histories(self, month: int, event: Event) -> Ints:
        """Give numbers to what is remembered of earlier claims."""
        numbers = np.zeros(event["customer"].size, np.int64)
        if not self.t.reads_history:
            return numbers
        mine, records = np.flatnonzero(event["is_claim"]), self.company.records
        window = (1 << 2 * records.months) - 1
        bits = _aged(month, event["rows"].T, mine) >> 2 & window
        if not records.dates:
            unconfirmed = np.bitwise_count(bits & _UNCONFIRMED).astype(np.int64)
            confirmed = np.bitwise_count(bits & _CONFIRMED)
            bits = cell(self.people.a.undated, unconfirmed, confirmed)
        if self.company.keeps_amounts:
            who = event["customer"][mine]
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

    def remember(self, month: int, event: Event) -> None:
        """Put claims on record, in the rows of the event."""
        mine, rows = np.flatnonzero(event["is_claim"]), event["rows"].T
        kept = _aged(month, rows, mine) & ((1 << MARKS) - 1)
        rows[STATE["history"]][mine] = kept | (1 + event["is_confirmed"][mine])
        rows[STATE["claimed"]][mine] = month
        if self.company.keeps_amounts:
            who, paid = event["customer"][mine], event["paid"][mine]
            for customer, minor in zip(who.tolist(), paid.tolist(), strict=True):
                known = self.awards.get(customer, ())
                self.awards[customer] = (*known[1 - MARKS // 2 :], (month, minor))

    # --------------------------------------------------------------------- the answers

    def _argued(self, month: int, event: Event, case: Ints) -> Ints:
        """Let customers answer until every case is closed."""
        turn, place = 0, np.flatnonzero(event["is_claim"])
        while place.size:
            here = case[place]
            move = self.t.ending["is_open"][here] * np.int64(Move.ACCEPT)
            if self._may_reopen or self._may_contest:
                who = event["customer"][place]
                halves = self.people.halves(f"answer {turn}", month, who)
                felt = self.felt(event, here, place)
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

    def felt(self, event: Event, case: Ints, place: Any = slice(None)) -> Ints:
        """Look up what is felt about cases, wherever they stand."""
        return self.t.felt(case, {name: event[name][place] for name in self.t.asks})

    def _within_budget(
        self,
        month: int,
        event: Event,
        seen: Mapping[str, Any],
        history: Ints,
        case: Ints,
    ) -> Ints:
        """Settle the cases of a branch one after the other, until the money is gone."""
        budget, who = self.company.budget, event["customer"]
        limit = 0 if budget is None else budget.minor
        place = np.flatnonzero(event["is_claim"])
        _, order = self.branches.arrivals(month, who[place])
        offered, spent = self.t.ending["offered"][case], dict[int, int]()
        for one in place[order].tolist():
            here = slice(one, one + 1)
            branch = int(who[one]) // self.world.branch_size
            gone = spent.get(branch, 0)
            if gone + int(offered[one]) > limit:
                told = {name: column[here] for name, column in seen.items()}
                told["is_over"] = 1
                case[here] = self.t.opened(told, history[here], 1)
            mine = {name: column[here] for name, column in event.items()}
            case[here] = self._argued(month, mine, case[here].copy())
            spent[branch] = gone + int(self.t.ending["paid"][case[one]])
        return case


def _aged(month: int, rows: Ints, mine: Ints) -> Ints:
    """Give the record of earlier claims, its marks moved on to where they are now."""
    claimed, history = rows[STATE["claimed"]][mine], rows[STATE["history"]][mine]
    months: Ints = month - claimed.astype(np.int64)
    aged: Ints = history << 2 * np.minimum(months, _GONE)
    return aged
