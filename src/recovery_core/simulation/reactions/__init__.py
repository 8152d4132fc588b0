"""Reactions: what a failure and its recovery do to a customer's satisfaction.

A reaction model is any function from `Encounter` and `Felt` to `Felt`. The ready-made
ones each hold one finding of the literature and name it; `usual` puts them in order,
`feel` lets them speak one after the other, and `reads_of` tells what they read of the
person. What a source gave no size for has its sign from the source and its size from
us, and says so. `Temptation` is another question: who claims though nothing failed.
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
from .default import usual
from .encounter import PERSONAL, Encounter, Handling, LastRecovery, ReactionModel
from .felt import Felt, Justice
from .history import Betrayal, DoubleDeviation, Negativity
from .in_kind import MatchInKind
from .pipeline import feel, reads_of
from .satisfaction import JusticeSatisfaction
from .severity import SeverityLoss
from .temptation import Honesty, Temptation
from .trouble import Effort, Waiting
from .words import ApologyQuality, MoneyOrWords

__all__ = [
    "PERSONAL",
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
    "feel",
    "reads_of",
    "usual",
]
