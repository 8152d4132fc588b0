"""Abuse: judge a claim, never a person, and temper an award accordingly.

A detector is any function from `Claim` to `Verdict`. The ready-made ones count only
claims that nobody confirmed, and name what they read; `worst_of`, `shadow`,
`expiring` and `Tolerant` make new ones of them. `temper` says what a verdict changes
in an award, `entitlement` what is out of its reach.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy_face

__all__ = [
    "AbuseDetector",
    "ClaimRate",
    "ClaimVelocity",
    "Tolerant",
    "ValueConcentration",
    "entitlement",
    "expiring",
    "shadow",
    "temper",
    "worst_of",
]

if TYPE_CHECKING:
    from .combinators import expiring, shadow, worst_of
    from .detectors import ClaimVelocity, ValueConcentration
    from .hook import AbuseDetector
    from .rate import ClaimRate
    from .tempering import entitlement, temper
    from .tolerance import Tolerant
else:
    __getattr__, __dir__ = lazy_face(
        __name__,
        {
            "combinators": (
                "expiring",
                "shadow",
                "worst_of",
            ),
            "detectors": (
                "ClaimVelocity",
                "ValueConcentration",
            ),
            "hook": ("AbuseDetector",),
            "rate": ("ClaimRate",),
            "tempering": (
                "entitlement",
                "temper",
            ),
            "tolerance": ("Tolerant",),
        },
    )
