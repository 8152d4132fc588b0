"""From a month's claims to their endings: what is known, and who answers what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from .branches import Branches
from .chances import AGES, FOND
from .people import STATE, Event, People
from .tables import YEARS, Ints, Tables
from .walk import Move

__all__ = ["MARKS", "PERSON", "Settling"]

MARKS: Final = 30
"""Bits in which the months with earlier claims are kept, two for each."""

PERSON: Final = (
    *("is_genuine", "is_insatiable", "expectation", "empathy", "relation"),
    *("earlier", "last"),
)
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

    def __init__(self, tables: Tables, people: People, branches: Branches) -> None:
        """Begin with nothing on record."""
        self.t, self.people, self.branches = tables, people, branches
        self.company, self.world = tables.company, tables.world
        self.awards: dict[int, tuple[tuple[int, int], ...]] = {}
        persistence, loud = self.world.persistence, people.c.insatiable > 0
        self._may_contest = persistence.contests > 0 or loud
        self._may_reopen = persistence.reopens > 0 or loud

    def settle(self, month: int, event: Event) -> None:
        """Take every case of a month to its end."""
        who, claims = event["customer"], event["is_claim"]
        self._relate(month, event)
        self.branches.answer(month, event)
        ladder = self.people.a.ladder
        step = np.searchsorted(ladder, event["waited"], side="right") - 1
        event["step"] = np.where(claims, step, self.t.silence)
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
        is_recent = (failed >= 0) & (month - failed <= self.world.memory.forgets)
        event["earlier"] = np.minimum(rows[STATE["earlier"]], 2) * is_recent
        event["last"] = event["relation"] = event["years"] = nothing
        if self.t.tells["last"]:
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
        rows = event["rows"].take(mine, axis=0).T
        window = (1 << 2 * records.months) - 1
        bits = (rows[STATE["history"]] << _ago(month, rows)) >> 2 & window
        if not records.dates:
            count = np.bitwise_count
            undated = self.people.a.undated
            bits = undated[count(bits & _UNCONFIRMED), count(bits & _CONFIRMED)]
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
        claims, rows = event["is_claim"], event["rows"].T
        history = rows[STATE["history"]]
        kept = (history << _ago(month, rows)) & ((1 << MARKS) - 1)
        history[:] = np.where(claims, kept | (1 + event["is_confirmed"]), history)
        rows[STATE["claimed"]][claims] = month
        if self.company.keeps_amounts:
            who, paid = event["customer"][claims], event["paid"][claims]
            for customer, minor in zip(who.tolist(), paid.tolist(), strict=True):
                known = self.awards.get(customer, ())
                self.awards[customer] = (*known[1 - MARKS // 2 :], (month, minor))

    # --------------------------------------------------------------------- the answers

    def _argued(self, month: int, event: Event, case: Ints) -> Ints:
        """Let customers answer until every case is closed."""
        turn, place = 0, np.flatnonzero(event["is_claim"])
        while place.size:
            here = case[place]
            is_open = self.t.ending["is_open"][here] > 0
            move = np.where(is_open, np.int64(Move.ACCEPT), np.int64(0))
            if self._may_reopen or (self._may_contest and is_open.any()):
                who = event["customer"][place]
                halves = self.people.halves(f"answer {turn}", month, who)
                felt = self.felt(event, here, place)
                self._moved(move, here, felt, halves)
            goes_on = move > 0
            place, move = place[goes_on], move[goes_on]
            case[place] = self.t.moved(case[place], move)
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
        return self.t.felt(case, {name: event[name][place] for name in PERSON})

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
            branch = int(who[one]) // self.world.branch
            gone = spent.get(branch, 0)
            if gone + int(offered[one]) > limit:
                told = {name: column[here] for name, column in seen.items()}
                told["is_over"] = 1
                case[here] = self.t.opened(told, history[here], 1)
            mine = {name: column[here] for name, column in event.items()}
            case[here] = self._argued(month, mine, case[here].copy())
            spent[branch] = gone + int(self.t.ending["paid"][case[one]])
        return case


def _ago(month: int, rows: Ints) -> Ints:
    """Tell by how many bits the record of earlier claims has aged."""
    months: Ints = month - rows[STATE["claimed"]].astype(np.int64)
    return 2 * np.minimum(months, _GONE)
