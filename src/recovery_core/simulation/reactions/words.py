"""Apologies: how well they are made, and what they weigh against money."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar

import attrs

from ..._domain import checks
from ..._domain.failure import Aspect, Detection
from ..._domain.number_checks import number_range_checker
from . import parameters
from ._steps import (
    NEUTRAL,
    PERSONAL_NONE,
    clamp,
    is_genuine_and_answered,
    with_clamped_justice_change,
    with_justice,
)
from .encounter import Encounter
from .felt import Felt, Justice

__all__ = ["ApologyQuality", "MoneyOrWords"]


def _check_three_falling_shares(
    instance: object, attribute: checks.FieldOfClass, value: Any
) -> None:
    """Refuse numbers that rise where they should fall."""
    is_tuple_of_shares = parameters.is_tuple_of_shares(value, parameters.THREE)
    if not is_tuple_of_shares or any(a <= b for a, b in pairwise(value)):
        mend = (
            "give three falling numbers from 1 to 0: empathy, owning responsibility, "
            "timing"
        )
        checks.refuse(instance, attribute, value, mend)


@attrs.frozen(kw_only=True)
class ApologyQuality:
    """A lift of interactional justice by how well the company apologizes.

    An apology is as good as it is empathic, owns responsibility, and comes early. It
    matters more where the process failed, and so does who spoke first: justice rises
    where the company noticed before anybody complained, and falls where no apology
    was made. Whoever kept silent has heard nothing.

    Args:
        weights: Of empathy, owning responsibility and timing, falling.
        reach: What the best of apologies adds to justice, from 0 to 1.
        missing: What lacking one takes, from 0 to 1.
        initiative: What it adds that the company came first, from 0 to 1.
        process: Factor on all three where the process failed, from 1 to 3.
        half_hours: Hours after which an apology has lost half of its timing, from 1
            to 8760.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Roschk & Kaiser (2013): empathy counts more than intensity, and intensity
        more than timing, and empathy more for process failures; Smith, Bolton &
        Wagner (1999): apology and initiative speak to interactional justice, and
        weigh more for process failures. Order only; the sizes are ours. Intensity is
        read as owning responsibility.

    Example:
        >>> best = Encounter(empathy=1.0, owns=True)
        >>> round(ApologyQuality()(best, Felt()).justice.interactional, 2)
        0.9
    """

    reads: ClassVar[frozenset[str]] = frozenset({"empathy"})

    weights: tuple[float, float, float] = attrs.field(
        default=(0.5, 0.3, 0.2), validator=_check_three_falling_shares
    )
    reach: float = attrs.field(default=0.4, validator=number_range_checker(0, 1))
    missing: float = attrs.field(default=0.2, validator=number_range_checker(0, 1))
    initiative: float = attrs.field(default=0.05, validator=number_range_checker(0, 1))
    process: float = attrs.field(default=1.25, validator=number_range_checker(1, 3))
    half_hours: float = attrs.field(
        default=24.0, validator=number_range_checker(1, 8760)
    )

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Judge the apology, or the lack of one."""
        if not is_genuine_and_answered(encounter):
            return felt
        change = self.reach * self._apology_quality_from_0_to_1(encounter)
        if not encounter.apologized:
            change = -self.missing
        if encounter.detection is Detection.COMPANY:
            change += self.initiative
        if encounter.kind.aspect is Aspect.PROCESS:
            change *= self.process
        return with_clamped_justice_change(felt, interactional_change=change)

    def _apology_quality_from_0_to_1(self, encounter: Encounter) -> float:
        empathy, intensity, timing = self.weights
        # A hyperbola that halves at `half_hours`: being late never makes it worthless.
        early = self.half_hours / (self.half_hours + encounter.response_hours)
        good = empathy * encounter.empathy + intensity * encounter.owns + timing * early
        return good / (empathy + intensity + timing)


@attrs.frozen
class MoneyOrWords:
    """The weight of what was given against what was said: the field disagrees.

    Riders who were late spent more after a coupon than after any wording, and less
    after a bare apology than after none. Buyers who had complained in public took it
    back for an apology, and far fewer for a little money. The two differ in setting
    and in what was counted, and neither is refuted; so this is a parameter. At 1/2
    both count in full. Towards 0 words fade, and an apology that comes with nothing
    else does harm; towards 1 money fades.

    An apology that is made again, because the recovery failed, loses at any weight.

    Args:
        words: Weight of words from 0, where only money counts, to 1.
        bare: Interactional justice that an apology with nothing else takes where
            words weigh nothing, from 0 to 1.
        again: Interactional justice that every repeated apology takes, from 0 to 1.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: for money, Halperin, Ho, List & Muir (2022), 1.5 million riders; for words,
        Abeler et al. (2009): 45 % withdrew a complaint for an apology, 21 to 23 % for
        EUR 2.50 or 5. Signs only; the sizes are ours.

    Example:
        >>> just = Justice(distributive=0.9, interactional=0.9)
        >>> weighed = MoneyOrWords(1.0)(Encounter(), Felt(justice=just)).justice
        >>> weighed.distributive, weighed.interactional
        (0.5, 0.9)
    """

    reads: ClassVar[frozenset[str]] = PERSONAL_NONE

    words: float = attrs.field(default=0.5, validator=number_range_checker(0, 1))
    bare: float = attrs.field(
        default=0.2, validator=number_range_checker(0, 1), kw_only=True
    )
    again: float = attrs.field(
        default=0.1, validator=number_range_checker(0, 1), kw_only=True
    )

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Weigh the two sides."""
        if not is_genuine_and_answered(encounter):
            return felt
        justice = felt.justice
        weighed = Justice(
            distributive=_keep_part_beyond_neutral(
                justice.distributive, 2 * (1 - self.words)
            ),
            procedural=justice.procedural,
            interactional=_keep_part_beyond_neutral(
                justice.interactional, 2 * self.words
            ),
        )
        return with_clamped_justice_change(
            with_justice(felt, weighed),
            interactional_change=-self._harm_of_repeated_or_bare_apology(encounter),
        )

    def _harm_of_repeated_or_bare_apology(self, encounter: Encounter) -> float:
        if not encounter.apologized:
            return 0.0
        harm = self.again * (encounter.cycle - 1)
        if not encounter.kinds and encounter.worth <= 0:
            harm += self.bare * max(1 - 2 * self.words, 0.0)
        return harm


def _keep_part_beyond_neutral(side: float, part: float) -> float:
    """Return a side of justice moved towards neutral, of which a part is kept."""
    return NEUTRAL + (side - NEUTRAL) * clamp(part)
