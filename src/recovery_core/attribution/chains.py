"""From reactionary causes to the roots that set them off."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar, Final

import attrs

from .._domain import checks
from .._domain.attribution import Attribution, Cause, Party
from .._domain.claim import Claim
from .._domain.reason import Reason
from ._causes import with_failure_causes, with_side_of
from .rules import AttributionRule, ByWeight

__all__ = ["ToRoots"]

_BROKEN: Final[Mapping[str, str]] = {
    "parent-not-named": "nobody named the cause that set it off",
    "parent-ambiguous": "more than one cause goes by the name of what set it off",
    "parent-cycle": "its chain comes back to itself and has no root",
}


def _causes_by_name(causes: tuple[Cause, ...]) -> dict[str, list[Cause]]:
    """Group causes by name: several may share one."""
    named: dict[str, list[Cause]] = {}
    for cause in causes:
        named.setdefault(cause.name, []).append(cause)
    return named


@attrs.frozen
class _ChainEnd:
    """Where the chain of a cause ends: at its root, or at the parent it breaks at."""

    root: Cause | None
    confidence: Fraction
    flaw: str = ""
    parent: str = ""


class _Chains:
    """The causes of one failure, each followed to its root once.

    What is found of the causes on the way is kept: else every link of a long chain
    would be walked again for each link before it.
    """

    def __init__(self, causes: tuple[Cause, ...]) -> None:
        self._named = _causes_by_name(causes)
        self._ends: dict[str, _ChainEnd] = {}

    def find_chain_end(self, cause: Cause) -> _ChainEnd:
        """Follow the parents of a cause to its root, or to where the chain breaks."""
        if cause.name in self._ends:
            return self._ends[cause.name]
        path, here = {cause.name: cause}, cause
        while (end := self._find_end_here(here, path)) is None:
            here = self._named[str(here.parent)][0]
            path[here.name] = here
        is_on_ring = end.flaw == "parent-cycle" and here.parent in path
        for link in reversed(path.values()):
            # A chain is no surer than its weakest link: a doubtful one must not ride
            # on the proof of its root.
            end = attrs.evolve(end, confidence=min(end.confidence, link.confidence))
            kept = attrs.evolve(end, parent=link.name) if is_on_ring else end
            if len(self._named[link.name]) == 1:
                self._ends[link.name] = kept
            is_on_ring = is_on_ring and link.name != end.parent
        return end

    def _find_end_here(
        self, here: Cause, path: Mapping[str, Cause]
    ) -> _ChainEnd | None:
        """Return what ends the chain here, as far as is known; None if it goes on."""
        if here.parent is None:
            return _ChainEnd(here, here.confidence)
        found = len(self._named.get(here.parent, ()))
        flaw = "parent-ambiguous" if found > 1 else "" if found else "parent-not-named"
        if not flaw and here.parent in path:
            flaw = "parent-cycle"
        if flaw:
            return _ChainEnd(None, here.confidence, flaw, here.parent)
        return self._ends.get(here.parent)


def _resolve_cause_to_root(cause: Cause, chains: _Chains) -> tuple[Cause, Reason]:
    """Lay a cause to the root that set it off, or to nobody where there is none."""
    end = chains.find_chain_end(cause)
    if end.root is None:
        read = {"cause": cause.name, "parent": end.parent}
        text = f"{cause.name} is unknown: {_BROKEN[end.flaw]}"
        unknown = with_side_of(cause, Cause(cause.name, Party.UNKNOWN))
        return unknown, Reason(end.flaw, text, read)
    # The parent becomes the root, so resolving again is harmless.
    resolved = attrs.evolve(
        with_side_of(cause, end.root), parent=end.root.name, confidence=end.confidence
    )
    read = {"cause": cause.name, "root": end.root.name, "party": str(end.root.party)}
    why = Reason("resolved-to-root", f"{end.root.name} set off {cause.name}", read)
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

    __tag__: ClassVar[str] = "ToRoots"

    rule: AttributionRule = attrs.field(factory=ByWeight, validator=checks.function)

    def __call__(self, claim: Claim, /) -> Attribution:
        """Lay the failure to parties by the roots of its causes."""
        chains = _Chains(claim.failure.causes)
        causes: list[Cause] = []
        reasons: list[Reason] = []
        for cause in claim.failure.causes:
            if cause.parent is None:
                causes.append(cause)
                continue
            resolved, why = _resolve_cause_to_root(cause, chains)
            causes.append(resolved)
            reasons.append(why)
        found = self.rule(with_failure_causes(claim, tuple(causes)))
        return attrs.evolve(
            found,
            causes=found.causes or tuple(causes),
            because=(*reasons, *found.because),
        )
