"""Within control, required for safety, outside control: the classes of the APPR."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final

from .._domain.attribution import Attribution, Cause, Controllability, Party

__all__ = [
    "CLASSES",
    "OUTSIDE",
    "SAFETY",
    "SCHEDULED_MAINTENANCE",
    "WITHIN",
    "appr_control",
]

WITHIN: Final = "within control"
SAFETY: Final = "required for safety"
OUTSIDE: Final = "outside control"

# The best for the passenger first: it has a tie.
CLASSES: Final = (WITHIN, SAFETY, OUTSIDE)

SCHEDULED_MAINTENANCE: Final = "scheduled maintenance"
"""What to call a cause, or the parent it names, that scheduled maintenance found."""

# Section 10(1): weather, authorities, security, the passengers.
_OUTSIDERS: Final = frozenset(
    {Party.NATURE, Party.AUTHORITY, Party.CUSTOMER, Party.OTHER_CUSTOMER}
)


def appr_control(attribution: Attribution) -> str:
    """Sort a disruption into one of the three classes of control.

    The most significant class decides: every party's share is split among its causes
    by their weights, and goes to the class of each. A cause that another set off is
    of the class of its root: a delay knocked on from a storm is outside control. What
    safety required counts as such, unless scheduled maintenance found it: call the
    cause, or the parent it names, ``"scheduled maintenance"``. A cause is outside
    control where it is on record as uncontrollable, or where nobody says and it lies
    with nature, an authority or a passenger. All else is within control, the unknown
    part with it.

    Args:
        attribution: Whose doing it was.

    Returns:
        ``"within control"``, ``"required for safety"`` or ``"outside control"``.

    Source: APPR, SOR/2019-150, ss. 1(1) and 10 to 12; Canadian Transportation Agency,
        Decision 122-C-A-2021, for the most significant reason. That what nobody knows
        speaks for the passenger: ours.

    Example:
        >>> crew = Cause("crew missing", "firm")
        >>> brakes = Cause("brakes", "firm", weight=2, is_safety=True)
        >>> appr_control(Attribution.by_weight((crew, brakes)))
        'required for safety'
    """
    causes_by_name = {cause.name: cause for cause in attribution.causes}
    share_by_class: dict[str, Fraction] = dict.fromkeys(CLASSES, Fraction())
    for party, share in attribution.shares:
        for control_class, part in _iter_classes_with_parts(
            party, attribution.causes, causes_by_name
        ):
            share_by_class[control_class] += share * part
    return max(CLASSES, key=share_by_class.__getitem__)


def _iter_classes_with_parts(
    party: str, causes: Iterable[Cause], causes_by_name: Mapping[str, Cause]
) -> Iterator[tuple[str, Fraction]]:
    """Split a party's share among its causes, each with its class."""
    own_causes = [cause for cause in causes if cause.party == party and cause.weight]
    total_weight = sum((cause.weight for cause in own_causes), Fraction())
    for cause in own_causes:
        yield (
            _control_class_of_chain(_causal_chain_to_root(cause, causes_by_name)),
            cause.weight / total_weight,
        )
    if not own_causes:
        yield _default_control_class(party), Fraction(1)


def _causal_chain_to_root(
    cause: Cause, causes_by_name: Mapping[str, Cause]
) -> tuple[Cause, ...]:
    """Follow what set a cause off, to its root or to where the chain breaks."""
    chain = [cause]
    while (parent := chain[-1].parent) is not None:
        parent_cause = causes_by_name.get(parent)
        if parent_cause is None or parent_cause in chain:
            break
        chain.append(parent_cause)
    return tuple(chain)


def _control_class_of_chain(chain: tuple[Cause, ...]) -> str:
    root = chain[-1]
    if root.controllability is Controllability.UNCONTROLLABLE:
        return OUTSIDE
    names_in_chain = {name for cause in chain for name in (cause.name, cause.parent)}
    if root.is_safety and SCHEDULED_MAINTENANCE not in names_in_chain:
        return SAFETY
    if root.controllability is Controllability.CONTROLLABLE:
        return WITHIN
    return _default_control_class(root.party)


def _default_control_class(party: str) -> str:
    return OUTSIDE if party in _OUTSIDERS else WITHIN
