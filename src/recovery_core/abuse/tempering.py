"""What a verdict changes in an award; and what no verdict ever touches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs

from .._domain.money import Money
from .._domain.reason import Reason
from .._domain.remedy import Award, Remedy, RemedyKind
from .._domain.verdict import Action, Verdict

_HELD: Final = frozenset({Action.ASK_EVIDENCE, Action.REVIEW})

_Change: TypeAlias = Callable[[Award, Verdict], Award]


def temper(
    award: Award, verdict: Verdict, at: datetime
) -> tuple[Award, tuple[Reason, ...]]:
    """Change an award as far as a verdict asks for it.

    - IN_KIND turns cash and refunds into credit of the same value.
    - CAP cuts what has a value until every alternative, with the amends that come
      with it, is within the cap. The amends give way first, the last of them
      before the first: the alternatives meet the need, amends come on top. Money is
      cut to what is left; anything else cannot be cut, and goes where it does not
      fit. What has no value (points, a redo) stays.
    - REFUSE leaves what `entitlement` does.
    - Every other action changes nothing; see `must_hold` for the wait.

    What the law grants, care and explanations are never touched, and count toward
    no cap. An expired verdict changes nothing, and neither does a cap in another
    currency than the award: that offer waits, so nothing is paid by accident. Where
    two alternatives become the same, one is left. The result is never worth more,
    and tempering it again changes nothing.

    Args:
        award: What the policy gives.
        verdict: What the detector said.
        at: The moment of offering; aware.

    Returns:
        The award, and why it was changed: what stood before and after, then the
        reasons of the verdict. No reasons where nothing changed.

    Source: ours; that the law's part is out of reach follows from the law.
    """
    change = _CHANGES.get(verdict.action)
    if change is None or not verdict.is_standing(at):
        return award, ()
    tempered = change(award, verdict)
    if tempered == award:
        return award, ()
    # Credit beside a refund is a usual choice; credit beside credit is none.
    choices = tuple(dict.fromkeys(tempered.alternatives))
    tempered = attrs.evolve(tempered, alternatives=choices)
    return tempered, (
        _build_tempering_reason(award, tempered, verdict),
        *verdict.reasons,
    )


def must_hold(award: Award, verdict: Verdict, at: datetime) -> bool:
    """Return whether the offer has to wait for evidence or for a person.

    So it does on ASK_EVIDENCE and REVIEW, and on a CAP in another currency than
    what it caps. An award that no verdict may touch never waits.

    Args:
        award: What is to be offered.
        verdict: What the detector said.
        at: The moment of offering; aware.

    Source: ours.
    """
    waits = verdict.action in _HELD or not _is_cap_comparable(award, verdict.cap)
    return waits and verdict.is_standing(at) and entitlement(award) != award


def entitlement(award: Award) -> Award:
    """Leave what no verdict may touch: the law's part, care and explanations.

    Source: ours.
    """
    return attrs.evolve(
        award,
        alternatives=tuple(r for r in award.alternatives if r.is_shielded),
        amends=tuple(r for r in award.amends if r.is_shielded),
    )


def _find_discretionary_value(remedy: Remedy) -> Money | None:
    return None if remedy.is_shielded else remedy.value


def _is_cap_comparable(award: Award, cap: Money | None) -> bool:
    values = map(_find_discretionary_value, award.remedies)
    return cap is None or all(v is None or v.currency == cap.currency for v in values)


def _convert_payouts_to_credit(award: Award, _verdict: Verdict) -> Award:
    """Return an award with all cash and refunds as credit, except what is shielded."""
    return attrs.evolve(
        award,
        alternatives=tuple(map(_convert_payout_to_credit, award.alternatives)),
        amends=tuple(map(_convert_payout_to_credit, award.amends)),
    )


def _convert_payout_to_credit(remedy: Remedy) -> Remedy:
    if remedy.is_shielded or not remedy.kind.is_paid_out:
        return remedy
    return attrs.evolve(remedy, kind=RemedyKind.CREDIT)


def _cut_award_to_cap(award: Award, verdict: Verdict) -> Award:
    """Return an award cut so that no choice exceeds the cap of the verdict."""
    if verdict.cap is None or not _is_cap_comparable(award, verdict.cap):
        return award
    cap = verdict.cap.minor
    choices = [
        cut
        for each in award.alternatives
        for cut in _iter_remedies_cut_to_room([each], cap)
    ]
    # The amends come with whatever is chosen, so the dearest choice bounds them.
    room = cap - max(map(_minor_units_against_cap, choices), default=0)
    amends = tuple(_iter_remedies_cut_to_room(award.amends, room))
    return attrs.evolve(award, alternatives=tuple(choices), amends=amends)


def _minor_units_against_cap(remedy: Remedy) -> int:
    value = _find_discretionary_value(remedy)
    return 0 if value is None else value.minor


def _iter_remedies_cut_to_room(
    remedies: Iterable[Remedy], room: int
) -> Iterable[Remedy]:
    """Yield remedies as far as there is room, each taking its part of it."""
    for remedy in remedies:
        cut = _cut_remedy_or_none(remedy, room)
        if cut is not None:
            room -= _minor_units_against_cap(cut)
            yield cut


def _cut_remedy_or_none(remedy: Remedy, room: int) -> Remedy | None:
    """Return a remedy cut to the room there is; None where nothing of it fits."""
    value = _find_discretionary_value(remedy)
    if value is None or value.minor <= room:
        return remedy
    if not room or not remedy.kind.is_monetary:
        return None
    return attrs.evolve(remedy, value=Money.from_minor(room, value.currency))


def _reduce_to_entitlement(award: Award, _verdict: Verdict) -> Award:
    return entitlement(award)


_CHANGES: Final[Mapping[Action, _Change]] = MappingProxyType(
    {
        Action.IN_KIND: _convert_payouts_to_credit,
        Action.CAP: _cut_award_to_cap,
        Action.REFUSE: _reduce_to_entitlement,
    }
)


def _build_tempering_reason(award: Award, tempered: Award, verdict: Verdict) -> Reason:
    """Build the reason that lists what was given before and after."""
    name = verdict.action.name.lower().replace("_", "-")
    return Reason(
        f"tempered-{name}",
        f"the verdict {verdict.action.name} changed the award",
        {"before": _format_remedies(award), "after": _format_remedies(tempered)},
    )


def _format_remedies(award: Award) -> str:
    return ", ".join(map(str, award.remedies)) or "nothing"
