"""What happens in a month: who is failed, by what, and who makes something up."""

from __future__ import annotations

from typing import Final

import numpy as np

from .branches import Branches
from .chances import BOLD, HONESTY
from .draws import Words
from .interning import Ints
from .month_batch import MonthBatch
from .people import STATE, People, count_thresholds_passed_by_each, gather_cells

__all__ = ["draw_failures_and_false_claims"]

_SHAMELESS: Final = HONESTY.index("opportunist")


def draw_failures_and_false_claims(
    month: int, words: Words, people: People, branches: Branches
) -> MonthBatch:
    """Draw what happens in a month, and what becomes known of it.

    Args:
        month: Which month.
        words: The word of each customer for it; the upper half tells of failures.
        people: The customers.
        branches: What they share.
    """
    customers, risk, genuine = _draw_failed_and_pretending_customers(
        month, words, people, branches
    )
    batch = MonthBatch(
        customer=customers,
        month=np.full(customers.size, month, np.int64),
        risk=risk,
        is_genuine=genuine,
        rows=people.copy_rows(customers),
    )
    if customers.size:
        _fill_in_details(month, batch, people)
    return batch


def _draw_failed_and_pretending_customers(
    month: int, words: Words, people: People, branches: Branches
) -> tuple[Ints, Ints, Ints]:
    failed, risk = _draw_failed_customers_and_risks(words, people)
    is_unprevented = branches.draw_is_unprevented(month, failed, risk)
    failed, risk = failed[is_unprevented], risk[is_unprevented]
    false = _draw_pretenders(month, failed, people)
    if not false.size:
        return failed, risk, np.ones(failed.size, np.int64)
    pretext = count_thresholds_passed_by_each(
        people.chances.pretexts, people.draw_upper_halves_for("pretext", month, false)
    )
    genuine = np.repeat([1, 0], [failed.size, false.size])
    return (
        np.concatenate([failed, false]),
        np.concatenate([risk, pretext]),
        genuine,
    )


def _draw_failed_customers_and_risks(words: Words, people: People) -> tuple[Ints, Ints]:
    """Draw who is failed, and by what, if nothing prevents it."""
    bounds, worst = people.arrays.failing, int(people.arrays.failing.max())
    if not worst:
        nobody = np.zeros(0, np.int64)
        return nobody, nobody
    # The word behind the bound may be too large, never the last.
    candidates = np.flatnonzero(words <= np.uint64((worst << 32) - 1))
    candidates = candidates[people.is_present[candidates]]
    halves = (words[candidates] >> np.uint64(32)).view(np.int64)
    if people.arrays.is_uniform:
        return candidates, count_thresholds_passed_by_each(bounds[0].tolist(), halves)
    risk = (halves[:, None] >= bounds[people.column("tier", candidates)]).sum(1)
    is_failed = risk < len(people.chances.risks)
    return candidates[is_failed], risk[is_failed]


def _draw_pretenders(month: int, failed: Ints, people: People) -> Ints:
    """Draw who claims though nothing failed."""
    customers, tempts = people.tempted, people.arrays.tempts
    if not customers.size:
        return customers
    halves = people.draw_upper_halves_for("false claim", month, customers)
    candidates = np.flatnonzero(people.is_present[customers] & (halves < tempts.max()))
    customers, halves = customers[candidates], halves[candidates]
    is_spared = np.ones(people.count, np.bool_)
    is_spared[failed] = False
    rows = people.copy_rows(customers).T
    honesty, grievance = rows[STATE["honesty"]], rows[STATE["grievance"]]
    bounds = tempts[honesty, grievance, rows[STATE["boldness"]] + BOLD]
    does: Ints = customers[is_spared[customers] & (halves < bounds)]
    return does


def _fill_in_details(month: int, batch: MonthBatch, people: People) -> None:
    """Draw what each failure is like, and what becomes known of it."""
    chances, arrays, customers, rows = (
        people.chances,
        people.arrays,
        batch.customer,
        batch.rows.T,
    )
    genuine, mode = batch.is_genuine, people.arrays.mode_of[batch.risk]
    place = _count_thresholds_passed_by_row(
        arrays.severities,
        mode,
        people.draw_upper_halves_for("severity", month, customers),
    )
    batch.severity = gather_cells(arrays.severity_values, mode, place)
    batch.facts = _draw_fact_codes(month, customers, mode, people)
    batch.is_compound = people.draw_flags_by_row(
        "compound", month, customers, arrays.compound, mode
    )
    batch.tier = rows[STATE["tier"]]
    _fill_in_detection_and_claims(month, batch, mode, people)
    blames = people.draw_flags("blame", month, customers, chances.blames)
    batch.blames_firm = blames & ~arrays.is_firm[batch.risk]
    batch.has_proof = people.draw_flags_by_row(
        "proof", month, customers, arrays.proof, genuine
    )
    confirmed = people.draw_flags("confirmation", month, customers, chances.confirmed)
    batch.is_confirmed = confirmed & genuine
    batch.is_insatiable = people.draw_flags(
        "insatiable", 0, customers, chances.insatiable
    )
    batch.expectation = people.draw_trait_numbers(
        "expectation", customers, chances.expectations
    )
    ago = month - rows[STATE["updated_month"]]
    batch.satisfaction_before = people.fade_satisfaction(
        rows[STATE["satisfaction"]], ago
    )


def _fill_in_detection_and_claims(
    month: int, batch: MonthBatch, mode: Ints, people: People
) -> None:
    """Draw who complains, and where the company notices first."""
    chances, arrays, customers = people.chances, people.arrays, batch.customer
    voice = people.draw_trait_numbers("voice", customers, chances.voices)
    bound = gather_cells(arrays.complains, batch.severity, voice)
    complains = people.draw_upper_halves_for("complaint", month, customers) < bound
    complains |= batch.rows[:, STATE["honesty"]] == _SHAMELESS
    is_detected = people.draw_flags_by_row(
        "detection", month, customers, arrays.detected, mode
    )
    batch.is_detected = is_detected * batch.is_genuine
    batch.is_claim = complains | (batch.is_genuine == 0) | (is_detected > 0)


def _draw_fact_codes(month: int, customers: Ints, mode: Ints, people: People) -> Ints:
    code = np.zeros(customers.size, np.int64)
    if people.chances.fact_codes == 1:
        return code
    for number, spreads in enumerate(people.chances.facts):
        rows_of_mode = np.flatnonzero(mode == number)
        for place, bounds in enumerate(spreads):
            value = count_thresholds_passed_by_each(
                bounds,
                people.draw_upper_halves_for(
                    f"fact {place}", month, customers[rows_of_mode]
                ),
            )
            code[rows_of_mode] = code[rows_of_mode] * (len(bounds) + 1) + value
    return code


def _count_thresholds_passed_by_row(bounds: Ints, rows: Ints, halves: Ints) -> Ints:
    """Count the bounds of its own row that each half has passed."""
    if len(bounds) == 1:
        return count_thresholds_passed_by_each(bounds[0].tolist(), halves)
    passed: Ints = (halves[:, None] >= bounds[rows]).sum(1)
    return passed
