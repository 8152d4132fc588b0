"""Reactions: what a failure and its recovery do to a customer's satisfaction.

A reaction model is any function from `Encounter` and `Felt` to `Felt`. Each of those
that ship implements one finding of the literature and names it; `default_models` puts
them in order, and `apply_models` applies them one after the other. Where a source has
no size, its sign is used with a size of ours, and the docstring says so. `Temptation`
answers another question: who claims though nothing failed.
"""

from .calibrated import Additive, ByPath, RecoveryPath
from .causes import PerceivedCause
from .compensation import (
    AcceptedService,
    Compensation,
    GroupPlateau,
    Overcompensation,
    RejectedService,
)
from .default import default_models
from .encounter import Encounter, Handling, LastRecovery, ReactionModel
from .felt import Felt, Justice
from .history import Betrayal, DoubleDeviation, Negativity
from .in_kind import MatchInKind
from .pipeline import apply_models
from .satisfaction import JusticeSatisfaction
from .severity import SeverityLoss
from .temptation import Honesty, Temptation
from .trouble import Effort, Waiting
from .words import ApologyQuality, MoneyOrWords

__all__ = [
    "AcceptedService",
    "Additive",
    "ApologyQuality",
    "Betrayal",
    "ByPath",
    "Compensation",
    "DoubleDeviation",
    "Effort",
    "Encounter",
    "Felt",
    "GroupPlateau",
    "Handling",
    "Honesty",
    "Justice",
    "JusticeSatisfaction",
    "LastRecovery",
    "MatchInKind",
    "MoneyOrWords",
    "Negativity",
    "Overcompensation",
    "PerceivedCause",
    "ReactionModel",
    "RecoveryPath",
    "RejectedService",
    "SeverityLoss",
    "Temptation",
    "Waiting",
    "apply_models",
    "default_models",
]
