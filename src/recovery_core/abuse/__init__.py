"""Abuse: judge a claim, never a person, and temper an award accordingly.

A detector is any function from `Claim` to `Verdict`. The ready-made ones count only
claims that nobody confirmed, and name what they read; `worst_of`, `shadow`,
`expiring` and `Tolerant` make new ones of them. `temper` says what a verdict changes
in an award, `must_hold` whether the offer waits, `entitlement` what is out of reach.
"""

from .combinators import expiring, shadow, worst_of
from .detectors import ClaimVelocity, ValueConcentration
from .hook import AbuseDetector, judge
from .rate import ClaimRate
from .tempering import entitlement, must_hold, temper
from .tolerance import Tolerant

__all__ = [
    "AbuseDetector",
    "ClaimRate",
    "ClaimVelocity",
    "Tolerant",
    "ValueConcentration",
    "entitlement",
    "expiring",
    "judge",
    "must_hold",
    "shadow",
    "temper",
    "worst_of",
]
