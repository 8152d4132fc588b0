"""From loss, justice, anger and betrayal to the two changes of satisfaction."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

import attrs

from ..._domain import checks
from ..._domain.failure import Aspect, Severity
from ..._domain.number_checks import number_range_checker
from . import parameters
from ._steps import NEUTRAL, with_clamped_satisfaction_change
from .encounter import Encounter, Handling
from .felt import Felt

__all__ = ["JusticeSatisfaction"]

_Weights: TypeAlias = tuple[float, float, float]


@attrs.frozen(kw_only=True)
class JusticeSatisfaction:
    """Two changes of satisfaction from what is felt: at once, and lasting.

    A failure takes its loss. A recovery that is felt to be more just than expected
    gives a share of the loss back, and after a mild failure some delight, so that
    the transaction can end slightly above where it began: the recovery paradox, rare
    and small. There is no delight in what lasts. A recovery less just than expected
    takes more on top, and a complaint in vain is worse than none. Anger goes with the
    transaction, betrayal stays.

    Where nobody complained there is the loss, and the anger at its cause. Where
    nothing failed, being paid pleases a little and being refused displeases.

    Args:
        transaction: Weights of distributive, procedural and interactional justice in
            the change at once.
        lasting: The same in the change of cumulative satisfaction.
        tilt: How far a failure of the outcome moves weight to distributive and
            procedural justice, and one of the process to interactional, from 0 to 1.
        share: Part of the loss that perfect justice gives back, from 0 to 1; below
            1, nothing severe is brought back to par.
        delight: What perfect justice adds after a mild failure, from 0 to 1.
        mild: The gravest failure that counts as mild.
        injury: What utter injustice takes, and a share of the loss with it, from 0
            to 1; more than delight, since losses loom larger.
        rebuff: What a complaint in vain takes besides, from 0 to 1.
        carry: Part of a change at once that lasts, from 0 to 1.
        anger: What a whole anger takes at once, from 0 to 1.
        betrayal: What a whole betrayal takes at once, from 0 to 1.
        betrayal_lasting: What it takes from cumulative satisfaction, from 0 to 1.
        leeway: How far expectations shift what is neutral: the distance between
            those of 0 and of 1, from 0 to 0.8.
        bonus: What being paid for nothing gives, from 0 to 1.
        penalty: What being refused for nothing takes, from 0 to 1.

    Raises:
        InvalidValueError: A parameter cannot be; the message names the mend.

    Source: Orsingher, Valentini & de Angelis (2010): distributive before interactional
        justice, and both far before procedural; Gelbrich & Roschk (2011): cumulative
        satisfaction depends slightly more on interactional justice; Smith, Bolton &
        Wagner (1999) for outcome and process, and for losses that loom larger;
        Magnini et al. (2007) and Michel & Meuter (2008): a paradox is rare and small,
        and wants a mild failure; Knox & van Oest (2014): none in purchases; Wirtz &
        McColl-Kennedy (2010): claiming more does not satisfy more. Signs and orders
        only; the sizes are ours.

    Example:
        >>> model = JusticeSatisfaction()
        >>> silent = Encounter(handling=Handling.SILENT)
        >>> model(silent, Felt(loss=0.2)).transaction
        -0.2
    """

    reads: ClassVar[frozenset[str]] = frozenset({"expectation", "is_insatiable"})

    transaction: tuple[float, float, float] = attrs.field(
        default=(0.52, 0.10, 0.38), validator=parameters.check_three_shares_not_all_0
    )
    lasting: tuple[float, float, float] = attrs.field(
        default=(0.40, 0.10, 0.50), validator=parameters.check_three_shares_not_all_0
    )
    tilt: float = attrs.field(default=0.1, validator=number_range_checker(0, 1))
    share: float = attrs.field(default=0.65, validator=number_range_checker(0, 1))
    delight: float = attrs.field(default=0.1, validator=number_range_checker(0, 1))
    mild: Severity = attrs.field(
        default=Severity.MODERATE, validator=checks.of_type(Severity)
    )
    injury: float = attrs.field(default=0.12, validator=number_range_checker(0, 1))
    rebuff: float = attrs.field(default=0.02, validator=number_range_checker(0, 1))
    carry: float = attrs.field(default=0.5, validator=number_range_checker(0, 1))
    anger: float = attrs.field(default=0.1, validator=number_range_checker(0, 1))
    betrayal: float = attrs.field(default=0.1, validator=number_range_checker(0, 1))
    betrayal_lasting: float = attrs.field(
        default=0.15, validator=number_range_checker(0, 1)
    )
    leeway: float = attrs.field(default=0.4, validator=number_range_checker(0, 0.8))
    bonus: float = attrs.field(default=0.02, validator=number_range_checker(0, 1))
    penalty: float = attrs.field(default=0.04, validator=number_range_checker(0, 1))

    def __call__(self, encounter: Encounter, felt: Felt, /) -> Felt:
        """Change satisfaction, at once and lasting."""
        if not encounter.is_genuine:
            change = self._change_after_false_claim(encounter)
            return with_clamped_satisfaction_change(felt, change, change)
        at_once, lasting = -felt.loss, -felt.loss
        if encounter.handling is not Handling.SILENT:
            is_mild = encounter.severity <= self.mild
            delight = self.delight if is_mild else 0.0
            at_once += self._change_by_answer(
                encounter, felt, self.transaction, delight
            )
            lasting += self._change_by_answer(encounter, felt, self.lasting, 0.0)
        # Anger passes, so it is no part of what lasts; betrayal stays (see `history`).
        hurt = self.anger * felt.anger + self.betrayal * felt.betrayal
        stays = self.betrayal_lasting * felt.betrayal
        return with_clamped_satisfaction_change(
            felt, at_once - hurt, self.carry * lasting - stays
        )

    def _change_after_false_claim(self, encounter: Encounter) -> float:
        """Return what being paid for nothing gives, or being refused takes."""
        paid = encounter.handling is Handling.RESOLVED and encounter.worth > 0
        return self.bonus if paid else -self.penalty

    def _change_by_answer(
        self,
        encounter: Encounter,
        felt: Felt,
        justice_weights: _Weights,
        delight: float,
    ) -> float:
        """Return what the company's answer gives back, or takes on top."""
        quality = self._answer_quality_from_minus_1_to_1(
            encounter,
            felt,
            self._weights_tilted_by_failure_aspect(encounter, justice_weights),
        )
        in_vain = encounter.handling is Handling.UNRESOLVED
        if in_vain or encounter.is_insatiable:
            # Who got nothing, or is never satisfied, can only be hurt by an answer.
            quality = min(quality, 0.0)
        best = delight if quality > 0 else self.injury
        answer = quality * (best + self.share * felt.loss)
        return answer - self.rebuff if in_vain else answer

    def _answer_quality_from_minus_1_to_1(
        self, encounter: Encounter, felt: Felt, weights: _Weights
    ) -> float:
        """Return from -1 to 1 how the answer compares with what was expected."""
        justice = felt.justice
        sides = (justice.distributive, justice.procedural, justice.interactional)
        # The mean is weighted, so that weights need not sum to one.
        fairness = sum(w * side for w, side in zip(weights, sides, strict=True))
        fairness /= sum(weights)
        neutral = NEUTRAL + self.leeway * (encounter.expectation - NEUTRAL)
        # Scaled on either side, so that the best answer is 1 and the worst is -1.
        room = 1 - neutral if fairness > neutral else neutral
        return (fairness - neutral) / room

    def _weights_tilted_by_failure_aspect(
        self, encounter: Encounter, weights: _Weights
    ) -> _Weights:
        """Return the weights, shifted to outcome or process by the kind of failure."""
        is_outcome = encounter.kind.aspect is Aspect.OUTCOME
        tilt = self.tilt if is_outcome else -self.tilt
        distributive, procedural, interactional = weights
        return (
            distributive * (1 + tilt),
            procedural * (1 + tilt),
            interactional * (1 - tilt),
        )
