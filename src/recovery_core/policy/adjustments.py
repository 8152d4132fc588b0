"""Arithmetic on awards: what can be cut, what is left, what is said about it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import attrs

from .._domain.money import Money, Rounding
from .._domain.reason import Reason
from .._domain.remedy import Award, Remedy, RemedyKind, total
from ..errors import InvalidValueError, PolicyError

__all__ = [
    "add_reasons",
    "award_rank",
    "check_monetary_kind",
    "check_money_not_negative",
    "check_one_currency",
    "check_share_not_negative",
    "cut_award_to_cap",
    "describe_cap_effect",
    "find_worth_of_sums",
    "fit_to_room_or_none",
    "fit_to_room_unless_shielded",
    "list_values",
    "multiply_award_sums",
    "pool_awards",
    "subtract_earlier",
    "subtract_earlier_with_reason",
    "worth_of_cheapest_choice",
    "worth_or_zero",
]


def add_reasons(award: Award, *reasons: Reason, after: Iterable[Reason] = ()) -> Award:
    """Return an award with more reasons behind its own, and older ones before them.

    Each stands once.
    """
    all_reasons: list[Reason] = []
    for reason in (*after, *award.because, *reasons):
        if reason not in all_reasons:  # a handful: comparing is faster than hashing
            all_reasons.append(reason)
    return Award(award.alternatives, award.amends, tuple(all_reasons), award.valid_for)


def list_values(remedies: Iterable[Remedy]) -> list[Money]:
    """List what the remedies that have a value are worth."""
    return [remedy.value for remedy in remedies if remedy.value is not None]


def check_one_currency(policy_name: str, amount: Money, other_amount: Money) -> None:
    """Refuse to measure one currency by another.

    Raises:
        PolicyError: They differ.
    """
    if amount.currency != other_amount.currency:
        raise PolicyError(
            f"{policy_name} cannot measure {amount} by {other_amount}: give both in "
            "one currency, or convert inside the policy at a rate of your choice"
        )


def pool_awards(policy_name: str, awards: Iterable[Award]) -> Award:
    """Join awards into one: alternatives without repeats, all the amends.

    The whole stands only as long as its shortest part.

    Raises:
        PolicyError: They are in two currencies.
    """
    several = tuple(awards)
    worths = [award.worth for award in several if award.worth is not None]
    for worth in worths[1:]:
        check_one_currency(policy_name, worths[0], worth)
    spans = [award.valid_for for award in several if award.valid_for is not None]
    return Award(
        tuple(dict.fromkeys(r for award in several for r in award.alternatives)),
        tuple(r for award in several for r in award.amends),
        tuple(dict.fromkeys(r for award in several for r in award.because)),
        min(spans, default=None),
    )


def fit_to_room_unless_shielded(remedy: Remedy, room: Money) -> Remedy | None:
    """Return a remedy cut to the room there is; None where nothing of it fits.

    What is shielded, by law or as care, stays as it is.
    """
    return remedy if remedy.is_shielded else fit_to_room_or_none(remedy, room)


def fit_to_room_or_none(remedy: Remedy, room: Money) -> Remedy | None:
    """Return a remedy cut to the room there is; None where nothing of it fits.

    Only sums can be cut: a thing that is too large goes whole.
    """
    if remedy.value is None or remedy.value <= room:
        return remedy
    if room.minor <= 0 or not remedy.is_divisible:
        return None
    return attrs.evolve(remedy, value=room)


def _fit_amends_and_room_left(
    amends: Iterable[Remedy], room: Money
) -> tuple[tuple[Remedy, ...], Money]:
    """Keep amends from the first on while there is room; say what room is left."""
    kept: list[Remedy] = []
    for remedy in amends:
        part = fit_to_room_unless_shielded(remedy, room)
        if part is not None:
            kept.append(part)
            if part.value is not None and not part.is_shielded:
                room -= part.value
    return tuple(kept), room


def cut_award_to_cap(award: Award, cap: Money) -> Award:
    """Cut an award so that no choice is worth more than a cap; never law or care.

    The amends yield first, the last before the first; then each alternative.
    """
    kept = total(list_values(r for r in award.amends if r.is_shielded))
    free = cap if kept is None else cap - kept
    # What can never fit must not cost the amends their place.
    fitting = [
        r
        for r in award.alternatives
        if r.is_divisible or fit_to_room_unless_shielded(r, free)
    ]
    dearest = max(list_values(fitting), default=Money.zero(cap.currency))
    amends, left = _fit_amends_and_room_left(award.amends, free - dearest)
    parts = (fit_to_room_unless_shielded(remedy, left + dearest) for remedy in fitting)
    alternatives = dict.fromkeys(part for part in parts if part is not None)
    return attrs.evolve(award, alternatives=tuple(alternatives), amends=amends)


def _remedy_rest_and_still_owing(
    remedy: Remedy, owing: Money
) -> tuple[Remedy | None, Money]:
    """Subtract a sum from one remedy; return what stays, and what is still owing."""
    if remedy.value is None or not remedy.kind.is_set_off:
        return remedy, owing
    if remedy.value <= owing:
        return None, owing - remedy.value
    if not owing or not remedy.is_divisible:
        return remedy, owing
    return attrs.evolve(remedy, value=remedy.value - owing), owing - owing


def subtract_earlier(award: Award, earlier: Money) -> Award:
    """Subtract a sum from every choice: from the amends, the last first, then each.

    A thing is either covered whole or left whole.
    """
    amends: list[Remedy] = []
    for remedy in reversed(award.amends):
        stays, earlier = _remedy_rest_and_still_owing(remedy, earlier)
        if stays is not None:
            amends.insert(0, stays)
    parts = (
        _remedy_rest_and_still_owing(remedy, earlier)[0]
        for remedy in award.alternatives
    )
    alternatives = dict.fromkeys(part for part in parts if part is not None)
    return attrs.evolve(award, alternatives=tuple(alternatives), amends=tuple(amends))


def worth_or_zero(award: Award, currency: str) -> Money:
    """Return what an award is worth; nothing of a currency where it has no value."""
    return award.worth or Money.zero(currency)


def worth_of_cheapest_choice(award: Award, currency: str) -> Money:
    """Add up what the customer gets who makes the cheapest choice with a value."""
    parts = list_values(award.amends)
    choices = list_values(award.alternatives)
    if choices:
        parts.append(min(choices))
    return total(parts) or Money.zero(currency)


def subtract_earlier_with_reason(award: Award, earlier: Money) -> Award:
    """Return an award less what was given earlier, with the reason."""
    was, rest = worth_or_zero(award, earlier.currency), subtract_earlier(award, earlier)
    now = worth_or_zero(rest, earlier.currency)
    read = {"earlier": earlier, "was": was, "now": now}
    text = "what was given earlier on this case is taken off"
    return add_reasons(rest, Reason("set-off", text, read))


def _multiply_values(
    remedies: tuple[Remedy, ...], share: Fraction, rounding: Rounding
) -> tuple[Remedy, ...]:
    """Multiply every sum; what comes to nothing is left out."""
    kept: list[Remedy] = []
    for remedy in remedies:
        if remedy.value is None or not remedy.is_divisible:
            kept.append(remedy)
        elif part := remedy.value.times(share, rounding=rounding):
            kept.append(attrs.evolve(remedy, value=part))
    return tuple(kept)


def find_worth_of_sums(award: Award) -> Money | None:
    """Return the most an award can cost in sums alone; None where it has none."""
    alternatives = tuple(r for r in award.alternatives if r.is_divisible)
    amends = tuple(r for r in award.amends if r.is_divisible)
    return Award(alternatives, amends).worth


def multiply_award_sums(award: Award, share: Fraction, rounding: Rounding) -> Award:
    """Return an award with a share of every sum; things stay whole."""
    alternatives = _multiply_values(award.alternatives, share, rounding)
    return attrs.evolve(
        award,
        alternatives=tuple(dict.fromkeys(alternatives)),
        amends=_multiply_values(award.amends, share, rounding),
    )


def check_money_not_negative(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse what is no Money of 0 or more; an attrs validator."""
    if not isinstance(value, Money) or value.minor < 0:
        raise InvalidValueError(
            f"{attribute.name} cannot be {value!r}: give Money of 0 or more, such as "
            'Money("20.00", "EUR")'
        )


def check_monetary_kind(instance: Any, attribute: Any, value: Any) -> None:
    """Refuse a kind of remedy that is not money or as good as; an attrs validator."""
    if not isinstance(value, RemedyKind) or not value.is_monetary:
        raise InvalidValueError(
            f"{attribute.name} cannot be {value!r}: give RemedyKind.CASH, REFUND or "
            "CREDIT"
        )


def describe_cap_effect(cap: Money, worth_before: Money, worth_after: Money) -> str:
    """Return in words what a cap did to an award."""
    if worth_after > cap:
        return "above the cap stands only what no cap may touch"
    return "within the cap" if worth_before <= cap else "cut to the cap"


def award_rank(award: Award) -> tuple[bool, int]:
    """Return the key by which awards sort: worth, and any award above an empty one."""
    return not award.is_empty, award.worth.minor if award.worth else 0


def check_share_not_negative(instance: Any, attribute: Any, value: Fraction) -> None:
    """Refuse a share below 0."""
    if value < 0:
        raise InvalidValueError(f"a share cannot be {value}: give 0 or more")
