"""Service recovery: acknowledge, apologize, offer, make amends, feed back.

The front door: the values, the engine, and cases as JSON. The rooms behind it are
`recovery_core.process`, `policy`, `tables`, `schedules`, `attribution`, `abuse`,
`authority`, `events`, `service_levels` and `errors`. For tests there is
`recovery_core.testing`, which needs the extra `testing`; for experiments
`recovery_core.simulation`, which needs the extra `batch`. A name or a room is loaded
when it is first asked for.
"""

from typing import TYPE_CHECKING

from ._lazy import lazy_face
from ._version import __version__ as __version__

__all__ = [
    "Act",
    "Action",
    "Aspect",
    "Attribution",
    "Award",
    "Calendar",
    "Case",
    "Cause",
    "Claim",
    "Conduct",
    "Contradiction",
    "Controllability",
    "Customer",
    "Detection",
    "Due",
    "Event",
    "Fact",
    "Facts",
    "FailureKind",
    "Fate",
    "Locus",
    "Money",
    "Offer",
    "Origin",
    "Party",
    "PastClaim",
    "Reason",
    "RecoveryEngine",
    "RecoveryError",
    "Remedy",
    "RemedyKind",
    "Resource",
    "Rounding",
    "ServiceFailure",
    "ServiceLevel",
    "Severity",
    "Stability",
    "Timing",
    "Verdict",
    "events_from_json",
    "events_to_json",
    "from_json",
    "to_json",
]

if TYPE_CHECKING:
    from . import abuse as abuse
    from . import attribution as attribution
    from . import authority as authority
    from . import errors as errors
    from . import events as events
    from . import policy as policy
    from . import process as process
    from . import schedules as schedules
    from . import service_levels as service_levels
    from . import simulation as simulation
    from . import tables as tables
    from ._domain.attribution import (
        Attribution,
        Cause,
        Controllability,
        Locus,
        Party,
        Stability,
    )
    from ._domain.calendar import Calendar
    from ._domain.case import Case
    from ._domain.claim import Claim
    from ._domain.customer import Customer, PastClaim
    from ._domain.due import Contradiction, Due, Fate
    from ._domain.events import Offer
    from ._domain.failure import (
        Act,
        Aspect,
        Detection,
        FailureKind,
        Origin,
        Resource,
        ServiceFailure,
        Severity,
    )
    from ._domain.log import Event
    from ._domain.money import Money, Rounding
    from ._domain.reason import Fact, Facts, Reason
    from ._domain.remedy import Award, Remedy, RemedyKind
    from ._domain.service_level import ServiceLevel, Timing
    from ._domain.verdict import Action, Conduct, Verdict
    from .codec.stored import events_from_json, events_to_json, from_json, to_json
    from .engine import RecoveryEngine
    from .errors import RecoveryError
else:
    __getattr__, _list_names = lazy_face(
        __name__,
        {
            "_domain.attribution": (
                "Attribution",
                "Cause",
                "Controllability",
                "Locus",
                "Party",
                "Stability",
            ),
            "_domain.calendar": ("Calendar",),
            "_domain.case": ("Case",),
            "_domain.claim": ("Claim",),
            "_domain.customer": ("Customer", "PastClaim"),
            "_domain.due": ("Contradiction", "Due", "Fate"),
            "_domain.events": ("Offer",),
            "_domain.failure": (
                "Act",
                "Aspect",
                "Detection",
                "FailureKind",
                "Origin",
                "Resource",
                "ServiceFailure",
                "Severity",
            ),
            "_domain.log": ("Event",),
            "_domain.money": ("Money", "Rounding"),
            "_domain.reason": ("Fact", "Facts", "Reason"),
            "_domain.remedy": ("Award", "Remedy", "RemedyKind"),
            "_domain.service_level": ("ServiceLevel", "Timing"),
            "_domain.verdict": ("Action", "Conduct", "Verdict"),
            "codec.stored": (
                "events_from_json",
                "events_to_json",
                "from_json",
                "to_json",
            ),
            "engine": ("RecoveryEngine",),
            "errors": ("RecoveryError",),
        },
        rooms=(
            "abuse",
            "attribution",
            "authority",
            "errors",
            "events",
            "policy",
            "process",
            "schedules",
            "service_levels",
            "simulation",
            "tables",
        ),
    )

    def __dir__() -> list[str]:
        """List what can be had: the laboratory only where its extra is installed."""
        from ._importing import has_extra  # noqa: PLC0415 - loads errors, and Fraction

        missing = set() if has_extra("batch") else {"simulation"}
        return [name for name in _list_names() if name not in missing]
