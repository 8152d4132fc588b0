"""From reactionary causes to the roots that set them off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from .._domain import checks
from .._domain.attribution import Attribution, Cause, Party
from .._domain.claim import Claim
from .._domain.reason import Reason
from ._causes import lay_to, with_causes
from .rules import AttributionRule, ByWeight

__all__ = ["ToRoots"]

_BROKEN: Final[Mapping[str, str]] = {
    "parent-not-named": "nobody named the cause that set it off",
    "parent-ambiguous": "more than one cause goes by the name of what set it off",
    "parent-cycle": "its chain comes back to itself and has no root",
}


def _by_name(causes: tuple[Cause, ...]) -> dict[str, list[Cause]]:
    named: dict[str, list[Cause]] = {}
    for cause in causes:
        named.setdefault(cause.name, []).append(cause)
    return named


def _flaw(found: list[Cause], chain: Mapping[str, Cause]) -> str | None:
    if len(found) != 1:
        return "parent-ambiguous" if found else "parent-not-named"
    return "parent-cycle" if found[0].name in chain else None


def _resolve(cause: Cause, named: Mapping[str, list[Cause]]) -> tuple[Cause, Reason]:
    """Follow the parents of a cause to its root, or to where the chain breaks."""
    here, chain = cause, {cause.name: cause}
    while here.parent is not None:
        found = named.get(here.parent, [])
        if code := _flaw(found, chain):
            read = {"cause": cause.name, "parent": here.parent}
            why = Reason(code, f"{cause.name} is unknown: {_BROKEN[code]}", read)
            return lay_to(cause, Cause(cause.name, Party.UNKNOWN)), why
        here = found[0]
        chain[here.name] = here
    # A chain is no surer than its weakest link: a doubtful one must not ride on the
    # proof of its root. The parent becomes the root, so resolving again is harmless.
    sure = min(link.confidence for link in chain.values())
    resolved = attrs.evolve(lay_to(cause, here), parent=here.name, confidence=sure)
    read = {"cause": cause.name, "root": here.name, "party": str(here.party)}
    why = Reason("resolved-to-root", f"{here.name} set off {cause.name}", read)
    return resolved, why


@attrs.frozen
class ToRoots:
    """Resolve each chain of causes to its root, then ask another rule.

    The weight of a reactionary cause goes to the party of its root; it keeps its name
    and points straight at the root, so that the weight behind every root can be added
    up. It is no surer than the weakest link of its chain. Where the chain has no root
    (a parent nobody named, a name that two causes share, a cycle), its weight is
    unknown, and a reason says why. Causes that merely share a name count each for
    itself.

    Args:
        rule: Reads the resolved causes.

    Raises:
        InvalidValueError: The rule cannot be asked.

    Source: IATA AHM 730, codes 91 to 96, for reactionary delays; BTS, where "late
        aircraft" points at an earlier flight. The weakest link: ours.
    """

    rule: AttributionRule = attrs.field(factory=ByWeight, validator=checks.function)

    def __call__(self, claim: Claim, /) -> Attribution:
        """Lay the failure to parties by the roots of its causes."""
        named = _by_name(claim.failure.causes)
        causes: list[Cause] = []
        reasons: list[Reason] = []
        for cause in claim.failure.causes:
            if cause.parent is None:
                causes.append(cause)
                continue
            resolved, why = _resolve(cause, named)
            causes.append(resolved)
            reasons.append(why)
        found = self.rule(with_causes(claim, tuple(causes)))
        return attrs.evolve(
            found,
            causes=found.causes or tuple(causes),
            because=(*reasons, *found.because),
        )
