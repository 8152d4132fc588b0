"""Service recovery: acknowledge, apologize, offer, make amends, feed back.

The front door. Values and the engine are here; the rooms behind it are
`recovery_core.process`, `policy`, `tables`, `attribution`, `abuse`, `authority`,
`events`, `service_levels` and `errors`. Who tests imports `recovery_core.testing`
besides, which needs the extra `testing`; who experiments has
`recovery_core.simulation`, which needs the extra `batch`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from . import abuse, attribution, errors, process
from ._domain.attribution import (
    Attribution,
    Cause,
    Controllability,
    Locus,
    Party,
    Stability,
)
from ._domain.case import Case
from ._domain.claim import Claim
from ._domain.customer import Customer, PastClaim
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
from ._domain.remedy import Award, Fate, Remedy, RemedyKind
from ._domain.service_level import ServiceLevel, Timing
from ._domain.verdict import Action, Conduct, Verdict
from ._importing import has_extra
from ._version import __version__ as __version__
from .engine import RecoveryEngine
from .errors import RecoveryError, TransitionNotAllowedError
from .process import FIVE_STEPS, Process, State, Trigger, replay

__all__ = [
    "FIVE_STEPS",
    "Act",
    "Action",
    "Aspect",
    "Attribution",
    "Award",
    "Case",
    "Cause",
    "Claim",
    "Conduct",
    "Controllability",
    "Customer",
    "Detection",
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
    "Process",
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
    "State",
    "Timing",
    "TransitionNotAllowedError",
    "Trigger",
    "Verdict",
    "abuse",
    "attribution",
    "authority",
    "errors",
    "events",
    "events_from_json",
    "events_to_json",
    "from_json",
    "policy",
    "process",
    "replay",
    "schedules",
    "service_levels",
    "tables",
    "to_json",
]


# What needs an extra is a room as well, but no part of `import *`.
_ROOMS = {
    "authority",
    "events",
    "policy",
    "schedules",
    "service_levels",
    "simulation",
    "tables",
}
_CODEC = {"events_from_json", "events_to_json", "from_json", "to_json"}

if TYPE_CHECKING:
    from . import authority, events, policy, schedules, service_levels, tables
    from . import simulation as simulation
    from .codec import events_from_json, events_to_json, from_json, to_json
else:
    # Hidden from type checkers, to which any name would now be one.
    def __getattr__(name: str) -> object:
        """Load the rooms the engine does without when they are first asked for."""
        if name in _ROOMS:
            return import_module(f".{name}", __name__)
        if name in _CODEC:
            return getattr(import_module(".codec", __name__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        """List what can be had, loaded or not.

        Completion asks for every name listed, and one that raises ends it for all.
        """
        listed = {*__all__, *_ROOMS, *(name for name in globals() if name[:2] == "__")}
        if not has_extra("batch"):
            listed.discard("simulation")
        return sorted(listed)
