"""The reaction models that ship together, in an order that makes sense."""

from __future__ import annotations

from .causes import PerceivedCause
from .compensation import Compensation, GroupPlateau, Overcompensation
from .encounter import ReactionModel
from .history import Betrayal, DoubleDeviation, Negativity
from .in_kind import MatchInKind
from .satisfaction import JusticeSatisfaction
from .severity import SeverityLoss
from .trouble import Effort, Waiting
from .words import ApologyQuality, MoneyOrWords

__all__ = ["default_models"]


def default_models() -> tuple[ReactionModel, ...]:
    """Return the models that ship as the default, in the order they speak.

    First what was lost, then how just the recovery is, side by side; then whose
    doing it was, what words weigh, and what history makes of it; then satisfaction;
    and last what a second failure forbids.

    Returns:
        A new tuple of models with their default parameters; put another in its
        place, leave one out, or add your own.

    Source: each model names its own; the order is ours.

    Example:
        >>> from recovery_core.simulation.reactions import (
        ...     Encounter, Handling, apply_models
        ... )
        >>> kept_back = Encounter(handling=Handling.SILENT)
        >>> models = default_models()
        >>> noticed = apply_models(models, Encounter()).lasting
        >>> noticed > apply_models(models, kept_back).lasting
        True
    """
    return (
        SeverityLoss(),
        Compensation(),
        Overcompensation(),
        GroupPlateau(),
        MatchInKind(),
        ApologyQuality(),
        Waiting(),
        Effort(),
        PerceivedCause(),
        MoneyOrWords(),
        Betrayal(),
        Negativity(),
        JusticeSatisfaction(),
        DoubleDeviation(),
    )
