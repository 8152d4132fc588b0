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
from .people import STATE, People, gather_cells
from .situation_tables import OPENING, YEARS, Tables
from .situations import CustomerMove

__all__ = ["MARKS", "ClaimSettlement"]

MARKS: Final = 30
"""Bits in which the months with earlier claims are kept, two for each."""

_UNKNOWN_IN_SILENCE: Final = ("tier", "is_detected", "has_proof", "years")
_GONE: Final = MARKS // 2 + 1  # months after which nothing is on record
_UNCONFIRMED: Final = 0x15555555
_CONFIRMED: Final = 0x2AAAAAAA


class ClaimSettlement:
    """The settlement of a month's claims, by what the tables hold.

    Args:
        tables: What the company does and what customers feel.
        people: The customers.
        branches: What they share.
    """

    tables: Tables
    people: People
    branches: Branches
    company: Company
    world: World
    needs_earlier_failures: bool

    def __init__(self, tables: Tables, people: People, branches: Branches) -> None:
        """Begin with nothing on record."""
        self.tables, self.people, self.branches = tables, people, branches
        self.company, self.world = tables.company, tables.world
        self.awards: dict[int, tuple[tuple[int, int], ...]] = {}
        persistence, loud = self.world.persistence, people.chances.insatiable > 0
        self.needs_earlier_failures = (
            tables.is_read["recent_failures"] or tables.is_read["last_recovery"]
        )
        self._may_contest = persistence.contests > 0 or loud
        self._may_reopen = persistence.reopens > 0 or loud

    def settle_month(self, month: int, batch: MonthBatch) -> None:
        """Settle every case of a month."""
        customers, claims = batch.customer, batch.is_claim
        self._fill_relationships(month, batch)
        self.branches.fill_in_waits_and_empathy(month, batch)
        batch.is_over = np.zeros(customers.size, np.int64)
        opening = batch.columns_by_name(OPENING)
        for name in _UNKNOWN_IN_SILENCE:  # of silence nobody knows whose it was
            opening[name] = opening[name] * claims
        # A plug that is seen to read one more input tells apart cases that counted as
        # one until now. So the month is settled anew until nothing new was read: a
        # fix-point, reached soon, for the sorts of inputs are few and only grow.
        inputs_known = -1
        while inputs_known < self.tables.inputs_observed:
            inputs_known = self.tables.inputs_observed
            history = self._number_histories(month, batch)
            case = self.tables.find_or_add_opened_cases(
                opening, history, customers.size
            )
            if self.company.budget is None:
                batch.case = self._play_moves_until_closed(
                    month, batch, case, np.flatnonzero(claims)
                )
            else:
                batch.case = self._settle_within_budget(
                    month, batch, opening, history, case
                )

    def _fill_relationships(self, month: int, batch: MonthBatch) -> None:
        """Fill in the columns of the relationship, as far as anybody reads them."""
        rows, nothing = batch.rows.T, np.zeros(batch.customer.size, np.int64)
        tenure, failed = (
            rows[STATE["tenure"]] + month,
            rows[STATE["last_failure_month"]],
        )
        batch.recent_failures = batch.last_recovery = nothing
        batch.relation = batch.years = nothing
        if self.needs_earlier_failures:
            is_recent = (failed >= 0) & (month - failed <= self.world.memory.forgets)
            batch.recent_failures = (
                np.minimum(rows[STATE["recent_failures"]], 2) * is_recent
            )
            batch.last_recovery = rows[STATE["last_recovery"]] * is_recent
        if self.tables.is_read["relation"]:
            age = sum(((tenure >= months) for months in AGES), nothing)
            batch.relation = np.maximum(0, age - (batch.satisfaction_before < FOND))
        if self.company.records.tenure:
            batch.years = np.minimum(tenure // 12, YEARS) + 1

    # ------------------------------------------------------------------ earlier claims

    def _number_histories(self, month: int, batch: MonthBatch) -> Ints:
        """Return numbers for what is remembered of earlier claims."""
        numbers = np.zeros(batch.customer.size, np.int64)
        if not self.tables.reads_history:
            return numbers
        claim_rows, records = np.flatnonzero(batch.is_claim), self.company.records
        window = (1 << 2 * records.months) - 1
        bits = _shift_claim_marks(month, batch.rows.T, claim_rows) >> 2 & window
        if not records.dates:
            unconfirmed = np.bitwise_count(bits & _UNCONFIRMED).astype(np.int64)
            confirmed = np.bitwise_count(bits & _CONFIRMED)
            bits = gather_cells(self.people.arrays.undated, unconfirmed, confirmed)
        if self.company.keeps_amounts:
            customers = batch.customer[claim_rows]
            numbers[claim_rows] = self._number_histories_with_awards(
                month - records.months, customers, bits
            )
        else:
            numbers[claim_rows] = self.tables.find_or_add_history_numbers(bits)
        return numbers

    def _number_histories_with_awards(
        self, first: int, customers: Ints, bits: Ints
    ) -> list[int]:
        numbers: list[int] = []
        for customer, shown in zip(customers.tolist(), bits.tolist(), strict=True):
            known = self.awards.get(customer, ())
            awards = tuple(minor for at, minor in known if at >= first)
            numbers.append(self.tables.find_or_add_history_number(shown, awards))
        return numbers

    def record_claims(self, month: int, batch: MonthBatch) -> None:
        """Record the claims, in the rows of the batch."""
        claim_rows, rows = np.flatnonzero(batch.is_claim), batch.rows.T
        kept = _shift_claim_marks(month, rows, claim_rows) & ((1 << MARKS) - 1)
        rows[STATE["claim_marks"]][claim_rows] = kept | (
            1 + batch.is_confirmed[claim_rows]
        )
        rows[STATE["last_claim_month"]][claim_rows] = month
        if self.company.keeps_amounts:
            customers, paid = batch.customer[claim_rows], batch.paid[claim_rows]
            for customer, minor in zip(customers.tolist(), paid.tolist(), strict=True):
                known = self.awards.get(customer, ())
                self.awards[customer] = (*known[1 - MARKS // 2 :], (month, minor))

    # --------------------------------------------------------------------- the answers

    def _play_moves_until_closed(
        self, month: int, batch: MonthBatch, case: Ints, place: Ints
    ) -> Ints:
        """Play the customers' moves until the cases at some places are closed."""
        turn = 0
        while place.size:
            standing = case[place]
            move = self.tables.ending["is_open"][standing] * np.int64(
                CustomerMove.ACCEPT
            )
            if self._may_reopen or self._may_contest:
                customers = batch.customer[place]
                halves = self.people.draw_upper_halves_for(
                    f"answer {turn}", month, customers
                )
                felt = self.find_or_add_reactions(batch, standing, place)
                self._overwrite_moves_by_chance(move, standing, felt, halves)
            goes_on = np.flatnonzero(move)
            place, move = place[goes_on], move[goes_on]
            case[place] = self.tables.find_or_add_moved_cases(standing[goes_on], move)
            turn += 1
            if not self._may_reopen:
                place = place[self.tables.ending["is_open"][case[place]] > 0]
        return case

    def _overwrite_moves_by_chance(
        self, move: Ints, case: Ints, felt: Ints, halves: Ints
    ) -> None:
        """Change moves by chance: contest an offer, or reopen a case."""
        is_open, reaction = move > 0, self.tables.reaction
        move[is_open & (halves < reaction["contests"][felt])] = CustomerMove.CONTEST
        is_first = self.tables.ending["is_first_cycle"][case] > 0
        comes_back = is_first & (halves < reaction["reopens"][felt])
        move[~is_open & comes_back] = CustomerMove.REOPEN

    def find_or_add_reactions(
        self, batch: MonthBatch, case: Ints, place: Any = slice(None)
    ) -> Ints:
        """Look up what is felt about cases, wherever they stand."""
        return self.tables.find_or_add_reactions(
            case, batch.columns_by_name(self.tables.personal_column_names, place)
        )

    def _settle_within_budget(
        self,
        month: int,
        batch: MonthBatch,
        opening: Mapping[str, Ints],
        history: Ints,
        case: Ints,
    ) -> Ints:
        """Settle the cases of a branch one after the other, until the money is gone."""
        budget, customers = self.company.budget, batch.customer
        limit = 0 if budget is None else budget.minor
        place = np.flatnonzero(batch.is_claim)
        _, order = self.branches.draw_arrivals_and_service_order(
            month, customers[place]
        )
        offered, spent = self.tables.ending["offered"][case], dict[int, int]()
        for row in place[order].tolist():
            single = slice(row, row + 1)
            branch = int(customers[row]) // self.world.branch_size
            spent_before = spent.get(branch, 0)
            if spent_before + int(offered[row]) > limit:
                exhausted: dict[str, Any] = {
                    name: column[single] for name, column in opening.items()
                }
                exhausted["is_over"] = 1
                case[single] = self.tables.find_or_add_opened_cases(
                    exhausted, history[single], 1
                )
            self._play_moves_until_closed(month, batch, case, np.array([row]))
            spent[branch] = spent_before + int(self.tables.ending["paid"][case[row]])
        return case


def _shift_claim_marks(month: int, rows: Ints, claim_rows: Ints) -> Ints:
    """Return the marks of earlier claims, moved on to where they are now."""
    claimed, history = (
        rows[STATE["last_claim_month"]][claim_rows],
        rows[STATE["claim_marks"]][claim_rows],
    )
    months: Ints = month - claimed.astype(np.int64)
    aged: Ints = history << 2 * np.minimum(months, _GONE)
    return aged
