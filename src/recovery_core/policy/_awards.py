"""Arithmetic on awards: what can be cut, what is left, what is said about it."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from .._domain.money import Money
from .._domain.reason import Reason
from .._domain.remedy import Award, Remedy, total
from ..errors import PolicyError

__all__ = [
    "because",
    "cut",
    "fitted",
    "less",
    "one_currency",
    "pooled",
    "values",
    "within",
]


def because(award: Award, *reasons: Reason, after: Iterable[Reason] = ()) -> Award:
    """Add reasons behind those there are, each once; `after` names older ones."""
    told: list[Reason] = []
    for reason in (*after, *award.because, *reasons):
        if reason not in told:  # a handful: comparing is faster than hashing
            told.append(reason)
    return Award(award.alternatives, award.amends, tuple(told), award.valid_for)


def values(remedies: Iterable[Remedy]) -> list[Money]:
    """List what the remedies that have a value are worth."""
    return [remedy.value for remedy in remedies if remedy.value is not None]


def one_currency(what: str, one: Money, other: Money) -> None:
    """Refuse to measure one currency by another.

    Raises:
        PolicyError: They differ.
    """
    if one.currency != other.currency:
        raise PolicyError(
            f"{what} cannot measure {one} by {other}: give both in one currency, or "
            "convert inside the policy at a rate of your choice"
        )


def pooled(what: str, awards: Iterable[Award]) -> Award:
    """Put awards into one: alternatives without repeats, all the amends.

    The whole stands only as long as its shortest part.

    Raises:
        PolicyError: They are in two currencies.
    """
    given = tuple(awards)
    worths = [award.worth for award in given if award.worth is not None]
    for worth in worths[1:]:
        one_currency(what, worths[0], worth)
    spans = [award.valid_for for award in given if award.valid_for is not None]
    return Award(
        tuple(dict.fromkeys(r for award in given for r in award.alternatives)),
        tuple(r for award in given for r in award.amends),
        tuple(dict.fromkeys(r for award in given for r in award.because)),
        min(spans, default=None),
    )


def cut(remedy: Remedy, room: Money) -> Remedy | None:
    """Cut a remedy to the room there is; a thing that is too large goes whole."""
    return remedy if remedy.is_shielded else fitted(remedy, room)


def fitted(remedy: Remedy, room: Money) -> Remedy | None:
    """Cut a remedy to the room there is, shielded or not."""
    if remedy.value is None or remedy.value <= room:
        return remedy
    if room.minor <= 0 or not remedy.is_divisible:
        return None
    return attrs.evolve(remedy, value=room)


def _fill(amends: Iterable[Remedy], room: Money) -> tuple[tuple[Remedy, ...], Money]:
    """Keep amends from the first on while there is room; say what room is left."""
    kept: list[Remedy] = []
    for remedy in amends:
        part = cut(remedy, room)
        if part is not None:
            kept.append(part)
            if part.value is not None and not part.is_shielded:
                room -= part.value
    return tuple(kept), room


def within(award: Award, cap: Money) -> Award:
    """Cut an award so that no choice is worth more than a cap; never law or care.

    The amends yield first, the last before the first; then each alternative.
    """
    kept = total(values(r for r in award.amends if r.is_shielded))
    free = cap if kept is None else cap - kept
    # What can never fit must not cost the amends their place.
    fitting = [r for r in award.alternatives if r.is_divisible or cut(r, free)]
    dearest = max(values(fitting), default=Money.zero(cap.currency))
    amends, left = _fill(award.amends, free - dearest)
    parts = (cut(remedy, left + dearest) for remedy in fitting)
    alternatives = dict.fromkeys(part for part in parts if part is not None)
    return attrs.evolve(award, alternatives=tuple(alternatives), amends=amends)


def _take(remedy: Remedy, owing: Money) -> tuple[Remedy | None, Money]:
    """Take a sum off one remedy; say what stays, and what is still to be taken."""
    if remedy.value is None or not remedy.kind.is_set_off:
        return remedy, owing
    if remedy.value <= owing:
        return None, owing - remedy.value
    if not owing or not remedy.is_divisible:
        return remedy, owing
    return attrs.evolve(remedy, value=remedy.value - owing), owing - owing


def less(award: Award, earlier: Money) -> Award:
    """Take a sum off every choice: off the amends, the last first, then each choice.

    A thing is either covered whole or left whole.
    """
    amends: list[Remedy] = []
    for remedy in reversed(award.amends):
        stays, earlier = _take(remedy, earlier)
        if stays is not None:
            amends.insert(0, stays)
    parts = (_take(remedy, earlier)[0] for remedy in award.alternatives)
    alternatives = dict.fromkeys(part for part in parts if part is not None)
    return attrs.evolve(award, alternatives=tuple(alternatives), amends=tuple(amends))
