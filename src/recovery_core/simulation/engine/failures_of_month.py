"""What happens in a month: who is failed, by what, and who makes something up."""

from __future__ import annotations

from typing import Final

import numpy as np

from .branches import Branches
from .chances import BOLD, HONESTY
from .draws import Words
from .interning import Ints
from .month_batch import MonthBatch
from .people import STATE, People, cell, picked

__all__ = ["happens"]

_SHAMELESS: Final = HONESTY.index("opportunist")


def happens(month: int, words: Words, people: People, branches: Branches) -> MonthBatch:
    """Say what happens in a month, and what becomes known of it.

    Args:
        month: Which month.
        words: The word of each customer for it; the upper half tells of failures.
        people: The customers.
        branches: What they share.
    """
    who, risk, genuine = _whom(month, words, people, branches)
    batch = MonthBatch(
        customer=who,
        month=np.full(who.size, month, np.int64),
        risk=risk,
        is_genuine=genuine,
        rows=people.taken(who),
    )
    if who.size:
        _detail(month, batch, people)
    return batch


def _whom(
    month: int, words: Words, people: People, branches: Branches
) -> tuple[Ints, Ints, Ints]:
    failed, risk = _failing(words, people)
    happens = branches.unprevented(month, failed, risk)
    failed, risk = failed[happens], risk[happens]
    false = _pretending(month, failed, people)
    if not false.size:
        return failed, risk, np.ones(failed.size, np.int64)
    pretext = picked(people.c.pretexts, people.halves("pretext", month, false))
    genuine = np.repeat([1, 0], [failed.size, false.size])
    return (
        np.concatenate([failed, false]),
        np.concatenate([risk, pretext]),
        genuine,
    )


def _failing(words: Words, people: People) -> tuple[Ints, Ints]:
    """Find who is failed, and by what, if nothing prevents it."""
    bounds, worst = people.a.failing, int(people.a.failing.max())
    if not worst:
        nobody = np.zeros(0, np.int64)
        return nobody, nobody
    # The word behind the bound may be too large, never the last.
    could = np.flatnonzero(words <= np.uint64((worst << 32) - 1))
    could = could[people.here[could]]
    halves = (words[could] >> np.uint64(32)).view(np.int64)
    if people.a.is_uniform:
        return could, picked(bounds[0].tolist(), halves)
    risk = (halves[:, None] >= bounds[people.get("tier", could)]).sum(1)
    is_failed = risk < len(people.c.risks)
    return could[is_failed], risk[is_failed]


def _pretending(month: int, failed: Ints, people: People) -> Ints:
    """Find who claims though nothing failed."""
    who, tempts = people.tempted, people.a.tempts
    if not who.size:
        return who
    halves = people.halves("false claim", month, who)
    could = np.flatnonzero(people.here[who] & (halves < tempts.max()))
    who, halves = who[could], halves[could]
    is_spared = np.ones(people.count, np.bool_)
    is_spared[failed] = False
    rows = people.taken(who).T
    honesty, grievance = rows[STATE["honesty"]], rows[STATE["grievance"]]
    bounds = tempts[honesty, grievance, rows[STATE["boldness"]] + BOLD]
    does: Ints = who[is_spared[who] & (halves < bounds)]
    return does


def _detail(month: int, batch: MonthBatch, people: People) -> None:
    """Draw what each failure is like, and what becomes known of it."""
    c, a, who, rows = people.c, people.a, batch.customer, batch.rows.T
    genuine, mode = batch.is_genuine, people.a.mode_of[batch.risk]
    place = _passed(a.severities, mode, people.halves("severity", month, who))
    batch.severity = cell(a.severity_values, mode, place)
    batch.facts = _facts(month, who, mode, people)
    batch.is_compound = people.chances("compound", month, who, a.compound, mode)
    batch.tier = rows[STATE["tier"]]
    _raise(month, batch, mode, people)
    blames = people.chance("blame", month, who, c.blames)
    batch.blames_firm = blames & ~a.is_firm[batch.risk]
    batch.has_proof = people.chances("proof", month, who, a.proof, genuine)
    confirmed = people.chance("confirmation", month, who, c.confirmed)
    batch.is_confirmed = confirmed & genuine
    batch.is_insatiable = people.chance("insatiable", 0, who, c.insatiable)
    batch.expectation = people.person("expectation", who, c.expectations)
    ago = month - rows[STATE["updated_month"]]
    batch.satisfaction_before = people.faded(rows[STATE["satisfaction"]], ago)


def _raise(month: int, batch: MonthBatch, mode: Ints, people: People) -> None:
    """Say who complains, and where the company noticed first."""
    c, a, who = people.c, people.a, batch.customer
    voice = people.person("voice", who, c.voices)
    bound = cell(a.complains, batch.severity, voice)
    complains = people.halves("complaint", month, who) < bound
    complains |= batch.rows[:, STATE["honesty"]] == _SHAMELESS
    is_detected = people.chances("detection", month, who, a.detected, mode)
    batch.is_detected = is_detected * batch.is_genuine
    batch.is_claim = complains | (batch.is_genuine == 0) | (is_detected > 0)


def _facts(month: int, who: Ints, mode: Ints, people: People) -> Ints:
    code = np.zeros(who.size, np.int64)
    if people.c.fact_codes == 1:
        return code
    for number, spreads in enumerate(people.c.facts):
        mine = np.flatnonzero(mode == number)
        for place, bounds in enumerate(spreads):
            value = picked(bounds, people.halves(f"fact {place}", month, who[mine]))
            code[mine] = code[mine] * (len(bounds) + 1) + value
    return code


def _passed(bounds: Ints, rows: Ints, halves: Ints) -> Ints:
    """Count the bounds of its own row that each half has passed."""
    if len(bounds) == 1:
        return picked(bounds[0].tolist(), halves)
    passed: Ints = (halves[:, None] >= bounds[rows]).sum(1)
    return passed
